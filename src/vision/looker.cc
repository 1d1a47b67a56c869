#include "vision/looker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/internal/compare.h"
#include "vision/internal/lettering.h"

namespace cineloom {
namespace {

constexpr std::int64_t kLooksASecond = 2;
constexpr float kStrongChange = 10;  ///< mean luma difference that may be a cut: what follows is looked at at once
constexpr std::int64_t kSettled = 3;  ///< frames after it
constexpr std::int64_t kCloseEvery = 10;  ///< half seconds: searching a picture for faces costs as much as decoding a few
constexpr std::int64_t kCloseAtOnce = 2;  ///< half seconds after the last close look before a strong change asks for another
constexpr int kPortraitSize = 96;

/// Size of the picture to keep: pixels made square, at most `max_width` wide and high, even sides.
std::pair<int, int> target_size(const FrameView& frame, double pixel_aspect, int max_width) {
  const double width = frame.luma.width * pixel_aspect;
  const double scale = std::min({1.0, max_width / width, 1.0 * max_width / frame.luma.height});
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

/// The face with some hair and neck.
Picture cut_portrait(const FrameView& frame, const PictureArea& box) {
  const double width = (box.right - box.left) / 4;
  const double height = (box.bottom - box.top) / 4;
  const PictureArea area{box.left - width, box.top - height, box.right + width, box.bottom + height};
  const FrameView part{.luma = cut(frame.luma, area), .blue = cut(frame.blue, area), .red = cut(frame.red, area), .is_full_range = frame.is_full_range};
  Picture portrait;
  shrink_picture(part, kPortraitSize, kPortraitSize, portrait);
  return portrait;
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

/// Luma of full range brought to the limited range that everything else here speaks.
void narrow(Thumbnail& thumbnail) {
  const auto limit = [](std::uint8_t& value) { value = static_cast<std::uint8_t>(16 + value * 219 / 255); };
  std::ranges::for_each(thumbnail.luma, limit);
  std::ranges::for_each(thumbnail.small_luma, limit);
}

}  // namespace

ShrinkingLooker::ShrinkingLooker(const MediaFormat& format, int width, const FaceTools& tools)
    : format_(format), max_width_(std::clamp(width, 16, 4096)), nets_(tools.nets) {
  if (tools.can_find()) faces_.emplace(tools);
}

void ShrinkingLooker::begin_stretch() {
  before_.reset();
  age_ = 0;
  count_ = 0;
  second_before_ = -1;
  close_before_ = -kCloseEvery;
}

/// Number of the half second that the frame lies in.
std::int64_t ShrinkingLooker::moment_of(const FrameView& frame) const {
  const double seconds = frame.claimed_pts ? static_cast<double>(to_film_time(*frame.claimed_pts - format_.start_pts, format_.time_base).count()) / 1000
                                           : static_cast<double>(count_) / format_.frames_per_second;
  return static_cast<std::int64_t>(std::floor(seconds * static_cast<double>(kLooksASecond)));
}

bool ShrinkingLooker::wants_picture(const FrameView& frame, const Thumbnail& thumbnail) {
  const bool is_new = !before_ || mean_difference(*before_, thumbnail, Region{}) >= kStrongChange;
  age_ = is_new ? 0 : age_ + 1;
  const std::int64_t moment = moment_of(frame);
  const bool is_next_moment = std::exchange(moment_before_, moment) != moment;
  return !frame.is_corrupt && (age_ == 0 || age_ == kSettled || is_next_moment);
}

/// For faces, and for what the user's nets say of the frame.
void ShrinkingLooker::look_closely(const FrameView& frame, WatchedFrame& watched) {
  const std::int64_t since = moment_before_ - close_before_;
  if (!can_look_closely() || since < (age_ == kSettled ? kCloseAtOnce : kCloseEvery)) return;
  close_before_ = moment_before_;
  if (nets_) watched.label_scores = nets_->label_scores(frame, 1.0 * watched.picture.width / watched.picture.height);
  if (!faces_) return;
  watched.faces.emplace();
  for (const FaceLook& look : faces_->find(frame, watched.picture)) watched.faces->push_back({look, cut_portrait(frame, look.box)});
}

std::unique_ptr<FrameNote> ShrinkingLooker::look(const FrameView& frame) {
  auto watched = std::make_unique<WatchedFrame>();
  watched->width = frame.luma.width;
  watched->height = frame.luma.height;
  watched->thumbnail = make_thumbnail(frame);
  if (frame.is_full_range) narrow(watched->thumbnail);
  if (wants_picture(frame, watched->thumbnail)) {
    const auto [width, height] = target_size(frame, format_.pixel_aspect, max_width_);
    shrink_picture(frame, width, height, watched->picture);
    watched->sharpness = laplacian_variance(watched->picture);
    look_closely(frame, *watched);
    if (std::exchange(second_before_, moment_before_ / kLooksASecond) != moment_before_ / kLooksASecond) {
      watched->is_writing = measure_lettering(watched->picture).is_writing();
    }
  }
  before_ = watched->thumbnail;
  ++count_;
  return watched;
}

}  // namespace cineloom
