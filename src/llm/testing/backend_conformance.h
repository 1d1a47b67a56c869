#pragma once

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "llm/backend.h"
#include "llm/schema.h"

/// What every LlmBackend has to do, whichever model is behind it.
namespace cineloom::llm::conformance {

inline CompletionRequest request(std::string prompt, int tokens = 24) {
  CompletionRequest request{.prompt = std::move(prompt)};
  request.sampling = {.max_tokens = tokens, .temperature = 0.9, .seed = 7, .is_exact = true};
  return request;
}

inline std::string told(LlmBackend& backend, const CompletionRequest& wanted) {
  std::string streamed;
  const auto sink = [&](std::string_view piece) -> Expected<void> {
    streamed += piece;
    return {};
  };
  const auto answer = backend.complete(wanted, sink, CancelToken());
  EXPECT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(streamed, answer ? answer->text : "") << "what is streamed is the answer";
  return streamed;
}

inline void the_same_seed_gives_the_same_text(LlmBackend& backend) {
  const std::string first = told(backend, request("Once upon a time"));
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, told(backend, request("Once upon a time")));
  CompletionRequest other = request("Once upon a time");
  other.sampling.seed = 8;
  EXPECT_NE(first, told(backend, other));
}

inline void an_answer_counts_its_tokens(LlmBackend& backend) {
  const auto answer = backend.complete(request("Once upon a time", 5), {}, CancelToken());
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_GT(answer->prompt_tokens, 0);
  EXPECT_LE(answer->completion_tokens, 5);
  EXPECT_EQ(answer->finish, Finish::Length);
}

inline void an_answer_under_a_schema_fits_it(LlmBackend& backend) {
  const std::string schema =
      R"({"type":"object","properties":{"mood":{"enum":["calm","tense"]},"people":{"type":"array","items":{"type":"string","maxLength":8},"maxItems":3},"minutes":{"type":"integer","minimum":-5,"maximum":130}},"required":["mood","minutes"]})";
  for (Seed seed = 1; seed <= 5; ++seed) {
    ChatRequest wanted{.messages = {{Role::User, "How does it feel?"}}, .schema = schema};
    wanted.sampling = {.max_tokens = 16, .temperature = 1.5, .seed = seed};
    const auto answer = backend.chat(wanted, {}, CancelToken());
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_TRUE(check_schema(schema, answer->text)) << answer->text;
  }
}

inline void a_cancelled_request_ends_at_once(LlmBackend& backend) {
  CancelSource source;
  std::atomic<int> pieces = 0;
  const auto sink = [&](std::string_view) -> Expected<void> {
    if (++pieces == 2) source.cancel();
    return {};
  };
  const auto answer = backend.complete(request("Once upon a time", 500), sink, source.token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::Cancelled);
  EXPECT_LE(pieces, 60);
}

inline void a_sink_that_refuses_ends_the_answer(LlmBackend& backend) {
  const auto sink = [](std::string_view) -> Expected<void> { return fail(ErrorCode::Conflict, "enough"); };
  const auto answer = backend.complete(request("Once upon a time", 200), sink, CancelToken());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::Conflict);
}

inline void clients_at_once_get_their_own_streams(LlmBackend& backend) {
  constexpr int kClients = 8;
  std::vector<std::string> alone(kClients);
  std::vector<std::string> together(kClients);
  const auto wanted = [](int client) {
    CompletionRequest one = request("Client " + std::to_string(client) + " asks:", 24);
    one.sampling.temperature = 0;
    return one;
  };
  for (int i = 0; i < kClients; ++i) alone[static_cast<std::size_t>(i)] = told(backend, wanted(i));
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        if (i == 3) {  // this one goes away in the middle
          const auto gone = backend.complete(wanted(i), [](std::string_view) -> Expected<void> { return fail(ErrorCode::Cancelled, "gone"); }, CancelToken());
          EXPECT_FALSE(gone);
          return;
        }
        together[static_cast<std::size_t>(i)] = told(backend, wanted(i));
      });
    }
  }
  for (std::size_t i = 0; i < kClients; ++i) { EXPECT_EQ(i == 3 ? "" : alone[i], together[i]) << "client " << i; }
}

inline void impossible_requests_are_refused(LlmBackend& backend) {
  CompletionRequest none = request("a", 0);
  EXPECT_EQ(backend.complete(none, {}, CancelToken()).error().code(), ErrorCode::InvalidArgument);
  CompletionRequest odd = request("a");
  odd.schema = R"({"type":"poem"})";
  EXPECT_EQ(backend.complete(odd, {}, CancelToken()).error().code(), ErrorCode::InvalidArgument);
  const auto long_one = backend.complete(request(std::string(200'000, 'x')), {}, CancelToken());
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().code(), ErrorCode::ResourceExhausted) << long_one.error().describe();
}

inline void vectors_of_texts_have_length_one(LlmBackend& backend) {
  const auto vectors = backend.embed({"a boat", "the sea"}, CancelToken());
  ASSERT_TRUE(vectors) << vectors.error().describe();
  ASSERT_EQ(vectors->size(), 2U);
  double squares = 0;
  for (const float value : (*vectors)[0]) squares += static_cast<double>(value) * static_cast<double>(value);
  EXPECT_NEAR(squares, 1, 1e-3);
  EXPECT_NE((*vectors)[0], (*vectors)[1]);
}

inline void it_says_what_it_is(LlmBackend& backend) {
  EXPECT_TRUE(backend.health());
  EXPECT_FALSE(backend.info().name.empty());
  const auto count = backend.count_tokens("Once upon a time");
  ASSERT_TRUE(count);
  EXPECT_GT(*count, 0);
}

/// All of it.
inline void check(LlmBackend& backend) {
  the_same_seed_gives_the_same_text(backend);
  an_answer_counts_its_tokens(backend);
  an_answer_under_a_schema_fits_it(backend);
  a_cancelled_request_ends_at_once(backend);
  a_sink_that_refuses_ends_the_answer(backend);
  clients_at_once_get_their_own_streams(backend);
  impossible_requests_are_refused(backend);
  vectors_of_texts_have_length_one(backend);
  it_says_what_it_is(backend);
}

}  // namespace cineloom::llm::conformance
