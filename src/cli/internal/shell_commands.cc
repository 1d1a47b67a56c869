// What a shell and a reader of manuals need to know of the commands, made from the commands themselves.
#include "cli/command_tree.h"
#include "cli/internal/commands.h"

namespace cineloom::cli {
namespace {

OptionText text_of(const CLI::Option& option) {
  OptionText text{.names = {}, .value = option.get_type_size() == 0 ? std::string() : option.get_type_name(), .help = option.get_description()};
  for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  if (text.names.empty()) text.value = option.get_name(true);
  return text;
}

CommandText text_of(const CLI::App& command) {
  CommandText text{.name = command.get_name(), .help = command.get_description(), .options = {}, .commands = {}};
  for (const CLI::Option* option : command.get_options()) text.options.push_back(text_of(*option));
  for (const CLI::App* child : command.get_subcommands([](const CLI::App*) { return true; })) {
    if (!child->get_group().empty()) text.commands.push_back(text_of(*child));
  }
  return text;
}

struct CompletionOptions {
  std::string shell;
};
struct ManualOptions {};

}  // namespace

void add_shell_commands(Commands& commands) {
  const CLI::App& app = commands.app();
  commands.add<CompletionOptions>(
      "completion", "write the completion of commands for a shell",
      [](CLI::App& command, CompletionOptions& options) {
        command.add_option("shell", options.shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
      },
      [&app](Session&, const CompletionOptions& options) -> Expected<void> {
        const CommandText program = text_of(app);
        print(options.shell == "fish" ? fish_completion(program) : options.shell == "zsh" ? zsh_completion(program) : bash_completion(program));
        return {};
      });
  commands.add<ManualOptions>(
      "man", "write the manual page", [](CLI::App&, ManualOptions&) {},
      [&app](Session&, const ManualOptions&) -> Expected<void> {
        print(manual_page(text_of(app), CINELOOM_VERSION));
        return {};
      });
}

}  // namespace cineloom::cli
