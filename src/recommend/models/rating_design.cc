#include "recommend/models/rating_design.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cineloom {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr int kMostBins = 1000;

/// A rating or a query before its groups are numbered.
struct Event {
  std::int32_t user = 0;
  std::int32_t item = 0;
  std::int64_t day = 0;
  std::int32_t bin = 0;
};

std::int64_t day_of(std::int64_t time) { return time >= 0 ? time / kSecondsPerDay : (time - kSecondsPerDay + 1) / kSecondsPerDay; }

/// The times at which periods 1, 2, ... begin; each period holds about as many ratings.
std::vector<std::int64_t> period_starts(const Interactions& ratings, int bins) {
  std::vector<std::int64_t> times;
  for (std::int32_t user = 0; user < ratings.users(); ++user) {
    for (const HistoryEntry& entry : ratings.history(user)) times.push_back(entry.time);
  }
  std::ranges::sort(times);
  std::vector<std::int64_t> starts;
  for (int bin = 1; bin < bins; ++bin) starts.push_back(times[times.size() * static_cast<std::size_t>(bin) / static_cast<std::size_t>(bins)]);
  return starts;
}

Event event_of(std::int32_t user, std::int32_t item, std::int64_t time, const RatingDesignOptions& options, std::span<const std::int64_t> starts) {
  const auto bin = std::ranges::upper_bound(starts, time) - starts.begin();
  return {.user = user, .item = item, .day = options.uses_days ? day_of(time) : 0, .bin = static_cast<std::int32_t>(bin)};
}

/// Numbers the pairs (row, part) in rising order; rows without any get a group all the same.
template <class Part>
class Groups {
 public:
  Groups(std::vector<std::pair<std::int32_t, Part>> pairs, std::int32_t rows) : pairs_(std::move(pairs)) {
    std::vector<std::uint8_t> is_there(static_cast<std::size_t>(rows), 0);
    for (const auto& [row, part] : pairs_) is_there[static_cast<std::size_t>(row)] = 1;
    for (std::int32_t row = 0; row < rows; ++row) {
      if (is_there[static_cast<std::size_t>(row)] == 0) pairs_.emplace_back(row, Part{});
    }
    std::ranges::sort(pairs_);
    const auto repeated = std::ranges::unique(pairs_);
    pairs_.erase(repeated.begin(), repeated.end());
  }
  [[nodiscard]] std::int32_t number(std::int32_t row, Part part) const {
    return static_cast<std::int32_t>(std::ranges::lower_bound(pairs_, std::pair(row, part)) - pairs_.begin());
  }
  [[nodiscard]] std::vector<std::int32_t> rows() const {
    std::vector<std::int32_t> rows;
    for (const auto& [row, part] : pairs_) rows.push_back(row);
    return rows;
  }
  [[nodiscard]] const std::vector<std::pair<std::int32_t, Part>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::int32_t, Part>> pairs_;
};

/// Who rated what, each row scaled to length one; by feature.
RatingFeatures implicit_features(const SparseMatrix& rated) {
  SparseMatrix scaled = rated;
  std::vector<float> row_values;
  for (std::int32_t row = 0; row < scaled.row_count(); ++row) {
    const float value = 1 / std::sqrt(static_cast<float>(std::max<std::size_t>(scaled.row_size(row), 1)));
    const std::size_t begin = scaled.begins[static_cast<std::size_t>(row)];
    row_values.push_back(value);
    std::fill_n(scaled.values.begin() + static_cast<std::ptrdiff_t>(begin), scaled.row_size(row), value);
  }
  return {.by_feature = scaled.transposed(), .row_values = std::move(row_values)};
}

/// Each day is a feature of the users' groups on it.
RatingFeatures day_features(const std::vector<std::pair<std::int32_t, std::int64_t>>& groups) {
  std::vector<std::int64_t> days;
  for (const auto& [user, day] : groups) days.push_back(day);
  std::ranges::sort(days);
  const auto repeated = std::ranges::unique(days);
  days.erase(repeated.begin(), repeated.end());
  std::vector<SparseCell> cells;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const auto day = std::ranges::lower_bound(days, groups[group].second) - days.begin();
    cells.push_back({.row = static_cast<std::int32_t>(day), .column = static_cast<std::int32_t>(group)});
  }
  return {.is_of_groups = true,
          .by_feature = SparseMatrix::from_cells(cells, static_cast<std::int32_t>(days.size()), static_cast<std::int32_t>(groups.size()))};
}

Expected<void> check(const Interactions& ratings, std::span<const Interaction> queries, const RatingDesignOptions& options) {
  if (ratings.size() == 0) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no ratings to learn from").advise("import or give ratings first"));
  }
  const bool is_inside = std::ranges::all_of(
      queries, [&](const Interaction& query) { return query.user >= 0 && query.user < ratings.users() && query.item >= 0 && query.item < ratings.items(); });
  if (!is_inside) return fail(ErrorCode::InvalidArgument, "a rating to be predicted lies outside the matrix");
  const auto fits = [](const SparseMatrix& features, std::int32_t rows) { return features.row_count() == 0 || features.row_count() == rows; };
  if (!fits(options.user_features, ratings.users()) || !fits(options.item_features, ratings.items())) {
    return fail(ErrorCode::InvalidArgument, "side features must have one row for every user or item");
  }
  if (options.item_bins < 1 || options.item_bins > kMostBins) return fail(ErrorCode::InvalidArgument, "item bins must be 1 to 1000");
  return {};
}

}  // namespace

Expected<RatingDesign> design_ratings(const Interactions& ratings, std::span<const Interaction> queries, const RatingDesignOptions& options) {
  CINELOOM_TRY(check(ratings, queries, options));
  const std::vector<std::int64_t> starts = period_starts(ratings, options.item_bins);
  std::vector<Event> events;
  RatingDesign design;
  for (std::int32_t user = 0; user < ratings.users(); ++user) {
    for (const HistoryEntry& entry : ratings.history(user)) {
      events.push_back(event_of(user, entry.item, entry.time, options, starts));
      design.stars.push_back(entry.value);
    }
  }
  for (const Interaction& query : queries) events.push_back(event_of(query.user, query.item, query.time, options, starts));

  std::vector<std::pair<std::int32_t, std::int64_t>> user_days;
  std::vector<std::pair<std::int32_t, std::int32_t>> item_bins;
  for (const Event& event : events) {
    user_days.emplace_back(event.user, event.day);
    item_bins.emplace_back(event.item, event.bin);
  }
  const Groups<std::int64_t> users(std::move(user_days), ratings.users());
  const Groups<std::int32_t> items(std::move(item_bins), ratings.items());
  for (const Event& event : events) {
    auto& list = design.places.size() < ratings.size() ? design.places : design.queries;
    list.push_back({.user_group = users.number(event.user, event.day), .item_group = items.number(event.item, event.bin)});
  }
  design.users = {.rows = ratings.users(), .group_rows = users.rows()};
  design.items = {.rows = ratings.items(), .group_rows = items.rows()};

  const SparseMatrix rated = ratings.matrix();
  if (options.uses_implicit_users) design.users.features.push_back(implicit_features(rated));
  if (options.uses_implicit_items) design.items.features.push_back(implicit_features(rated.transposed()));
  if (options.user_features.row_count() > 0) design.users.features.push_back({.by_feature = options.user_features.transposed()});
  if (options.item_features.row_count() > 0) design.items.features.push_back({.by_feature = options.item_features.transposed()});
  if (options.uses_days) design.users.features.push_back(day_features(users.pairs()));
  return design;
}

}  // namespace cineloom
