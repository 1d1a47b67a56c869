#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "vision/thumbnail.h"

namespace cineloom {

/// How unlike two frames are, after the motion between them is explained away where that was tried.
struct Difference {
  float plain = 0;      ///< mean absolute luma difference, 0 .. 255
  float residual = 0;   ///< the same after block motion, mean over blocks
  float typical = 0;    ///< the same, median over blocks
  float histogram = 0;  ///< distance of the colour histograms, 0 .. 1
  float grid = 0;       ///< mean distance of the histograms of the cells of a grid, 0 .. 1
};

/// A stretch [first, last] of frames that one frame before and one behind explain as a running blend, or as an edge that runs over the
/// picture with the one before it and the other behind.
struct BlendEvidence {
  std::int64_t first = 0;  ///< ordinal of the first blended frame
  std::int64_t last = 0;   ///< ordinal of the last one
  float distance = 0;      ///< between the two ends, root mean square of luma and colour
  float misfit = 0;        ///< what the blend leaves unexplained, as a share of the distance
  float change = 0;        ///< Difference::typical between the ends
  bool is_wipe = false;    ///< an edge runs, straight or round
  float likeness = 0;      ///< correlation of the ends' luma, -1 .. 1: the same scene under other light is alike
};

/// How the picture as a whole moved between two frames.
struct CameraStep {
  int frames = 0;       ///< between the two, >= 1
  float slide_x = 0;    ///< of the picture's content, share of its width, right > 0
  float slide_y = 0;    ///< share of its height, down > 0
  float zoom = 0;       ///< growth of the content, 0.01 = one per cent
  float coherence = 0;  ///< share of the textured blocks that follow this motion, 0 .. 1
};

/// What shot detection remembers of one frame.
struct FrameFeatures {
  std::array<Difference, 3> behind;  ///< to the frame 1, 2 and 3 before; zero where there is none
  float brightness = 0;              ///< mean luma, 0 .. 255
  float deviation = 0;               ///< of luma over the picture; near 0 = a single tone
  std::optional<CameraStep> camera;       ///< some times a second, over a fraction of a second
  std::optional<CameraStep> slow_camera;  ///< less often, over a second: sees creeping movements
  std::optional<BlendEvidence> blend;  ///< best blend whose middle lies near here
};

/// Turns thumbnails in presentation order into features; keeps only the last few seconds of pictures.
class FeatureExtractor {
 public:
  /// `frames_per_second` sets how long the dissolves are that are looked for; 1 .. 1000.
  explicit FeatureExtractor(double frames_per_second);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  void push(const Thumbnail& thumbnail);
  /// The picture inside black bars, as far as is known.
  [[nodiscard]] Region picture() const;
  /// Of the frame pushed last. There must be one.
  [[nodiscard]] const FrameFeatures& newest() const;
  /// What came since it was called last, for another extractor of the same program to go on from.
  void save(ByteWriter& out);
  /// All that was saved, one after the other, before anything is pushed. False if it does not fit.
  [[nodiscard]] bool load(ByteReader& in);
  /// One entry a frame pushed. Call once, after the last frame.
  std::vector<FrameFeatures> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cineloom
