#include "draw/random.h"
#include "sound/mix.h"

namespace film {
namespace {

struct Weather {
  double wind = 0, water = 0, rain = 0, fire = 0, crickets = 0;
};

Weather weather_of(Place place) {
  switch (place) {
    case Place::Title: return {.wind = 0.3, .crickets = 0.3};
    case Place::StreetDusk: return {.wind = 0.35};
    case Place::StreetBlaze: return {.wind = 0.15};
    case Place::StreetMoonlit: return {.wind = 0.25, .water = 0.25, .crickets = 0.15};
    case Place::QuayRinging:
    case Place::QuayLost:
    case Place::QuayDry: return {.wind = 0.65};
    case Place::QuayStorm: return {.wind = 1, .rain = 0.7};
    case Place::QuayDawn: return {.wind = 0.15, .water = 0.6};
    case Place::LampHouse: return {.wind = 0.1, .fire = 0.8};
    case Place::Marsh: return {.wind = 0.25, .crickets = 0.7};
    case Place::Pool: return {.water = 0.15, .crickets = 0.35};
    case Place::PoolDark: return {.wind = 0.2, .crickets = 0.2};
    case Place::Sea:
    case Place::SeaDark: return {.wind = 0.7, .water = 1, .rain = 0.5};
    case Place::Sky: return {.wind = 0.7};
  }
  return {};
}

// One noise, filtered four ways; the state runs on through the cuts so that nothing clicks.
class Nature {
 public:
  double next(const Weather& wish, double seconds) {
    glide(wish);
    const double noise = random_.between(-1, 1);
    const double gust = 0.55 + 0.45 * wobble(seconds, 0.5, 0.3);
    low_ += (0.006 + 0.02 * gust) * (noise - low_);
    band_ += 0.2 * (low_ - band_);
    const double wind = (low_ - 0.5 * band_) * 0.62 * gust * now_.wind;
    wash_ += 0.11 * (noise - wash_);
    const double swell = std::pow(0.5 + 0.5 * std::sin(seconds * 1.15), 2.2);
    const double water = wash_ * 0.17 * (0.15 + swell) * now_.water;
    const double rain = (noise - wash_) * 0.022 * now_.rain;
    return wind + water + rain + crackle(noise) + chirp(seconds);
  }

 private:
  void glide(const Weather& wish) {
    constexpr double kRate = 6e-5;
    for (auto part : {&Weather::wind, &Weather::water, &Weather::rain, &Weather::fire, &Weather::crickets}) { now_.*part += (wish.*part - now_.*part) * kRate; }
  }
  double crackle(double noise) {
    if (random_.unit() < 0.00025) spark_ = random_.between(0.2, 1);
    spark_ *= 0.992;
    return noise * (spark_ * 0.2 + 0.012) * now_.fire;
  }
  double chirp(double seconds) const {
    const double song = std::fmod(seconds, 1.7);
    const double pulse = song < 0.6 ? std::max(0.0, std::sin(song * 2 * kPi * 15)) : 0;
    const double frog = std::fmod(seconds, 5.3) < 0.22 ? std::sin(seconds * 2 * kPi * 190) * std::max(0.0, std::sin(seconds * 2 * kPi * 31)) : 0;
    return (std::sin(seconds * 2 * kPi * 4100) * pulse * 0.010 + frog * 0.02) * now_.crickets;
  }

  Random random_{404};
  Weather now_;
  double low_ = 0, band_ = 0, wash_ = 0, spark_ = 0;
};

}  // namespace

void add_ambience(const Timeline& timeline, Stereo& out) {
  Nature nature;
  for (const TimedShot& shot : timeline.shots) {
    const Weather weather = weather_of(shot.shot.place);
    for (std::size_t i = sample_of(shot.first); i < sample_of(shot.last + 1); ++i) {
      const double seconds = static_cast<double>(i) / kSampleRate;
      out.add(i, nature.next(weather, seconds), 0.5 + 0.08 * std::sin(seconds * 0.4));
    }
  }
}

}  // namespace film
