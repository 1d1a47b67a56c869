// Whatever a graph of choices says: what is taken begins at a node of its own, and every choice leads to one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "pipeline/library_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const auto graph = parse_branches({reinterpret_cast<const char*>(data), size});
  if (!graph) return 0;
  const auto has = [&](const std::string& id) { return std::ranges::count(graph->nodes, id, &StoryNode::id) == 1; };
  CINELOOM_ASSERT(has(graph->start));
  for (const StoryNode& node : graph->nodes) CINELOOM_ASSERT(std::ranges::all_of(node.choices, has, &StoryChoice::to));
  return 0;
}
