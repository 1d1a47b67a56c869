// Strangers try passwords a hundred times a second, each from an address of its own: what do the others notice?
#include <fmt/format.h>

#include <array>
#include <thread>

#include "accounts/accounts.h"
#include "base/files.h"
#include "http_load.h"
#include "made_library.h"
#include "parts.h"
#include "server_process.h"

namespace cineloom::bench {
namespace {

using namespace std::chrono_literals;

const std::string kProgram = std::string(CINELOOM_BINARY_DIR) + "/cineloom";
constexpr LibrarySize kLibrary{.films = 500, .viewers = 100, .ratings = 5'000};
constexpr int kRounds = 7;
constexpr double kRequestsPerSecond = 200;
constexpr double kGuessesPerSecond = 100;
constexpr std::size_t kRequests = 600;   // three seconds
constexpr std::size_t kGuesses = 320;    // a little more than three seconds

/// "GET ... HTTP/1.1" with one more header.
std::string with_header(std::string request, const std::string& header) {
  request.insert(request.find("\r\n") + 2, header + "\r\n");
  return request;
}

/// What a page asks for, with a token, by turns.
Load requests(int port, const std::string& token) {
  return {.port = port,
          .connections = 16,
          .per_second = kRequestsPerSecond,
          .count = kRequests,
          .patience = 20s,
          .request =
              [=](std::size_t i) {
                const std::array paths = {std::string("/api/v1/films?limit=20"), fmt::format("/api/v1/viewers/{}/recommendations", 1 + i % 100),
                                          fmt::format("/api/v1/viewers/{}/events", 1 + i % 100), std::string("/api/v1/session")};
                return with_header(wire_request("GET", port, paths[i % paths.size()]), "Authorization: Bearer " + token);
              },
          .is_right = [](std::size_t, std::string_view answer) { return answer.starts_with("HTTP/1.1 200"); }};
}

/// Guesses for names by turns known and not, each from another network, so that no limit but that of hashing holds.
Load guesses(int port, int round) {
  return {.port = port,
          .connections = 32,
          .per_second = kGuessesPerSecond,
          .count = kGuesses,
          .patience = 20s,
          .request =
              [=](std::size_t i) {
                const std::string body = fmt::format(R"({{"name":"{}","password":"guess number {}"}})", i % 20 == 0 ? "chief" : fmt::format("name{}", i), i);
                const std::string from = fmt::format("X-Forwarded-For: 198.{}.{}.{}", 10 + round, i / 250, 1 + i % 250);
                return with_header(wire_request("POST", port, "/api/v1/session", body), from);
              },
          .is_right = [](std::size_t, std::string_view answer) { return answer.starts_with("HTTP/1.1 401") || answer.starts_with("HTTP/1.1 429"); }};
}

struct Round {
  double quiet_ms = 0;
  double flooded_ms = 0;
};

Expected<double> p99_of(const Load& load) {
  CINELOOM_TRY_ASSIGN(const LoadResult result, run_load(load));
  if (result.wrong > 0) return fail(ErrorCode::Internal, "a wrong answer: " + result.first_wrong);
  if (result.answered != load.count) return fail(ErrorCode::Unavailable, "not all requests were answered");
  return result.quantile(.99);
}

Expected<Round> measure_round(int port, const std::string& token, int number) {
  Round round;
  CINELOOM_TRY_ASSIGN(round.quiet_ms, p99_of(requests(port, token)));
  Expected<double> flood = 0;
  std::jthread strangers([&] { flood = p99_of(guesses(port, number)); });
  CINELOOM_TRY_ASSIGN(round.flooded_ms, p99_of(requests(port, token)));
  strangers.join();
  if (!flood) return fail_in(flood.error(), "the flood");
  return round;
}

/// An admin with the cost of hashing that everybody has, and a token for reading.
Expected<std::string> open_accounts(const std::filesystem::path& library) {
  CINELOOM_TRY_ASSIGN(const auto accounts, accounts::Accounts::open(library));
  CINELOOM_TRY_ASSIGN(const Account chief, accounts->add({.name = "chief", .role = Role::Admin, .password = Secret("violet anvil harbour")}, "console"));
  CINELOOM_TRY_ASSIGN(const auto given, accounts->add_token(chief, {.name = "bench", .scopes = {Scope::Read}, .lifetime = {}}, "console"));
  return std::string(given.token.reveal());
}

Expected<void> measure(Report& report) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create_in(CINELOOM_BINARY_DIR, "login-flood"));
  const auto library = folder.path() / "library";
  CINELOOM_TRY(make_library(library, kLibrary));
  CINELOOM_TRY_ASSIGN(const std::string token, open_accounts(library));
  const ServerProcess server(kProgram, library, {}, {"--proxy", "127.0.0.1"});
  CINELOOM_TRY(p99_of(requests(server.port(), token)));  // the model is loaded with the first question
  std::vector<double> quiet;
  std::vector<double> flooded;
  std::vector<double> ratios;
  for (int number = 0; number < kRounds; ++number) {
    CINELOOM_TRY_ASSIGN(const Round round, measure_round(server.port(), token, number));
    quiet.push_back(round.quiet_ms);
    flooded.push_back(round.flooded_ms);
    ratios.push_back(round.flooded_ms / round.quiet_ms);
  }
  report.add({.key = "login_flood_p99_ratio",
              .value = median(ratios),
              .unit = "x",
              .n = kRounds,
              .note = fmt::format("median of pairs; p99 of {} other requests a second {:.2f} ms, under {} guesses a second from as many networks {:.2f} ms",
                                  kRequestsPerSecond, median(quiet), kGuessesPerSecond, median(flooded)),
              .bound = Bound{.must = 1.10, .aim = 1.05}});
  return {};
}

}  // namespace

void measure_login_flood(Report& report) {
  if (const auto measured = measure(report); !measured) report.add_missing("login_flood_p99_ratio", measured.error().describe());
}

}  // namespace cineloom::bench
