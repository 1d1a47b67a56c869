#include "pipeline/worker.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/files.h"
#include "base/json.h"
#include "confine/sandbox.h"
#include "confine/worker_process.h"
#include "domain/json.h"
#include "media/subtitles.h"
#include "pipeline/worker_answers.h"
#include "vision/scout.h"
#include "vision/video_analyzer.h"

namespace cineloom {
namespace {

// Of one film: a picture a shot and a face, and sheets. A disk must not be filled by whoever made the film.
constexpr int kMostPictures = 200'000;
constexpr std::uint64_t kMostPictureBytes = 8ULL << 30U;
constexpr char kFieldEnd = '\0';
// What a media worker can be asked for.
constexpr std::string_view kWatch = "watch";
constexpr std::string_view kEmbeddedSubtitles = "embedded subtitles";
constexpr std::string_view kRareSubtitles = "rare subtitles";

/// Writes the pictures that a child sends: a file name, a zero byte, a JPEG. The name is the child's word, so it must be plain. Without a name
/// it is a mark for the journal.
WorkerDataSink findings_into(const std::filesystem::path& folder, WatchJournal* journal) {
  return [folder, journal, files = 0, written = std::uint64_t{0}](std::string_view bytes) mutable -> Expected<void> {
    const auto end = bytes.find(kFieldEnd);
    if (end == 0 && journal != nullptr) {
      journal->append(bytes.substr(1));
      return {};
    }
    if (end == std::string_view::npos || !is_picture_name(bytes.substr(0, end))) {
      return fail(ErrorCode::DataLoss, "the media worker sent a picture with a bad name");
    }
    written += bytes.size();
    if (++files > kMostPictures || written > kMostPictureBytes) return fail(ErrorCode::DataLoss, "the media worker sent more pictures than a film has");
    return write_file(folder / std::string(bytes.substr(0, end)), bytes.substr(end + 1));
  };
}

/// What the child needs of this machine's files, read before it is confined.
struct WatchingModels {
  std::shared_ptr<const FaceCascades> faces;
  NetFiles nets;
  std::vector<std::string> warnings;  ///< what is missing
};

WatchingModels load_models(const Watching& watching) {
  WatchingModels models;
  if (watching.is_scout) return models;
  if (!watching.nets.empty()) models.nets = read_net_files(watching.nets, watching.onnx_runtime);
  if (watching.faces.empty()) return models;
  auto faces = load_face_cascades(watching.faces);
  if (faces) models.faces = *std::move(faces);
  else models.warnings.push_back("faces were not looked for: " + faces.error().describe());
  return models;
}

/// What a child is asked with to watch: how, and what an interrupted watching left.
std::string watch_request(const Watching& watching, WatchJournal* journal) {
  ByteWriter marks;
  if (journal != nullptr) std::ranges::for_each(journal->take_marks(), [&](const std::string& mark) { marks.put(std::string_view(mark)); });
  return std::string(kWatch) + json::write(watching) + kFieldEnd + (journal == nullptr ? "" : "j") + std::move(marks).take();
}

struct WatchRequest {
  Watching watching;
  bool keeps_journal = false;
  std::vector<std::string> marks;
};

Expected<WatchRequest> read_watch_request(std::string_view request) {
  WatchRequest read;
  request.remove_prefix(kWatch.size());
  const auto end = std::min(request.find(kFieldEnd), request.size());
  CINELOOM_TRY_ASSIGN(read.watching, json::read<Watching>(request.substr(0, end)));
  request.remove_prefix(std::min(end + 1, request.size()));
  read.keeps_journal = request.starts_with('j');
  if (!read.keeps_journal) return read;
  ByteReader marks(request.substr(1));
  while (!marks.is_whole() && !marks.is_short()) marks.take(read.marks.emplace_back());
  if (marks.is_short()) return fail(ErrorCode::DataLoss, "a request to go on with a watching is cut short");
  return read;
}

Expected<std::string> watch_here(const WorkerChannel& channel, WatchRequest request, WatchingModels models) {
  const Watching& watching = request.watching;
  const FileDescriptor film(kWorkerInput);
  Progress progress(channel.progress_sink());
  VideoOptions options;
  options.media.decoder_threads = watching.threads;
  options.take_sheet = [&channel](const std::string& file, std::string_view jpeg) { return channel.send_data(file + kFieldEnd + std::string(jpeg)); };
  options.take_keyframe = [&options](const Keyframe& keyframe, std::string_view jpeg) { return options.take_sheet(keyframe.file, jpeg); };
  options.take_portrait = options.take_sheet;
  options.marks = std::move(request.marks);
  options.mark_every = std::chrono::milliseconds(watching.mark_every_ms);
  if (request.keeps_journal) options.take_mark = [&channel](std::string_view mark) { return channel.send_data(kFieldEnd + std::string(mark)); };
  options.faces = {.cascades = models.faces, .nets = VisionNets::open(std::move(models.nets), models.warnings)};
  const auto look = watching.is_scout ? scout_video : analyze_video;
  CINELOOM_TRY_ASSIGN(VideoFindings findings, look(film, options, progress, CancelToken()));
  findings.warnings.insert(findings.warnings.end(), models.warnings.begin(), models.warnings.end());
  return to_json(findings);
}

SubtitleTrack to_track(SubtitleReading reading, std::string language) {
  return {.cues = std::move(reading.cues), .language = std::move(language), .origin = "in the film", .warnings = std::move(reading.warnings)};
}

Expected<std::string> read_tracks_here() {
  CINELOOM_TRY_ASSIGN(auto found, read_embedded_subtitles(FileDescriptor(kWorkerInput), CancelToken()));
  std::vector<SubtitleTrack> tracks;
  tracks.reserve(found.size());
  for (EmbeddedSubtitles& one : found) tracks.push_back(to_track(std::move(one.reading), std::move(one.language)));
  return json::write(tracks);
}

Expected<std::string> read_rare_here() {
  CINELOOM_TRY_ASSIGN(SubtitleReading reading, read_rare_subtitles(FileDescriptor(kWorkerInput), CancelToken()));
  return json::write(to_track(std::move(reading), ""));
}

/// Asks a child for something that it answers with one JSON text.
Expected<std::string> ask_worker(const std::filesystem::path& program, const FileDescriptor& input, std::string_view request, const CancelToken& cancel) {
  const WorkerOptions options{.executable = program, .arguments = {"worker", "media"}, .deadline = std::chrono::minutes(30)};
  Progress silent;
  const auto no_data = [](std::string_view) -> Expected<void> { return {}; };
  return run_worker(options, input, request, no_data, silent, cancel);
}

}  // namespace

Expected<std::vector<SubtitleTrack>> read_embedded_subtitles_confined(const std::filesystem::path& program, const std::filesystem::path& film,
                                                                      const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor input, FileDescriptor::open_for_reading(film));
  CINELOOM_TRY_ASSIGN(const std::string answer, ask_worker(program, input, kEmbeddedSubtitles, cancel));
  return read_tracks(answer);
}

Expected<SubtitleTrack> read_rare_subtitles_confined(const std::filesystem::path& program, std::string_view utf8, const CancelToken& cancel) {
  const FileDescriptor input(::memfd_create("subtitles", MFD_CLOEXEC));
  if (input.get() < 0 || ::write(input.get(), utf8.data(), utf8.size()) != std::ssize(utf8)) {
    return fail(ErrorCode::ResourceExhausted, "no memory for subtitles");
  }
  CINELOOM_TRY_ASSIGN(const std::string answer, ask_worker(program, input, kRareSubtitles, cancel));
  return read_track(answer);
}

namespace {

Expected<VideoFindings> watch_once(const std::filesystem::path& program, const std::filesystem::path& film, const std::filesystem::path& picture_folder,
                                   const Watching& watching, WatchJournal* journal, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor input, FileDescriptor::open_for_reading(film));
  const WorkerOptions options{.executable = program, .arguments = {"worker", "media"}, .should_rest = watching.should_rest};
  CINELOOM_TRY_ASSIGN(const std::string result,
                      run_worker(options, input, watch_request(watching, journal), findings_into(picture_folder, journal), progress, cancel));
  return read_findings(result);
}

bool is_end_of_worker(const Error& error) { return error.code() == ErrorCode::DataLoss || error.code() == ErrorCode::ResourceExhausted; }

}  // namespace

Expected<VideoFindings> watch_confined(const std::filesystem::path& program, const std::filesystem::path& film, const std::filesystem::path& picture_folder,
                                       const Watching& watching, WatchJournal* journal, Progress& progress, const CancelToken& cancel) {
  const bool goes_on = journal != nullptr && !journal->marks().empty();
  auto findings = watch_once(program, film, picture_folder, watching, journal, progress, cancel);
  if (goes_on && !findings && is_end_of_worker(findings.error())) {
    journal->clear();
    findings = watch_once(program, film, picture_folder, watching, journal, progress, cancel);
  }
  if (findings || !is_end_of_worker(findings.error()) || watching.is_scout || watching.nets.empty() || !has_net_slots(watching.nets)) return findings;
  Watching without = watching;
  without.nets.clear();
  const std::string cause = findings.error().describe();
  if (journal != nullptr) journal->clear();
  findings = watch_once(program, film, picture_folder, without, nullptr, progress, cancel);
  if (findings) findings->warnings.push_back("the film was watched without your nets, since with them " + cause);
  return findings;
}

Expected<void> run_media_worker() {
  const WorkerChannel channel;
  CINELOOM_TRY_ASSIGN(const std::string request, channel.receive_request());
  const bool is_watching = request.starts_with(kWatch);
  const bool is_known = is_watching || request == kEmbeddedSubtitles || request == kRareSubtitles;
  if (!is_known) return channel.send_error(Error(ErrorCode::InvalidArgument, "the media worker does not know this request"));
  auto asked = is_watching ? read_watch_request(request) : WatchRequest();
  if (!asked) return channel.send_error(asked.error());
  WatchingModels models = load_models(asked->watching);
  const SandboxLimits limits{.threads = asked->watching.threads > 1 ? Threads::Allow : Threads::Refuse};
  if (auto confined = confine_this_process(limits); !confined) return channel.send_error(confined.error());
  const auto result = is_watching                 ? watch_here(channel, *std::move(asked), std::move(models))
                      : request == kRareSubtitles ? read_rare_here()
                                                  : read_tracks_here();
  return result ? channel.send_result(*result) : channel.send_error(result.error());
}

std::string describe_sandbox() { return available_sandbox().describe(); }

}  // namespace cineloom
