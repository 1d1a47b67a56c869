#include "pipeline/worker.h"

#include <unistd.h>

#include "base/files.h"
#include "domain/json.h"
#include "media/sandbox.h"
#include "media/worker_process.h"
#include "vision/video_analyzer.h"

namespace cineloom {
namespace {

constexpr char kFieldEnd = '\0';

bool is_plain_name(std::string_view name) { return !name.empty() && name.find('/') == std::string_view::npos && !name.starts_with('.'); }

/// Writes the pictures that a child sends: a file name, a zero byte, a JPEG. The name is the child's word, so it must be plain.
WorkerDataSink pictures_into(const std::filesystem::path& folder) {
  return [folder](std::string_view bytes) -> Expected<void> {
    const auto end = bytes.find(kFieldEnd);
    if (end == std::string_view::npos || !is_plain_name(bytes.substr(0, end))) {
      return fail(ErrorCode::DataLoss, "the media worker sent a picture with a bad name");
    }
    return write_file(folder / std::string(bytes.substr(0, end)), bytes.substr(end + 1));
  };
}

Expected<std::string> watch_here(WorkerChannel& channel) {
  const FileDescriptor film(kWorkerInput);
  Progress progress(channel.progress_sink());
  VideoOptions options;
  options.take_keyframe = [&channel](const Keyframe& keyframe, std::string_view jpeg) {
    return channel.send_data(keyframe.file + kFieldEnd + std::string(jpeg));
  };
  CINELOOM_TRY_ASSIGN(const VideoFindings findings, analyze_video(film, options, progress, CancelToken()));
  return to_json(findings);
}

}  // namespace

Expected<VideoFindings> watch_confined(const std::filesystem::path& program, const std::filesystem::path& film, const std::filesystem::path& keyframe_folder,
                                       Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor input, FileDescriptor::open_for_reading(film));
  const WorkerOptions options{.executable = program, .arguments = {"worker", "media"}};
  CINELOOM_TRY_ASSIGN(const std::string result, run_worker(options, input, "watch", pictures_into(keyframe_folder), progress, cancel));
  auto findings = from_json<VideoFindings>(result);
  if (!findings) return fail_in(findings.error(), "reading what the media worker found");
  return findings;
}

Expected<void> run_media_worker() {
  WorkerChannel channel;
  CINELOOM_TRY_ASSIGN(const std::string request, channel.receive_request());
  if (request != "watch") return channel.send_error(Error(ErrorCode::InvalidArgument, "the media worker knows 'watch' only"));
  if (auto confined = confine_this_process({}); !confined) return channel.send_error(confined.error());
  const auto result = watch_here(channel);
  return result ? channel.send_result(*result) : channel.send_error(result.error());
}

std::string describe_sandbox() { return available_sandbox().describe(); }

}  // namespace cineloom
