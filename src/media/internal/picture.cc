#include "media/internal/picture.h"

#include <fmt/format.h>

#include <array>

namespace cineloom::libav {
namespace {

constexpr std::uint64_t kOddLayouts = AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_RGB |
                                      AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;

/// Planar 8-bit YUV or grey, rows from top to bottom: its planes can be read where they are.
bool lies_plainly(const AVPixFmtDescriptor& layout, const AVFrame& frame) {
  if ((layout.flags & kOddLayouts) != 0) return false;
  if (layout.nb_components >= 3 && (layout.flags & AV_PIX_FMT_FLAG_PLANAR) == 0) return false;
  const int planes = layout.nb_components >= 3 ? 3 : 1;
  for (int i = 0; i < planes; ++i) {
    const AVComponentDescriptor& component = layout.comp[i];
    if (component.plane != i || component.step != 1 || component.depth != 8) return false;
    if (frame.linesize[i] <= 0 || frame.data[i] == nullptr) return false;
  }
  return layout.nb_components != 2 || layout.comp[1].plane != 0;  // grey with alpha beside it in one plane is not plain
}

PlaneView plane(const AVFrame& frame, int index, int width, int height) {
  const auto bytes = static_cast<std::size_t>(frame.linesize[index]) * static_cast<std::size_t>(height - 1) + static_cast<std::size_t>(width);
  return {{frame.data[index], bytes}, width, height, frame.linesize[index]};
}

FrameView view(const AVFrame& frame, const AVPixFmtDescriptor& layout) {
  FrameView shown;
  shown.luma = plane(frame, 0, frame.width, frame.height);
  shown.is_full_range = frame.color_range == AVCOL_RANGE_JPEG;
  if (layout.nb_components < 3) return shown;
  const int width = AV_CEIL_RSHIFT(frame.width, layout.log2_chroma_w);
  const int height = AV_CEIL_RSHIFT(frame.height, layout.log2_chroma_h);
  shown.blue = plane(frame, 1, width, height);
  shown.red = plane(frame, 2, width, height);
  return shown;
}

FramePtr allocate_picture(int width, int height) {
  FramePtr picture(av_frame_alloc());
  if (!picture) return picture;
  picture->format = AV_PIX_FMT_YUV420P;
  picture->width = width;
  picture->height = height;
  if (av_frame_get_buffer(picture.get(), 0) < 0) picture.reset();
  return picture;
}

}  // namespace

Expected<FrameView> PictureView::show(const AVFrame& frame) {
  const AVPixFmtDescriptor* layout = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (layout == nullptr || frame.width <= 0 || frame.height <= 0) { return fail(ErrorCode::DataLoss, "the decoder gave a picture without size or layout"); }
  if (lies_plainly(*layout, frame)) return view(frame, *layout);
  return convert(frame);
}

Expected<FrameView> PictureView::convert(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, format, frame.width, frame.height, AV_PIX_FMT_YUV420P, SWS_FAST_BILINEAR,
                                     nullptr, nullptr, nullptr));
  if (!scaler_) { return fail(ErrorCode::DataLoss, fmt::format("no conversion for pictures laid out as {}", av_get_pix_fmt_name(format))); }
  if (!converted_ || converted_->width != frame.width || converted_->height != frame.height) { converted_ = allocate_picture(frame.width, frame.height); }
  if (!converted_) return fail(ErrorCode::ResourceExhausted, "no memory for a picture");
  const int rows = sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, converted_->data, converted_->linesize);
  if (rows <= 0) return fail(ErrorCode::DataLoss, "a picture could not be converted");
  converted_->color_range = AVCOL_RANGE_MPEG;
  return view(*converted_, *av_pix_fmt_desc_get(AV_PIX_FMT_YUV420P));
}

}  // namespace cineloom::libav
