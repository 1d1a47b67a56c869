#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "cli/session.h"

/// The commands by subject; each function adds its own to the parser. A command is a parser and what runs when it was chosen.
namespace cineloom::cli {

using Action = std::function<Expected<void>(Session&)>;

/// Collects the commands and remembers the chosen one.
class Commands {
 public:
  explicit Commands(CLI::App& app) : app_(app) {}

  /// Adds a command whose options live in one shared value of type Options; `run` gets it filled.
  template <class Options>
  void add(const std::string& name, const std::string& help, std::function<void(CLI::App&, Options&)> declare,
           std::function<Expected<void>(Session&, const Options&)> run, CLI::App* parent = nullptr) {
    CLI::App* command = (parent == nullptr ? app_ : *parent).add_subcommand(name, help);
    command->fallthrough();
    // Shared by the parser, which fills it, and the action, which reads it.
    const auto options = std::make_shared<Options>();
    declare(*command, *options);
    command->callback([this, options, run] { chosen_ = [options, run](Session& session) { return run(session, *options); }; });
  }

  /// The group of this name; several subjects may add to one, and its help is the first one's.
  CLI::App* group(const std::string& name, const std::string& help) {
    for (CLI::App* known : app_.get_subcommands({})) {
      if (known->get_name() == name) return known;
    }
    CLI::App* command = app_.add_subcommand(name, help);
    command->fallthrough();
    command->require_subcommand(1);
    return command;
  }

  [[nodiscard]] const Action& chosen() const { return chosen_; }
  [[nodiscard]] const CLI::App& app() const { return app_; }

 private:
  CLI::App& app_;
  Action chosen_;
};

void add_library_commands(Commands& commands);
void add_import_commands(Commands& commands);
void add_taste_commands(Commands& commands);
void add_feedback_commands(Commands& commands);
void add_eval_commands(Commands& commands);
void add_story_commands(Commands& commands);
void add_play_command(Commands& commands);
void add_story_edit_commands(Commands& commands);
void add_story_bible_commands(Commands& commands);
void add_what_if_commands(Commands& commands);
void add_llm_commands(Commands& commands);
void add_report_commands(Commands& commands);
void add_reading_commands(Commands& commands);
void add_privacy_commands(Commands& commands);
void add_key_commands(Commands& commands);
void add_service_commands(Commands& commands);
void add_shell_commands(Commands& commands);

}  // namespace cineloom::cli
