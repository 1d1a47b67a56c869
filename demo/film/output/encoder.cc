#include "output/encoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include "output/pixels.h"

namespace film {
namespace {

constexpr int kAudioBitRate = 64000;
constexpr const char* kQuality = "26.5";

struct FormatDeleter {
  void operator()(AVFormatContext* format) const {
    if (format->pb) avio_closep(&format->pb);
    avformat_free_context(format);
  }
};
struct CodecDeleter {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

using CodecPtr = std::unique_ptr<AVCodecContext, CodecDeleter>;

std::unexpected<std::string> failed(const char* doing, int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return std::unexpected(std::string(doing) + ": " + text);
}

void describe_video(AVCodecContext& codec) {
  codec.width = kWidth;
  codec.height = kHeight;
  codec.pix_fmt = AV_PIX_FMT_YUV420P;
  codec.time_base = {1, kFramesPerSecond};
  codec.framerate = {kFramesPerSecond, 1};
  codec.color_primaries = AVCOL_PRI_BT709;
  codec.color_trc = AVCOL_TRC_BT709;
  codec.colorspace = AVCOL_SPC_BT709;
  codec.color_range = AVCOL_RANGE_MPEG;
  codec.chroma_sample_location = AVCHROMA_LOC_LEFT;
  codec.gop_size = 240;
  codec.thread_count = 1;
  av_opt_set(codec.priv_data, "preset", "medium", 0);
  av_opt_set(codec.priv_data, "tune", "animation", 0);
  av_opt_set(codec.priv_data, "crf", kQuality, 0);
  av_opt_set(codec.priv_data, "profile", "high", 0);
  av_opt_set(codec.priv_data, "forced-idr", "1", 0);
  av_opt_set(codec.priv_data, "x264-params", "threads=1:lookahead-threads=1:sliced-threads=0", 0);
}

void describe_audio(AVCodecContext& codec) {
  codec.sample_rate = kSampleRate;
  codec.sample_fmt = AV_SAMPLE_FMT_FLTP;
  codec.bit_rate = kAudioBitRate;
  codec.time_base = {1, kSampleRate};
  av_channel_layout_default(&codec.ch_layout, 2);
}

class Mp4 final : public Encoder {
 public:
  Expected<void> start(const std::string& path) {
    AVFormatContext* raw = nullptr;
    avformat_alloc_output_context2(&raw, nullptr, "mp4", path.c_str());
    if (!raw) return std::unexpected("mp4: this libavformat cannot write it");
    format_.reset(raw);
    format_->flags |= AVFMT_FLAG_BITEXACT;
    if (auto opened = add_stream("libx264", video_, describe_video); !opened) return opened;
    if (auto opened = add_stream("aac", audio_, describe_audio); !opened) return opened;
    if (const int code = avio_open(&format_->pb, path.c_str(), AVIO_FLAG_WRITE); code < 0) return failed(path.c_str(), code);
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", "+faststart", 0);
    const int code = avformat_write_header(format_.get(), &options);
    av_dict_free(&options);
    if (code < 0) return failed("header", code);
    return {};
  }

  Expected<void> add(const SurfacePtr& picture, bool is_keyframe) override {
    const std::unique_ptr<AVFrame, FrameDeleter> frame(av_frame_alloc());
    frame->width = kWidth;
    frame->height = kHeight;
    frame->format = AV_PIX_FMT_YUV420P;
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) return failed("picture", code);
    to_planes(picture, {frame->data[0], frame->data[1], frame->data[2], frame->linesize[0], frame->linesize[1], frame->linesize[2]});
    frame->pts = next_picture_++;
    frame->pict_type = is_keyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    return send(*video_, frame.get(), 0);
  }

  Expected<void> add_sound(const Stereo& sound, std::size_t to_sample) override {
    const auto size = static_cast<std::size_t>(audio_->frame_size);
    const bool is_end = to_sample >= sound.left.size();
    while (next_sample_ + size <= to_sample || (is_end && next_sample_ < sound.left.size())) {
      const std::size_t count = std::min(size, sound.left.size() - next_sample_);
      if (auto sent = send_sound(sound, count); !sent) return sent;
      next_sample_ += count;
    }
    return {};
  }

  Expected<void> finish() override {
    if (auto sent = send(*video_, nullptr, 0); !sent) return sent;
    if (auto sent = send(*audio_, nullptr, 1); !sent) return sent;
    if (const int code = av_write_trailer(format_.get()); code < 0) return failed("trailer", code);
    return {};
  }

 private:
  Expected<void> add_stream(const char* name, CodecPtr& codec, void (*describe)(AVCodecContext&)) {
    const AVCodec* kind = avcodec_find_encoder_by_name(name);
    if (!kind) return std::unexpected(std::string(name) + ": this libavcodec was built without it");
    codec.reset(avcodec_alloc_context3(kind));
    codec->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
    describe(*codec);
    if (const int code = avcodec_open2(codec.get(), kind, nullptr); code < 0) return failed(name, code);
    AVStream* stream = avformat_new_stream(format_.get(), nullptr);
    stream->time_base = codec->time_base;
    if (codec->width > 0) stream->avg_frame_rate = codec->framerate;
    avcodec_parameters_from_context(stream->codecpar, codec.get());
    return {};
  }

  Expected<void> send_sound(const Stereo& sound, std::size_t count) {
    const std::unique_ptr<AVFrame, FrameDeleter> frame(av_frame_alloc());
    frame->nb_samples = static_cast<int>(count);
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = kSampleRate;
    av_channel_layout_default(&frame->ch_layout, 2);
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) return failed("sound", code);
    std::copy_n(sound.left.begin() + static_cast<std::ptrdiff_t>(next_sample_), count, reinterpret_cast<float*>(frame->data[0]));
    std::copy_n(sound.right.begin() + static_cast<std::ptrdiff_t>(next_sample_), count, reinterpret_cast<float*>(frame->data[1]));
    frame->pts = static_cast<std::int64_t>(next_sample_);
    return send(*audio_, frame.get(), 1);
  }

  Expected<void> send(AVCodecContext& codec, const AVFrame* frame, int stream) {
    if (const int code = avcodec_send_frame(&codec, frame); code < 0) return failed("encoding", code);
    const std::unique_ptr<AVPacket, PacketDeleter> packet(av_packet_alloc());
    while (true) {
      const int code = avcodec_receive_packet(&codec, packet.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
      if (code < 0) return failed("encoding", code);
      packet->stream_index = stream;
      if (stream == 0) packet->duration = 1;
      av_packet_rescale_ts(packet.get(), codec.time_base, format_->streams[stream]->time_base);
      if (const int written = av_interleaved_write_frame(format_.get(), packet.get()); written < 0) return failed("writing", written);
    }
  }

  std::unique_ptr<AVFormatContext, FormatDeleter> format_;
  CodecPtr video_, audio_;
  std::int64_t next_picture_ = 0;
  std::size_t next_sample_ = 0;
};

}  // namespace

Expected<std::unique_ptr<Encoder>> Encoder::open(const std::string& path) {
  auto file = std::make_unique<Mp4>();
  if (auto started = file->start(path); !started) return std::unexpected(started.error());
  return file;
}

}  // namespace film
