#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/markup.h"
#include "base/utf8.h"
#include "cli/internal/commands.h"
#include "cli/terminal_plot.h"
#include "pipeline/story_edits.h"

namespace cineloom::cli {
namespace {

struct EditOptions {
  std::int64_t story = 0;
  StoryEdit edit;
};

std::string name_of(const StoryEdit& edit) { return json::enum_name(edit.kind); }

/// What an edit did, on one line.
std::string show_edit(const StoryEdit& edit) {
  const auto words = [&] { return fit(one_line(edit.text), std::min<std::size_t>(60, display_columns(one_line(edit.text)))); };
  switch (edit.kind) {
    case StoryEditKind::Rename: return fmt::format("rename {} to {}", edit.from, edit.to);
    case StoryEditKind::Retell: return fmt::format("retell {} with seed {}", edit.node, edit.seed);
    case StoryEditKind::Choose: return fmt::format("version {} of {}", edit.version, edit.node);
    case StoryEditKind::Note: return fmt::format("note {}: {}", edit.node.empty() ? "on the story" : "on " + edit.node, words());
    case StoryEditKind::Rewrite: return fmt::format("rewrite {}: {}", edit.node, words());
    default: return fmt::format("{} {}", name_of(edit), edit.node);
  }
}

std::string show_edited(const EditedStory& edited) {
  std::string text;
  for (const EditedNode& node : edited.nodes) {
    text += fmt::format("{}  version {} of 0 to {}{}{}\n", bold(node.node), node.chosen, node.versions.size() - 1, node.is_locked ? ", locked" : "",
                        node.note.empty() ? "" : ", note: " + one_line(node.note));
  }
  if (!edited.note.empty()) text += wrap("note: " + edited.note, 88);
  for (const StoryFinding& fault : edited.story.findings) text += fmt::format("{} at {}: {}\n", bold(fault.kind), fault.node, fault.what);
  return text + fmt::format("{} edits, {} taken back; {}\n", edited.done, edited.undone,
                            edited.story.findings.empty() ? "sound" : fmt::format("{} faults", edited.story.findings.size()));
}

Expected<void> print_edited(const Session& session, const Expected<EditedStory>& edited) {
  if (!edited) return std::unexpected(edited.error());
  print(session.format == Format::Json ? json::write(*edited) + "\n" : show_edited(*edited));
  return {};
}

Expected<void> do_edit(Session& session, const EditOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  const StoryId id(options.story);
  if (options.edit.kind != StoryEditKind::Retell) return print_edited(session, edit_story(cinema->store(), id, options.edit));
  CINELOOM_TRY(cinema->retell(id, options.edit.node, options.edit.seed));
  CINELOOM_TRY_ASSIGN(const StoryLog log, story_log(cinema->store(), id));
  return print_edited(session, replay_story(log));
}

Expected<void> undo(Session& session, const EditOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  return print_edited(session, undo_story_edit(cinema->store(), StoryId(options.story)));
}

Expected<void> redo(Session& session, const EditOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  return print_edited(session, redo_story_edit(cinema->store(), StoryId(options.story)));
}

Expected<void> show_edits(Session& session, const EditOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const StoryLog log, story_log(cinema->store(), StoryId(options.story)));
  if (session.format == Format::Json) {
    print(json::write(log.edits) + "\n");
    return {};
  }
  for (std::size_t i = 0; i < log.edits.size(); ++i) {
    const std::string line = fmt::format("{:>4}  {}\n", i + 1, show_edit(log.edits[i]));
    print(std::cmp_less(i, log.done) ? line : faint(line));
  }
  return print_edited(session, replay_story(log));
}

void declare_story(CLI::App& command, EditOptions& options) { command.add_option("story", options.story, "its number")->required(); }

void add_kind(Commands& commands, CLI::App* group, StoryEditKind kind, const std::string& help, const std::function<void(CLI::App&, StoryEdit&)>& declare) {
  commands.add<EditOptions>(
      json::enum_name(kind), help,
      [kind, declare](CLI::App& command, EditOptions& options) {
        options.edit.kind = kind;
        declare_story(command, options);
        declare(command, options.edit);
      },
      do_edit, group);
}

void declare_node(CLI::App& command, StoryEdit& edit) { command.add_option("node", edit.node, "its id")->required(); }

}  // namespace

void add_story_edit_commands(Commands& commands) {
  CLI::App* story = commands.group("story", "");
  CLI::App* edit = story->add_subcommand("edit", "change a story; everything can be taken back");
  edit->fallthrough();
  edit->require_subcommand(1);
  add_kind(commands, edit, StoryEditKind::Retell, "tell a node in other words", [](CLI::App& command, StoryEdit& one) {
    declare_node(command, one);
    command.add_option("--seed", one.seed, "same seed, same words")->capture_default_str();
  });
  add_kind(commands, edit, StoryEditKind::Rewrite, "give a node words of your own", [](CLI::App& command, StoryEdit& one) {
    declare_node(command, one);
    command.add_option("text", one.text, "what it shall say")->required();
  });
  add_kind(commands, edit, StoryEditKind::Choose, "read another version of a node", [](CLI::App& command, StoryEdit& one) {
    declare_node(command, one);
    command.add_option("version", one.version, "0 = as it was first told")->required();
  });
  add_kind(commands, edit, StoryEditKind::Lock, "keep the words of a node", declare_node);
  add_kind(commands, edit, StoryEditKind::Unlock, "let the words of a node change again", declare_node);
  add_kind(commands, edit, StoryEditKind::Rename, "give somebody or something another name", [](CLI::App& command, StoryEdit& one) {
    command.add_option("from", one.from, "the name now")->required();
    command.add_option("to", one.to, "the name then")->required();
  });
  add_kind(commands, edit, StoryEditKind::Note, "remember something beside the story or a node", [](CLI::App& command, StoryEdit& one) {
    command.add_option("text", one.text, "the note; empty takes it away")->required();
    command.add_option("--node", one.node, "its id; the whole story without it");
  });
  commands.add<EditOptions>("edits", "what was done to a story", declare_story, show_edits, story);
  commands.add<EditOptions>("undo", "take the last edit back", declare_story, undo, story);
  commands.add<EditOptions>("redo", "do again what was taken back last", declare_story, redo, story);
}

}  // namespace cineloom::cli
