#include "feedback/slate_outcomes.h"

#include <algorithm>
#include <map>

namespace cineloom {
namespace {

constexpr double kStarsOfLiking = 4;

SlateResponse response_of(const Event& event) {
  switch (event.kind) {
    case EventKind::Like: return SlateResponse::Liked;
    case EventKind::Rate: return event.value.value_or(0) >= kStarsOfLiking ? SlateResponse::Liked : SlateResponse::Watched;
    case EventKind::Watch:
    case EventKind::Abandon: return SlateResponse::Watched;
    case EventKind::Hide: return SlateResponse::Hidden;
    case EventKind::Skip: return SlateResponse::Skipped;
    case EventKind::Unhide:
    case EventKind::Wish: return SlateResponse::None;
  }
  return SlateResponse::None;
}

using Showings = std::map<std::pair<ViewerId, FilmId>, std::vector<std::size_t>>;

/// The places of each viewer's film in `shown`, by time of showing.
Showings showings_of(const std::vector<ShownFilm>& shown) {
  Showings showings;
  for (std::size_t i = 0; i < shown.size(); ++i) showings[{shown[i].viewer, shown[i].item.film}].push_back(i);
  for (auto& [film, places] : showings) std::ranges::stable_sort(places, {}, [&](std::size_t place) { return shown[place].at; });
  return showings;
}

void tell(ShownFilm& shown, const Event& event) {
  shown.response = std::max(shown.response, response_of(event));  // the enumerators rise in strength
  if (event.kind != EventKind::Rate || (shown.rated_at && *shown.rated_at <= event.at)) return;
  shown.stars = event.value;
  shown.rated_at = event.at;
}

}  // namespace

std::vector<ShownFilm> join_outcomes(std::span<const Slate> slates, std::span<const Event> events, std::chrono::hours window) {
  std::vector<ShownFilm> shown;
  for (const Slate& slate : slates) {
    for (const SlateItem& item : slate.items) {
      shown.push_back({.slate = slate.id,
                       .viewer = slate.viewer,
                       .at = slate.at,
                       .ranker = slate.ranker,
                       .ranker_chance = slate.ranker_chance,
                       .model_version = slate.model_version,
                       .item = item,
                       .stars = {},
                       .rated_at = {}});
    }
  }
  const Showings showings = showings_of(shown);
  for (const Event& event : events) {
    const auto found = showings.find({event.viewer, event.film});
    if (found == showings.end()) continue;
    const auto after = std::ranges::upper_bound(found->second, event.at, {}, [&](std::size_t place) { return shown[place].at; });
    if (after == found->second.begin()) continue;
    ShownFilm& last = shown[*std::prev(after)];
    if (event.at - last.at <= window) tell(last, event);
  }
  return shown;
}

bool is_taken(const ShownFilm& shown) { return shown.response >= SlateResponse::Watched; }

}  // namespace cineloom
