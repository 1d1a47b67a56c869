#include "llm/remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/utf8.h"
#include "llm/schema.h"
#include "llm/sse.h"
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

const bj::value* find(const bj::value* from, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    if (from == nullptr) return nullptr;
    if (const auto* list = from->if_array()) from = list->empty() ? nullptr : &list->front();
    const auto* object = from == nullptr ? nullptr : from->if_object();
    from = object == nullptr ? nullptr : object->if_contains(key);
  }
  return from;
}

std::string_view text_at(const bj::value& from, std::initializer_list<std::string_view> path) {
  const bj::value* found = find(&from, path);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

int number_at(const bj::value& from, std::initializer_list<std::string_view> path) {
  const bj::value* found = find(&from, path);
  boost::system::error_code error;
  return found != nullptr && found->is_number() ? found->to_number<int>(error) : 0;
}

/// What has come of an answer: of a stream of events, or as a whole.
class Collector {
 public:
  explicit Collector(const TextSink& sink) : sink_(sink) {}

  Expected<void> take(const HttpReply& reply, std::string_view bytes) {
    if (reply.status == 200 && reply.content_type.starts_with("text/event-stream")) {
      return parser_.feed(bytes, [this](std::string_view event) { return take_event(event); });
    }
    body_ += bytes;
    return {};
  }

  Expected<void> finish() {
    if (body_.empty()) CINELOOM_TRY(parser_.finish([this](std::string_view event) { return take_event(event); }));
    if (!body_.empty()) CINELOOM_TRY(take_event(body_));  // a server that does not stream
    if (!has_choice_) return fail(ErrorCode::DataLoss, "the server sent no answer");
    return {};
  }

  [[nodiscard]] bool has_begun() const { return has_choice_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] Answer& answer() { return answer_; }

 private:
  Expected<void> take_event(std::string_view event) {
    if (event == "[DONE]") return {};
    boost::system::error_code error;
    bj::parse_options options;
    options.max_depth = 32;
    const bj::value value = bj::parse(event, error, {}, options);
    if (error) return fail(ErrorCode::DataLoss, "the server sent what is not JSON");
    if (const auto* told = find(&value, {"error"}); told != nullptr && !told->is_null())
      return fail(ErrorCode::Unavailable, fmt::format("the server says: {}", to_valid_utf8(text_at(value, {"error", "message"}).substr(0, 300))));
    take_usage(value);
    const bj::value* choice = find(&value, {"choices"});
    if (choice == nullptr || !choice->is_array() || choice->get_array().empty()) return {};
    has_choice_ = true;
    const std::string_view reason = text_at(value, {"choices", "finish_reason"});
    if (reason == "length") answer_.finish = Finish::Length;
    for (const auto& path : {std::initializer_list<std::string_view>{"choices", "delta", "content"}, {"choices", "message", "content"}, {"choices", "text"}}) {
      const std::string_view piece = text_at(value, path);
      if (!piece.empty()) return take_piece(to_valid_utf8(piece));
    }
    return {};
  }

  Expected<void> take_piece(const std::string& piece) {
    answer_.text += piece;
    return sink_ ? sink_(piece) : Expected<void>();
  }

  void take_usage(const bj::value& value) {
    const bj::value* usage = find(&value, {"usage"});
    if (usage == nullptr || !usage->is_object()) return;
    answer_.prompt_tokens = number_at(*usage, {"prompt_tokens"});
    answer_.completion_tokens = number_at(*usage, {"completion_tokens"});
    answer_.evaluated_tokens = answer_.prompt_tokens - number_at(*usage, {"prompt_tokens_details", "cached_tokens"});
  }

  const TextSink& sink_;
  SseParser parser_;
  std::string body_;
  Answer answer_;
  bool has_choice_ = false;
};

/// The server's own words are kept short: they may be anything.
Error error_of(const HttpReply& reply, const std::string& body) {
  boost::system::error_code ignored;
  const bj::value value = bj::parse(body, ignored);
  std::string words = to_valid_utf8(text_at(value, {"error", "message"}).substr(0, 300));
  const std::string kind = std::string(text_at(value, {"error", "type"})) + std::string(text_at(value, {"error", "code"}));
  const std::string message = fmt::format("the server answered {}{}{}", reply.status, words.empty() ? "" : ": ", words);
  if (reply.status == 413 || kind.find("context") != std::string::npos)
    return Error(ErrorCode::ResourceExhausted, message).advise("shorten the text or ask for a shorter answer");
  if (reply.status == 401 || reply.status == 403) return Error(ErrorCode::InvalidArgument, message).advise("set CINELOOM_LLM_KEY, or name a file with the key");
  if (reply.status == 429 || reply.status >= 500) return Error(ErrorCode::Unavailable, message).advise("try again later");
  return {ErrorCode::InvalidArgument, message};
}

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
    CINELOOM_TRY_ASSIGN(const bj::value value,
                        fetch("/v1/embeddings", bj::serialize(bj::object{{"model", options_.model}, {"input", std::move(input)}}), cancel));
    const bj::value* data = find(&value, {"data"});
    if (data == nullptr || !data->is_array() || data->get_array().size() != texts.size())
      return fail(ErrorCode::DataLoss, "the server sent another number of vectors");
    std::vector<std::vector<float>> vectors;
    for (const bj::value& entry : data->get_array()) {
      CINELOOM_TRY_ASSIGN(std::vector<float> vector, vector_of(entry));
      vectors.push_back(std::move(vector));
    }
    return vectors;
  }

  Expected<int> count_tokens(std::string_view text) override { return static_cast<int>(std::min<std::size_t>(text.size(), 1U << 30U)); }

  Expected<void> health() override {
    CINELOOM_TRY(fetch("/v1/models", "", CancelToken()));
    return {};
  }

  /// The first model that the server lists, where none was named.
  Expected<void> find_model() {
    if (!options_.model.empty()) return {};
    CINELOOM_TRY_ASSIGN(const bj::value value, fetch("/v1/models", "", CancelToken()));
    options_.model = text_at(value, {"data", "id"});
    return {};
  }

 private:
  static Expected<std::vector<float>> vector_of(const bj::value& entry) {
    const bj::value* values = find(&entry, {"embedding"});
    if (values == nullptr || !values->is_array() || values->get_array().empty()) return fail(ErrorCode::DataLoss, "the server sent no vector");
    std::vector<float> vector;
    double squares = 0;
    for (const bj::value& value : values->get_array()) {
      boost::system::error_code error;
      const double number = value.is_number() ? value.to_number<double>(error) : std::nan("");
      if (!std::isfinite(number)) return fail(ErrorCode::DataLoss, "the server sent a vector with what is no number");
      vector.push_back(static_cast<float>(number));
      squares += number * number;
    }
    for (float& value : vector) value = static_cast<float>(static_cast<double>(value) / std::max(std::sqrt(squares), 1e-12));
    return vector;
  }

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

  Expected<bj::value> fetch(std::string_view path, std::string body, const CancelToken& cancel) {
    std::string answer;
    const auto keep = [&](const HttpReply&, std::string_view bytes) -> Expected<void> {
      answer += bytes;
      return {};
    };
    CINELOOM_TRY_ASSIGN(const HttpReply reply, guarded(call_to(path, std::move(body), {}), keep, cancel));
    if (reply.status != 200) return std::unexpected(error_of(reply, answer));
    boost::system::error_code error;
    bj::value value = bj::parse(answer, error);
    if (error) return fail(ErrorCode::DataLoss, "the server sent what is not JSON");
    return value;
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
      Collector collector(sink);
      const auto take = [&](const HttpReply& reply, std::string_view bytes) { return collector.take(reply, bytes); };
      CINELOOM_TRY_ASSIGN(const HttpReply reply, guarded(call_to(path, body, deadlines), take, cancel));
      if (reply.status == 200) {
        CINELOOM_TRY(collector.finish());
        return std::move(collector.answer());
      }
      const bool is_busy = reply.status == 429 || reply.status == 503;
      if (!is_busy || attempt == kMostRetries || collector.has_begun()) return std::unexpected(error_of(reply, collector.body()));
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
