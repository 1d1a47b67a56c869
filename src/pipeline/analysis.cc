#include "pipeline/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "fuse/timeline.h"
#include "pipeline/screenplay_file.h"
#include "pipeline/subtitle_files.h"
#include "pipeline/worker.h"
#include "plot/plot.h"
#include "sentiment/arc.h"
#include "sentiment/audience.h"
#include "vision/video_analyzer.h"

namespace cineloom {
namespace {

/// The value, or nothing with the cause kept as a warning; being cancelled is no warning.
template <class T>
Expected<std::optional<T>> or_warning(Expected<T> result, std::string_view part, std::vector<std::string>& warnings) {
  if (result) return std::optional(*std::move(result));
  if (result.error().code() == ErrorCode::Cancelled) return std::unexpected(std::move(result).error());
  warnings.push_back(fmt::format("{}: {}", part, result.error().describe()));
  return std::optional<T>();
}

Expected<VideoFindings> watch(const FilmFiles& files, const AnalysisTools& tools, Progress& progress, const CancelToken& cancel) {
  if (!tools.program.empty()) return watch_confined(tools.program, files.video, tools.keyframe_folder, progress, cancel);
  CINELOOM_TRY_ASSIGN(const FileDescriptor film, FileDescriptor::open_for_reading(files.video));
  return analyze_video(film, {.take_keyframe = keyframes_into(tools.keyframe_folder)}, progress, cancel);
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

void feel_lines(Timeline& timeline, const FeelingLexicon& lexicon) {
  for (Line& line : timeline.lines) line.feeling = lexicon.read(line.text).feeling;
}

}  // namespace

Expected<FilmKnowledge> analyze_film(const FilmFiles& files, std::span<const Review> reviews, const AnalysisTools& tools, Progress& progress,
                                     const CancelToken& cancel) {
  FilmKnowledge knowledge{.film = files.film};
  auto& warnings = knowledge.warnings;
  CINELOOM_TRY_ASSIGN(const FeelingLexicon lexicon, FeelingLexicon::load(tools.models / "text"));
  if (files.video.empty() && files.subtitles.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "this film has neither a video file nor subtitles").advise("name a video file: cineloom analyze FILE"));
  }
  if (!files.video.empty()) {
    auto watched = watch(files, tools, progress, cancel);
    // Without picture and words there is nothing to know, and what a full disk kept from being written is no gap in the film:
    // then the cause is the answer, not a warning.
    if (!watched && (files.subtitles.empty() || is_full(tools.keyframe_folder)))
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
  CINELOOM_TRY_ASSIGN_IN(knowledge.timeline, fuse_timeline(sources, cancel), warnings.empty() ? "joining" : warnings.front());
  progress.advance();
  feel_lines(knowledge.timeline, lexicon);
  const FilmTime duration = std::max(knowledge.video.duration, knowledge.timeline.lines.empty() ? FilmTime(0) : knowledge.timeline.lines.back().end);
  knowledge.arc = emotional_arc(knowledge.timeline.lines, knowledge.video, duration);
  progress.advance();
  CINELOOM_TRY_ASSIGN(auto plot, or_warning(extract_plot(knowledge.timeline, knowledge.arc, duration, cancel), "plot", warnings));
  if (plot) knowledge.plot = *std::move(plot);
  progress.advance();
  knowledge.audience = audience_opinion(reviews, lexicon);
  progress.advance();
  progress.finish();
  return knowledge;
}

}  // namespace cineloom
