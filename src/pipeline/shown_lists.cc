#include "pipeline/shown_lists.h"

#include "feedback/slate_outcomes.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostAskedOneByOne = 20'000;  // viewers; each costs a tenth of a millisecond or more

}  // namespace

Expected<std::vector<Event>> events_of_all(Store& store, const std::set<ViewerId>& viewers) {
  if (viewers.size() > kMostAskedOneByOne) return store.all_events();
  std::vector<Event> events;
  for (const ViewerId viewer : viewers) {
    CINELOOM_TRY_ASSIGN(const auto own, store.events_of(viewer));
    events.insert(events.end(), own.begin(), own.end());
  }
  return events;
}

Expected<std::vector<ShownFilm>> shown_with_outcomes(Store& store, const SlateQuery& query) {
  CINELOOM_TRY_ASSIGN(const auto slates, store.slates(query));
  std::set<ViewerId> viewers;
  for (const Slate& slate : slates) viewers.insert(slate.viewer);
  CINELOOM_TRY_ASSIGN(const auto events, events_of_all(store, viewers));
  return join_outcomes(slates, events);
}

}  // namespace cineloom
