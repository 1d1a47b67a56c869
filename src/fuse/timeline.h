#pragma once

#include <span>

#include "base/cancel.h"
#include "base/expected.h"
#include "domain/knowledge.h"

namespace cineloom {

/// What is at hand for one film; every part may be missing.
struct TimelineSources {
  const Screenplay* screenplay = nullptr;
  std::span<const Cue> cues;             ///< of the screenplay's language, in order of time
  const VideoFindings* video = nullptr;
};

/// Puts screenplay, subtitles and picture on one timeline: who says what, where, when.
/// Dialogue is aligned word by word: word triples that occur once on both sides are anchors (patience diff), dynamic
/// programming fills the gaps. Scene bounds fall on shot bounds between the last line of one scene and the first of the next.
/// A screenplay of which less than a tenth of the cues is found is another draft: it is left out with a warning.
/// Without a screenplay scenes are cut at fades, dissolves and changes of palette.
/// Errors: InvalidArgument if there are neither cues nor shots; Cancelled.
Expected<Timeline> fuse_timeline(const TimelineSources& sources, const CancelToken& cancel);

}  // namespace cineloom
