#include "media/internal/stretch_decoder.h"

#include <utility>

namespace cineloom::libav {

StretchDecoder::StretchDecoder(CodecPtr decoder, std::unique_ptr<FrameLooker> looker)
    : decoder_(std::move(decoder)), looker_(std::move(looker)), frame_(av_frame_alloc()) {}

void StretchDecoder::begin() { looker_->begin_stretch(); }

void StretchDecoder::take(const AVPacket& packet, std::vector<DecodedFrame>& frames) {
  const int sent = avcodec_send_packet(decoder_.get(), &packet);
  if (sent < 0 && sent != AVERROR(EAGAIN)) {
    frames.push_back({.is_unreadable = true});
    return;
  }
  receive(frames);
}

void StretchDecoder::end(std::vector<DecodedFrame>& frames) {
  std::ignore = avcodec_send_packet(decoder_.get(), nullptr);  // nothing left to send: what remains comes out below
  receive(frames);
  frames.push_back({.ends_stretch = true});
  avcodec_flush_buffers(decoder_.get());
}

void StretchDecoder::receive(std::vector<DecodedFrame>& frames) {
  while (true) {
    const int got = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
    if (got < 0) {
      frames.push_back({.is_unreadable = true});
      return;
    }
    frames.push_back(look());
    av_frame_unref(frame_.get());
  }
}

DecodedFrame StretchDecoder::look() {
  DecodedFrame decoded{.duration = frame_->pkt_duration};
  if (frame_->best_effort_timestamp != AV_NOPTS_VALUE) decoded.claimed_pts = frame_->best_effort_timestamp;
  decoded.is_corrupt = (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0;
  auto shown = picture_.show(*frame_);
  if (!shown) {
    decoded.problem = shown.error().message();
    return decoded;
  }
  shown->claimed_pts = decoded.claimed_pts;
  shown->is_corrupt = decoded.is_corrupt;
  decoded.note = looker_->look(*shown);
  return decoded;
}

}  // namespace cineloom::libav
