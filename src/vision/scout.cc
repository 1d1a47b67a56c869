#include "vision/scout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "vision/looker.h"
#include "vision/swatches.h"
#include "vision/thumbnail.h"
#include "vision/trickplay.h"

namespace cineloom {
namespace {

constexpr int kBarcodeParts = 480;
constexpr std::size_t kMostPictures = 40;
constexpr FilmTime kPart{15'000};  // of which the best picture is kept

class Scout final : public MediaConsumer {
 public:
  explicit Scout(const VideoOptions& options) : options_(options), trickplay_(options.take_sheet) {}

  Expected<void> begin(const MediaFormat& format) override {
    format_ = format;
    return {};
  }
  std::unique_ptr<FrameLooker> make_looker() override { return std::make_unique<ShrinkingLooker>(format_, options_.keyframe_width, FaceTools()); }
  Expected<void> take_audio(const AudioBlock&) override { return {}; }

  Expected<void> take_frame(SeenFrame seen) override {
    auto& frame = dynamic_cast<WatchedFrame&>(*seen.note);
    width_ = std::max(width_, frame.width);
    height_ = std::max(height_, frame.height);
    letterbox_.look(frame.thumbnail);
    swatches_.add(frame.thumbnail, letterbox_.picture(), seen.time.ordinal);
    ++frames_;
    if (frame.picture.width == 0) return {};
    const FilmTime at = to_film_time(seen.time.pts - format_.start_pts, format_.time_base);
    CINELOOM_TRY(trickplay_.add(at, frame.picture));
    return consider(seen.time, at, frame);
  }

  Expected<VideoFindings> conclude(const MediaSummary& summary) {
    CINELOOM_TRY(close_part());
    VideoFindings findings{.time_base = format_.time_base, .frames = format_.claimed_frames, .frames_per_second = format_.frames_per_second};
    findings.duration = std::max(format_.claimed_duration, to_film_time(summary.last.pts - format_.start_pts, format_.time_base));
    findings.width = width_;
    findings.height = height_;
    const Region region = letterbox_.picture();
    findings.picture = {1.0 * region.left / kThumbWidth, 1.0 * region.top / kThumbHeight, 1.0 * region.right / kThumbWidth, 1.0 * region.bottom / kThumbHeight};
    findings.barcode = swatches_.barcode(frames_, static_cast<int>(std::min<std::int64_t>(kBarcodeParts, frames_)));
    findings.is_scouted = true;
    findings.warnings = summary.warnings;
    CINELOOM_TRY(add_pictures(findings));
    CINELOOM_TRY_ASSIGN(findings.trickplay, trickplay_.finish());
    return findings;
  }

 private:
  struct Candidate {
    Keyframe keyframe;
    std::string jpeg;
  };

  Expected<void> consider(const FrameTime& time, FilmTime at, WatchedFrame& frame) {
    if (at / kPart != part_) {
      CINELOOM_TRY(close_part());
      part_ = at / kPart;
    }
    if (best_.width > 0 && frame.sharpness <= best_key_.sharpness) return {};
    best_key_ = {.frame = time, .at = at, .shot = -1, .sharpness = frame.sharpness, .file = {}};
    best_ = std::move(frame.picture);
    return {};
  }

  Expected<void> close_part() {
    if (best_.width == 0) return {};
    CINELOOM_TRY_ASSIGN(std::string jpeg, encode_jpeg(best_));
    candidates_.push_back({best_key_, std::move(jpeg)});
    best_.width = 0;
    return {};
  }

  Expected<void> add_pictures(VideoFindings& findings) {
    const std::size_t count = std::min(kMostPictures, candidates_.size());
    for (std::size_t i = 0; i < count; ++i) {
      Candidate& chosen = candidates_[i * candidates_.size() / count];
      chosen.keyframe.file = fmt::format("keyframe-{:05}.jpg", i + 1);
      if (options_.take_keyframe) CINELOOM_TRY(options_.take_keyframe(chosen.keyframe, chosen.jpeg));
      findings.keyframes.push_back(chosen.keyframe);
    }
    return {};
  }

  const VideoOptions& options_;
  MediaFormat format_;
  TrickplayGatherer trickplay_;
  LetterboxFinder letterbox_;
  Swatches swatches_;
  std::vector<Candidate> candidates_;
  Keyframe best_key_;
  Picture best_;  ///< of the running part; without width = there is none yet
  std::int64_t part_ = 0;
  std::int64_t frames_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace

Expected<VideoFindings> scout_video(const FileDescriptor& film, const VideoOptions& options, Progress& progress, const CancelToken& cancel) {
  Scout scout(options);
  MediaOptions media = options.media;
  media.frames = Frames::KeyFramesOnly;
  media.sound = Sound::Ignore;
  CINELOOM_TRY_ASSIGN(const MediaSummary summary, read_media(film, scout, media, progress, cancel));
  return scout.conclude(summary);
}

}  // namespace cineloom
