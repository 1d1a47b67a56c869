#include "recommend/models/similar_moments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::int32_t kNobody = -1;

bool is_share(float value) { return value > 0 && value <= 1; }
bool is_within(std::int32_t value, std::int32_t most) { return value >= 1 && value <= most; }

bool is_usable(const SimilarMomentsOptions& options) {
  return is_within(options.anchors, 100) && is_within(options.context, 1000) && is_within(options.horizon, 1000) && is_share(options.anchor_decay) &&
         is_share(options.context_decay) && is_share(options.horizon_decay) && options.most_per_item > 0;
}

}  // namespace

Expected<SimilarMoments> SimilarMoments::of(const Sequences& sequences, const SimilarMomentsOptions& options) {
  if (!is_usable(options)) return fail(ErrorCode::InvalidArgument, "options of similar moments are out of range");
  SimilarMoments moments;
  moments.options_ = options;
  std::vector<std::vector<std::uint32_t>> places(static_cast<std::size_t>(sequences.item_count));
  moments.events_.push_back(kNobody);
  for (const auto& events : sequences.users) {
    if (moments.events_.size() + events.size() >= std::numeric_limits<std::uint32_t>::max()) break;
    for (const std::int32_t item : events) {
      places[static_cast<std::size_t>(item)].push_back(static_cast<std::uint32_t>(moments.events_.size()));
      moments.events_.push_back(item);
    }
    moments.events_.push_back(kNobody);
  }
  moments.begins_.push_back(0);
  for (const auto& of_item : places) {
    const std::size_t kept = std::min(of_item.size(), options.most_per_item);
    for (std::size_t i = 0; i < kept; ++i) moments.places_.push_back(of_item[i * of_item.size() / kept]);
    moments.begins_.push_back(moments.places_.size());
  }
  return moments;
}

float SimilarMoments::likeness(std::size_t place, std::span<const float> weights) const {
  float sum = 0;
  for (std::int32_t back = 1; back <= options_.context; ++back) {
    const std::int32_t item = events_[place - static_cast<std::size_t>(back)];
    if (item == kNobody) break;
    sum += weights[static_cast<std::size_t>(item)];
  }
  return sum;
}

void SimilarMoments::vote(std::span<const std::int32_t> history, Matrix& votes) const {
  std::ranges::fill(votes.values(), 0.0F);
  std::vector<float> weights(static_cast<std::size_t>(items()), 0);
  float weight = 1;
  for (std::size_t back = 1; back <= std::min(history.size(), static_cast<std::size_t>(options_.context)); ++back, weight *= options_.context_decay) {
    float& of_item = weights[static_cast<std::size_t>(history[history.size() - back])];
    of_item = std::max(of_item, weight);
  }
  float of_anchor = 1;
  for (std::size_t back = 1; back <= std::min(history.size(), static_cast<std::size_t>(options_.anchors)); ++back, of_anchor *= options_.anchor_decay) {
    const auto anchor = static_cast<std::size_t>(history[history.size() - back]);
    for (std::size_t at = begins_[anchor]; at < begins_[anchor + 1]; ++at) {
      const float like = likeness(places_[at], weights);
      if (like == 0) continue;
      std::array<float, kKinds> votes_now{of_anchor * like, of_anchor * like * like, of_anchor * like * like * like, back == 1 ? like * like : 0};
      for (std::size_t after = 1; after <= static_cast<std::size_t>(options_.horizon); ++after) {
        const std::int32_t item = events_[places_[at] + after];
        if (item == kNobody) break;
        const std::span<float> of_item = votes.row(static_cast<std::size_t>(item));
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
          of_item[kind] += votes_now[kind];
          votes_now[kind] *= options_.horizon_decay;
        }
      }
    }
  }
}

bool SimilarMoments::is_whole() const {
  const std::int32_t count = items();
  if (events_.empty() || events_.front() != kNobody || events_.back() != kNobody || begins_.empty() || begins_.front() != 0 || begins_.back() != places_.size())
    return false;
  const bool are_items = std::ranges::all_of(events_, [&](std::int32_t item) { return item >= kNobody && item < count; });
  // A place is an event of somebody, so that steps to both sides meet a -1 before they leave the list.
  const bool are_places = std::ranges::all_of(places_, [&](std::uint32_t place) { return place < events_.size() && events_[place] != kNobody; });
  return are_items && are_places && std::ranges::is_sorted(begins_);
}

void SimilarMoments::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(options_.anchors);
  out.put(options_.context);
  out.put(options_.horizon);
  out.put(options_.anchor_decay);
  out.put(options_.context_decay);
  out.put(options_.horizon_decay);
  out.put(events_);
  out.put(begins_);
  out.put(places_);
}

Expected<SimilarMoments> SimilarMoments::read(ByteReader& in) {
  SimilarMoments moments;
  std::uint32_t format = 0;
  in.take(format);
  in.take(moments.options_.anchors);
  in.take(moments.options_.context);
  in.take(moments.options_.horizon);
  in.take(moments.options_.anchor_decay);
  in.take(moments.options_.context_decay);
  in.take(moments.options_.horizon_decay);
  in.take(moments.events_);
  in.take(moments.begins_);
  in.take(moments.places_);
  if (in.is_short() || format != kFormat || !is_usable(moments.options_) || !moments.is_whole())
    return fail(ErrorCode::DataLoss, "similar moments are damaged");
  return moments;
}

}  // namespace cineloom
