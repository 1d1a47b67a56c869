#include "story/internal/graph_teller.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace cineloom::story {
namespace {

std::string name_of(std::size_t number) { return fmt::format("n{}", number); }

/// The names of actors, "Mira and Pip".
std::string names_of(const std::vector<std::string>& roles, const Cast& cast, bool is_chinese) {
  std::string names;
  for (const std::string& role : roles) names += (names.empty() ? "" : is_chinese ? "与" : " and ") + cast.at(role);
  return names;
}

/// What a choice does to the hero's luck and how dangerous it is, as far as one can foresee.
std::string effect_of(const EventSchema& schema, bool is_chinese) {
  const bool is_dangerous = schema.tension >= 0.6;
  const bool is_calm = schema.tension <= 0.2;
  const std::string luck = schema.valence > 0.15    ? (is_chinese ? "处境会好转" : "things look up")
                           : schema.valence < -0.15 ? (is_chinese ? "要付代价" : "it will cost")
                                                    : "";
  const std::string risk = is_dangerous ? (is_chinese ? "有危险" : "dangerous") : is_calm ? (is_chinese ? "平静" : "quiet") : "";
  const char* between = luck.empty() || risk.empty() ? "" : is_chinese ? "，" : ", ";
  return luck + between + risk;
}

}  // namespace

StoryGraph GraphTeller::tell(const Lattice& lattice) {
  StoryGraph graph{.start = name_of(0), .nodes = {}};
  for (std::size_t i = 0; i < lattice.nodes().size(); ++i) graph.nodes.push_back(tell_node(lattice, i));
  return graph;
}

StoryNode GraphTeller::tell_node(const Lattice& lattice, std::size_t number) {
  const Lattice::Node& from = lattice.nodes()[number];
  StoryNode node{.id = name_of(number)};
  for (std::size_t i = from.first; i < from.end; ++i) tell_event(from.plan, i, node);
  node.beat = beat_at(from.end - 1);
  node.title = table_.events()[from.plan.events[from.end - 1]].schema->label;
  if (from.children.empty()) {
    node.ending = ending_of(from);
  } else {
    add_choices(lattice, number, node);
  }
  return node;
}

void GraphTeller::add_choices(const Lattice& lattice, std::size_t number, StoryNode& node) const {
  const bool is_narrated = request_.point_of_view == "hero";
  node.question = {.english = is_narrated ? "What do I do?" : fmt::format("What does {} do?", cast_.at("hero")),
                   .chinese = is_narrated ? "我会怎么做？" : fmt::format("{}会怎么做？", cast_.at("hero"))};
  for (const std::size_t child : lattice.nodes()[number].children) {
    const Lattice::Node& to = lattice.nodes()[child];
    const EventSchema& schema = *table_.events()[to.plan.events[to.first]].schema;
    node.choices.push_back({.id = schema.name, .label = schema.label, .to = name_of(child), .effect = effect_of(schema, request_.language == "zh")});
  }
  node.default_choice = node.choices.front().id;
}

/// The first ending that fits and that no other node has, else the first that fits.
LocalText GraphTeller::ending_of(const Lattice::Node& node) {
  const double fortune = static_cast<double>(node.plan.fortune[kSteps - 1]);
  const LocalText* fitting = nullptr;
  for (const EndingData& ending : library_.endings) {
    std::set<Fact> needs;
    std::ranges::transform(ending.needs, std::inserter(needs, needs.end()), parse_fact);
    const FactBits bits = table_.bits_of(needs);
    if (fortune < ending.least || fortune > ending.most || bits.count() != needs.size() || !holds(node.after.facts, bits)) continue;
    if (endings_.insert(ending.label.english).second) return ending.label;
    if (fitting == nullptr) fitting = &ending.label;
  }
  return fitting != nullptr ? *fitting : LocalText{"The end", "剧终"};
}

std::string GraphTeller::beat_at(std::size_t step) const {
  const StructureData* structure = library_.find_structure(request_.structure.empty() ? "three_acts" : request_.structure);
  if (structure == nullptr || structure->beats.empty()) return {};
  const double at = static_cast<double>(step) / kSteps;
  const auto beat = std::ranges::find_if(structure->beats, [at](const StructureBeat& each) { return at < each.until; });
  return beat == structure->beats.end() ? structure->beats.back().name : beat->name;
}

/// Who does it, and the nearest event that made it possible.
std::string GraphTeller::why(const Plan& plan, std::size_t step) const {
  const bool is_chinese = request_.language == "zh";
  const EventSchema& schema = *table_.events()[plan.events[step]].schema;
  const StepBits causes = plan.causes[step] & ~(StepBits{1} << step);
  std::string reason;
  if (!schema.actors.empty()) {
    const std::string names = names_of(schema.actors, cast_, is_chinese);
    reason = schema.motive == "feeling" ? fmt::format(fmt::runtime(is_chinese ? "{}出于感情" : "{}, out of feeling"), names)
                                        : fmt::format(fmt::runtime(is_chinese ? "{}有自己的打算" : "{}, for reasons of their own"), names);
  }
  if (causes == 0) return reason;
  const auto cause = static_cast<std::size_t>(std::bit_width(causes) - 1);
  const LocalText& label = table_.events()[plan.events[cause]].schema->label;
  const std::string after = is_chinese ? fmt::format("起因：{}", label.chinese) : fmt::format("made possible by \"{}\"", label.english);
  return reason.empty() ? after : reason + (is_chinese ? "；" : "; ") + after;
}

void GraphTeller::tell_event(const Plan& plan, std::size_t step, StoryNode& node) const {
  const EventTable::Event& planned = table_.events()[plan.events[step]];
  const EventSchema& schema = *planned.schema;
  StoryEvent event{.schema = schema.name, .label = schema.label, .actors = schema.actors, .motive = schema.actors.empty() ? "" : schema.motive};
  event.hidden_from = schema.hidden_from;
  event.themes = schema.themes;
  event.rating = schema.rating;
  event.age = schema.age;
  event.preconditions = table_.facts_of(planned.needs);
  event.added = table_.facts_of(planned.adds);
  event.removed = table_.facts_of(planned.removes & ~planned.adds);
  event.valence = schema.valence;
  event.tension = schema.tension;
  event.why = why(plan, step);
  append_telling(node, event, story::tell(schema, cast_, request_, derive_seed(request_.seed, node.id)), request_.language);
  node.events.push_back(std::move(event));
  node.valence = static_cast<double>(plan.fortune[step]);
  node.tension = schema.tension;
}

}  // namespace cineloom::story
