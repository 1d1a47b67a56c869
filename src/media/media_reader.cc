#include "media/media_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "media/internal/decoding_board.h"
#include "media/internal/film_clock.h"
#include "media/internal/input.h"
#include "media/internal/sound.h"

namespace cineloom {
namespace {

using namespace libav;

constexpr FilmTime kLongestClaim = std::chrono::hours(100);

/// The largest real picture track, default ones first; cover pictures are none. -1 = there is none.
int choose_video(const AVFormatContext& format) {
  int chosen = -1;
  std::int64_t best = -1;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) continue;
    const std::int64_t area = static_cast<std::int64_t>(stream.codecpar->width) * stream.codecpar->height;
    const std::int64_t rank = area + ((stream.disposition & AV_DISPOSITION_DEFAULT) != 0 ? std::int64_t{1} << 40 : 0);
    if (rank <= best) continue;
    best = rank;
    chosen = static_cast<int>(i);
  }
  return chosen;
}

TimeBase time_base_of(const AVStream& stream) {
  if (stream.time_base.num <= 0 || stream.time_base.den <= 0) return {1, 1000};
  return {stream.time_base.num, stream.time_base.den};
}

double ratio_or(AVRational ratio, double least, double most, double otherwise) {
  if (ratio.num <= 0 || ratio.den <= 0) return otherwise;
  return std::clamp(av_q2d(ratio), least, most);
}

/// Errors: InvalidArgument for a codec that is not known, DataLoss if it does not start.
Expected<CodecPtr> open_decoder(const AVStream& stream, const MediaOptions& options) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) { return fail(ErrorCode::InvalidArgument, fmt::format("no decoder for '{}'", avcodec_get_name(stream.codecpar->codec_id))); }
  CodecPtr decoder(avcodec_alloc_context3(codec));
  if (!decoder) return fail(ErrorCode::ResourceExhausted, "no memory for a decoder");
  if (avcodec_parameters_to_context(decoder.get(), stream.codecpar) < 0) { return fail(ErrorCode::DataLoss, "the track's parameters cannot be read"); }
  decoder->pkt_timebase = stream.time_base;
  decoder->thread_count = 1;  // stretches are decoded side by side instead: that costs no extra processor time
  if (options.frames == Frames::KeyFramesOnly && stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) decoder->skip_frame = AVDISCARD_NONKEY;
  decoder->max_pixels = options.max_pixels;
  decoder->max_samples = 10 * kSampleRate;
  const int opened = avcodec_open2(decoder.get(), codec, nullptr);
  if (opened < 0) return fail(ErrorCode::DataLoss, fmt::format("decoder '{}' does not start: {}", codec->name, describe(opened)));
  return decoder;
}

class Reading {
 public:
  Reading(const FileDescriptor& film, MediaConsumer& consumer, const MediaOptions& options, Progress& progress, const CancelToken& cancel)
      : watch_(options.deadline, options.patience, cancel), input_(film, watch_), consumer_(consumer), options_(options), progress_(progress) {}

  Expected<MediaSummary> run() {
    CINELOOM_TRY(input_.open());
    CINELOOM_TRY_ASSIGN(format_, open_container(input_));
    CINELOOM_TRY(open_video());
    if (options_.sound == Sound::Decode) open_audio();
    CINELOOM_TRY(begin());
    CINELOOM_TRY(read_packets());
    return finish();
  }

 private:
  Expected<void> open_video() {
    const int index = choose_video(*format_);
    if (index < 0) {
      return std::unexpected(Error(ErrorCode::InvalidArgument, "expected a moving picture, found none in the file").advise("give a film with a video track"));
    }
    video_ = format_->streams[index];
    const std::int64_t area = static_cast<std::int64_t>(video_->codecpar->width) * video_->codecpar->height;
    if (area > options_.max_pixels) {
      return fail(ErrorCode::ResourceExhausted,
                  fmt::format("expected pictures of at most {} pixels, found {} x {}", options_.max_pixels, video_->codecpar->width, video_->codecpar->height));
    }
    for (int i = 0; i < std::clamp(options_.decoder_threads, 1, 16); ++i) {
      CINELOOM_TRY_ASSIGN_IN(CodecPtr decoder, open_decoder(*video_, options_), "opening the picture track");
      video_decoders_.push_back(std::move(decoder));
    }
    return {};
  }

  /// A film whose sound cannot be opened is still seen.
  void open_audio() {
    const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    if (index < 0) return;
    auto decoder = open_decoder(*format_->streams[index], options_);
    if (!decoder) {
      warn("the sound cannot be heard: " + decoder.error().message());
      return;
    }
    audio_ = format_->streams[index];
    audio_decoder_ = *std::move(decoder);
  }

  Expected<void> begin() {
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      AVStream* stream = format_->streams[i];
      stream->discard = stream == video_ || stream == audio_ ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    if (options_.frames == Frames::KeyFramesOnly) video_->discard = AVDISCARD_NONKEY;
    packet_.reset(av_packet_alloc());
    frame_.reset(av_frame_alloc());
    if (!packet_ || !frame_) return fail(ErrorCode::ResourceExhausted, "no memory for a packet");
    summary_.format = describe_format();
    clock_ = FilmClock(av_rescale_q(1, {1, 1}, video_->time_base));
    progress_.begin("watching", summary_.format.claimed_frames, "frames");
    if (options_.begin_behind) begin_behind(*options_.begin_behind);
    CINELOOM_TRY(consumer_.begin(summary_.format));
    std::vector<StretchDecoder> decoders;
    for (CodecPtr& decoder : video_decoders_) decoders.emplace_back(std::move(decoder), consumer_.make_looker());
    cutter_.emplace(video_->codecpar->codec_id, unit_length_bytes(*video_->codecpar));
    board_.emplace(std::move(decoders));
    return {};
  }

  void begin_behind(const ReadingMark& mark) {
    stretches_to_skip_ = stretches_over_ = mark.stretches;
    clock_.restore(mark.last, mark.clock_step, mark.clock_offset);
    summary_.frames = mark.frames;
    summary_.corrupt_frames = mark.corrupt_frames;
    summary_.unreadable_packets = mark.unreadable_packets;
    shown_frames_ = mark.shown_frames;
    errors_in_a_row_ = static_cast<int>(mark.errors_in_a_row);
    last_duration_ = mark.last_duration;
    progress_.set(mark.frames);
  }

  Expected<void> end_stretch() {
    ++stretches_over_;
    if (shown_frames_ == 0) return {};  // nothing that could be gone on with
    return consumer_.take_mark({.stretches = stretches_over_,
                                .last = clock_.last(),
                                .clock_step = clock_.step(),
                                .clock_offset = clock_.offset(),
                                .frames = summary_.frames,
                                .shown_frames = shown_frames_,
                                .corrupt_frames = summary_.corrupt_frames,
                                .unreadable_packets = summary_.unreadable_packets,
                                .errors_in_a_row = errors_in_a_row_,
                                .last_duration = last_duration_});
  }

  MediaFormat describe_format() const {
    MediaFormat shown;
    shown.time_base = time_base_of(*video_);
    shown.start_pts = film_start();
    shown.width = video_->codecpar->width;
    shown.height = video_->codecpar->height;
    shown.pixel_aspect = ratio_or(av_guess_sample_aspect_ratio(format_.get(), video_, nullptr), 0.1, 10, 1);
    shown.frames_per_second = ratio_or(av_guess_frame_rate(format_.get(), video_, nullptr), 1, 240, 25);
    shown.has_audio = audio_ != nullptr;
    shown.claimed_duration = FilmTime(std::clamp<std::int64_t>(format_->duration / (AV_TIME_BASE / 1000), 0, kLongestClaim.count()));
    shown.claimed_frames = std::clamp<std::int64_t>(claimed_frames(), 0, options_.max_frames);
    return shown;
  }

  std::int64_t film_start() const {
    const std::int64_t own = video_->start_time != AV_NOPTS_VALUE ? video_->start_time : 0;
    if (format_->start_time == AV_NOPTS_VALUE) return own;
    const std::int64_t start = av_rescale_q(format_->start_time, {1, AV_TIME_BASE}, video_->time_base);
    // A track said to start more than an hour after the film is a wrong claim, not a long silence.
    const std::int64_t hour = av_rescale_q(3600, {1, 1}, video_->time_base);
    return std::llabs(own - start) > hour ? own : start;
  }

  std::int64_t claimed_frames() const {
    if (video_->nb_frames > 0) return video_->nb_frames;
    if (format_->duration <= 0 || video_->avg_frame_rate.num <= 0 || video_->avg_frame_rate.den <= 0) return 0;
    return av_rescale(format_->duration, video_->avg_frame_rate.num, static_cast<std::int64_t>(video_->avg_frame_rate.den) * AV_TIME_BASE);
  }

  Expected<void> read_packets() {
    while (true) {
      CINELOOM_TRY(watch_.check());
      const int got = av_read_frame(format_.get(), packet_.get());
      if (got < 0) return end_of_packets(got);
      CINELOOM_TRY(take_packet());
      av_packet_unref(packet_.get());
      if (has_enough_) return {};
    }
  }

  Expected<void> end_of_packets(int code) {
    CINELOOM_TRY(watch_.check());
    if (code != AVERROR_EOF) warn("the file breaks off: " + describe(code));
    cutter_->finish(pieces_);
    CINELOOM_TRY(push_pieces());
    board_->close();
    while (!has_enough_ && !board_->is_done()) { CINELOOM_TRY(hand_out_frames()); }
    CINELOOM_TRY(hand_out_frames());
    if (!audio_decoder_) return {};
    std::ignore = avcodec_send_packet(audio_decoder_.get(), nullptr);
    return receive_sound();
  }

  Expected<void> take_packet() {
    if (packet_->stream_index == video_->index) return take_picture_packet();
    if (audio_ == nullptr || packet_->stream_index != audio_->index) return {};
    if (avcodec_send_packet(audio_decoder_.get(), packet_.get()) < 0) {
      ++unheard_blocks_;
      return {};
    }
    return receive_sound();
  }

  Expected<void> take_picture_packet() {
    if (packet_->size == 0) return {};  // to a decoder it would mean the end
    if (av_packet_get_side_data(packet_.get(), AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr) {
      ++encrypted_packets_;  // what a decoder makes of it without the key is noise
      return {};
    }
    PacketPtr own(av_packet_alloc());
    if (!own || av_packet_make_refcounted(packet_.get()) < 0) return fail(ErrorCode::ResourceExhausted, "no memory for a packet");
    av_packet_move_ref(own.get(), packet_.get());
    cutter_->add(std::move(own), pieces_);
    return push_pieces();
  }

  Expected<void> push_pieces() {
    for (StretchCutter::Piece& piece : pieces_) {
      if (piece.begins_stretch) --stretches_to_skip_;
      if (stretches_to_skip_ >= 0) {  // was decoded by the reading before
        watch_.note_progress();
        continue;
      }
      board_->push(std::move(piece));
      do { CINELOOM_TRY(hand_out_frames()); } while (!has_enough_ && board_->must_be_emptied());
    }
    pieces_.clear();
    return {};
  }

  Expected<void> hand_out_frames() {
    CINELOOM_TRY(watch_.check());
    for (DecodedFrame& frame : board_->take()) {
      if (has_enough_) return {};
      if (frame.ends_stretch) {
        CINELOOM_TRY(end_stretch());
      } else if (frame.is_unreadable) {
        note_unreadable();
      } else {
        CINELOOM_TRY(hand_out(std::move(frame)));
      }
    }
    return {};
  }

  void note_unreadable() {
    ++summary_.unreadable_packets;
    if (++errors_in_a_row_ < options_.max_errors_in_a_row) return;
    warn(fmt::format("{} unreadable packets in a row: the rest of the film was given up", errors_in_a_row_));
    has_enough_ = true;
  }

  Expected<void> hand_out(DecodedFrame frame) {
    watch_.note_progress();
    errors_in_a_row_ = 0;
    const FrameTime time = clock_.next(frame.claimed_pts);
    progress_.set(++summary_.frames);
    has_enough_ = summary_.frames >= options_.max_frames;
    summary_.corrupt_frames += frame.is_corrupt || !frame.note ? 1 : 0;
    last_duration_ = frame.duration;
    if (!frame.note) {
      last_picture_error_ = frame.problem;
      return {};
    }
    ++shown_frames_;
    return consumer_.take_frame({.time = time, .is_corrupt = frame.is_corrupt, .note = std::move(frame.note)});
  }

  Expected<void> receive_sound() {
    while (true) {
      const int got = avcodec_receive_frame(audio_decoder_.get(), frame_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return {};
      if (got < 0) {
        ++unheard_blocks_;
        return {};
      }
      CINELOOM_TRY(hand_out_sound());
      av_frame_unref(frame_.get());
    }
  }

  Expected<void> hand_out_sound() {
    watch_.note_progress();
    auto samples = sound_.convert(*frame_);
    if (!samples) {
      ++unheard_blocks_;
      return {};
    }
    if (frame_->best_effort_timestamp != AV_NOPTS_VALUE) {
      const std::int64_t start = av_rescale_q(summary_.format.start_pts, video_->time_base, audio_->time_base);
      sound_at_ = to_film_time(frame_->best_effort_timestamp - start, time_base_of(*audio_));
    }
    const AudioBlock block{*samples, sound_at_};
    sound_at_ += FilmTime(static_cast<std::int64_t>(samples->size()) / 2 * 1000 / kSampleRate);
    return consumer_.take_audio(block);
  }

  Expected<MediaSummary> finish() {
    progress_.finish();
    if (shown_frames_ == 0 && encrypted_packets_ > 0) {
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("expected pictures that anybody can see, found {} encrypted ones", encrypted_packets_))
              .advise("give a copy of the film without copy protection"));
    }
    if (shown_frames_ == 0) {
      return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("expected pictures, found none that can be decoded ({} unreadable packets){}",
                                                                    summary_.unreadable_packets, last_picture_error_.empty() ? "" : ": " + last_picture_error_))
                                 .advise("the file is damaged or cut off: copy or download it again"));
    }
    summary_.last = clock_.last();
    summary_.last_duration = last_duration_ > 0 ? last_duration_ : std::max<std::int64_t>(1, clock_.step());
    add_counts();
    return std::move(summary_);
  }

  void add_counts() {
    if (summary_.frames >= options_.max_frames) warn("the film is longer than is looked at: its end was left out");
    if (summary_.corrupt_frames > 0) warn(fmt::format("{} frames are damaged", summary_.corrupt_frames));
    if (summary_.unreadable_packets > 0) { warn(fmt::format("{} packets of the picture could not be read", summary_.unreadable_packets)); }
    if (encrypted_packets_ > 0) warn(fmt::format("{} pictures are encrypted and were not seen", encrypted_packets_));
    if (unheard_blocks_ > 0) warn(fmt::format("{} blocks of the sound could not be read", unheard_blocks_));
  }

  void warn(std::string text) { summary_.warnings.push_back(std::move(text)); }

  Watch watch_;
  DescriptorInput input_;
  MediaConsumer& consumer_;
  const MediaOptions& options_;
  Progress& progress_;
  FormatPtr format_;
  AVStream* video_ = nullptr;
  AVStream* audio_ = nullptr;
  std::vector<CodecPtr> video_decoders_;  ///< until the board has them
  CodecPtr audio_decoder_;
  PacketPtr packet_;
  FramePtr frame_;
  SoundConverter sound_;
  FilmClock clock_;
  MediaSummary summary_;
  FilmTime sound_at_{0};
  std::string last_picture_error_;
  std::int64_t shown_frames_ = 0;
  std::int64_t stretches_over_ = 0;
  std::int64_t stretches_to_skip_ = 0;  ///< below zero once decoding has begun
  std::int64_t last_duration_ = 0;
  std::int64_t unheard_blocks_ = 0;
  std::int64_t encrypted_packets_ = 0;
  int errors_in_a_row_ = 0;
  bool has_enough_ = false;  ///< nothing more is wanted
  std::optional<StretchCutter> cutter_;
  std::vector<StretchCutter::Piece> pieces_;
  std::optional<DecodingBoard> board_;  ///< last: its threads use the consumer's lookers
};

}  // namespace

Expected<MediaSummary> read_media(const FileDescriptor& film, MediaConsumer& consumer, const MediaOptions& options, Progress& progress,
                                  const CancelToken& cancel) {
  return Reading(film, consumer, options, progress, cancel).run();
}

}  // namespace cineloom
