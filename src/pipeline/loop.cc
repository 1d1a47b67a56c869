#include "pipeline/loop.h"

#include <algorithm>

#include "domain/json.h"

namespace cineloom {
namespace {

// Importing the same library again changes nothing, so only a library that is not there yet is read.
Expected<void> collect(Cinema& cinema, const EveningPlan& plan, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto known, cinema.store().find_film(plan.film));
  if (known) return {};
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema.preview_import(plan.library, plan.viewer, progress, cancel));
  CINELOOM_TRY(cinema.apply_import(batch, progress, cancel));
  return {};
}

Expected<FilmKnowledge> watch(Cinema& cinema, const Film& film, Progress& progress, const CancelToken& cancel) {
  if (auto known = cinema.knowledge(film.id)) return known;
  return cinema.analyze(film.id, {}, progress, cancel);
}

// The demo is told many times; its story is written once.
Expected<Story> imagine(Cinema& cinema, const EveningPlan& plan, const Film& film, Progress& progress, const CancelToken& cancel) {
  StoryRequest request = plan.story;
  request.source = film.id;
  CINELOOM_TRY_ASSIGN(request.bible, cinema.story_bible(film.id));
  // What was stored was read from text, which may change the last digit of a number.
  CINELOOM_TRY_ASSIGN(const StoryRequest read_back, from_json<StoryRequest>(to_json(request)));
  const std::string wanted = to_json(read_back);
  CINELOOM_TRY_ASSIGN(const auto written, cinema.store().stories());
  for (const StoryId id : written) {
    CINELOOM_TRY_ASSIGN(Story known, cinema.story(id));
    if (to_json(known.request) == wanted) return known;
  }
  return cinema.write_story(request, progress, cancel);
}

Expected<void> count(Cinema& cinema, Evening& evening) {
  CINELOOM_TRY_ASSIGN(const auto films, cinema.store().all_films());
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().all_events());
  evening.films = films.size();
  evening.ratings = static_cast<std::size_t>(std::ranges::count(events, EventKind::Rate, &Event::kind));
  return {};
}

/// Rates the first pick, asks again and takes the rating back, so that the evening can be lived again.
Expected<void> answer_back(Cinema& cinema, const TonightRequest& tonight, const EveningPlan& plan, Evening& evening) {
  CINELOOM_TRY_ASSIGN(evening.rated, cinema.store().film(evening.before.picks.front().film));
  CINELOOM_TRY_ASSIGN_IN(
      const AppendReceipt told,
      cinema.tell({.viewer = tonight.viewer, .film = evening.rated.id, .kind = EventKind::Rate, .value = plan.stars, .at = cinema.now(), .origin = "demo"}),
      "taking feedback");
  CINELOOM_TRY_ASSIGN_IN(evening.after, cinema.recommend(tonight), "recommending again");
  return cinema.store().remove_event(tonight.viewer, told.ids.front());
}

}  // namespace

Expected<Evening> live_through(Cinema& cinema, const EveningPlan& plan, Progress& progress, const CancelToken& cancel) {
  Evening evening;
  CINELOOM_TRY(collect(cinema, plan, progress, cancel));
  CINELOOM_TRY(count(cinema, evening));
  CINELOOM_TRY_ASSIGN_IN(evening.film, cinema.find_film(plan.film), "choosing the film");
  CINELOOM_TRY_ASSIGN_IN(evening.knowledge, watch(cinema, evening.film, progress, cancel), "watching");
  CINELOOM_TRY_ASSIGN_IN(evening.story, imagine(cinema, plan, evening.film, progress, cancel), "writing a story");
  CINELOOM_TRY_ASSIGN_IN(evening.evaluation, cinema.evaluate(1, progress, cancel), "measuring");
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, cinema.store().put_viewer({.name = plan.viewer, .is_simulated = true}));
  const TonightRequest tonight{.viewer = viewer, .mood = plan.mood, .count = 5};
  CINELOOM_TRY_ASSIGN_IN(evening.before, cinema.recommend(tonight, cancel), "recommending");
  if (evening.before.picks.empty()) return fail(ErrorCode::NotFound, "there is nothing to recommend");
  CINELOOM_TRY(answer_back(cinema, tonight, plan, evening));
  return evening;
}

}  // namespace cineloom
