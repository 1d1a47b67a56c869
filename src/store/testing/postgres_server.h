#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/files.h"
#include "store/store_address.h"

namespace cineloom::testing {

/// A PostgreSQL server of its own for tests, with fsync on, on a Unix socket in a temporary folder that goes with it. It refuses to run
/// as root, so root runs it as "postgres" or "nobody". It is stopped by its own pid, also when the test program dies.
class PostgresServer {
 public:
  /// Where its files lie: in memory, as a test kills processes and not machines; on a disk for whoever measures.
  enum class Place { Memory, Disk };
  /// Errors: NotFound where the programs are not installed; Unavailable if it does not start.
  static Expected<std::unique_ptr<PostgresServer>> start(Place place = Place::Memory) {
    const auto programs = find_programs();
    if (!programs) return fail(ErrorCode::NotFound, "PostgreSQL is not installed: there is no /usr/lib/postgresql/*/bin/initdb");
    CINELOOM_TRY_ASSIGN(TemporaryFolder folder, make_folder(place));
    std::unique_ptr<PostgresServer> server(new PostgresServer(*programs, std::move(folder)));
    CINELOOM_TRY(server->hand_over_folder());
    const std::string data = (server->folder_.path() / "data").string();
    CINELOOM_TRY(server->run("initdb", {"-D", data, "-U", "cineloom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"}));
    CINELOOM_TRY(server->launch());
    return server;
  }
  ~PostgresServer() { stop(SIGQUIT); }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// The address of a new, empty place for tables: a schema, which is made a hundred times as fast as a database.
  Expected<std::string> add_library() {
    const std::string name = "library" + std::to_string(++libraries_);
    std::string host = folder_.path().string();
    for (std::size_t at = 0; (at = host.find('/', at)) != std::string::npos; at += 3) host.replace(at, 1, "%2F");
    const std::string address = fmt::format("postgresql://cineloom@{}/postgres?options=-csearch_path%3D{}", host, name);
    CINELOOM_TRY(sql(address, "CREATE SCHEMA " + name));
    return address;
  }
  /// Runs SQL from outside.
  Expected<void> sql(const std::string& address, const std::string& text) {
    return run("psql", {"-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", text});
  }
  /// What a question gives, one value.
  Expected<std::string> ask(const std::string& address, const std::string& text) {
    const std::string answer = (folder_.path() / "answer").string();
    CINELOOM_TRY(run("psql", {"-q", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-o", answer, "-c", text}));
    CINELOOM_TRY_ASSIGN(std::string value, read_file(answer));
    while (value.ends_with('\n')) value.pop_back();
    return value;
  }
  /// SIGKILL and SIGQUIT are crashes of the whole server, SIGINT is an orderly end.
  void stop(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  Expected<void> launch() {
    const std::string folder = folder_.path().string();
    const std::vector<std::string> arguments{"-D", folder + "/data",      "-k", folder,
                                             "-c", "listen_addresses=",   "-c", "max_connections=60",
                                             "-c", "shared_buffers=32MB", "-c", "recovery_init_sync_method=syncfs"};
    pid_ = spawn("postgres", arguments);
    // Some seconds on a busy machine, with what a crash left to be read again; it ends at once while processes of the last run still end.
    for (int i = 0; i < 3000; ++i) {
      if (run("pg_isready", {"-q", "-h", folder})) return {};
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = spawn("postgres", arguments);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return fail(ErrorCode::Unavailable, "the PostgreSQL server does not answer");
  }

 private:
  PostgresServer(std::filesystem::path programs, TemporaryFolder folder) : programs_(std::move(programs)), folder_(std::move(folder)) {}

  static Expected<TemporaryFolder> make_folder(Place place) {
    if (place == Place::Memory && ::access("/dev/shm", W_OK) == 0) return TemporaryFolder::create_in("/dev/shm", "cineloom-pg");
    return TemporaryFolder::create("cineloom-pg");
  }

  static std::optional<std::filesystem::path> find_programs() {
    namespace fs = std::filesystem;
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
      if (fs::exists(version.path() / "bin" / "initdb", error)) found.push_back(version.path() / "bin");
    }
    return found.empty() ? std::nullopt : std::optional(*std::ranges::max_element(found));
  }

  Expected<void> hand_over_folder() {
    if (::geteuid() != 0) return {};
    const passwd* user = ::getpwnam("postgres");
    if (user == nullptr) user = ::getpwnam("nobody");
    if (user == nullptr) return fail(ErrorCode::NotFound, "there is neither a user 'postgres' nor 'nobody' to run PostgreSQL");
    user_ = std::pair(user->pw_uid, user->pw_gid);
    if (::chown(folder_.path().c_str(), user_->first, user_->second) == 0) return {};
    return fail(ErrorCode::Unavailable, "the folder cannot be given to PostgreSQL's user");
  }

  /// Starts one of PostgreSQL's programs as its user.
  pid_t spawn(const std::string& program, const std::vector<std::string>& arguments) const {
    const std::string path = (programs_ / program).string();
    std::vector<char*> words{const_cast<char*>(path.c_str())};
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    const std::string log = (folder_.path() / (program + ".log")).string();
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    if (user_ && (::setgroups(0, nullptr) != 0 || ::setgid(user_->second) != 0 || ::setuid(user_->first) != 0)) ::_exit(127);
    ::prctl(PR_SET_PDEATHSIG, SIGINT);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(output, 1);
    ::dup2(output, 2);
    if (::chdir(folder_.path().c_str()) == 0) ::execv(path.c_str(), words.data());
    ::_exit(127);
  }
  Expected<void> run(const std::string& program, const std::vector<std::string>& arguments) const {
    int status = 0;
    ::waitpid(spawn(program, arguments), &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return fail(ErrorCode::Unavailable, fmt::format("{} failed: {}", program, read_file(folder_.path() / (program + ".log")).value_or("")));
  }

  std::filesystem::path programs_;
  TemporaryFolder folder_;
  std::optional<std::pair<uid_t, gid_t>> user_;
  pid_t pid_ = 0;
  int libraries_ = 0;
};

/// One server for all tests of a program, each of which takes a database of its own; or why there is none.
inline Expected<std::unique_ptr<PostgresServer>>& shared_postgres() {
  static auto server = PostgresServer::start();
  return server;
}

/// Why no store on PostgreSQL can be tested here; empty = it can.
inline std::string why_no_postgres() {
  // An address at which there is nothing: without libpq it is refused before anybody looks.
  if (open_store("postgresql:///none?host=/nonexistent").error().code() == ErrorCode::InvalidArgument) return "this program was built without libpq";
  return shared_postgres() ? std::string() : shared_postgres().error().describe();
}

}  // namespace cineloom::testing
