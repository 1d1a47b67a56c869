#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/files.h"
#include "domain/screenplay.h"

namespace cineloom {

struct SubtitleReading {
  std::vector<Cue> cues;              ///< in order of begin; overlaps are kept
  std::vector<std::string> warnings;  ///< what was left out or repaired, and how often
};

/// Reads SubRip or WebVTT by content. Markup is stripped, a WebVTT voice tag becomes the speaker. Tolerates any line
/// ends, a byte order mark, missing numbers, '.' or ',' before the fraction, short times and missing blank lines; a cue
/// that ends before it begins is ended by the next one, one beyond ten hours or without text is left out.
/// `language` is written into every cue. Errors: InvalidArgument if no cue is found or the text is over 16 MiB.
Expected<SubtitleReading> read_subtitles(std::string_view utf8, std::string_view language);

/// A text subtitle track inside a film, as the container lists it.
struct EmbeddedSubtitles {
  std::string language;  ///< as the file claims it, may be empty
  SubtitleReading reading;
};

/// Every text subtitle track of a film; pictures of text (DVD, Blu-ray) are named in a warning only.
/// Errors: those of opening a film by read_media. A film without subtitles gives an empty list.
Expected<std::vector<EmbeddedSubtitles>> read_embedded_subtitles(const FileDescriptor& film, const CancelToken& cancel);

}  // namespace cineloom
