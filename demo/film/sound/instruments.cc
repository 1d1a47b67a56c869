#include "sound/instruments.h"

#include <array>

namespace film {
namespace {

struct Timbre {
  std::array<double, 6> partials;  // strength of harmonics 1 .. 6
  double attack, release;          // seconds
  double decay;                    // per second, for the fundamental
  double decay_per_partial;        // how much faster each higher one dies
  double vibrato;                  // depth as a share of the pitch
};

Timbre timbre_of(Instrument instrument) {
  switch (instrument) {
    case Instrument::MusicBox: return {{1, 0.05, 0.32, 0.02, 0.1, 0.05}, 0.002, 0.9, 2.4, 1.6, 0};
    case Instrument::Harp: return {{1, 0.45, 0.25, 0.12, 0.06, 0.03}, 0.004, 0.7, 2.0, 1.1, 0};
    case Instrument::Strings: return {{1, 0.55, 0.36, 0.2, 0.12, 0.07}, 0.22, 0.4, 0.1, 0, 0.004};
    case Instrument::Bassoon: return {{0.5, 1, 0.8, 0.4, 0.3, 0.1}, 0.02, 0.08, 0.8, 0.2, 0.002};
    case Instrument::Glass: return {{1, 0.12, 0.02, 0.1, 0, 0.02}, 0.3, 1.4, 0.25, 0.4, 0.0015};
  }
  return {};
}

// Two multiplications per sample instead of a sine.
struct Oscillator {
  double cosine, sine, x = 1, y = 0;
  explicit Oscillator(double step) : cosine(std::cos(step)), sine(std::sin(step)) {}
  double next() {
    const double turned = x * cosine - y * sine;
    y = x * sine + y * cosine;
    x = turned;
    return y;
  }
};

}  // namespace

void play(Stereo& out, Instrument instrument, double pitch, double begin, double length, double gain, double pan) {
  const Timbre timbre = timbre_of(instrument);
  const auto first = static_cast<std::size_t>(begin * kSampleRate);
  const auto count = static_cast<std::size_t>((length + timbre.release) * kSampleRate);
  for (int partial = 0; partial < 6; ++partial) {
    const double frequency = pitch * (partial + 1);
    if (timbre.partials[partial] == 0 || frequency > 14000) continue;
    Oscillator tone(2 * kPi * frequency / kSampleRate), sway(2 * kPi * 5.1 / kSampleRate);
    Oscillator twin(2 * kPi * frequency * (1 + timbre.vibrato) / kSampleRate);
    const double decay = std::exp(-(timbre.decay + timbre.decay_per_partial * partial) / kSampleRate);
    double level = gain * timbre.partials[partial] * 0.2;
    for (std::size_t i = 0; i < count; ++i, level *= decay) {
      const double seconds = static_cast<double>(i) / kSampleRate;
      const double in = std::min(1.0, seconds / timbre.attack);
      const double gone = std::clamp((length + timbre.release - seconds) / timbre.release, 0.0, 1.0);
      double wave = tone.next();
      if (timbre.vibrato > 0) wave = 0.5 * (wave + twin.next()) * (1 + 0.06 * sway.next());
      out.add(first + i, wave * level * in * gone, pan);
    }
  }
}

}  // namespace film
