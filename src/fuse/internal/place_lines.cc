#include "fuse/internal/place_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "base/hash.h"
#include "fuse/internal/gap_filler.h"
#include "fuse/internal/heard_lines.h"

namespace cineloom::fuse {
namespace {

constexpr std::size_t kRun = 4;
constexpr std::size_t kReach = 8;            ///< lines back that a path may come from
constexpr double kMissing = 0.35;            ///< price of a heard word that is not written, by its weight
constexpr double kSkippedLine = 0.3;         ///< price of leaving a line out of the path
constexpr double kJump = 9;                  ///< price of going on elsewhere: about two rare words
constexpr std::ptrdiff_t kNear = 60;         ///< words that may be left out for nothing
constexpr std::size_t kCompany = 3;          ///< lines on each side that speak for a find
constexpr double kCompanyShare = 0.5;        ///< of them that must agree
constexpr double kStrongWeight = 14;         ///< of a find that is believed alone
constexpr double kStrongShare = 0.5;

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
  const WrittenWords written(speeches);
  const std::vector<HeardLine> lines = prepare_lines(heard, written);
  const std::vector<int> chosen = best_path(lines);
  std::vector<Candidate> found(lines.size());
  std::vector<Placement> placements(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (chosen[i] < 0) continue;
    found[i] = lines[i].candidates[static_cast<std::size_t>(chosen[i])];
    placements[i] = {.speech = found[i].speech, .confidence = found[i].share, .weight = found[i].share * lines[i].total};
  }
  fill_gaps(lines, found, written, placements);
  drop_lonely(placements);
  return placements;
}

}  // namespace cineloom::fuse
