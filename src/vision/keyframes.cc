#include "vision/keyframes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/internal/compare.h"
#include "vision/thumbnail.h"

namespace cineloom {
namespace {

constexpr double kLooksASecond = 4;
constexpr double kLongestStretch = 0.75;  ///< seconds
constexpr double kLongestWait = 8;        ///< seconds after which even a still picture gives another candidate
constexpr float kAlike = 6;               ///< mean luma difference of two pictures of which one is enough
constexpr float kStrongChange = 10;    ///< mean luma difference after motion that may be a cut

/// Size of the picture to keep: pixels made square, at most `max_width` wide, even sides.
std::pair<int, int> target_size(const FrameView& frame, double pixel_aspect, int max_width) {
  const double width = frame.luma.width * pixel_aspect;
  const double scale = std::min({1.0, max_width / width, 4096.0 / frame.luma.height});
  const auto even = [](double value) { return std::max(2, static_cast<int>(std::lround(value / 2)) * 2); };
  return {even(width * scale), even(frame.luma.height * scale)};
}

void shrink_picture(const FrameView& frame, int width, int height, Picture& picture) {
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  picture.width = width;
  picture.height = height;
  picture.is_full_range = frame.is_full_range;
  picture.luma.resize(size);
  picture.blue.resize(size / 4);
  picture.red.resize(size / 4);
  shrink(frame.luma, width, height, picture.luma.data());
  shrink(frame.blue, width / 2, height / 2, picture.blue.data());
  shrink(frame.red, width / 2, height / 2, picture.red.data());
}

double laplacian_variance(const Picture& picture) {
  double sum = 0;
  double squares = 0;
  for (int y = 1; y + 1 < picture.height; ++y) {
    const std::uint8_t* row = picture.luma.data() + static_cast<std::ptrdiff_t>(y) * picture.width;
    int row_sum = 0;
    std::int64_t row_squares = 0;
    for (int x = 1; x + 1 < picture.width; ++x) {
      const int value = 4 * row[x] - row[x - 1] - row[x + 1] - row[x - picture.width] - row[x + picture.width];
      row_sum += value;
      row_squares += value * value;
    }
    sum += row_sum;
    squares += static_cast<double>(row_squares);
  }
  const double count = std::max(1, (picture.width - 2) * (picture.height - 2));
  return std::max(0.0, squares / count - (sum / count) * (sum / count));
}

/// 1 for well exposed pictures, down to 0.05 for empty ones.
double exposure(const FrameFeatures& features) {
  const double contrast = std::clamp(static_cast<double>(features.deviation) / 25, 0.05, 1.0);
  const bool is_extreme = features.brightness < 30 || features.brightness > 225;
  return contrast * (is_extreme ? 0.5 : 1.0);
}

}  // namespace

KeyframeGatherer::KeyframeGatherer(const MediaFormat& format, int width)
    : max_width_(std::clamp(width, 16, 4096)),
      pixel_aspect_(format.pixel_aspect),
      look_every_(std::max<std::int64_t>(1, std::lround(format.frames_per_second / kLooksASecond))),
      longest_stretch_(std::max<std::int64_t>(2, std::lround(format.frames_per_second * kLongestStretch))),
      longest_wait_(std::lround(format.frames_per_second * kLongestWait)) {}

Expected<void> KeyframeGatherer::add(const FrameView& frame, const Thumbnail& thumbnail, const FrameFeatures& features) {
  const std::int64_t ordinal = frame.time.ordinal;
  const bool is_new = features.behind[0].residual >= kStrongChange || ordinal - stretch_begin_ >= longest_stretch_;
  if (is_new) {
    CINELOOM_TRY(close_stretch());
    stretch_begin_ = ordinal;
  }
  const std::int64_t age = ordinal - stretch_begin_;
  // The first pictures of a stretch are looked at at once, so that the shortest shot has one.
  if (!frame.is_corrupt && (age == 0 || age == 3 || age % look_every_ == 0)) consider(frame, thumbnail, features);
  return {};
}

void KeyframeGatherer::consider(const FrameView& frame, const Thumbnail& thumbnail, const FrameFeatures& features) {
  const auto [width, height] = target_size(frame, pixel_aspect_, max_width_);
  shrink_picture(frame, width, height, picture_);
  const double sharpness = laplacian_variance(picture_);
  const double blur = 1 + static_cast<double>(features.behind[0].residual) / 10;
  const double worth = (1 + sharpness) * exposure(features) / blur;
  if (best_.picture.width > 0 && worth <= best_.candidate.worth) return;
  best_.candidate = {frame.time, sharpness, worth, {}};
  best_.thumbnail = thumbnail;
  std::swap(best_.picture, picture_);
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
