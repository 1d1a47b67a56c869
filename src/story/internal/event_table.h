#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "domain/story.h"
#include "story/schema.h"

namespace cineloom::story {

/// Facts and events of a library by number: the state of a story is a few words of bits.
inline constexpr std::size_t kMostFacts = SchemaLibrary::kMostFacts;
inline constexpr std::size_t kMostEvents = SchemaLibrary::kMostSchemas;
using FactBits = std::bitset<kMostFacts>;
using EventBits = std::bitset<kMostEvents>;

/// Who may want something.
inline constexpr std::array<const char*, 4> kPeople = {"hero", "ally", "foe", "mentor"};
using PeopleBits = std::bitset<kPeople.size()>;

inline constexpr double kFootageLiking = 0.5;

inline bool holds(const FactBits& facts, const FactBits& needs) { return (facts & needs) == needs; }

/// The events that may happen in a story, over numbered facts.
class EventTable {
 public:
  struct Event {
    const EventSchema* schema = nullptr;
    FactBits needs;
    FactBits adds;
    FactBits removes;  ///< also what cannot be true together with what it adds
    std::vector<std::uint8_t> need_list;
    std::vector<std::uint8_t> add_list;
    std::vector<std::uint8_t> remove_list;
    PeopleBits actors;
    PeopleBits hidden_from;
    double liking = 0;  ///< of its themes by the viewer and the genre, -1 .. 1; more by kFootageLiking where there is footage to show it with
    bool is_goal_act = false;
    bool is_of_genre = false;  ///< told in this genre only
    bool is_must = false;
    double help = 0;  ///< towards an event that must be told, 0 .. 1
  };

  /// Without events that the request forbids: by age, content, genre, `never` and harm to whom it protects. `library` must outlive the
  /// table.
  EventTable(const SchemaLibrary& library, const StoryRequest& request);

  [[nodiscard]] std::span<const Event> events() const { return events_; }
  [[nodiscard]] FactBits bits_of(const std::set<Fact>& facts) const;
  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
  [[nodiscard]] std::vector<Fact> facts_of(const FactBits& bits) const;
  /// Facts that a later event must take up.
  [[nodiscard]] const FactBits& setups() const { return setups_; }
  /// True of a fact that only says where somebody is.
  [[nodiscard]] bool is_place(std::size_t fact) const { return facts_[fact].predicate == "at"; }
  /// What somebody gains by an event when these facts are true.
  [[nodiscard]] double gain(std::size_t person, const Event& event, const FactBits& facts) const;
  /// True if an event that must be told is among those that may not be.
  [[nodiscard]] bool is_torn() const { return is_torn_; }
  /// The number of an event; events().size() where it is not in the table.
  [[nodiscard]] std::size_t find(const std::string& schema) const;

 private:
  void add(const EventSchema& schema, const StoryRequest& request, const GenreData* genre);
  std::size_t number_of(const std::string& fact);
  FactBits bits_of(const std::vector<std::string>& facts, std::vector<std::uint8_t>& list);
  void exclude();
  void mark_help();

  std::vector<Event> events_;
  std::vector<Fact> facts_;
  std::map<Fact, std::size_t> numbers_;
  FactBits setups_;
  bool is_torn_ = false;
  std::array<std::array<float, kMostFacts>, kPeople.size()> wants_{};
};

}  // namespace cineloom::story
