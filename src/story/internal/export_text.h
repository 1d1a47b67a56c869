#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/story.h"

/// What the exports share.
namespace cineloom::story {

/// On one line, in the story's language; in the other one where there are no words in it.
std::string told(const Story& story, const LocalText& text);
/// Its title, or a word for a story without one.
std::string title_of(const Story& story);
/// The node's title, else its beat, else its id; never empty.
std::string heading_of(const Story& story, const StoryNode& node);
/// What a choice says; never empty.
std::string label_of(const Story& story, const StoryChoice& choice);
/// The lines of a text that are not empty, each as one_line().
std::vector<std::string> paragraphs_of(std::string_view text);
/// Upper case, in the shape of a random UUID, but made of the story's words and choices.
std::string uuid_of(const Story& story);

/// A name for each node that every format takes: letters, digits and '_', none a word of ink's or a passage of Twine's. Ids that are
/// such names stay as they are.
class NodeNames {
 public:
  explicit NodeNames(const StoryGraph& graph);
  /// `id` must be one of the graph's.
  const std::string& operator[](const std::string& id) const { return names_.at(id); }

 private:
  std::map<std::string, std::string> names_;
};

/// True where a mark of a format means something only at the start of a line or when it stands twice.
bool begins_or_doubles(std::string_view line, std::size_t at);

}  // namespace cineloom::story
