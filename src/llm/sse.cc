#include "llm/sse.h"

namespace cineloom::llm {
namespace {

constexpr std::size_t kMostBytes = 4U << 20U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Expected<void> SseParser::feed(std::string_view bytes, const Event& event) {
  for (const char letter : bytes) {
    const bool ends_return = was_return_ && letter == '\n';
    was_return_ = letter == '\r';
    if (ends_return) continue;
    if (letter == '\n' || letter == '\r') {
      CINELOOM_TRY(end_line(event));
      continue;
    }
    line_ += letter;
    if (line_.size() + data_.size() > kMostBytes) return fail(ErrorCode::DataLoss, "the server sent an event of more than 4 MiB");
  }
  return {};
}

Expected<void> SseParser::end_line(const Event& event) {
  std::string_view line = line_;
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) {
    Expected<void> done;
    if (has_data_) done = event(data_);
    data_.clear();
    line_.clear();
    has_data_ = false;
    return done;
  }
  if (line.starts_with("data:")) {
    line.remove_prefix(5);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    data_ += line;
    has_data_ = true;
  }
  line_.clear();
  return {};
}

Expected<void> SseParser::finish(const Event& event) {
  if (!line_.empty()) CINELOOM_TRY(end_line(event));
  return end_line(event);
}

}  // namespace cineloom::llm
