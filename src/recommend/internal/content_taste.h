#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "recommend/models/content_model.h"

namespace cineloom {

/// How alike some films are, each pair once. Whoever asks what a viewer's past would say without one film or another asks for
/// the same pairs again and again. Immutable: may be shared between threads.
class LikenessTable {
 public:
  LikenessTable(const ContentModel& content, std::vector<std::int32_t> films);
  /// Where `films` stand in the table; nothing unless they stand there in this order.
  [[nodiscard]] std::optional<std::vector<std::size_t>> places(std::span<const std::int32_t> films) const;
  /// Cosine, 0 .. 1, of the films at two places, a >= b.
  [[nodiscard]] double at(std::size_t a, std::size_t b) const { return values_[a * (a + 1) / 2 + b]; }

 private:
  std::vector<std::int32_t> films_;
  std::vector<double> values_;  ///< the lower triangle, by rows
};

/// What content says of a viewer's stars beyond the factors: the posterior mean of a Gaussian process whose kernel is the likeness
/// of films, over what surprised at the films rated. Exact; its cost grows with the cube of the films kept, so only the last are.
class ContentTaste {
 public:
  struct Noise {
    double variance = 0;  ///< of the process, stars^2
    double rating = 0;    ///< variance of a rating, stars^2
  };
  /// `films` stand at `places` of the table, rising; `surprises`: stars beyond the factors' prediction, one per film.
  ContentTaste(const ContentModel& content, std::span<const std::int32_t> films, const LikenessTable& table, std::span<const std::size_t> places,
               std::span<const double> surprises, const Noise& noise);
  [[nodiscard]] double predict(std::int32_t item) const { return profile_.empty() ? 0 : content_->product(item, profile_); }

  /// The most by which predictions differ from another's: films' vectors are of length 1.
  [[nodiscard]] double shift_from(const ContentTaste& other) const;
  /// The same as a profile whose product with a film's vector is what its prediction moves by; empty = nothing.
  [[nodiscard]] std::vector<double> profile_shift_from(const ContentTaste& other) const;

 private:
  const ContentModel* content_;
  std::vector<double> profile_;  ///< by feature; empty = 0 everywhere
};

}  // namespace cineloom
