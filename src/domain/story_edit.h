#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/story.h"

namespace cineloom {

enum class StoryEditKind {
  Retell,   ///< `node` in other words, drawn by `seed`; `text` holds what came, so that nothing is drawn again
  Rewrite,  ///< `node` in the words of `text`
  Choose,   ///< `version` of `node` is the one that is read
  Lock,     ///< the words of `node` stay until it is unlocked
  Unlock,
  Rename,   ///< who or what is called `from` is called `to`
  Note      ///< `text` is remembered beside `node`, or beside the story where it is empty
};
BOOST_DESCRIBE_ENUM(StoryEditKind, Retell, Rewrite, Choose, Lock, Unlock, Rename, Note)

/// One thing somebody did to a story; which members count depends on the kind.
struct StoryEdit {
  StoryEditKind kind = StoryEditKind::Rewrite;
  std::string node;
  std::string text;
  std::uint64_t seed = 0;
  int version = 0;  ///< 0 = as it was first told
  std::string from;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(StoryEdit, (), (kind, node, text, seed, version, from, to))

/// Everything that was done to a story, in order. What was taken back stays at the end until something else is done.
struct StoryLog {
  Story first;                   ///< before any of it
  std::vector<StoryEdit> edits;
  int done = 0;                  ///< edits that hold, from the first on
};
BOOST_DESCRIBE_STRUCT(StoryLog, (), (first, edits, done))

struct StoryVersion {
  std::string text;
  std::string origin;      ///< "first", "retold" or "rewritten"
  std::uint64_t seed = 0;  ///< of one that was retold
};
BOOST_DESCRIBE_STRUCT(StoryVersion, (), (text, origin, seed))

/// A node that something was done to.
struct EditedNode {
  std::string node;
  std::vector<StoryVersion> versions;  ///< in the order in which they came
  int chosen = 0;                      ///< index of the one that is read
  bool is_locked = false;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(EditedNode, (), (node, versions, chosen, is_locked, note))

/// A story as its log left it, checked anew.
struct EditedStory {
  Story story;
  std::vector<EditedNode> nodes;
  std::string note;  ///< the author's, on the whole story
  int done = 0;      ///< edits that can be taken back
  int undone = 0;    ///< edits that can be done again
};
BOOST_DESCRIBE_STRUCT(EditedStory, (), (story, nodes, note, done, undone))

}  // namespace cineloom
