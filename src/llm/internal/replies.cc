#include "llm/internal/replies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "base/json.h"
#include "base/markup.h"
#include "base/utf8.h"

namespace cineloom::llm {
namespace {

namespace bj = boost::json;
using Path = std::initializer_list<std::string_view>;

constexpr std::size_t kMostWords = 300;  ///< of a server's own in a message of ours

const bj::value* find(const bj::value* from, Path path) {
  for (const std::string_view key : path) {
    if (from == nullptr) return nullptr;
    if (const auto* list = from->if_array()) from = list->empty() ? nullptr : &list->front();
    const auto* object = from == nullptr ? nullptr : from->if_object();
    from = object == nullptr ? nullptr : object->if_contains(key);
  }
  return from;
}

std::string_view text_at(const bj::value& from, Path path) {
  const bj::value* found = find(&from, path);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

int count_at(const bj::value& from, Path path) {
  const bj::value* found = find(&from, path);
  boost::system::error_code error;
  return found != nullptr && found->is_number() ? std::max(0, found->to_number<int>(error)) : 0;
}

/// What the server says of its error, to stand behind words of ours; empty where it says nothing.
std::string words_of(const bj::value& value) {
  const std::string words = one_line(text_at(value, {"error", "message"}).substr(0, kMostWords));
  return words.empty() ? words : ": " + words;
}

Expected<bj::value> parse(std::string_view text) {
  auto value = json::parse(text);
  if (!value) return fail(ErrorCode::DataLoss, "the server sent what is not JSON");
  return value;
}

std::unexpected<Error> no_vector() { return fail(ErrorCode::DataLoss, "the server sent a vector with what is no number"); }

Expected<std::vector<float>> vector_of(const bj::value& entry) {
  const bj::value* values = find(&entry, {"embedding"});
  if (values == nullptr || !values->is_array() || values->get_array().empty()) return fail(ErrorCode::DataLoss, "the server sent no vector");
  std::vector<double> numbers;
  double largest = 0;
  for (const bj::value& value : values->get_array()) {
    if (!value.is_number()) return no_vector();
    numbers.push_back(value.to_number<double>());
    if (!std::isfinite(numbers.back())) return no_vector();
    largest = std::max(largest, std::abs(numbers.back()));
  }
  // Divided by the largest first: squares of what a double holds need not fit into one.
  double squares = 0;
  for (double& number : numbers) {
    number /= largest > 0 ? largest : 1;
    squares += number * number;
  }
  const double length = squares > 0 ? std::sqrt(squares) : 1;
  std::vector<float> vector(numbers.size());
  std::ranges::transform(numbers, vector.begin(), [length](double number) { return static_cast<float>(number / length); });
  return vector;
}

}  // namespace

Expected<void> ReplyCollector::take(const outbound::HttpReply& reply, std::string_view bytes) {
  if (reply.status == 200 && reply.content_type.starts_with("text/event-stream")) {
    return parser_.feed(bytes, [this](std::string_view event) { return take_event(event); });
  }
  body_ += bytes;
  return {};
}

Expected<Answer> ReplyCollector::finish() {
  if (body_.empty()) CINELOOM_TRY(parser_.finish([this](std::string_view event) { return take_event(event); }));
  if (!body_.empty()) CINELOOM_TRY(take_event(body_));  // a server that does not stream
  if (!has_choice_) return fail(ErrorCode::DataLoss, "the server sent no answer");
  return std::move(answer_);
}

Expected<void> ReplyCollector::take_event(std::string_view event) {
  if (event == "[DONE]") return {};
  CINELOOM_TRY_ASSIGN(const bj::value value, parse(event));
  if (const auto* told = find(&value, {"error"}); told != nullptr && !told->is_null())
    return fail(ErrorCode::Unavailable, fmt::format("the server tells of an error{}", words_of(value)));
  take_usage(value);
  const bj::value* choice = find(&value, {"choices"});
  if (choice == nullptr || !choice->is_array() || choice->get_array().empty()) return {};
  has_choice_ = true;
  if (text_at(value, {"choices", "finish_reason"}) == "length") answer_.finish = Finish::Length;
  for (const Path& path : {Path{"choices", "delta", "content"}, Path{"choices", "message", "content"}, Path{"choices", "text"}}) {
    const std::string_view piece = text_at(value, path);
    if (!piece.empty()) return take_piece(to_valid_utf8(piece));
  }
  return {};
}

Expected<void> ReplyCollector::take_piece(const std::string& piece) {
  answer_.text += piece;
  return sink_ ? sink_(piece) : Expected<void>();
}

void ReplyCollector::take_usage(const bj::value& value) {
  const bj::value* usage = find(&value, {"usage"});
  if (usage == nullptr || !usage->is_object()) return;
  answer_.prompt_tokens = count_at(*usage, {"prompt_tokens"});
  answer_.completion_tokens = count_at(*usage, {"completion_tokens"});
  answer_.evaluated_tokens = std::max(0, answer_.prompt_tokens - count_at(*usage, {"prompt_tokens_details", "cached_tokens"}));
}

Error refusal_of(const outbound::HttpReply& reply, std::string_view body) {
  const auto parsed = json::parse(body);
  const bj::value value = parsed ? *parsed : bj::value();
  const std::string kind = std::string(text_at(value, {"error", "type"})) + std::string(text_at(value, {"error", "code"}));
  const std::string message = fmt::format("the server answered {}{}", reply.status, words_of(value));
  if (reply.status == 413 || kind.contains("context"))
    return Error(ErrorCode::ResourceExhausted, message).advise("shorten the text or ask for a shorter answer");
  if (reply.status == 401 || reply.status == 403) return Error(ErrorCode::InvalidArgument, message).advise("set CINELOOM_LLM_KEY, or name a file with the key");
  if (reply.status == 429 || reply.status >= 500) return Error(ErrorCode::Unavailable, message).advise("try again later");
  return {ErrorCode::InvalidArgument, message};
}

Expected<std::vector<std::vector<float>>> vectors_in(std::string_view body, std::size_t count) {
  CINELOOM_TRY_ASSIGN(const bj::value value, parse(body));
  const bj::value* data = find(&value, {"data"});
  if (data == nullptr || !data->is_array() || data->get_array().size() != count) return fail(ErrorCode::DataLoss, "the server sent another number of vectors");
  std::vector<std::vector<float>> vectors;
  for (const bj::value& entry : data->get_array()) {
    CINELOOM_TRY_ASSIGN(std::vector<float> vector, vector_of(entry));
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

Expected<std::string> first_model_in(std::string_view body) {
  CINELOOM_TRY_ASSIGN(const bj::value value, parse(body));
  return one_line(text_at(value, {"data", "id"}));
}

}  // namespace cineloom::llm
