#pragma once

#include "base/expected.h"
#include "domain/story_edit.h"
#include "store/store.h"

/// Edits of stories that are kept: the log lies in the story's own document, so that story and log change in one step. Edits of all stories
/// wait for one another. Thread-safe.
namespace cineloom {

/// The story with what was done to it; a story that nothing was done to has an empty log. Errors: NotFound.
Expected<StoryLog> story_log(Store& store, StoryId story);

/// The story as its log leaves it. Errors: those of replay.
Expected<EditedStory> replay_story(const StoryLog& log);

/// Errors: NotFound for the story; those of add_edit.
Expected<EditedStory> edit_story(Store& store, StoryId story, const StoryEdit& edit);
/// Errors: NotFound; Conflict if there is nothing to take back.
Expected<EditedStory> undo_story_edit(Store& store, StoryId story);
/// Errors: NotFound; Conflict if nothing was taken back.
Expected<EditedStory> redo_story_edit(Store& store, StoryId story);

}  // namespace cineloom
