#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/text.h"

namespace cineloom {

/// Which runs of units count as features. A unit is a Latin word in lower case, or one Han character, kana or pictograph.
struct NgramOptions {
  int longest = 3;                 ///< units in a row, 1 .. 4
  bool keeps_punctuation = false;  ///< each mark is a unit of its own
  int stem = 0;                    ///< letters; longer words also count by their beginning of that length; 0 = they do not, else 3 .. 8
  friend bool operator==(const NgramOptions&, const NgramOptions&) = default;
};

/// Reads texts as sets of hashed n-grams; markup between angle brackets is passed over, malformed bytes end a word. Linear in the
/// length of the text, of which the first 4 GB are read. Keeps its memory between texts; one thread at a time.
class NgramReader {
 public:
  explicit NgramReader(NgramOptions options) : options_(options) {}

  /// The distinct n-grams, in order of first appearance; valid until the next call.
  std::span<const std::uint64_t> read(std::string_view text);

  /// An n-gram with its place, repeated ones included.
  struct Occurrence {
    std::uint64_t hash = 0;
    Span span;  ///< bytes of the text
    int units = 1;
  };
  [[nodiscard]] std::vector<Occurrence> occurrences(std::string_view text);

  [[nodiscard]] const NgramOptions& options() const { return options_; }

 private:
  struct Unit {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  void find_units(std::string_view text);
  void add_unit(std::uint64_t hash, std::size_t begin, std::size_t end);
  [[nodiscard]] std::size_t read_word(std::string_view text, std::size_t at);
  [[nodiscard]] std::size_t read_wide(std::string_view text, std::size_t at);
  /// Calls visit(hash, first unit, last unit) for each n-gram.
  template <class Visit>
  void for_each(Visit visit) const;
  template <std::size_t Longest, class Visit>
  void for_each_up_to(Visit visit) const;

  NgramOptions options_;
  std::vector<Unit> units_;            ///< the first `count_` are in use
  std::size_t count_ = 0;
  std::vector<std::uint64_t> stems_;   ///< by unit, 0 = none; unused without stems
  std::vector<std::uint64_t> distinct_;
  std::vector<std::uint32_t> seen_;    ///< open addressing over the hashes' upper halves, 0 = free
};

}  // namespace cineloom
