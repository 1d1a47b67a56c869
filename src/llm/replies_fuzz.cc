// Whatever a server of models answers: however its stream is cut, the answer is the same; counts are none below zero, vectors have length 1,
// and what it says of a failure is one line that can be shown. The first byte chooses between a stream and a whole, and its status.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/markup.h"
#include "llm/internal/replies.h"

namespace {

using namespace cineloom;
using namespace cineloom::llm;

void check(const Error& error) { CINELOOM_ASSERT(one_line(error.message()) == error.message()); }

Expected<Answer> collect(const outbound::HttpReply& reply, std::string_view bytes, std::size_t piece) {
  std::string told;
  const TextSink sink = [&](std::string_view text) -> Expected<void> {
    told += text;
    return {};
  };
  ReplyCollector collector(sink);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) CINELOOM_TRY(collector.take(reply, bytes.substr(0, piece)));
  CINELOOM_TRY_ASSIGN(Answer answer, collector.finish());
  CINELOOM_ASSERT(told == answer.text);
  return answer;
}

void check_vectors(std::string_view bytes) {
  const auto vectors = vectors_in(bytes, 1);
  if (!vectors) return check(vectors.error());
  double squares = 0;
  for (const float value : vectors->front()) squares += static_cast<double>(value) * static_cast<double>(value);
  CINELOOM_ASSERT(squares == 0 || std::abs(squares - 1) < 1e-3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const outbound::HttpReply reply{.status = data[0] < 0xF0 ? 200 : 200 + 20 * (data[0] & 0xF),
                                  .content_type = data[0] % 2 == 0 ? "text/event-stream" : "application/json"};
  const auto whole = collect(reply, bytes, size);
  const auto cut = collect(reply, bytes, 1 + data[0] / 8U);
  CINELOOM_ASSERT(whole.has_value() == cut.has_value());
  if (whole) CINELOOM_ASSERT(whole->text == cut->text && whole->prompt_tokens >= 0 && whole->completion_tokens >= 0 && whole->evaluated_tokens >= 0);
  else check(whole.error());
  check(refusal_of(reply, bytes));
  check_vectors(bytes);
  if (const auto model = first_model_in(bytes)) CINELOOM_ASSERT(one_line(*model) == *model);
  return 0;
}
