#include "story/what_if/footage.h"

#include <algorithm>

#include "base/utf8.h"

namespace cineloom::what_if {
namespace {

constexpr FilmTime kShortest{240};  // a flash shorter than this cannot be seen
constexpr FilmTime kCardLeast{2500};
constexpr FilmTime kCardMost{9000};
constexpr int kReadingMilliseconds = 55;  // a character of English
constexpr int kReadingHan = 200;          // and of Chinese

FilmTime reading_time(const LocalText& card) {
  const auto english = static_cast<int>(count_characters(card.english)) * kReadingMilliseconds;
  const auto chinese = static_cast<int>(count_characters(card.chinese)) * kReadingHan;
  return std::clamp(FilmTime(1000 + std::min(english, chinese)), kCardLeast, kCardMost);
}

}  // namespace

int shot_at(const FilmKnowledge& film, FilmTime at) {
  const auto& shots = film.video.shots;
  const auto found = std::ranges::upper_bound(shots, at, {}, &Shot::end);
  return found == shots.end() ? static_cast<int>(shots.size()) - 1 : static_cast<int>(found - shots.begin());
}

FilmTime length_of(const FilmKnowledge& film) {
  return film.video.duration > FilmTime(0) || film.timeline.scenes.empty() ? film.video.duration : film.timeline.scenes.back().end;
}

void CutBuilder::add_footage(const Happening& happening, const LocalText& why) {
  if (file_.empty() || happening.end <= happening.begin) return;
  if (!cut_.stretches.empty()) {
    CutStretch& last = cut_.stretches.back();
    if (last.card.english.empty() && last.footage.end == happening.begin && last.scene == happening.scene && last.why == why) {
      last.footage.end = happening.end;
      last.length = last.footage.end - last.footage.begin;
      return;
    }
  }
  cut_.stretches.push_back({.footage = {.file = file_, .begin = happening.begin, .end = happening.end},
                            .length = happening.end - happening.begin,
                            .card = {},
                            .why = why,
                            .scene = happening.scene});
}

void CutBuilder::add_card(const Happening& happening, LocalText card, const LocalText& why) {
  const FilmTime length = reading_time(card);
  cut_.stretches.push_back({.footage = {.file = file_, .begin = happening.begin, .end = happening.begin},
                            .length = length,
                            .card = std::move(card),
                            .why = why,
                            .scene = happening.scene});
}

FilmCut CutBuilder::take(LocalText title) && {
  std::erase_if(cut_.stretches, [](const CutStretch& one) { return one.length < kShortest; });
  // Stretches that only a reason or a scene's end told apart play as one.
  std::vector<CutStretch> joined;
  for (CutStretch& one : cut_.stretches) {
    const bool goes_on = !joined.empty() && joined.back().card.english.empty() && one.card.english.empty() && joined.back().footage.end == one.footage.begin &&
                         joined.back().why == one.why;
    if (goes_on) {
      joined.back().footage.end = one.footage.end;
      joined.back().length += one.length;
    } else {
      joined.push_back(std::move(one));
    }
  }
  cut_.stretches = std::move(joined);
  for (const CutStretch& one : cut_.stretches) cut_.length += one.length;
  cut_.film_length = length_of(*model_.film);
  cut_.title = std::move(title);
  if (file_.empty())
    cut_.notes.push_back({"There is no footage of this film: only what stands on cards could be shown.", "这部电影没有画面：能放的只有字幕卡。"});
  return std::move(cut_);
}

}  // namespace cineloom::what_if
