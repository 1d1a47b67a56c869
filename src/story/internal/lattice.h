#pragma once

#include <optional>
#include <vector>

#include "base/cancel.h"
#include "story/internal/planner.h"

namespace cineloom::story {

/// What the ways on from somewhere ask of the ways that lead there.
struct Demands {
  FactBits facts;                                 ///< to be true
  std::array<FactBits, kPeople.size()> believed;  ///< to be known by each of kPeople
  EventBits ahead;                                ///< events that some way on tells: not to be told before
  EventBits surely_ahead;                         ///< events that every way on tells
  FactBits paid;                                  ///< promises that every way on takes up
};

/// Ways through a story that part at decisions and come together again where what is true on each of them allows it.
///
/// Layers of nodes: a node holds the events between two decisions, every way goes through one node of each layer. A way may join a node
/// of another when all that is needed behind it is surely true, nothing behind it has been told, and every promise is taken up; or go
/// round by one more event.
class Lattice {
 public:
  struct Node {
    Plan plan;                          ///< a plan that comes through here
    std::size_t layer = 0;
    std::size_t first = 0;              ///< step of the plan where it begins
    std::size_t end = 0;                ///< step behind its last
    bool is_detour = false;             ///< between two layers
    std::vector<std::size_t> parents;
    std::vector<std::size_t> children;  ///< the first is taken when nobody chooses; none = an ending
    StoryState before;                  ///< true on every way here; told and promised on any
    StoryState after;
    Demands demands;                    ///< of the node and what is behind it
  };

  /// `decisions` on a way, 0 .. kSteps - 1; about `most` nodes. `table` and `planner` must outlive the lattice.
  Lattice(const EventTable& table, const Planner& planner, std::size_t decisions, std::size_t most)
      : table_(table), planner_(planner), decisions_(decisions), most_(most), layers_(decisions + 1) {}

  /// Grows from a plan that begins with `beginning`. Where that has events already the first node holds none: they are told, and a
  /// decision comes next. Errors: Cancelled.
  Expected<void> grow(const Plan& plan, const Plan& beginning, const CancelToken& cancel);

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  [[nodiscard]] std::size_t first_step(std::size_t layer) const;
  std::size_t add_lane(const Plan& plan, std::size_t layer, std::size_t parent);
  void branch(std::size_t node);
  [[nodiscard]] bool has_room(std::size_t layer) const;
  Expected<void> use_room(const CancelToken& cancel);
  [[nodiscard]] bool tells_all(const Node& from, const Node& to) const;
  [[nodiscard]] bool may_join(const Plan& prefix, std::size_t node, std::size_t other) const;
  bool join(std::size_t node, const Plan& prefix);
  bool part(std::size_t node, const Plan& prefix);
  bool detour(std::size_t node, const Plan& prefix);
  [[nodiscard]] std::optional<Plan> way_round(std::size_t node, const Plan& prefix) const;
  [[nodiscard]] Plan prefix_of(const Node& node) const;
  [[nodiscard]] FactBits changes_in(const StoryState& state, const Node& node) const;
  void look_forward();
  void look_back();

  const EventTable& table_;
  const Planner& planner_;
  std::size_t decisions_;
  std::size_t most_;
  std::vector<Node> nodes_;
  std::vector<std::vector<std::size_t>> layers_;
  std::size_t begin_ = 0;  ///< the first step that is grown
  Plan start_ = Plan(FactBits());
};

}  // namespace cineloom::story
