#include "story/story_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>

#include "math/statistics.h"
#include "story/checker.h"
#include "story/internal/graph_builder.h"
#include "story/internal/planner.h"
#include "story/internal/telling.h"

namespace cineloom {
namespace {

using story::append_sentence;
using story::Cast;
using story::EventTable;
using story::fill;
using story::GraphBuilder;
using story::Plan;
using story::Planner;
using story::tell;

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

void measure_arc(Story& story, const Planner& planner, const Plan& plan) {
  story.achieved_arc.assign(plan.fortune.begin(), plan.fortune.begin() + static_cast<std::ptrdiff_t>(plan.length));
  for (std::size_t step = 0; step < plan.length; ++step) story.requested_arc.push_back(planner.fortune_wanted(step));
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
  const EventTable table(library, request.max_age_rating);
  const Planner planner(table, request.arc, request.seed);
  const Plan beginning(table.bits_of(beginning_of(story)));
  const auto plan = planner.complete(beginning);
  if (!plan) return std::unexpected(Error(ErrorCode::Unavailable, "no plan fits the request").advise("allow a higher age"));
  progress.advance();
  CINELOOM_TRY(cancel.check());
  story.graph = GraphBuilder(request, table, planner, cast).build(*plan, beginning);
  story.title = title_of(cast, request.language, library);
  measure_arc(story, planner, *plan);
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
    append_sentence(found->text, tell(*schema, cast, story.request.language, derive_seed(seed, node)), story.request.language);
  }
  return story;
}

}  // namespace cineloom
