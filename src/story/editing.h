#pragma once

#include "base/expected.h"
#include "domain/story_edit.h"

namespace cineloom {

inline constexpr std::size_t kMostEdits = 10'000;
inline constexpr std::size_t kMostEditBytes = 100'000;  ///< of one edit's words

/// The story as the edits that hold leave it, with the checker's faults. The same log gives the same story: nothing is drawn.
/// Errors: those of add_edit, for a log that was not made by it.
Expected<EditedStory> replay(const StoryLog& log);

/// Does one thing more; what was taken back before is forgotten. Errors: NotFound for a node, version or name that is not there;
/// Conflict for other words of a locked node, or for a name that somebody has already; InvalidArgument for no words or too many;
/// ResourceExhausted past kMostEdits. After an error the log is as it was.
Expected<EditedStory> add_edit(StoryLog& log, StoryEdit edit);

/// Takes the last edit back. Errors: Conflict if there is none.
Expected<EditedStory> undo_edit(StoryLog& log);
/// Does the edit again that was taken back last. Errors: Conflict if there is none.
Expected<EditedStory> redo_edit(StoryLog& log);

}  // namespace cineloom
