#include "vision/keyframes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/internal/compare.h"
#include "vision/internal/watch_bytes.h"
#include "vision/thumbnail.h"

namespace cineloom {
namespace {

constexpr double kLongestStretch = 0.75;  ///< seconds
constexpr double kLongestWait = 8;        ///< seconds after which even a still picture gives another candidate
constexpr float kAlike = 6;               ///< mean luma difference of two pictures of which one is enough
constexpr float kStrongChange = 10;    ///< mean luma difference after motion that may be a cut

/// 1 for well exposed pictures, down to 0.05 for empty ones.
double exposure(const FrameFeatures& features) {
  const double contrast = std::clamp(static_cast<double>(features.deviation) / 25, 0.05, 1.0);
  const bool is_extreme = features.brightness < 30 || features.brightness > 225;
  return contrast * (is_extreme ? 0.5 : 1.0);
}

}  // namespace

KeyframeGatherer::KeyframeGatherer(const MediaFormat& format)
    : longest_stretch_(std::max<std::int64_t>(2, std::lround(format.frames_per_second * kLongestStretch))),
      longest_wait_(std::lround(format.frames_per_second * kLongestWait)) {}

Expected<void> KeyframeGatherer::add(const FrameTime& time, WatchedFrame& frame, const FrameFeatures& features) {
  const bool is_new = features.behind[0].residual >= kStrongChange || time.ordinal - stretch_begin_ >= longest_stretch_;
  if (is_new) {
    CINELOOM_TRY(close_stretch());
    stretch_begin_ = time.ordinal;
  }
  if (frame.picture.width > 0) consider(time, frame, features);
  return {};
}

void KeyframeGatherer::consider(const FrameTime& time, WatchedFrame& frame, const FrameFeatures& features) {
  const double blur = 1 + static_cast<double>(features.behind[0].residual) / 10;
  const double face = frame.faces && !frame.faces->empty() ? frame.faces->front().look.confidence : 0;
  const double worth = (1 + frame.sharpness) * exposure(features) / blur * (1 + face);
  if (best_.picture.width > 0 && worth <= best_.candidate.worth) return;
  best_.candidate = {.frame = time, .sharpness = frame.sharpness, .worth = worth, .face = face, .sketch = sketch_of(frame.thumbnail)};
  best_.thumbnail = frame.thumbnail;
  best_.picture = std::move(frame.picture);
}

Expected<void> KeyframeGatherer::close_stretch() {
  if (best_.picture.width == 0) return {};
  const bool is_alike =
      waiting_.picture.width > 0 && stretch_begin_ - waiting_since_ < longest_wait_ && mean_difference(waiting_.thumbnail, best_.thumbnail, Region{}) < kAlike;
  if (!is_alike) {
    CINELOOM_TRY(keep_waiting());
    waiting_since_ = stretch_begin_;
  }
  if (!is_alike || best_.candidate.worth > waiting_.candidate.worth) std::swap(waiting_, best_);
  best_.picture.width = 0;
  return {};
}

Expected<void> KeyframeGatherer::keep_waiting() {
  if (waiting_.picture.width == 0) return {};
  CINELOOM_TRY_ASSIGN(waiting_.candidate.jpeg, encode_jpeg(waiting_.picture));
  candidates_.push_back(std::move(waiting_.candidate));
  waiting_.picture.width = 0;
  return {};
}

void KeyframeGatherer::save(ByteWriter& out) {
  out.put(stretch_begin_);
  out.put(waiting_since_);
  for (const Best* best : {&best_, &waiting_}) {
    put(out, best->candidate);
    put(out, best->picture);
    out.put(best->thumbnail);
  }
  put_new(out, candidates_, std::exchange(saved_, candidates_.size()), [](ByteWriter& to, const KeyframeCandidate& one) { put(to, one); });
}

void KeyframeGatherer::load(ByteReader& in) {
  in.take(stretch_begin_);
  in.take(waiting_since_);
  for (Best* best : {&best_, &waiting_}) {
    take(in, best->candidate);
    take(in, best->picture);
    in.take(best->thumbnail);
  }
  take_new(in, candidates_, [](ByteReader& from, KeyframeCandidate& one) { take(from, one); });
  saved_ = candidates_.size();
}

Expected<std::vector<KeyframeCandidate>> KeyframeGatherer::finish() {
  CINELOOM_TRY(close_stretch());
  CINELOOM_TRY(keep_waiting());
  return std::move(candidates_);
}

int choose_keyframe(const std::vector<KeyframeCandidate>& candidates, const Shot& shot, std::int64_t clear_first, std::int64_t clear_last) {
  const auto begin = std::ranges::lower_bound(candidates, shot.first.ordinal, {}, [](const KeyframeCandidate& candidate) { return candidate.frame.ordinal; });
  int chosen = -1;
  bool chosen_is_clear = false;
  for (auto it = begin; it != candidates.end() && it->frame.ordinal <= shot.last.ordinal; ++it) {
    const bool is_clear = it->frame.ordinal >= clear_first && it->frame.ordinal <= clear_last;
    const auto index = static_cast<int>(it - candidates.begin());
    const bool is_better =
        chosen < 0 || (is_clear && !chosen_is_clear) || (is_clear == chosen_is_clear && it->worth > candidates[static_cast<std::size_t>(chosen)].worth);
    if (!is_better) continue;
    chosen = index;
    chosen_is_clear = is_clear;
  }
  return chosen;
}

}  // namespace cineloom
