#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "media/jpeg.h"
#include "media/media_reader.h"
#include "vision/faces.h"
#include "vision/thumbnail.h"

namespace cineloom {

/// A face that was found in a frame, cut out.
struct FoundFace {
  FaceLook look;
  Picture portrait;
};

/// What is kept of one frame: all that the rest of watching needs of it.
struct WatchedFrame final : FrameNote {
  Thumbnail thumbnail;
  int width = 0;  ///< of the frame
  int height = 0;
  Picture picture;       ///< some times a second and after strong changes; without width otherwise
  double sharpness = 0;  ///< of the picture: variance of its Laplacian
  std::optional<bool> is_writing;  ///< the picture is full of written words; looked at once a second
  std::optional<std::vector<FoundFace>> faces;  ///< looked for soon after strong changes and every few seconds
  std::vector<float> label_scores;  ///< of the user's nets, at the same moments; empty = not asked
};

/// Makes frames small: a thumbnail of each, and now and then a picture that may become a keyframe.
class ShrinkingLooker final : public FrameLooker {
 public:
  /// Width and height of the pictures at most, 16 .. 4096; smaller films are not enlarged. Without tools no faces are looked for.
  ShrinkingLooker(const MediaFormat& format, int width, const FaceTools& tools);

  void begin_stretch() override;
  std::unique_ptr<FrameNote> look(const FrameView& frame) override;

 private:
  [[nodiscard]] bool wants_picture(const FrameView& frame, const Thumbnail& thumbnail);
  void look_closely(const FrameView& frame, WatchedFrame& watched);
  [[nodiscard]] bool can_look_closely() const { return faces_ || (nets_ && nets_->names_frames()); }
  [[nodiscard]] std::int64_t moment_of(const FrameView& frame) const;

  MediaFormat format_;
  int max_width_;
  std::optional<Thumbnail> before_;  ///< of this stretch
  std::int64_t moment_before_ = 0;
  std::int64_t second_before_ = -1;
  std::int64_t close_before_ = 0;  ///< moment of the last close look
  std::shared_ptr<const VisionNets> nets_;
  std::optional<FaceFinder> faces_;
  std::int64_t age_ = 0;    ///< frames since the stretch began or the picture changed strongly
  std::int64_t count_ = 0;  ///< frames looked at
};

}  // namespace cineloom
