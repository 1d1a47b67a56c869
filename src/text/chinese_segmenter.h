#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/expected.h"
#include "domain/text.h"

namespace cineloom {

/// Words that must be found whole: names of people and films, a user's own terms. Cheap enough to make for one question.
class Gazetteer {
 public:
  /// Words of 2 to 32 characters; others are passed over, as are malformed ones.
  void add(std::string_view word);
  [[nodiscard]] bool empty() const { return words_.empty(); }
  /// Length in characters of the longest word that starts at `first`; 0 = none.
  [[nodiscard]] std::size_t longest_at(std::span<const char32_t> characters, std::size_t first) const;

 private:
  std::unordered_set<std::u32string> words_;
  std::unordered_set<char32_t> beginnings_;
  std::size_t longest_ = 0;
};

namespace segmentation {

/// Where in a word a character stands.
enum class Place : unsigned char { Begin, Middle, End, Single };
inline constexpr std::size_t kPlaces = 4;

/// Weights of a linear chain over places. A character sees itself and two neighbours on each side, the four pairs among them, the pair
/// around it, the three in a row, what kinds of character these are, and where listed words begin
/// and end.
struct Weights {
  static constexpr std::size_t kNear = 5;      ///< characters at -2 .. 2
  static constexpr std::size_t kPairs = 4;     ///< pairs that begin at -2 .. 1
  static constexpr std::size_t kKinds = 6;
  static constexpr std::size_t kPatterns = kKinds * kKinds * kKinds * 4;
  static constexpr std::size_t kLongestWord = 5;  ///< of the word list
  static constexpr std::size_t kListed = 3 * (kLongestWord + 1);

  std::vector<std::uint16_t> ids;              ///< [65536] by code point; 0 = unknown
  std::vector<unsigned char> kinds;            ///< [65536] by code point
  std::vector<std::int16_t> characters;        ///< [ids, kNear, kPlaces]; offset 2 first, for it is the earliest place
  std::array<std::int16_t, kPatterns * kPlaces> patterns{};
  std::array<std::array<std::int16_t, kPlaces>, kPlaces> transitions{};
  /// By the longest listed word that begins, ends or goes on at a character: [3, 0 .. 5, kPlaces].
  std::array<std::int16_t, kListed * kPlaces> listed{};
  std::vector<unsigned char> word_hints;       ///< by home slot, a bit for three bits of the key: most words that are not listed end here
  std::vector<std::uint16_t> word_prints;      ///< the word list: open addressing, 0 = free
  std::vector<std::uint16_t> pair_prints;      ///< open addressing, 0 = free; as pair_rows
  std::vector<std::array<std::int8_t, kPairs * kPlaces>> pair_rows;  ///< pair beginning at 1 first
  std::vector<std::uint16_t> around_prints;    ///< pairs around a character and threes in a row
  std::vector<std::array<std::int8_t, kPlaces>> around_rows;
};

}  // namespace segmentation

/// Splits Chinese text into words by a trained linear chain (averaged perceptron). Immutable once loaded; any number of threads may use it.
class ChineseSegmenter {
 public:
  /// Errors: DataLoss if the bytes are damaged, cut short, or of another version.
  static Expected<ChineseSegmenter> load(std::string_view bytes);

  /// Words as byte ranges, in order; blanks are in none, every other character, marks too, is in exactly one. Malformed bytes are passed
  /// over. Words of the gazetteer stay whole where the text allows it. Linear in the length of the text.
  [[nodiscard]] std::vector<Span> segment(std::string_view text, const Gazetteer* gazetteer = nullptr) const;

 private:
  segmentation::Weights weights_;
};

}  // namespace cineloom
