#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <span>
#include <tuple>

#include "base/utf8.h"
#include "cli/internal/account_commands.h"
#include "cli/internal/commands.h"
#include "cli/internal/delivery_commands.h"
#include "cli/internal/mcp_command.h"
#include "cli/internal/webhook_commands.h"
#include "cli/interrupt.h"

namespace cineloom::cli {
namespace {

constexpr int kWrongArguments = 2;

std::filesystem::path own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path("cineloom") : path;
}

Expected<void> run_chosen(const CLI::App& app, const Commands& commands, Session& session) {
  CINELOOM_TRY(session.cancel.check());
  // A worker has no environment to find them by, and reads only what it is handed.
  if (!app.got_subcommand("worker")) { CINELOOM_TRY_ASSIGN(session.resources, find_resources(session.program)); }
  CINELOOM_TRY(commands.chosen()(session));
  return flush_output();
}

/// "cineloom story new" for its options; the deepest command that was named knows what it expects.
std::string help_of(const CLI::App& app) {
  std::string name = app.get_name().empty() ? "cineloom" : app.get_name();
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    name += " " + command->get_name();
  }
  return name + " --help";
}

/// Help and version are answers, anything else is a mistake in the arguments.
int end_of_parsing(const CLI::App& app, const CLI::ParseError& error, Format format) {
  if (error.get_exit_code() == 0) {
    app.exit(error);
    return std::cout.flush() ? 0 : 1;
  }
  report(Error(ErrorCode::InvalidArgument, error.what()).advise(fmt::format("'{}' says what is expected", help_of(app))), format);
  return kWrongArguments;
}

/// Names and sentences are kept and answered as UTF-8; only a path may be anything.
Expected<void> check_arguments(std::span<char*> arguments) {
  for (const char* argument : arguments) {
    std::error_code error;
    if (is_valid_utf8(argument) || std::filesystem::exists(argument, error)) continue;
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("the argument '{}' is not UTF-8 text", to_valid_utf8(argument)))
                               .advise("set the terminal to UTF-8 and type it again"));
  }
  return {};
}

}  // namespace

int run_command_line(int argc, char** argv) {
  std::ignore = std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is then an error like a full disk
  Session session{.data = default_data_folder(), .resources = {}, .program = own_program(), .cancel = cancel_on_interrupt()};
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  // Known before the parser knows it, because its own complaints are answers too.
  session.format = std::ranges::find(arguments, std::string_view("--json")) == arguments.end() ? Format::Text : Format::Json;
  CLI::App app("Cineloom: watches and reads films, learns your taste, recommends and says why, and lets stories move.", "cineloom");
  app.set_version_flag("--version", "cineloom " CINELOOM_VERSION);
  app.require_subcommand(1);
  bool is_json = false;
  app.add_option("--data", session.data, "folder of the library")->envname("CINELOOM_DATA")->capture_default_str();
  app.add_option("--store", session.store, "postgresql://user@host/database instead of a file in that folder; the password in ~/.pgpass")
      ->envname("CINELOOM_STORE");
  app.add_flag("--json", is_json, "answer in JSON");

  Commands commands(app);
  add_import_commands(commands);
  add_library_commands(commands);
  add_taste_commands(commands);
  add_feedback_commands(commands);
  add_webhook_commands(commands);
  add_eval_commands(commands);
  add_story_commands(commands);
  add_play_command(commands);
  add_story_edit_commands(commands);
  add_story_bible_commands(commands);
  add_what_if_commands(commands);
  add_llm_commands(commands);
  add_report_commands(commands);
  add_reading_commands(commands);
  add_privacy_commands(commands);
  add_account_commands(commands);
  add_key_commands(commands);
  add_service_commands(commands);
  add_delivery_commands(commands);
  add_mcp_command(commands);
  add_shell_commands(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return end_of_parsing(app, error, session.format); }
  if (const auto checked = check_arguments(arguments); !checked) {
    report(checked.error(), session.format);
    return kWrongArguments;
  }
  session.format = is_json ? Format::Json : Format::Text;
  const auto result = run_chosen(app, commands, session);
  return result ? 0 : report(result.error(), session.format);
}

}  // namespace cineloom::cli
