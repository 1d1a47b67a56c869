#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "llm/backend.h"
#include "llm/sse.h"
#include "outbound/transfer.h"

/// What a server that speaks as OpenAI's API does answers. Nothing that it says is trusted: texts become valid UTF-8, numbers are held in range.
namespace cineloom::llm {

/// An answer as it comes: a stream of events, or a whole. For one answer.
class ReplyCollector {
 public:
  /// Pieces of text are handed to `sink` where there is one; it must outlive the collector.
  explicit ReplyCollector(const TextSink& sink) : sink_(sink) {}

  /// Errors: DataLoss for what is not JSON; Unavailable for an error that the server tells in its stream; those of the sink.
  Expected<void> take(const outbound::HttpReply& reply, std::string_view bytes);
  /// Call once, behind the last piece. Errors: as take; DataLoss if there was no answer.
  Expected<Answer> finish();

  [[nodiscard]] bool has_begun() const { return has_choice_; }
  /// What came beside events: the words of a refusal.
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  Expected<void> take_event(std::string_view event);
  Expected<void> take_piece(const std::string& piece);
  void take_usage(const boost::json::value& value);

  const TextSink& sink_;
  SseParser parser_;
  std::string body_;
  Answer answer_;
  bool has_choice_ = false;
};

/// What an answer of another status than 200 means; its body may be anything, and of its words few are kept.
Error refusal_of(const outbound::HttpReply& reply, std::string_view body);

/// `count` vectors of length 1 from the answer of /v1/embeddings. Errors: DataLoss for another number of them, an empty one, or what is no number.
Expected<std::vector<std::vector<float>>> vectors_in(std::string_view body, std::size_t count);

/// The first that /v1/models lists; empty where it lists none. Errors: DataLoss for what is not JSON.
Expected<std::string> first_model_in(std::string_view body);

}  // namespace cineloom::llm
