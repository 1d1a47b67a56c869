#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/expected.h"
#include "domain/feeling.h"

namespace cineloom {

/// A word of the text that carries a feeling, after negation and intensity.
struct FeelingHit {
  Span span;         ///< in the text, negating words included
  Feeling feeling;
  bool is_negated = false;
};

struct TextFeeling {
  Feeling feeling;               ///< mean of the hits; zero valence and low arousal without any
  std::vector<FeelingHit> hits;  ///< in order
};

/// Words with their places in the plane of feelings, English and Chinese, and words that speak of aspects of a film.
/// Immutable once loaded; any number of threads may read it.
class FeelingLexicon {
 public:
  /// Reads feelings.tsv and aspects.tsv of a folder. Errors: NotFound; InvalidArgument with file and line.
  static Expected<FeelingLexicon> load(const std::filesystem::path& folder);

  /// The feeling of a text. "not", "never", "nothing", "不", "没" before a word turn it round, "very", "太" strengthen it;
  /// what stands behind "but" or "但是" counts double.
  [[nodiscard]] TextFeeling read(std::string_view text) const;
  /// Aspects that a clause speaks of: "story", "picture", ...
  [[nodiscard]] std::vector<std::string> aspects(std::string_view clause) const;

 private:
  std::unordered_map<std::string, Feeling> words_;
  std::map<std::string, std::vector<std::string>> aspects_;
};

}  // namespace cineloom
