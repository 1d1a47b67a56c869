#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/files.h"
#include "data.h"
#include "pipeline/cinema.h"
#include "recommend/recommender.h"
#include "server_process.h"

namespace cineloom::bench {
namespace {

constexpr int kAnswers = 201;

Expected<std::unique_ptr<Cinema>> open_demo(const std::filesystem::path& data) {
  const std::filesystem::path source(CINELOOM_SOURCE_DIR);
  CINELOOM_TRY_ASSIGN(auto cinema, Cinema::open({.data = data, .resources = source}));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema->preview_import(source / "demo/library", "", progress, CancelToken()));
  CINELOOM_TRY(cinema->apply_import(batch, progress, CancelToken()));
  CINELOOM_TRY(cinema->train(progress, CancelToken()));
  return cinema;
}

/// The same events as if the viewer had seen those films and said nothing of them.
std::vector<Event> unspoken(std::vector<Event> events, const std::vector<FilmId>& films) {
  for (Event& event : events) {
    if (std::ranges::find(films, event.film) == films.end()) continue;
    event.kind = EventKind::Watch;
    event.value.reset();
  }
  return events;
}

struct ReasonCounts {
  std::uint64_t picks = 0;
  std::uint64_t with_reason = 0;
  std::uint64_t with_cause = 0;
  std::uint64_t causes = 0;
  std::uint64_t holding = 0;
};

/// Takes every named cause away and asks the recommender again, from the beginning.
Expected<void> check_reasons(const Recommender& recommender, const std::vector<Event>& events, ReasonCounts& counts) {
  for (const Pick& pick : recommender.recommend(events, {.mood = {}}).picks) {
    ++counts.picks;
    counts.with_reason += pick.reasons.empty() ? 0U : 1U;
    bool has_cause = false;
    for (const Reason& reason : pick.reasons) {
      if (!reason.rank_without) continue;
      has_cause = true;
      std::vector<FilmId> gone = reason.together;
      if (reason.because) gone.push_back(*reason.because);
      CINELOOM_TRY_ASSIGN(const Contrast without, recommender.explain_absence(unspoken(events, gone), {.mood = {}}, pick.film));
      ++counts.causes;
      counts.holding += without.rank && *without.rank > pick.rank ? 1U : 0U;
    }
    counts.with_cause += has_cause ? 1U : 0U;
  }
  return {};
}

Expected<void> measure_reasons(Report& report, Cinema& cinema) {
  CINELOOM_TRY_ASSIGN(const auto films, cinema.store().all_films());
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().all_events());
  CINELOOM_TRY_ASSIGN(const auto viewers, cinema.store().viewers());
  Progress progress;
  CINELOOM_TRY_ASSIGN(const Recommender recommender, Recommender::train(films, events, {}, progress, CancelToken()));
  ReasonCounts counts;
  for (const Viewer& viewer : viewers) {
    CINELOOM_TRY_ASSIGN(const auto own, cinema.store().events_of(viewer.id));
    CINELOOM_TRY(check_reasons(recommender, own, counts));
  }
  const auto share = [](std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); };
  report.add({.key = "reasons_coverage",
              .value = share(counts.with_reason, counts.picks),
              .n = counts.picks,
              .note = "picks with a reason; all viewers of the demo library",
              .bound = Bound{1.0, 1.0, true}});
  report.add({.key = "reasons_fidelity",
              .value = share(counts.holding, counts.causes),
              .n = counts.causes,
              .note = "named causes whose going lowers the rank when asked anew",
              .bound = Bound{0.98, 1.0, true}});
  report.add({.key = "reasons_causal_share",
              .value = share(counts.with_cause, counts.picks),
              .n = counts.picks,
              .note = "picks that a film or a few together caused"});
  return {};
}

void measure_answers(Report& report, const std::filesystem::path& data) {
  const ServerProcess server(std::string(CINELOOM_BINARY_DIR) + "/cineloom", data);
  if (!server.is_ready()) return report.add_missing("event_to_answer_ms", "the server did not get ready");
  std::vector<double> waits;
  for (int i = 0; i < kAnswers; ++i) {
    const std::string event = fmt::format(R"({{"kind":"rate","film":"{}","value":{},"event_id":"bench-{}"}})", 1 + i % 400, 1 + i % 5, i);
    const auto begin = std::chrono::steady_clock::now();
    const std::string told = ask(server.port(), "POST", "/api/v1/viewers/1/events", event);
    const std::string answer = ask(server.port(), "GET", "/api/v1/viewers/1/recommendations");
    const auto end = std::chrono::steady_clock::now();
    const bool is_right = told.starts_with("HTTP/1.1 20") && answer.starts_with("HTTP/1.1 200") && answer.contains("\"picks\":[{");
    if (!is_right) return report.add_missing("event_to_answer_ms", "the server did not answer: " + answer.substr(0, 200));
    if (i > 0) waits.push_back(std::chrono::duration<double, std::milli>(end - begin).count());
  }
  std::ranges::sort(waits);
  report.add({.key = "event_to_answer_ms",
              .value = median(waits),
              .unit = "ms",
              .n = waits.size(),
              .note = fmt::format("a rating over HTTP, durable, and the next list with its reasons; p95 {:.1f} ms", waits[waits.size() * 95 / 100]),
              .bound = Bound{20, 5}});
}

}  // namespace

void measure_product(Report& report) {
  const auto folder = TemporaryFolder::create("cineloom-bench");
  if (!folder) return report.add_missing("reasons_coverage", folder.error().describe());
  {
    const auto cinema = open_demo(folder->path());
    if (!cinema) return report.add_missing("reasons_coverage", cinema.error().describe());
    if (const auto measured = measure_reasons(report, **cinema); !measured) report.add_missing("reasons_coverage", measured.error().describe());
  }
  measure_answers(report, folder->path());
}

}  // namespace cineloom::bench
