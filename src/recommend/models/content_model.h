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

 private:
  friend class NearestFilms;
  struct Entry {
    int feature = 0;
    double weight = 0;
  };
  std::vector<std::vector<Entry>> rows_;  ///< sorted by feature
  std::vector<std::string> names_;        ///< "kind:value" by feature
};

/// Looks up films by likeness among some of a model's films. Exact: films are met heaviest first by each feature they share, until what
/// was not met cannot be among the nearest; films of which the catalogue says the same are met once. Borrows the model.
class NearestFilms {
 public:
  NearestFilms(const ContentModel& content, const std::vector<bool>& is_wanted);
  /// The `count` wanted films most like one, nearest first, with their likeness, > 0; equally near ones by position. Keeps notes while it
  /// looks: one thread at a time.
  struct Neighbour {
    std::int32_t film = 0;
    double likeness = 0;
  };
  [[nodiscard]] std::vector<Neighbour> of(std::int32_t film, int count);

 private:
  /// Films whose vectors are the same, rising.
  using Kind = std::vector<std::int32_t>;
  struct Posting {
    std::size_t kind = 0;
    double weight = 0;
  };
  /// How far the films that have one feature of the one asked about were met.
  struct Walk {
    double weight = 0;  ///< of the feature in the film asked about
    const std::vector<Posting>* postings = nullptr;
    std::size_t at = 0;
    [[nodiscard]] double ahead() const { return at < postings->size() ? weight * (*postings)[at].weight : 0; }
  };
  void meet(std::int32_t film, const Kind& kind, std::size_t most, std::vector<Neighbour>& nearest) const;

  const ContentModel* content_;
  std::vector<Kind> kinds_;
  std::vector<std::vector<Posting>> postings_;  ///< by feature, heaviest first
  std::vector<std::uint32_t> met_;              ///< by kind: the last question in which it was met
  std::uint32_t question_ = 0;
};

}  // namespace cineloom
