#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/timeline.h"

namespace cineloom {

/// Short-term loudness after EBU R128: K-weighting and a sliding window of 3 s (ITU-R BS.1770-4), one point a second,
/// placed at the window's middle. Sound is interleaved stereo at 48 kHz; gaps in it count as silence.
class LoudnessMeter {
 public:
  void add(std::span<const float> samples, FilmTime at);
  /// The curve, also as long as it is not over.
  [[nodiscard]] std::vector<LoudnessPoint> curve() const;
  /// Loudness of the whole, gated at -70 LUFS and 10 LU below what passes that (BS.1770-4); -70 for silence.
  [[nodiscard]] double integrated() const;
  /// Loudness range, LU (EBU Tech 3342): between the 10th and the 95th percentile of the curve, gated at -70 LUFS and 20 LU below.
  [[nodiscard]] double range() const;
  /// Stretches of a second or more below -60 LUFS.
  [[nodiscard]] std::vector<FilmSpan> silences() const;

 private:
  /// Two second-order sections, transposed direct form II.
  struct Filter {
    std::array<double, 2> shelf{};
    std::array<double, 2> high_pass{};
    double run(double sample);
  };

  void add_frame(double left, double right);
  void close_slice();

  std::array<Filter, 2> filters_;
  std::int64_t taken_ = 0;       ///< sample frames since the film's start
  double energy_ = 0;            ///< of the running slice
  std::vector<double> slices_;   ///< mean square of each tenth of a second
};

}  // namespace cineloom
