#include "story/internal/plan.h"

namespace cineloom::story {

void happen(StoryState& state, const EventTable& table, std::size_t number) {
  const EventTable::Event& event = table.events()[number];
  // Who owes already and borrows again has made another promise.
  state.open = (state.open & ~event.needs) | (event.adds & table.setups());
  state.facts = (state.facts & ~event.removes) | event.adds;
  for (std::size_t i = 0; i < kPeople.size(); ++i) {
    // Who sees an event also sees what made it possible.
    if (!event.hidden_from[i]) state.believed[i] = ((state.believed[i] | event.needs) & ~event.removes) | event.adds;
  }
  state.told.set(number);
  state.surely_told.set(number);
}

}  // namespace cineloom::story
