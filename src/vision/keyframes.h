#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/expected.h"
#include "domain/timeline.h"
#include "media/jpeg.h"
#include "media/media_reader.h"
#include "vision/frame_features.h"
#include "vision/keyframe_ranking.h"
#include "vision/looker.h"

namespace cineloom {

/// A picture that may come to stand for its shot.
struct KeyframeCandidate {
  FrameTime frame;
  double sharpness = 0;  ///< variance of the Laplacian
  double worth = 0;      ///< sharpness, lowered for pictures that are nearly black or white, raised for faces
  double face = 0;       ///< confidence in the surest face, 0 .. 1; 0 also where none was looked for
  PictureSketch sketch{};
  std::string jpeg;
};

/// Keeps the best picture of every stretch of the film while it is decoded, before the shots are known. Stretches end
/// at every strong change and after a moment, so that each shot finds one inside it later; of neighbours that look
/// alike the better one stays.
class KeyframeGatherer {
 public:
  explicit KeyframeGatherer(const MediaFormat& format);

  /// Takes the frame's picture if it is worth it. Errors: those of encode_jpeg.
  Expected<void> add(const FrameTime& time, WatchedFrame& frame, const FrameFeatures& features);
  /// As of FeatureExtractor.
  void save(ByteWriter& out);
  void load(ByteReader& in);
  /// All candidates in order of time; call once.
  Expected<std::vector<KeyframeCandidate>> finish();

 private:
  struct Best {
    KeyframeCandidate candidate;
    Picture picture;  ///< without width = there is none yet
    Thumbnail thumbnail;
  };
  Expected<void> close_stretch();
  Expected<void> keep_waiting();
  void consider(const FrameTime& time, WatchedFrame& frame, const FrameFeatures& features);

  std::int64_t longest_stretch_;
  std::int64_t longest_wait_;
  std::int64_t stretch_begin_ = 0;
  std::int64_t waiting_since_ = 0;
  Best best_;     ///< of the running stretch
  Best waiting_;  ///< of the stretches before, until one comes that looks different
  std::vector<KeyframeCandidate> candidates_;
  std::size_t saved_ = 0;  ///< of the candidates
};

/// The index of the best candidate of frames [first, last], away from the transitions at both ends where there is one
/// there, else anywhere inside; -1 if none lies inside. `candidates` are in order of time.
int choose_keyframe(const std::vector<KeyframeCandidate>& candidates, const Shot& shot, std::int64_t clear_first, std::int64_t clear_last);

}  // namespace cineloom
