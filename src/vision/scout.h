#pragma once

#include "base/cancel.h"
#include "base/expected.h"
#include "base/files.h"
#include "base/progress.h"
#include "domain/timeline.h"
#include "vision/video_analyzer.h"

namespace cineloom {

/// A first impression from key frames alone, some hundred times faster than playing: pictures, colours, a seek bar's sheets, the
/// picture's area. Shots, camera and sound stay unknown (`is_scouted`). Keyframes are the best picture of each of at most forty
/// parts and name no shot (-1). Errors: those of analyze_video; DataLoss also for a film without key frames.
Expected<VideoFindings> scout_video(const FileDescriptor& film, const VideoOptions& options, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
