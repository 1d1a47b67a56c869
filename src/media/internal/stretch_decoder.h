#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/internal/libav.h"
#include "media/internal/picture.h"
#include "media/media_reader.h"

namespace cineloom::libav {

/// What came of one packet's turn: a frame, or that the packet could not be read, or that a stretch is over.
struct DecodedFrame {
  std::unique_ptr<FrameNote> note;         ///< null where the frame could not be shown
  std::optional<std::int64_t> claimed_pts;
  std::int64_t duration = 0;               ///< ticks; 0 = not known
  bool is_corrupt = false;
  bool is_unreadable = false;              ///< no frame: the packet was damaged
  bool ends_stretch = false;               ///< no frame: all frames of a stretch came before
  std::string problem;                     ///< why it could not be shown
};

/// One decoder with somebody who looks at its frames. Stretches of a film, each beginning at a frame that needs none before it, may be
/// given to different decoders: the frames are the same. For one thread.
class StretchDecoder {
 public:
  StretchDecoder(CodecPtr decoder, std::unique_ptr<FrameLooker> looker);

  void begin();
  /// Decodes `packet` and appends what comes out, in presentation order.
  void take(const AVPacket& packet, std::vector<DecodedFrame>& frames);
  /// What is still inside comes out, and the stretch's end; the decoder is as new.
  void end(std::vector<DecodedFrame>& frames);

 private:
  void receive(std::vector<DecodedFrame>& frames);
  [[nodiscard]] DecodedFrame look();

  CodecPtr decoder_;
  std::unique_ptr<FrameLooker> looker_;
  FramePtr frame_;
  PictureView picture_;
};

}  // namespace cineloom::libav
