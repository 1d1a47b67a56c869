#include "recommend/internal/shift_index.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostSampled = 1000;  // films by which the sizes of factors are compared

double mean_square(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

void copy_row(const TasteModels& models, std::int32_t film, std::size_t star_factors, std::span<float> row) {
  if (star_factors > 0) models.stars()->copy_factors(film, row.first(star_factors));
  if (models.likes()) std::ranges::copy(models.liking_factors(film), row.begin() + static_cast<std::ptrdiff_t>(star_factors));
}

float scale_of_likes(const TasteModels& models, std::size_t star_factors, std::size_t columns) {
  std::vector<float> row(columns);
  double stars = 0;
  double likes = 0;
  const std::int32_t stride = models.items() / static_cast<std::int32_t>(kMostSampled) + 1;
  for (std::int32_t film = 0; film < models.items(); film += stride) {
    copy_row(models, film, star_factors, row);
    stars += mean_square(std::span(row).first(star_factors));
    likes += mean_square(std::span(row).subspan(star_factors));
  }
  const auto scale = static_cast<float>(std::sqrt(stars / likes));
  return std::isfinite(scale) && scale > 0 ? scale : 1;
}

}  // namespace

ShiftIndex::ShiftIndex(const TasteModels& models) : star_factors_(models.stars() ? models.stars()->all_factors() : 0) {
  const std::size_t columns = star_factors_ + (models.likes() ? models.liking_rows().columns() : 0);
  like_scale_ = scale_of_likes(models, star_factors_, columns);
  rows_ = RoundedRows(static_cast<std::size_t>(models.items()), columns);
  parallel_for(rows_.rows(), [&](std::size_t begin, std::size_t end) {
    std::vector<float> row(columns);
    for (std::size_t film = begin; film < end; ++film) {
      copy_row(models, static_cast<std::int32_t>(film), star_factors_, row);
      for (float& value : std::span(row).subspan(star_factors_)) value *= like_scale_;
      rows_.set(film, row);
    }
  });
}

std::vector<ReachingRow> ShiftIndex::films_moved(const Taste& from, const Taste& to, std::span<const float> least) const {
  std::vector<float> shift = to.factor_shift_from(from);
  for (float& value : std::span(shift).subspan(star_factors_)) value /= like_scale_;
  return rows_.reaching(shift, least);
}

}  // namespace cineloom
