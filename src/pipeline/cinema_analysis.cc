// The part of Cinema that watches and reads films and remembers what was found.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/thread_pool.h"
#include "collect/film_key.h"
#include "domain/json.h"
#include "fuse/film_export.h"
#include "pipeline/analysis.h"
#include "pipeline/cinema.h"
#include "pipeline/library_files.h"
#include "pipeline/llm_reader.h"
#include "pipeline/staged_folder.h"
#include "pipeline/webhooks.h"
#include "vision/face_cascade.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJournals = "watching";  // of a library: films that are being watched, or were interrupted
constexpr int kMostDecoders = 4;                 // each holds some twenty pictures of the film

/// Copies the pictures of an earlier analysis; false if they are not all there.
bool copy_pictures(const VideoFindings& video, const fs::path& from, const fs::path& to) {
  std::error_code error;
  const auto copy = [&](const std::string& file) { return fs::copy_file(from / file, to / file, error); };
  return std::ranges::all_of(video.keyframes, copy, &Keyframe::file) && std::ranges::all_of(video.people, copy, &SeenPerson::file) &&
         std::ranges::all_of(video.trickplay.files, copy);
}

}  // namespace

Expected<FilmKnowledge> Cinema::analyze(FilmId film, const AnalysisWishes& wishes, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const Film known, store_->film(film));
  CINELOOM_TRY_ASSIGN(const FilmFiles files, store_->files(film));
  return find_out(known, files, wishes, progress, cancel);
}

Expected<FilmKnowledge> Cinema::analyze_video(const fs::path& video, const AnalysisWishes& wishes, Progress& progress, const CancelToken& cancel) {
  std::error_code error;
  const TitleAndYear title = split_title(video.stem().string());
  Film film{.key = film_key(title.title, title.year), .title = {.original = title.title, .english = title.title}, .year = title.year};
  CINELOOM_TRY_ASSIGN(const auto known, store_->find_film(film.key));
  if (known) film = *known;
  return find_out(film, files_beside(fs::absolute(video, error)), wishes, progress, cancel);
}

bool Cinema::is_playing() const {
  constexpr std::chrono::seconds kPlaying{10};  // players say so every four seconds
  return std::chrono::steady_clock::now().time_since_epoch() - played_at_.load() < kPlaying;
}

std::string film_export_names() {
  std::string names;
  for (const FilmExportName& one : kFilmExports) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
  return names;
}

Expected<std::string> Cinema::export_film(FilmId id, const std::string& format) {
  const auto chosen = std::ranges::find(kFilmExports, format, &FilmExportName::name);
  if (chosen == kFilmExports.end()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("there is no format '{}'", format)).advise("choose one of: " + film_export_names()));
  }
  CINELOOM_TRY_ASSIGN(const Film film, store_->film(id));
  CINELOOM_TRY_ASSIGN(const FilmKnowledge known, knowledge(id));
  CINELOOM_TRY_ASSIGN(const FilmFiles files, store_->files(id));
  return cineloom::export_film(film, known, files.video, chosen->format);
}

/// A film without an id is one that the library does not know yet: it is added only when there is something to know of it.
Expected<FilmKnowledge> Cinema::find_out(const Film& film, const FilmFiles& files, const AnalysisWishes& wishes, Progress& progress,
                                         const CancelToken& cancel) {
  std::vector<Review> reviews;
  if (!film.id.is_none()) { CINELOOM_TRY_ASSIGN(reviews, store_->reviews_of(film.id)); }
  CINELOOM_TRY_ASSIGN(StagedFolder findings, StagedFolder::create(options_.data / kFindings));
  AnalysisTools tools{.models = options_.resources / "models", .picture_folder = findings.path(), .program = options_.program};
  tools.watching = {.is_scout = wishes.depth == AnalysisDepth::Scout,
                    .threads = wishes.threads > 0 ? wishes.threads : std::min(available_cores(), kMostDecoders),
                    .faces = default_face_folder().string(),
                    .nets = (options_.nets.empty() ? options_.data / "models" / "vision" : options_.nets).string(),
                    .onnx_runtime = options_.onnx_runtime};
  tools.journals = options_.data / kJournals;
  tools.watching.should_rest = [this] { return is_playing() || is_resting_; };
  const auto before = film.id.is_none() ? Expected<FilmKnowledge>(fail(ErrorCode::NotFound, "new")) : knowledge(film.id);
  const bool is_usable = before && wishes.depth != AnalysisDepth::Anew && (wishes.depth == AnalysisDepth::Scout || !before->video.is_scouted);
  if (is_usable && copy_pictures(before->video, options_.data / kFindings / std::to_string(film.id.number()), findings.path())) tools.watched = &before->video;
  LlmReader reader(*language_model_, options_.resources / "models" / "prompts", {}, cancel);
  tools.language_model = &reader;
  CINELOOM_TRY_ASSIGN(FilmKnowledge knowledge, analyze_film(files, reviews, tools, progress, cancel));
  CINELOOM_TRY_ASSIGN(knowledge.film, store_->put_findings(film, files, "all", to_json(knowledge)));
  CINELOOM_TRY(findings.put_in_place(std::to_string(knowledge.film.number())));
  WatchJournal::remove(options_.data / kJournals, knowledge.video.source);
  renew_model();
  tell_of_film(*store_, knowledge.film, film.key, now());
  return knowledge;
}

Expected<FilmKnowledge> Cinema::knowledge(FilmId film) {
  CINELOOM_TRY_ASSIGN(const auto text, store_->knowledge(film, "all"));
  if (text) {
    CINELOOM_TRY_ASSIGN(FilmKnowledge known, from_json<FilmKnowledge>(*text));
    known.film = film;  // a film that was new when it was analysed had no number yet
    return known;
  }
  return std::unexpected(
      Error(ErrorCode::NotFound, fmt::format("film {} has not been analysed", film.number())).advise("analyse it first: cineloom analyze FILM"));
}

}  // namespace cineloom
