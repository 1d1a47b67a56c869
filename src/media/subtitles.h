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

/// Reads text subtitles by content: SubRip, WebVTT, SubStation (ASS, SSA), MicroDVD, SAMI and TTML. Markup is stripped; a voice
/// tag of WebVTT and the name of a SubStation dialogue become the speaker. Tolerates any line ends, a byte order mark, missing
/// numbers, '.' or ',' before the fraction, short times and missing blank lines; a cue that ends before it begins is ended by
/// the next one, one beyond ten hours or without text is left out, as is all behind 200,000 cues. Linear time.
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

/// Subtitles of the formats that only libav knows (MPL2, SubViewer, JACOsub, PJS, STL, VPlayer, AQTitle, MPSub, RealText, LRC)
/// from a file of UTF-8 text. libav drops what is not UTF-8 without a word, so convert first; call it in a confined child.
/// Errors: InvalidArgument if it is none of them.
Expected<SubtitleReading> read_rare_subtitles(const FileDescriptor& utf8_file, const CancelToken& cancel);

}  // namespace cineloom
