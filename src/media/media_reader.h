#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/files.h"
#include "base/progress.h"
#include "domain/time.h"

namespace cineloom {

/// One plane of a picture: `height` rows of `width` samples, a row every `stride` bytes. Borrowed for the call.
struct PlaneView {
  std::span<const std::uint8_t> samples;  ///< at least (height - 1) * stride + width bytes; empty = the plane is absent
  int width = 0;
  int height = 0;
  int stride = 0;  ///< >= width

  [[nodiscard]] std::span<const std::uint8_t> row(int y) const {
    return samples.subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(stride), static_cast<std::size_t>(width));
  }
};

/// A decoded picture, 8 bits a sample, valid while it is looked at. Its size may differ from the frame before.
struct FrameView {
  PlaneView luma;
  PlaneView blue;  ///< Cb; absent in grey pictures
  PlaneView red;   ///< Cr; absent in grey pictures
  bool is_full_range = false;  ///< luma 0 .. 255 instead of 16 .. 235
  bool is_corrupt = false;     ///< the decoder guessed parts of it
  std::optional<std::int64_t> claimed_pts;  ///< as the file says; not yet repaired
};

/// What is kept of a frame for later.
class FrameNote {
 public:
  virtual ~FrameNote() = default;
};

/// Looks at the frames of stretches of a film, each stretch in order. Every decoding thread has its own.
class FrameLooker {
 public:
  virtual ~FrameLooker() = default;
  /// What follows has nothing to do with what was looked at before. Where stretches begin depends on the film alone.
  virtual void begin_stretch() = 0;
  virtual std::unique_ptr<FrameNote> look(const FrameView& frame) = 0;
};

/// A frame in its place. The note is null where the frame could not be shown.
struct SeenFrame {
  FrameTime time;
  bool is_corrupt = false;
  std::unique_ptr<FrameNote> note;
};

/// Sound, interleaved stereo at 48 kHz, -1 .. 1, valid during the call.
struct AudioBlock {
  std::span<const float> samples;  ///< left, right, left, ...
  FilmTime at{0};                  ///< of the first sample on the film's clock
};

/// What the film claims about itself before its first frame; only the time base is sure.
struct MediaFormat {
  TimeBase time_base;
  std::int64_t start_pts = 0;     ///< tick at which the film's clock shows zero
  int width = 0;
  int height = 0;
  double pixel_aspect = 1;          ///< width of a pixel over its height, 0.1 .. 10
  double frames_per_second = 25;    ///< 1 .. 240
  std::int64_t claimed_frames = 0;  ///< 0 = not known
  FilmTime claimed_duration{0};     ///< 0 = not known
  bool has_audio = false;
};

/// How far a reading came: all frames of so many stretches were handed out.
struct ReadingMark {
  std::int64_t stretches = 0;
  FrameTime last{0, -1};             ///< of the last frame
  std::int64_t clock_step = 1;       ///< of the clock that repairs times
  std::int64_t clock_offset = 0;
  std::int64_t frames = 0;
  std::int64_t shown_frames = 0;
  std::int64_t corrupt_frames = 0;
  std::int64_t unreadable_packets = 0;
  std::int64_t errors_in_a_row = 0;
  std::int64_t last_duration = 0;
};

/// Takes what one decode gives, in presentation order, on the reader's own thread. An error from it stops the reading and is passed on.
class MediaConsumer {
 public:
  virtual ~MediaConsumer() = default;
  virtual Expected<void> begin(const MediaFormat& format) = 0;
  /// After begin(), once per decoding thread.
  virtual std::unique_ptr<FrameLooker> make_looker() = 0;
  virtual Expected<void> take_frame(SeenFrame frame) = 0;
  virtual Expected<void> take_audio(const AudioBlock& block) = 0;
  /// A stretch is over: another reading of the same film can begin behind it.
  virtual Expected<void> take_mark(const ReadingMark&) { return {}; }
};

enum class Sound { Ignore, Decode };
enum class Frames { All, KeyFramesOnly };  ///< key frames = those that need no other; a film may hold few of them

struct MediaOptions {
  Sound sound = Sound::Decode;
  Frames frames = Frames::All;
  int decoder_threads = 1;                   ///< 1 .. 16, each with a decoder of its own; the frames and notes stay the same
  std::int64_t max_pixels = 8192LL * 4608;   ///< of one picture; larger ones are refused before allocation
  int max_errors_in_a_row = 250;             ///< unreadable packets after which the rest is given up
  std::int64_t max_frames = 2'000'000;       ///< then reading stops with a warning
  std::chrono::seconds deadline{6 * 3600};   ///< for the whole film
  std::chrono::seconds patience{60};         ///< without any new frame or sound
  /// Of an earlier reading of the same film: frames before it are not decoded again, those behind it are the same. Sound is heard from its
  /// beginning: it costs little, and its decoders remember more than can be kept.
  std::optional<ReadingMark> begin_behind = {};
};

struct MediaSummary {
  MediaFormat format;
  std::int64_t frames = 0;
  std::int64_t corrupt_frames = 0;
  std::int64_t unreadable_packets = 0;
  FrameTime last;                     ///< of the last frame
  std::int64_t last_duration = 0;     ///< ticks that the last frame stays, >= 1
  std::vector<std::string> warnings;  ///< what could not be seen or heard, and why
};

/// Decodes a film once and hands every frame, and its sound where wanted, to the consumer. The descriptor is read by
/// position only; nothing else is opened, whatever the file asks for. Damaged parts are counted and passed over.
/// Time stamps that are missing or run backwards are repaired: the pts handed out rise strictly.
/// Errors: InvalidArgument for what is no film or has no picture; DataLoss if no frame can be decoded;
/// ResourceExhausted for pictures or times over the limits; Cancelled; those of the consumer.
Expected<MediaSummary> read_media(const FileDescriptor& film, MediaConsumer& consumer, const MediaOptions& options, Progress& progress,
                                  const CancelToken& cancel);

}  // namespace cineloom
