#include "pipeline/analysis.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <tuple>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "fuse/timeline.h"
#include "pipeline/feeling_reader.h"
#include "pipeline/screenplay_file.h"
#include "pipeline/subtitle_files.h"
#include "pipeline/worker.h"
#include "plot/plot.h"
#include "sentiment/arc.h"
#include "sentiment/audience_moments.h"
#include "text/language.h"
#include "vision/scout.h"
#include "vision/video_analyzer.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

// What one person says of a moment is no audience.
constexpr int kLeastMentions = 3;

/// The value, or nothing with the cause kept as a warning; being cancelled is no warning.
template <class T>
Expected<std::optional<T>> or_warning(Expected<T> result, std::string_view part, std::vector<std::string>& warnings) {
  if (result) return std::optional(*std::move(result));
  if (result.error().code() == ErrorCode::Cancelled) return std::unexpected(std::move(result).error());
  warnings.push_back(fmt::format("{}: {}", part, result.error().describe()));
  return std::optional<T>();
}

/// What lies in a folder, so that a change of it shows.
std::string list_files(const fs::path& folder) {
  std::vector<std::string> lines;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (const auto identity = identify_file(entry.path())) lines.push_back(fmt::format("{} {}", entry.path().filename().string(), *identity));
  }
  std::ranges::sort(lines);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// All that must be the same for a watching to go on where another one stopped.
std::string journal_key(const std::string& source, const AnalysisTools& tools) {
  Watching watching = tools.watching;
  watching.threads = 1;  // any number finds the same
  const auto program = identify_file(tools.program);
  return fmt::format("{}\n{}\n{}\n{}\n{}", source, program ? *program : "", json::write(watching), list_files(watching.faces), list_files(watching.nets));
}

Expected<VideoFindings> watch(const FilmFiles& files, const std::string& source, const AnalysisTools& tools, Progress& progress, const CancelToken& cancel) {
  if (!tools.program.empty()) {
    std::optional<WatchJournal> journal;
    if (!tools.journals.empty() && !tools.watching.is_scout) journal = WatchJournal::open(tools.journals, source, journal_key(source, tools));
    return watch_confined(tools.program, files.video, tools.picture_folder, tools.watching, journal ? &*journal : nullptr, progress, cancel);
  }
  CINELOOM_TRY_ASSIGN(const FileDescriptor film, FileDescriptor::open_for_reading(files.video));
  VideoOptions options{.take_keyframe = keyframes_into(tools.picture_folder), .take_portrait = sheets_into(tools.picture_folder)};
  options.take_sheet = options.take_portrait;
  if (!tools.watching.faces.empty()) { CINELOOM_TRY_ASSIGN(options.faces.cascades, load_face_cascades(tools.watching.faces)); }
  options.media.decoder_threads = tools.watching.threads;
  return tools.watching.is_scout ? scout_video(film, options, progress, cancel) : analyze_video(film, options, progress, cancel);
}

/// What was seen before of the same file, or what is seen now.
Expected<VideoFindings> watch_if_needed(const FilmFiles& files, const AnalysisTools& tools, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const std::string source, identify_file(files.video));
  if (tools.watched != nullptr && tools.watched->source == source) return *tools.watched;
  CINELOOM_TRY_ASSIGN(VideoFindings findings, watch(files, source, tools, progress, cancel));
  findings.source = source;
  return findings;
}

bool is_full(const std::filesystem::path& folder) {
  constexpr std::uintmax_t kRoomForAPicture = 64U << 10U;
  std::error_code error;
  return std::filesystem::space(folder, error).available < kRoomForAPicture && !error;
}

/// Reads the screenplay, and the subtitles in its language; what is missing or doubtful becomes a warning.
struct Texts {
  std::optional<ScreenplayReading> screenplay;
  std::optional<SubtitleTrack> subtitles;
};

Expected<Texts> read_texts(const FilmFiles& files, const AnalysisTools& tools, std::vector<std::string>& warnings, const CancelToken& cancel) {
  Texts texts;
  if (!files.screenplay.empty()) { CINELOOM_TRY_ASSIGN(texts.screenplay, or_warning(read_screenplay_file(files.screenplay), "screenplay", warnings)); }
  const std::string language = texts.screenplay ? screenplay_language(texts.screenplay->screenplay) : "";
  CINELOOM_TRY_ASSIGN(texts.subtitles, or_warning(read_spoken_subtitles(files, language, tools.program, cancel), "subtitles", warnings));
  if (texts.screenplay) std::ranges::move(texts.screenplay->warnings, std::back_inserter(warnings));
  if (texts.subtitles) std::ranges::move(texts.subtitles->warnings, std::back_inserter(warnings));
  return texts;
}

std::string language_of(const Timeline& timeline) {
  constexpr std::size_t kEnough = 20'000;
  std::string sample;
  for (const Line& line : timeline.lines) {
    if (sample.size() > kEnough) break;
    if (line.kind != LineKind::Sound) sample += line.text + "\n";
  }
  return detect_language(sample).code;
}

void feel_lines(Timeline& timeline, const FeelingReader& reader) {
  const std::string language = language_of(timeline);
  // What a subtitle says of a sound is nobody's feeling.
  for (Line& line : timeline.lines) {
    if (line.kind != LineKind::Sound) line.feeling = reader.feel(line.text, language);
  }
}

}  // namespace

Expected<std::string> identify_file(const fs::path& path) {
  constexpr std::size_t kEnd = 64U << 10U;
  CINELOOM_TRY_ASSIGN(const FileDescriptor file, FileDescriptor::open_for_reading(path));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail(ErrorCode::Unavailable, fmt::format("cannot look at '{}'", path.string()));
  std::string ends(2 * kEnd, '\0');
  // Where less can be read, the rest stays zero: the same file, the same bytes.
  std::ignore = ::pread(file.get(), ends.data(), kEnd, 0);
  std::ignore = ::pread(file.get(), ends.data() + kEnd, kEnd, std::max<off_t>(0, status.st_size - static_cast<off_t>(kEnd)));
  return fmt::format("{}-{}.{}-{:016x}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, fnv1a64(ends));
}

Expected<FilmKnowledge> analyze_film(const FilmFiles& files, std::span<const Review> reviews, const AnalysisTools& tools, Progress& progress,
                                     const CancelToken& cancel) {
  FilmKnowledge knowledge{.film = files.film};
  auto& warnings = knowledge.warnings;
  CINELOOM_TRY_ASSIGN(const FeelingReader reader, FeelingReader::load(tools.models / "text", tools.language_model));
  if (files.video.empty() && files.subtitles.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "this film has neither a video file nor subtitles").advise("name a video file: cineloom analyze FILE"));
  }
  if (!files.video.empty()) {
    auto watched = watch_if_needed(files, tools, progress, cancel);
    // Without picture and words there is nothing to know, and what a full disk kept from being written is no gap in the film:
    // then the cause is the answer, not a warning.
    if (!watched && (files.subtitles.empty() || is_full(tools.picture_folder)))
      return fail_in(std::move(watched).error(), fmt::format("watching '{}'", files.video));
    CINELOOM_TRY_ASSIGN(auto video, or_warning(std::move(watched), "watching", warnings));
    if (video) knowledge.video = *std::move(video);
  }
  progress.begin("reading", 5, "parts");
  CINELOOM_TRY_ASSIGN(const Texts texts, read_texts(files, tools, warnings, cancel));
  progress.advance();
  const TimelineSources sources{.screenplay = texts.screenplay ? &texts.screenplay->screenplay : nullptr,
                                .cues = texts.subtitles ? std::span<const Cue>(texts.subtitles->cues) : std::span<const Cue>(),
                                .video = &knowledge.video};
  // A first impression of a film without subtitles is its pictures.
  if (!sources.cues.empty() || !knowledge.video.is_scouted) {
    CINELOOM_TRY_ASSIGN_IN(knowledge.timeline, fuse_timeline(sources, cancel), warnings.empty() ? "joining" : warnings.front());
  }
  progress.advance();
  feel_lines(knowledge.timeline, reader);
  const FilmTime duration = std::max(knowledge.video.duration, knowledge.timeline.lines.empty() ? FilmTime(0) : knowledge.timeline.lines.back().end);
  knowledge.arc = emotional_arc(knowledge.timeline.lines, knowledge.video, duration);
  progress.advance();
  CINELOOM_TRY_ASSIGN(auto plot, or_warning(extract_plot(knowledge.timeline, knowledge.arc, duration, cancel), "plot", warnings));
  if (plot) knowledge.plot = *std::move(plot);
  progress.advance();
  knowledge.audience = reader.audience(reviews, knowledge.timeline, duration);
  add_audience(knowledge.arc, knowledge.audience.moments, duration, kLeastMentions);
  progress.advance();
  progress.finish();
  return knowledge;
}

}  // namespace cineloom
