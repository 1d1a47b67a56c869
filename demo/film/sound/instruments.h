#pragma once

#include "sound/mix.h"

namespace film {

enum class Instrument { MusicBox, Harp, Strings, Bassoon, Glass };

/// Plays one note: `pitch` in Hz, `begin` and `length` in seconds, `gain` 0 .. 1.
void play(Stereo& out, Instrument instrument, double pitch, double begin, double length, double gain, double pan);

}  // namespace film
