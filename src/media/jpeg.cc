#include "media/jpeg.h"

#include <algorithm>
#include <cstring>

#include "media/internal/libav.h"

namespace cineloom {
namespace {

using namespace libav;

/// JPEG is full range; frames of films are 16 .. 235 (luma) and 16 .. 240 (chroma).
std::uint8_t widen(std::uint8_t value, int zero, int span) {
  return static_cast<std::uint8_t>(std::clamp(((value - zero) * 255 + span / 2) / span + (zero == 128 ? 128 : 0), 0, 255));
}

void fill(AVFrame& frame, int index, const std::vector<std::uint8_t>& plane, int width, int height, bool is_full_range) {
  const int zero = index == 0 ? 16 : 128;
  const int span = index == 0 ? 219 : 224;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = plane.data() + static_cast<std::ptrdiff_t>(y) * width;
    std::uint8_t* to = frame.data[index] + static_cast<std::ptrdiff_t>(y) * frame.linesize[index];
    std::transform(from, from + width, to, [&](std::uint8_t value) { return is_full_range ? value : widen(value, zero, span); });
  }
}

Expected<CodecPtr> open_encoder(int width, int height, int quantizer) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (codec == nullptr) return fail(ErrorCode::Internal, "this build has no JPEG encoder");
  CodecPtr encoder(avcodec_alloc_context3(codec));
  if (!encoder) return fail(ErrorCode::ResourceExhausted, "no memory for the JPEG encoder");
  encoder->width = width;
  encoder->height = height;
  encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
  encoder->color_range = AVCOL_RANGE_JPEG;
  encoder->time_base = {1, 25};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  encoder->global_quality = FF_QP2LAMBDA * std::clamp(quantizer, 1, 31);
  const int opened = avcodec_open2(encoder.get(), codec, nullptr);
  if (opened < 0) return fail(ErrorCode::Internal, "the JPEG encoder does not start: " + describe(opened));
  return encoder;
}

Expected<FramePtr> to_frame(const Picture& picture, int quality) {
  FramePtr frame(av_frame_alloc());
  if (!frame) return fail(ErrorCode::ResourceExhausted, "no memory for a picture");
  frame->format = AV_PIX_FMT_YUVJ420P;
  frame->color_range = AVCOL_RANGE_JPEG;
  frame->width = picture.width;
  frame->height = picture.height;
  frame->quality = quality;
  frame->pts = 0;
  if (av_frame_get_buffer(frame.get(), 0) < 0) return fail(ErrorCode::ResourceExhausted, "no memory for a picture");
  const int half_width = (picture.width + 1) / 2;
  const int half_height = (picture.height + 1) / 2;
  fill(*frame, 0, picture.luma, picture.width, picture.height, picture.is_full_range);
  fill(*frame, 1, picture.blue, half_width, half_height, picture.is_full_range);
  fill(*frame, 2, picture.red, half_width, half_height, picture.is_full_range);
  return frame;
}

bool is_whole(const Picture& picture) {
  if (picture.width <= 0 || picture.height <= 0 || picture.width > 16384 || picture.height > 16384) return false;
  const auto luma = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
  const auto chroma = static_cast<std::size_t>((picture.width + 1) / 2) * static_cast<std::size_t>((picture.height + 1) / 2);
  return picture.luma.size() == luma && picture.blue.size() == chroma && picture.red.size() == chroma;
}

}  // namespace

Expected<std::string> encode_jpeg(const Picture& picture, const JpegOptions& options) {
  if (!is_whole(picture)) return fail(ErrorCode::InvalidArgument, "expected planes of the picture's size");
  CINELOOM_TRY_ASSIGN(const CodecPtr encoder, open_encoder(picture.width, picture.height, options.quantizer));
  CINELOOM_TRY_ASSIGN(const FramePtr frame, to_frame(picture, encoder->global_quality));
  const PacketPtr packet(av_packet_alloc());
  if (!packet) return fail(ErrorCode::ResourceExhausted, "no memory for a packet");
  int code = avcodec_send_frame(encoder.get(), frame.get());
  if (code >= 0) code = avcodec_receive_packet(encoder.get(), packet.get());
  if (code < 0) return fail(ErrorCode::Internal, "the picture could not be encoded: " + describe(code));
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

}  // namespace cineloom
