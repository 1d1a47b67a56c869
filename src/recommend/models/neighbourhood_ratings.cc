#include "recommend/models/neighbourhood_ratings.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"

namespace cineloom {
namespace {

constexpr std::size_t kRowsPerStep = 256;
constexpr std::size_t kKeptPerNeighbour = 15;  // most of a row's nearest did not rate the asked item; more are kept than asked

struct Common {
  double product = 0;
  double own_squares = 0;
  double other_squares = 0;
  std::int32_t count = 0;
};

struct Neighbour {
  std::int32_t index = 0;
  float likeness = 0;
};

bool is_nearer(const Neighbour& a, const Neighbour& b) { return a.likeness != b.likeness ? a.likeness > b.likeness : a.index < b.index; }

void keep_nearest(std::vector<Neighbour>& neighbours, std::size_t count) {
  if (neighbours.size() <= count) return;
  std::ranges::nth_element(neighbours, neighbours.begin() + static_cast<std::ptrdiff_t>(count), is_nearer);
  neighbours.resize(count);
}

float likeness(const Common& common, double shrinkage) {
  const double norm = std::sqrt(common.own_squares * common.other_squares);
  if (common.count < 2 || norm <= 0) return 0;
  return static_cast<float>(common.product / norm * (common.count - 1) / (common.count - 1 + shrinkage));
}

std::vector<Neighbour> nearest_rows(std::int32_t row, const SparseMatrix& by_side, const SparseMatrix& by_other, const NeighbourRatingsOptions& options,
                                    std::vector<Common>& scratch) {
  std::vector<std::int32_t> touched;
  const auto columns = by_side.row_columns(row);
  const auto values = by_side.row_values(row);
  for (std::size_t at = 0; at < columns.size(); ++at) {
    const auto own = static_cast<double>(values[at]);
    const auto others = by_other.row_columns(columns[at]);
    const auto other_values = by_other.row_values(columns[at]);
    for (std::size_t other = 0; other < others.size(); ++other) {
      Common& common = scratch[static_cast<std::size_t>(others[other])];
      if (common.count++ == 0) touched.push_back(others[other]);
      const auto value = static_cast<double>(other_values[other]);
      common.product += own * value;
      common.own_squares += own * own;
      common.other_squares += value * value;
    }
  }
  std::vector<Neighbour> neighbours;
  for (const std::int32_t other : touched) {
    const float alike = likeness(std::exchange(scratch[static_cast<std::size_t>(other)], {}), options.shrinkage);
    if (other != row && alike > 0) neighbours.push_back({.index = other, .likeness = alike});
  }
  keep_nearest(neighbours, kKeptPerNeighbour * static_cast<std::size_t>(options.neighbours));
  std::ranges::sort(neighbours, {}, &Neighbour::index);
  return neighbours;
}

Expected<void> check(std::span<const Interaction> ratings, std::int32_t users, std::int32_t items, const NeighbourRatingsOptions& options) {
  if (ratings.empty()) return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no ratings to learn from").advise("give a data set with ratings"));
  if (options.neighbours < 1 || options.shrinkage < 0 || options.caution < 0)
    return fail(ErrorCode::InvalidArgument, "neighbours must be at least 1, shrinkage and caution at least 0");
  const bool is_inside = std::ranges::all_of(ratings, [&](const Interaction& rating) {
    return rating.user >= 0 && rating.user < users && rating.item >= 0 && rating.item < items && std::isfinite(rating.value);
  });
  if (!is_inside) return fail(ErrorCode::InvalidArgument, "a rating lies outside the matrix or is not finite");
  return {};
}

}  // namespace

Expected<NeighbourRatings> NeighbourRatings::fit(std::span<const Interaction> ratings, std::int32_t users, std::int32_t items,
                                                 const NeighbourRatingsOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(ratings, users, items, options));
  NeighbourRatings model;
  model.options_ = options;
  model.biases_ = RatingBiases(ratings, users, items, options.biases);
  const bool is_by_item = options.side == NeighbourSide::Items;
  std::vector<SparseCell> cells;
  cells.reserve(ratings.size());
  for (const Interaction& rating : ratings) {
    const auto rest = static_cast<float>(static_cast<double>(rating.value) - model.biases_.stars(rating.user, rating.item));
    cells.push_back({.row = is_by_item ? rating.user : rating.item, .column = is_by_item ? rating.item : rating.user, .value = rest});
  }
  const std::int32_t side = is_by_item ? items : users;
  model.by_other_ = SparseMatrix::from_cells(cells, is_by_item ? users : items, side);
  const SparseMatrix by_side = model.by_other_.transposed();
  model.alike_.column_count = side;
  const auto rows = static_cast<std::size_t>(side);
  progress.begin("comparing ratings", side, is_by_item ? "items" : "users");
  std::vector<std::vector<Neighbour>> step(std::min(rows, kRowsPerStep));
  for (std::size_t first = 0; first < rows; first += kRowsPerStep) {
    CINELOOM_TRY(cancel.check());
    const std::size_t count = std::min(kRowsPerStep, rows - first);
    parallel_for(count, [&](std::size_t begin, std::size_t end) {
      std::vector<Common> scratch(rows);
      for (std::size_t at = begin; at < end; ++at) step[at] = nearest_rows(static_cast<std::int32_t>(first + at), by_side, model.by_other_, options, scratch);
    });
    for (std::size_t at = 0; at < count; ++at) {
      for (const Neighbour& neighbour : step[at]) {
        model.alike_.columns.push_back(neighbour.index);
        model.alike_.values.push_back(neighbour.likeness);
      }
      model.alike_.begins.push_back(model.alike_.columns.size());
    }
    progress.set(static_cast<std::int64_t>(first + count));
  }
  return model;
}

RatingForecast NeighbourRatings::predict(std::int32_t user, std::int32_t item) const {
  struct Voice {
    float likeness = 0;
    float rest = 0;
  };
  const bool is_by_item = options_.side == NeighbourSide::Items;
  const std::int32_t own = is_by_item ? item : user;
  const std::int32_t other = is_by_item ? user : item;
  const auto rated = by_other_.row_columns(other);
  const auto rests = by_other_.row_values(other);
  const auto near = alike_.row_columns(own);
  std::vector<Voice> voices;
  for (std::size_t at = 0, place = 0; at < rated.size() && place < near.size();) {
    if (rated[at] == near[place]) voices.push_back({.likeness = alike_.row_values(own)[place++], .rest = rests[at++]});
    else if (rated[at] < near[place]) ++at;
    else ++place;
  }
  const std::size_t count = std::min(voices.size(), static_cast<std::size_t>(options_.neighbours));
  std::ranges::partial_sort(voices, voices.begin() + static_cast<std::ptrdiff_t>(count), std::greater(), &Voice::likeness);
  double sum = 0;
  double weight = 0;
  for (const Voice& voice : std::span(voices).first(count)) {
    sum += static_cast<double>(voice.likeness) * static_cast<double>(voice.rest);
    weight += static_cast<double>(voice.likeness);
  }
  return {.stars = biases_.stars(user, item) + (weight > 0 ? sum / (weight + options_.caution) : 0)};
}

}  // namespace cineloom
