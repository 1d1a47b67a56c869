// A server process over the loopback, on a library of 100,000 films: answers under a load that does not wait for them, events by the
// hundred thousand, and what a thousand clients that only listen cost everybody else.
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <random>
#include <thread>

#include "base/files.h"
#include "http_load.h"
#include "loopback.h"
#include "made_library.h"
#include "parts.h"
#include "pipeline/cinema.h"
#include "server_process.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::string kProgram = std::string(CINELOOM_BINARY_DIR) + "/cineloom";
constexpr std::uint64_t kSeed = 20261127;
constexpr LibrarySize kLarge{.films = 100'000, .viewers = 2'000, .ratings = 150'000};
constexpr LibrarySize kSmall{.films = 2'000, .viewers = 500, .ratings = 40'000};
constexpr int kMostAsking = 500;  // viewers: their first answers take a while
constexpr int kFewAsking = 150;   // viewers, each of whom asks again before their answer may be made anew
constexpr int kListeners = 1'000;
constexpr int kUploads = 4;
constexpr int kEventsInUpload = 100'000;
constexpr int kEventsOfViewer = 1'000;
constexpr int kPosts = 4'000;
constexpr std::size_t kQuestionsPerEvent = 200;

bool is_picks(std::string_view answer) { return answer.starts_with("HTTP/1.1 200") && answer.contains("\"picks\":[{") && answer.contains("Made Film"); }

/// A load of recommendations for viewers drawn by seed.
Load recommendations(int port, int viewers, std::size_t count) {
  auto random = std::make_shared<std::mt19937_64>(kSeed);
  return {.port = port,
          .count = count,
          .request =
              [=](std::size_t) {
                return wire_request("GET", port, fmt::format("/api/v1/viewers/{}/recommendations", 1 + (*random)() % static_cast<unsigned>(viewers)));
              },
          .is_right = [](std::size_t, std::string_view answer) { return is_picks(answer); }};
}

/// The same, with an event of a viewer drawn by seed in the place of every two-hundredth question.
Load active_recommendations(int port, int viewers, std::size_t count, std::string_view name) {
  Load load = recommendations(port, viewers, count);
  const auto random = std::make_shared<std::mt19937_64>(kSeed + 1);
  load.request = [=, ask = load.request, name = std::string(name)](std::size_t i) {
    if (i % kQuestionsPerEvent != 0) return ask(i);
    const auto body = fmt::format(R"({{"kind":"wish","film":"{}","event_id":"{}-{}"}})", 1 + (*random)() % 1000, name, i);
    return wire_request("POST", port, fmt::format("/api/v1/viewers/{}/events", 1 + (*random)() % static_cast<unsigned>(viewers)), body);
  };
  load.is_right = [](std::size_t i, std::string_view answer) { return i % kQuestionsPerEvent == 0 ? answer.starts_with("HTTP/1.1 201") : is_picks(answer); };
  return load;
}

/// Every viewer's first question, one after the other: nothing of the answers is known.
Expected<LoadResult> ask_everybody(int port, int viewers) {
  Load load = recommendations(port, viewers, static_cast<std::size_t>(viewers));
  load.request = [port](std::size_t i) { return wire_request("GET", port, fmt::format("/api/v1/viewers/{}/recommendations", 1 + i)); };
  load.patience = 300s;
  return run_load(load);
}

Expected<void> require_right(const LoadResult& result, std::string_view of) {
  if (result.wrong > 0) return fail(ErrorCode::Internal, fmt::format("{} of {} {} were wrong: {}", result.wrong, result.answered, of, result.first_wrong));
  return {};
}

void paced(Load& load) {
  load.per_second = 1'000;
  load.connections = 64;
  load.patience = 10s;
}

void add_load(Report& report, const std::string& key, const LoadResult& open, std::string_view what, std::size_t count) {
  report.add({.key = key,
              .value = open.quantile(.99),
              .unit = "ms",
              .n = count,
              .note = fmt::format(
                  "{}; from when a request was due, 10 s; median {:.2f} ms, 99.9 % {:.1f} ms; {} of {} answered after {:.1f} s, those without an answer "
                  "count until then",
                  what, open.quantile(.5), open.quantile(.999), open.answered, count, open.seconds),
              .bound = Bound{.must = 5, .aim = 1}});
}

Expected<void> measure_picks(Report& report, const LibrarySize& size, const fs::path& data) {
  const std::string suffix = fmt::format("_{}k", size.films / 1000);
  const int viewers = std::min(size.viewers, kMostAsking);
  const ServerProcess server(kProgram, data);
  CINELOOM_TRY_ASSIGN(const LoadResult first, run_load(recommendations(server.port(), viewers, 1)));
  CINELOOM_TRY(require_right(first, "first answers"));
  CINELOOM_TRY_ASSIGN(const LoadResult alone, ask_everybody(server.port(), viewers));
  CINELOOM_TRY(require_right(alone, "answers"));
  report.add({.key = "picks_alone_ms" + suffix,
              .value = alone.quantile(.5),
              .unit = "ms",
              .n = alone.answered,
              .note = fmt::format("median of {} viewers' first question, one at a time; p99 {:.1f} ms", viewers, alone.quantile(.99))});
  Load load = recommendations(server.port(), viewers, 10'000);
  paced(load);
  CINELOOM_TRY_ASSIGN(const LoadResult open, run_load(load));
  CINELOOM_TRY(require_right(open, "answers under load"));
  add_load(report, "p99_ms_1000rps" + suffix, open, "everybody who asks had asked once", load.count);
  for (const int acting : {viewers, kFewAsking}) {
    if (acting > viewers) continue;
    const std::string key = fmt::format("p99_ms_1000rps{}_active{}", suffix, acting == viewers ? "" : fmt::format("_{}", acting));
    Load active = active_recommendations(server.port(), acting, 10'000, key);
    paced(active);
    CINELOOM_TRY_ASSIGN(const LoadResult beside, run_load(active));
    CINELOOM_TRY(require_right(beside, "answers beside events"));
    add_load(report, key, beside, fmt::format("{} viewers with five events a second, each of which makes its viewer's answer anew", acting), active.count);
  }
  return {};
}

/// Clients that hang on the stream of events.
class Listeners {
 public:
  static Expected<Listeners> open(int port) {
    Listeners listeners;
    const std::string request = wire_request("GET", port, "/api/v1/events");
    for (int i = 0; i < kListeners; ++i) {
      CINELOOM_TRY_ASSIGN(FileDescriptor connection, connect_to_loopback(port));
      if (send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request)) return fail(ErrorCode::Unavailable, "cannot listen");
      listeners.connections_.push_back(std::move(connection));
    }
    std::this_thread::sleep_for(1s);
    if (const int greeted = listeners.heard(": hello\n\n"); greeted != kListeners)
      return fail(ErrorCode::Unavailable, fmt::format("only {} listeners were greeted", greeted));
    return listeners;
  }

  /// How many got these words since it was last asked and are still there.
  [[nodiscard]] int heard(std::string_view words) const {
    int count = 0;
    std::array<char, 4096> block{};
    for (const FileDescriptor& connection : connections_) {
      const ssize_t size = recv(connection.get(), block.data(), block.size(), 0);
      count += size > 0 && std::string_view(block.data(), static_cast<std::size_t>(size)).contains(words) ? 1 : 0;
    }
    return count;
  }

 private:
  std::vector<FileDescriptor> connections_;
};

/// A film's page, asked for at a steady pace.
Expected<LoadResult> ask_for_films(int port, std::size_t count) {
  const Load load{.port = port,
                  .connections = 4,
                  .per_second = 100,
                  .count = count,
                  .request = [port](std::size_t i) { return wire_request("GET", port, fmt::format("/api/v1/films/{}", 1 + i % kSmall.films)); },
                  .is_right =
                      [](std::size_t i, std::string_view answer) {
                        return answer.starts_with("HTTP/1.1 200") && answer.contains(fmt::format("Made Film {}", 1 + i % kSmall.films));
                      }};
  CINELOOM_TRY_ASSIGN(LoadResult result, run_load(load));
  CINELOOM_TRY(require_right(result, "films"));
  return result;
}

Expected<void> measure_listeners(Report& report, const LibrarySize&, const fs::path& data) {
  const ServerProcess server(kProgram, data);
  CINELOOM_TRY(ask_for_films(server.port(), 100));
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> added;
  double late = 0;
  for (int round = 0; round < 3; ++round) {
    CINELOOM_TRY_ASSIGN(const LoadResult before, ask_for_films(server.port(), 400));
    CINELOOM_TRY_ASSIGN(const Listeners listeners, Listeners::open(server.port()));
    CINELOOM_TRY_ASSIGN(const LoadResult beside, ask_for_films(server.port(), 1'500));
    if (const int alive = listeners.heard(": alive\n\n"); alive != kListeners)
      return fail(ErrorCode::Unavailable, fmt::format("only {} listeners heard a heartbeat", alive));
    without.push_back(before.quantile(.5));
    with.push_back(beside.quantile(.5));
    added.push_back(with.back() - without.back());
    late = std::max(late, beside.quantile(.99));
  }
  report.add(
      {.key = "idle_sse_added_ms",
       .value = median(added),
       .unit = "ms",
       .n = added.size(),
       .note = fmt::format("a film, 100 a second: median {:.3f} ms without and {:.3f} ms beside {} listeners, each through one heartbeat; p99 then {:.2f} ms",
                           median(without), median(with), kListeners, late),
       .bound = Bound{.must = 2, .aim = 1}});
  return {};
}

/// An upload of our own export with everybody's ratings of different films; no two uploads share a viewer.
std::string made_upload(int upload) {
  std::string text = "{\"cineloom_export\":1}\n";
  for (int i = 0; i < kEventsInUpload; ++i) {
    const std::string viewer = fmt::format("bulk {}-{}", upload, i / kEventsOfViewer);
    const int film = 1 + i % kSmall.films;
    text += fmt::format(
        R"({{"viewer":"{}","kind":"rate","value":{:.1f},"at":"2026-{:02}-{:02}T20:{:02}:00.000Z","key":"bench:{}:{}","film":{{"title":{{"english":"{}"}},"year":{}}}}})"
        "\n",
        viewer, .5 + i % 10 * .5, 1 + i % 10, 1 + i % 28, i % 60, upload, i, made_title(film), made_year(film));
  }
  return text;
}

Expected<void> measure_uploads(Report& report, int port) {
  std::vector<std::string> requests;
  for (int upload = 0; upload < kUploads; ++upload) requests.push_back(wire_request("POST", port, "/api/v1/imports?name=history.ndjson", made_upload(upload)));
  const std::string kept = fmt::format("\"events_new\":{},", kEventsInUpload);
  const Load load{
      .port = port,
      .connections = 2,
      .count = requests.size(),
      .patience = 120s,
      .request = [&](std::size_t i) { return requests[i]; },
      .is_right = [&](std::size_t,
                      std::string_view answer) { return answer.starts_with("HTTP/1.1 201") && answer.contains(kept) && answer.contains("\"films_new\":0,"); }};
  CINELOOM_TRY_ASSIGN(const LoadResult result, run_load(load));
  CINELOOM_TRY(require_right(result, "uploads"));
  if (result.answered != requests.size()) return fail(ErrorCode::Unavailable, "not all uploads were acknowledged");
  report.add({.key = "bulk_events_per_s",
              .value = kUploads * kEventsInUpload / result.seconds,
              .unit = "1/s",
              .n = static_cast<std::uint64_t>(kUploads) * kEventsInUpload,
              .note = fmt::format(
                  "ratings as NDJSON through POST /api/v1/imports, {} uploads of {} on two connections, acknowledged after commit, library of {} films",
                  kUploads, kEventsInUpload, kSmall.films),
              .bound = Bound{.must = 50'000, .aim = 100'000, .is_least = true}});
  return {};
}

Expected<void> measure_posts(Report& report, int port) {
  const Load load{.port = port,
                  .connections = 32,
                  .depth = 8,
                  .count = kPosts,
                  .patience = 120s,
                  .request =
                      [port](std::size_t i) {
                        const auto body = fmt::format(R"({{"kind":"rate","film":"{}","value":4,"event_id":"bench-{}"}})", 1 + i / kSmall.viewers, i);
                        return wire_request("POST", port, fmt::format("/api/v1/viewers/{}/events", 1 + i % kSmall.viewers), body);
                      },
                  .is_right = [](std::size_t, std::string_view answer) { return answer.starts_with("HTTP/1.1 201"); }};
  CINELOOM_TRY_ASSIGN(const LoadResult result, run_load(load));
  CINELOOM_TRY(require_right(result, "events"));
  if (result.answered != load.count) return fail(ErrorCode::Unavailable, "not all events were acknowledged");
  report.add({.key = "single_events_per_s",
              .value = static_cast<double>(result.answered) / result.seconds,
              .unit = "1/s",
              .n = result.answered,
              .note = fmt::format("one event a request, 32 connections with 8 requests under way each; p99 {:.0f} ms", result.quantile(.99))});
  return {};
}

Expected<void> measure_events(Report& report, const LibrarySize&, const fs::path& data) {
  {
    const ServerProcess server(kProgram, data);
    if (!server.is_ready()) return fail(ErrorCode::Unavailable, "the server did not get ready");
    CINELOOM_TRY(measure_posts(report, server.port()));
    CINELOOM_TRY(measure_uploads(report, server.port()));
  }
  CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = data, .resources = CINELOOM_SOURCE_DIR, .program = {}, .is_read_only = true, .now = {}}));
  CINELOOM_TRY_ASSIGN(const std::int64_t count, cinema->store().event_count());
  if (count < kPosts + std::int64_t{kUploads} * kEventsInUpload) return fail(ErrorCode::DataLoss, fmt::format("only {} events are in the store", count));
  return {};
}

/// Learning takes minutes, so the library is kept in the build folder; what is measured is a copy.
Expected<void> copy_library(const LibrarySize& size, const fs::path& data) {
  const fs::path kept = fs::path(CINELOOM_BINARY_DIR) / fmt::format("serving-library-{}", size.films);
  std::error_code error;
  if (!fs::exists(kept, error)) {
    CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create_in(CINELOOM_BINARY_DIR, "serving-made"));
    CINELOOM_TRY(make_library(folder.path() / "library", size));
    fs::rename(folder.path() / "library", kept, error);
  }
  if (!error) fs::copy(kept, data, fs::copy_options::recursive, error);
  return error ? Expected<void>(fail(ErrorCode::Unavailable, error.message())) : Expected<void>();
}

/// Runs `measure` on a copy of a library of that size.
void measure_on(const LibrarySize& size, Report& report, const char* key, Expected<void> (*measure)(Report&, const LibrarySize&, const fs::path&)) {
  const auto folder = TemporaryFolder::create_in(CINELOOM_BINARY_DIR, "serving");
  Expected<void> measured = folder ? copy_library(size, folder->path() / "library") : std::unexpected(folder.error());
  if (measured) measured = measure(report, size, folder->path() / "library");
  if (!measured) report.add_missing(key, measured.error().describe());
}

}  // namespace

void measure_bulk(Report& report) { measure_on(kSmall, report, "bulk_events_per_s", measure_events); }
void measure_idle(Report& report) { measure_on(kSmall, report, "idle_sse_added_ms", measure_listeners); }
void measure_small_load(Report& report) { measure_on(kSmall, report, "p99_ms_1000rps_2k", measure_picks); }
void measure_open_load(Report& report) { measure_on(kLarge, report, "p99_ms_1000rps_100k", measure_picks); }

}  // namespace cineloom::bench
