#include "sentiment/audience_moments.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/utf8.h"
#include "sentiment/internal/tokens.h"

namespace cineloom {
namespace {

// A scene is meant if its words are at least as rare as one that no other scene has, and clearly more so than any other scene's.
constexpr double kClearly = 1.5;
constexpr std::size_t kStem = 6;
constexpr std::size_t kShortestWord = 4;
// A stretch that is spoken of as a whole says less of each of its moments.
constexpr double kWholeShare = 0.1;

struct Stretch {
  std::string_view word;
  double begin = 0;
  double end = 1;
};
constexpr std::array<Stretch, 22> kStretches = {
    {{"opening", 0, .1},     {"beginning", 0, .2},     {"first scene", 0, .1}, {"first minute", 0, .1}, {"first half", 0, .5}, {"first act", 0, .3},
     {"middle", .35, .65},   {"second act", .25, .75}, {"second half", .5, 1}, {"last act", .75, 1},    {"final act", .75, 1}, {"last scene", .9, 1},
     {"last minute", .9, 1}, {"ending", .85, 1},       {"finale", .85, 1},     {"开头", 0, .2},         {"前半", 0, .5},       {"中段", .35, .65},
     {"后半", .5, 1},        {"最后一分钟", .9, 1},    {"结局", .85, 1},       {"结尾", .85, 1}}};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

using Stems = std::set<std::string>;

/// Beginnings of longer Latin words, and pairs of Han characters.
Stems stems_of(std::string_view text) {
  Stems stems;
  std::string word;
  std::string before;  // a Han character
  for (std::string_view rest = text; !rest.empty();) {
    const auto decoded = decode_utf8(rest).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const std::string_view letter = rest.substr(0, decoded.bytes);
    rest.remove_prefix(decoded.bytes);
    const bool is_wide = is_han(decoded.code_point);
    const bool is_letter = !is_wide && decoded.code_point < 0x250 && (decoded.code_point > 0x7F || std::isalpha(static_cast<int>(decoded.code_point)) != 0);
    if (is_letter) word += letter;
    if (!is_letter || rest.empty()) {
      if (word.size() >= kShortestWord) stems.insert(lower(word).substr(0, kStem));
      word.clear();
    }
    if (is_wide && !before.empty()) stems.insert(before + std::string(letter));
    before = is_wide ? std::string(letter) : "";
  }
  return stems;
}

/// Which scene a clause means, by words that few scenes have.
class Scenes {
 public:
  explicit Scenes(const Timeline& timeline) : scenes_(timeline.scenes), words_(timeline.scenes.size()) {
    for (std::size_t i = 0; i < scenes_.size(); ++i) words_[i] = stems_of(scenes_[i].heading + "\n" + scenes_[i].action);
    for (const Line& line : timeline.lines) {
      if (line.scene >= 0 && static_cast<std::size_t>(line.scene) < words_.size()) words_[static_cast<std::size_t>(line.scene)].merge(stems_of(line.text));
    }
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (const std::string& word : words_[i]) having_[word].push_back(i);
    }
  }

  [[nodiscard]] std::optional<std::size_t> find(std::string_view clause) const {
    if (scenes_.size() < 2) return std::nullopt;
    std::vector<double> scores(scenes_.size(), 0);
    const auto count = static_cast<double>(scenes_.size());
    for (const std::string& word : stems_of(clause)) {
      const auto found = having_.find(word);
      if (found == having_.end()) continue;
      const double rarity = std::log(count / static_cast<double>(found->second.size()));
      for (const std::size_t scene : found->second) scores[scene] += rarity;
    }
    const auto best = std::ranges::max_element(scores);
    const double score = *best;
    const auto scene = static_cast<std::size_t>(best - scores.begin());
    *best = 0;
    if (score < std::log(count) || score < kClearly * std::ranges::max(scores)) return std::nullopt;
    return scene;
  }

 private:
  std::span<const Scene> scenes_;
  std::vector<Stems> words_;
  std::map<std::string, std::vector<std::size_t>> having_;
};

std::optional<Stretch> stretch_in(std::string_view clause) {
  const std::string text = lower(clause);
  const auto found = std::ranges::find_if(kStretches, [&](const Stretch& stretch) { return text.contains(stretch.word); });
  return found == kStretches.end() ? std::nullopt : std::optional(*found);
}

FilmTime share(FilmTime duration, double part) { return FilmTime(std::llround(part * static_cast<double>(duration.count()))); }

}  // namespace

std::vector<AudienceMoment> audience_moments(std::span<const Review> reviews, const FeelingSources& sources, const Timeline& timeline, FilmTime duration) {
  std::vector<AudienceMoment> moments;
  if (duration <= FilmTime(0)) return moments;
  const Scenes scenes(timeline);
  for (const Review& review : reviews) {
    for (const Span& span : sentiment::clauses_of(review.text)) {
      const std::string_view clause = std::string_view(review.text).substr(span.begin, span.end - span.begin);
      const auto stretch = stretch_in(clause);
      const auto scene = stretch ? std::nullopt : scenes.find(clause);
      if (!stretch && !scene) continue;
      const Judgement judgement = judge_clause(clause, review.language, sources);
      if (judgement.valence == 0) continue;
      AudienceMoment moment{.valence = judgement.valence, .review = review.id, .span = span, .text = std::string(clause)};
      moment.begin = stretch ? share(duration, stretch->begin) : timeline.scenes[*scene].begin;
      moment.end = stretch ? share(duration, stretch->end) : timeline.scenes[*scene].end;
      moments.push_back(std::move(moment));
    }
  }
  std::ranges::stable_sort(moments, {}, &AudienceMoment::begin);
  return moments;
}

void add_audience(Arc& arc, std::span<const AudienceMoment> moments, FilmTime duration, int least, double bandwidth) {
  const auto whole = static_cast<double>(std::max<std::int64_t>(duration.count(), 1));
  for (ArcPoint& point : arc) {
    point.audience.reset();
    point.mentions = 0;
    double sum = 0;
    double weights = 0;
    for (const AudienceMoment& moment : moments) {
      const FilmTime away = std::max({moment.begin - point.at, point.at - moment.end, FilmTime(0)});
      const double steps = static_cast<double>(away.count()) / whole / bandwidth;
      if (steps > 3) continue;
      const double length = static_cast<double>((moment.end - moment.begin).count()) / whole;
      const double weight = std::exp(-steps * steps / 2) * std::min(1.0, kWholeShare / std::max(length, 1e-9));
      point.mentions += steps <= 1 ? 1 : 0;
      sum += weight * moment.valence;
      weights += weight;
    }
    if (point.mentions >= least) point.audience = sum / weights;
  }
}

}  // namespace cineloom
