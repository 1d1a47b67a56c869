#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/film.h"

namespace cineloom {

/// One thing that two films share, and how much of their likeness it makes.
struct SharedFeature {
  std::string kind;   ///< "genre", "theme", "director", "cast", "country", "decade"
  std::string value;
  double share = 0;   ///< of the cosine, > 0
};

/// Films as sparse vectors of what the catalogue says of them, weighted by rarity (idf) and kind, of length 1.
class ContentModel {
 public:
  explicit ContentModel(std::span<const Film> films);

  /// Cosine, 0 .. 1; positions are those of the films given.
  [[nodiscard]] double likeness(int a, int b) const;
  /// What makes the likeness, largest share first; the shares sum to it.
  [[nodiscard]] std::vector<SharedFeature> shared(int a, int b) const;
  /// Sum of the films' vectors times `weights`: [features].
  [[nodiscard]] std::vector<double> profile(std::span<const std::int32_t> films, std::span<const double> weights) const;
  /// Product of a film's vector and a profile.
  [[nodiscard]] double product(std::int32_t film, std::span<const double> profile) const;
  /// The `count` films most like one among those for which `is_wanted` holds, nearest first.
  [[nodiscard]] std::vector<int> nearest(int film, int count, const std::vector<bool>& is_wanted) const;

 private:
  struct Entry {
    int feature = 0;
    double weight = 0;
  };
  std::vector<std::vector<Entry>> rows_;  ///< sorted by feature
  std::vector<std::string> names_;        ///< "kind:value" by feature
};

}  // namespace cineloom
