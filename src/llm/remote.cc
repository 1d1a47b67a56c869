#include "llm/remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/utf8.h"
#include "llm/internal/replies.h"
#include "llm/schema.h"
#include "outbound/transfer.h"

namespace cineloom::llm {
namespace {

namespace bj = boost::json;
using outbound::BodySink;
using outbound::CheckedUrl;
using outbound::HttpCall;
using outbound::HttpReply;
using Clock = std::chrono::steady_clock;

constexpr int kMostRetries = 2;
constexpr int kFailuresBeforeRest = 5;
constexpr long kLongestPause = 30;

/// After some failures in a row nothing is sent for a while, then one request may try.
class Breaker {
 public:
  explicit Breaker(std::chrono::seconds rest) : rest_(rest) {}

  Expected<void> enter() {
    const std::lock_guard lock(mutex_);
    if (failures_ < kFailuresBeforeRest) return {};
    if (Clock::now() < until_)
      return std::unexpected(Error(ErrorCode::Unavailable, "the server failed several times and is left alone for a while")
                                 .advise("see whether it runs; it is tried again by itself"));
    until_ = Clock::now() + rest_;  // others wait for what the one that tries finds
    return {};
  }
  void note(bool is_good) {
    const std::lock_guard lock(mutex_);
    failures_ = is_good ? 0 : failures_ + 1;
    if (failures_ >= kFailuresBeforeRest) until_ = Clock::now() + rest_;
  }

 private:
  std::chrono::seconds rest_;
  std::mutex mutex_;
  int failures_ = 0;
  Clock::time_point until_;
};

class RemoteModel final : public LlmBackend {
 public:
  RemoteModel(RemoteOptions options, CheckedUrl url, std::string key)
      : options_(std::move(options)), url_(std::move(url)), key_(std::move(key)), breaker_(options_.rest) {}

  [[nodiscard]] ModelInfo info() const override {
    return {.name = options_.model.empty() ? url_.url : options_.model, .can_embed = true, .is_local = url_.is_local};
  }

  Expected<Answer> chat(const ChatRequest& request, const TextSink& sink, const CancelToken& cancel) override {
    if (request.messages.empty() || request.messages.size() > 256) return fail(ErrorCode::InvalidArgument, "expected 1 to 256 messages");
    bj::array messages;
    for (const Message& message : request.messages) messages.push_back({{"role", name_of_role(message.role)}, {"content", to_valid_utf8(message.text)}});
    return ask("/v1/chat/completions", {{"messages", std::move(messages)}}, request.sampling, request.schema, request.deadlines, sink, cancel);
  }

  Expected<Answer> complete(const CompletionRequest& request, const TextSink& sink, const CancelToken& cancel) override {
    return ask("/v1/completions", {{"prompt", to_valid_utf8(request.prompt)}}, request.sampling, request.schema, request.deadlines, sink, cancel);
  }

  Expected<std::vector<std::vector<float>>> embed(const std::vector<std::string>& texts, const CancelToken& cancel) override {
    bj::array input;
    for (const std::string& text : texts) input.push_back(bj::string(to_valid_utf8(text)));
    CINELOOM_TRY_ASSIGN(const std::string body,
                        fetch("/v1/embeddings", bj::serialize(bj::object{{"model", options_.model}, {"input", std::move(input)}}), cancel));
    return vectors_in(body, texts.size());
  }

  Expected<int> count_tokens(std::string_view text) override { return static_cast<int>(std::min<std::size_t>(text.size(), 1U << 30U)); }

  Expected<void> health() override {
    CINELOOM_TRY_ASSIGN(const std::string body, fetch("/v1/models", "", CancelToken()));
    CINELOOM_TRY(first_model_in(body));
    return {};
  }

  /// The first model that the server lists, where none was named.
  Expected<void> find_model() {
    if (!options_.model.empty()) return {};
    CINELOOM_TRY_ASSIGN(const std::string body, fetch("/v1/models", "", CancelToken()));
    CINELOOM_TRY_ASSIGN(options_.model, first_model_in(body));
    return {};
  }

 private:
  HttpCall call_to(std::string_view path, std::string body, const Deadlines& deadlines) const {
    HttpCall call{.url = url_.url + std::string(path),
                  .body = std::move(body),
                  .headers = {"Content-Type: application/json", "Expect:"},
                  .pinned = url_.pinned,
                  .deadlines = {.connect = deadlines.connect, .first_byte = deadlines.first_token, .idle = deadlines.idle, .total = deadlines.total},
                  .most_bytes = options_.most_bytes,
                  .reach = url_.reach()};
    if (!key_.empty()) call.headers.push_back("Authorization: Bearer " + key_);
    return call;
  }

  Expected<std::string> fetch(std::string_view path, std::string body, const CancelToken& cancel) {
    std::string answer;
    const auto keep = [&](const HttpReply&, std::string_view bytes) -> Expected<void> {
      answer += bytes;
      return {};
    };
    CINELOOM_TRY_ASSIGN(const HttpReply reply, guarded(call_to(path, std::move(body), {}), keep, cancel));
    if (reply.status != 200) return std::unexpected(refusal_of(reply, answer));
    return answer;
  }

  Expected<HttpReply> guarded(const HttpCall& call, const BodySink& sink, const CancelToken& cancel) {
    CINELOOM_TRY(breaker_.enter());
    auto reply = outbound::transfer(call, sink, cancel);
    const bool is_good = reply ? reply->status < 500 : reply.error().code() != ErrorCode::Unavailable;
    breaker_.note(is_good);
    return reply;
  }

  Expected<Answer> ask(std::string_view path, bj::object body, const Sampling& sampling, const std::string& schema, const Deadlines& deadlines,
                       const TextSink& sink, const CancelToken& cancel) {
    CINELOOM_TRY(check(sampling));
    body["model"] = options_.model;
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
    body["max_tokens"] = sampling.max_tokens;
    body["temperature"] = sampling.temperature;
    body["top_p"] = sampling.top_p;
    body["seed"] = static_cast<std::int64_t>(sampling.seed & 0x7FFFFFFFU);
    if (!sampling.stops.empty()) body["stop"] = bj::value_from(sampling.stops);
    if (schema.empty()) return once(path, bj::serialize(body), deadlines, sink, cancel);
    return ask_with_schema(path, std::move(body), schema, deadlines, sink, cancel);
  }

  /// Text under a schema is handed on when it is known to fit.
  Expected<Answer> ask_with_schema(std::string_view path, bj::object body, const std::string& schema, const Deadlines& deadlines, const TextSink& sink,
                                   const CancelToken& cancel) {
    CINELOOM_TRY_ASSIGN(const Grammar grammar, grammar_of_schema(schema));
    body["max_tokens"] = std::max(body["max_tokens"].to_number<int>(), static_cast<int>(std::min<std::size_t>(grammar.longest_bytes + 2, 4096)));
    body["response_format"] = {{"type", "json_schema"}, {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", bj::parse(schema)}}}};
    Expected<Answer> answer;
    for (int attempt = 0; attempt < 2; ++attempt) {
      answer = once(path, bj::serialize(body), deadlines, {}, cancel);
      if (!answer) return answer;
      const auto fits = check_schema(schema, answer->text);
      if (fits) {
        if (sink) CINELOOM_TRY(sink(answer->text));
        return answer;
      }
      answer = fail(ErrorCode::DataLoss, fmt::format("the answer does not fit its schema: {}", fits.error().message()));
      body["seed"] = body["seed"].to_number<std::int64_t>() ^ 1;
    }
    return answer;
  }

  Expected<Answer> once(std::string_view path, const std::string& body, const Deadlines& deadlines, const TextSink& sink, const CancelToken& cancel) {
    for (int attempt = 0;; ++attempt) {
      ReplyCollector collector(sink);
      const auto take = [&](const HttpReply& reply, std::string_view bytes) { return collector.take(reply, bytes); };
      CINELOOM_TRY_ASSIGN(const HttpReply reply, guarded(call_to(path, body, deadlines), take, cancel));
      if (reply.status == 200) return collector.finish();
      const bool is_busy = reply.status == 429 || reply.status == 503;
      if (!is_busy || attempt == kMostRetries || collector.has_begun()) return std::unexpected(refusal_of(reply, collector.body()));
      CINELOOM_TRY(rest(reply, cancel));
    }
  }

  Expected<void> rest(const HttpReply& reply, const CancelToken& cancel) const {
    const auto pause =
        reply.retry_after_seconds >= 0 ? std::chrono::milliseconds(1000 * std::min(reply.retry_after_seconds, kLongestPause)) : options_.retry_pause;
    for (const auto end = Clock::now() + pause; Clock::now() < end;) {
      CINELOOM_TRY(cancel.check());
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
  }

  RemoteOptions options_;
  CheckedUrl url_;
  std::string key_;
  Breaker breaker_;
};

Expected<std::string> key_of(const RemoteOptions& options) {
  std::string key;
  if (!options.key_file.empty()) {
    CINELOOM_TRY_ASSIGN(key, read_file(options.key_file, 4096));
  } else if (const char* found = std::getenv(options.key_variable.c_str()); found != nullptr) {
    key = found;
  }
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' ')) key.pop_back();
  const bool is_plain = std::ranges::all_of(key, [](char letter) { return letter > ' ' && letter < 0x7F; });
  if (!is_plain) return fail(ErrorCode::InvalidArgument, "the key of the server holds what no key holds");
  return key;
}

}  // namespace

Expected<std::unique_ptr<LlmBackend>> open_remote(const RemoteOptions& options) {
  CINELOOM_TRY_ASSIGN(CheckedUrl url, outbound::check_url(options.url, options.allowed_hosts));
  CINELOOM_TRY_ASSIGN(std::string key, key_of(options));
  auto model = std::make_unique<RemoteModel>(options, std::move(url), std::move(key));
  CINELOOM_TRY(model->find_model());
  return model;
}

}  // namespace cineloom::llm
