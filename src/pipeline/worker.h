#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/timeline.h"
#include "pipeline/subtitle_files.h"
#include "pipeline/watch_journal.h"

namespace cineloom {

/// How a film is watched.
struct Watching {
  bool is_scout = false;  ///< key frames only: a first impression, hundreds of times faster than playing
  int threads = 1;        ///< decoders side by side, 1 .. 16; the findings stay the same
  std::string faces = {};  ///< folder of the cascades that find faces; empty = they are not looked for
  std::string nets = {};   ///< folder of the user's own nets and their slots; empty = there are none
  std::string onnx_runtime = {};  ///< library that runs them; empty = beside them, else the system's
  std::int64_t mark_every_ms = 5'000;  ///< at least between two marks for a journal; 0 = at each stretch's end
  std::function<bool()> should_rest = {};  ///< while true nothing is decoded: somebody plays a film
};
BOOST_DESCRIBE_STRUCT(Watching, (), (is_scout, threads, faces, nets, onnx_runtime, mark_every_ms))

/// Watches a film in a confined child of `program` (no network, no files, capped memory): what a hostile film can break is
/// the child. Where a child dies or is too slow with nets of the user's own, another one watches without them, and a warning says so.
/// With a journal its marks are gone on from and new ones written; where a child dies over old marks, the film is watched from its beginning.
/// Pictures are written into `picture_folder` by this process.
/// Errors: those of analyze_video; DataLoss if the child died, with the cause; Cancelled.
Expected<VideoFindings> watch_confined(const std::filesystem::path& program, const std::filesystem::path& film, const std::filesystem::path& picture_folder,
                                       const Watching& watching, WatchJournal* journal, Progress& progress, const CancelToken& cancel);

/// The text subtitle tracks inside a film, read in such a child. Errors: as watch_confined.
Expected<std::vector<SubtitleTrack>> read_embedded_subtitles_confined(const std::filesystem::path& program, const std::filesystem::path& film,
                                                                      const CancelToken& cancel);

/// Subtitles of a format that only libav reads, from their text in UTF-8. Errors: as watch_confined.
Expected<SubtitleTrack> read_rare_subtitles_confined(const std::filesystem::path& program, std::string_view utf8, const CancelToken& cancel);

/// The child's side: `cineloom worker media`.
Expected<void> run_media_worker();

/// How strongly workers are confined on this machine, for `cineloom doctor`.
std::string describe_sandbox();

}  // namespace cineloom
