#include "recommend/recommender.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recommend/internal/maker.h"
#include "recommend/internal/shift_index.h"
#include "recommend/ranking/film_feeling.h"

namespace cineloom {
namespace {

/// Each film's genres as shares of the list of all genres.
std::vector<std::vector<double>> genre_shares(std::span<const Film> films) {
  std::unordered_map<std::string, std::size_t> index;
  for (const Film& film : films) {
    for (const std::string& genre : film.genres) index.try_emplace(genre, index.size());
  }
  std::vector<std::vector<double>> shares(films.size(), std::vector<double>(index.size(), 0));
  for (std::size_t film = 0; film < films.size(); ++film) {
    for (const std::string& genre : films[film].genres) shares[film][index[genre]] = 1 / static_cast<double>(films[film].genres.size());
  }
  return shares;
}

// Few ratings mean a guess: the lower end of what is likely keeps lucky guesses off the top.
constexpr double kCaution = 0.4;  // per standard error of a film's mean

std::vector<double> cautions_of(const TasteModels& models) {
  const double noise = models.noise();
  std::vector<double> cautions;
  for (std::int32_t item = 0; item < models.items(); ++item) cautions.push_back(kCaution * noise / std::sqrt(1.0 + models.item_ratings(item)));
  return cautions;
}

std::vector<float> like_reaches_of(const TasteModels& models) {
  std::vector<float> reaches(static_cast<std::size_t>(models.items()), 0);
  for (std::int32_t item = 0; models.likes() && item < models.items(); ++item) {
    const auto factors = models.liking_factors(item);
    reaches[static_cast<std::size_t>(item)] = std::sqrt(std::inner_product(factors.begin(), factors.end(), factors.begin(), 0.0F));
  }
  return reaches;
}

}  // namespace

Recommender::Recommender(std::span<const Film> films, TasteModels models)
    : films_(films.begin(), films.end()), genre_shares_(genre_shares(films)), models_(std::move(models)) {
  cautions_ = cautions_of(models_);
  star_reaches_ = models_.stars() ? models_.stars()->item_reaches() : std::vector<float>(films.size(), 0);
  like_reaches_ = like_reaches_of(models_);
  most_star_reach_ = static_cast<double>(std::ranges::max(star_reaches_));
  most_like_reach_ = static_cast<double>(std::ranges::max(like_reaches_));
  for (const Film& film : films_) feelings_.push_back(film_feeling(film));
  shifts_ = std::make_unique<const ShiftIndex>(models_);
}

Recommender::Recommender(Recommender&& other) noexcept = default;
Recommender& Recommender::operator=(Recommender&& other) noexcept = default;
Recommender::~Recommender() = default;

Expected<Recommender> Recommender::train(std::span<const Film> films, std::span<const Event> events, const TrainOptions& options, Progress& progress,
                                         const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(TasteModels models, TasteModels::train(films, events, options, progress, cancel));
  return Recommender(films, std::move(models));
}

// What follows from the films is made anew.
std::string Recommender::to_bytes() const {
  ByteWriter out;
  models_.write(out);
  return std::move(out).take();
}

Expected<Recommender> Recommender::load(std::span<const Film> films, std::string_view bytes) {
  ByteReader in(bytes);
  CINELOOM_TRY_ASSIGN(TasteModels models, TasteModels::read(films, in));
  if (!in.is_whole()) return fail(ErrorCode::DataLoss, "the stored model has more bytes than it should");
  return Recommender(films, std::move(models));
}

Recommender Recommender::with_feelings(const FilmFeelings& feelings) && {
  for (std::size_t film = 0; film < films_.size(); ++film) {
    if (const auto found = feelings.find(films_[film].id); found != feelings.end()) feelings_[film] = found->second;
  }
  return std::move(*this);
}

Recommendation Recommender::recommend(std::span<const Event> events, const RecommendRequest& request) const {
  return RecommendationMaker(*this, events, request).make();
}

Expected<Contrast> Recommender::explain_absence(std::span<const Event> events, const RecommendRequest& request, FilmId film) const {
  const auto position = models_.positions().find(film);
  if (position == models_.positions().end()) return fail(ErrorCode::NotFound, fmt::format("there is no film {}", film.number()));
  return RecommendationMaker(*this, events, request).explain_absence(position->second);
}

std::vector<std::optional<RatingForecast>> Recommender::forecast(std::span<const Event> events, std::span<const FilmId> films) const {
  const Taste taste(models_, read_past(events, models_.positions(), models_.watching()));
  std::vector<std::optional<RatingForecast>> forecasts;
  for (const FilmId film : films) {
    const auto position = models_.positions().find(film);
    if (position == models_.positions().end()) {
      forecasts.emplace_back();
    } else {
      forecasts.push_back(RatingForecast{.stars = taste.predict(position->second), .deviation = taste.deviation(position->second)});
    }
  }
  return forecasts;
}

std::optional<double> Recommender::predict(std::span<const Event> events, FilmId film) const {
  const auto forecasts = forecast(events, std::span(&film, 1));
  if (!forecasts.front()) return std::nullopt;
  return forecasts.front()->stars;
}

}  // namespace cineloom
