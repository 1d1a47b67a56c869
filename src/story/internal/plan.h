#pragma once

#include <array>
#include <cstdint>

#include "story/internal/event_table.h"

namespace cineloom::story {

inline constexpr std::size_t kSteps = 16;  ///< events on a path

/// Steps of a plan as bits.
using StepBits = std::uint32_t;

/// Acts of one person that have not served a goal yet: after two more acts of theirs it is too late (Riedl and Young; depth as in Sabre).
struct Intentions {
  StepBits fresh = 0;  ///< the last act
  StepBits stale = 0;  ///< the act before
  [[nodiscard]] bool any() const { return (fresh | stale) != 0; }
};

/// What is true, believed and promised after events.
struct StoryState {
  FactBits facts;
  EventBits told;
  EventBits surely_told;  ///< where ways come together: on each of them
  FactBits open;                                   ///< promises that nothing has taken up
  std::array<FactBits, kPeople.size()> believed;   ///< by each of kPeople
};

/// Events one after another, each possible when it happens.
struct Plan : StoryState {
  static constexpr std::uint8_t kNobody = 255;

  std::size_t length = 0;
  std::array<std::uint8_t, kSteps> events{};    ///< numbers in the table
  std::array<float, kSteps> fortune{};          ///< of the hero after each event, -1 .. 1
  std::array<StepBits, kSteps> causes{};        ///< bit s: step s is a cause of this one, directly or not; its own bit too
  StepBits useful = 0;                          ///< steps that made true what a later one needed
  std::array<std::uint8_t, kMostFacts> maker;   ///< step that made each fact true; kNobody = it was so from the beginning
  std::array<Intentions, kPeople.size()> intentions;
  int unexplained = 0;                          ///< acts that served no goal of who did them
  double cost = 0;

  /// At the beginning everybody knows what is so.
  explicit Plan(FactBits beginning) {
    facts = beginning;
    believed.fill(beginning);
    maker.fill(kNobody);
  }
};

/// The state after an event; `event` is its number.
void happen(StoryState& state, const EventTable& table, std::size_t event);

}  // namespace cineloom::story
