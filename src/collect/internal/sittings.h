#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "collect/internal/teller.h"

namespace cineloom::collect {

/// One time that a player ran a film.
struct Play {
  std::size_t film = 0;
  std::string person;
  Timestamp at;
  std::chrono::seconds length{0};
  std::string id;
  std::string raw;
};

/// Tells viewings from plays that only say how long they lasted: sittings of a film within three days are one viewing; from half an
/// hour on it counts as watched, from five minutes on as abandoned, and a shorter one as nothing. The first sitting names it.
void tell_sittings(std::vector<Play> plays, Teller& teller);

}  // namespace cineloom::collect
