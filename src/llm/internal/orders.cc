#include "llm/internal/orders.h"

#include <algorithm>

#include "base/json.h"
#include "base/markup.h"

namespace cineloom::llm {
namespace {

constexpr int kMostContext = 1 << 24;             // tokens
constexpr std::size_t kLongestVector = 1U << 17U;

std::unexpected<Error> cannot_be() {
  return std::unexpected(Error(ErrorCode::DataLoss, "the model's process sent an answer that cannot be").advise("use another model file: 'cineloom llm list'"));
}

bool are_counts(const Report& report) {
  return report.prompt_tokens >= 0 && report.evaluated_tokens >= 0 && report.processor_seconds >= 0 && report.context >= 0 &&
         std::ranges::all_of(report.tokens, [](std::int32_t token) { return token >= 0; }) &&
         std::ranges::all_of(report.candidates, [](const CandidateReport& one) { return one.tokens >= 0; });
}

bool fits(const Order& order, const Report& report) {
  switch (order.kind) {
    case OrderKind::Generate: return report.kind == ReportKind::Done && std::cmp_equal(report.candidates.size(), order.candidates);
    case OrderKind::Embed: return report.kind == ReportKind::Vector && !report.vector.empty() && report.vector.size() <= kLongestVector;
    case OrderKind::Tokenize:
    case OrderKind::Score: return report.kind == ReportKind::Tokens;
    case OrderKind::Cancel: break;
  }
  return false;  // nothing answers a cancellation
}

}  // namespace

Expected<Report> read_report(std::string_view json) {
  CINELOOM_TRY_ASSIGN_IN(Report report, json::read<Report>(json), "reading what the model's process says");
  if (!are_counts(report)) return cannot_be();
  for (std::string* text : {&report.error_code, &report.error, &report.advice}) *text = one_line(*text);
  return report;
}

Expected<void> check_answer(const Order& order, const Report& report) { return fits(order, report) ? Expected<void>() : cannot_be(); }

Expected<void> check_ready(const Report& report) {
  return report.kind == ReportKind::Ready && report.context > 0 && report.context <= kMostContext ? Expected<void>() : cannot_be();
}

}  // namespace cineloom::llm
