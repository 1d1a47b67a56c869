#include "cli/command_line.h"

#include "cli/interrupt.h"
#include "cli/internal/commands.h"

namespace cineloom::cli {
namespace {

std::filesystem::path own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path("cineloom") : path;
}

Expected<void> run_chosen(const Commands& commands, Session& session) {
  CINELOOM_TRY_ASSIGN(session.resources, find_resources(session.program));
  return commands.chosen()(session);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  Session session{.data = default_data_folder(), .resources = {}, .program = own_program(), .cancel = {}};
  CLI::App app("Cineloom: watches and reads films, learns your taste, recommends and says why, and lets stories move.");
  app.set_version_flag("--version", "cineloom " CINELOOM_VERSION);
  app.require_subcommand(1);
  bool is_json = false;
  app.add_option("--data", session.data, "folder of the library")->envname("CINELOOM_DATA")->capture_default_str();
  app.add_flag("--json", is_json, "answer in JSON");

  Commands commands(app);
  add_library_commands(commands);
  add_taste_commands(commands);
  add_feedback_commands(commands);
  add_story_commands(commands);
  add_service_commands(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  session.format = is_json ? Format::Json : Format::Text;
  session.cancel = cancel_on_interrupt();
  const auto result = run_chosen(commands, session);
  return result ? 0 : report(result.error(), session.format);
}

}  // namespace cineloom::cli
