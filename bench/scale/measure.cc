#include "measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <random>

#include "report.h"
#include "store/shared_work.h"
#include "store/store_address.h"
#include "store/testing/postgres_server.h"

namespace cineloom::bench {
namespace {

using Clock = std::chrono::steady_clock;
using cineloom::testing::PostgresServer;

constexpr int kFilms = 2000;
constexpr int kBulk = 1000;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double resident_bytes() {
  std::ifstream status("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  status >> pages >> resident;
  return resident * 4096;
}

/// A store with films and viewers, and events as they would come.
struct Crowd {
  std::unique_ptr<Store> store;
  std::vector<FilmId> films;
  std::vector<ViewerId> viewers;

  [[nodiscard]] Event event(int viewer, int number) const {
    // Few films are seen by many: the square of an even draw.
    std::mt19937_64 random(static_cast<std::uint64_t>(viewer) * 1'000'003 + static_cast<std::uint64_t>(number));
    const double draw = std::uniform_real_distribution<double>(0, 1)(random);
    return {.viewer = viewers[static_cast<std::size_t>(viewer)],
            .film = films[static_cast<std::size_t>(draw * draw * static_cast<double>(films.size()))],
            .kind = EventKind::Rate,
            .value = 0.5 * static_cast<double>(1 + random() % 10),
            .at = Timestamp(std::chrono::seconds(1'700'000'000 + number * 60)),
            .key = fmt::format("cineloom:rate:{}", number),
            .origin = "cineloom"};
  }
};

/// As long as those of a catalogue: two titles, people and a synopsis.
Film made_film(int number) {
  static constexpr std::array kWords = {"harbour", "winter",  "letter",   "stranger", "garden", "promise",
                                        "train",   "silence", "daughter", "island",   "war",    "music"};
  std::mt19937_64 random(static_cast<std::uint64_t>(number));
  const auto words = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("{}{}{}", text.empty() ? "" : " ", kWords[random() % kWords.size()], random() % 500);
    return text;
  };
  return {.key = fmt::format("film-{}", number),
          .title = {.original = words(3), .english = words(3), .chinese = fmt::format("第{}号电影", number)},
          .year = 1950 + number % 70,
          .genres = {"drama", "war"},
          .directors = {words(2)},
          .cast = {words(2), words(2), words(2), words(2)},
          .synopsis = words(60)};
}

Expected<Crowd> make_crowd(const std::string& address, int viewers, int films_wanted) {
  Crowd made;
  CINELOOM_TRY_ASSIGN(made.store, open_store(address));
  ImportBatch batch{.source = "made"};
  for (int i = 0; i < films_wanted; ++i) batch.films.push_back(made_film(i));
  for (int i = 0; i < viewers; ++i) batch.viewers.push_back({.name = fmt::format("viewer number {}", i)});
  Progress progress;
  CINELOOM_TRY(made.store->apply_import(batch, Timestamp(), progress, CancelToken()));
  CINELOOM_TRY_ASSIGN(const auto films, made.store->all_films());
  for (const Film& film : films) made.films.push_back(film.id);
  CINELOOM_TRY_ASSIGN(const auto known, made.store->viewers());
  for (const Viewer& viewer : known) made.viewers.push_back(viewer.id);
  return made;
}

/// Calls `work` with 0 .. count-1 on some threads; gives calls a second. Errors: the first of them.
Expected<double> rate_of(int threads, int count, const std::function<Expected<void>(int)>& work) {
  const auto begin = Clock::now();
  std::vector<std::future<Expected<void>>> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.push_back(std::async(std::launch::async, [&, thread]() -> Expected<void> {
      for (int i = thread; i < count; i += threads) CINELOOM_TRY(work(i));
      return {};
    }));
  }
  Expected<void> all;
  for (auto& one : running) {
    if (auto result = one.get(); !result) all = result;
  }
  if (!all) return std::unexpected(all.error());
  return count / seconds_since(begin);
}

/// Events a second; each viewer's come in their order, in calls of a thousand.
Expected<double> tell_in_bulk(const Crowd& audience, int events_each) {
  const int events = static_cast<int>(audience.viewers.size()) * events_each;
  CINELOOM_TRY_ASSIGN(const double calls, rate_of(4, (events + kBulk - 1) / kBulk, [&](int call) -> Expected<void> {
                        std::vector<Event> told;
                        for (int i = call * kBulk; i < std::min((call + 1) * kBulk, events); ++i)
                          told.push_back(audience.event(i / events_each, i % events_each));
                        CINELOOM_TRY(audience.store->append_events(told));
                        return {};
                      }));
  return calls * kBulk;
}

}  // namespace

struct Laboratory::Parts {
  std::unique_ptr<PostgresServer> server;

  Expected<double> number(const std::string& address, const std::string& text) {
    CINELOOM_TRY_ASSIGN(const std::string answer, server->ask(address, text));
    double value = 0;
    std::from_chars(answer.data(), answer.data() + answer.size(), value);
    return value;
  }
  Expected<double> bytes_of(const std::string& address, const std::string& table) {
    return number(address, fmt::format("SELECT pg_total_relation_size('{}')", table));
  }
};

Laboratory::Laboratory(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Laboratory::~Laboratory() = default;

Expected<std::unique_ptr<Laboratory>> Laboratory::open() {
  auto parts = std::make_unique<Parts>();
  CINELOOM_TRY_ASSIGN(parts->server, PostgresServer::start(PostgresServer::Place::Disk));
  return std::unique_ptr<Laboratory>(new Laboratory(std::move(parts)));
}

Expected<Constants> Laboratory::measure() {
  constexpr int kViewers = 2000;
  constexpr int kEventsEach = 50;
  constexpr int kSingle = 4000;
  constexpr int kJobs = 500;
  Constants constants;
  CINELOOM_TRY_ASSIGN(const std::string address, parts_->server->add_library());
  CINELOOM_TRY_ASSIGN(const Crowd audience, make_crowd(address, kViewers, kFilms));
  CINELOOM_TRY_ASSIGN(constants.bulk_events_per_s, tell_in_bulk(audience, kEventsEach));
  CINELOOM_TRY_ASSIGN(const double event_bytes, parts_->bytes_of(address, "events"));
  CINELOOM_TRY_ASSIGN(const double viewer_bytes, parts_->bytes_of(address, "viewers"));
  constants.event_bytes = event_bytes / (kViewers * kEventsEach);
  constants.viewer_bytes = viewer_bytes / kViewers;
  CINELOOM_TRY_ASSIGN(const double film_bytes, parts_->bytes_of(address, "films"));
  constexpr int kMoreFilms = 8000;
  CINELOOM_TRY_ASSIGN(const std::string larger, parts_->server->add_library());
  CINELOOM_TRY(make_crowd(larger, 1, kMoreFilms));
  CINELOOM_TRY_ASSIGN(const double more_bytes, parts_->bytes_of(larger, "films"));
  constants.item_bytes = (more_bytes - film_bytes) / (kMoreFilms - kFilms);
  constants.words_bytes = std::max(0.0, film_bytes - kFilms * constants.item_bytes);
  {
    const double before = resident_bytes();
    CINELOOM_TRY_ASSIGN(const auto all, audience.store->all_events());
    constants.event_memory_bytes = std::max(static_cast<double>(sizeof(Event)), (resident_bytes() - before) / static_cast<double>(all.size()));
  }
  CINELOOM_TRY_ASSIGN(constants.single_events_per_s, rate_of(8, kSingle, [&](int i) -> Expected<void> {
                        const Event event = audience.event(i % kViewers, kEventsEach + i / kViewers);
                        CINELOOM_TRY(audience.store->append_events(std::span(&event, 1)));
                        return {};
                      }));
  SharedWork& work = *shared_work(*audience.store);
  CINELOOM_TRY_ASSIGN(constants.jobs_per_s, rate_of(4, kJobs, [&](int) -> Expected<void> {
                        CINELOOM_TRY(work.add_job({.kind = JobKind::Analyze, .title = "made", .film = audience.films.front()}, Timestamp()));
                        // What was added may be in another thread's hands, whose own came a moment later than this look.
                        for (int look = 0; look < 1000; ++look) {
                          CINELOOM_TRY_ASSIGN(const auto taken, work.take_job(std::chrono::minutes(1), Timestamp()));
                          if (taken) return work.end_job(*taken, {}, Timestamp());
                        }
                        return fail(ErrorCode::Internal, "a job that was added could not be taken");
                      }));
  return constants;
}

Expected<Measured> Laboratory::fill(int viewers, int events_each, int films) {
  CINELOOM_TRY_ASSIGN(const std::string address, parts_->server->add_library());
  CINELOOM_TRY_ASSIGN(const Crowd audience, make_crowd(address, viewers, films));
  CINELOOM_TRY(tell_in_bulk(audience, events_each));
  Measured measured{.viewers = viewers, .events = viewers * events_each, .films = films};
  for (const char* table : {"events", "viewers", "films"}) {
    CINELOOM_TRY_ASSIGN(const double bytes, parts_->bytes_of(address, table));
    measured.disk_bytes += bytes;
  }
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    const auto begin = Clock::now();
    CINELOOM_TRY_ASSIGN(const auto events, audience.store->events_of(audience.viewers[static_cast<std::size_t>(i * 7919 % viewers)]));
    if (std::cmp_not_equal(events.size(), events_each)) return fail(ErrorCode::Internal, "a history is not whole");
    times.push_back(seconds_since(begin) * 1000);
  }
  measured.events_of_one_ms = median(times);
  return measured;
}

}  // namespace cineloom::bench
