#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "domain/story.h"
#include "story/internal/graph_index.h"

namespace cineloom::story {

/// What is true at each place of a story on all paths, and on some. Facts only come and go by what stands in the nodes, whatever the path:
/// for such, the union over all paths and the intersection over them are found exactly by passing bits along the graph, 64 facts
/// at a time (Kam and Ullman 1977), and no path is ever walked.
class FactFlow {
 public:
  /// Where inside an event something is looked at: before it, while it takes away, while it gives, after it.
  enum class Moment : std::uint8_t { Before, Removing, Adding, After };
  static constexpr std::uint32_t kAtEnd = 0xFFFFFFFF;  ///< in place of an event: when the node is over

  struct Place {
    std::uint32_t node = 0;
    std::uint32_t event = 0;
    Moment moment = Moment::Before;
  };
  static constexpr std::uint32_t kWord = 64;
  /// What a question hears: which of its facts are true there on some path, and on all paths; bits of its 64 facts.
  using Hear = std::function<void(std::uint32_t question, std::uint64_t on_some, std::uint64_t on_all)>;

  explicit FactFlow(const GraphIndex& index) : index_(index) {}

  /// The number of a fact; new facts are false at the beginning.
  std::uint32_t number_of(const Fact& fact);
  /// The number of something that is no fact of the story, such as a promise that is open.
  std::uint32_t new_number() { return count_++; }
  /// Nothing for a fact that has no number.
  [[nodiscard]] std::optional<std::uint32_t> find(const Fact& fact) const;

  void begin_with(std::uint32_t fact) { true_at_start_.insert(fact); }
  void add(std::uint32_t fact, Place place) { touches_.push_back({fact, place, Kind::Add, 0}); }
  void remove(std::uint32_t fact, Place place) { touches_.push_back({fact, place, Kind::Remove, 0}); }
  /// Asks for some of the facts 64 * word .. 64 * word + 63. Gives the question's number: 0, 1, ...
  std::uint32_t ask(std::uint32_t word, std::uint64_t facts, Place place);

  /// Answers all questions at nodes that are reached; gives per node which facts it changes on some path: 2 * fact, + 1 where it becomes
  /// true.
  std::vector<std::vector<std::uint32_t>> run(const Hear& hear);

 private:
  struct FactHash {
    std::size_t operator()(const Fact& fact) const;
  };
  enum class Kind : std::uint8_t { Remove, Add, Ask };
  struct Touch {
    std::uint32_t fact;
    Place place;
    Kind kind;
    std::uint32_t question;
  };
  /// 64 facts at every node.
  struct Bits {
    std::vector<std::uint64_t> gives, takes, some, all;
  };
  using Touches = std::span<const Touch>;

  void sort();
  void gather(Touches touches, Bits& bits) const;
  void flow(std::uint64_t at_start, Bits& bits) const;
  bool pass(std::uint64_t at_start, Bits& bits) const;
  void answer(Touches touches, const Bits& bits, const Hear& hear) const;
  void note_changes(Touches touches, const Bits& bits, std::vector<std::vector<std::uint32_t>>& changes) const;

  const GraphIndex& index_;
  std::unordered_map<Fact, std::uint32_t, FactHash> numbers_;
  std::uint32_t count_ = 0;
  std::set<std::uint32_t> true_at_start_;
  std::vector<Touch> touches_;
  std::vector<std::uint64_t> questions_;  ///< the facts each asks for
};

}  // namespace cineloom::story
