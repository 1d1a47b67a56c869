#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "puppets/pose.h"
#include "sets/stage.h"

namespace film {

enum class Who { Mira, Tobin, Quill, Moon, Neighbour, Boat, SailingBoat };
enum class Scale { Wide, Medium, Close, Insert };
enum class Transition { Cut, Dissolve, FadeIn };
enum class Effect { Bell, Splash, Puff, Whoosh, Thunder, Match, Chime, Sneeze };

/// Where and how a figure stands from a moment on (`at`: fraction of the shot). It walks from key
/// to key; into a new pose it swings in well under a second.
struct Key {
  double at = 0;
  double x = 0;
  Pose pose{};
  double facing = 1;  ///< 1 right, -1 left
  double y = 300;
  double flame = 1;  ///< light carried, or the moon's own
  double size = 1;   ///< times the size of the role
};

struct Role {
  Who who = Who::Mira;
  std::vector<Key> keys;
  Prop prop = Prop::None;
  double size = 1;
  int which = 0;           ///< which neighbour or boat
  bool is_flying = false;  ///< rises and falls with the beat of the heron's wings
};

struct Speech {
  Who speaker = Who::Mira;
  std::string english;
  std::string chinese;
};

struct Cue {
  Effect effect = Effect::Bell;
  double at = 0;  ///< fraction of the shot
};

/// Paints over the picture: titles. `progress` runs from 0 to 1.
using Overlay = std::function<void(cairo_t*, double progress)>;

/// What music plays under a scene.
enum class Mood { Dusk, Worry, Flame, Marsh, Moonlight, Darkness, Rising, Flight, Dawn, Town, Bell, Comic, Blaze, Loss };

/// One shot, declared by chaining: shot(place, scale).camera(...).with(...).says(...).
struct Shot {
  Place place = Place::Title;
  Scale scale = Scale::Wide;
  Framing from{};
  Framing to{};
  double least_seconds = 3;
  double lead_seconds = 0.5;  ///< silence before the first line
  std::vector<Role> cast;
  std::vector<Speech> lines;
  std::vector<Cue> cues;
  Transition transition = Transition::Cut;
  bool fades_out = false;
  std::string node;  ///< the story node that begins here, if one does
  Overlay overlay;
  std::optional<Mood> music;  ///< the score turns here; otherwise it stays with the scene

  Shot& camera(Framing first, Framing last) {
    from = first;
    to = last;
    return *this;
  }
  Shot& camera(Framing still) { return camera(still, still); }
  Shot& seconds(double value) {
    least_seconds = value;
    return *this;
  }
  Shot& lead(double value) {
    lead_seconds = value;
    return *this;
  }
  Shot& with(Role role) {
    cast.push_back(std::move(role));
    return *this;
  }
  Shot& says(Who who, std::string english, std::string chinese) {
    lines.push_back({who, std::move(english), std::move(chinese)});
    return *this;
  }
  Shot& sound(Effect effect, double at) {
    cues.push_back({effect, at});
    return *this;
  }
  Shot& dissolves() {
    transition = Transition::Dissolve;
    return *this;
  }
  Shot& fades_in() {
    transition = Transition::FadeIn;
    return *this;
  }
  Shot& fades_to_black() {
    fades_out = true;
    return *this;
  }
  Shot& begins(std::string name) {
    node = std::move(name);
    return *this;
  }
  Shot& plays(Mood value) {
    music = value;
    return *this;
  }
  Shot& over(Overlay value) {
    overlay = std::move(value);
    return *this;
  }
};

inline Shot shot(Place place, Scale scale) {
  Shot result;
  result.place = place;
  result.scale = scale;
  return result;
}

struct Scene {
  std::string heading;
  std::string place;
  std::string time;
  Mood mood = Mood::Dusk;
  std::vector<Shot> shots;
};

/// A film file: the main cut or one alternative take.
struct Reel {
  std::string name;  ///< empty for the main cut
  std::vector<Scene> scenes;
};

Reel main_cut();
std::vector<Reel> alternative_takes();

}  // namespace film
