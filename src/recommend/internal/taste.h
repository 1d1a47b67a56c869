#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "recommend/internal/content_taste.h"
#include "recommend/models/rating_user.h"
#include "recommend/taste_models.h"

namespace cineloom {

/// How far a film's score may move when a viewer's taste becomes another: by `constant`, and from there by no more than what the film's
/// factors reach.
struct TasteShift {
  double constant = 0;
  double stars = 0;  ///< times the film's star_reach
  double likes = 0;  ///< times the film's like_reach
  double rest = 0;   ///< for every film
};

/// What films' scores move by when a viewer's taste becomes another, beside what their factors say of it. Borrows the models.
class OtherShift {
 public:
  struct Parts {
    std::vector<double> profile;        ///< of content; empty = nothing
    std::vector<HistoryEntry> together; ///< what was liked and is not, or the reverse: items and what their weight changed by
    std::vector<HistoryEntry> next;
    double cold = 0;
  };
  OtherShift(const TasteModels& models, Parts parts) : models_(&models), parts_(std::move(parts)) {}
  [[nodiscard]] double of(std::int32_t item) const;

 private:
  const TasteModels* models_;
  Parts parts_;
};

/// A viewer folded into every model. Asked about one film it costs the factors; about all, a pass over the matrices.
class Taste {
 public:
  /// `visit_begin`: likes since then are of the present visit, in which their order counts; nothing = none are.
  Taste(const TasteModels& models, Past past, std::optional<Timestamp> visit_begin = std::nullopt);

  [[nodiscard]] const Past& past() const { return past_; }
  /// Something was liked in the present visit.
  [[nodiscard]] bool is_in_visit() const { return visit_likes_ > 0; }
  /// past().films[place] was liked in it.
  [[nodiscard]] bool is_of_visit(std::size_t place) const {
    return models_->next() && visit_begin_ && past_.films[place].liking > 0 && past_.films[place].at >= *visit_begin_;
  }
  /// Stars, 0.5 .. 5.
  [[nodiscard]] double predict(std::int32_t item) const;
  /// Standard deviation of a rating around the prediction.
  [[nodiscard]] double deviation(std::int32_t item) const;
  /// What liking adds to stars, in stars.
  [[nodiscard]] double liking(std::int32_t item) const;
  /// The blended score: stars + liking.
  [[nodiscard]] double score(std::int32_t item) const { return raw_stars(item) + liking(item); }
  /// The same for every film [items].
  [[nodiscard]] std::vector<double> scores() const;
  /// The models' answers one by one, before blending, for every film.
  struct Terms {
    std::vector<double> stars, likes, together, next;
  };
  [[nodiscard]] Terms terms() const;
  /// As if the viewer had never spoken about these of past().films (places, rising).
  [[nodiscard]] Taste without(std::span<const std::size_t> gone) const;
  /// From another taste of the same models to this one.
  [[nodiscard]] TasteShift shift_from(const Taste& other) const;
  /// Its part that is beside the factors and the constant, film by film.
  [[nodiscard]] OtherShift other_shift_from(const Taste& other) const;
  /// Its part of the factors as numbers whose product with a film's factors, those of stars and then those of liking, is what they move its score by.
  [[nodiscard]] std::vector<float> factor_shift_from(const Taste& other) const;
  /// How far a draw from what is possible lies from the mean, for every film: Thompson sampling over stars and liking.
  [[nodiscard]] std::vector<double> draw(Seed visit, double scale) const;

 private:
  [[nodiscard]] std::span<const HistoryEntry> liked_in_visit() const { return std::span(liked_).last(visit_likes_); }
  [[nodiscard]] double raw_stars(std::int32_t item) const;
  [[nodiscard]] double together(std::int32_t item) const;
  [[nodiscard]] double likes(std::int32_t item) const;
  Taste(const TasteModels& models, Past past, std::optional<Timestamp> visit_begin, std::optional<RatingUser> rater,
        std::shared_ptr<const LikenessTable> likeness);
  void fold_in_content();

  const TasteModels* models_;
  Past past_;
  BlendWeights blend_;
  std::optional<Timestamp> visit_begin_;
  std::optional<RatingUser> rater_;  ///< nothing where nobody rated
  std::shared_ptr<const LikenessTable> likeness_;  ///< of the films rated last; shared with the tastes without some of them
  std::optional<ContentTaste> content_;
  std::vector<HistoryEntry> liked_;  ///< in order of time
  std::size_t visit_likes_ = 0;      ///< the last so many of them are of the present visit
  std::vector<float> likes_;  ///< the viewer's row of the liking factors; empty without them
  double cold_scale_ = 0;     ///< what a unit of expected popularity is worth to this viewer among films that nobody has liked
};

/// Every term times its weight, summed by film.
std::vector<double> blended(const TasteModels& models, const Taste::Terms& terms, const BlendWeights& blend);

}  // namespace cineloom
