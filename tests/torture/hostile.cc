// A running server is given films and language models that are damaged in thousands of ways: it stays up, and the children that read them
// come and go alone.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "break_gguf.h"
#include "llm/gguf_writer.h"
#include "llm/model_home.h"
#include "store/sqlite_store.h"
#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;
using bench::ask;
using bench::ServerProcess;

constexpr std::size_t kTogether = 40;  // the queue remembers a hundred jobs
constexpr double kMostServerMb = 600;

/// A server that must not end, and whose children must.
class WatchedServer {
 public:
  explicit WatchedServer(const fs::path& data) : server_(program(), data) {}
  [[nodiscard]] int port() const { return server_.port(); }
  [[nodiscard]] bool is_up() const { return server_.is_ready(); }
  /// Children that are there; waits for those that are on their way out.
  [[nodiscard]] int children() const {
    const fs::path list = fmt::format("/proc/{}/task/{}/children", server_.process(), server_.process());
    int count = 0;
    for (int waits = 0; waits < 100; ++waits) {
      std::ifstream file(list);
      count = 0;
      for (std::string child; file >> child;) ++count;
      if (count == 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return count;
  }
  [[nodiscard]] double resident_mb() const { return server_.resident_mb(); }

 private:
  ServerProcess server_;
};

struct Seed {
  std::string ending;
  std::string bytes;
};

/// Short films of the usual kinds, made here. Errors: NotFound without ffmpeg.
Expected<std::vector<Seed>> make_seeds(const fs::path& folder) {
  constexpr std::array kKinds{std::pair("mp4", "-c:v libx264 -preset ultrafast -c:a aac"),
                              std::pair("mkv", "-c:v libx264 -preset ultrafast -c:a aac"),
                              std::pair("avi", "-c:v mjpeg -c:a pcm_s16le"),
                              std::pair("ts", "-c:v mpeg2video -c:a mp2"),
                              std::pair("webm", "-c:v libvpx -deadline realtime -c:a libopus"),
                              std::pair("mov", "-c:v mpeg4 -c:a aac")};
  std::vector<Seed> seeds;
  for (const auto& [ending, codecs] : kKinds) {
    const fs::path file = folder / fmt::format("seed.{}", ending);
    const std::string command = fmt::format(
        "ffmpeg -hide_banner -loglevel quiet -nostdin -y -f lavfi -i testsrc2=s=64x48:r=12:d=1 -f lavfi -i sine=440:d=1 -pix_fmt yuv420p {} -shortest {} >&2",
        codecs, file.string());
    if (std::system(command.c_str()) != 0) continue;  // a kind that this ffmpeg cannot write
    CINELOOM_TRY_ASSIGN(std::string bytes, read_file(file));
    seeds.push_back({.ending = ending, .bytes = std::move(bytes)});
  }
  if (seeds.empty()) return fail(ErrorCode::NotFound, "there is no ffmpeg to make films with");
  return seeds;
}

/// By turns: bytes changed anywhere, bytes changed where the head is, a huge number in place of a size, the film cut off, a piece moved.
std::string break_film(std::string bytes, int kind, Random& random) {
  const auto anywhere = [&](std::size_t limit) { return static_cast<std::size_t>(random.below(std::min(limit, bytes.size()))); };
  const auto change = [&](std::size_t limit, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) bytes[anywhere(limit)] = static_cast<char>(random());
  };
  switch (kind % 5) {
    case 0: change(bytes.size(), 1 + random.below(64)); break;
    case 1: change(600, 1 + random.below(6)); break;
    case 2:
      for (std::size_t at = anywhere(bytes.size()), i = 0; i < 4 && at + i < bytes.size(); ++i) {
        bytes[at + i] = static_cast<char>(i == 0 ? random.below(256) : 0xFF);
      }
      break;
    case 3: bytes.resize(1 + anywhere(bytes.size() - 1)); break;
    default: {
      const std::size_t from = anywhere(bytes.size());
      const std::size_t size = std::min<std::size_t>(bytes.size() - from, 1 + random.below(2000));
      bytes.insert(anywhere(bytes.size()), bytes.substr(from, size));
    }
  }
  return bytes;
}

struct Outcome {
  int given = 0;
  int ended = 0;
  int done = 0;
  std::string fault;
};

/// Asks for analyses of films that the library has and waits until each has ended; bounded by five minutes.
void analyse_all(const WatchedServer& server, const std::vector<FilmId>& films, Outcome& outcome) {
  for (const FilmId film : films) {
    const std::string answer = ask(server.port(), "POST", fmt::format("/api/v1/films/{}/analysis", film.number()));
    if (!answer.starts_with("HTTP/1.1 202") && outcome.fault.empty()) outcome.fault = "an analysis was refused: " + answer.substr(0, 200);
  }
  std::string jobs;
  for (int waits = 0; waits < 6000; ++waits) {
    jobs = ask(server.port(), "GET", "/api/v1/jobs");
    if (jobs.empty() || (!jobs.contains("\"state\":\"waiting\"") && !jobs.contains("\"state\":\"running\""))) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  outcome.given += static_cast<int>(films.size());
  if (jobs.empty() || jobs.contains("\"state\":\"waiting\"") || jobs.contains("\"state\":\"running\"")) {
    if (outcome.fault.empty()) outcome.fault = "films that got no verdict";
    return;
  }
  outcome.ended += static_cast<int>(films.size());
}

Expected<std::vector<FilmId>> add_films(const fs::path& data, const fs::path& place) {
  CINELOOM_TRY_ASSIGN(const auto store, open_sqlite_store(data));
  std::vector<FilmId> films;
  for (std::size_t i = 0; i < kTogether; ++i) {
    CINELOOM_TRY_ASSIGN(const FilmId film,
                        store->put_film({.key = fmt::format("hostile-{}", i), .title = {.english = fmt::format("Hostile {}", i)}, .year = 2000}));
    CINELOOM_TRY(store->put_files({.film = film, .video = (place / fmt::format("film-{}", i)).string()}));
    films.push_back(film);
  }
  return films;
}

Expected<Outcome> give_films(int count) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  CINELOOM_TRY_ASSIGN(const auto seeds, make_seeds(folder.path()));
  CINELOOM_TRY_ASSIGN(const std::vector<FilmId> films, add_films(folder.path() / "library", folder.path()));
  Random random(77);
  Outcome outcome;
  const WatchedServer server(folder.path() / "library");
  for (int number = 0; number < count;) {
    std::vector<FilmId> batch;
    for (; batch.size() < films.size() && number < count; ++number) {
      const Seed& seed = seeds[static_cast<std::size_t>(number) % seeds.size()];
      CINELOOM_TRY(write_file(folder.path() / fmt::format("film-{}", batch.size()), break_film(seed.bytes, number, random)));
      batch.push_back(films[batch.size()]);
    }
    analyse_all(server, batch, outcome);
    if (!server.is_up()) outcome.fault = fmt::format("the server is gone after {} films", number);
    if (!outcome.fault.empty()) break;
  }
  if (server.children() > 0 && outcome.fault.empty()) outcome.fault = "a child that reads films is left";
  if (server.resident_mb() > kMostServerMb && outcome.fault.empty()) outcome.fault = fmt::format("the server has grown to {:.0f} MB", server.resident_mb());
  return outcome;
}

Expected<Outcome> give_models(int count) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY(make_small_library(data, 1));
  CINELOOM_TRY(llm::write_random_llama(folder.path() / "good.gguf", {}, llm::WeightType::F32, 1));
  CINELOOM_TRY_ASSIGN(const std::string good, read_file(folder.path() / "good.gguf"));
  const llm::ModelHome home = llm::home_of(data, CINELOOM_SOURCE_DIR, program());
  fs::create_directories(home.folder);
  Random random(9);
  Outcome outcome;
  const WatchedServer server(data);
  for (int number = 0; number < count && outcome.fault.empty(); ++number) {
    const fs::path file = folder.path() / fmt::format("model-{}.gguf", number);
    CINELOOM_TRY(write_file(file, bench::break_gguf(good, number, random)));
    CINELOOM_TRY(llm::write_choice(home, {.file = file.string(), .context = 256}));
    const std::string answer = ask(server.port(), "POST", "/v1/completions", R"({"prompt":"a","max_tokens":2})");
    ++outcome.given;
    outcome.ended += answer.contains("\r\n\r\n{") ? 1 : 0;
    outcome.done += answer.starts_with("HTTP/1.1 200") ? 1 : 0;
    if (outcome.ended < outcome.given) outcome.fault = fmt::format("model {} got no answer: {}", number, answer.substr(0, 200));
    if (!server.is_up()) outcome.fault = fmt::format("the server is gone after {} models", number);
    fs::remove(file);
  }
  if (server.resident_mb() > kMostServerMb && outcome.fault.empty()) outcome.fault = fmt::format("the server has grown to {:.0f} MB", server.resident_mb());
  return outcome;
}

void add_outcome(Report& report, const std::string& key, const Expected<Outcome>& outcome, std::string_view what) {
  if (!outcome) return report.add_missing(key, outcome.error().describe());
  report.add({.key = key,
              .value = static_cast<double>(outcome->ended) / std::max(outcome->given, 1) - (outcome->fault.empty() ? 0 : 1),
              .n = static_cast<std::uint64_t>(outcome->given),
              .note = outcome->fault.empty() ? std::string(what) : outcome->fault,
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
}

}  // namespace

void measure_hostile(Report& report) {
  add_outcome(report, "hostile_films_survived", give_films(is_short() ? 20 : 2000),
              "changed bytes, false sizes, cut off, pieces moved, in six formats: each has a verdict, the server stays up and small, no child is left");
  add_outcome(report, "hostile_models_survived", give_models(is_short() ? 16 : 1000),
              "chosen in a running server and asked: each is answered or refused, the server stays up");
}

}  // namespace cineloom::torture
