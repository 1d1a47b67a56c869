#include "story/internal/world_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <map>
#include <tuple>

#include "story/internal/fact_flow.h"

namespace cineloom::story {
namespace {

using Moment = FactFlow::Moment;
using Place = FactFlow::Place;

/// Questions about things that exclude one another; a world with more is looked at in part.
constexpr std::size_t kMostQuestions = 2'000'000;
constexpr std::uint32_t kWord = FactFlow::kWord;

std::string words_of(const Fact& fact) {
  return fact.object.empty() ? fmt::format("{}({})", fact.predicate, fact.subject) : fmt::format("{}({}, {})", fact.predicate, fact.subject, fact.object);
}

/// True of facts of which only one can be true at a time for each thing: where somebody is, who has an item.
bool is_exclusive(const Fact& fact) { return !fact.object.empty() && (fact.predicate == "at" || fact.predicate == "has"); }

/// Who is at places, what is had.
const std::string& thing_of(const Fact& fact) { return fact.predicate == "has" ? fact.object : fact.subject; }
const std::string& value_of(const Fact& fact) { return fact.predicate == "has" ? fact.subject : fact.object; }

bool exclude_one_another(const Fact& a, const Fact& b) {
  return is_exclusive(a) && is_exclusive(b) && a.predicate == b.predicate && thing_of(a) == thing_of(b);
}

/// Facts that exclude one another stand side by side.
bool stands_before(const Fact* a, const Fact* b) {
  return std::tie(a->predicate, thing_of(*a), value_of(*a)) < std::tie(b->predicate, thing_of(*b), value_of(*b));
}

/// Asks of each event what has to hold there, and tells what does not.
class World {
 public:
  World(const GraphIndex& index, const WorldRules& rules, Findings& findings) : index_(index), rules_(rules), findings_(findings), flow_(index) {
    number_facts();
    check_beginning();
    for (std::uint32_t node = 0; node < index.size(); ++node) {
      for (std::uint32_t event = 0; event < index.node(node).events.size(); ++event) add_event(node, event);
    }
    add_endings();
  }

  std::vector<std::vector<std::uint32_t>> run() {
    auto changes = flow_.run([this](std::uint32_t question, std::uint64_t on_some, std::uint64_t on_all) { hear(questions_[question], on_some, on_all); });
    for (auto& one : changes) {
      std::erase_if(one, [&](std::uint32_t change) { return change / 2 >= facts_.size(); });
      std::ranges::sort(one);
    }
    return changes;
  }

 private:
  enum class Rule : std::uint8_t { Needs, Lives, Excludes, Keeps, Tells };
  struct Question {
    Rule rule;
    Place place;
    std::uint32_t word;
    const Fact* fact;            ///< what is needed, or has become true, or was promised
    const std::string* subject;  ///< who acts, or what should be told
  };

  // Facts that exclude one another get numbers side by side, so that 64 of them are one question.
  void number_facts() {
    std::vector<const Fact*> facts;
    const auto take = [&](const std::vector<Fact>& some) { std::ranges::transform(some, std::back_inserter(facts), [](const Fact& fact) { return &fact; }); };
    for (const Fact& fact : rules_.beginning) facts.push_back(&fact);
    for (const StoryNode& node : index_.graph().nodes) {
      for (const StoryEvent& event : node.events) {
        take(event.preconditions);
        take(event.removed);
        take(event.added);
      }
    }
    std::ranges::sort(facts, stands_before);
    const auto [same, end] = std::ranges::unique(facts, [](const Fact* a, const Fact* b) { return *a == *b; });
    facts.erase(same, end);
    facts_ = std::move(facts);
    for (std::uint32_t i = 0; i < facts_.size(); ++i) {
      flow_.number_of(*facts_[i]);
      const bool begins_group = i == 0 || !exclude_one_another(*facts_[i - 1], *facts_[i]);
      group_begins_.push_back(begins_group ? i : group_begins_[i - 1]);
    }
    group_ends_.resize(facts_.size());
    for (std::size_t i = facts_.size(); i-- > 0;) {
      const bool ends_group = i + 1 == facts_.size() || group_begins_[i + 1] == i + 1;
      group_ends_[i] = ends_group ? static_cast<std::uint32_t>(i + 1) : group_ends_[i + 1];
    }
    for (const Fact& fact : rules_.beginning) flow_.begin_with(flow_.number_of(fact));
  }

  void check_beginning() {
    std::vector<const Fact*> facts;
    for (const Fact& fact : rules_.beginning) facts.push_back(&fact);
    std::ranges::sort(facts, stands_before);
    for (std::size_t i = 1; i < facts.size(); ++i) {
      if (!exclude_one_another(*facts[i - 1], *facts[i])) continue;
      findings_.add("contradiction", index_.graph().start,
                    fmt::format("{} and {} are both true at the beginning", words_of(*facts[i - 1]), words_of(*facts[i])));
    }
  }

  void ask(std::uint32_t number, const Question& question) { ask(number / kWord, std::uint64_t{1} << (number % kWord), question); }

  void ask(std::uint32_t word, std::uint64_t facts, Question question) {
    question.word = word;
    flow_.ask(word, facts, question.place);
    questions_.push_back(question);
  }

  void add_event(std::uint32_t node, std::uint32_t number) {
    const StoryEvent& event = index_.node(node).events[number];
    const auto at = [&](Moment moment) { return Place{node, number, moment}; };
    for (const Fact& fact : event.preconditions) {
      ask(flow_.number_of(fact), {.rule = Rule::Needs, .place = at(Moment::Before), .fact = &fact});
      keep_promise(fact, at(Moment::Before));
    }
    for (const std::string& actor : event.actors) ask_alive(actor, at(Moment::Before));
    for (const Fact& fact : event.removed) {
      flow_.remove(flow_.number_of(fact), at(Moment::Removing));
      keep_promise(fact, at(Moment::Removing));
    }
    for (const Fact& fact : event.added) {
      flow_.add(flow_.number_of(fact), at(Moment::Adding));
      if (is_promise(fact)) flow_.add(number_in(promises_, fact), at(Moment::Adding));
      ask_exclusive(fact, at(Moment::After));
    }
    if (std::ranges::find(rules_.must, event.schema) != rules_.must.end()) flow_.add(number_in(told_, event.schema), at(Moment::Adding));
  }

  void ask_alive(const std::string& actor, Place place) {
    const auto number = flow_.find({.predicate = "dead", .subject = actor, .object = ""});
    if (number) ask(*number, {.rule = Rule::Lives, .place = place, .fact = nullptr, .subject = &actor});
  }

  void ask_exclusive(const Fact& fact, Place place) {
    const std::uint32_t self = flow_.number_of(fact);
    const std::uint32_t begin = group_begins_[self];
    const std::uint32_t end = group_ends_[self];
    if (questions_.size() + (end - begin) / kWord > kMostQuestions) {
      if (!is_cut_) findings_.add("unchecked", index_.node(place.node).id, fmt::format("too much stands beside {} to be looked at", words_of(fact)));
      is_cut_ = true;
      return;
    }
    for (std::uint32_t word = begin / kWord; word * kWord < end; ++word) {
      std::uint64_t others = 0;
      for (std::uint32_t i = std::max(begin, word * kWord); i < std::min(end, (word + 1) * kWord); ++i)
        others |= std::uint64_t{i == self ? 0U : 1U} << (i % kWord);
      if (others != 0) ask(word, others, {.rule = Rule::Excludes, .place = place, .fact = &fact});
    }
  }

  [[nodiscard]] bool is_promise(const Fact& fact) const { return std::ranges::find(rules_.promises, fact.predicate) != rules_.promises.end(); }

  template <class Key>
  std::uint32_t number_in(std::map<Key, std::uint32_t>& numbers, const Key& key) {
    const auto found = numbers.find(key);
    return found != numbers.end() ? found->second : numbers.emplace(key, flow_.new_number()).first->second;
  }

  void keep_promise(const Fact& fact, Place place) {
    if (is_promise(fact)) flow_.remove(number_in(promises_, fact), place);
  }

  /// Promises and wishes are asked for where all of them are known.
  void add_endings() {
    for (const std::string& schema : rules_.must) number_in(told_, schema);
    for (std::uint32_t node = 0; node < index_.size(); ++node) {
      if (!index_.node(node).choices.empty()) continue;
      const Place end{node, FactFlow::kAtEnd, Moment::After};
      for (const auto& [fact, number] : promises_) ask(number, {.rule = Rule::Keeps, .place = end, .fact = &fact});
      for (const auto& [schema, number] : told_) ask(number, {.rule = Rule::Tells, .place = end, .subject = &schema});
    }
  }

  void hear(const Question& question, std::uint64_t on_some, std::uint64_t on_all) {
    const StoryNode& node = index_.node(question.place.node);
    const auto schema = [&] { return node.events[question.place.event].schema; };
    switch (question.rule) {
      case Rule::Needs:
        if (on_all != 0) return;
        findings_.add(on_some == 0 ? "never_enabled" : "contradiction", node.id,
                      fmt::format("'{}' needs {}, which is {} that leads there", schema(), words_of(*question.fact),
                                  on_some == 0 ? "true on no path" : "not true on every path"));
        return;
      case Rule::Lives:
        if (on_some != 0) findings_.add("contradiction", node.id, fmt::format("{} acts in '{}', though dead", *question.subject, schema()));
        return;
      case Rule::Excludes:
        if (on_some == 0) return;
        findings_.add("contradiction", node.id,
                      fmt::format("'{}' makes {} true while {} still is", schema(), words_of(*question.fact),
                                  words_of(*facts_[question.word * kWord + static_cast<std::uint32_t>(std::countr_zero(on_some))])));
        return;
      case Rule::Keeps:
        if (on_some != 0) findings_.add("unpaid", node.id, fmt::format("nothing comes of {} on some path that ends here", words_of(*question.fact)));
        return;
      case Rule::Tells:
        if (on_all == 0) findings_.add("missing", node.id, fmt::format("'{}' was asked for and is not told on every path that ends here", *question.subject));
        return;
    }
  }

  const GraphIndex& index_;
  const WorldRules& rules_;
  Findings& findings_;
  FactFlow flow_;
  std::vector<const Fact*> facts_;  ///< by number
  std::vector<std::uint32_t> group_begins_;  ///< per fact, the numbers of those it excludes and its own
  std::vector<std::uint32_t> group_ends_;
  std::map<Fact, std::uint32_t> promises_;
  std::map<std::string, std::uint32_t> told_;
  std::vector<Question> questions_;
  bool is_cut_ = false;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> check_world(const GraphIndex& index, const WorldRules& rules, Findings& findings) {
  return World(index, rules, findings).run();
}

double distance_between(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  const std::size_t either = a.size() + b.size() - both.size();
  return either == 0 ? 0 : 1 - static_cast<double>(both.size()) / static_cast<double>(either);
}

}  // namespace cineloom::story
