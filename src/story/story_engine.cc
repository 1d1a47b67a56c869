#include "story/story_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>

#include "math/statistics.h"
#include "story/checker.h"

namespace cineloom {
namespace {

constexpr int kSteps = 9;         // events on a path
constexpr std::size_t kBeam = 24;
constexpr double kRepeatCost = 3; // an event told twice on a path is dull
constexpr double kNoise = 0.04;   // lets seeds differ where plans are about equally good

/// Names of the roles in the story's language.
using Cast = std::map<std::string, std::string>;

/// A partial plan.
struct Plan {
  std::set<Fact> facts;
  std::vector<const EventSchema*> events;
  std::vector<double> fortune;  ///< after each event
  double cost = 0;
};

double target_at(ArcShape shape, std::size_t step) { return arc_target(shape, static_cast<double>(step + 1) / kSteps); }

class Planner {
 public:
  Planner(const StoryRequest& request, const SchemaLibrary& library) : request_(request), library_(library) {}

  /// The plan with one more event, or nothing if what it needs is not true.
  [[nodiscard]] std::optional<Plan> extend(const Plan& plan, const EventSchema& schema) const {
    if (schema.age > request_.max_age_rating) return std::nullopt;
    for (const std::string& need : schema.needs) {
      if (!plan.facts.contains(parse_fact(need))) return std::nullopt;
    }
    Plan next = plan;
    for (const std::string& fact : schema.removes) next.facts.erase(parse_fact(fact));
    for (const std::string& fact : schema.adds) next.facts.insert(parse_fact(fact));
    const double before = plan.fortune.empty() ? arc_target(request_.arc, 0) : plan.fortune.back();
    next.fortune.push_back(std::clamp(before + schema.valence, -1.0, 1.0));
    const double miss = next.fortune.back() - target_at(request_.arc, plan.events.size());
    const auto told = std::ranges::count(plan.events, &schema);
    Random noise(derive_seed(derive_seed(request_.seed, schema.name), plan.events.size()));
    next.cost += miss * miss + kRepeatCost * static_cast<double>(told) + kNoise * noise.uniform();
    next.events.push_back(&schema);
    return next;
  }

  /// The cheapest plan of full length that begins with this one.
  [[nodiscard]] std::optional<Plan> complete(const Plan& start) const {
    std::vector<Plan> beam = {start};
    while (beam.front().events.size() < kSteps) {
      std::vector<Plan> next;
      for (const Plan& plan : beam) {
        for (const EventSchema& schema : library_.schemas) {
          if (auto longer = extend(plan, schema)) next.push_back(std::move(*longer));
        }
      }
      if (next.empty()) return std::nullopt;
      std::ranges::stable_sort(next, {}, &Plan::cost);
      if (next.size() > kBeam) next.resize(kBeam);
      beam = std::move(next);
    }
    return beam.front();
  }

  /// The best other event at this place that can be told to its end; it changes other facts than `taken`.
  [[nodiscard]] std::optional<Plan> other_way(const Plan& prefix, const EventSchema& taken) const {
    std::optional<Plan> best;
    for (const EventSchema& schema : library_.schemas) {
      if (&schema == &taken || schema.adds == taken.adds) continue;
      const auto longer = extend(prefix, schema);
      if (!longer) continue;
      auto whole = complete(*longer);
      if (whole && (!best || whole->cost < best->cost)) best = std::move(whole);
    }
    return best;
  }

 private:
  const StoryRequest& request_;
  const SchemaLibrary& library_;
};

std::string fill(std::string text, const Cast& cast) {
  for (const auto& [role, name] : cast) {
    const std::string slot = "{" + role + "}";
    for (auto at = text.find(slot); at != std::string::npos; at = text.find(slot, at + name.size())) text.replace(at, slot.size(), name);
  }
  // A sentence may begin with a name such as "the Grey Duke".
  bool begins = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins && text[i] >= 'a' && text[i] <= 'z') text[i] = static_cast<char>(text[i] - 'a' + 'A');
    if (text[i] != ' ' && text[i] != '"') begins = text[i] == '.' || text[i] == '!' || text[i] == '?';
  }
  return text;
}

std::string tell(const EventSchema& schema, const Cast& cast, const StoryRequest& request, Seed seed) {
  const auto& tellings = request.language == "zh" ? schema.text.chinese : schema.text.english;
  return fill(tellings[Random(derive_seed(seed, schema.name)).below(tellings.size())], cast);
}

/// Turns plans into nodes: a stretch of events up to the next decision, then its two ways.
class GraphBuilder {
 public:
  GraphBuilder(const StoryRequest& request, const Planner& planner, const Cast& cast) : request_(request), planner_(planner), cast_(cast) {}

  StoryGraph build(const Plan& plan, const std::set<Fact>& beginning) {
    graph_.start = add(plan, 0, 0, {.facts = beginning, .events = {}, .fortune = {}});
    return std::move(graph_);
  }

 private:
  /// Decisions lie evenly between the first event and the last.
  [[nodiscard]] std::size_t decision_step(int decision) const { return static_cast<std::size_t>(1 + (decision + 1) * (kSteps - 2) / (request_.decisions + 1)); }

  // Adds the node for plan.events[from ...) and everything behind it; `prefix` is the plan before `from`.
  std::string add(const Plan& plan, std::size_t from, int decision, Plan prefix) {
    StoryNode node{.id = fmt::format("n{}", graph_.nodes.size())};
    const std::size_t slot = graph_.nodes.size();
    graph_.nodes.emplace_back();
    const bool has_decision = decision < request_.decisions;
    const std::size_t until = has_decision ? decision_step(decision) : plan.events.size();
    for (std::size_t i = from; i < until; ++i) {
      tell_event(plan, i, node);
      prefix = *planner_.extend(prefix, *plan.events[i]);
    }
    node.beat = beat_name(until);
    node.title = node.events.empty() ? LocalText{} : plan.events[until - 1]->label;
    if (has_decision) {
      decide(plan, until, decision, prefix, node);
    } else {
      end(prefix, node);
    }
    graph_.nodes[slot] = node;
    return node.id;
  }

  void decide(const Plan& plan, std::size_t at, int decision, const Plan& prefix, StoryNode& node) {
    node.question = {.english = fmt::format("What does {} do?", cast_.at("hero")), .chinese = fmt::format("{}会怎么做？", cast_.at("hero"))};
    add_choice(plan, at, decision, prefix, node);
    node.default_choice = node.choices.front().id;
    if (const auto other = planner_.other_way(prefix, *plan.events[at])) add_choice(*other, at, decision, prefix, node);
  }

  void add_choice(const Plan& plan, std::size_t at, int decision, const Plan& prefix, StoryNode& node) {
    const EventSchema& schema = *plan.events[at];
    node.choices.push_back(
        {.id = schema.name, .label = schema.label, .to = add(plan, at, decision + 1, prefix), .effect = fmt::format("{:+.1f}", schema.valence)});
  }

  void end(const Plan& plan, StoryNode& node) const {
    const double fortune = plan.fortune.back();
    const std::string place = plan.facts.contains(parse_fact("at hero home")) ? "home" : "road";
    if (fortune > 0.3) {
      node.ending = place == "home" ? LocalText{"A light in the window", "窗里的灯"} : LocalText{"The open road", "开阔的路"};
    } else if (fortune < -0.3) {
      node.ending = place == "home" ? LocalText{"An empty chair", "空椅子"} : LocalText{"The other road", "另一条路"};
    } else {
      node.ending = LocalText{"What was learned", "学到的事"};
    }
  }

  void tell_event(const Plan& plan, std::size_t index, StoryNode& node) const {
    const EventSchema& schema = *plan.events[index];
    StoryEvent event{.schema = schema.name, .valence = schema.valence, .tension = schema.tension};
    for (const std::string& fact : schema.needs) event.preconditions.push_back(parse_fact(fact));
    for (const std::string& fact : schema.adds) event.added.push_back(parse_fact(fact));
    for (const std::string& fact : schema.removes) event.removed.push_back(parse_fact(fact));
    event.why = fmt::format("fortune should be {:+.2f} here and becomes {:+.2f}", target_at(request_.arc, index), plan.fortune[index]);
    const bool is_chinese = request_.language == "zh";
    node.text += (node.text.empty() ? "" : is_chinese ? "" : " ") + tell(schema, cast_, request_, derive_seed(request_.seed, node.id));
    node.events.push_back(std::move(event));
    node.valence = plan.fortune[index];
    node.tension = schema.tension;
  }

  static std::string beat_name(std::size_t step) {
    const double at = static_cast<double>(step) / kSteps;
    return at < 0.3 ? "setup" : at < 0.6 ? "confrontation" : at < 0.9 ? "crisis" : "resolution";
  }

  const StoryRequest& request_;
  const Planner& planner_;
  const Cast& cast_;
  StoryGraph graph_;
};

/// Capitalised words of the premise that do not begin it.
std::vector<std::string> names_in(const std::string& premise) {
  std::vector<std::string> names;
  for (std::size_t at = 1; at < premise.size(); ++at) {
    if (premise[at] < 'A' || premise[at] > 'Z' || premise[at - 1] != ' ') continue;
    std::size_t end = at;
    while (end < premise.size() && std::isalpha(static_cast<unsigned char>(premise[end])) != 0) ++end;
    if (end - at > 1) names.push_back(premise.substr(at, end - at));
  }
  return names;
}

Cast choose_cast(const StoryRequest& request, const FilmKnowledge* source, const SchemaLibrary& library) {
  Cast cast;
  const bool is_chinese = request.language == "zh";
  for (const auto& [role, names] : library.names) {
    const auto& list = is_chinese ? names.chinese : names.english;
    if (!list.empty()) cast[role] = list[Random(derive_seed(derive_seed(request.seed, "names"), role)).below(list.size())];
  }
  cast["road"] = is_chinese ? "路" : "the road";
  cast["secret"] = is_chinese ? "秘密" : "the secret";
  std::vector<std::string> given = names_in(request.premise);
  if (source != nullptr) {
    for (const Character& character : source->plot.characters) given.push_back(character.name);
    if (!source->timeline.scenes.empty() && !source->timeline.scenes.front().place.empty() && !is_chinese)
      cast["home"] = "the " + source->timeline.scenes.front().place;
  }
  constexpr std::array<const char*, 4> kOrder = {"hero", "mentor", "ally", "foe"};
  for (std::size_t i = 0; i < std::min(given.size(), kOrder.size()); ++i) cast[kOrder[i]] = given[i];
  return cast;
}

/// The same word in the other language, where the role's names have it in both.
std::string in_other_language(const std::string& role, const std::string& name, const SchemaLibrary& library) {
  const auto found = library.names.find(role);
  if (found == library.names.end()) return name;
  const auto& [english, chinese] = found->second;
  for (std::size_t i = 0; i < std::min(english.size(), chinese.size()); ++i) {
    if (english[i] == name) return chinese[i];
    if (chinese[i] == name) return english[i];
  }
  return name;
}

LocalText title_of(const Cast& cast, const std::string& language, const SchemaLibrary& library) {
  Cast other = cast;
  for (auto& [role, name] : other) name = in_other_language(role, name, library);
  const bool is_chinese = language == "zh";
  return {.english = fill("{hero} and the {item}", is_chinese ? other : cast), .chinese = fill("{hero}与{item}", is_chinese ? cast : other)};
}

Bible bible_of(const Cast& cast) {
  Bible bible;
  for (const char* role : {"hero", "ally", "foe", "mentor"}) bible.characters.push_back({.name = cast.at(role), .role = role});
  bible.places = {cast.at("home"), cast.at("road"), cast.at("lair")};
  bible.items = {cast.at("item")};
  for (const char* fact : {"at hero home", "calm home"}) bible.facts.push_back(parse_fact(fact));
  return bible;
}

void measure_arc(Story& story, const Plan& plan) {
  story.achieved_arc = plan.fortune;
  for (std::size_t step = 0; step < plan.fortune.size(); ++step) story.requested_arc.push_back(target_at(story.request.arc, step));
  story.arc_correlation = pearson(story.requested_arc, story.achieved_arc);
}

Expected<void> check_request(const StoryRequest& request) {
  if (request.language != "en" && request.language != "zh") {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("stories are told in 'en' and 'zh', not in '{}'", request.language)).advise("choose en or zh"));
  }
  if (request.decisions < 0 || request.decisions > 6) return fail(ErrorCode::InvalidArgument, "a path has 0 to 6 decisions");
  if (request.premise.size() > 2000) return fail(ErrorCode::InvalidArgument, "a premise has at most 2000 bytes");
  return {};
}

}  // namespace

// Control points at even distances, joined by lines.
double arc_target(ArcShape shape, double at) {
  const auto between = [at](std::initializer_list<double> points) {
    const double place = at * static_cast<double>(points.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(place), points.size() - 2);
    return std::lerp(points.begin()[index], points.begin()[index + 1], place - static_cast<double>(index));
  };
  switch (shape) {
    case ArcShape::RagsToRiches: return between({-0.6, -0.2, 0.2, 0.6, 0.9});
    case ArcShape::Tragedy: return between({0.6, 0.3, 0, -0.4, -0.8});
    case ArcShape::ManInAHole: return between({0.4, 0, -0.6, -0.4, 0.2, 0.8});
    case ArcShape::Icarus: return between({-0.3, 0.2, 0.7, 0.2, -0.6});
    case ArcShape::Cinderella: return between({-0.4, 0.3, 0.5, -0.5, -0.2, 0.8});
    case ArcShape::Oedipus: return between({0.4, -0.2, -0.4, 0.2, 0.3, -0.7});
  }
  return 0;
}

std::set<Fact> beginning_of(const Story& story) { return {story.bible.facts.begin(), story.bible.facts.end()}; }

Expected<Story> write_story(const StoryRequest& request, const FilmKnowledge* source, const SchemaLibrary& library, Progress& progress,
                            const CancelToken& cancel) {
  CINELOOM_TRY(check_request(request));
  progress.begin("planning", 2, "steps");
  const Cast cast = choose_cast(request, source, library);
  Story story{.request = request, .bible = bible_of(cast), .realizer = "templates"};
  const Planner planner(request, library);
  const auto plan = planner.complete({.facts = beginning_of(story), .events = {}, .fortune = {}});
  if (!plan) return std::unexpected(Error(ErrorCode::Unavailable, "no plan fits the request").advise("allow a higher age"));
  progress.advance();
  CINELOOM_TRY(cancel.check());
  story.graph = GraphBuilder(request, planner, cast).build(*plan, beginning_of(story));
  story.title = title_of(cast, request.language, library);
  measure_arc(story, *plan);
  story.findings = check_story(story.graph, beginning_of(story));
  progress.finish();
  return story;
}

Expected<Story> retell_node(Story story, const std::string& node, Seed seed, const SchemaLibrary& library) {
  const auto found = std::ranges::find(story.graph.nodes, node, &StoryNode::id);
  if (found == story.graph.nodes.end()) return fail(ErrorCode::NotFound, fmt::format("the story has no node '{}'", node));
  Cast cast = {{"item", story.bible.items.at(0)}, {"home", story.bible.places.at(0)}, {"road", story.bible.places.at(1)}, {"lair", story.bible.places.at(2)}};
  for (const BibleCharacter& character : story.bible.characters) cast[character.role] = character.name;
  found->text.clear();
  for (const StoryEvent& event : found->events) {
    const auto schema = std::ranges::find(library.schemas, event.schema, &EventSchema::name);
    if (schema == library.schemas.end()) return fail(ErrorCode::NotFound, fmt::format("the schema '{}' is gone", event.schema));
    found->text += (found->text.empty() || story.request.language == "zh" ? "" : " ") + tell(*schema, cast, story.request, derive_seed(seed, node));
  }
  return story;
}

Expected<std::string> export_graph(const Story& story, const std::string& format) {
  const bool is_chinese = story.request.language == "zh";
  const auto words = [&](const LocalText& text) { return is_chinese ? text.chinese : text.english; };
  std::string text;
  if (format == "ink") {
    text = fmt::format("-> {}\n", story.graph.start);
    for (const StoryNode& node : story.graph.nodes) {
      text += fmt::format("\n=== {} ===\n{}\n", node.id, node.text);
      for (const StoryChoice& choice : node.choices) text += fmt::format("+ [{}] -> {}\n", words(choice.label), choice.to);
      if (node.choices.empty()) text += fmt::format("{} # ending_{}\n-> END\n", words(node.ending.value_or(LocalText{})), node.id);
    }
  } else if (format == "twee") {
    text = fmt::format(
        ":: StoryTitle\n{}\n\n:: "
        "StoryData\n{{\"ifid\":\"00000000-0000-4000-8000-{:012X}\",\"format\":\"SugarCube\",\"format-version\":\"2.36.1\",\"start\":\"{}\"}}\n",
        words(story.title), story.request.seed & 0xFFFFFFFFFFFFULL, story.graph.start);
    for (const StoryNode& node : story.graph.nodes) {
      text += fmt::format("\n:: {}\n{}\n", node.id, node.text);
      for (const StoryChoice& choice : node.choices) text += fmt::format("[[{}->{}]]\n", words(choice.label), choice.to);
    }
  } else if (format == "fountain") {
    text = fmt::format("Title: {}\n", words(story.title));
    for (const StoryNode& node : story.graph.nodes) {
      text += fmt::format("\n# {}\n\n.{}\n\n!{}\n", node.id, node.beat, node.text);
      for (const StoryChoice& choice : node.choices) text += fmt::format("\n[[{} -> {}]]\n", words(choice.label), choice.to);
    }
  } else {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no format", format)).advise("use ink, twee or fountain"));
  }
  return text;
}

}  // namespace cineloom
