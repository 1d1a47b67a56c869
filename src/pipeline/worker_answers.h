#pragma once

#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/timeline.h"
#include "pipeline/subtitle_files.h"

/// What a media worker says of a film is the word of whoever made the film: it is read here, and held against what can be.
namespace cineloom {

/// Whether a picture of that name lies in the folder itself: "*.jpg", neither a path nor hidden, letters that can be shown, at most 255 bytes.
bool is_picture_name(std::string_view name);

/// Findings whose times rise and lie within a thousand hours, whose numbers are in their ranges, whose indices lead somewhere, and
/// whose files have plain names. Texts are made printable. Errors: DataLoss that names what cannot be.
Expected<VideoFindings> read_findings(std::string_view json);

/// A track whose cues come in order of time, within ten hours, 200,000 at most. Texts are made printable. Errors: as read_findings.
Expected<SubtitleTrack> read_track(std::string_view json);
Expected<std::vector<SubtitleTrack>> read_tracks(std::string_view json);

}  // namespace cineloom
