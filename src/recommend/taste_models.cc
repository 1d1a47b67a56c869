#include "recommend/taste_models.h"

#include <algorithm>
#include <cmath>

#include "recommend/internal/blend.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;

std::vector<Past> pasts_of(std::span<const Event> events, const std::unordered_map<FilmId, std::int32_t>& positions, WatchMeaning watching) {
  std::unordered_map<ViewerId, std::size_t> places;
  std::vector<PastReader> readers;
  for (const Event& event : events) {
    const auto position = positions.find(event.film);
    if (position == positions.end()) continue;
    const auto [place, is_new] = places.try_emplace(event.viewer, readers.size());
    if (is_new) readers.emplace_back(watching);
    readers[place->second].add(event, position->second);
  }
  std::vector<Past> pasts;
  for (PastReader& reader : readers) pasts.push_back(std::move(reader).finish());
  return pasts;
}

std::vector<Interaction> ratings_of(std::span<const Past> pasts) {
  std::vector<Interaction> ratings;
  for (std::size_t user = 0; user < pasts.size(); ++user) {
    for (const PastFilm& film : pasts[user].films) {
      if (!film.stars) continue;
      ratings.push_back(
          {.user = static_cast<std::int32_t>(user), .item = film.item, .value = static_cast<float>(*film.stars), .time = film.at.time_since_epoch().count()});
    }
  }
  return ratings;
}

SparseMatrix liking_matrix(std::span<const Past> pasts, std::int32_t items) {
  std::vector<SparseCell> cells;
  for (std::size_t user = 0; user < pasts.size(); ++user) {
    for (const PastFilm& film : pasts[user].films) {
      if (film.liking > 0) cells.push_back({.row = static_cast<std::int32_t>(user), .column = film.item, .value = static_cast<float>(film.liking)});
    }
  }
  return SparseMatrix::from_cells(cells, static_cast<std::int32_t>(pasts.size()), items);
}

std::vector<double> popularity_of(std::span<const Past> pasts, std::size_t items) {
  std::vector<double> popularity(items, 0);
  for (const Past& past : pasts) {
    for (const std::int32_t item : past.seen) ++popularity[static_cast<std::size_t>(item)];
  }
  const double most = std::log1p(std::max(1.0, std::ranges::max(popularity)));
  for (double& count : popularity) count = std::log1p(count) / most;
  return popularity;
}

/// A film without ratings gets the factors of rated films that are like it.
void lend_factors(BayesianFactorization& stars, const ContentModel& content, int lenders) {
  std::vector<bool> is_rated(static_cast<std::size_t>(stars.items()));
  for (std::int32_t item = 0; item < stars.items(); ++item) is_rated[static_cast<std::size_t>(item)] = stars.item_ratings(item) > 0;
  for (std::int32_t item = 0; item < stars.items(); ++item) {
    if (is_rated[static_cast<std::size_t>(item)]) continue;
    const std::vector<std::int32_t> likes = content.nearest(item, lenders, is_rated);
    std::vector<double> weights;
    double total = 1;  // one imagined average film keeps a single like from deciding
    for (const std::int32_t like : likes) {
      weights.push_back(content.likeness(item, like));
      total += weights.back();
    }
    for (double& weight : weights) weight /= total;
    stars.lend_item(item, likes, weights);
  }
}

}  // namespace

TasteModels::TasteModels(std::span<const Film> films) : content_(films), popularity_(films.size(), 0) {
  for (std::size_t i = 0; i < films.size(); ++i) positions_[films[i].id] = static_cast<std::int32_t>(i);
}

Expected<TasteModels> TasteModels::train(std::span<const Film> films, std::span<const Event> events, const TasteOptions& options, Progress& progress,
                                         const CancelToken& cancel) {
  if (films.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no films to recommend").advise("import a library or scan a folder first"));
  }
  TasteModels models(films);
  models.watching_ = meaning_of_watching(events);
  const std::vector<Past> pasts = pasts_of(events, models.positions_, models.watching_);
  CINELOOM_TRY(models.choose_blend(pasts, options, progress, cancel));
  CINELOOM_TRY(models.fit(pasts, options, progress, cancel));
  return models;
}

Expected<void> TasteModels::fit(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  const std::vector<Interaction> ratings = ratings_of(pasts);
  const SparseMatrix liking = liking_matrix(pasts, items());
  stars_.reset();
  likes_.reset();
  together_.reset();
  if (!ratings.empty()) {
    CINELOOM_TRY_ASSIGN(const Interactions cells, Interactions::from(ratings, static_cast<std::int32_t>(pasts.size()), items()));
    CINELOOM_TRY_ASSIGN(stars_, BayesianFactorization::fit(cells, options.stars, progress, cancel));
    lend_factors(*stars_, content_, options.lenders);
  }
  if (liking.size() > 0) {
    CINELOOM_TRY_ASSIGN(likes_, Ials::fit(liking, options.likes, progress, cancel));
    auto together = Ease::fit(liking, options.together, progress, cancel);
    // A catalogue too large for memory goes without the item-item weights; the factors rank it alone.
    if (!together && together.error().code() != ErrorCode::ResourceExhausted) return std::unexpected(std::move(together).error());
    if (together) together_ = *std::move(together);
  }
  if (!pasts.empty()) popularity_ = popularity_of(pasts, popularity_.size());
  return {};
}

Expected<void> TasteModels::choose_blend(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel) {
  const ProbeSplit split = hold_out_last(pasts, static_cast<std::size_t>(options.most_probed), options.likes.seed);
  if (split.probes.empty()) return {};
  CINELOOM_TRY(fit(split.known, options, progress, cancel));
  blend_ = cineloom::choose_blend(*this, split);
  return {};
}

void TasteModels::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(watching_);
  out.put(blend_);
  out.put(popularity_);
  const bool has[] = {stars_.has_value(), likes_.has_value(), together_.has_value()};
  for (const bool is_there : has) out.put(static_cast<std::uint8_t>(is_there));
  if (stars_) stars_->write(out);
  if (likes_) likes_->write(out);
  if (together_) together_->write(out);
}

Expected<TasteModels> TasteModels::read(std::span<const Film> films, ByteReader& in) {
  const auto damaged = [] { return std::unexpected(Error(ErrorCode::DataLoss, "the stored model is not whole").advise("run 'cineloom train'")); };
  TasteModels models(films);
  std::uint32_t format = 0;
  in.take(format);
  if (in.is_short()) return damaged();
  if (format != kFormat) { return std::unexpected(Error(ErrorCode::DataLoss, "the stored model was made by another version").advise("run 'cineloom train'")); }
  std::uint8_t has[3] = {};
  in.take(models.watching_);
  in.take(models.blend_);
  in.take(models.popularity_);
  for (std::uint8_t& is_there : has) in.take(is_there);
  if (in.is_short() || models.popularity_.size() != films.size()) return damaged();
  if (has[0] != 0) { CINELOOM_TRY_ASSIGN(models.stars_, BayesianFactorization::read(in)); }
  if (has[1] != 0) { CINELOOM_TRY_ASSIGN(models.likes_, Ials::read(in)); }
  if (has[2] != 0) { CINELOOM_TRY_ASSIGN(models.together_, Ease::read(in)); }
  const auto fits = [&](const auto& model) { return !model || std::cmp_equal(model->items(), films.size()); };
  if (!fits(models.stars_) || !fits(models.likes_) || !fits(models.together_) || in.is_short()) return damaged();
  return models;
}

}  // namespace cineloom
