#include "story/chronicle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "story/internal/graph_index.h"

namespace cineloom {
namespace {

/// Follows every fact from where it comes about to where it ends, over all ways at once.
class Chronicle {
 public:
  explicit Chronicle(const Story& story) : story_(story), index_(story.graph) {}

  std::vector<FactSpan> run() {
    if (!index_.start() || !index_.returned_to().empty()) return {};
    std::set<std::size_t> begun;
    for (const Fact& fact : story_.bible.facts) begun.insert(begin(fact, source_of(fact), {}, {}, {}));
    at_begin_.resize(index_.size());
    at_begin_[*index_.start()] = begun;
    for (const std::uint32_t node : index_.order()) pass(node);
    return std::move(spans_);
  }

 private:
  std::string source_of(const Fact& fact) const {
    const std::string words = fmt::format("{} {}{}{}", fact.predicate, fact.subject, fact.object.empty() ? "" : " ", fact.object);
    const auto source = std::ranges::find(story_.bible.sources, words, &BibleSource::of);
    return source == story_.bible.sources.end() ? "planner" : source->kind;
  }

  std::size_t begin(const Fact& fact, std::string source, const std::string& node, const std::string& schema, const std::vector<std::string>& hidden_from) {
    FactSpan span{.fact = fact, .source = std::move(source), .since = node, .schema = schema};
    for (const BibleCharacter& character : story_.bible.characters) {
      const bool is_told = std::ranges::find(hidden_from, character.role) == hidden_from.end();
      if (!character.role.empty() && is_told) span.known_by.push_back(character.role);
    }
    spans_.push_back(std::move(span));
    return spans_.size() - 1;
  }

  void pass(std::uint32_t number) {
    const StoryNode& node = index_.node(number);
    std::set<std::size_t> open = std::move(at_begin_[number]);
    for (const StoryEvent& event : node.events) {
      std::erase_if(open, [&](std::size_t span) {
        const Fact& fact = spans_[span].fact;
        return std::ranges::find(event.removed, fact) != event.removed.end() || std::ranges::find(event.added, fact) != event.added.end();
      });
      for (const Fact& fact : event.added) open.insert(begin(fact, "planner", node.id, event.schema, event.hidden_from));
    }
    for (const std::size_t span : open) spans_[span].nodes.push_back(node.id);
    for (const std::uint32_t next : index_.next(number)) at_begin_[next].insert(open.begin(), open.end());
  }

  const Story& story_;
  story::GraphIndex index_;
  std::vector<std::set<std::size_t>> at_begin_;
  std::vector<FactSpan> spans_;
};

}  // namespace

std::vector<FactSpan> chronicle_of(const Story& story) { return Chronicle(story).run(); }

}  // namespace cineloom
