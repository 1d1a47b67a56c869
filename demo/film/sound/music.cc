#include <sstream>
#include <string>

#include "sound/instruments.h"

namespace film {
namespace {

/// A piece loops until its scene ends. Melody: "E5:2 -:1"; chords: "Am:3"; lengths in beats.
struct Piece {
  double beats_per_minute;
  Instrument voice;
  double voice_gain;
  const char* melody;
  const char* chords;
  Instrument figure;   // what breaks the chords
  double figure_step;  // beats between its notes, 0: held chords
  double figure_gain;
  double strings_gain;  // held chords underneath
};

constexpr const char* kWaltz =
    "E5:2 G5:1 A5:2 G5:1 E5:2 D5:1 C5:3 D5:2 E5:1 G5:2 E5:1 D5:6 E5:2 G5:1 A5:2 C6:1 B5:2 G5:1 "
    "A5:3 F5:2 A5:1 G5:2 D5:1 C5:6";
constexpr const char* kWaltzChords = "C:3 Am:3 F:3 C:3 Dm:3 C:3 G:3 G:3 C:3 Am:3 Em:3 F:3 Dm:3 G:3 C:3 C:3";
constexpr const char* kHeron =
    "D3:.5 -:.5 F3:.5 -:.5 A3:.5 -:.5 G#3:.5 A3:.5 F3:1 -:1 D3:.5 E3:.5 F3:1 -:1 G3:.5 -:.5 Bb3:.5 "
    "-:.5 D4:.5 -:.5 C#4:.5 D4:.5 A3:1 -:1 E3:.5 C#3:.5 D3:1 -:1";

Piece piece_of(Mood mood) {
  using enum Instrument;
  switch (mood) {
    case Mood::Dusk: return {104, MusicBox, 0.55, kWaltz, kWaltzChords, Harp, 1, 0.3, 0.05};
    case Mood::Worry: return {66, Strings, 0.5, "A3:3 C4:1 B3:3 E3:1 A3:3 D4:1 C4:2 B3:2", "Am:4 E:4 Dm:4 E:4", Harp, 2, 0.22, 0.14};
    case Mood::Flame: return {76, Strings, 0.42, "E4:2 G4:2 A4:3 B4:1 C5:2 B4:2 A4:4 F4:2 A4:2 G4:4", "C:4 Am:4 F:4 Am:4 F:4 G:4", Harp, 0.5, 0.26, 0.1};
    case Mood::Marsh: return {88, Bassoon, 0.3, kHeron, "Dm:4 Dm:4 Gm:4 A:4", Harp, 1, 0.24, 0.06};
    case Mood::Comic: return {108, Bassoon, 0.34, kHeron, "Dm:4 Dm:4 Gm:4 A:4", Harp, 0.5, 0.24, 0.05};
    case Mood::Moonlight:
      return {58, Glass, 0.5, "C6:2 A5:2 E5:4 F5:2 A5:2 G5:4 E5:2 G5:2 A5:4 D5:2 F5:2 E5:4", "F:4 Am:4 Dm:4 C:4 Am:4 F:4 Dm:4 Em:4", Harp, 0.5, 0.2, 0.1};
    case Mood::Darkness: return {52, Glass, 0.5, "-:2 E5:2 -:2 A5:2 -:1 G5:1 E5:4", "Am:4 F:4 C:4 G:4", Glass, 4, 0.12, 0.05};
    case Mood::Rising:
      return {80, Strings, 0.62, "E5:2 G5:1 A5:3 G5:1 E5:1 C5:4 D5:2 E5:1 G5:3 C6:2 B5:4", "C:4 Am:4 F:4 G:4 Em:4 G:4", Harp, 0.25, 0.34, 0.24};
    case Mood::Flight:
      return {126,
              Strings,
              0.6,
              "A4:4 C5:2 E5:2 D5:4 A4:4 C5:4 B4:2 G4:2 A4:8 E5:4 G5:2 A5:2 G5:4 E5:4 D5:4 C5:2 "
              "D5:2 E5:8",
              "Am:8 Dm:8 F:4 G:4 Am:8 C:8 G:8 F:8 C:8",
              Harp,
              0.5,
              0.36,
              0.2};
    case Mood::Dawn: return {84, Harp, 0.5, kWaltz, kWaltzChords, Glass, 3, 0.14, 0.09};
    case Mood::Town: return {100, Strings, 0.5, kWaltz, kWaltzChords, MusicBox, 0.5, 0.22, 0.16};
    case Mood::Bell: return {72, Strings, 0.5, "A3:2 E4:2 D4:2 C4:1 B3:1 A3:4 C4:2 D4:2 E4:4", "Am:4 G:4 Am:4 F:4 E:4", Harp, 1, 0.3, 0.16};
    case Mood::Blaze:
      return {116, MusicBox, 0.5, "C6:.5 E6:.5 G6:1 F#6:.5 E6:.5 B5:1 C6:.5 E6:.5 A6:1 G6:.5 F#6:.5 D6:1", "C:4 D:4 C:4 D:4", Glass, 2, 0.2, 0.08};
    case Mood::Loss: return {60, Strings, 0.42, "E4:2 G4:1 A4:3 G4:1 E4:1 D4:4 C4:4", "Am:4 F:4 Dm:4 Am:4", MusicBox, 2, 0.2, 0.1};
  }
  return {};
}

double pitch_of(int semitone) { return 440.0 * std::exp2((semitone - 69) / 12.0); }

int semitone_of(const std::string& note) {
  constexpr int kSteps[] = {9, 11, 0, 2, 4, 5, 7};
  int value = kSteps[note[0] - 'A'];
  std::size_t i = 1;
  if (note[i] == '#') ++value, ++i;
  else if (note[i] == 'b') --value, ++i;
  return value + 12 * (note[i] - '0' + 1);
}

struct Token {
  std::string name;
  double beats;
};

std::vector<Token> read(const char* text) {
  std::vector<Token> tokens;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    const std::size_t colon = word.find(':');
    tokens.push_back({word.substr(0, colon), std::stod("0" + word.substr(colon + 1))});
  }
  return tokens;
}

std::vector<int> chord_of(const std::string& name) {
  const bool is_minor = name.back() == 'm';
  const int root = semitone_of(name.substr(0, 1) + "3");
  return {root, root + (is_minor ? 3 : 4), root + 7, root + 12};
}

struct Stretch {
  Mood mood;
  double begin, end;
};

void play_melody(const Piece& piece, const Stretch& stretch, Stereo& out) {
  const double beat = 60 / piece.beats_per_minute;
  const std::vector<Token> notes = read(piece.melody);
  std::size_t i = 0;
  for (double clock = stretch.begin + 0.25; clock < stretch.end - 1.2;) {
    const Token& note = notes[i++ % notes.size()];
    const double length = note.beats * beat;
    if (note.name != "-") play(out, piece.voice, pitch_of(semitone_of(note.name)), clock, length * 0.92, piece.voice_gain, 0.56);
    clock += length;
  }
}

void play_chord(const Piece& piece, const std::vector<int>& chord, double begin, double length, Stereo& out) {
  const double beat = 60 / piece.beats_per_minute;
  for (int k = 0; k < 3; ++k) play(out, Instrument::Strings, pitch_of(chord[k] - (k == 0 ? 12 : 0)), begin, length, piece.strings_gain, 0.35 + 0.12 * k);
  int step = 0;
  for (double at = 0; at < length - 0.01; at += piece.figure_step * beat, ++step) {
    constexpr int kOrder[] = {0, 2, 3, 1, 3, 2};
    const int up = piece.figure == Instrument::Harp ? 0 : 12;
    play(out, piece.figure, pitch_of(chord[kOrder[step % 6]] + up), begin + at, 0.3, piece.figure_gain, 0.36);
  }
}

void play_stretch(const Stretch& stretch, Stereo& out) {
  const Piece piece = piece_of(stretch.mood);
  play_melody(piece, stretch, out);
  const std::vector<Token> chords = read(piece.chords);
  std::size_t i = 0;
  for (double clock = stretch.begin + 0.25; clock < stretch.end - 1.0;) {
    const Token& chord = chords[i++ % chords.size()];
    const double length = std::min(chord.beats * 60 / piece.beats_per_minute, stretch.end - 0.5 - clock);
    play_chord(piece, chord_of(chord.name), clock, length, out);
    clock += length;
  }
}

std::vector<Stretch> stretches(const Timeline& timeline) {
  std::vector<Stretch> result;
  for (const TimedShot& shot : timeline.shots) {
    const double begin = static_cast<double>(shot.first) / kFramesPerSecond;
    const bool is_new_scene = result.empty() || &shot == &timeline.shots.front() || (&shot)[-1].scene != shot.scene;
    if (is_new_scene || shot.shot.music) {
      const Mood mood = shot.shot.music.value_or(timeline.reel.scenes[shot.scene].mood);
      if (result.empty() || result.back().mood != mood) result.push_back({mood, begin, begin});
    }
    result.back().end = begin + shot.seconds();
  }
  return result;
}

}  // namespace

void add_music(const Timeline& timeline, Stereo& out) {
  for (const Stretch& stretch : stretches(timeline)) play_stretch(stretch, out);
}

}  // namespace film
