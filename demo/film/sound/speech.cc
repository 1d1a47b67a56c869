#include "sound/speech.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <espeak-ng/speak_lib.h>

#include "draw/ease.h"

namespace film {
namespace {

struct Voice {
  const char* name;
  int rate, pitch, range;
  double warmth;  // low-pass corner, Hz
};

Voice voice_of(Who who) {
  switch (who) {
    case Who::Tobin: return {"en-gb+m7", 162, 18, 62, 3600};
    case Who::Quill: return {"en-gb-x-rp+m3", 176, 62, 92, 5200};
    case Who::Moon: return {"en-gb+f5", 146, 44, 46, 4200};
    default: return {"en-gb+f2", 176, 66, 74, 5200};
  }
}

std::vector<short> g_heard;  // espeak's callback is a plain function without a context

int hear(short* samples, int count, espeak_EVENT*) {
  if (samples && count > 0) g_heard.insert(g_heard.end(), samples, samples + count);
  return 0;
}

int engine_rate() {
  static const int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, 0);
  if (rate > 0) return rate;
  std::fputs("speech: espeak-ng gave no sample rate; install espeak-ng-data\n", stderr);
  std::exit(1);
}

std::vector<short> pronounce(const Voice& voice, const std::string& text) {
  g_heard.clear();
  espeak_SetSynthCallback(hear);
  espeak_SetVoiceByName(voice.name);
  espeak_SetParameter(espeakRATE, voice.rate, 0);
  espeak_SetParameter(espeakPITCH, voice.pitch, 0);
  espeak_SetParameter(espeakRANGE, voice.range, 0);
  espeak_Synth(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, nullptr);
  espeak_Synchronize();
  return g_heard;
}

// Cubic interpolation is enough: the voices carry next to nothing above 8 kHz.
std::vector<float> resample(const std::vector<short>& in, double ratio) {
  std::vector<float> out(static_cast<std::size_t>(in.size() / ratio));
  const auto at = [&](std::ptrdiff_t i) { return in[std::clamp<std::ptrdiff_t>(i, 0, static_cast<std::ptrdiff_t>(in.size()) - 1)] / 32768.0; };
  for (std::size_t n = 0; n < out.size(); ++n) {
    const double position = n * ratio;
    const auto i = static_cast<std::ptrdiff_t>(position);
    const double t = position - i, a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
    out[n] = static_cast<float>(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
  }
  return out;
}

void warm(std::vector<float>& samples, double corner) {
  const double k = 1 - std::exp(-2 * kPi * corner / 48000);
  double low = 0, bass = 0;
  for (float& s : samples) {
    low += k * (s - low);
    bass += 0.03 * (low - bass);
    s = static_cast<float>(low + 0.35 * bass);
  }
}

void trim_and_level(std::vector<float>& samples) {
  const auto is_loud = [](float s) { return std::abs(s) > 0.012F; };
  const auto first = std::find_if(samples.begin(), samples.end(), is_loud);
  const auto last = std::find_if(samples.rbegin(), samples.rend(), is_loud).base();
  if (first >= last) return;
  samples = std::vector<float>(first, last);
  double power = 0;
  for (const float s : samples) power += s * s;
  const double gain = 0.13 / std::sqrt(power / static_cast<double>(samples.size()) + 1e-9);
  for (float& s : samples) s = static_cast<float>(std::tanh(s * gain * 1.1) * 0.9);
}

}  // namespace

std::vector<float> speak(Who who, const std::string& text) {
  const int rate = engine_rate();
  const Voice voice = voice_of(who);
  std::vector<float> samples = resample(pronounce(voice, text), rate / 48000.0);
  warm(samples, voice.warmth);
  trim_and_level(samples);
  return samples;
}

}  // namespace film
