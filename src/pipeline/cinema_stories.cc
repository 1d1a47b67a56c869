#include <algorithm>
#include <map>
#include <utility>

#include "domain/json.h"
#include "llm/model_home.h"
#include "pipeline/bent_films.h"
#include "pipeline/cinema.h"
#include "pipeline/story_bible.h"
#include "pipeline/story_edits.h"
#include "pipeline/story_formats.h"
#include "pipeline/story_import.h"
#include "pipeline/story_tools.h"
#include "story/bible.h"
#include "story/checker.h"
#include "story/chronicle.h"
#include "story/exports/exports.h"
#include "story/story_engine.h"
#include "story/viewer_taste.h"

namespace cineloom {
namespace {

Expected<void> check_retold(const Story& story) {
  if (story.realizer != "film") return {};
  return std::unexpected(
      Error(ErrorCode::Conflict, "this story is told in its film's own words, which there are once").advise("bend the film anew for another telling"));
}

}  // namespace

Expected<Bible> Cinema::story_bible(FilmId film) {
  CINELOOM_TRY_ASSIGN(const KnownFilm known, known_film(*this, film));
  return bible_of_film(known.knowledge, known.file);
}

Expected<Bible> Cinema::bible_for(const StoryRequest& request) {
  if (request.source.is_none()) return bible_of_premise(request.premise);
  return story_bible(request.source);
}

Expected<Story> Cinema::continue_story(StoryId before, const std::vector<std::string>& choices, const StoryRequest& request, Progress& progress,
                                       const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const Story first, story(before));
  CINELOOM_TRY_ASSIGN(const StoryWay way, take_way(first.graph, choices));
  std::vector<std::string> ids;
  for (const StoryNode* node : way) ids.push_back(node->id);
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  CINELOOM_TRY_ASSIGN(Story story, cineloom::continue_story(first, ids, request, tools->library, progress, cancel));
  CINELOOM_TRY_ASSIGN(story.id, store_->put_story(StoryId(), to_json(story)));
  return story;
}

Expected<StoryRequest> Cinema::fit_story(StoryRequest request, ViewerId viewer, const std::string& mood, MoodPolicy policy) {
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  CINELOOM_TRY_ASSIGN(const auto events, store_->events_of(viewer));
  CINELOOM_TRY_ASSIGN(const auto all, store_->all_films());
  std::map<FilmId, Film> films;
  for (const Film& film : all) films.emplace(film.id, film);
  ThemeTaste taste = taste_from_films(likings_of(events, films), tools->library);
  for (const auto& [theme, liking] : request.taste) taste[theme] = liking;
  request.taste = std::move(taste);
  if (mood.empty()) return request;
  CINELOOM_TRY_ASSIGN(const Mood read, read_mood(mood));
  request.arc = arc_for(read.wish.value_or(read.feeling), read.wish ? MoodPolicy::Match : policy);
  return request;
}

Expected<Story> Cinema::replan_story(StoryId id, const std::vector<std::string>& seen, const std::vector<HeardSignal>& signals, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  CINELOOM_TRY_ASSIGN(const Story before, story(id));
  StoryRequest request = before.request;
  request.taste = taste_after(std::move(request.taste), before.graph, signals);
  CINELOOM_TRY_ASSIGN(Story anew, replan_unseen(before, seen, request, tools->library, cancel));
  CINELOOM_TRY_ASSIGN(anew.id, store_->put_story(StoryId(), to_json(anew)));
  return anew;
}

Expected<cineloom::story::Retelling> Cinema::tell_story(StoryId id, TellWith with, Progress& progress, const CancelToken& cancel,
                                                        const cineloom::story::NodeListener& on_told) {
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  CINELOOM_TRY_ASSIGN(Story before, story(id));
  CINELOOM_TRY(check_retold(before));
  const auto home = llm::home_of(options_.data, options_.resources, options_.program);
  CINELOOM_TRY_ASSIGN(auto retelling, tell_story_with(with, std::move(before), home, options_.resources / "models", tools->library, progress, cancel, on_told));
  CINELOOM_TRY(store_->put_story(id, to_json(retelling.story)));
  return retelling;
}

Expected<Story> Cinema::retell(StoryId id, const std::string& node, Seed seed) {
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  CINELOOM_TRY_ASSIGN(const Story before, story(id));
  CINELOOM_TRY(check_retold(before));
  CINELOOM_TRY_ASSIGN(const Story retold, retell_node(before, node, seed, tools->library));
  const auto told = std::ranges::find(retold.graph.nodes, node, &StoryNode::id);
  CINELOOM_TRY_ASSIGN(EditedStory after, edit_story(*store_, id, {.kind = StoryEditKind::Retell, .node = node, .text = told->text, .seed = seed}));
  return std::move(after.story);
}

Expected<Story> Cinema::story(StoryId id) {
  CINELOOM_TRY_ASSIGN(const std::string text, store_->story(id));
  CINELOOM_TRY_ASSIGN(Story story, from_json<Story>(text));
  story.id = id;
  return story;
}

Expected<std::vector<StoryFinding>> Cinema::check_story(StoryId id) {
  CINELOOM_TRY_ASSIGN(const Story found, story(id));
  return cineloom::check_story(found);
}

Expected<std::vector<FactSpan>> Cinema::story_facts(StoryId id) {
  CINELOOM_TRY_ASSIGN(const Story found, story(id));
  return chronicle_of(found);
}

Expected<StoryLines> Cinema::story_lines(const Story& story, StoryView view) {
  if (view == StoryView::Scene) return StoryLines();
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  return see_story(story, view, tools->library);
}

Expected<std::string> Cinema::export_story(StoryId id, const std::string& format, const std::vector<std::string>& choices, StoryView view) {
  CINELOOM_TRY_ASSIGN(const Story found, story(id));
  CINELOOM_TRY_ASSIGN(const StoryLines lines, story_lines(found, view));
  return cineloom::export_story(found, format, choices, lines);
}

Expected<Story> Cinema::import_story(std::string_view json) {
  CINELOOM_TRY_ASSIGN(Story story, cineloom::import_story(json));
  CINELOOM_TRY_ASSIGN(story.id, store_->put_story(StoryId(), to_json(story)));
  return story;
}

}  // namespace cineloom
