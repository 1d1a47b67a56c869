#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/files.h"
#include "base/progress.h"
#include "domain/timeline.h"
#include "media/media_reader.h"
#include "vision/faces.h"
#include "vision/trickplay.h"

namespace cineloom {

/// Takes the bytes of a keyframe's JPEG; `keyframe.file` names where it belongs.
using KeyframeSink = std::function<Expected<void>(const Keyframe& keyframe, std::string_view jpeg)>;

/// Takes what was found since the mark before it; its meaning is this program's own.
using MarkSink = std::function<Expected<void>(std::string_view mark)>;

struct VideoOptions {
  MediaOptions media;
  int keyframe_width = 320;     ///< at most, 16 .. 4096
  KeyframeSink take_keyframe;   ///< absent = keyframes are chosen, their pictures dropped
  SheetSink take_portrait;      ///< of people's faces; absent = dropped
  FaceTools faces;              ///< without any, faces are not looked for; its nets may also name what is seen
  SheetSink take_sheet;         ///< of pictures for a seek bar; absent = none are made
  MarkSink take_mark;           ///< called where a stretch of the film is over; absent = none are made
  std::chrono::milliseconds mark_every{5'000};  ///< at least between two marks; 0 = at the end of each stretch
  std::vector<std::string> marks;  ///< of an interrupted watching of the same film by this program with the same options, in order: it goes on behind them
};

/// Watches and hears a film in one decode: shots with their transitions, camera, palette, motion and brightness, a
/// keyframe a shot, faces and whose they are, and the loudness curve. Times are on the film's clock, which shows zero at its first picture or sound.
/// Same film, same findings, also when it goes on from marks: then finished sheets are handed out again. Errors: DataLoss for marks that are none; those of read_media and of the sink.
Expected<VideoFindings> analyze_video(const FileDescriptor& film, const VideoOptions& options, Progress& progress, const CancelToken& cancel);

/// Sinks that write each picture into the folder under its own name. Errors of the sinks: those of write_file.
KeyframeSink keyframes_into(const std::filesystem::path& folder);
SheetSink sheets_into(const std::filesystem::path& folder);

}  // namespace cineloom
