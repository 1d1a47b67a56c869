#include "pipeline/bent_films.h"

#include "domain/json.h"
#include "fuse/cut_export.h"
#include "fuse/script_timeline.h"
#include "pipeline/feeling_reader.h"
#include "pipeline/screenplay_file.h"
#include "plot/plot.h"
#include "sentiment/arc.h"
#include "story/what_if/cuts.h"
#include "story/what_if/what_if.h"

namespace cineloom {
namespace {

FilmToBend to_bend(const KnownFilm& film) {
  return {.knowledge = film.knowledge, .order = film.order.empty() ? nullptr : &film.order, .title = film.title, .file = film.file};
}

std::string title_on_page(const Screenplay& screenplay, const std::filesystem::path& path) {
  for (const TitlePageEntry& entry : screenplay.title_page) {
    if (entry.key == "Title" && !entry.values.empty()) return entry.values.front();
  }
  return path.stem().string();
}

}  // namespace

Expected<KnownFilm> known_film(Cinema& cinema, FilmId id) {
  CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(id));
  CINELOOM_TRY_ASSIGN(const FilmFiles files, cinema.store().files(id));
  CINELOOM_TRY_ASSIGN(FilmKnowledge knowledge, cinema.knowledge(id));
  KnownFilm known{
      .knowledge = std::move(knowledge), .order = {}, .title = {film.title.english.empty() ? film.key : film.title.english, film.title.chinese}, .file = {}};
  if (!files.screenplay.empty()) {
    if (const auto reading = read_screenplay_file(files.screenplay)) known.order = order_of(reading->screenplay);
  }
  if (known.knowledge.video.duration > FilmTime(0)) known.file = std::filesystem::path(files.video).filename().string();
  return known;
}

Expected<KnownFilm> film_on_paper(const std::filesystem::path& path, const std::filesystem::path& resources, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const ScreenplayReading reading, read_screenplay_file(path));
  CINELOOM_TRY_ASSIGN(const FeelingReader reader, FeelingReader::load(resources / "models" / "text"));
  KnownFilm film{.knowledge = {}, .order = order_of(reading.screenplay), .title = {title_on_page(reading.screenplay, path), {}}, .file = {}};
  FilmKnowledge& known = film.knowledge;
  CINELOOM_TRY_ASSIGN(known.timeline, time_screenplay(reading.screenplay));
  const std::string language = screenplay_language(reading.screenplay);
  for (Line& line : known.timeline.lines) line.feeling = reader.feel(line.text, language);
  const FilmTime length = known.timeline.scenes.back().end;
  known.arc = emotional_arc(known.timeline.lines, known.video, length);
  CINELOOM_TRY_ASSIGN(known.plot, extract_plot(known.timeline, known.arc, length, cancel));
  return film;
}

Expected<WhatIf> bend(const KnownFilm& film, const WhatIfRequest& request, const CancelToken& cancel) { return bend_film(to_bend(film), request, cancel); }

Expected<WhatIf> bend(Cinema& cinema, const KnownFilm& film, const WhatIfRequest& request, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(WhatIf result, bend(film, request, cancel));
  CINELOOM_TRY_ASSIGN(result.story.id, cinema.store().put_story(StoryId(), to_json(result.story)));
  return result;
}

Expected<WhatIf> bend(Cinema& cinema, const WhatIfRequest& request, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const KnownFilm film, known_film(cinema, request.film));
  return bend(cinema, film, request, cancel);
}

Expected<ChangeChoices> what_can_change(const KnownFilm& film, const CancelToken& cancel) { return change_choices(to_bend(film), cancel); }

Expected<FilmCut> cut(const KnownFilm& film, const CutWish& wish, const CancelToken& cancel) { return cut_film(to_bend(film), wish, cancel); }

Expected<std::string> write_cut(const KnownFilm& film, const FilmCut& cut, const std::string& format) { return export_cut(cut, film.knowledge.video, format); }

}  // namespace cineloom
