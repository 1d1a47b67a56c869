#include "collect/internal/sittings.h"

#include <algorithm>
#include <tuple>

namespace cineloom::collect {
namespace {

constexpr std::chrono::hours kOneViewing{72};
constexpr std::chrono::minutes kWatched{30};   // shorts last that long, and nobody stays half an hour by mistake
constexpr std::chrono::minutes kBegun{5};

bool is_same_viewing(const Play& first, const Play& later) {
  return first.film == later.film && first.person == later.person && later.at - first.at < kOneViewing;
}

}  // namespace

void tell_sittings(std::vector<Play> plays, Teller& teller) {
  std::ranges::stable_sort(plays, {}, [](const Play& play) { return std::tie(play.person, play.film, play.at); });
  for (std::size_t at = 0; at < plays.size();) {
    std::chrono::seconds length{0};
    std::size_t next = at;
    for (; next < plays.size() && is_same_viewing(plays[at], plays[next]); ++next) {
      const bool is_told_twice = next > at && plays[next].at == plays[next - 1].at && plays[next].length == plays[next - 1].length;
      if (!is_told_twice) length += plays[next].length;
    }
    Play& first = plays[at];
    if (length < kBegun) teller.pass_over(PassedOver::TooShort, static_cast<int>(next - at));
    else
      teller.tell(Act{.film = first.film,
                      .kind = length < kWatched ? EventKind::Abandon : EventKind::Watch,
                      .at = first.at,
                      .id = std::move(first.id),
                      .person = std::move(first.person),
                      .raw = std::move(first.raw)});
    at = next;
  }
}

}  // namespace cineloom::collect
