#include <fmt/format.h>

#include <atomic>

#include "base/utf8.h"
#include "serve/internal/routes.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

namespace bj = boost::json;
using llm::Answer;
using llm::LlmBackend;

/// A request in OpenAI's words; unknown members are passed over, as clients send many.
struct LlmBody {
  bj::value messages;
  bj::value prompt;
  bj::value input;
  bj::value stop;
  bj::value response_format;
  bj::value stream_options;
  std::optional<int> max_tokens;
  std::optional<int> max_completion_tokens;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> seed;
  std::optional<bool> stream;
};
BOOST_DESCRIBE_STRUCT(LlmBody, (),
                      (messages, prompt, input, stop, response_format, stream_options, max_tokens, max_completion_tokens, temperature, top_p, seed, stream))

std::unexpected<Error> wrong(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

/// Errors in OpenAI's words.
HttpResponse llm_problem(const Error& error) {
  const bool is_long = error.message().find("context_length_exceeded") != std::string::npos;
  const int status = is_long ? 413 : status_of(error.code());
  const bj::object told = {{"message", error.describe()},
                           {"type", is_long || status < 500 ? "invalid_request_error" : "server_error"},
                           {"code", is_long ? "context_length_exceeded" : std::string(name_of(error.code()))},
                           {"next_step", error.advice()}};
  return json_response(bj::object{{"error", told}}, status);
}

Expected<std::string> text_of(const bj::value& value, std::string_view what) {
  if (value.is_string()) return std::string(value.get_string());
  const bj::array* parts = value.if_array();
  if (parts == nullptr) return wrong(fmt::format("{}: expected a text", what));
  std::string text;
  for (const bj::value& part : *parts) {
    const bj::object* object = part.if_object();
    const bj::value* piece = object == nullptr ? nullptr : object->if_contains("text");
    if (piece == nullptr || !piece->is_string()) return wrong(fmt::format("{}: only parts of text are taken", what));
    text += piece->get_string();
  }
  return text;
}

Expected<std::vector<std::string>> texts_of(const bj::value& value, std::string_view what) {
  if (value.is_string()) return std::vector<std::string>{std::string(value.get_string())};
  const bj::array* list = value.if_array();
  if (list == nullptr || list->empty() || list->size() > 256) return wrong(fmt::format("{}: expected 1 to 256 texts", what));
  std::vector<std::string> texts;
  for (const bj::value& one : *list) {
    if (!one.is_string()) return wrong(fmt::format("{}: expected texts", what));
    texts.emplace_back(one.get_string());
  }
  return texts;
}

Expected<std::vector<llm::Message>> messages_of(const bj::value& value) {
  const bj::array* list = value.if_array();
  if (list == nullptr || list->empty() || list->size() > 256) return wrong("messages: expected 1 to 256");
  std::vector<llm::Message> messages;
  for (const bj::value& one : *list) {
    const bj::object* object = one.if_object();
    const bj::value* role = object == nullptr ? nullptr : object->if_contains("role");
    const bj::value* content = object == nullptr ? nullptr : object->if_contains("content");
    if (role == nullptr || content == nullptr || !role->is_string()) return wrong("messages: expected role and content");
    const std::string_view name(role->get_string());
    if (name != "system" && name != "developer" && name != "user" && name != "assistant") return wrong("messages: role must be system, user or assistant");
    CINELOOM_TRY_ASSIGN(std::string text, text_of(*content, "content"));
    messages.push_back({name == "user" ? llm::Role::User : name == "assistant" ? llm::Role::Assistant : llm::Role::System, std::move(text)});
  }
  return messages;
}

Expected<llm::Sampling> sampling_of(const LlmBody& body) {
  llm::Sampling sampling;
  sampling.max_tokens = body.max_tokens.value_or(body.max_completion_tokens.value_or(sampling.max_tokens));
  sampling.temperature = body.temperature.value_or(sampling.temperature);
  sampling.top_p = body.top_p.value_or(sampling.top_p);
  sampling.seed = static_cast<Seed>(body.seed.value_or(static_cast<std::int64_t>(sampling.seed)));
  sampling.is_exact = body.seed.has_value();  // who names a seed wants the same text again
  if (!body.stop.is_null()) { CINELOOM_TRY_ASSIGN(sampling.stops, texts_of(body.stop, "stop")); }
  CINELOOM_TRY(llm::check(sampling));
  return sampling;
}

Expected<std::string> schema_of(const bj::value& format) {
  if (format.is_null()) return std::string();
  const bj::object* object = format.if_object();
  const bj::value* type = object == nullptr ? nullptr : object->if_contains("type");
  if (type == nullptr || !type->is_string()) return wrong("response_format: expected a type");
  if (type->get_string() == "text") return std::string();
  const bj::value* inner = type->get_string() == "json_schema" ? object->if_contains("json_schema") : nullptr;
  const bj::value* schema = inner != nullptr && inner->is_object() ? inner->get_object().if_contains("schema") : nullptr;
  if (schema == nullptr) return wrong("response_format: json_schema with a schema is taken, nothing else");
  return bj::serialize(*schema);
}

enum class Kind { Chat, Text };

/// One request on its way: what is asked, and how it is answered.
struct Asked {
  Kind kind = Kind::Chat;
  llm::ChatRequest chat;
  llm::CompletionRequest text;
  bool is_streamed = false;
  bool has_usage = false;
};

Expected<Asked> read_asked(const HttpRequest& request, Kind kind) {
  CINELOOM_TRY_ASSIGN(const LlmBody body, body_of<LlmBody>(request));
  Asked asked{.kind = kind, .is_streamed = body.stream.value_or(false)};
  if (const auto* options = body.stream_options.if_object()) {
    const bj::value* usage = options->if_contains("include_usage");
    asked.has_usage = usage != nullptr && usage->is_bool() && usage->get_bool();
  }
  CINELOOM_TRY_ASSIGN(const llm::Sampling sampling, sampling_of(body));
  CINELOOM_TRY_ASSIGN(const std::string schema, schema_of(body.response_format));
  if (kind == Kind::Chat) {
    CINELOOM_TRY_ASSIGN(asked.chat.messages, messages_of(body.messages));
    asked.chat.sampling = sampling;
    asked.chat.schema = schema;
  } else {
    CINELOOM_TRY_ASSIGN(asked.text.prompt, text_of(body.prompt, "prompt"));
    asked.text.sampling = sampling;
    asked.text.schema = schema;
  }
  return asked;
}

Expected<Answer> run(LlmBackend& model, const Asked& asked, const llm::TextSink& sink, const CancelToken& cancel) {
  return asked.kind == Kind::Chat ? model.chat(asked.chat, sink, cancel) : model.complete(asked.text, sink, cancel);
}

/// Builds the documents of one answer; all of them have the same id.
class Documents {
 public:
  Documents(const Asked& asked, std::string model, long long now)
      : asked_(asked), model_(std::move(model)), now_(now), id_(fmt::format("cineloom-{}-{}", now, ++last_number())) {}

  [[nodiscard]] bj::object whole(const Answer& answer) const {
    bj::object choice = {{"index", 0}, {"finish_reason", reason(answer)}};
    if (asked_.kind == Kind::Chat) {
      choice["message"] = {{"role", "assistant"}, {"content", answer.text}};
    } else {
      choice["text"] = answer.text;
    }
    bj::object document = frame(asked_.kind == Kind::Chat ? "chat.completion" : "text_completion");
    document["choices"] = bj::array{choice};
    document["usage"] = usage(answer);
    return document;
  }

  [[nodiscard]] std::string piece(std::string_view text) const {
    bj::object choice = {{"index", 0}, {"finish_reason", nullptr}};
    if (asked_.kind == Kind::Chat) {
      choice["delta"] = {{"content", text}};
    } else {
      choice["text"] = text;
    }
    return event(choice);
  }

  [[nodiscard]] std::string end(const Answer& answer) const {
    bj::object choice = {{"index", 0}, {"finish_reason", reason(answer)}};
    if (asked_.kind == Kind::Chat) {
      choice["delta"] = bj::object();
    } else {
      choice["text"] = "";
    }
    std::string text = event(choice);
    if (asked_.has_usage) {
      bj::object document = frame(asked_.kind == Kind::Chat ? "chat.completion.chunk" : "text_completion");
      document["choices"] = bj::array();
      document["usage"] = usage(answer);
      text += fmt::format("data: {}\n\n", bj::serialize(document));
    }
    return text + "data: [DONE]\n\n";
  }

 private:
  static std::atomic<std::uint64_t>& last_number() {
    static std::atomic<std::uint64_t> number;
    return number;
  }
  static std::string_view reason(const Answer& answer) { return answer.finish == llm::Finish::Length ? "length" : "stop"; }
  static bj::object usage(const Answer& answer) {
    return {{"prompt_tokens", answer.prompt_tokens},
            {"completion_tokens", answer.completion_tokens},
            {"total_tokens", answer.prompt_tokens + answer.completion_tokens},
            {"prompt_tokens_details", {{"cached_tokens", answer.prompt_tokens - answer.evaluated_tokens}}}};
  }
  [[nodiscard]] bj::object frame(std::string_view kind) const { return {{"id", id_}, {"object", kind}, {"created", now_}, {"model", model_}}; }
  [[nodiscard]] std::string event(const bj::object& choice) const {
    bj::object document = frame(asked_.kind == Kind::Chat ? "chat.completion.chunk" : "text_completion");
    document["choices"] = bj::array{choice};
    return fmt::format("data: {}\n\n", bj::serialize(document));
  }

  const Asked& asked_;
  std::string model_;
  long long now_;
  std::string id_;
};

/// The head of a stream waits for its first piece: until then an error has a status of its own.
void answer_in_pieces(ResponseWriter& writer, LlmBackend& model, const Asked& asked, const Documents& documents) {
  bool has_begun = false;
  const auto begin = [&] {
    if (has_begun) return;
    has_begun = true;
    writer.begin({.content_type = "text/event-stream", .headers = {{"Cache-Control", "no-store"}}});
  };
  const auto sink = [&](std::string_view piece) -> Expected<void> {
    begin();
    writer.piece(documents.piece(piece));
    return writer.gone().check();
  };
  const auto answer = run(model, asked, sink, writer.gone());
  if (!answer && !has_begun) return writer.answer(llm_problem(answer.error()));
  begin();
  writer.piece(answer ? documents.end(*answer) : fmt::format("data: {}\n\n", llm_problem(answer.error()).body));
}

void answer_whole(ResponseWriter& writer, LlmBackend& model, const Asked& asked, const Documents& documents) {
  const auto answer = run(model, asked, {}, writer.gone());
  writer.answer(answer ? json_response(documents.whole(*answer)) : llm_problem(answer.error()));
}

HttpResponse answer_later(const HttpRequest& request, const ApiContext& context, Kind kind) {
  auto asked = read_asked(request, kind);
  if (!asked) return llm_problem(asked.error());
  const long long now = context.cinema.now().time_since_epoch().count() / 1000;
  return {.produce = [asked = *std::move(asked), &shared = context.model, now](ResponseWriter& writer) {
    const auto model = shared.get();
    if (!model) return writer.answer(llm_problem(model.error()));
    const Documents documents(asked, (*model)->info().name, now);
    (asked.is_streamed ? answer_in_pieces : answer_whole)(writer, **model, asked, documents);
  }};
}

HttpResponse embed_later(const HttpRequest& request, llm::SharedModel& shared) {
  const auto body = body_of<LlmBody>(request);
  if (!body) return llm_problem(body.error());
  auto texts = texts_of(body->input, "input");
  if (!texts) return llm_problem(texts.error());
  return {.produce = [texts = *std::move(texts), &shared](ResponseWriter& writer) {
    const auto model = shared.get();
    if (!model) return writer.answer(llm_problem(model.error()));
    const auto vectors = (*model)->embed(texts, writer.gone());
    if (!vectors) return writer.answer(llm_problem(vectors.error()));
    bj::array data;
    for (std::size_t i = 0; i < vectors->size(); ++i) data.push_back({{"object", "embedding"}, {"index", i}, {"embedding", bj::value_from((*vectors)[i])}});
    writer.answer(json_response(bj::object{{"object", "list"}, {"model", (*model)->info().name}, {"data", std::move(data)}}));
  }};
}

HttpResponse list_models_later(llm::SharedModel& shared) {
  return {.produce = [&shared](ResponseWriter& writer) {
    const auto model = shared.get();
    if (!model) return writer.answer(llm_problem(model.error()));
    const llm::ModelInfo info = (*model)->info();
    writer.answer(json_response(
        bj::object{{"object", "list"},
                   {"data", bj::array{bj::object{{"id", info.name}, {"object", "model"}, {"owned_by", "cineloom"}, {"context_length", info.context}}}}}));
  }};
}

}  // namespace

void add_llm_routes(Router& router, const ApiContext& context) {
  router.add("POST", "/v1/chat/completions", Policy::viewer(Scope::Models),
             [context](const HttpRequest& request) -> Expected<HttpResponse> { return answer_later(request, context, Kind::Chat); });
  router.add("POST", "/v1/completions", Policy::viewer(Scope::Models),
             [context](const HttpRequest& request) -> Expected<HttpResponse> { return answer_later(request, context, Kind::Text); });
  router.add("POST", "/v1/embeddings", Policy::viewer(Scope::Models),
             [&shared = context.model](const HttpRequest& request) -> Expected<HttpResponse> { return embed_later(request, shared); });
  router.add("GET", "/v1/models", Policy::viewer(Scope::Models),
             [&shared = context.model](const HttpRequest&) -> Expected<HttpResponse> { return list_models_later(shared); });
}

}  // namespace cineloom::serve
