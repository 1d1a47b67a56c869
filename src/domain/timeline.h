#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.h"

namespace cineloom {

enum class TransitionKind { Start, Cut, Dissolve, FadeIn, FadeOut, Other };
BOOST_DESCRIBE_ENUM(TransitionKind, Start, Cut, Dissolve, FadeIn, FadeOut, Other)

enum class CameraMotion { Unknown, Static, PanLeft, PanRight, TiltUp, TiltDown, ZoomIn, ZoomOut, Handheld };
BOOST_DESCRIBE_ENUM(CameraMotion, Unknown, Static, PanLeft, PanRight, TiltUp, TiltDown, ZoomIn, ZoomOut, Handheld)

struct PaletteColor {
  std::string color;  ///< "#rrggbb", sRGB
  double share = 0;   ///< of the picture, 0 .. 1
};
BOOST_DESCRIBE_STRUCT(PaletteColor, (), (color, share))

/// A run of frames from one camera position.
struct Shot {
  FrameTime first;
  FrameTime last;  ///< inclusive
  FilmTime begin{0};
  FilmTime end{0};                                       ///< of its last frame's display, exclusive
  TransitionKind transition_in = TransitionKind::Start;  ///< how it begins
  std::optional<FrameTime> transition_first;             ///< extent of a gradual transition, inclusive
  std::optional<FrameTime> transition_last;
  double confidence = 1;                                 ///< in the boundary at its beginning, 0 .. 1
  double motion = 0;                                     ///< mean share of luma that changes per frame, 0 .. 1
  double brightness = 0;                                 ///< mean luma, 0 .. 1
  CameraMotion camera = CameraMotion::Unknown;
  std::vector<PaletteColor> palette;                     ///< largest share first
};
BOOST_DESCRIBE_STRUCT(Shot, (), (first, last, begin, end, transition_in, transition_first, transition_last, confidence, motion, brightness, camera, palette))

/// The picture that stands for a shot.
struct Keyframe {
  FrameTime frame;
  FilmTime at{0};
  int shot = 0;          ///< index into the shots
  double sharpness = 0;  ///< variance of the Laplacian; comparable within a film
  std::string file;      ///< JPEG, relative to the film's folder of findings
};
BOOST_DESCRIBE_STRUCT(Keyframe, (), (frame, at, shot, sharpness, file))

struct LoudnessPoint {
  FilmTime at{0};
  double lufs = -70;  ///< short-term loudness, EBU R128; -70 = silence
};
BOOST_DESCRIBE_STRUCT(LoudnessPoint, (), (at, lufs))

/// What one decode of a film gave.
struct VideoFindings {
  TimeBase time_base;
  FilmTime duration{0};
  std::int64_t frames = 0;
  double frames_per_second = 0;  ///< mean, for display only
  int width = 0;
  int height = 0;
  std::vector<Shot> shots;
  std::vector<Keyframe> keyframes;
  std::vector<LoudnessPoint> loudness;
  std::vector<std::string> warnings;  ///< what could not be seen or heard, and why
};
BOOST_DESCRIBE_STRUCT(VideoFindings, (), (time_base, duration, frames, frames_per_second, width, height, shots, keyframes, loudness, warnings))

}  // namespace cineloom
