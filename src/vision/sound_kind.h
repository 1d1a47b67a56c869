#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/timeline.h"

namespace cineloom {

/// Tells speech from sustained sound by how it moves: speech is broken by short pauses and swings between vowels and hisses, music holds
/// (Saunders 1996; Lu, Zhang and Jiang 2002: low-energy frames, spread of the zero-crossing rate). Works without a model; what is both is
/// called by what is louder. Sound is interleaved stereo at 48 kHz.
class SoundKindMeter {
 public:
  void add(std::span<const float> samples, FilmTime at);

  /// By ten seconds of the film, shares of the seconds heard, 0 .. 1; 0 where nothing is heard.
  [[nodiscard]] std::vector<double> speech() const { return by_ten_seconds(&Second::speech); }
  [[nodiscard]] std::vector<double> music() const { return by_ten_seconds(&Second::music); }
  /// Highest sample, dB below full scale; -100 for none.
  [[nodiscard]] double peak_db() const;

 private:
  struct Second {
    std::int64_t number = 0;
    double speech = 0;
    double music = 0;
  };
  void close_frame();
  void close_second();
  [[nodiscard]] std::vector<double> by_ten_seconds(double Second::* kind) const;

  std::vector<Second> heard_;
  std::int64_t begin_ = 0;            ///< of the running second, ms
  std::vector<double> levels_;        ///< root mean squares of its 20 ms frames
  std::vector<double> crossings_;     ///< and their zero-crossing rates
  double energy_ = 0;                 ///< of the running frame
  int samples_ = 0;
  int crossed_ = 0;
  bool was_negative_ = false;
  float peak_ = 0;
};

}  // namespace cineloom
