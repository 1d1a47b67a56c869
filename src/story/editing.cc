#include "story/editing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/markup.h"
#include "story/checker.h"

namespace cineloom {
namespace {

bool is_word_part(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0; }

/// True where a name that stands at `at` is a word of its own; Chinese names need no blanks around them.
bool is_whole_name(std::string_view text, std::size_t at, std::string_view name) {
  const bool is_joined_before = at > 0 && is_word_part(text[at - 1]) && is_word_part(name.front());
  const std::size_t end = at + name.size();
  const bool is_joined_behind = end < text.size() && is_word_part(text[end]) && is_word_part(name.back());
  return !is_joined_before && !is_joined_behind;
}

class Renaming {
 public:
  Renaming(const std::string& from, const std::string& to) : from_(from), to_(to) {}

  void in_words(std::string& text) const {
    for (std::size_t at = 0; (at = text.find(from_, at)) != std::string::npos;) {
      if (!is_whole_name(text, at, from_)) {
        ++at;
        continue;
      }
      text.replace(at, from_.size(), to_);
      at += to_.size();
    }
  }
  void in_words(LocalText& text) const {
    in_words(text.english);
    in_words(text.chinese);
  }
  void as_a_whole(std::string& name) const {
    if (name == from_) name = to_;
  }
  void in_facts(std::vector<Fact>& facts) const {
    for (Fact& fact : facts) {
      as_a_whole(fact.subject);
      as_a_whole(fact.object);
    }
  }

  void in_bible(Bible& bible) const {
    for (BibleCharacter& character : bible.characters) {
      as_a_whole(character.name);
      in_words(character.goal);
      for (StoryGoal& goal : character.goals) {
        as_a_whole(goal.fact.subject);
        as_a_whole(goal.fact.object);
      }
    }
    for (auto* names : {&bible.places, &bible.items}) std::ranges::for_each(*names, [this](std::string& name) { as_a_whole(name); });
    in_facts(bible.facts);
  }

  void in_event(StoryEvent& event) const {
    for (auto* names : {&event.actors, &event.hidden_from}) std::ranges::for_each(*names, [this](std::string& name) { as_a_whole(name); });
    as_a_whole(event.place);
    in_words(event.why);
    for (auto* facts : {&event.preconditions, &event.added, &event.removed}) in_facts(*facts);
  }

  void in_node(StoryNode& node) const {
    in_words(node.text);
    in_words(node.title);
    in_words(node.question);
    if (node.ending) in_words(*node.ending);
    for (StoryChoice& choice : node.choices) in_words(choice.label);
    for (StoryEvent& event : node.events) in_event(event);
  }

 private:
  const std::string& from_;
  const std::string& to_;
};

bool has_name(const Bible& bible, const std::string& name) {
  return std::ranges::any_of(bible.characters, [&](const BibleCharacter& one) { return one.name == name; }) ||
         std::ranges::find(bible.places, name) != bible.places.end() || std::ranges::find(bible.items, name) != bible.items.end();
}

/// A name that facts go by, too, is nobody else's to take.
bool is_taken(const Bible& bible, const std::string& name) {
  return has_name(bible, name) || std::ranges::any_of(bible.characters, [&](const BibleCharacter& one) { return one.role == name; });
}

class Editor {
 public:
  explicit Editor(const Story& first) { edited_.story = first; }

  Expected<void> apply(const StoryEdit& edit) {
    CINELOOM_TRY(check_size(edit));
    switch (edit.kind) {
      case StoryEditKind::Rename: return rename(edit.from, edit.to);
      case StoryEditKind::Note: return note(edit);
      default: break;
    }
    CINELOOM_TRY_ASSIGN(EditedNode * node, open(edit.node));
    switch (edit.kind) {
      case StoryEditKind::Lock:
      case StoryEditKind::Unlock: node->is_locked = edit.kind == StoryEditKind::Lock; return {};
      case StoryEditKind::Choose: return choose(*node, edit.version);
      default: return add_version(*node, edit);
    }
  }

  EditedStory finish() && {
    edited_.story.findings = faults_of(edited_.story);
    return std::move(edited_);
  }

 private:
  static Expected<void> check_size(const StoryEdit& edit) {
    if (edit.text.size() + edit.from.size() + edit.to.size() <= kMostEditBytes) return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("an edit has at most {} bytes", kMostEditBytes));
  }

  StoryNode* find(const std::string& id) {
    const auto found = std::ranges::find(edited_.story.graph.nodes, id, &StoryNode::id);
    return found == edited_.story.graph.nodes.end() ? nullptr : &*found;
  }

  Expected<EditedNode*> open(const std::string& id) {
    const StoryNode* node = find(id);
    if (node == nullptr) return fail(ErrorCode::NotFound, fmt::format("the story has no node '{}'", id));
    const auto known = std::ranges::find(edited_.nodes, id, &EditedNode::node);
    if (known != edited_.nodes.end()) return &*known;
    edited_.nodes.push_back({.node = id, .versions = {{.text = node->text, .origin = "first"}}, .note = {}});
    return &edited_.nodes.back();
  }

  static Expected<void> check_lock(const EditedNode& node) {
    if (!node.is_locked) return {};
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("'{}' is locked", node.node)).advise("unlock it first"));
  }

  Expected<void> add_version(EditedNode& node, const StoryEdit& edit) {
    CINELOOM_TRY(check_lock(node));
    if (one_line(edit.text).empty()) return fail(ErrorCode::InvalidArgument, "a node is told in some words");
    const bool is_retold = edit.kind == StoryEditKind::Retell;
    node.versions.push_back({.text = printable(edit.text), .origin = is_retold ? "retold" : "rewritten", .seed = is_retold ? edit.seed : 0});
    return choose(node, static_cast<int>(node.versions.size()) - 1);
  }

  Expected<void> choose(EditedNode& node, int version) {
    CINELOOM_TRY(check_lock(node));
    if (version < 0 || std::cmp_greater_equal(version, node.versions.size())) {
      return fail(ErrorCode::NotFound, fmt::format("'{}' has the versions 0 to {}", node.node, node.versions.size() - 1));
    }
    node.chosen = version;
    find(node.node)->text = node.versions[static_cast<std::size_t>(version)].text;
    return {};
  }

  Expected<void> rename(const std::string& from, const std::string& to) {
    Story& story = edited_.story;
    if (from.empty() || !has_name(story.bible, from)) return fail(ErrorCode::NotFound, fmt::format("nobody and nothing in the story is called '{}'", from));
    if (to.empty() || one_line(to) != to) return fail(ErrorCode::InvalidArgument, "a name is one line of words");
    if (is_taken(story.bible, to)) return fail(ErrorCode::Conflict, fmt::format("'{}' is somebody's name already", to));
    const Renaming renaming(from, to);
    renaming.in_words(story.title);
    renaming.in_bible(story.bible);
    for (StoryNode& node : story.graph.nodes) renaming.in_node(node);
    for (EditedNode& node : edited_.nodes) {
      for (StoryVersion& version : node.versions) renaming.in_words(version.text);
    }
    return {};
  }

  Expected<void> note(const StoryEdit& edit) {
    if (edit.node.empty()) {
      edited_.note = printable(edit.text);
      return {};
    }
    CINELOOM_TRY_ASSIGN(EditedNode * node, open(edit.node));
    node->note = printable(edit.text);
    return {};
  }

  EditedStory edited_;
};

}  // namespace

Expected<EditedStory> replay(const StoryLog& log) {
  Editor editor(log.first);
  const auto done = std::clamp(log.done, 0, static_cast<int>(log.edits.size()));
  for (int i = 0; i < done; ++i) { CINELOOM_TRY(editor.apply(log.edits[static_cast<std::size_t>(i)])); }
  EditedStory edited = std::move(editor).finish();
  edited.done = done;
  edited.undone = static_cast<int>(log.edits.size()) - done;
  return edited;
}

Expected<EditedStory> add_edit(StoryLog& log, StoryEdit edit) {
  if (std::cmp_greater_equal(log.done, kMostEdits)) return fail(ErrorCode::ResourceExhausted, fmt::format("a story takes at most {} edits", kMostEdits));
  StoryLog longer = log;
  longer.edits.resize(static_cast<std::size_t>(std::clamp(log.done, 0, static_cast<int>(log.edits.size()))));
  longer.edits.push_back(std::move(edit));
  longer.done = static_cast<int>(longer.edits.size());
  CINELOOM_TRY_ASSIGN(EditedStory edited, replay(longer));
  log = std::move(longer);
  return edited;
}

Expected<EditedStory> undo_edit(StoryLog& log) {
  if (log.done <= 0) return fail(ErrorCode::Conflict, "there is nothing to take back");
  --log.done;
  return replay(log);
}

Expected<EditedStory> redo_edit(StoryLog& log) {
  if (std::cmp_greater_equal(log.done, log.edits.size())) return fail(ErrorCode::Conflict, "nothing was taken back");
  ++log.done;
  return replay(log);
}

}  // namespace cineloom
