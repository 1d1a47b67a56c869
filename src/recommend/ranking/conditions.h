#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/feeling.h"
#include "domain/film.h"
#include "domain/ranking.h"
#include "domain/recommendation.h"

namespace cineloom {

/// What must hold of every film in a list.
struct ConditionSet {
  MoodConstraints mood;                          ///< found in the viewer's sentence
  FilmFilter filter;
  std::optional<std::chrono::minutes> longest;   ///< beats the mood's; films of unknown length take part
};

/// Which films meet all conditions: decided for every film before any is ranked, so that a list never comes up short while
/// there are films for it.
class Conditions {
 public:
  /// `is_left_out` [films]: hidden or seen; `films` must outlive the value.
  Conditions(std::span<const Film> films, const ConditionSet& wanted, std::vector<std::uint8_t> is_left_out);

  /// By film: 0 = it takes part.
  [[nodiscard]] const std::vector<std::uint8_t>& left_out() const { return left_out_; }
  [[nodiscard]] bool is_allowed(std::size_t film) const { return left_out_[film] == 0; }
  [[nodiscard]] int allowed() const;
  /// The conditions a film breaks, in words; not whether it is hidden or seen.
  [[nodiscard]] std::vector<LocalText> broken_by(std::size_t film) const;
  /// Each condition whose going alone lets more films in, most first.
  [[nodiscard]] std::vector<Relaxation> relaxations() const;

 private:
  struct Condition {
    std::string name;
    LocalText text;
    std::function<bool(const Film&)> holds;
  };
  void add(std::string name, LocalText text, std::function<bool(const Film&)> holds);
  void add_mood(const MoodConstraints& wanted);
  void add_filter(const FilmFilter& filter);

  std::span<const Film> films_;
  std::vector<Condition> conditions_;
  std::vector<std::uint8_t> is_left_out_;  // for other reasons than conditions
  std::vector<std::uint8_t> left_out_;
};

}  // namespace cineloom
