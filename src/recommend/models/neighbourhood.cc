#include "recommend/models/neighbourhood.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"

namespace cineloom {
namespace {

constexpr std::size_t kItemsPerStep = 512;  // between two looks at the cancel token

Expected<void> check(const Interactions& interactions, const NeighbourhoodOptions& options) {
  if (interactions.size() == 0) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no events to learn from").advise("give a data set with events"));
  }
  if (options.neighbours < 1 || options.shrinkage < 0 || options.popularity < 0 || options.popularity > 1) {
    return fail(ErrorCode::InvalidArgument, "neighbours must be at least 1, shrinkage at least 0 and popularity in 0 .. 1");
  }
  return {};
}

struct Neighbour {
  std::int32_t index = 0;
  float likeness = 0;
};

bool is_nearer(const Neighbour& a, const Neighbour& b) { return a.likeness != b.likeness ? a.likeness > b.likeness : a.index < b.index; }

void keep_nearest(std::vector<Neighbour>& neighbours, std::size_t count) {
  if (neighbours.size() > count) {
    std::ranges::nth_element(neighbours, neighbours.begin() + static_cast<std::ptrdiff_t>(count), is_nearer);
    neighbours.resize(count);
  }
  std::ranges::sort(neighbours, {}, &Neighbour::index);
}

/// What two rows have in common, counted into a dense row that is cleared again by the list of what was touched.
class CommonCounts {
 public:
  explicit CommonCounts(std::size_t size) : counts_(size, 0) {}
  void add(std::int32_t index) {
    std::int32_t& count = counts_[static_cast<std::size_t>(index)];
    if (count++ == 0) touched_.push_back(index);
  }
  template <class Visit>
  void drain(Visit visit) {
    for (const std::int32_t index : touched_) { visit(index, std::exchange(counts_[static_cast<std::size_t>(index)], 0)); }
    touched_.clear();
  }

 private:
  std::vector<std::int32_t> counts_;
  std::vector<std::int32_t> touched_;
};

float likeness(std::int32_t common, std::size_t size_a, std::size_t size_b, const NeighbourhoodOptions& options) {
  const double norm = std::pow(static_cast<double>(size_a) * static_cast<double>(size_b), options.popularity);
  return static_cast<float>(common / (norm + options.shrinkage));
}

std::vector<Neighbour> nearest_items(std::int32_t item, const SparseMatrix& by_user, const SparseMatrix& by_item, const NeighbourhoodOptions& options,
                                     CommonCounts& counts) {
  for (const std::int32_t user : by_item.row_columns(item)) {
    for (const std::int32_t other : by_user.row_columns(user)) counts.add(other);
  }
  std::vector<Neighbour> neighbours;
  counts.drain([&](std::int32_t other, std::int32_t common) {
    if (other != item) neighbours.push_back({.index = other, .likeness = likeness(common, by_item.row_size(item), by_item.row_size(other), options)});
  });
  keep_nearest(neighbours, static_cast<std::size_t>(options.neighbours));
  return neighbours;
}

void append_row(SparseMatrix& matrix, const std::vector<Neighbour>& row) {
  float sum = 0;
  for (const Neighbour& neighbour : row) sum += neighbour.likeness;
  for (const Neighbour& neighbour : row) {
    matrix.columns.push_back(neighbour.index);
    matrix.values.push_back(neighbour.likeness / sum);
  }
  matrix.begins.push_back(matrix.columns.size());
}

/// Counts scaled to the highest vote that is still below any neighbour's.
std::vector<float> faint_popularity(const Interactions& interactions) {
  constexpr double kLoudest = 1e-6;
  const auto counts = interactions.item_counts();
  const double most = std::max(1, counts.empty() ? 1 : *std::ranges::max_element(counts));
  std::vector<float> popularity;
  for (const std::int32_t count : counts) popularity.push_back(static_cast<float>(kLoudest * count / most));
  return popularity;
}

bool is_sound(const SparseMatrix& matrix) {
  const bool has_shape = matrix.column_count >= 0 && matrix.begins.size() == static_cast<std::size_t>(matrix.column_count) + 1 && matrix.begins.front() == 0 &&
                         matrix.begins.back() == matrix.columns.size() && matrix.values.size() == matrix.columns.size() &&
                         std::ranges::is_sorted(matrix.begins);
  return has_shape && std::ranges::all_of(matrix.values, [](float value) { return std::isfinite(value); }) &&
         std::ranges::all_of(matrix.columns, [&](std::int32_t column) { return column >= 0 && column < matrix.column_count; });
}

}  // namespace

Expected<ItemNeighbours> ItemNeighbours::fit(const Interactions& interactions, const NeighbourhoodOptions& options, Progress& progress,
                                             const CancelToken& cancel) {
  CINELOOM_TRY(check(interactions, options));
  const SparseMatrix by_user = interactions.matrix();
  const SparseMatrix by_item = by_user.transposed();
  ItemNeighbours model;
  model.alike_.column_count = interactions.items();
  model.popularity_ = faint_popularity(interactions);
  const auto items = static_cast<std::size_t>(interactions.items());
  progress.begin("comparing items", interactions.items(), "items");
  std::vector<std::vector<Neighbour>> rows(std::min(items, kItemsPerStep));
  for (std::size_t first = 0; first < items; first += kItemsPerStep) {
    CINELOOM_TRY(cancel.check());
    const std::size_t count = std::min(kItemsPerStep, items - first);
    parallel_for(count, [&](std::size_t begin, std::size_t end) {
      CommonCounts counts(items);
      for (std::size_t at = begin; at < end; ++at) rows[at] = nearest_items(static_cast<std::int32_t>(first + at), by_user, by_item, options, counts);
    });
    for (std::size_t at = 0; at < count; ++at) append_row(model.alike_, rows[at]);
    progress.set(static_cast<std::int64_t>(first + count));
  }
  return model;
}

void ItemNeighbours::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  std::ranges::copy(popularity_, scores.begin());
  for (const HistoryEntry& entry : history) {
    const auto columns = alike_.row_columns(entry.item);
    const auto values = alike_.row_values(entry.item);
    for (std::size_t at = 0; at < columns.size(); ++at) scores[static_cast<std::size_t>(columns[at])] += values[at];
  }
}

void ItemNeighbours::write(ByteWriter& writer) const {
  writer.put(alike_.column_count);
  writer.put(alike_.begins);
  writer.put(alike_.columns);
  writer.put(alike_.values);
  writer.put(popularity_);
}

Expected<ItemNeighbours> ItemNeighbours::read(ByteReader& reader) {
  ItemNeighbours model;
  reader.take(model.alike_.column_count);
  reader.take(model.alike_.begins);
  reader.take(model.alike_.columns);
  reader.take(model.alike_.values);
  reader.take(model.popularity_);
  if (reader.is_short() || !is_sound(model.alike_) || model.popularity_.size() != static_cast<std::size_t>(model.items()) ||
      !std::ranges::all_of(model.popularity_, [](float value) { return std::isfinite(value); })) {
    return std::unexpected(Error(ErrorCode::DataLoss, "the stored neighbours are not whole").advise("run 'cineloom train'"));
  }
  return model;
}

Expected<UserNeighbours> UserNeighbours::fit(const Interactions& interactions, const NeighbourhoodOptions& options) {
  CINELOOM_TRY(check(interactions, options));
  UserNeighbours model;
  model.options_ = options;
  model.popularity_ = faint_popularity(interactions);
  model.by_user_ = interactions.matrix();
  model.by_item_ = model.by_user_.transposed();
  return model;
}

void UserNeighbours::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  std::ranges::copy(popularity_, scores.begin());
  CommonCounts counts(static_cast<std::size_t>(by_user_.row_count()));
  for (const HistoryEntry& entry : history) {
    for (const std::int32_t user : by_item_.row_columns(entry.item)) counts.add(user);
  }
  std::vector<Neighbour> neighbours;
  counts.drain([&](std::int32_t user, std::int32_t common) {
    neighbours.push_back({.index = user, .likeness = likeness(common, history.size(), by_user_.row_size(user), options_)});
  });
  keep_nearest(neighbours, static_cast<std::size_t>(options_.neighbours));
  for (const Neighbour& neighbour : neighbours) {
    for (const std::int32_t item : by_user_.row_columns(neighbour.index)) scores[static_cast<std::size_t>(item)] += neighbour.likeness;
  }
}

}  // namespace cineloom
