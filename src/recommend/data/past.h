#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/event.h"

namespace cineloom {

/// What is made of somebody watching a film. Where people rate, watching says nothing of liking; where nobody rates, it is all
/// there is.
enum class WatchMeaning : std::uint8_t { Nothing, Liking };

/// One film that a viewer spoke about; the last word counts.
struct PastFilm {
  std::int32_t item = 0;
  std::optional<double> stars;
  bool is_liked = false;  ///< said so, or watched where watching is all there is
  double liking = 0;      ///< weight as evidence of liking, 0 .. 1
  Timestamp at;
};

/// A viewer's events as the models read them.
struct Past {
  std::vector<PastFilm> films;       ///< rated or liked, in order of time
  std::vector<std::int32_t> seen;    ///< items, sorted
  std::vector<std::int32_t> hidden;  ///< items, sorted
};

/// Reads one viewer's events in order of time, as they come. A rating is liking by how far it lies above what this viewer gives on
/// average (drawn to 3 stars while there are few), so that a mild and a stern viewer are read alike.
class PastReader {
 public:
  explicit PastReader(WatchMeaning watching) : watching_(watching) {}
  /// `item`: the position of the event's film. Ratings that are no number or off the scale of half a star to five are passed over:
  /// they are refused at the door, and one that came in all the same must not stop everybody's training.
  void add(const Event& event, std::int32_t item);
  [[nodiscard]] Past finish() &&;

 private:
  WatchMeaning watching_;
  std::vector<PastFilm> spoken_;  ///< every word, in order
  std::vector<std::int32_t> seen_;
  std::vector<std::pair<std::int32_t, bool>> hidden_;
};

/// The same in one call; films that are not in `positions` are passed over.
Past read_past(std::span<const Event> events, const std::unordered_map<FilmId, std::int32_t>& positions, WatchMeaning watching);

/// The same past as if the viewer had never spoken about those films (places in past.films, rising); they stay seen.
Past without_films(const Past& past, std::span<const std::size_t> gone);

struct EventCounts {
  std::int64_t all = 0;
  std::int64_t spoken = 0;  ///< ratings and likes
};
EventCounts count_events(std::span<const Event> events);

/// Whether watching is all there is: fewer than a twentieth of the events rate or like.
WatchMeaning meaning_of_watching(const EventCounts& counts);
WatchMeaning meaning_of_watching(std::span<const Event> events);

}  // namespace cineloom
