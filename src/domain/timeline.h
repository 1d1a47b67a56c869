#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.h"

namespace cineloom {

enum class TransitionKind { Start, Cut, Dissolve, FadeIn, FadeOut, Wipe, Other };
BOOST_DESCRIBE_ENUM(TransitionKind, Start, Cut, Dissolve, FadeIn, FadeOut, Wipe, Other)

enum class CameraMotion { Unknown, Static, PanLeft, PanRight, TiltUp, TiltDown, ZoomIn, ZoomOut, Handheld };
BOOST_DESCRIBE_ENUM(CameraMotion, Unknown, Static, PanLeft, PanRight, TiltUp, TiltDown, ZoomIn, ZoomOut, Handheld)

/// How much of a person the picture shows, by the height of the largest face.
enum class ShotScale { Unknown, Medium, MediumCloseUp, CloseUp, ExtremeCloseUp };
BOOST_DESCRIBE_ENUM(ShotScale, Unknown, Medium, MediumCloseUp, CloseUp, ExtremeCloseUp)

struct PaletteColor {
  std::string color;  ///< "#rrggbb", sRGB
  double share = 0;   ///< of the picture, 0 .. 1
};
BOOST_DESCRIBE_STRUCT(PaletteColor, (), (color, share))

/// What a net of the user's own sees in a shot.
struct ShotLabel {
  std::string label;
  double score = 0;  ///< the mean over the looks at the shot
  std::string slot;  ///< whose word it is: see NetUse
};
BOOST_DESCRIBE_STRUCT(ShotLabel, (), (label, score, slot))

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
  ShotScale scale = ShotScale::Unknown;                  ///< known where a face is seen
  std::vector<PaletteColor> palette;                     ///< largest share first
  std::vector<ShotLabel> labels;                         ///< of the user's nets, by net, the surest first
};
BOOST_DESCRIBE_STRUCT(Shot, (),
                      (first, last, begin, end, transition_in, transition_first, transition_last, confidence, motion, brightness, camera, scale, palette,
                       labels))

/// The picture that stands for a shot.
struct Keyframe {
  FrameTime frame;
  FilmTime at{0};
  int shot = 0;          ///< index into the shots
  double sharpness = 0;  ///< variance of the Laplacian; comparable within a film
  int rank = 0;          ///< over the film: 0 = the picture to show first; sharp, with faces, unlike those before it, no spoiler
  std::string file;      ///< JPEG, relative to the film's folder of findings
};
BOOST_DESCRIBE_STRUCT(Keyframe, (), (frame, at, shot, sharpness, rank, file))

struct LoudnessPoint {
  FilmTime at{0};
  double lufs = -70;  ///< short-term loudness, EBU R128; -70 = silence
};
BOOST_DESCRIBE_STRUCT(LoudnessPoint, (), (at, lufs))

/// A stretch of the film; `end` is exclusive.
struct FilmSpan {
  FilmTime begin{0};
  FilmTime end{0};
  friend bool operator==(const FilmSpan&, const FilmSpan&) = default;
};
BOOST_DESCRIBE_STRUCT(FilmSpan, (), (begin, end))

/// Where the picture lies inside black bars, as shares of the frame's width and height.
struct PictureArea {
  double left = 0;
  double top = 0;
  double right = 1;
  double bottom = 1;
  friend bool operator==(const PictureArea&, const PictureArea&) = default;
};
BOOST_DESCRIBE_STRUCT(PictureArea, (), (left, top, right, bottom))

/// A face in one frame.
struct Face {
  FrameTime frame;
  FilmTime at{0};
  int shot = 0;           ///< index into the shots
  PictureArea box;        ///< of the frame
  double confidence = 0;  ///< that it is a face, 0 .. 1
  int person = -1;        ///< index into the people; -1 = seen too little to tell
};
BOOST_DESCRIBE_STRUCT(Face, (), (frame, at, shot, box, confidence, person))

/// Faces that look like one person's.
struct SeenPerson {
  int faces = 0;           ///< how many
  std::vector<int> shots;  ///< indices, rising
  std::string file;        ///< JPEG of the surest face, relative to the film's folder of findings
};
BOOST_DESCRIBE_STRUCT(SeenPerson, (), (faces, shots, file))

/// Pictures at a fixed distance, joined into sheets, for a seek bar: the layout that Jellyfin and its clients know.
struct Trickplay {
  int width = 0;   ///< of one picture; 0 = there are none
  int height = 0;
  int columns = 10;
  int rows = 10;
  FilmTime interval{10'000};       ///< between two pictures
  int count = 0;                   ///< pictures over all sheets; the last sheet may be shorter
  std::vector<std::string> files;  ///< JPEG sheets, relative to the film's folder of findings
};
BOOST_DESCRIBE_STRUCT(Trickplay, (), (width, height, columns, rows, interval, count, files))

/// How loud and of what kind the sound is, after EBU R128 (ITU-R BS.1770-4, EBU Tech 3342).
struct SoundFindings {
  double integrated_lufs = -70;       ///< gated; -70 = silence
  double range_lu = 0;                ///< loudness range
  double peak_db = -100;              ///< highest sample, dB below full scale
  std::vector<FilmSpan> silences;     ///< of a second or more
  std::vector<double> speech;         ///< by ten seconds: how much of what is heard sounds like speech, 0 .. 1
  std::vector<double> music;          ///< the same for sustained tones
};
BOOST_DESCRIBE_STRUCT(SoundFindings, (), (integrated_lufs, range_lu, peak_db, silences, speech, music))

struct TensionPoint {
  FilmTime at{0};
  double tension = 0;  ///< 0 .. 1 within the film: movement, cutting and loudness
};
BOOST_DESCRIBE_STRUCT(TensionPoint, (), (at, tension))

/// A net of the user's own that looked at the film.
struct NetUse {
  std::string slot;    ///< the file that declares it
  std::string task;    ///< "face_detector", "face_embedder", "frame_labels"
  std::string sha256;  ///< of the net
};
BOOST_DESCRIBE_STRUCT(NetUse, (), (slot, task, sha256))

/// What one decode of a film gave.
struct VideoFindings {
  std::string source;  ///< tells the file that was watched from others and from later versions of itself; empty = not known
  TimeBase time_base;
  FilmTime duration{0};
  std::int64_t frames = 0;
  double frames_per_second = 0;  ///< mean, for display only
  int width = 0;
  int height = 0;
  std::vector<Shot> shots;
  std::vector<Keyframe> keyframes;
  std::vector<LoudnessPoint> loudness;
  SoundFindings sound;
  std::vector<TensionPoint> tension;    ///< a point a second
  PictureArea picture;
  std::vector<FilmSpan> black;          ///< nothing to be seen for a third of a second or more
  std::optional<FilmSpan> end_credits;  ///< written names near the end
  std::vector<PaletteColor> barcode;    ///< the mean colour of each of at most 480 equal parts, in order; shares are the parts'
  std::vector<Face> faces;              ///< in order of time; looked for at the beginning of each shot and every few seconds
  std::vector<SeenPerson> people;       ///< those seen most first
  std::vector<NetUse> nets;             ///< empty = only what comes with this program looked at it
  Trickplay trickplay;
  bool is_scouted = false;              ///< only key frames were looked at: shots, camera and sound are not known
  std::vector<std::string> warnings;    ///< what could not be seen or heard, and why
};
BOOST_DESCRIBE_STRUCT(VideoFindings, (),
                      (source, time_base, duration, frames, frames_per_second, width, height, shots, keyframes, loudness, sound, tension, picture, black,
                       end_credits, barcode, faces, people, nets, trickplay, is_scouted, warnings))

}  // namespace cineloom
