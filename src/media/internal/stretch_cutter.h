#pragma once

#include <cstdint>
#include <vector>

#include "media/internal/libav.h"

namespace cineloom::libav {

/// Cuts a track into stretches that can be decoded apart: where a key frame comes after which nothing is shown that was
/// before it. The packets that follow a key frame at once tell: shown before it, they need what came earlier (an open group).
/// Where packets have no times, nothing is cut. Same packets, same cuts.
class StretchCutter {
 public:
  struct Piece {
    PacketPtr packet;
    bool begins_stretch = false;
  };

  /// `codec`: of the track; `extradata_length_bytes`: bytes of a unit's length in H.264 packets, 0 = start codes.
  StretchCutter(AVCodecID codec, int extradata_length_bytes) : codec_(codec), length_bytes_(extradata_length_bytes) {}

  /// Appends the packets whose place is sure, in order.
  void add(PacketPtr packet, std::vector<Piece>& pieces);
  /// The rest.
  void finish(std::vector<Piece>& pieces);

 private:
  [[nodiscard]] bool may_begin(const AVPacket& packet) const;
  [[nodiscard]] bool is_closed() const;
  void decide(std::vector<Piece>& pieces);

  AVCodecID codec_;
  int length_bytes_;
  std::int64_t length_ = 0;         ///< packets of the running stretch; 0 = none yet
  std::vector<PacketPtr> waiting_;  ///< a key frame that may begin a stretch, and what follows it
};

/// Whether an H.264 packet holds an instantaneous refresh, after which no frame refers to one before.
bool has_refresh(const AVPacket& packet, int length_bytes);
/// Bytes of a unit's length as the track's head says; 0 = start codes.
int unit_length_bytes(const AVCodecParameters& track);

}  // namespace cineloom::libav
