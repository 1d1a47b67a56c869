#include "vision/frame_features.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "vision/internal/blend.h"
#include "vision/internal/camera_step.h"
#include "vision/internal/compare.h"
#include "vision/internal/watch_bytes.h"

namespace cineloom {
namespace {

/// Half lengths in seconds of the windows that blends are looked for in; the middle of each must lie inside the blend.
constexpr std::array kHalfWindows = {0.09, 0.25, 0.5, 0.95, 1.6};
constexpr double kCameraSteps = 4;  ///< a second
constexpr int kCameraReach = 8;

float mean_tone(const Thumbnail& thumbnail, const Region& region, float& deviation) {
  std::uint32_t sum = 0;  // 5184 squares of bytes fit
  std::uint32_t squares = 0;
  for (int y = region.top; y < region.bottom; ++y) {
    const std::uint8_t* row = thumbnail.luma.data() + y * kThumbWidth;
    for (int x = region.left; x < region.right; ++x) {
      sum += row[x];
      squares += static_cast<std::uint32_t>(row[x]) * row[x];
    }
  }
  const double count = (region.right - region.left) * (region.bottom - region.top);
  const double mean = sum / count;
  deviation = static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean)));
  return static_cast<float>(mean);
}

float quality(const BlendEvidence& evidence) { return evidence.distance * (0.5F - evidence.misfit); }

}  // namespace

struct FeatureExtractor::State {
  std::vector<std::int64_t> half_windows;
  int camera_every = 6;
  LetterboxFinder letterbox;
  Region region;
  std::deque<PreparedFrame> recent;
  std::vector<FrameFeatures> features;
  std::vector<const PreparedFrame*> window;
  std::size_t saved = 0;  ///< features that will not change and were saved

  void adopt(const Thumbnail& thumbnail) {
    letterbox.look(thumbnail);
    const Region found = letterbox.picture();
    if (!(found == region)) {
      region = found;
      for (PreparedFrame& frame : recent) frame.colors = count_colors(frame.thumbnail, region);
    }
    recent.push_back({thumbnail, count_colors(thumbnail, region)});
    const std::int64_t keep = 2 * half_windows.back() + 1;
    if (std::cmp_greater(recent.size(), keep)) recent.pop_front();
  }

  [[nodiscard]] const PreparedFrame* before(std::int64_t frames) const {
    const auto at = static_cast<std::int64_t>(recent.size()) - 1 - frames;
    return at < 0 ? nullptr : &recent[static_cast<std::size_t>(at)];
  }

  /// Compares with `frames` ago, at every `every`-th frame.
  [[nodiscard]] std::optional<CameraStep> camera_step(int frames, int every) const {
    const PreparedFrame* older = before(frames);
    if (older == nullptr || features.size() % static_cast<std::size_t>(every) != 0) return std::nullopt;
    const BlockField field = match_blocks(older->thumbnail, recent.back().thumbnail, region, kCameraReach, Precision::Fraction);
    return fit_camera(field, region, frames);
  }

  void measure() {
    FrameFeatures here;
    here.brightness = mean_tone(recent.back().thumbnail, region, here.deviation);
    for (std::size_t lag = 1; lag <= here.behind.size(); ++lag) {
      const PreparedFrame* older = before(static_cast<std::int64_t>(lag));
      if (older != nullptr) here.behind[lag - 1] = compare(*older, recent.back(), region);
    }
    here.camera = camera_step(camera_every, camera_every);
    here.slow_camera = camera_step(4 * camera_every, 2 * camera_every);
    features.push_back(here);
  }

  /// A blend may still be found as far back as the longest window reaches.
  void note_saved() { saved = features.size() - std::min(features.size(), static_cast<std::size_t>(half_windows.back())); }

  void look_for_blends() {
    const auto newest = static_cast<std::int64_t>(features.size()) - 1;
    for (const std::int64_t half : half_windows) {
      const std::int64_t first = newest - 2 * half;
      if (first < 0) return;
      window.clear();
      for (std::int64_t back = 2 * half; back >= 0; --back) window.push_back(before(back));
      const auto evidence = find_blend(window, first, region);
      auto& kept = features[static_cast<std::size_t>(newest - half)].blend;
      if (evidence && (!kept || quality(*evidence) > quality(*kept))) kept = evidence;
    }
  }
};

FeatureExtractor::FeatureExtractor(double frames_per_second) : state_(std::make_unique<State>()) {
  const double rate = std::clamp(frames_per_second, 1.0, 240.0);
  for (const double seconds : kHalfWindows) {
    const auto frames = std::max<std::int64_t>(2, std::lround(seconds * rate));
    if (state_->half_windows.empty() || frames > state_->half_windows.back()) state_->half_windows.push_back(frames);
  }
  state_->camera_every = std::max(1, static_cast<int>(std::lround(rate / kCameraSteps)));
}

FeatureExtractor::~FeatureExtractor() = default;
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;

void FeatureExtractor::push(const Thumbnail& thumbnail) {
  state_->adopt(thumbnail);
  state_->measure();
  state_->look_for_blends();
}

Region FeatureExtractor::picture() const { return state_->region; }
const FrameFeatures& FeatureExtractor::newest() const { return state_->features.back(); }

void FeatureExtractor::save(ByteWriter& out) {
  out.put(state_->letterbox);
  out.put(state_->region);
  put_tail(out, state_->features, state_->saved);
  state_->note_saved();
  std::vector<Thumbnail> recent;
  for (const PreparedFrame& frame : state_->recent) recent.push_back(frame.thumbnail);
  out.put(recent);
}

bool FeatureExtractor::load(ByteReader& in) {
  in.take(state_->letterbox);
  in.take(state_->region);
  if (!take_tail(in, state_->features)) return false;
  std::vector<Thumbnail> recent;
  in.take(recent);
  state_->recent.clear();
  for (const Thumbnail& thumbnail : recent) state_->recent.push_back({thumbnail, count_colors(thumbnail, state_->region)});
  state_->note_saved();
  return !in.is_short() && recent.size() <= state_->features.size();
}

std::vector<FrameFeatures> FeatureExtractor::finish() { return std::move(state_->features); }

}  // namespace cineloom
