#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "domain/knowledge.h"
#include "domain/script_order.h"

namespace cineloom::what_if {

/// Makes a film out of lines such as "Ada: Where is the key?" and of action, scene by scene; each takes two seconds.
class SmallFilm {
 public:
  explicit SmallFilm(std::vector<std::string> characters) {
    for (std::string& name : characters)
      knowledge_.plot.characters.push_back(
          {.name = std::move(name), .aliases = {}, .importance = 0.5 / static_cast<double>(knowledge_.plot.characters.size() + 1), .description = {}});
  }

  SmallFilm& scene(const std::string& heading, const std::string& place) {
    const FilmTime now = time();
    knowledge_.timeline.scenes.push_back(
        {.begin = now, .end = now, .heading = heading, .setting = {}, .place = place, .time_of_day = {}, .characters = {}, .action = {}});
    order_.push_back({.heading = heading, .lines_before = {}});
    return *this;
  }
  SmallFilm& says(const std::string& who, const std::string& text, double valence = 0) {
    Scene& scene = knowledge_.timeline.scenes.back();
    const FilmTime begin = time();
    scene.end = begin + kStep;
    knowledge_.timeline.lines.push_back({.begin = begin,
                                         .end = scene.end,
                                         .speaker = who,
                                         .text = text,
                                         .scene = static_cast<int>(knowledge_.timeline.scenes.size()) - 1,
                                         .confidence = 1,
                                         .feeling = {.valence = valence}});
    if (std::ranges::find(scene.characters, who) == scene.characters.end()) scene.characters.push_back(who);
    ++order_.back().lines;
    return *this;
  }
  SmallFilm& does(const std::string& action) {
    Scene& scene = knowledge_.timeline.scenes.back();
    scene.action += (scene.action.empty() ? "" : "\n") + action;
    scene.end = time() + kStep;
    order_.back().lines_before.push_back(order_.back().lines);
    return *this;
  }
  /// The action that was just told is an event of the plot.
  SmallFilm& event(const std::string& title, const std::string& who, const std::string& effect, std::vector<int> causes = {}) {
    const Scene& scene = knowledge_.timeline.scenes.back();
    const auto begin = scene.action.rfind('\n') == std::string::npos ? 0 : scene.action.rfind('\n') + 1;
    knowledge_.plot.events.push_back({.title = title,
                                      .scene = static_cast<int>(knowledge_.timeline.scenes.size()) - 1,
                                      .at = scene.end - kStep,
                                      .actors = {who},
                                      .preconditions = {},
                                      .effects = {effect},
                                      .evidence = scene.action.substr(begin),
                                      .span = {begin, scene.action.size()},
                                      .causes = std::move(causes)});
    return *this;
  }
  /// Shots of a scene each at 25 frames a second, as a film that was shot has them.
  SmallFilm& shot() {
    std::int64_t frame = 0;
    for (const Scene& scene : knowledge_.timeline.scenes) {
      const std::int64_t last = scene.end.count() / 40 - 1;
      Shot one{.begin = scene.begin, .end = scene.end};
      one.first.ordinal = frame;
      one.last.ordinal = last;
      knowledge_.video.shots.push_back(one);
      frame = last + 1;
    }
    knowledge_.video.duration = time();
    knowledge_.video.frames = frame;
    knowledge_.video.frames_per_second = 25;
    return *this;
  }

  [[nodiscard]] FilmKnowledge& knowledge() { return knowledge_; }
  [[nodiscard]] const ScriptOrder& order() const { return order_; }

 private:
  static constexpr FilmTime kStep{2000};
  [[nodiscard]] FilmTime time() const { return knowledge_.timeline.scenes.empty() ? FilmTime(0) : knowledge_.timeline.scenes.back().end; }

  FilmKnowledge knowledge_;
  ScriptOrder order_;
};

/// A key is found, given, and opens a gate; a guide shows the way; an old man dies and is mourned.
inline SmallFilm film_of_the_key() {
  SmallFilm film({"Ada", "Ben", "Old Carl", "Dora"});
  film.scene("INT. KITCHEN - DAY", "Kitchen")
      .does("Ada finds a brass key under the floor.")
      .event("Ada finds a brass key under the floor", "Ada", "Ada has the brass key")
      .says("Ada", "My grandmother hid this.", 0.1)
      .says("Ben", "What does it open?", 0);
  film.scene("EXT. MARKET - DAY", "Market")
      .does("Dora the guide leans on her cart.")
      .says("Dora", "There is a gate in the quarry. Nobody opens it.", -0.2)
      .says("Ada", "Can you take us there?", 0.2)
      .says("Dora", "For a song.", 0.3)
      .does("Ada laughs.")
      .says("Ben", "I cannot sing.", -0.1);
  film.scene("EXT. QUARRY - NIGHT", "Quarry")
      .does("Ada opens the gate with the brass key.")
      .event("Ada opens the gate with the brass key", "Ada", "the gate is open", {0})
      .says("Ben", "The gate is open, Ada.", 0.5)
      .does("Old Carl sits behind it. Ben shoots his pistol into the dark.")
      .says("Old Carl", "You are late.", -0.3)
      .says("Ada", "Grandfather!", 0.6)
      .does("Old Carl closes his eyes and dies.");
  film.scene("EXT. CEMETERY - DAY", "Cemetery").does("Ada and Ben stand at the grave.").says("Ben", "He waited for you.", -0.6);
  film.scene("INT. KITCHEN - DAY", "Kitchen")
      .does("Ada puts the key back under the floor.")
      .says("Ada", "Now I know what it opens.", 0.4)
      .says("Ben", "Yes.", 0.1);
  film.knowledge().plot.relations.push_back({.a = "Ada", .b = "Ben", .scenes_together = 4, .lines_between = 3, .warmth = 0});
  film.shot();
  return film;
}

}  // namespace cineloom::what_if
