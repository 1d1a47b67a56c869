#include "recommend/models/next_ridge.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr float kLeastWeight = 1e-3F;  // of an event of the past; what weighs less is not asked

ItemHead head_of(const Sequences& sequences, std::int32_t most) {
  std::vector<std::int32_t> counts(static_cast<std::size_t>(sequences.item_count), 0);
  for (const auto& events : sequences.users) {
    for (const std::int32_t item : events) ++counts[static_cast<std::size_t>(item)];
  }
  return ItemHead::of(std::span<const std::int32_t>(counts), most);
}

Sequences in_places(const Sequences& sequences, const ItemHead& head) {
  Sequences some{.item_count = static_cast<std::int32_t>(head.size()), .users = {}};
  for (const auto& events : sequences.users) {
    auto& kept = some.users.emplace_back();
    for (const std::int32_t item : events) {
      const std::int32_t place = head.place_of[static_cast<std::size_t>(item)];
      if (place >= 0) kept.push_back(place);
    }
  }
  return some;
}

Expected<void> check_memory(std::size_t items, std::uint64_t budget) {
  const std::uint64_t estimate = 2 * sizeof(float) * items * items;
  if (estimate <= budget) return {};
  return std::unexpected(Error(ErrorCode::ResourceExhausted, "the ridge of " + std::to_string(items) + " items needs " + std::to_string(estimate >> 20U) +
                                                                 " MiB, the budget is " + std::to_string(budget >> 20U) + " MiB")
                             .advise("raise the memory budget or lower most_items"));
}

}  // namespace

Expected<NextRidge> NextRidge::fit(const Sequences& sequences, const NextRidgeOptions& options, Progress& progress, const CancelToken& cancel) {
  NextRidge model;
  model.head_ = head_of(sequences, options.most_items);
  CINELOOM_TRY(check_memory(model.head_.size(), options.memory_budget));
  const Sequences head = in_places(sequences, model.head_);
  if (std::ranges::none_of(head.users, [](const auto& events) { return events.size() > 1; })) {
    return fail(ErrorCode::InvalidArgument, "expected pasts of two events or more, found none");
  }
  progress.begin("what follows what", 1, "steps");
  CINELOOM_TRY_ASSIGN(model.weights_, causal_ridge(head, options.ridge, cancel));
  model.decay_ = static_cast<float>(std::exp2(-1 / options.ridge.half_life));
  model.measure_reaches();
  progress.finish();
  return model;
}

/// Calls `visit` with the row and the weight of what of the past still counts, the last event first.
template <class Visit>
void NextRidge::each_recent(std::span<const HistoryEntry> history, Visit visit) const {
  float weight = 1;
  for (std::size_t back = history.size(); back-- > 0 && weight >= kLeastWeight;) {
    const std::int32_t place = head_.place_of[static_cast<std::size_t>(history[back].item)];
    if (place < 0) continue;  // in the training, too, only the head's events passed
    visit(place, weight);
    weight *= decay_;
  }
}

void NextRidge::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  std::vector<float> sums(head_.size(), 0);
  each_recent(history, [&](std::int32_t past, float weight) {
    const auto row = weights_.row(static_cast<std::size_t>(past));
    for (std::size_t place = 0; place < row.size(); ++place) sums[place] += weight * row[place];
  });
  std::ranges::fill(scores, 0.0F);
  for (std::size_t place = 0; place < sums.size(); ++place) scores[static_cast<std::size_t>(head_.item_at[place])] = sums[place];
}

float NextRidge::score(std::span<const HistoryEntry> history, std::int32_t item) const {
  const std::int32_t column = head_.place_of[static_cast<std::size_t>(item)];
  if (column < 0) return 0;
  float sum = 0;
  each_recent(history, [&](std::int32_t past, float weight) { sum += weight * weights_.at(static_cast<std::size_t>(past), static_cast<std::size_t>(column)); });
  return sum;
}

float NextRidge::contribution(std::int32_t item, std::int32_t because) const {
  const std::int32_t column = head_.place_of[static_cast<std::size_t>(item)];
  const std::int32_t row = head_.place_of[static_cast<std::size_t>(because)];
  if (column < 0 || row < 0) return 0;
  return weights_.at(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
}

std::vector<HistoryEntry> NextRidge::weighed(std::span<const HistoryEntry> history) const {
  std::vector<HistoryEntry> entries;
  each_recent(history, [&](std::int32_t past, float weight) { entries.push_back({.item = head_.item_at[static_cast<std::size_t>(past)], .value = weight}); });
  return entries;
}

float NextRidge::reach(std::int32_t because) const {
  const std::int32_t place = head_.place_of[static_cast<std::size_t>(because)];
  return place < 0 ? 0 : reaches_[static_cast<std::size_t>(place)];
}

void NextRidge::measure_reaches() {
  reaches_.assign(weights_.rows(), 0);
  for (std::size_t row = 0; row < reaches_.size(); ++row) {
    for (const float value : weights_.row(row)) reaches_[row] = std::max(reaches_[row], std::abs(value));
  }
}

NextRidge NextRidge::rearranged(ItemOrigins origins) && {
  weights_ = square_part(weights_, head_.rearrange(origins));
  measure_reaches();
  return std::move(*this);
}

void NextRidge::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(static_cast<std::uint64_t>(head_.items()));
  out.put(head_.item_at);
  out.put(decay_);
  out.put(std::vector<float>(weights_.values().begin(), weights_.values().end()));
}

Expected<NextRidge> NextRidge::read(ByteReader& in) {
  const auto damaged = [] { return fail(ErrorCode::DataLoss, "a model of what follows what is damaged"); };
  std::uint32_t format = 0;
  std::uint64_t items = 0;
  std::vector<std::int32_t> item_at;
  std::vector<float> values;
  NextRidge model;
  in.take(format);
  in.take(items);
  in.take(item_at);
  in.take(model.decay_);
  in.take(values);
  const bool is_whole = !in.is_short() && format == kFormat && items <= ItemHead::kMostItems && ItemHead::is_sound(item_at, items);
  if (!is_whole || values.size() != item_at.size() * item_at.size() || !(model.decay_ > 0 && model.decay_ < 1)) return damaged();
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return damaged();
  model.weights_ = Matrix(item_at.size(), item_at.size());
  std::ranges::copy(values, model.weights_.values().begin());
  model.head_ = ItemHead(std::move(item_at), items);
  model.measure_reaches();
  return model;
}

}  // namespace cineloom
