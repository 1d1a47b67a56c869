// Whatever a model's process says: what is taken has no counts below zero, and what ends an order has what was asked for.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/json.h"
#include "base/markup.h"
#include "llm/internal/orders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  using namespace cineloom::llm;
  const auto report = read_report({reinterpret_cast<const char*>(data), size});
  if (!report) return 0;
  CINELOOM_ASSERT(one_line(report->error) == report->error);
  if (check_answer({.kind = OrderKind::Generate, .candidates = 2}, *report)) CINELOOM_ASSERT(report->candidates.size() == 2);
  if (check_answer({.kind = OrderKind::Embed}, *report)) CINELOOM_ASSERT(!report->vector.empty());
  CINELOOM_ASSERT(!check_answer({.kind = OrderKind::Cancel}, *report));
  if (check_ready(*report)) CINELOOM_ASSERT(report->context > 0);
  const auto again = read_report(json::write(*report));
  CINELOOM_ASSERT(again && json::write(*again) == json::write(*report));
  return 0;
}
