#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/story.h"

namespace cineloom::story {

/// A story's graph by numbers: only choices that lead somewhere. The graph must outlive it.
class GraphIndex {
 public:
  explicit GraphIndex(const StoryGraph& graph);

  [[nodiscard]] const StoryGraph& graph() const { return graph_; }
  [[nodiscard]] std::size_t size() const { return graph_.nodes.size(); }
  [[nodiscard]] const StoryNode& node(std::size_t index) const { return graph_.nodes[index]; }
  /// Nothing if there is no such node; the first of several with the same id.
  [[nodiscard]] std::optional<std::uint32_t> find(const std::string& id) const;
  [[nodiscard]] std::optional<std::uint32_t> start() const { return start_; }

  [[nodiscard]] const std::vector<std::uint32_t>& next(std::size_t index) const { return next_[index]; }
  [[nodiscard]] const std::vector<std::uint32_t>& before(std::size_t index) const { return before_[index]; }
  /// Where it goes on when nobody chooses; nothing at an ending, or where the default is missing.
  [[nodiscard]] std::optional<std::uint32_t> usual(std::size_t index) const;

  /// Nodes that can be reached, each behind one it can be reached from; without loops, behind all of them.
  [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }
  [[nodiscard]] bool is_reached(std::size_t index) const { return is_reached_[index]; }
  /// Nodes that a path comes back to.
  [[nodiscard]] const std::vector<std::uint32_t>& returned_to() const { return returned_to_; }

 private:
  void walk(std::uint32_t from);

  const StoryGraph& graph_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::optional<std::uint32_t> start_;
  std::vector<std::vector<std::uint32_t>> next_;
  std::vector<std::vector<std::uint32_t>> before_;
  std::vector<std::uint32_t> order_;
  std::vector<bool> is_reached_;
  std::vector<std::uint32_t> returned_to_;
};

}  // namespace cineloom::story
