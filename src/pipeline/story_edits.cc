#include "pipeline/story_edits.h"

#include <boost/json.hpp>
#include <functional>
#include <mutex>

#include "base/json.h"
#include "story/editing.h"

namespace cineloom {
namespace {

constexpr std::string_view kLog = "log";  // beside the story's own fields, which are read without it

Expected<StoryLog> read_log(Store& store, StoryId id) {
  CINELOOM_TRY_ASSIGN(const std::string text, store.story(id));
  CINELOOM_TRY_ASSIGN(const boost::json::value document, json::parse(text));
  StoryLog log;
  const auto* object = document.if_object();
  if (const auto* kept = object == nullptr ? nullptr : object->if_contains(kLog); kept != nullptr) {
    CINELOOM_TRY(json::read_value(*kept, log));
  } else {
    CINELOOM_TRY(json::read_value(document, log.first));
  }
  log.first.id = id;
  return log;
}

Expected<void> write_log(Store& store, StoryId id, const StoryLog& log, const Story& story) {
  boost::json::value document = json::to_value(story);
  document.as_object()[kLog] = json::to_value(log);
  CINELOOM_TRY(store.put_story(id, boost::json::serialize(document)));
  return {};
}

Expected<EditedStory> change(Store& store, StoryId id, const std::function<Expected<EditedStory>(StoryLog&)>& what) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  CINELOOM_TRY_ASSIGN(StoryLog log, read_log(store, id));
  CINELOOM_TRY_ASSIGN(EditedStory edited, what(log));
  CINELOOM_TRY(write_log(store, id, log, edited.story));
  return edited;
}

}  // namespace

Expected<StoryLog> story_log(Store& store, StoryId story) { return read_log(store, story); }

Expected<EditedStory> replay_story(const StoryLog& log) { return replay(log); }

Expected<EditedStory> edit_story(Store& store, StoryId story, const StoryEdit& edit) {
  return change(store, story, [&](StoryLog& log) { return add_edit(log, edit); });
}

Expected<EditedStory> undo_story_edit(Store& store, StoryId story) { return change(store, story, undo_edit); }

Expected<EditedStory> redo_story_edit(Store& store, StoryId story) { return change(store, story, redo_edit); }

}  // namespace cineloom
