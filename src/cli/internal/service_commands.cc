#include <fmt/format.h>

#include "accounts/password_worker.h"
#include "base/json_text.h"
#include "cli/demo.h"
#include "cli/internal/commands.h"
#include "cli/internal/key_options.h"
#include "cli/interrupt.h"
#include "llm/worker.h"
#include "pipeline/detail_keeper.h"
#include "pipeline/privacy.h"
#include "pipeline/shared_job_queue.h"
#include "pipeline/worker.h"
#include "serve/server.h"
#include "store/sealing.h"
#include "store/shared_work.h"

namespace cineloom::cli {
namespace {

namespace fs = std::filesystem;

struct ServeOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8787;
  int drain_seconds = 5;
  std::string public_url;
  std::string proxy;
  bool is_served = true;
  bool leaves_jobs = false;
  int detail_days = 0;
};

/// On standard error, so that what is piped into a program holds no secret.
void tell_setup_token(const std::string& page, std::string_view token) {
  if (token.empty()) return;
  const std::string text = fmt::format("no account may come in yet: make the first one at {}#/setup with this token, which is good once\n  {}\n", page, token);
  std::ignore = std::fputs(text.c_str(), stderr);
}

std::string page_of(const ServeOptions& options, std::uint16_t port) {
  if (options.public_url.empty()) return fmt::format("http://{}:{}/", options.address, port);
  return options.public_url.ends_with('/') ? options.public_url : options.public_url + "/";
}

Expected<void> serve_until_interrupted(Session& session, Cinema& cinema, const ServeOptions& options) {
  serve::ServerOptions server_options{.http = {.address = options.address,
                                               .port = options.port,
                                               .drain = std::chrono::seconds(options.drain_seconds),
                                               .public_url = options.public_url,
                                               .proxy = options.proxy},
                                      .web = session.resources / "web" / "dist",
                                      .openapi = session.resources / "api" / "openapi.yaml",
                                      .accounts = {.program = session.program},
                                      .leaves_jobs = options.leaves_jobs};
  CINELOOM_TRY_ASSIGN(const auto server, serve::Server::start(cinema, server_options));
  std::optional<DetailKeeper> keeper;
  if (options.detail_days > 0) keeper.emplace(cinema, std::chrono::days(options.detail_days));
  const std::string page = page_of(options, server->port());
  tell_setup_token(page, server->setup_token());
  print(session.format == Format::Json ? fmt::format("{{\"page\":\"{}\"}}\n", page) : fmt::format("{} {}   (stop with Ctrl-C)\n", bold("open"), page));
  std::ignore = std::fflush(stdout);  // whoever waits for this line may read through a pipe
  wait_for_interrupt();
  return {};
}

Expected<void> serve_library(Session& session, const ServeOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Serve));
  return serve_until_interrupted(session, *cinema, options);
}

Expected<void> demo(Session& session, const ServeOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY(tell_demo(session, *cinema));
  if (!options.is_served) return {};
  return serve_until_interrupted(session, *cinema, options);
}

void declare_server(CLI::App& command, ServeOptions& options) {
  command.add_option("--address", options.address, "to listen on")->capture_default_str();
  command.add_option("--port", options.port, "to listen on; 0 = any free one")->capture_default_str();
  command.add_option("--drain", options.drain_seconds, "seconds that what was begun may take once the server is stopped")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command.add_option("--public-url", options.public_url, "where a proxy serves this, as https://films.example.org/cinema; then everybody signs in");
  command.add_option("--proxy", options.proxy, "the proxy's address, which is believed about who asks");
  command.add_option("--keep-details", options.detail_days, "days after which details of events and lists go, looked at once a day; 0 = they are kept")
      ->check(CLI::Range(0, 36500))
      ->capture_default_str();
  command.add_flag("--no-jobs", options.leaves_jobs, "with --store: leave analyses and trainings to cineloom worker");
}

struct WorkerOptions {
  std::string kind;
  int lease_seconds = 30;
};

/// Takes jobs from the store until somebody interrupts.
Expected<void> work_for_nodes(const Session& session, const WorkerOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  SharedWork* const shared = shared_work(cinema->store());
  if (shared == nullptr) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "a library in a file has no jobs for other programs; its server does them")
                               .advise("name the database that the servers share: --store postgresql://user@host/database"));
  }
  const SharedJobQueue queue(*shared, {.now = [&cinema] { return cinema->now(); },
                                       .listener = {},
                                       .runner = runner_of(*cinema),
                                       .on_library_change = {},
                                       .lease = std::chrono::seconds(options.lease_seconds)});
  print(session.format == Format::Json ? "{\"works\":true}\n" : "working   (stop with Ctrl-C)\n");
  std::ignore = std::fflush(stdout);  // whoever waits for this line may read through a pipe
  wait_for_interrupt();
  return {};
}

Expected<void> work(const Session& session, const WorkerOptions& options) {
  if (options.kind == "llm") return llm::run_llm_worker();
  if (options.kind == "password") return accounts::run_password_worker();
  return options.kind == "media" ? run_media_worker() : work_for_nodes(session, options);
}

struct DoctorOptions {};

std::string found_or_missing(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) ? path.string() : path.string() + "  MISSING";
}

/// One finding after the other as text, or all of them as one object.
void print_findings(const Session& session, const std::vector<std::pair<std::string, std::string>>& findings) {
  std::string text;
  for (const auto& [name, value] : findings) {
    text += session.format == Format::Text ? fmt::format("{:<10} {}\n", name, value)
                                           : fmt::format("{}{}:{}", text.empty() ? "{" : ",", json_string(name), json_string(value));
  }
  print(session.format == Format::Text ? text : text + "}\n");
}

Expected<std::size_t> films_of_whole_library(const Session& session) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY(cinema->store().check());
  CINELOOM_TRY_ASSIGN(const auto films, cinema->store().all_films());
  return films.size();
}

std::string describe_sealing(const Session& session) {
  if (!session.store.empty()) return "none: the server's disk is to be encrypted";
  const auto status = sealing_status(session.data);
  if (!status || status->sealing == Sealing::None) return "none: cineloom keys seal";
  return status->failure.empty() ? "what is kept of viewers is sealed" : status->failure;
}

Expected<void> doctor(Session& session, const DoctorOptions&) {
  const auto films = films_of_whole_library(session);
  print_findings(session, {{"program", session.program.string()},
                           {"data", session.data.string()},
                           {"models", found_or_missing(session.resources / "models")},
                           {"web", found_or_missing(session.resources / "web" / "dist" / "index.html")},
                           {"sandbox", describe_sandbox()},
                           {"llama", llm::describe_llama()},
                           {"sealing", describe_sealing(session)},
                           {"library", films ? fmt::format("{} films, whole", *films) : films.error().describe()}});
  if (!films) return std::unexpected(films.error());
  return {};
}

struct BackupOptions {
  std::string target;
  privacy::KeyChoice key;
};

/// A copy is worth nothing without the key that the library was sealed with.
std::string library_key_note(const Session& session) {
  const auto status = sealing_status(session.data);
  return status && status->sealing != Sealing::None ? "; it opens with the library's own key only, which is not in it" : "";
}

Expected<void> backup(Session& session, const BackupOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY(back_up(*cinema, options.target, options.key, session.cancel));
  print(session.format == Format::Json
            ? fmt::format("{{\"backup\":{},\"sealed\":{}}}\n", json_string(options.target), !options.key.is_none())
            : fmt::format("backed up to {}{}{}\n", options.target, options.key.is_none() ? "" : ", sealed", library_key_note(session)));
  return {};
}

struct RestoreOptions {
  std::string copy;
  bool is_replacing = false;
  privacy::KeyChoice key;
};

Expected<void> restore_library(Session& session, const RestoreOptions& options) {
  const Replacing replacing = options.is_replacing ? Replacing::Yes : Replacing::No;
  CINELOOM_TRY_ASSIGN(const RestoreReceipt receipt, restore(options.copy, session.data, options.key, replacing, session.cancel));
  print(
      session.format == Format::Json
          ? fmt::format("{{\"films\":{},\"viewers\":{},\"events\":{},\"has_ledger\":{}}}\n", receipt.films, receipt.viewers, receipt.events, receipt.has_ledger)
          : fmt::format("{} films, {} viewers and {} events are back in '{}'\n{}", receipt.films, receipt.viewers, receipt.events, session.data.string(),
                        receipt.has_ledger ? "" : "what the library before had told of its viewers could not be read: 'privacy budget' does not know it\n"));
  return {};
}

}  // namespace

void add_service_commands(Commands& commands) {
  commands.add<ServeOptions>("serve", "serve the web page and the interface", declare_server, serve_library);
  commands.add<ServeOptions>(
      "demo", "the whole loop on the demo library, told as a story",
      [](CLI::App& command, ServeOptions& options) {
        options.is_served = false;
        command.add_flag("--serve", options.is_served, "keep serving the page afterwards");
        declare_server(command, options);
      },
      demo);
  commands.add<WorkerOptions>(
      "worker", "take jobs of servers that share a store",
      [](CLI::App& command, WorkerOptions& options) {
        // The program starts itself with these, confined; people do not.
        command.add_option("kind", options.kind, "media, llm or password: used by the program itself")->check(CLI::IsMember({"media", "llm", "password"}));
        command.add_option("--lease", options.lease_seconds, "seconds after which another one takes up the job of a worker that died")
            ->check(CLI::Range(1, 3600))
            ->capture_default_str();
      },
      [](Session& session, const WorkerOptions& options) { return work(session, options); });
  commands.add<DoctorOptions>("doctor", "check the installation", [](CLI::App&, DoctorOptions&) {}, doctor);
  commands.add<BackupOptions>(
      "backup", "copy the library's store while it is in use",
      [](CLI::App& command, BackupOptions& options) {
        command.add_option("target", options.target, "a new file")->required();
        declare_key(command, options.key, "seal the copy");
      },
      backup);
  commands.add<RestoreOptions>(
      "restore", "put a copy in the library's place",
      [](CLI::App& command, RestoreOptions& options) {
        command.add_option("copy", options.copy, "that backup made")->required();
        command.add_flag("--replace", options.is_replacing, "give up the library that is there");
        declare_key(command, options.key, "open a sealed copy");
      },
      restore_library);
}

}  // namespace cineloom::cli
