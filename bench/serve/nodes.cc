// Nodes on one PostgreSQL, killed in turn under a stream of events; the test does it with more kills and on a real disk.
#include <fmt/format.h>

#include "base/json.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

struct NodeKills {
  int kills = 0;
  int acknowledged = 0;
  int lost = 0;
  int doubled = 0;
  int silent = 0;
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(NodeKills, (), (kills, acknowledged, lost, doubled, silent, seconds))

}  // namespace

void measure_nodes(Report& report) {
  const std::string text = output_of(fmt::format("node {}/tests/system/nodes.mjs {}/cineloom --kills 30 --json", CINELOOM_SOURCE_DIR, CINELOOM_BINARY_DIR));
  const auto found = json::read<NodeKills>(text);
  if (!found || found->acknowledged == 0) {
    report.add_missing("node_kill_lost", text.empty() ? "the nodes did not run" : text);
    return;
  }
  const auto n = static_cast<std::uint64_t>(found->acknowledged);
  report.add({.key = "node_kill_lost",
              .value = static_cast<double>(found->lost),
              .unit = "events",
              .n = n,
              .note = fmt::format("{} kills of 3 nodes in {:.0f} s", found->kills, found->seconds),
              .bound = Bound{.must = 0, .aim = 0}});
  report.add(
      {.key = "node_kill_doubled", .value = static_cast<double>(found->doubled), .unit = "events", .n = n, .note = {}, .bound = Bound{.must = 0, .aim = 0}});
  report.add({.key = "node_kill_silent",
              .value = static_cast<double>(found->silent),
              .unit = "answers",
              .n = static_cast<std::uint64_t>(found->kills) * 2,
              .note = "of the nodes that lived, asked whether they are ready",
              .bound = {}});
}

}  // namespace cineloom::bench
