#include "vision/video_analyzer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "vision/camera.h"
#include "vision/frame_features.h"
#include "vision/keyframes.h"
#include "vision/looker.h"
#include "vision/loudness.h"
#include "vision/palette.h"
#include "vision/shot_detector.h"
#include "vision/thumbnail.h"

namespace cineloom {
namespace {

constexpr double kColorLooksASecond = 2.5;
constexpr int kSwatchWidth = 32;
constexpr int kSwatchHeight = 18;
constexpr std::size_t kSwatchSize = std::size_t{kSwatchWidth} * kSwatchHeight;

/// A frame's colours, small enough to be kept for every half second of a film.
struct Swatch {
  std::int64_t ordinal = 0;
  std::array<std::uint8_t, kSwatchSize> luma{};
  std::array<std::uint8_t, kSwatchSize> blue{};
  std::array<std::uint8_t, kSwatchSize> red{};
};

PlaneView inside(const std::uint8_t* samples, int stride, int left, int top, int right, int bottom) {
  const auto bytes = static_cast<std::size_t>((bottom - top - 1) * stride + right - left);
  return {{samples + top * stride + left, bytes}, right - left, bottom - top, stride};
}

Swatch make_swatch(const Thumbnail& thumbnail, const Region& region, std::int64_t ordinal) {
  Swatch swatch{.ordinal = ordinal};
  const auto half = [&](const auto& plane) { return inside(plane.data(), kHalfWidth, region.left / 2, region.top / 2, region.right / 2, region.bottom / 2); };
  shrink(half(thumbnail.small_luma), kSwatchWidth, kSwatchHeight, swatch.luma.data());
  shrink(half(thumbnail.blue), kSwatchWidth, kSwatchHeight, swatch.blue.data());
  shrink(half(thumbnail.red), kSwatchWidth, kSwatchHeight, swatch.red.data());
  return swatch;
}

class Watcher final : public MediaConsumer {
 public:
  explicit Watcher(const VideoOptions& options) : options_(options) {}

  Expected<void> begin(const MediaFormat& format) override {
    format_ = format;
    extractor_.emplace(format.frames_per_second);
    keyframes_.emplace(format);
    color_every_ = std::max<std::int64_t>(1, std::lround(format.frames_per_second / kColorLooksASecond));
    return {};
  }

  std::unique_ptr<FrameLooker> make_looker() override { return std::make_unique<ShrinkingLooker>(format_, options_.keyframe_width); }

  Expected<void> take_frame(SeenFrame seen) override {
    auto& frame = dynamic_cast<WatchedFrame&>(*seen.note);
    // A damaged picture must not look like a cut: the one before it stands in.
    if (!seen.is_corrupt || pts_.empty()) thumbnail_ = frame.thumbnail;
    // Frames that could not be shown have no features; the picture before them stands in too.
    while (std::cmp_less(pts_.size(), seen.time.ordinal)) take_thumbnail(seen.time.pts);
    take_thumbnail(seen.time.pts);
    width_ = std::max(width_, frame.width);
    height_ = std::max(height_, frame.height);
    return keyframes_->add(seen.time, frame, extractor_->newest());
  }

  Expected<void> take_audio(const AudioBlock& block) override {
    loudness_.add(block.samples, block.at);
    return {};
  }

  Expected<VideoFindings> conclude(const MediaSummary& summary) {
    features_ = extractor_->finish();
    CINELOOM_TRY_ASSIGN(candidates_, keyframes_->finish());
    VideoFindings findings;
    findings.time_base = format_.time_base;
    findings.frames = static_cast<std::int64_t>(pts_.size());
    end_pts_ = summary.last.pts + summary.last_duration;
    findings.duration = clock(end_pts_);
    const double seconds = static_cast<double>((clock(end_pts_) - clock(pts_.front())).count()) / 1000;
    findings.frames_per_second = seconds > 0 ? static_cast<double>(findings.frames) / seconds : format_.frames_per_second;
    findings.width = width_;
    findings.height = height_;
    findings.warnings = summary.warnings;
    findings.loudness = loudness_.finish();
    if (!format_.has_audio) findings.warnings.emplace_back("there is no sound to hear");
    add_shots(findings);
    CINELOOM_TRY(add_keyframes(findings));
    return findings;
  }

 private:
  void take_thumbnail(std::int64_t pts) {
    extractor_->push(thumbnail_);
    const auto ordinal = static_cast<std::int64_t>(pts_.size());
    const bool is_new = extractor_->newest().behind[0].residual >= 10;
    if (ordinal % color_every_ == 0 || is_new) swatches_.push_back(make_swatch(thumbnail_, extractor_->picture(), ordinal));
    pts_.push_back(pts);
  }

  [[nodiscard]] FilmTime clock(std::int64_t pts) const { return to_film_time(pts - format_.start_pts, format_.time_base); }
  [[nodiscard]] FrameTime time_of(std::int64_t ordinal) const { return {pts_[static_cast<std::size_t>(ordinal)], ordinal}; }

  void add_shots(VideoFindings& findings) {
    std::vector<Boundary> boundaries = detect_boundaries(features_, findings.frames_per_second);
    if (boundaries.empty() || boundaries.front().at != 0) { boundaries.insert(boundaries.begin(), Boundary{.kind = TransitionKind::Start, .confidence = 1}); }
    PaletteGatherer palette;
    for (std::size_t i = 0; i < boundaries.size(); ++i) {
      const std::int64_t end = i + 1 < boundaries.size() ? boundaries[i + 1].at : findings.frames;
      Shot shot = make_shot(boundaries[i], end);
      const bool fades_on = i + 1 < boundaries.size() && boundaries[i + 1].kind != TransitionKind::Cut;
      const std::int64_t clear_last = fades_on ? boundaries[i + 1].first - 1 : end - 1;
      describe(shot, clear_last, findings.frames_per_second, palette);
      findings.shots.push_back(std::move(shot));
    }
  }

  Shot make_shot(const Boundary& boundary, std::int64_t end) const {
    Shot shot;
    shot.first = time_of(boundary.at);
    shot.last = time_of(end - 1);
    shot.begin = clock(shot.first.pts);
    shot.end = std::cmp_less(end, pts_.size()) ? clock(pts_[static_cast<std::size_t>(end)]) : clock(end_pts_);
    shot.transition_in = boundary.kind;
    shot.confidence = boundary.confidence;
    if (boundary.kind == TransitionKind::Cut || boundary.kind == TransitionKind::Start) return shot;
    shot.transition_first = time_of(boundary.first);
    shot.transition_last = time_of(boundary.last);
    return shot;
  }

  void describe(Shot& shot, std::int64_t clear_last, double frames_per_second, PaletteGatherer& palette) const {
    double brightness = 0;
    double motion = 0;
    std::vector<CameraStep> steps;
    std::vector<CameraStep> slow_steps;
    for (std::int64_t i = shot.first.ordinal; i <= shot.last.ordinal; ++i) {
      const FrameFeatures& frame = features_[static_cast<std::size_t>(i)];
      brightness += std::clamp((static_cast<double>(frame.brightness) - 16) / 219, 0.0, 1.0);
      if (i > shot.first.ordinal) motion += static_cast<double>(frame.behind[0].plain) / 255;
      // A step that began before the shot compares two shots.
      const auto is_inside = [&](const std::optional<CameraStep>& step) { return step && i - step->frames >= clear_first(shot); };
      if (i > clear_last) continue;
      if (is_inside(frame.camera)) steps.push_back(*frame.camera);
      if (is_inside(frame.slow_camera)) slow_steps.push_back(*frame.slow_camera);
    }
    const auto length = static_cast<double>(shot.last.ordinal - shot.first.ordinal + 1);
    shot.brightness = brightness / length;
    shot.motion = std::min(1.0, motion / std::max(1.0, length - 1));
    shot.camera = name_camera_motion(steps, slow_steps, frames_per_second);
    palette.clear();
    gather_colors(shot, palette);
    shot.palette = palette.colors();
  }

  static std::int64_t clear_first(const Shot& shot) { return shot.transition_last ? shot.transition_last->ordinal + 1 : shot.first.ordinal; }

  void gather_colors(const Shot& shot, PaletteGatherer& palette) const {
    const auto add = [&](const Swatch& swatch) {
      for (std::size_t i = 0; i < kSwatchSize; ++i) palette.add(swatch.luma[i], swatch.blue[i], swatch.red[i]);
    };
    auto it = std::ranges::lower_bound(swatches_, shot.first.ordinal, {}, &Swatch::ordinal);
    // A shot between two looks takes the look just before it: at most a fraction of a second away.
    if (it == swatches_.end() || it->ordinal > shot.last.ordinal) {
      if (it != swatches_.begin()) add(*std::prev(it));
      return;
    }
    for (; it != swatches_.end() && it->ordinal <= shot.last.ordinal; ++it) add(*it);
  }

  Expected<void> add_keyframes(VideoFindings& findings) {
    for (std::size_t i = 0; i < findings.shots.size(); ++i) {
      const Shot& shot = findings.shots[i];
      const bool fades_on = i + 1 < findings.shots.size() && findings.shots[i + 1].transition_first.has_value();
      const std::int64_t clear_last = fades_on ? findings.shots[i + 1].transition_first->ordinal - 1 : shot.last.ordinal;
      const int chosen = choose_keyframe(candidates_, shot, clear_first(shot), clear_last);
      if (chosen < 0) {
        findings.warnings.push_back(fmt::format("shot {} is too short or too damaged for a keyframe", i + 1));
        continue;
      }
      const KeyframeCandidate& candidate = candidates_[static_cast<std::size_t>(chosen)];
      Keyframe keyframe{candidate.frame, clock(candidate.frame.pts), static_cast<int>(i), candidate.sharpness, fmt::format("keyframe-{:05}.jpg", i + 1)};
      if (options_.take_keyframe) CINELOOM_TRY(options_.take_keyframe(keyframe, candidate.jpeg));
      findings.keyframes.push_back(std::move(keyframe));
    }
    return {};
  }

  const VideoOptions& options_;
  MediaFormat format_;
  std::optional<FeatureExtractor> extractor_;
  std::optional<KeyframeGatherer> keyframes_;
  LoudnessMeter loudness_;
  Thumbnail thumbnail_;
  std::vector<std::int64_t> pts_;
  std::vector<Swatch> swatches_;
  std::vector<FrameFeatures> features_;
  std::vector<KeyframeCandidate> candidates_;
  std::int64_t color_every_ = 10;
  std::int64_t end_pts_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace

Expected<VideoFindings> analyze_video(const FileDescriptor& film, const VideoOptions& options, Progress& progress, const CancelToken& cancel) {
  Watcher watcher(options);
  CINELOOM_TRY_ASSIGN(const MediaSummary summary, read_media(film, watcher, options.media, progress, cancel));
  return watcher.conclude(summary);
}

KeyframeSink keyframes_into(const std::filesystem::path& folder) {
  return [folder](const Keyframe& keyframe, std::string_view jpeg) -> Expected<void> {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot create '{}': {}", folder.string(), error.message()));
    return write_file(folder / keyframe.file, jpeg);
  };
}

}  // namespace cineloom
