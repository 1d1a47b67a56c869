#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/knowledge.h"
#include "fuse/internal/script_scenes.h"
#include "fuse/internal/words.h"

namespace cineloom::fuse {

/// How far a film has gone from its screenplay.
struct Degradation {
  double changed_words = 0.1;     ///< replaced, left out or added
  double deleted_scenes = 0.1;    ///< written but not filmed
  double improvised_scenes = 0.1; ///< filmed but not written
  double moved_scenes = 0.1;
  double shared_cues = 0.1;       ///< of short lines that stand with the next one's in one cue
  std::uint64_t seed = 1;
};

struct TrueLine {
  std::string speaker;
  std::string heading;
  FilmTime middle{0};
  bool is_written = true;
};

/// Subtitles made from a screenplay's own dialogue, and who really speaks.
struct DegradedFilm {
  Screenplay screenplay;  ///< as it reaches the aligner
  std::vector<Cue> cues;
  std::vector<TrueLine> truth;
};

class FilmDegrader {
 public:
  FilmDegrader(const Screenplay& screenplay, const Degradation& degradation)
      : original_(screenplay), script_(read_script(screenplay)), degradation_(degradation), random_(degradation.seed) {}

  DegradedFilm degrade() {
    choose_scenes();
    for (const Speech& speech : script_.speeches) {
      for (std::string& word : words_of(speech.text)) vocabulary_.push_back(std::move(word));
    }
    for (const int scene : order_) {
      for (const Speech& speech : script_.speeches) {
        if (speech.scene == scene) say(speech);
      }
      at_ += FilmTime(4000);
    }
    flush();
    write_screenplay();
    return std::move(film_);
  }

 private:
  void choose_scenes() {
    is_written_.assign(script_.scenes.size(), true);
    for (int scene = 0; scene < std::ssize(script_.scenes); ++scene) {
      if (random_.uniform() < degradation_.deleted_scenes) continue;
      is_written_[static_cast<std::size_t>(scene)] = random_.uniform() >= degradation_.improvised_scenes;
      order_.push_back(scene);
    }
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (random_.uniform() < degradation_.moved_scenes) std::swap(order_[i], order_[random_.below(order_.size())]);
    }
  }

  std::string changed(const std::string& word) {
    if (random_.uniform() >= degradation_.changed_words) return word + " ";
    const std::string& other = vocabulary_[random_.below(vocabulary_.size())];
    switch (random_.below(4)) {
      case 0: return "";
      case 1: return word + " " + other + " ";
      default: return other + " ";
    }
  }

  void say(const Speech& speech) {
    std::string text;
    std::size_t words = 0;
    for (std::size_t begin = 0; begin < speech.text.size();) {
      const std::size_t end = std::min(speech.text.find_first_of(" \n", begin), speech.text.size());
      const std::string word = speech.text.substr(begin, end - begin);
      begin = end + 1;
      if (word.empty()) continue;
      text += changed(word);
      const bool ends_sentence = word.ends_with('.') || word.ends_with('?') || word.ends_with('!');
      if (++words < 12 && !(words >= 5 && ends_sentence)) continue;
      add(speech, std::exchange(text, {}));
      words = 0;
    }
    add(speech, text);
  }

  void add(const Speech& speech, std::string text) {
    while (text.ends_with(' ')) text.pop_back();
    if (text.empty()) return;
    const bool is_short = text.size() < 40;
    const bool joins =
        is_short && !pending_.empty() && pending_.size() < 2 && pending_.back().first.size() < 40 && random_.uniform() < degradation_.shared_cues * 4;
    if (!joins) flush();
    const bool is_written = speech.scene < 0 || is_written_[static_cast<std::size_t>(speech.scene)];
    const std::string heading = speech.scene < 0 ? "" : script_.scenes[static_cast<std::size_t>(speech.scene)].heading;
    pending_.emplace_back(std::move(text), TrueLine{.speaker = speech.speaker, .heading = heading, .is_written = is_written});
  }

  void flush() {
    if (pending_.empty()) return;
    Cue cue{.begin = at_, .text = {}};
    std::size_t total = 0;
    for (auto& [text, line] : pending_) total += text.size();
    cue.end = at_ + FilmTime(600 + 60 * static_cast<int>(total));
    std::size_t before = 0;
    for (auto& [text, line] : pending_) {
      const double place = (static_cast<double>(before) + static_cast<double>(text.size()) / 2) / static_cast<double>(total);
      line.middle = cue.begin + FilmTime(static_cast<std::int64_t>(place * static_cast<double>((cue.end - cue.begin).count())));
      before += text.size();
      cue.text += (cue.text.empty() ? "" : "\n") + std::string(pending_.size() > 1 ? "- " : "") + text;
      film_.truth.push_back(line);
    }
    at_ = cue.end + FilmTime(150);
    film_.cues.push_back(std::move(cue));
    pending_.clear();
  }

  void write_screenplay() {
    int scene = -1;
    for (const ScreenplayElement& element : original_.elements) {
      if (element.kind == ElementKind::SceneHeading) ++scene;
      if (scene < 0 || is_written_[static_cast<std::size_t>(scene)]) film_.screenplay.elements.push_back(element);
    }
  }

  const Screenplay& original_;
  Script script_;
  Degradation degradation_;
  Random random_;
  std::vector<bool> is_written_;
  std::vector<int> order_;
  std::vector<std::string> vocabulary_;
  std::vector<std::pair<std::string, TrueLine>> pending_;
  FilmTime at_{1000};
  DegradedFilm film_;
};

/// How many lines got their true speaker.
struct SpeakerScore {
  double coverage = 0;   ///< of the lines whose scene is in the screenplay
  double precision = 0;  ///< of the lines that got a speaker
  double scenes = 0;     ///< share of the written lines that lie in a scene with the true heading
  std::size_t lines = 0;
};

inline SpeakerScore score_speakers(const Timeline& timeline, std::span<const TrueLine> truth) {
  double written = 0;
  double claimed = 0;
  double right = 0;
  double covered = 0;
  double placed = 0;
  for (const TrueLine& line : truth) {
    const auto found = std::ranges::find_if(timeline.lines, [&](const Line& one) { return one.begin <= line.middle && line.middle <= one.end; });
    if (found == timeline.lines.end()) continue;
    written += line.is_written ? 1 : 0;
    claimed += found->speaker.empty() ? 0 : 1;
    const bool is_right = found->speaker == line.speaker;
    right += is_right ? 1 : 0;
    covered += is_right && line.is_written ? 1 : 0;
    const bool has_scene = found->scene >= 0 && timeline.scenes[static_cast<std::size_t>(found->scene)].heading == line.heading;
    placed += line.is_written && has_scene ? 1 : 0;
  }
  return {.coverage = covered / std::max(written, 1.0),
          .precision = right / std::max(claimed, 1.0),
          .scenes = placed / std::max(written, 1.0),
          .lines = truth.size()};
}

}  // namespace cineloom::fuse
