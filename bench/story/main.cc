// What the story engine's stories are worth, measured from their graphs by code that knows nothing of the planner.
//   ./dev bench story                  everything
//   bench_story --only soundness       one part
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "domain/json.h"
#include "math/statistics.h"
#include "mutations.h"
#include "paths.h"
#include "pipeline/story_formats.h"
#include "report.h"
#include "story/checker.h"
#include "story/story_engine.h"
#include "story_set.h"
#include "what_if.h"

namespace cineloom::bench {
namespace {

constexpr int kStories = 1200;
constexpr std::size_t kMostPaths = 4096;
constexpr std::size_t kWords = 300;
constexpr int kWalked = 120;

double share(int part, int whole) { return whole > 0 ? static_cast<double>(part) / whole : 0; }

/// Gathers what is measured of each story.
class Measures {
 public:
  void add(const Written& written) {
    const Story& story = written.story;
    const auto beginning = beginning_of(story);
    const auto faults = faults_of(story);
    faults_ += faults.size();
    if (first_fault_.empty() && !faults.empty()) {
      const StoryFinding& first = faults.front();
      first_fault_ = fmt::format("seed {}, {} at {}: {}", story.request.seed, first.kind, first.node, first.what);
    }
    const auto paths = paths_of(story.graph, kMostPaths);
    for (const StoryPath& path : paths) {
      violations_ += violations_on(path, beginning);
      connectivity_.push_back(causal_connectivity(path));
      const Intentionality judged = intentionality(path, story.bible);
      acts_.acts += judged.acts;
      acts_.explained += judged.explained;
      acts_.feelings += judged.feelings;
      const Setups setups = setups_on(path, story.bible);
      setups_.planted += setups.planted;
      setups_.paid += setups.paid;
      salience_ = std::min(salience_, least_salience(path, story.graph, beginning));
    }
    paths_ += paths.size();
    const StoryPath usual = default_path(story.graph);
    arcs_.push_back(arc_correlation(usual, story.request.arc, arc_target(story.request.arc, 0)));
    milliseconds_.push_back(written.milliseconds);
    std::string plot;
    for (const StoryEvent* event : events_on(usual)) plot += event->schema + ' ';
    plots_.insert(plot + json::enum_name(story.request.arc));
    add_text(text_of(usual), story.request.language == "zh");
    ++stories_;
  }

  void report(Report& report) const {
    const auto n = static_cast<std::uint64_t>(stories_);
    report.add({.key = "stories", .value = 1.0 * stories_, .n = n, .bound = Bound{kStories, kStories, true}});
    report.add({.key = "graph_faults", .value = 1.0 * static_cast<double>(faults_), .n = n, .note = first_fault_, .bound = Bound{0, 0, false}});
    report.add(
        {.key = "precondition_violations", .value = 1.0 * violations_, .n = paths_, .note = fmt::format("over {} paths", paths_), .bound = Bound{0, 0, false}});
    report.add({.key = "causal_connectivity",
                .value = mean(connectivity_),
                .n = connectivity_.size(),
                .note = "mean over all paths, to the last event",
                .bound = Bound{.85, .95, true}});
    report.add({.key = "intentionality",
                .value = share(acts_.explained, acts_.acts),
                .n = static_cast<std::uint64_t>(acts_.acts),
                .note = fmt::format("{} more acts out of feeling", acts_.feelings),
                .bound = Bound{.98, 1, true}});
    report.add({.key = "setups_paid",
                .value = share(setups_.paid, setups_.planted),
                .n = static_cast<std::uint64_t>(setups_.planted),
                .note = "of the promises on all paths",
                .bound = Bound{1, 1, true}});
    report.add({.key = "arc_r_mean", .value = mean(arcs_), .n = n, .note = "default path", .bound = Bound{.95, .98, true}});
    report.add({.key = "arc_r_min", .value = *std::ranges::min_element(arcs_), .n = n, .bound = Bound{.85, .9, true}});
    report.add({.key = "salience_min", .value = salience_, .n = n, .bound = Bound{.5, .7, true}});
    report.add({.key = "plots_distinct",
                .value = static_cast<double>(plots_.size()) / stories_,
                .n = n,
                .note = "default paths of 200 seeds an arc",
                .bound = Bound{1, 1, true}});
    report.add({.key = "plan_p95_ms", .value = share_point(milliseconds_, .95), .unit = "ms", .n = n, .bound = Bound{250, 100, false}});
    if (distinct2_.empty()) return report.add_missing("distinct2_300", fmt::format("no path has {} words; the longest has {}", kWords, longest_));
    report.add(
        {.key = "distinct2_300", .value = mean(distinct2_), .n = distinct2_.size(), .note = "default paths with 300 words", .bound = Bound{.89, .92, true}});
    report.add({.key = "rep4_300", .value = mean(rep4_), .n = rep4_.size(), .bound = Bound{.007, .004, false}});
  }

 private:
  void add_text(const std::string& text, bool is_chinese) {
    std::vector<std::string> words = words_of(text, is_chinese);
    if (!is_chinese) longest_ = std::max(longest_, words.size());
    if (is_chinese || words.size() < kWords) return;
    words.resize(kWords);
    const Diversity diversity = diversity_of(words);
    distinct2_.push_back(diversity.distinct2);
    rep4_.push_back(diversity.rep4);
  }

  Intentionality acts_;
  Setups setups_;
  int stories_ = 0;
  std::size_t faults_ = 0;
  std::string first_fault_;
  int violations_ = 0;
  std::size_t paths_ = 0;
  double salience_ = 1;
  std::size_t longest_ = 0;
  std::set<std::string> plots_;
  std::vector<double> connectivity_, arcs_, milliseconds_, distinct2_, rep4_;
};

void measure_soundness(Report& report) {
  const auto library = story_library();
  if (!library) return report.add_missing("stories", library.error().describe());
  Measures measures;
  for (int i = 0; i < kStories; ++i) {
    if (const auto written = write_timed(story_request(i), *library)) measures.add(*written);
  }
  measures.report(report);
}

/// What another engine's walk over every state of an exported story must find: the same endings, each node visited, no way that is stuck.
bool agrees(const boost::json::object& walked, const Story& story) {
  std::set<std::string> endings;
  for (const StoryNode& node : story.graph.nodes) {
    if (node.choices.empty()) endings.insert(node.id);
  }
  std::set<std::string> found;
  for (const auto& ending : walked.at("endings").as_array()) found.emplace(ending.as_string());
  const bool is_whole = walked.at("visited").as_int64() == static_cast<std::int64_t>(story.graph.nodes.size()) && walked.at("trapped").as_int64() == 0;
  return walked.at("problems").as_array().empty() && is_whole && found == endings;
}

void measure_ink(Report& report) {
  const auto web = std::filesystem::path(CINELOOM_SOURCE_DIR) / "web";
  const auto library = story_library();
  if (!library || !std::filesystem::exists(web / "node_modules" / "inkjs"))
    return report.add_missing("ink_walk_ok", "inkjs is not installed: ./dev test fetches it");
  const auto folder = std::filesystem::path(CINELOOM_BINARY_DIR) / "ink";
  std::filesystem::create_directories(folder);
  std::vector<Story> stories;
  std::string command = fmt::format("node '{}'", (web / "tests" / "ink_walk.mjs").string());
  for (int i = 0; i < kWalked; ++i) {
    const auto written = write_timed(story_request(i), *library);
    const auto text = written ? export_story(written->story, "ink") : Expected<std::string>(fail(ErrorCode::Internal, "no story"));
    const auto file = folder / fmt::format("{}.ink", i);
    if (!text || !write_file(file, *text)) return report.add_missing("ink_walk_ok", "a story could not be exported");
    stories.push_back(written->story);
    command += fmt::format(" '{}'", file.string());
  }
  const std::string lines = output_of(command) + "\n";
  double good = 0;
  std::size_t at = 0;
  for (const Story& story : stories) {
    const auto end = lines.find('\n', at);
    boost::system::error_code error;
    const auto walked = boost::json::parse(lines.substr(at, end - at), error);
    if (error || !walked.is_object()) return report.add_missing("ink_walk_ok", "the walk failed: " + lines.substr(at, 200));
    good += agrees(walked.as_object(), story) ? 1 : 0;
    at = end + 1;
  }
  report.add({.key = "ink_walk_ok", .value = good / kWalked, .n = kWalked, .note = "compiled and walked by inkjs", .bound = Bound{1, 1, true}});
}

constexpr std::array kParts{
    Part{"soundness", measure_soundness},   Part{"ink", measure_ink},         Part{"mutations", measure_mutations}, Part{"constraints", measure_constraints},
    Part{"replanning", measure_replanning}, Part{"viewers", measure_viewers}, Part{"large", measure_large_graph},   Part{"whatif", measure_what_if}};

int measure(std::span<char*> arguments) {
  Report report("story", 1);
  for (const char* name : {"schemas.json", "names.json", "goals.json", "setups.json", "genres.json"})
    report.add_data(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story" / name);
  return run_parts(report, kParts, arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
