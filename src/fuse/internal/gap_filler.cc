#include "fuse/internal/gap_filler.h"

#include <algorithm>
#include <utility>

namespace cineloom::fuse {
namespace {

constexpr std::ptrdiff_t kSlack = 6;         ///< words before and behind the expected place that are looked at
constexpr double kOwnedShare = 0.45;         ///< of a short line's weight that places it between its neighbours
constexpr std::ptrdiff_t kMostInferred = 2;  ///< lines in a row that follow from their neighbours
constexpr double kInferred = 0.5;            ///< confidence in them
constexpr std::ptrdiff_t kLargestGap = 400;  ///< words between neighbours that are still aligned

/// Lines between two that were found side by side: what is written between them is aligned with what is heard.
class GapFiller {
 public:
  GapFiller(std::span<const HeardLine> lines, std::span<const Candidate> found, const WrittenWords& written, std::vector<Placement>& placements)
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
  const WrittenWords* written_;
  std::vector<Placement>* placements_;
};

}  // namespace

void fill_gaps(std::span<const HeardLine> lines, std::span<const Candidate> found, const WrittenWords& written, std::vector<Placement>& placements) {
  GapFiller(lines, found, written, placements).fill();
}

}  // namespace cineloom::fuse
