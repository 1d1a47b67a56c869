// The same events told twice, shuffled, by several clients at once: what is kept is what one client would have told once.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <numeric>
#include <thread>

#include "store/sqlite_store.h"
#include "torture.h"

namespace cineloom::torture {
namespace {

namespace fs = std::filesystem;
using bench::ask;

constexpr std::size_t kClients = 4;

struct Replay {
  int told = 0;
  int wrong = 0;      ///< neither kept nor known before, or a changed one that was taken
  int conflicts = 0;  ///< changed ones that were refused
  Verdict verdict;
};

std::string key_of(std::size_t number) { return fmt::format("replay-{}", number); }

/// Every event twice, in an order of its own.
std::vector<std::size_t> shuffled_twice(std::size_t count, Random& random) {
  std::vector<std::size_t> order(2 * count);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i % count;
  for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
  return order;
}

Expected<Replay> replay(std::size_t count) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, make_place());
  const fs::path data = folder.path() / "library";
  CINELOOM_TRY_ASSIGN(const SmallLibrary library, make_small_library(data, 1));
  const ViewerId viewer = library.viewers.front();
  Random random(5);
  const std::vector<std::size_t> order = shuffled_twice(count, random);
  std::vector<int> wrong(kClients);
  Replay result{.told = static_cast<int>(order.size())};
  bench::ServerProcess server(program(), data);
  const std::string path = fmt::format("/api/v1/viewers/{}/events", viewer.number());
  const auto film_of = [&](std::size_t number) { return library.films[number % library.films.size()]; };
  {
    std::vector<std::jthread> clients;
    for (std::size_t client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        for (std::size_t i = client; i < order.size(); i += kClients) {
          const std::string answer = ask(server.port(), "POST", path, event_body(film_of(order[i]), key_of(order[i])));
          const bool is_right = answer.starts_with("HTTP/1.1 201") || (answer.starts_with("HTTP/1.1 200") && answer.contains("\"duplicates\":1"));
          wrong[client] += is_right ? 0 : 1;
        }
      });
    }
  }
  for (std::size_t number = 0; number < count; number += 10) {
    const std::string answer = ask(server.port(), "POST", path, event_body(film_of(number + 1), key_of(number)));
    ++(answer.starts_with("HTTP/1.1 409") ? result.conflicts : wrong.front());
  }
  server.end(SIGKILL);
  result.wrong = std::accumulate(wrong.begin(), wrong.end(), 0);
  Told told{.viewer = viewer};
  for (std::size_t number = 0; number < count; ++number) told.acknowledged.push_back(key_of(number));
  result.verdict = judge(data, {told});
  return result;
}

}  // namespace

void measure_replays(Report& report) {
  const auto found = replay(is_short() ? 60 : 5'000);
  if (!found) return report.add_missing("replay_faults", found.error().describe());
  report.add({.key = "replay_faults",
              .value = static_cast<double>(found->wrong + found->verdict.lost + found->verdict.doubled) + (found->verdict.damage.empty() ? 0 : 1),
              .n = static_cast<std::uint64_t>(found->told),
              .note = found->verdict.damage.empty()
                          ? fmt::format("every event told twice, shuffled, by {} clients; {} told with other content and refused", kClients, found->conflicts)
                          : found->verdict.damage,
              .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace cineloom::torture
