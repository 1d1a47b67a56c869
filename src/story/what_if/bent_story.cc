#include "story/what_if/bent_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "math/statistics.h"
#include "story/checker.h"
#include "story/what_if/footage.h"
#include "story/what_if/wording.h"
#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

constexpr std::size_t kMostSentences = 12;  // of the film's way
constexpr std::size_t kMostCharacters = 40;

Fact happened(const std::string& what) { return {.predicate = "happened", .subject = what, .object = {}}; }
Fact alive(const std::string& who) { return {.predicate = "alive", .subject = who, .object = {}}; }

class GraphWriter {
 public:
  GraphWriter(const FilmModel& model, const Repair& repair, std::string language, std::string file)
      : model_(model), repair_(repair), is_chinese_(language == "zh"), file_(std::move(file)) {}

  StoryGraph write(const std::vector<LocalText>& understood) {
    find_needed();
    parting_ = first_bent_scene();
    for (int scene = 0; scene < parting_; ++scene) add_scene(scene, "film");
    if (graph_.nodes.empty()) open();
    const std::size_t at = graph_.nodes.size() - 1;
    for (int scene = parting_; scene < scenes(); ++scene) add_scene(scene, "bent");
    const bool has_way = graph_.nodes.size() > at + 1;
    if (has_way) finish(graph_.nodes.back(), {"The other way", "另一条路"});
    add_rest_as_filmed();
    part_ways(at, has_way, understood);
    graph_.start = graph_.nodes.front().id;
    return std::move(graph_);
  }

  [[nodiscard]] int parting() const { return parting_; }

 private:
  [[nodiscard]] int scenes() const { return static_cast<int>(model_.present.size()); }
  [[nodiscard]] const Scene& scene_at(int scene) const { return model_.film->timeline.scenes[static_cast<std::size_t>(scene)]; }
  [[nodiscard]] const Happening& at(int i) const { return model_.happenings[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const Outcome& outcome(int i) const { return repair_.outcomes[static_cast<std::size_t>(i)]; }

  // Which happenings something that is left stands on: these become facts.
  void find_needed() {
    needed_.assign(model_.happenings.size(), false);
    for (std::size_t i = 0; i < model_.happenings.size(); ++i) {
      if (repair_.outcomes[i].fate == PlotFate::Removed) continue;
      for (const int cause : causes_of(static_cast<int>(i))) needed_[static_cast<std::size_t>(cause)] = true;
    }
  }

  /// The nearest happening that is left for each thing, way and event that one needs.
  [[nodiscard]] std::vector<int> causes_of(int i) const {
    std::vector<int> causes;
    for (const Need& need : at(i).needs) {
      if (need.kind == NeedKind::Answer || need.kind == NeedKind::GoesOn) continue;
      const auto left = std::ranges::find_if(need.any_of.rbegin(), need.any_of.rend(), [this](int one) { return outcome(one).fate != PlotFate::Removed; });
      if (left != need.any_of.rend()) causes.push_back(*left);
    }
    return causes;
  }

  [[nodiscard]] int first_bent_scene() const {
    int first = scenes();
    for (std::size_t i = 0; i < model_.happenings.size(); ++i) {
      if (repair_.outcomes[i].fate != PlotFate::Kept) {
        first = at(static_cast<int>(i)).scene;
        break;
      }
    }
    for (const NewEvent& event : repair_.added) {
      const int scene = static_cast<std::size_t>(event.before) < model_.happenings.size() ? at(event.before).scene : scenes() - 1;
      first = std::min(first, scene);
    }
    return std::min(first, scenes() - 1);
  }

  [[nodiscard]] StoryNode node_of(int scene, const std::string& kind) const {
    const Scene& one = scene_at(scene);
    const std::string heading = one.heading.empty() ? fmt::format("{}", one.place) : one.heading;
    return {.id = fmt::format("{}_{}", kind, scene + 1),
            .beat = kind,
            .title = {heading.empty() ? fmt::format("Scene {}", scene + 1) : heading, heading.empty() ? fmt::format("第{}场", scene + 1) : heading},
            .text = {},
            .events = {},
            .footage = {},
            .question = {},
            .choices = {},
            .default_choice = {},
            .ending = {}};
  }

  void add_scene(int scene, const std::string& kind) {
    StoryNode node = node_of(scene, kind);
    double valence = 0;
    int told_ones = 0;
    for (int i = first_of(scene); i < static_cast<int>(model_.happenings.size()) && at(i).scene == scene; ++i) {
      add_new_before(node, i);
      if (outcome(i).fate == PlotFate::Removed) continue;
      add_happening(node, i);
      valence += at(i).valence;
      node.tension = std::max(node.tension, at(i).tension);
      ++told_ones;
    }
    if (scene + 1 == scenes()) add_new_before(node, static_cast<int>(model_.happenings.size()));
    if (node.text.empty()) return;
    node.valence = told_ones == 0 ? 0 : valence / told_ones;
    push(std::move(node));
  }

  [[nodiscard]] int first_of(int scene) const {
    const auto found = std::ranges::lower_bound(model_.happenings, scene, {}, &Happening::scene);
    return static_cast<int>(found - model_.happenings.begin());
  }

  void append(StoryNode& node, const std::string& text) const { node.text += (node.text.empty() ? "" : "\n") + text; }

  void add_happening(StoryNode& node, int i) {
    const Outcome& one = outcome(i);
    const bool is_changed = one.fate == PlotFate::Changed;
    append(node, told(model_, at(i), one.actors, is_changed ? one.text : at(i).text));
    if (!is_changed) add_footage(node, i);
    const std::vector<int> causes = causes_of(i);
    if (!is_changed && causes.empty() && !needed_[static_cast<std::size_t>(i)] && at(i).events.empty()) return;
    StoryEvent event{
        .schema = is_changed ? "changed" : "as_filmed", .actors = {}, .place = scene_at(at(i).scene).place, .preconditions = {}, .added = {}, .removed = {}};
    const std::string name = is_changed ? clipped(one.text) : label(model_, i);
    event.label = {name, name};
    for (const int who : one.actors) {
      event.actors.push_back(model_.cast.name(who));
      if (!at(i).is_spoken()) event.preconditions.push_back(alive(model_.cast.name(who)));
    }
    for (const int cause : causes) event.preconditions.push_back(happened(fact_name(cause)));
    if (needed_[static_cast<std::size_t>(i)]) event.added.push_back(happened(fact_name(i)));
    event.valence = at(i).valence;
    event.tension = at(i).tension;
    event.why = is_chinese_ ? why(model_, one).chinese : why(model_, one).english;
    node.events.push_back(std::move(event));
  }

  [[nodiscard]] std::string fact_name(int i) const { return fmt::format("{}: {}", i + 1, label(model_, i)); }

  void add_new_before(StoryNode& node, int i) {
    for (const NewEvent& one : repair_.added) {
      if (one.before != i) continue;
      append(node, is_chinese_ ? one.text.chinese : one.text.english);
      StoryEvent event{.schema = "new", .actors = {}, .place = node.title.english, .preconditions = {}, .added = {}, .removed = {}, .valence = one.valence};
      event.label = one.text;
      for (const int who : one.actors) event.actors.push_back(model_.cast.name(who));
      for (const int who : one.actors) event.preconditions.push_back(alive(model_.cast.name(who)));
      if (one.takes_life >= 0) event.removed.push_back(alive(model_.cast.name(one.takes_life)));
      event.why = is_chinese_ ? one.why.chinese : one.why.english;
      node.events.push_back(std::move(event));
    }
  }

  void add_footage(StoryNode& node, int i) const {
    if (file_.empty() || at(i).end <= at(i).begin) return;
    if (!node.footage.empty() && node.footage.back().end == at(i).begin) node.footage.back().end = at(i).end;
    else node.footage.push_back({.file = file_, .begin = at(i).begin, .end = at(i).end});
  }

  // Each node leads to the next one.
  void push(StoryNode node) {
    if (!graph_.nodes.empty()) link(graph_.nodes.back(), node);
    graph_.nodes.push_back(std::move(node));
  }

  static void link(StoryNode& from, const StoryNode& to) {
    from.choices = {{.id = "on", .label = {"Go on", "继续"}, .to = to.id, .effect = {}}};
    from.default_choice = "on";
  }

  void open() {
    StoryNode node{.id = "film_0",
                   .beat = "film",
                   .title = {"Before it begins", "开始之前"},
                   .text = is_chinese_ ? "故事在开头就分成了两条路。" : "The ways part before the first scene.",
                   .events = {},
                   .footage = {},
                   .question = {},
                   .choices = {},
                   .default_choice = {},
                   .ending = {}};
    graph_.nodes.push_back(std::move(node));
  }

  static void finish(StoryNode& node, LocalText name) {
    node.choices.clear();
    node.default_choice.clear();
    node.ending = std::move(name);
  }

  void add_rest_as_filmed() {
    StoryNode node = node_of(parting_, "rest");
    std::set<std::string> seen;
    for (const PlotEvent& event : model_.film->plot.events) {
      if (event.scene >= parting_ && seen.size() < kMostSentences && seen.insert(event.evidence).second) append(node, event.evidence);
    }
    for (int i = first_of(parting_); seen.empty() && i < static_cast<int>(model_.happenings.size()) && node.text.empty(); ++i)
      append(node, told(model_, at(i), at(i).actors, at(i).text));
    if (node.text.empty()) node.text = is_chinese_ ? "电影照原样继续。" : "The film goes on as it was made.";
    const FilmTime from = scene_at(parting_).begin;
    if (!file_.empty() && length_of(*model_.film) > from) node.footage = {{.file = file_, .begin = from, .end = length_of(*model_.film)}};
    finish(node, {"As it was filmed", "原片的结局"});
    graph_.nodes.push_back(std::move(node));
  }

  /// What is changed is so on the bent way only.
  static void begin_bent(StoryNode& node, const LocalText& change) {
    if (node.events.empty()) node.events.push_back({.schema = "change", .label = change});
    node.events.front().added.push_back({.predicate = "changed", .subject = change.english, .object = {}});
  }

  void part_ways(std::size_t at_node, bool has_way, const std::vector<LocalText>& understood) {
    StoryNode& node = graph_.nodes[at_node];
    node.choices.clear();
    node.question = {"Which way?", "走哪条路？"};
    LocalText change;
    for (const LocalText& one : understood) {
      change.english += (change.english.empty() ? "" : "; ") + one.english;
      change.chinese += (change.chinese.empty() ? "" : "；") + one.chinese;
    }
    if (has_way) {
      begin_bent(graph_.nodes[at_node + 1], change);
      node.choices.push_back({.id = "bent",
                              .label = {"What if: " + change.english, "假如：" + change.chinese},
                              .to = graph_.nodes[at_node + 1].id,
                              .effect = is_chinese_ ? change.chinese : change.english});
    }
    node.choices.push_back(
        {.id = "film", .label = {"As it was filmed", "按原片继续"}, .to = graph_.nodes.back().id, .effect = is_chinese_ ? "一切照旧" : "nothing changes"});
    node.default_choice = node.choices.front().id;
  }

  const FilmModel& model_;
  const Repair& repair_;
  bool is_chinese_;
  std::string file_;
  std::vector<bool> needed_;
  int parting_ = 0;
  StoryGraph graph_;
};

Bible bible_of(const FilmModel& model) {
  Bible bible;
  for (int who = 0; who < model.cast.size(); ++who) {
    if (bible.characters.size() < kMostCharacters)
      bible.characters.push_back({.name = model.cast.name(who), .role = who == 0 ? "protagonist" : "character", .traits = {}, .goal = {}});
  }
  std::set<std::string> seen;
  for (const Scene& scene : model.film->timeline.scenes) {
    if (!scene.place.empty() && seen.insert(scene.place).second) bible.places.push_back(scene.place);
  }
  return bible;
}

/// Of the facts of the beginning only those that something in the graph asks for.
void begin_alive(Bible& bible, const StoryGraph& graph) {
  std::set<Fact> asked;
  for (const StoryNode& node : graph.nodes) {
    for (const StoryEvent& event : node.events) {
      for (const Fact& fact : event.preconditions) {
        if (fact.predicate == "alive") asked.insert(fact);
      }
    }
  }
  bible.facts.assign(asked.begin(), asked.end());
}

/// The film's valence beside the other way's, scene by scene of the other way.
void compare_arcs(Story& story, const FilmModel& model) {
  std::vector<double> sums(model.present.size(), 0);
  std::vector<int> counts(model.present.size(), 0);
  for (const Happening& one : model.happenings) {
    sums[static_cast<std::size_t>(one.scene)] += one.valence;
    ++counts[static_cast<std::size_t>(one.scene)];
  }
  for (const StoryNode& node : story.graph.nodes) {
    if (node.id.starts_with("rest_") || node.id == "film_0") continue;
    const auto scene = static_cast<std::size_t>(std::stoi(node.id.substr(node.id.find('_') + 1)) - 1);
    story.requested_arc.push_back(counts[scene] == 0 ? 0 : sums[scene] / counts[scene]);
    story.achieved_arc.push_back(node.valence);
  }
  if (story.requested_arc.size() > 1) story.arc_correlation = pearson(story.requested_arc, story.achieved_arc);
}

}  // namespace

Story bent_story(const FilmModel& model, const Repair& repair, const WhatIfRequest& request, const LocalText& title, const std::string& file,
                 const std::vector<LocalText>& understood) {
  Story story{.id = {},
              .request = {.genre = {}, .premise = {}, .language = request.language, .decisions = 1, .max_age_rating = 18, .source = request.film},
              .title = title,
              .bible = bible_of(model),
              .graph = {},
              .requested_arc = {},
              .achieved_arc = {},
              .findings = {},
              .realizer = "film"};
  for (const LocalText& one : understood)
    story.request.premise += (story.request.premise.empty() ? "" : "; ") + (request.language == "zh" ? one.chinese : one.english);
  story.graph = GraphWriter(model, repair, request.language, file).write(understood);
  begin_alive(story.bible, story.graph);
  compare_arcs(story, model);
  story.findings = check_story(story.graph, {story.bible.facts.begin(), story.bible.facts.end()});
  return story;
}

}  // namespace cineloom::what_if
