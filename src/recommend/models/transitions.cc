#include "recommend/models/transitions.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::int32_t kMostWindow = 10000;

bool is_usable(const TransitionKernel& kernel) { return kernel.window >= 1 && kernel.window <= kMostWindow && kernel.decay > 0 && kernel.decay <= 1; }

std::vector<float> weights_of(const TransitionKernel& kernel) {
  std::vector<float> weights(static_cast<std::size_t>(kernel.window) + 1, 0);
  double weight = 1;
  for (std::size_t distance = 1; distance < weights.size(); ++distance, weight *= kernel.decay) weights[distance] = static_cast<float>(weight);
  return weights;
}

/// Counts one row at a time: a row of all items lies in the nearest cache, whatever the order of events.
class RowCounter {
 public:
  RowCounter(const Sequences& sequences, const Occurrences& occurrences, const TransitionKernel& kernel)
      : sequences_(sequences), occurrences_(occurrences), weights_(weights_of(kernel)), counts_(static_cast<std::size_t>(sequences.item_count), 0) {}

  std::vector<Transitions::Count> count(std::int32_t item) {
    for (const auto& place : occurrences_.of_item(item)) {
      const auto& events = sequences_.users[static_cast<std::size_t>(place.user)];
      const auto position = static_cast<std::size_t>(place.position);
      const std::size_t last = std::min(events.size() - 1 - position, weights_.size() - 1);
      for (std::size_t distance = 1; distance <= last; ++distance) add(events[position + distance], weights_[distance]);
    }
    return take_row();
  }

 private:
  void add(std::int32_t item, float weight) {
    float& count = counts_[static_cast<std::size_t>(item)];
    if (count == 0) touched_.push_back(item);
    count += weight;
  }

  std::vector<Transitions::Count> take_row() {
    std::ranges::sort(touched_);
    std::vector<Transitions::Count> row;
    row.reserve(touched_.size());
    for (const std::int32_t item : touched_) row.push_back({.item = item, .count = std::exchange(counts_[static_cast<std::size_t>(item)], 0.0F)});
    touched_.clear();
    return row;
  }

  const Sequences& sequences_;
  const Occurrences& occurrences_;
  std::vector<float> weights_;
  std::vector<float> counts_;
  std::vector<std::int32_t> touched_;
};

void keep_largest(std::vector<Transitions::Count>& row, std::size_t most) {
  if (row.size() <= most) return;
  std::ranges::stable_sort(row, std::greater(), &Transitions::Count::count);
  row.resize(most);
  row.shrink_to_fit();
  std::ranges::sort(row, {}, &Transitions::Count::item);
}

bool is_plausible(std::span<const Transitions::Count> row, std::int32_t items) {
  std::int32_t before = -1;
  for (const Transitions::Count& cell : row) {
    if (cell.item <= before || cell.item >= items || !std::isfinite(cell.count) || cell.count < 0) return false;
    before = cell.item;
  }
  return true;
}

}  // namespace

Expected<Transitions> Transitions::count(const Sequences& sequences, const TransitionKernel& kernel, std::size_t most_per_row, int threads,
                                         const CancelToken& cancel) {
  if (!is_usable(kernel)) return fail(ErrorCode::InvalidArgument, "a transition kernel needs a window of 1 .. 10000 and a decay in (0, 1]");
  const auto items = static_cast<std::size_t>(sequences.item_count);
  Transitions transitions;
  transitions.kernel_ = kernel;
  transitions.rows_.resize(items);
  transitions.row_totals_.assign(items, 0);
  transitions.column_totals_.assign(items, 0);
  const Occurrences occurrences = Occurrences::of(sequences);
  const auto count_rows = [&](std::size_t begin, std::size_t end) {
    RowCounter counter(sequences, occurrences, kernel);
    for (std::size_t item = begin; item < end && !cancel.is_cancelled(); ++item) transitions.rows_[item] = counter.count(static_cast<std::int32_t>(item));
  };
  parallel_for(items, count_rows, threads);
  CINELOOM_TRY(cancel.check());
  for (std::size_t item = 0; item < items; ++item) {
    for (const Count& cell : transitions.rows_[item]) {
      transitions.row_totals_[item] += cell.count;
      transitions.column_totals_[static_cast<std::size_t>(cell.item)] += cell.count;
    }
    keep_largest(transitions.rows_[item], most_per_row);
  }
  return transitions;
}

void Transitions::add(std::span<const std::int32_t> history, std::int32_t item) {
  const std::vector<float> weights = weights_of(kernel_);
  const std::size_t last = std::min(history.size(), weights.size() - 1);
  for (std::size_t distance = 1; distance <= last; ++distance) {
    const auto before = static_cast<std::size_t>(history[history.size() - distance]);
    auto& row = rows_[before];
    auto at = std::ranges::lower_bound(row, item, {}, &Count::item);
    if (at == row.end() || at->item != item) at = row.insert(at, {.item = item, .count = 0});
    at->count += weights[distance];
    row_totals_[before] += weights[distance];
    column_totals_[static_cast<std::size_t>(item)] += weights[distance];
  }
}

void Transitions::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(kernel_.window);
  out.put(kernel_.decay);
  out.put(row_totals_);
  out.put(column_totals_);
  for (const auto& row : rows_) out.put(row);
}

Expected<Transitions> Transitions::read(ByteReader& in) {
  Transitions transitions;
  std::uint32_t format = 0;
  in.take(format);
  in.take(transitions.kernel_.window);
  in.take(transitions.kernel_.decay);
  in.take(transitions.row_totals_);
  in.take(transitions.column_totals_);
  const auto is_total = [](float value) { return std::isfinite(value) && value >= 0; };
  const std::size_t items = transitions.row_totals_.size();
  if (in.is_short() || format != kFormat || !is_usable(transitions.kernel_) || transitions.column_totals_.size() != items ||
      !std::ranges::all_of(transitions.row_totals_, is_total) || !std::ranges::all_of(transitions.column_totals_, is_total)) {
    return fail(ErrorCode::DataLoss, "transitions of items are damaged");
  }
  for (std::size_t item = 0; item < items && !in.is_short(); ++item) {
    in.take(transitions.rows_.emplace_back());
    if (!is_plausible(transitions.rows_.back(), static_cast<std::int32_t>(items))) return fail(ErrorCode::DataLoss, "a row of transitions is damaged");
  }
  if (in.is_short()) return fail(ErrorCode::DataLoss, "transitions of items end too early");
  return transitions;
}

}  // namespace cineloom
