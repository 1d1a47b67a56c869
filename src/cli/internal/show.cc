#include "cli/internal/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/json.h"
#include "cli/output.h"
#include "cli/terminal_plot.h"

namespace cineloom::cli {
namespace {

constexpr std::size_t kTextColumns = 88;
constexpr std::size_t kReasonsShown = 3;

std::string transitions_of(const VideoFindings& video) {
  std::map<std::string, int> counts;
  for (const Shot& shot : video.shots) ++counts[json::enum_name(shot.transition_in)];
  counts.erase("start");
  std::string text;
  for (const auto& [kind, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, kind);
  return text.empty() ? text : " (" + text + ")";
}

std::string sights_of(const FilmKnowledge& knowledge) {
  const VideoFindings& video = knowledge.video;
  if (video.is_scouted) return fmt::format("{} pictures of a first impression", video.keyframes.size());
  return fmt::format("{} frames, {} shots{}, {} scenes", video.frames, video.shots.size(), transitions_of(video), knowledge.timeline.scenes.size());
}

std::string valence_curve(const Arc& arc) {
  std::vector<double> valence;
  for (const ArcPoint& point : arc) valence.push_back(point.valence);
  double reach = 0.2;
  for (const double value : valence) reach = std::max(reach, std::abs(value));
  return draw_curve(valence, {.low = -reach, .high = reach});
}

std::string character_bars(const Plot& plot) {
  std::vector<Bar> bars;
  for (const Character& character : plot.characters) {
    if (bars.size() == 8) break;
    bars.push_back({.label = character.name,
                    .share = character.importance,
                    .note = fmt::format("{} lines, first at {}", character.lines, clock(character.first.count()))});
  }
  return draw_bars(bars);
}

std::string aspect_bars(const AudienceOpinion& audience) {
  std::vector<Bar> bars;
  for (const AspectOpinion& opinion : audience.aspects) {
    const int all = opinion.positive + opinion.negative;
    if (all == 0) continue;
    bars.push_back({.label = opinion.aspect,
                    .share = static_cast<double>(opinion.positive) / all,
                    .note = fmt::format("{} for, {} against", opinion.positive, opinion.negative)});
  }
  return draw_bars(bars);
}

std::string people_line(const FilmKnowledge& knowledge) {
  std::vector<std::string> people;
  for (std::size_t i = 0; i < knowledge.video.people.size(); ++i) {
    const auto name = std::ranges::find(knowledge.timeline.names, static_cast<int>(i), &PersonName::person);
    const std::string who = name == knowledge.timeline.names.end() ? fmt::format("person {}", i + 1) : name->character;
    people.push_back(fmt::format("{} in {} shots", who, knowledge.video.people[i].shots.size()));
  }
  return wrap(fmt::format("{} faces: {}", knowledge.video.faces.size(), fmt::join(people, ", ")), kTextColumns, "  ");
}

std::string words_of(TurningPointKind kind) {
  std::string text = json::enum_name(kind);
  std::ranges::replace(text, '_', ' ');
  return text;
}

const StoryNode* find_node(const StoryGraph& graph, const std::string& id) {
  const auto found = std::ranges::find(graph.nodes, id, &StoryNode::id);
  return found == graph.nodes.end() ? nullptr : &*found;
}

std::string show_choices(const StoryNode& node, const std::string& language) {
  std::string text;
  for (const StoryChoice& choice : node.choices) {
    const bool is_default = choice.id == node.default_choice;
    const std::string& label = language == "zh" ? choice.label.chinese : choice.label.english;
    text += fmt::format("    {} {}\n", is_default ? "▸" : "▹", is_default ? label : faint(label));
  }
  return text;
}

}  // namespace

std::string show_film(const Film& film) {
  std::string text = bold(film.title.english);
  if (film.year > 0) text += fmt::format(" ({})", film.year);
  if (film.title.original != film.title.english) text += fmt::format("  {}", film.title.original);
  if (film.title.chinese != film.title.original && !film.title.chinese.empty()) text += fmt::format("  {}", film.title.chinese);
  std::vector<std::string> facts;
  if (!film.genres.empty()) facts.push_back(fmt::format("{}", fmt::join(film.genres, ", ")));
  if (film.runtime.count() > 0) facts.push_back(fmt::format("{} min", film.runtime.count()));
  if (!film.directors.empty()) facts.push_back(fmt::format("{}", fmt::join(film.directors, ", ")));
  text += facts.empty() ? "\n" : fmt::format("\n  {}\n", fmt::join(facts, " · "));
  if (!film.synopsis.empty()) text += wrap(film.synopsis, kTextColumns, "  ");
  return text;
}

std::string show_summary(const Film& film, const FilmKnowledge& knowledge) {
  const VideoFindings& video = knowledge.video;
  std::string text = fmt::format("{} {}\n", bold("seen"), film.title.english);
  text += fmt::format("  {} long, {}x{}, {}\n", clock(video.duration.count()), video.width, video.height, sights_of(knowledge));
  const auto spoken = std::ranges::count(knowledge.timeline.lines, LineKind::Spoken, &Line::kind);
  const double found = knowledge.timeline.dialogue_coverage;
  if (spoken > 0) text += fmt::format("  {} spoken lines{}\n", spoken, found > 0 ? fmt::format(", {:.0f} % of them found in the screenplay", 100 * found) : "");
  if (!knowledge.video.people.empty()) text += people_line(knowledge);
  for (const NetUse& net : video.nets) text += fmt::format("  {} by your net {} ({:.12})\n", net.task, net.slot, net.sha256);
  if (!knowledge.plot.characters.empty()) text += bold("who") + "\n" + character_bars(knowledge.plot);
  if (!knowledge.arc.empty()) text += bold("how it feels") + "\n" + valence_curve(knowledge.arc);
  if (knowledge.audience.reviews > 0) {
    text += fmt::format("{} {} reviews, {} on average\n", bold("audience"), knowledge.audience.reviews,
                        knowledge.audience.mean_stars ? fmt::format("{:.1f} stars", *knowledge.audience.mean_stars) : "no stars");
    text += aspect_bars(knowledge.audience);
  }
  for (const auto* warnings : {&video.warnings, &knowledge.warnings}) {
    for (const std::string& warning : *warnings) text += fmt::format("  note: {}\n", warning);
  }
  return text;
}

std::string show_plot(const FilmKnowledge& knowledge) {
  std::string text = bold("turning points") + "\n";
  for (const TurningPoint& point : knowledge.plot.turning_points) {
    text += fmt::format("  {:>5}  {:<20} {}\n", clock(point.at.count()), words_of(point.kind), faint(point.why));
  }
  text += bold("what happens") + "\n";
  for (const PlotEvent& event : knowledge.plot.events) {
    text += fmt::format("  {:>5}  {}\n         {}\n", clock(event.at.count()), event.title, faint(fmt::format("{}", fmt::join(event.effects, "; "))));
  }
  return text;
}

std::string show_mood(const Mood& mood) {
  std::string text = fmt::format("valence {:+.2f}, arousal {:.2f}, uncertainty {:.2f}\n", mood.feeling.valence, mood.feeling.arousal, mood.uncertainty);
  for (const EmotionWeight& emotion : mood.emotions) text += fmt::format("  {} {:.2f}\n", emotion.name, emotion.weight);
  if (mood.wish) text += fmt::format("  wishes for valence {:+.2f}, arousal {:.2f}\n", mood.wish->valence, mood.wish->arousal);
  for (const MoodEvidence& evidence : mood.evidence) text += fmt::format("  \"{}\" → {}\n", evidence.text, evidence.effect);
  return text;
}

std::string show_picks(const Recommendation& recommendation, std::span<const Film> films) {
  std::string text;
  for (std::size_t i = 0; i < recommendation.picks.size(); ++i) {
    const Pick& pick = recommendation.picks[i];
    const Film& film = films[i];
    text += fmt::format("{:>2}. {} ({}) · {} · {} min\n    {} predicted {:.1f}, between {:.1f} and {:.1f}\n", i + 1, bold(film.title.english), film.year,
                        fmt::join(film.genres, ", "), film.runtime.count(), stars(pick.predicted_stars), pick.predicted_stars, pick.interval_low,
                        pick.interval_high);
    for (const Reason& reason : std::span(pick.reasons).first(std::min(pick.reasons.size(), kReasonsShown)))
      text += wrap("because " + reason.text.english, kTextColumns - 4, "      ");
  }
  for (const LocalText& note : recommendation.notes) text += fmt::format("  note: {}\n", note.english);
  for (const Relaxation& relaxation : recommendation.relaxations) {
    text += fmt::format("  without the condition \"{}\" there are {}\n", relaxation.text.english, relaxation.films);
  }
  for (const MemberSatisfaction& member : recommendation.fairness) {
    text += fmt::format("  for viewer {} the list is {:.0f} % as good as choosing alone\n", member.viewer.number(), 100 * member.satisfaction);
  }
  return text;
}

std::string show_parts(const Recommendation& recommendation, std::span<const Film> films) {
  std::string text = bold("what the scores are made of, in stars") + "\n";
  for (std::size_t i = 0; i < recommendation.picks.size(); ++i) {
    const Pick& pick = recommendation.picks[i];
    text += fmt::format("  {} is #{} of {} with {:.2f}:", films[i].title.english, pick.rank, recommendation.candidates, pick.score);
    for (const ScorePart& part : pick.parts) text += fmt::format(" {} {:+.2f}", part.name, part.worth);
    text += "\n";
  }
  return text;
}

std::string show_contrast(const Contrast& contrast, const Film& film) {
  std::string text = bold(film.title.english);
  text += contrast.rank ? fmt::format(" is #{} with {:.2f} stars; the last pick has {:.2f}\n", *contrast.rank, contrast.score, contrast.needed)
                        : " does not take part\n";
  for (const LocalText& condition : contrast.conditions) text += fmt::format("  against it: {}\n", condition.english);
  if (!contrast.rank) return text;
  for (const ScorePart& part : contrast.differences) {
    if (part.worth != 0) text += fmt::format("  {:<12} {:+.2f} stars beside the last pick\n", part.name, part.worth);
  }
  for (const Reason& reason : contrast.reasons) text += wrap(reason.text.english, kTextColumns - 4, "    ");
  return text;
}

std::string show_story(const Story& story) {
  const bool is_chinese = story.request.language == "zh";
  std::string text = bold(is_chinese ? story.title.chinese : story.title.english) + "\n\n";
  for (const StoryNode* node = find_node(story.graph, story.graph.start); node != nullptr;) {
    text += wrap(node->text, kTextColumns, "  ");
    if (node->ending) text += fmt::format("\n  — {} —\n", is_chinese ? node->ending->chinese : node->ending->english);
    text += show_choices(*node, story.request.language);
    const auto chosen = std::ranges::find(node->choices, node->default_choice, &StoryChoice::id);
    node = chosen == node->choices.end() ? nullptr : find_node(story.graph, chosen->to);
  }
  const auto endings = std::ranges::count_if(story.graph.nodes, [](const StoryNode& node) { return node.choices.empty(); });
  text += fmt::format("\n{}\n{}  {} nodes, {} endings, follows the arc with r = {:.2f}, {}; told by {}\n", bold("its arc"),
                      draw_curve(story.achieved_arc, {.columns = 48, .rows = 5}), story.graph.nodes.size(), endings, story.arc_correlation,
                      story.findings.empty() ? "the checker found no fault" : fmt::format("{} faults", story.findings.size()), story.realizer);
  return text;
}

std::string show_evaluation(const RatingEvaluation& evaluation) {
  std::vector<std::pair<double, double>> points;
  for (const RatedPrediction& point : evaluation.points) points.emplace_back(point.actual, point.predicted);
  return fmt::format("{} learned from {} ratings, tested on {} others\n  MSE {:.4f}, RMSE {:.4f}; biases alone RMSE {:.4f}\n{}", bold("accuracy"),
                     evaluation.trained_on, evaluation.tested_on, evaluation.mse, evaluation.rmse, evaluation.baseline_rmse, draw_scatter(points));
}

}  // namespace cineloom::cli
