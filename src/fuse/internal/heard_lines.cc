#include "fuse/internal/heard_lines.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"

namespace cineloom::fuse {
namespace {

constexpr double kLightest = 0.5;    ///< weight of the commonest words
constexpr double kHeaviest = 6;      ///< of words that occur once
constexpr double kUnwritten = 3;     ///< of words that are not in the screenplay at all
constexpr std::size_t kMostPlaces = 48;      ///< of a pair of words; commoner pairs say nothing
constexpr int kRareWord = 3;                 ///< times a word may occur to point to its places alone
constexpr std::size_t kMostCandidates = 8;   ///< of a line
constexpr std::size_t kLongestLine = 120;    ///< words; longer ones are cut
constexpr std::ptrdiff_t kSlack = 6;         ///< words before and behind the expected place that are looked at
constexpr double kLeastShare = 0.34;         ///< of a line's weight that a candidate must have

WordIds ids_of(const WordList& words) {
  WordIds ids(std::min(words.size(), kLongestLine));
  std::transform(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(ids.size()), ids.begin(), [](const std::string& word) { return fnv1a64(word); });
  return ids;
}

/// Where pairs and rare words of the line point to, best first.
std::vector<std::ptrdiff_t> pointed_places(const HeardLine& line, const WrittenWords& written) {
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
  ranked.reserve(votes.size());
  for (const auto& [bucket, weight] : votes) ranked.emplace_back(-weight, bucket * 4 - 4096);
  const std::size_t kept = std::min(ranked.size(), 2 * kMostCandidates);
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), ranked.end());
  std::vector<std::ptrdiff_t> places(kept);
  std::transform(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), places.begin(), [](const auto& entry) { return entry.second; });
  return places;
}

void find_candidates(HeardLine& line, const WrittenWords& written) {
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

}  // namespace

WrittenWords::WrittenWords(std::span<const WordList> speeches) {
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

double WrittenWords::weight(std::uint64_t word) const {
  const auto found = counts_.find(word);
  if (found == counts_.end()) return kUnwritten;
  return std::clamp(std::log(static_cast<double>(words.size() + 20) / (found->second + 0.5)) - 1.5, kLightest, kHeaviest);
}

std::span<const int> WrittenWords::places(std::uint64_t key, std::size_t most) const {
  const auto found = places_.find(key);
  return found == places_.end() || found->second.size() > most ? std::span<const int>() : std::span<const int>(found->second);
}

std::vector<Match> align(std::span<const std::uint64_t> heard, std::span<const double> weights, const WrittenWords& written, std::ptrdiff_t begin,
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

Candidate judge(const HeardLine& line, std::span<const Match> matches, const WrittenWords& written) {
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

std::vector<HeardLine> prepare_lines(std::span<const WordList> heard, const WrittenWords& written) {
  std::vector<HeardLine> lines(heard.size());
  for (std::size_t i = 0; i < heard.size(); ++i) {
    lines[i].words = ids_of(heard[i]);
    for (const std::uint64_t word : lines[i].words) lines[i].total += lines[i].weights.emplace_back(written.weight(word));
    find_candidates(lines[i], written);
  }
  return lines;
}

}  // namespace cineloom::fuse
