#include "media/internal/sound.h"

namespace cineloom::libav {

Expected<void> SoundConverter::configure(const AVFrame& frame) {
  const int channels = frame.ch_layout.nb_channels;
  if (resampler_ && frame.sample_rate == rate_ && channels == channels_ && frame.format == format_) return {};
  if (frame.sample_rate <= 0 || channels <= 0) return fail(ErrorCode::DataLoss, "sound without rate or channels");
  AVChannelLayout from{};
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&from, channels);
  } else if (av_channel_layout_copy(&from, &frame.ch_layout) < 0) {
    return fail(ErrorCode::ResourceExhausted, "no memory for a channel layout");
  }
  AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
  SwrContext* raw = nullptr;
  const int made =
      swr_alloc_set_opts2(&raw, &stereo, AV_SAMPLE_FMT_FLT, kSampleRate, &from, static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  av_channel_layout_uninit(&from);
  resampler_.reset(raw);
  if (made < 0 || swr_init(raw) < 0) {
    resampler_.reset();
    return fail(ErrorCode::DataLoss, "sound in a layout that cannot be mixed to stereo");
  }
  rate_ = frame.sample_rate;
  channels_ = channels;
  format_ = frame.format;
  return {};
}

Expected<std::span<const float>> SoundConverter::convert(const AVFrame& frame) {
  CINELOOM_TRY(configure(frame));
  const int room = swr_get_out_samples(resampler_.get(), frame.nb_samples);
  if (room < 0) return fail(ErrorCode::DataLoss, "sound block of unknown length");
  samples_.resize(static_cast<std::size_t>(room) * 2 + 2);
  auto* out = reinterpret_cast<std::uint8_t*>(samples_.data());
  const int got = swr_convert(resampler_.get(), &out, room, const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
  if (got < 0) return fail(ErrorCode::DataLoss, "sound block that cannot be resampled: " + describe(got));
  return std::span<const float>(samples_.data(), static_cast<std::size_t>(got) * 2);
}

}  // namespace cineloom::libav
