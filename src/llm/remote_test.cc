#include "llm/remote.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "llm/sse.h"
#include "outbound/testing/loopback_listener.h"

namespace cineloom::llm {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Says, to each connection in turn, one prepared text in pieces, and remembers what it was asked.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::deque<std::vector<std::string>> answers) : answers_(std::move(answers)) {
    thread_ = listener_.start([this](int client) { answer(client); });
  }

  [[nodiscard]] RemoteOptions options() const { return {.url = listener_.url(), .model = "m", .retry_pause = std::chrono::milliseconds(1)}; }
  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] std::string last_request() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  void answer(int client) {
    std::string request;
    char bytes[4096];
    std::size_t wanted = std::string::npos;
    while (request.size() < wanted) {
      const ssize_t got = ::recv(client, bytes, sizeof(bytes), 0);
      if (got <= 0) break;
      request.append(bytes, static_cast<std::size_t>(got));
      const auto head = request.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto length = request.find("Content-Length: ");
      wanted = head + 4 + (length == std::string::npos || length > head ? 0 : std::stoul(request.substr(length + 16)));
    }
    {
      const std::lock_guard lock(mutex_);
      last_ = request;
    }
    const auto pieces = answers_.empty() ? std::vector<std::string>() : answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    ++asked_;
    for (const std::string& piece : pieces) {
      if (::send(client, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  std::deque<std::vector<std::string>> answers_;
  LoopbackListener listener_;
  std::atomic<int> asked_ = 0;
  std::mutex mutex_;
  std::string last_;
  std::jthread thread_;
};

std::string reply(const std::string& status, const std::string& type, const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\n" + more + "Connection: close\r\n\r\n" + body;
}

const std::string kStream = reply("200 OK", "text/event-stream", "");

Expected<Answer> ask(LlmBackend& model, const CancelToken& cancel = {}) { return model.chat({.messages = {{Role::User, "hello"}}}, {}, cancel); }

TEST(Sse, EventsAreTheSameHoweverTheBytesAreCut) {
  const std::string text =
      "\xEF\xBB\xBF"
      "data: one\r\n\r\n: comment\ndata:two\ndata: lines\n\nevent: x\rdata: three\r\rid: 9\n\ndata: last";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    SseParser parser;
    std::vector<std::string> events;
    const auto keep = [&](std::string_view event) -> Expected<void> {
      events.emplace_back(event);
      return {};
    };
    for (std::size_t at = 0; at < text.size(); at += piece) ASSERT_TRUE(parser.feed(text.substr(at, piece), keep));
    ASSERT_TRUE(parser.finish(keep));
    EXPECT_THAT(events, ElementsAre("one", "two\nlines", "three", "last")) << piece;
  }
}

TEST(Sse, AnEventWithoutEndIsRefused) {
  SseParser parser;
  const auto pass = [](std::string_view) -> Expected<void> { return {}; };
  EXPECT_FALSE(parser.feed("data: " + std::string(5U << 20U, 'x'), pass));
}

TEST(Remote, ReadsStreamsWithOddities) {
  ScriptedServer server(
      {{kStream, ": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\r\n\r\nda",
        "ta: {\"choices\":[{\"delta\":{\"content\":\"Good \"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"evening\"},\"finish_reason\":\"length\"}]}\n\ndata: "
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\ndata: [DONE]\n\n"}});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model) << model.error().describe();
  const auto answer = ask(**model);
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(answer->text, "Good evening");
  EXPECT_EQ(answer->finish, Finish::Length);
  EXPECT_EQ(answer->evaluated_tokens, 5);
}

TEST(Remote, HoldsWhatAServerCountsInRange) {
  ScriptedServer server({{reply("200 OK", "application/json",
                                R"({"choices":[{"text":"x"}],"usage":{"prompt_tokens":-2147483648,"completion_tokens":-1,
                                    "prompt_tokens_details":{"cached_tokens":2147483647}}})")}});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model) << model.error().describe();
  const auto answer = ask(**model);
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_THAT(std::vector({answer->prompt_tokens, answer->completion_tokens, answer->evaluated_tokens}), Each(0));
}

TEST(Remote, BringsVectorsOfAnySizeToLengthOne) {
  ScriptedServer server({{reply("200 OK", "application/json", R"({"data":[{"embedding":[3e300,4e300]},{"embedding":[-5e-320]},{"embedding":[0,0]}]})")}});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model) << model.error().describe();
  const auto vectors = (*model)->embed({"a", "b", "c"}, CancelToken());
  ASSERT_TRUE(vectors) << vectors.error().describe();
  EXPECT_THAT(*vectors, ElementsAre(ElementsAre(0.6F, 0.8F), ElementsAre(-1.0F), ElementsAre(0.0F, 0.0F)));
}

TEST(Remote, ReadsAnAnswerThatWasNotStreamed) {
  ScriptedServer server({{reply("200 OK", "application/json", R"({"choices":[{"message":{"content":"whole"}}]})")}});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model);
  const auto answer = ask(**model);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "whole");
}

TEST(Remote, ABusyServerIsAskedAgainAndAStreamThatBrokeIsNot) {
  ScriptedServer busy({{reply("503 Busy", "application/json", "{}")},
                       {reply("429 Busy", "application/json", "{}")},
                       {kStream, "data: {\"choices\":[{\"delta\":{\"content\":\"now\"}}]}\n\n"}});
  const auto model = open_remote(busy.options());
  ASSERT_TRUE(model);
  const auto answer = ask(**model);
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(busy.asked(), 3);
  ScriptedServer broken({{"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:"}});
  const auto other = open_remote(broken.options());
  ASSERT_TRUE(other);
  EXPECT_FALSE(ask(**other));
  EXPECT_EQ(broken.asked(), 1);
}

TEST(Remote, AfterFiveFailuresTheServerIsLeftAlone) {
  ScriptedServer server({{reply("500 No", "application/json", R"({"error":{"message":"broken"}})")}});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(ask(**model).error().code(), ErrorCode::Unavailable);
  EXPECT_EQ(server.asked(), 5);
}

TEST(Remote, NonsenseIsAnError) {
  for (const std::string body : {"data: {not json}\n\n", "data: {\"choices\":7}\n\n", "data: []\n\n", ""}) {
    ScriptedServer server({{kStream, body}});
    const auto model = open_remote(server.options());
    ASSERT_TRUE(model);
    const auto answer = ask(**model);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code(), ErrorCode::DataLoss);
  }
}

TEST(Remote, AnAnswerThatDoesNotFitItsSchemaIsAskedForOnceMore) {
  const auto told = [](const std::string& text) {
    return std::vector<std::string>{reply("200 OK", "application/json", R"({"choices":[{"message":{"content":")" + text + R"("}}]})")};
  };
  ScriptedServer server({told("twelve"), told("12")});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model);
  const ChatRequest request{.messages = {{Role::User, "how many?"}}, .schema = R"({"type":"integer"})"};
  const auto answer = (*model)->chat(request, {}, CancelToken());
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(answer->text, "12");
  ScriptedServer stubborn({told("twelve")});
  const auto other = open_remote(stubborn.options());
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->chat(request, {}, CancelToken()).error().code(), ErrorCode::DataLoss);
  EXPECT_EQ(stubborn.asked(), 2);
}

TEST(Remote, ASilentServerIsLeftAtItsDeadlineAndWhenCancelled) {
  std::vector<std::string> comments(400, ":\n");
  comments.front() = kStream;
  ScriptedServer server({comments});
  const auto model = open_remote(server.options());
  ASSERT_TRUE(model);
  const ChatRequest request{.messages = {{Role::User, "hello"}}, .deadlines = {.total = std::chrono::milliseconds(100)}};
  EXPECT_EQ((*model)->chat(request, {}, CancelToken()).error().code(), ErrorCode::ResourceExhausted);
  CancelSource source;
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
    source.cancel();
  });
  EXPECT_EQ(ask(**model, source.token()).error().code(), ErrorCode::Cancelled);
}

TEST(Remote, OnlyThisMachineAndAllowedHostsAreSpokenWith) {
  for (const std::string url : {"http://example.org", "https://example.org", "ftp://127.0.0.1", "file:///etc/passwd", "https://169.254.169.254",
                                "http://user:secret@127.0.0.1", "http://127.0.0.1/?q=1", "http://0.0.0.0", "nonsense://", "http://[::ffff:169.254.169.254]"}) {
    const auto model = open_remote({.url = url, .model = "m", .allowed_hosts = {"169.254.169.254", "0.0.0.0"}});
    ASSERT_FALSE(model) << url;
    EXPECT_EQ(model.error().code(), ErrorCode::InvalidArgument) << url << model.error().describe();
    EXPECT_THAT(model.error().describe(), Not(HasSubstr("secret")));
  }
}

TEST(Remote, TheKeyIsSentAndNeverTold) {
  ASSERT_EQ(::setenv("CINELOOM_TEST_KEY", "sk-very-secret", 1), 0);
  ScriptedServer server({{reply("401 No", "application/json", R"({"error":{"message":"bad key"}})")}});
  RemoteOptions options = server.options();
  options.key_variable = "CINELOOM_TEST_KEY";
  const auto model = open_remote(options);
  ASSERT_TRUE(model);
  const auto answer = ask(**model);
  ASSERT_FALSE(answer);
  EXPECT_THAT(server.last_request(), HasSubstr("Authorization: Bearer sk-very-secret"));
  EXPECT_THAT(answer.error().describe() + std::string(answer.error().advice()), Not(HasSubstr("secret")));
}

TEST(Remote, AnAnswerWithoutEndIsCut) {
  ScriptedServer server({{reply("200 OK", "application/json", std::string(200'000, 'x'))}});
  RemoteOptions options = server.options();
  options.most_bytes = 50'000;
  const auto model = open_remote(options);
  ASSERT_TRUE(model);
  EXPECT_EQ(ask(**model).error().code(), ErrorCode::ResourceExhausted);
}

}  // namespace
}  // namespace cineloom::llm
