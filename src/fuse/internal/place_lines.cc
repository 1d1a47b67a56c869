#include "fuse/internal/place_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"

namespace cineloom::fuse {
namespace {

using WordIds = std::vector<std::uint64_t>;

constexpr std::size_t kRun = 4;
constexpr double kLightest = 0.5;    ///< weight of the commonest words
constexpr double kHeaviest = 6;      ///< of words that occur once
constexpr double kUnwritten = 3;     ///< of words that are not in the screenplay at all
constexpr std::size_t kMostPlaces = 48;      ///< of a pair of words; commoner pairs say nothing
constexpr int kRareWord = 3;                 ///< times a word may occur to point to its places alone
constexpr std::size_t kMostCandidates = 8;   ///< of a line
constexpr std::size_t kReach = 8;            ///< lines back that a path may come from
constexpr std::size_t kLongestLine = 120;    ///< words; longer ones are cut
constexpr std::ptrdiff_t kSlack = 6;         ///< words before and behind the expected place that are looked at
constexpr double kLeastShare = 0.34;         ///< of a line's weight that a candidate must have
constexpr double kOwnedShare = 0.45;         ///< of a short line's weight that places it between its neighbours
constexpr double kMissing = 0.35;            ///< price of a heard word that is not written, by its weight
constexpr double kSkippedLine = 0.3;         ///< price of leaving a line out of the path
constexpr double kJump = 9;                  ///< price of going on elsewhere: about two rare words
constexpr std::ptrdiff_t kNear = 60;         ///< words that may be left out for nothing
constexpr std::ptrdiff_t kMostInferred = 2;  ///< lines in a row that follow from their neighbours
constexpr double kInferred = 0.5;            ///< confidence in them
constexpr std::size_t kCompany = 3;          ///< lines on each side that speak for a find
constexpr double kCompanyShare = 0.5;        ///< of them that must agree
constexpr double kStrongWeight = 14;         ///< of a find that is believed alone
constexpr double kStrongShare = 0.5;
constexpr std::ptrdiff_t kLargestGap = 400;  ///< words between neighbours that are still aligned

WordIds ids_of(const WordList& words) {
  WordIds ids(std::min(words.size(), kLongestLine));
  std::transform(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(ids.size()), ids.begin(), [](const std::string& word) { return fnv1a64(word); });
  return ids;
}

std::uint64_t joined(std::uint64_t a, std::uint64_t b) { return a * 0x9E3779B97F4A7C15ULL + b; }

/// All that is written, word by word.
class Written {
 public:
  explicit Written(std::span<const WordList> speeches) {
    for (std::size_t i = 0; i < speeches.size(); ++i) {
      for (const std::string& word : speeches[i]) {
        words.push_back(fnv1a64(word));
        speech.push_back(static_cast<int>(i));
      }
    }
    for (std::size_t at = 0; at < words.size(); ++at) {
      std::vector<int>& one = places_[words[at]];
      if (one.size() <= kMostPlaces) one.push_back(static_cast<int>(at));
      ++counts_[words[at]];
      if (at + 1 == words.size()) break;
      std::vector<int>& pair = places_[joined(words[at], words[at + 1])];
      if (pair.size() <= kMostPlaces) pair.push_back(static_cast<int>(at));
    }
  }

  /// How much a word tells: the rarer, the more.
  [[nodiscard]] double weight(std::uint64_t word) const {
    const auto found = counts_.find(word);
    if (found == counts_.end()) return kUnwritten;
    return std::clamp(std::log(static_cast<double>(words.size() + 20) / (found->second + 0.5)) - 1.5, kLightest, kHeaviest);
  }

  /// Places of a word or pair, if it is rare enough to point to them.
  [[nodiscard]] std::span<const int> places(std::uint64_t key, std::size_t most) const {
    const auto found = places_.find(key);
    return found == places_.end() || found->second.size() > most ? std::span<const int>() : std::span<const int>(found->second);
  }

  [[nodiscard]] std::ptrdiff_t size() const { return std::ssize(words); }

  WordIds words;
  std::vector<int> speech;

 private:
  std::unordered_map<std::uint64_t, std::vector<int>> places_;
  std::unordered_map<std::uint64_t, int> counts_;
};

/// A heard word and the place it was matched with.
struct Match {
  std::size_t heard = 0;
  std::ptrdiff_t written = 0;
};

/// The heaviest common subsequence of some heard words and a piece of the written ones.
std::vector<Match> align(std::span<const std::uint64_t> heard, std::span<const double> weights, const Written& written, std::ptrdiff_t begin,
                         std::ptrdiff_t end) {
  begin = std::max<std::ptrdiff_t>(begin, 0);
  end = std::min(end, written.size());
  if (begin >= end || heard.empty()) return {};
  const std::size_t columns = static_cast<std::size_t>(end - begin);
  std::vector<float> table((heard.size() + 1) * (columns + 1), 0);
  const auto cell = [&](std::size_t row, std::size_t column) -> float& { return table[row * (columns + 1) + column]; };
  const auto word = [&](std::size_t column) { return written.words[static_cast<std::size_t>(begin) + column]; };
  for (std::size_t row = heard.size(); row-- > 0;) {
    for (std::size_t column = columns; column-- > 0;) {
      const float best = std::max(cell(row + 1, column), cell(row, column + 1));
      const bool is_same = heard[row] == word(column);
      cell(row, column) = is_same ? std::max(best, cell(row + 1, column + 1) + static_cast<float>(weights[row])) : best;
    }
  }
  std::vector<Match> matches;
  for (std::size_t row = 0, column = 0; row < heard.size() && column < columns;) {
    if (heard[row] == word(column) && cell(row, column) == cell(row + 1, column + 1) + static_cast<float>(weights[row])) {
      matches.push_back({.heard = row++, .written = begin + static_cast<std::ptrdiff_t>(column++)});
    } else if (cell(row + 1, column) >= cell(row, column + 1)) {
      ++row;
    } else {
      ++column;
    }
  }
  return matches;
}

/// A place where a line may stand.
struct Candidate {
  std::ptrdiff_t begin = 0;  ///< first and last written word that it matches
  std::ptrdiff_t end = 0;
  double matched = 0;        ///< weight of its words found there
  int speech = -1;           ///< that has most of them
  double share = 0;          ///< of the line's weight, found in that speech
};

struct HeardLine {
  WordIds words;
  std::vector<double> weights;
  double total = 0;
  std::vector<Candidate> candidates;
};

/// Most of the matched weight's speech becomes the candidate's.
Candidate judge(const HeardLine& line, std::span<const Match> matches, const Written& written) {
  Candidate candidate{.begin = matches.front().written, .end = matches.back().written + 1};
  int speech = -1;
  double weight = 0;
  double best = 0;
  for (const Match& match : matches) {
    const int owner = written.speech[static_cast<std::size_t>(match.written)];
    if (owner != speech) weight = 0;
    speech = owner;
    weight += line.weights[match.heard];
    candidate.matched += line.weights[match.heard];
    if (weight <= best) continue;
    best = weight;
    candidate.speech = speech;
  }
  candidate.share = line.total > 0 ? best / line.total : 0;
  return candidate;
}

/// Where pairs and rare words of the line point to, best first.
std::vector<std::ptrdiff_t> pointed_places(const HeardLine& line, const Written& written) {
  std::unordered_map<std::ptrdiff_t, double> votes;
  const auto vote = [&](std::span<const int> places, std::size_t heard, double weight) {
    for (const int place : places) {
      const std::ptrdiff_t bucket = (place - static_cast<std::ptrdiff_t>(heard) + 4096) / 4;
      votes[bucket] += weight;
      votes[bucket + 1] += weight / 2;  // words left out or added move the rest of the line
    }
  };
  for (std::size_t i = 0; i < line.words.size(); ++i) {
    vote(written.places(line.words[i], kRareWord), i, line.weights[i]);
    if (i + 1 < line.words.size()) vote(written.places(joined(line.words[i], line.words[i + 1]), kMostPlaces), i, line.weights[i] + line.weights[i + 1]);
  }
  std::vector<std::pair<double, std::ptrdiff_t>> ranked;
  for (const auto& [bucket, weight] : votes) ranked.emplace_back(-weight, bucket * 4 - 4096);
  const std::size_t kept = std::min(ranked.size(), 2 * kMostCandidates);
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), ranked.end());
  std::vector<std::ptrdiff_t> places;
  for (std::size_t i = 0; i < kept; ++i) places.push_back(ranked[i].second);
  return places;
}

void find_candidates(HeardLine& line, const Written& written) {
  const auto length = std::ssize(line.words);
  for (const std::ptrdiff_t place : pointed_places(line, written)) {
    const auto is_known = [&](const Candidate& known) { return std::abs(known.begin - place) <= kSlack; };
    if (line.candidates.size() >= kMostCandidates || std::ranges::any_of(line.candidates, is_known)) continue;
    const auto matches = align(line.words, line.weights, written, place - kSlack, place + length + kSlack);
    if (matches.empty()) continue;
    const Candidate candidate = judge(line, matches, written);
    const bool is_enough = candidate.matched >= kLeastShare * line.total && (matches.size() > 1 || line.words.size() == 1);
    const bool is_new =
        std::ranges::none_of(line.candidates, [&](const Candidate& known) { return known.begin == candidate.begin && known.end == candidate.end; });
    if (is_enough && is_new) line.candidates.push_back(candidate);
  }
}

/// Price of going on at `to` after `from`.
double price_between(const Candidate& from, const Candidate& to) {
  const std::ptrdiff_t distance = to.begin - from.end;
  if (distance >= -2 && distance <= kNear) return 0;
  if (distance > 0) return std::min(kJump, 2 + std::log2(static_cast<double>(distance) / static_cast<double>(kNear)));
  return kJump;
}

/// The chosen candidate per line, -1 = none: the path with most matched weight after all prices.
std::vector<int> best_path(std::span<const HeardLine> lines) {
  struct Step {
    double gain = -std::numeric_limits<double>::infinity();
    std::ptrdiff_t line = -1;
    int candidate = -1;
  };
  std::vector<std::vector<Step>> steps(lines.size());
  Step last;  // where the best path of all ends
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t c = 0; c < lines[i].candidates.size(); ++c) {
      const Candidate& candidate = lines[i].candidates[c];
      const double own = candidate.matched - kMissing * (lines[i].total - candidate.matched);
      // A path may begin here, or go on from the best one that ended, however long ago.
      Step best{.gain = own - (last.candidate < 0 ? 0 : kJump / 2)};
      if (last.candidate >= 0) {
        const Candidate& end = lines[static_cast<std::size_t>(last.line)].candidates[static_cast<std::size_t>(last.candidate)];
        const double skipped = kSkippedLine * static_cast<double>(static_cast<std::ptrdiff_t>(i) - last.line - 1);
        const double gain = last.gain + own - price_between(end, candidate) - std::min(skipped, kJump / 2);
        if (gain > best.gain) best = {.gain = gain, .line = last.line, .candidate = last.candidate};
      }
      for (std::size_t back = 1; back <= std::min(kReach, i); ++back) {
        for (std::size_t p = 0; p < lines[i - back].candidates.size(); ++p) {
          const double gain =
              steps[i - back][p].gain + own - price_between(lines[i - back].candidates[p], candidate) - kSkippedLine * static_cast<double>(back - 1);
          if (gain > best.gain) best = {.gain = gain, .line = static_cast<std::ptrdiff_t>(i - back), .candidate = static_cast<int>(p)};
        }
      }
      steps[i].push_back(best);
    }
    for (std::size_t c = 0; c < steps[i].size(); ++c) {
      if (steps[i][c].gain > last.gain) last = {.gain = steps[i][c].gain, .line = static_cast<std::ptrdiff_t>(i), .candidate = static_cast<int>(c)};
    }
  }
  std::vector<int> chosen(lines.size(), -1);
  for (std::ptrdiff_t line = last.line, candidate = last.candidate; line >= 0 && candidate >= 0;) {
    chosen[static_cast<std::size_t>(line)] = static_cast<int>(candidate);
    const Step& step = steps[static_cast<std::size_t>(line)][static_cast<std::size_t>(candidate)];
    line = step.line;
    candidate = step.candidate;
  }
  return chosen;
}

/// Lines between two that were found side by side: what is written between them is aligned with what is heard.
class GapFiller {
 public:
  GapFiller(std::span<const HeardLine> lines, std::span<const Candidate> found, const Written& written, std::vector<Placement>& placements)
      : lines_(lines), found_(found), written_(&written), placements_(&placements) {}

  void fill() {
    std::ptrdiff_t before = -1;
    for (std::ptrdiff_t i = 0; i <= std::ssize(lines_); ++i) {
      if (i < std::ssize(lines_) && found_[static_cast<std::size_t>(i)].speech < 0) continue;
      if (i > before + 1) fill_between(before, i);
      before = i;
    }
  }

 private:
  /// Written words between two found lines; a gap at an end reaches as far as the lines in it may.
  void fill_between(std::ptrdiff_t before, std::ptrdiff_t behind) {
    std::ptrdiff_t heard = 0;
    for (std::ptrdiff_t i = before + 1; i < behind; ++i) heard += std::ssize(line(i).words);
    const bool has_before = before >= 0;
    const bool has_behind = behind < std::ssize(lines_);
    if (!has_before && !has_behind) return;
    std::ptrdiff_t begin = has_before ? at(before).end : at(behind).begin - 2 * heard - kSlack;
    std::ptrdiff_t end = has_behind ? at(behind).begin : at(before).end + 2 * heard + kSlack;
    const bool is_jump = has_before && has_behind && (end < begin || end - begin > kLargestGap);
    if (is_jump || heard > kLargestGap) return;
    place_by_words(before, behind, begin, end);
    if (has_before && has_behind) infer(before, behind);
  }

  [[nodiscard]] const HeardLine& line(std::ptrdiff_t i) const { return lines_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const Candidate& at(std::ptrdiff_t i) const { return found_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] Placement& placement(std::ptrdiff_t i) { return (*placements_)[static_cast<std::size_t>(i)]; }

  void place_by_words(std::ptrdiff_t before, std::ptrdiff_t behind, std::ptrdiff_t begin, std::ptrdiff_t end) {
    WordIds words;
    std::vector<double> weights;
    std::vector<std::pair<std::ptrdiff_t, std::size_t>> owner;  // line and word in it
    for (std::ptrdiff_t i = before + 1; i < behind; ++i) {
      for (std::size_t word = 0; word < line(i).words.size(); ++word) {
        words.push_back(line(i).words[word]);
        weights.push_back(line(i).weights[word]);
        owner.emplace_back(i, word);
      }
    }
    std::unordered_map<std::ptrdiff_t, std::vector<Match>> by_line;
    for (const Match& match : align(words, weights, *written_, begin, end)) {
      by_line[owner[match.heard].first].push_back({.heard = owner[match.heard].second, .written = match.written});
    }
    for (const auto& [i, matches] : by_line) {
      const Candidate candidate = judge(line(i), matches, *written_);
      if (candidate.share >= kOwnedShare) placement(i) = {.speech = candidate.speech, .confidence = candidate.share, .weight = candidate.share * line(i).total};
    }
  }

  /// A line that shares no word with the screenplay: between two lines of one speech it belongs to it, and where exactly one
  /// speech of its length is left over it is that one.
  void infer(std::ptrdiff_t before, std::ptrdiff_t behind) {
    for (std::ptrdiff_t i = before + 1; i < behind; ++i) {
      if (placement(i).speech >= 0) continue;
      std::ptrdiff_t end = i;
      while (end < behind && placement(end).speech < 0) ++end;
      const int from = placement(i - 1).speech;
      const int to = placement(end).speech;
      if (from == to) infer_run(i, end, from, {.least = 0, .most = 1});
      if (to == from + 2) infer_run(i, end, from + 1, {.least = 0.5, .most = 2});
      i = end;
    }
  }

  /// How many words may be heard for one that is written.
  struct Ratio {
    double least = 0;
    double most = 1;
  };

  void infer_run(std::ptrdiff_t begin, std::ptrdiff_t end, int speech, Ratio ratio) {
    if (end - begin > kMostInferred) return;
    double heard = 0;
    for (std::ptrdiff_t k = begin; k < end; ++k) heard += static_cast<double>(line(k).words.size());
    const auto first = std::ranges::lower_bound(written_->speech, speech);
    const auto last = std::ranges::upper_bound(written_->speech, speech);
    const double found = heard / static_cast<double>(std::max<std::ptrdiff_t>(last - first, 1));
    if (found < ratio.least || found > ratio.most) return;
    for (std::ptrdiff_t k = begin; k < end; ++k) placement(k) = {.speech = speech, .confidence = kInferred, .is_inferred = true};
  }

  std::span<const HeardLine> lines_;
  std::span<const Candidate> found_;
  const Written* written_;
  std::vector<Placement>* placements_;
};

std::vector<HeardLine> prepare(std::span<const WordList> heard, const Written& written) {
  std::vector<HeardLine> lines(heard.size());
  for (std::size_t i = 0; i < heard.size(); ++i) {
    lines[i].words = ids_of(heard[i]);
    for (const std::uint64_t word : lines[i].words) lines[i].total += lines[i].weights.emplace_back(written.weight(word));
    find_candidates(lines[i], written);
  }
  return lines;
}

/// True if the other line was found as far away in the screenplay as it is in the film, more or less.
bool agrees(const Placement& one, const Placement& other, std::size_t distance) {
  return other.speech >= 0 && std::abs(one.speech - other.speech) <= static_cast<int>(2 * distance + 2);
}

bool has_company(std::span<const Placement> placements, std::size_t i) {
  double neighbours = 0;
  double agreeing = 0;
  for (std::size_t distance = 1; distance <= kCompany; ++distance) {
    for (const bool is_before : {true, false}) {
      if (is_before ? i < distance : i + distance >= placements.size()) continue;
      neighbours += 1;
      agreeing += agrees(placements[i], placements[is_before ? i - distance : i + distance], distance) ? 1 : 0;
    }
  }
  return neighbours == 0 || agreeing >= kCompanyShare * neighbours;
}

/// What the film added to its screenplay shares common words with it everywhere. Such finds stand alone among lines that were
/// not found: unless its words are rare, a line is believed only in company. Twice, because wrong finds keep company as well.
void drop_lonely(std::vector<Placement>& placements) {
  for (int round = 0; round < 2; ++round) {
    const std::vector<Placement> before = placements;
    for (std::size_t i = 0; i < placements.size(); ++i) {
      const bool is_strong = before[i].weight >= kStrongWeight && before[i].confidence >= kStrongShare && !before[i].is_inferred;
      if (before[i].speech >= 0 && !is_strong && !has_company(before, i)) placements[i] = {};
    }
  }
}

void collect_runs(std::span<const WordList> texts, auto take) {
  std::array<std::uint64_t, kRun> last{};
  std::size_t count = 0;
  for (const WordList& text : texts) {
    for (const std::string& word : text) {
      last[count++ % kRun] = fnv1a64(word);
      if (count < kRun) continue;
      std::uint64_t key = 0;
      for (std::size_t i = 0; i < kRun; ++i) key = joined(key, last[(count + i) % kRun]);
      take(key);
    }
  }
}

}  // namespace

double shared_runs(std::span<const WordList> heard, std::span<const WordList> written) {
  std::unordered_set<std::uint64_t> known;
  collect_runs(written, [&](std::uint64_t key) { known.insert(key); });
  double all = 0;
  double shared = 0;
  collect_runs(heard, [&](std::uint64_t key) {
    all += 1;
    shared += known.contains(key) ? 1 : 0;
  });
  return all > 0 ? shared / all : 0;
}

std::vector<Placement> place_lines(std::span<const WordList> heard, std::span<const WordList> speeches) {
  const Written written(speeches);
  const std::vector<HeardLine> lines = prepare(heard, written);
  const std::vector<int> chosen = best_path(lines);
  std::vector<Candidate> found(lines.size());
  std::vector<Placement> placements(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (chosen[i] < 0) continue;
    found[i] = lines[i].candidates[static_cast<std::size_t>(chosen[i])];
    placements[i] = {.speech = found[i].speech, .confidence = found[i].share, .weight = found[i].share * lines[i].total};
  }
  GapFiller(lines, found, written, placements).fill();
  drop_lonely(placements);
  return placements;
}

}  // namespace cineloom::fuse
