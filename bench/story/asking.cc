// What viewers ask of stories, and whether they get it: constraints on every way, plans anew behind what was seen, tastes, large graphs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include "base/random.h"
#include "math/statistics.h"
#include "paths.h"
#include "story/checker.h"
#include "story/story_engine.h"
#include "story_set.h"

namespace cineloom::bench {
namespace {

constexpr std::size_t kMostPaths = 4096;
constexpr int kAsked = 120;
constexpr int kReplanned = 120;
constexpr int kViewers = 60;
constexpr std::array kHarms = {"wounded", "hurt", "held", "dead", "broken"};

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// A request with two events that must be told, one that must not, one role protected and limits of content, all by the seed.
StoryRequest demanding_request(int number, const SchemaLibrary& library) {
  StoryRequest request = story_request(number);
  Random random(derive_seed(request.seed, "demands"));
  const auto any = [&] { return library.schemas[random.below(library.schemas.size())].name; };
  request.must = {any()};
  request.never = {any()};
  constexpr std::array kPeople = {"hero", "ally", "mentor"};
  request.protects = {kPeople[random.below(kPeople.size())]};
  request.max_rating.violence = static_cast<int>(random.below(3));
  request.max_age_rating = random.below(2) == 0 ? 6 : 12;
  return request;
}

bool harms(const StoryEvent& event, const std::vector<std::string>& people) {
  return std::ranges::any_of(event.added, [&](const Fact& fact) {
    const std::string& victim = fact.object.empty() ? fact.subject : fact.object;
    return std::ranges::find(kHarms, fact.predicate) != kHarms.end() && std::ranges::find(people, victim) != people.end();
  });
}

/// True if every way does what was asked.
bool meets_all(const Story& story, const StoryRequest& request, const std::map<std::string, int>& ages) {
  for (const StoryPath& path : paths_of(story.graph, kMostPaths)) {
    std::set<std::string> told;
    for (const StoryEvent* event : events_on(path)) {
      told.insert(event->schema);
      if (harms(*event, request.protects) || event->rating.violence > request.max_rating.violence || ages.at(event->schema) > request.max_age_rating)
        return false;
    }
    const auto is_told = [&](const std::string& name) { return told.contains(name); };
    if (!std::ranges::all_of(request.must, is_told) || std::ranges::any_of(request.never, is_told)) return false;
  }
  return true;
}

/// Liking of themes by somebody who cares for three and dislikes two.
std::map<std::string, double> somebodys_taste(Random& random) {
  std::vector<std::string> themes = {"friendship", "betrayal", "courage",  "freedom", "home",     "knowledge", "love",   "justice", "revenge",
                                     "sacrifice",  "family",   "survival", "loss",    "ambition", "mystery",   "nature", "humour"};
  std::map<std::string, double> taste;
  for (int i = 0; i < 5; ++i) {
    const std::size_t which = random.below(themes.size());
    taste[themes[which]] = i < 3 ? 1.0 : -1.0;
    themes.erase(themes.begin() + static_cast<std::ptrdiff_t>(which));
  }
  return taste;
}

/// What is learned of a taste from liking or disliking 40 events with noise, by means: the taste itself is never shown to the planner.
std::map<std::string, double> learned(const std::map<std::string, double>& taste, const SchemaLibrary& library, Random& random) {
  std::map<std::string, std::vector<double>> answers;
  for (int i = 0; i < 40; ++i) {
    const EventSchema& schema = library.schemas[random.below(library.schemas.size())];
    double liking = 0.5 * random.normal();
    for (const std::string& theme : schema.themes) liking += taste.contains(theme) ? taste.at(theme) : 0;
    for (const std::string& theme : schema.themes) answers[theme].push_back(liking);
  }
  std::map<std::string, double> known;
  for (const auto& [theme, values] : answers) {
    const auto n = static_cast<double>(values.size());
    known[theme] = std::clamp(mean(values) * n / (n + 1), -1.0, 1.0);
  }
  return known;
}

/// Mean of what somebody likes of the events on a way, from 0 (all that they dislike) to 1.
double enjoyment(const StoryPath& path, const std::map<std::string, double>& taste) {
  double sum = 0;
  const auto events = events_on(path);
  for (const StoryEvent* event : events) {
    double liking = 0;
    for (const std::string& theme : event->themes) liking += taste.contains(theme) ? taste.at(theme) : 0;
    sum += 0.5 + 0.5 * std::clamp(liking, -1.0, 1.0);
  }
  return sum / static_cast<double>(events.size());
}

}  // namespace

void measure_constraints(Report& report) {
  const auto library = story_library();
  if (!library) return report.add_missing("constraints_ok", library.error().describe());
  std::map<std::string, int> ages;
  for (const EventSchema& schema : library->schemas) ages[schema.name] = schema.age;
  int met = 0;
  int refused = 0;
  for (int i = 0; i < kAsked; ++i) {
    const StoryRequest request = demanding_request(i, *library);
    Progress progress;
    const auto story = write_story(request, *library, progress, {});
    const bool is_explained = !story && story.error().describe().find("would without") != std::string::npos;
    refused += is_explained ? 1 : 0;
    met += is_explained || (story && meets_all(*story, request, ages)) ? 1 : 0;
  }
  report.add({.key = "constraints_ok",
              .value = static_cast<double>(met) / kAsked,
              .n = kAsked,
              .note = fmt::format("over all ways; {} refused with what would have to give way", refused),
              .bound = Bound{1, 1, true}});
}

void measure_replanning(Report& report) {
  const auto library = story_library();
  if (!library) return report.add_missing("replan_p95_ms", library.error().describe());
  std::vector<double> times;
  int sound = 0;
  for (int i = 0; i < kReplanned; ++i) {
    const StoryRequest request = story_request(i);
    const auto written = write_timed(request, *library);
    if (!written) continue;
    const StoryPath path = default_path(written->story.graph);
    std::vector<std::string> seen = {path[0]->id};
    if (i % 2 == 1) seen.push_back(path[1]->id);
    StoryRequest changed = request;
    Random random(derive_seed(request.seed, "replan"));
    changed.taste = somebodys_taste(random);
    const auto begin = std::chrono::steady_clock::now();
    const auto anew = replan_unseen(written->story, seen, changed, *library, {});
    times.push_back(milliseconds_since(begin));
    sound += anew && anew->findings.empty() ? 1 : 0;
  }
  if (sound != kReplanned) return report.add_missing("replan_p95_ms", fmt::format("only {} of {} are sound", sound, kReplanned));
  report.add({.key = "replan_p95_ms", .value = share_point(times, .95), .unit = "ms", .n = kReplanned, .note = "all sound", .bound = Bound{50, 10, false}});
}

void measure_viewers(Report& report) {
  const auto library = story_library();
  if (!library) return report.add_missing("personal_gain", library.error().describe());
  double own = 0;
  double usual = 0;
  for (int viewer = 0; viewer < kViewers; ++viewer) {
    Random random(derive_seed(Seed{1}, static_cast<std::uint64_t>(viewer)));
    const auto taste = somebodys_taste(random);
    StoryRequest request = story_request(viewer);
    const auto generic = write_timed(request, *library);
    request.taste = learned(taste, *library, random);
    const auto personal = write_timed(request, *library);
    if (!generic || !personal) return report.add_missing("personal_gain", "a story was refused");
    // The best way of each, as the viewer would choose it.
    const auto best = [&](const Story& story) {
      double most = 0;
      for (const StoryPath& path : paths_of(story.graph, kMostPaths)) most = std::max(most, enjoyment(path, taste));
      return most;
    };
    own += best(personal->story);
    usual += best(generic->story);
  }
  report.add({.key = "personal_gain",
              .value = own / usual - 1,
              .n = kViewers,
              .note = "simulated viewers, their tastes learned from 40 noisy answers; best way of theirs over best way of an unpersonal story",
              .bound = Bound{.2, .4, true}});
}

void measure_large_graph(Report& report) {
  const auto library = story_library();
  if (!library) return report.add_missing("large_graph_seconds", library.error().describe());
  StoryRequest request = story_request(2);
  request.decisions = 15;
  request.nodes = 560;
  const auto written = write_timed(request, *library);
  if (!written) return report.add_missing("large_graph_seconds", "refused");
  const StoryGraph& graph = written->story.graph;
  const auto decisions = std::ranges::count_if(graph.nodes, [](const StoryNode& node) { return node.choices.size() > 1; });
  const auto endings = std::ranges::count_if(graph.nodes, [](const StoryNode& node) { return node.choices.empty(); });
  const bool is_whole = written->story.findings.empty() && decisions >= 180 && graph.nodes.size() >= 250 && endings >= 7;
  const std::string size = fmt::format("{} nodes, {} decisions, {} endings, {} faults", graph.nodes.size(), decisions, endings, written->story.findings.size());
  if (!is_whole) return report.add_missing("large_graph_seconds", size);
  report.add({.key = "large_graph_seconds", .value = written->milliseconds / 1000, .unit = "s", .n = 1, .note = size, .bound = Bound{5, 2, false}});
}

}  // namespace cineloom::bench
