#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "draw/paint.h"
#include "sound/mix.h"

namespace film {

template <class T>
using Expected = std::expected<T, std::string>;

/// Writes an mp4 with H.264 and AAC. Given the same frames and sound the file has the same bytes:
/// one thread, fixed options, no dates.
class Encoder {
 public:
  static Expected<std::unique_ptr<Encoder>> open(const std::string& path);
  virtual ~Encoder() = default;

  /// Adds the next picture. Errors: whatever libav reports.
  virtual Expected<void> add(const SurfacePtr& picture, bool is_keyframe) = 0;
  /// Adds the sound up to `sample`, so that it lies beside its pictures in the file.
  virtual Expected<void> add_sound(const Stereo& sound, std::size_t to_sample) = 0;
  /// Flushes and closes the file.
  virtual Expected<void> finish() = 0;
};

}  // namespace film
