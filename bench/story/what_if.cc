#include "what_if.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>

#include "base/random.h"
#include "fuse/script_timeline.h"
#include "math/statistics.h"
#include "pipeline/analysis.h"
#include "pipeline/bent_films.h"
#include "pipeline/screenplay_file.h"
#include "story/what_if/content.h"
#include "story/what_if/film_model.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;
using what_if::FilmModel;
using what_if::Happening;

constexpr int kChanges = 40;
constexpr std::array kKinds{"without", "dies", "survives", "event", "instead", "happy", "sad", "lighter", "darker", "told", "rated", "era"};

/// Whether a text has a word as it stands, small letters or not.
bool has_word(std::string_view text, std::string_view word, bool is_name) {
  const auto is_letter = [](char one) { return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z'); };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const bool ends = at + word.size() >= text.size() || !is_letter(text[at + word.size()]);
    if (begins && ends && (!is_name || (text[at] >= 'A' && text[at] <= 'Z'))) return true;
  }
  return false;
}

bool holds(const std::vector<std::string>& list, const std::string& value) { return std::ranges::find(list, value) != list.end(); }

/// One change, drawn by seed from what the film has.
struct Drawn {
  std::string kind;
  std::string sentence;
  std::string name;
  std::string other;
  int event = -1;
  int scene = -1;
  int age = 0;
};

class Drawer {
 public:
  Drawer(const FilmModel& model, Seed seed) : model_(model), random_(seed) {
    std::vector<int> parts(static_cast<std::size_t>(model.cast.size()), 0);
    for (const Happening& one : model.happenings) {
      for (const int who : one.actors) ++parts[static_cast<std::size_t>(who)];
    }
    for (int who = 0; who < model.cast.size(); ++who) {
      if (parts[static_cast<std::size_t>(who)] >= 2) people_.push_back(who);
    }
  }

  Drawn draw(int number) {
    for (int shift = 0;; ++shift) {
      if (auto drawn = draw_kind(kKinds[static_cast<std::size_t>(number + shift) % kKinds.size()])) return *drawn;
    }
  }

 private:
  [[nodiscard]] int person() { return people_[random_.below(people_.size())]; }

  std::optional<Drawn> draw_kind(const std::string& kind) {
    Drawn drawn{.kind = kind, .sentence = {}, .name = {}, .other = {}};
    const int who = person();
    drawn.name = model_.cast.name(who);
    if (kind == "without") drawn.sentence = "without " + drawn.name;
    if (kind == "told") drawn.sentence = "told by " + drawn.name;
    if (kind == "dies") {
      std::vector<int> scenes;
      for (int scene = 0; scene + 1 < static_cast<int>(model_.present.size()); ++scene) {
        if (model_.is_present(who, scene)) scenes.push_back(scene);
      }
      if (scenes.empty()) return std::nullopt;
      drawn.scene = scenes[random_.below(scenes.size())];
      drawn.sentence = fmt::format("{} dies in scene {}", drawn.name, drawn.scene + 1);
    }
    if (kind == "survives") {
      if (model_.deaths.empty()) return std::nullopt;
      drawn.name = model_.cast.name(model_.deaths[random_.below(model_.deaths.size())].character);
      drawn.sentence = drawn.name + " survives";
    }
    if (kind == "event" || kind == "instead") {
      const auto& events = model_.film->plot.events;
      if (events.empty()) return std::nullopt;
      drawn.event = static_cast<int>(random_.below(events.size()));
      if (model_.teller_of(drawn.event) < 0) return std::nullopt;
      drawn.sentence = fmt::format("event {} does not happen", drawn.event + 1);
      if (kind == "instead" && !draw_taker(drawn)) return std::nullopt;
    }
    if (kind == "happy" || kind == "sad") drawn.sentence = fmt::format("a {} ending", kind);
    if (kind == "lighter" || kind == "darker") drawn.sentence = kind;
    if (kind == "rated") {
      drawn.age = random_.below(2) == 0 ? 0 : 6;
      drawn.sentence = fmt::format("rated {}", drawn.age);
    }
    if (kind == "era") drawn.sentence = "in the middle ages";
    return drawn;
  }

  // Somebody who is in the scene and not in the event.
  bool draw_taker(Drawn& drawn) {
    const PlotEvent& event = model_.film->plot.events[static_cast<std::size_t>(drawn.event)];
    const Happening& teller = model_.happenings[static_cast<std::size_t>(model_.teller_of(drawn.event))];
    if (event.actors.empty() || model_.cast.find(event.actors.front()) < 0 || teller.events.size() != 1) return false;
    for (const int who : people_) {
      const bool is_named = std::ranges::any_of(model_.cast.mentions(teller.text), [&](const auto& one) { return one.character == who; });
      if (std::ranges::find(teller.actors, who) != teller.actors.end() || is_named || event.title.contains(" her") || event.title.contains(" him")) continue;
      drawn.name = event.actors.front();
      drawn.other = model_.cast.name(who);
      drawn.sentence = fmt::format("{} instead of {} {}", drawn.other, drawn.name, event.title.substr(event.title.find(' ') + 1));
      return true;
    }
    return false;
  }

  const FilmModel& model_;
  Random random_;
  std::vector<int> people_;
};

constexpr std::array kHard{"kill", "kills", "gun", "guns", "knife", "blood", "stabs", "murder", "damn", "hell", "beer", "drunk", "whiskey", "naked"};
constexpr std::array kModern{"phone", "car", "cars", "gun", "guns", "truck", "airplane", "hospital", "match", "lamp", "lamps", "wheelchair"};

bool is_left(const PlotChange& one) { return one.fate != PlotFate::Removed; }

template <class Words>
bool has_any(std::string_view text, const Words& words) {
  return std::ranges::any_of(words, [&](const char* word) { return has_word(text, word, false); });
}

double mean_of_lines(const WhatIf& result, const FilmKnowledge& film, bool all) {
  std::vector<double> values;
  for (const PlotChange& one : result.plot) {
    if (one.source.line >= 0 && (all || is_left(one))) values.push_back(film.timeline.lines[static_cast<std::size_t>(one.source.line)].feeling.valence);
  }
  return mean(values);
}

/// Whether what was asked for is so in what came out, read from the diff alone.
bool is_honoured(const Drawn& drawn, const WhatIf& result, const FilmModel& model) {
  const auto& plot = result.plot;
  const auto none_left = [&](auto fits) { return std::ranges::none_of(plot, [&](const PlotChange& one) { return is_left(one) && fits(one); }); };
  const auto has_new = [&](auto fits) { return std::ranges::any_of(plot, [&](const PlotChange& one) { return one.fate == PlotFate::New && fits(one); }); };
  if (drawn.kind == "without") {
    return none_left([&](const PlotChange& one) {
      return holds(one.actors, drawn.name) || (one.source.line < 0 && one.fate != PlotFate::New && has_word(one.now.english, drawn.name, true));
    });
  }
  if (drawn.kind == "dies") {
    const auto death =
        std::ranges::find_if(plot, [&](const PlotChange& one) { return one.fate == PlotFate::New && one.now.english.contains(drawn.name + " dies."); });
    return death != plot.end() && std::none_of(death + 1, plot.end(), [&](const PlotChange& one) { return is_left(one) && holds(one.actors, drawn.name); });
  }
  if (drawn.kind == "survives") {
    return has_new([&](const PlotChange& one) { return one.now.english == drawn.name + " does not die."; }) && none_left([&](const PlotChange& one) {
             return one.fate != PlotFate::New && has_any(one.was, std::array{"funeral", "grave", "coffin"}) &&
                    2 * one.source.begin > model.happenings.back().end;
           });
  }
  if (drawn.kind == "event" || drawn.kind == "instead") {
    const std::string& text = model.happenings[static_cast<std::size_t>(model.teller_of(drawn.event))].text;
    const auto told = std::ranges::find_if(plot, [&](const PlotChange& one) { return one.was == text; });
    if (told == plot.end()) return false;
    if (drawn.kind == "event") return told->fate == PlotFate::Removed && has_new([](const PlotChange& one) { return one.now.english.contains("does not"); });
    return told->fate == PlotFate::Changed && holds(told->actors, drawn.other) && !holds(told->actors, drawn.name);
  }
  if (drawn.kind == "happy" || drawn.kind == "sad") {
    return plot.back().fate == PlotFate::New && result.story.graph.nodes.size() > 1 &&
           std::ranges::any_of(result.story.graph.nodes, [&](const StoryNode& node) {
             return node.ending && !node.events.empty() && (drawn.kind == "happy" ? node.events.back().valence > 0.5 : node.events.back().valence < -0.5);
           });
  }
  if (drawn.kind == "lighter" || drawn.kind == "darker") {
    const double moved = mean_of_lines(result, *model.film, false) - mean_of_lines(result, *model.film, true);
    return drawn.kind == "lighter" ? moved > 0 : moved < 0;
  }
  if (drawn.kind == "told") {
    const int who = model.cast.find(drawn.name);
    return none_left([&](const PlotChange& one) { return one.fate != PlotFate::New && !model.is_present(who, one.source.scene); });
  }
  if (drawn.kind == "rated") return none_left([&](const PlotChange& one) { return drawn.age < 12 && has_any(one.now.english, kHard); });
  return none_left([&](const PlotChange& one) { return has_any(one.now.english, kModern); });
}

/// What the change says itself, by rules of this file: the cone grows from here through every cause, also through one of several.
std::vector<bool> reached_by(const Drawn& drawn, const FilmModel& model) {
  std::vector<bool> cone(model.happenings.size(), false);
  const int who = model.cast.find(drawn.name);
  const int teller = drawn.event >= 0 ? model.teller_of(drawn.event) : -1;
  const bool is_about_who = drawn.kind == "without" || drawn.kind == "dies";
  const auto mourned = std::ranges::find(model.deaths, who, &what_if::Death::character);
  for (std::size_t i = 0; i < cone.size(); ++i) {
    const Happening& one = model.happenings[i];
    const bool is_theirs = is_about_who && (std::ranges::find(one.actors, who) != one.actors.end() || std::ranges::find(one.about, who) != one.about.end() ||
                                            one.addressee == who || has_word(one.text, drawn.name, false));
    // Nobody else says what "she" means: every scene in which they are may speak of them.
    const bool is_near =
        is_about_who && model.is_present(who, one.scene) && has_any(one.text, std::array{"she", "her", "he", "him", "his", "She", "He", "His", "Her", "hers"});
    if (drawn.kind == "without") cone[i] = is_theirs || is_near;
    if (drawn.kind == "dies") cone[i] = one.scene > drawn.scene && (is_theirs || is_near);
    if (drawn.kind == "survives" && mourned != model.deaths.end())
      cone[i] = static_cast<int>(i) >= mourned->happening && static_cast<int>(i) <= mourned->mourned_until;
    if (drawn.kind == "event" || drawn.kind == "instead") cone[i] = static_cast<int>(i) == teller;
    if (drawn.kind == "happy" || drawn.kind == "sad") cone[i] = 20 * i > 16 * cone.size() && (drawn.kind == "happy" ? one.valence < 0 : one.valence > 0);
    if (drawn.kind == "lighter" || drawn.kind == "darker") cone[i] = drawn.kind == "lighter" ? one.valence < 0 : one.valence > 0;
    if (drawn.kind == "told") cone[i] = !model.is_present(who, one.scene);
    if (drawn.kind == "rated") cone[i] = what_if::age_of(one.text) > drawn.age;
    if (drawn.kind == "era") cone[i] = has_any(one.text, kModern);
    for (const auto& need : one.needs) {
      cone[i] = cone[i] || std::ranges::any_of(need.any_of, [&](int cause) { return cone[static_cast<std::size_t>(cause)]; });
    }
  }
  return cone;
}

struct Score {
  int honoured = 0;
  int tried = 0;
  int faults = 0;      ///< of the checker and of the cut
  double outside = 0;
  double kept = 0;
  std::vector<double> milliseconds;
  std::string missed;
};

/// Footage of what is gone that the cut would play.
int faults_of_cut(const WhatIf& result) {
  int faults = 0;
  for (const CutStretch& stretch : result.cut.stretches) {
    if (!stretch.card.english.empty()) continue;
    for (const PlotChange& one : result.plot) {
      const bool plays = one.source.begin < stretch.footage.end && stretch.footage.begin < one.source.end && one.source.end > one.source.begin;
      faults += plays && (one.fate == PlotFate::Removed || one.fate == PlotFate::Changed) ? 1 : 0;
    }
  }
  return faults;
}

void try_one(const Drawn& drawn, const KnownFilm& film, const FilmModel& model, Score& score) {
  const auto begin = std::chrono::steady_clock::now();
  const auto result = bend(film, {.film = {}, .changes = {drawn.sentence}}, {});
  ++score.tried;
  if (!result) {
    score.missed += fmt::format("{}: {}; ", drawn.sentence, result.error().message());
    return;
  }
  score.milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  const bool is_good = is_honoured(drawn, *result, model);
  score.honoured += is_good ? 1 : 0;
  if (!is_good) score.missed += drawn.sentence + "; ";
  score.faults += static_cast<int>(result->story.findings.size()) + faults_of_cut(*result);
  const std::vector<bool> cone = reached_by(drawn, model);
  std::size_t i = 0;
  for (const PlotChange& one : result->plot) {
    if (one.fate == PlotFate::New) continue;
    score.outside += cone[i] ? 0 : 1;
    score.kept += !cone[i] && one.fate == PlotFate::Kept ? 1 : 0;
    ++i;
  }
}

Expected<KnownFilm> demo_film() {
  const fs::path root = CINELOOM_SOURCE_DIR;
  const fs::path library = root / "demo" / "library";
  const fs::path pictures = fs::path(CINELOOM_BINARY_DIR) / "what_if_pictures";
  fs::create_directories(pictures);
  const FilmFiles files{.film = {},
                        .video = (library / "the-moon-in-the-reeds.mp4").string(),
                        .screenplay = (library / "the-moon-in-the-reeds.fountain").string(),
                        .subtitles = {(library / "the-moon-in-the-reeds.en.srt").string()},
                        .branches = {}};
  Progress progress;
  KnownFilm film{.knowledge = {}, .order = {}, .title = {"The Moon in the Reeds", {}}, .file = "the-moon-in-the-reeds.mp4"};
  CINELOOM_TRY_ASSIGN(film.knowledge, analyze_film(files, {}, {.models = root / "models", .picture_folder = pictures}, progress, {}));
  CINELOOM_TRY_ASSIGN(const ScreenplayReading reading, read_screenplay_file(files.screenplay));
  film.order = order_of(reading.screenplay);
  return film;
}

}  // namespace

void measure_what_if(Report& report) {
  const fs::path scripts = fs::path(CINELOOM_SOURCE_DIR) / ".." / "shared" / "data" / "screenplays";
  std::vector<Expected<KnownFilm>> films;
  films.push_back(demo_film());
  for (const char* name : {"Big Fish.fountain", "Brick_&_Steel.fountain"}) films.push_back(film_on_paper(scripts / name, CINELOOM_SOURCE_DIR, {}));
  Score all;
  for (std::size_t i = 0; i < films.size(); ++i) {
    if (!films[i]) return report.add_missing("whatif_kept", films[i].error().describe());
    const auto model = what_if::model_film(films[i]->knowledge, &films[i]->order, {});
    if (!model) return report.add_missing("whatif_kept", model.error().describe());
    Drawer drawer(*model, derive_seed(7, i));
    for (int number = 0; number < kChanges; ++number) try_one(drawer.draw(number), *films[i], *model, all);
  }
  const auto n = static_cast<std::uint64_t>(all.tried);
  if (!all.missed.empty()) fmt::print("not honoured: {}\n", all.missed);
  std::ranges::sort(all.milliseconds);
  report.add({.key = "whatif_honoured",
              .value = all.honoured / static_cast<double>(all.tried),
              .n = n,
              .note = "demo film, Big Fish, Brick & Steel; 40 changes each",
              .bound = Bound{1, 1, true}});
  report.add({.key = "whatif_kept",
              .value = all.kept / all.outside,
              .n = static_cast<std::uint64_t>(all.outside),
              .note = "happenings that no chain of causes from the change reaches",
              .bound = Bound{.9, .95, true}});
  report.add({.key = "whatif_faults",
              .value = 1.0 * all.faults,
              .n = n,
              .note = "checker's findings, and footage of what is gone in the cut",
              .bound = Bound{0, 0, false}});
  report.add({.key = "whatif_p95_ms", .value = all.milliseconds[all.milliseconds.size() * 95 / 100], .unit = "ms", .n = n, .note = "with story, diff and cut"});
}

}  // namespace cineloom::bench
