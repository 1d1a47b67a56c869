#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/story.h"
#include "story/schema.h"

namespace cineloom::story {

inline constexpr std::size_t kSteps = 16;  ///< events on a path

/// Facts and events of a library by number: the state of a story is a few words of bits.
inline constexpr std::size_t kMostFacts = 256;
inline constexpr std::size_t kMostEvents = 256;
using FactBits = std::bitset<kMostFacts>;
using EventBits = std::bitset<kMostEvents>;

/// Events that may happen in a story, over numbered facts.
class EventTable {
 public:
  struct Event {
    const EventSchema* schema = nullptr;
    FactBits needs;
    FactBits adds;
    FactBits removes;
    std::vector<std::uint8_t> need_list;
    std::vector<std::uint8_t> add_list;
  };

  /// Without the events that are not fit for `max_age`. `library` must outlive the table and have at most kMostFacts facts.
  EventTable(const SchemaLibrary& library, int max_age);

  [[nodiscard]] std::span<const Event> events() const { return events_; }
  [[nodiscard]] FactBits bits_of(const std::set<Fact>& facts) const;
  /// True of a fact that only says where somebody is.
  [[nodiscard]] bool is_place(std::size_t fact) const { return facts_[fact].predicate == "at"; }

 private:
  std::size_t number_of(const std::string& fact);
  FactBits bits_of(const std::vector<std::string>& facts, std::vector<std::uint8_t>* list);

  std::vector<Event> events_;
  std::vector<Fact> facts_;
};

/// Events one after another, each possible when it happens.
struct Plan {
  static constexpr std::uint8_t kNobody = 255;

  FactBits facts;                              ///< true at its end
  EventBits told;
  std::size_t length = 0;
  std::array<std::uint8_t, kSteps> events{};   ///< numbers in the table
  std::array<float, kSteps> fortune{};         ///< of the hero after each event, -1 .. 1
  std::array<std::uint32_t, kSteps> causes{};  ///< bit s: step s is a cause of this one, directly or not; its own bit too
  std::uint32_t useful = 0;                    ///< steps that made true what a later one needed
  std::array<std::uint8_t, kMostFacts> maker;  ///< step that made each fact true; kNobody = it was so from the beginning
  double cost = 0;

  explicit Plan(FactBits beginning) : facts(beginning) { maker.fill(kNobody); }
};

/// Beam search for the plan whose fortune follows an arc, whose events cause one another up to the last, and that tells no event twice.
/// Same request, same plans.
class Planner {
 public:
  /// The seed gives each event a whim: how gladly it is told at each step of this story.
  Planner(const EventTable& table, ArcShape arc, Seed seed);

  /// The best plan of kSteps events that begins with this one. The events of `avoided` are told only where nothing else will do.
  /// Nothing if there is no plan of this length.
  [[nodiscard]] std::optional<Plan> complete(const Plan& start, const EventBits& avoided = {}) const;

  /// The best plan that goes on otherwise than `taken` after its first `at` events and tells others up to step `until`.
  [[nodiscard]] std::optional<Plan> other_way(const Plan& prefix, const Plan& taken, std::size_t at, std::size_t until) const;

  /// The plan with one more event that is possible.
  [[nodiscard]] Plan extend(const Plan& plan, std::size_t event, double cost) const;

  [[nodiscard]] double fortune_wanted(std::size_t step) const;

 private:
  struct Step {
    std::size_t plan = 0;
    std::size_t event = 0;
    double cost = 0;
  };
  [[nodiscard]] double cost_of(const Plan& plan, std::size_t event, const EventBits& avoided) const;
  [[nodiscard]] FactBits changes_between(const Plan& prefix, const Plan& plan, std::size_t until) const;
  [[nodiscard]] std::vector<Plan> longer(const std::vector<Plan>& beam, const EventBits& avoided) const;

  const EventTable& table_;
  ArcShape arc_;
  std::vector<double> whims_;  ///< of each event at each step, 0 .. 1
};

}  // namespace cineloom::story
