#include "serve/metrics.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/json.h"

namespace cineloom::serve {
namespace {

/// In double quotes: backslash, quote and line end are escaped.
std::string label(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '\\' || letter == '"') escaped += '\\';
    if (letter == '\n') escaped += "\\n";
    else escaped += letter;
  }
  return escaped;
}

std::string family(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

template <class Number>
std::string single(std::string_view name, std::string_view type, std::string_view help, Number value) {
  return fmt::format("{}{} {}\n", family(name, type, help), name, value);
}

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void Metrics::note(std::string_view route, int status, std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(kBuckets, seconds) - kBuckets.begin());
  const std::lock_guard lock(mutex_);
  ++answers_[{std::string(route), status}];
  auto times = times_.find(route);
  if (times == times_.end()) times = times_.emplace(route, Times()).first;
  ++times->second.counts[bucket];
  times->second.seconds += seconds;
}

std::string Metrics::requests() const {
  const std::lock_guard lock(mutex_);
  std::string text = family("cineloom_http_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : answers_)
    text += fmt::format("cineloom_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", label(key.first), key.second, count);
  text += family("cineloom_http_request_seconds", "histogram", "Time from a request read to its answer made, by route.");
  for (const auto& [route, times] : times_) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      sum += times.counts[i];
      text += fmt::format("cineloom_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", label(route), kBuckets[i], sum);
    }
    sum += times.counts.back();
    text += fmt::format(
        "cineloom_http_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\ncineloom_http_request_seconds_sum{{route=\"{0}\"}} "
        "{2}\ncineloom_http_request_seconds_count{{route=\"{0}\"}} {1}\n",
        label(route), sum, times.seconds);
  }
  return text;
}

Expected<std::string> Metrics::text(Cinema& cinema, JobQueue& jobs) const {
  CINELOOM_TRY_ASSIGN(const std::int64_t events, cinema.store().event_count());
  CINELOOM_TRY_ASSIGN(const auto viewers, cinema.store().viewers());
  std::string text = requests();
  text += single("cineloom_events", "gauge", "Events that stand.", events);
  text += single("cineloom_viewers", "gauge", "Viewers, simulated ones too.", viewers.size());
  text += single("cineloom_model_renewals_total", "counter", "Times that another model, or the same of other films, came to answer.", cinema.model_renewals());
  text += family("cineloom_jobs", "gauge", "Jobs by state.");
  std::map<std::string, int> states;
  CINELOOM_TRY_ASSIGN(const auto all_jobs, jobs.jobs());
  for (const Job& job : all_jobs) ++states[json::enum_name(job.state)];
  for (const auto& [state, count] : states) text += fmt::format("cineloom_jobs{{state=\"{}\"}} {}\n", label(state), count);
  text += single("process_resident_memory_bytes", "gauge", "Memory that is in use.", resident_bytes());
  text += single("process_cpu_seconds_total", "counter", "Processor time.", processor_seconds());
  const std::chrono::duration<double> up = std::chrono::steady_clock::now() - begin_;
  text += single("cineloom_uptime_seconds", "gauge", "Time since the server began.", up.count());
  text += family("cineloom_build_info", "gauge", "The program.") + fmt::format("cineloom_build_info{{version=\"{}\"}} 1\n", CINELOOM_VERSION);
  return text;
}

}  // namespace cineloom::serve
