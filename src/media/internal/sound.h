#pragma once

#include <vector>

#include "media/internal/libav.h"
#include "media/media_reader.h"

namespace cineloom::libav {

inline constexpr int kSampleRate = 48000;

/// Brings decoded sound of any rate and layout to interleaved stereo floats at 48 kHz.
class SoundConverter {
 public:
  /// The span lives until the next call. Errors: DataLoss for a layout that cannot be converted.
  Expected<std::span<const float>> convert(const AVFrame& frame);

 private:
  Expected<void> configure(const AVFrame& frame);

  ResamplerPtr resampler_;
  int rate_ = 0;
  int channels_ = 0;
  int format_ = -1;
  std::vector<float> samples_;
};

}  // namespace cineloom::libav
