#include "cli/internal/story_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"
#include "pipeline/story_import.h"

namespace cineloom::cli {

Expected<Story> load_story(Session& session, const std::string& words) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), number);
  if (error == std::errc() && end == words.data() + words.size()) {
    CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
    return cinema->story(StoryId(number));
  }
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(words, 64U << 20U));
  CINELOOM_TRY_ASSIGN_IN(Story story, read_story(text), "reading " + words);
  return story;
}

}  // namespace cineloom::cli
