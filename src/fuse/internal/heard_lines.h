#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "fuse/internal/place_lines.h"

namespace cineloom::fuse {

using WordIds = std::vector<std::uint64_t>;

/// Two words, or a run and one more, as one key.
inline std::uint64_t joined(std::uint64_t a, std::uint64_t b) { return a * 0x9E3779B97F4A7C15ULL + b; }

/// All that is written, word by word, with an index of its words and pairs.
class WrittenWords {
 public:
  explicit WrittenWords(std::span<const WordList> speeches);

  /// How much a word tells: the rarer, the more.
  [[nodiscard]] double weight(std::uint64_t word) const;
  /// Places of a word or pair, if there are at most that many.
  [[nodiscard]] std::span<const int> places(std::uint64_t key, std::size_t most) const;
  [[nodiscard]] std::ptrdiff_t size() const { return std::ssize(words); }

  WordIds words;
  std::vector<int> speech;  ///< of each word

 private:
  std::unordered_map<std::uint64_t, std::vector<int>> places_;
  std::unordered_map<std::uint64_t, int> counts_;
};

/// A heard word and the place it was matched with.
struct Match {
  std::size_t heard = 0;
  std::ptrdiff_t written = 0;
};

/// The heaviest common subsequence of some heard words and the written ones [begin, end).
std::vector<Match> align(std::span<const std::uint64_t> heard, std::span<const double> weights, const WrittenWords& written, std::ptrdiff_t begin,
                         std::ptrdiff_t end);

/// A place where a line may stand.
struct Candidate {
  std::ptrdiff_t begin = 0;  ///< first and last written word that it matches
  std::ptrdiff_t end = 0;
  double matched = 0;        ///< weight of its words found there
  int speech = -1;           ///< that has most of them
  double share = 0;          ///< of the line's weight, found in that speech
};

/// A line of the film with the places it may have in the screenplay.
struct HeardLine {
  WordIds words;
  std::vector<double> weights;
  double total = 0;
  std::vector<Candidate> candidates;
};

/// Where these words of a line (at least one) say it stands: with the speech that has most of them.
Candidate judge(const HeardLine& line, std::span<const Match> matches, const WrittenWords& written);

/// The lines with their candidates, found by rare words and pairs of words.
std::vector<HeardLine> prepare_lines(std::span<const WordList> heard, const WrittenWords& written);

}  // namespace cineloom::fuse
