#pragma once

#include <string>

#include "base/expected.h"
#include "domain/film_cut.h"
#include "domain/timeline.h"

namespace cineloom {

/// The formats of export_cut: "edl, otio, m3u, vtt".
std::string cut_export_names();

/// A cut for other programs: "edl" (CMX 3600; cards are black events with their words as comments), "otio" (OpenTimelineIO; cards are gaps with
/// their words as markers), "m3u" (a playlist that VLC plays; cards have no place in it), "vtt" (WebVTT on the cut's own time: the words of the cards).
/// Words of cards are English. Times fall on frames.
/// Errors: InvalidArgument for another format, and for "edl" and "otio" without known frames, for "m3u" without footage.
Expected<std::string> export_cut(const FilmCut& cut, const VideoFindings& video, const std::string& format);

}  // namespace cineloom
