#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "base/files.h"
#include "llm/gguf_writer.h"
#include "llm/model_home.h"
#include "llm/remote.h"
#include "llm/testing/backend_conformance.h"
#include "llm/testing/child_program.h"
#include "pipeline/cinema.h"
#include "serve/server.h"

namespace cineloom::serve {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// The whole server with a small model of random weights.
class LlmRoutesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!llm::has_llama()) GTEST_SKIP() << "built without llama.cpp";
    folder_.emplace(*TemporaryFolder::create());
    const auto model = folder_->path() / "tiny.gguf";
    ASSERT_TRUE(llm::write_random_llama(model, {.width = 128, .layers = 4}, llm::WeightType::F32, 3));
    auto cinema = Cinema::open({.data = folder_->path() / "library", .resources = CINELOOM_SOURCE_DIR, .program = llm::child_program(), .now = {}});
    ASSERT_TRUE(cinema) << cinema.error().describe();
    cinema_ = std::move(*cinema);
    ASSERT_TRUE(
        llm::write_choice(llm::home_of(folder_->path() / "library", CINELOOM_SOURCE_DIR, llm::child_program()), {.file = model.string(), .context = 4096}));
    auto server = Server::start(*cinema_, {.http = {.port = 0}});
    ASSERT_TRUE(server) << server.error().describe();
    server_ = std::move(*server);
  }

  [[nodiscard]] FileDescriptor send(const std::string& path, const std::string& body) const {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(server_->port()), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const std::string text = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) +
                             "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    EXPECT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
    return socket;
  }
  static std::string read_all(const FileDescriptor& socket) {
    std::string text;
    char bytes[4096];
    for (ssize_t got = ::recv(socket.get(), bytes, sizeof(bytes), 0); got > 0; got = ::recv(socket.get(), bytes, sizeof(bytes), 0))
      text.append(bytes, static_cast<std::size_t>(got));
    return text;
  }
  [[nodiscard]] std::string ask(const std::string& path, const std::string& body) const { return read_all(send(path, body)); }

  std::optional<TemporaryFolder> folder_;
  std::unique_ptr<Cinema> cinema_;
  std::unique_ptr<Server> server_;
};

TEST_F(LlmRoutesTest, TheRemoteBackendOnOurOwnServerConforms) {
  const auto model = llm::open_remote({.url = "http://127.0.0.1:" + std::to_string(server_->port())});
  ASSERT_TRUE(model) << model.error().describe();
  llm::conformance::check(**model);
}

TEST_F(LlmRoutesTest, AStreamIsEventsWithUsageAtTheirEnd) {
  const std::string text =
      ask("/v1/chat/completions", R"({"messages":[{"role":"user","content":"hello"}],"max_tokens":5,"stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_THAT(text, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(text, HasSubstr("text/event-stream"));
  EXPECT_THAT(text, HasSubstr("X-Content-Type-Options"));
  EXPECT_THAT(text, HasSubstr("\"delta\":{\"content\":"));
  EXPECT_THAT(text, HasSubstr("\"completion_tokens\":5"));
  EXPECT_THAT(text, ::testing::EndsWith("data: [DONE]\n\n"));
}

TEST_F(LlmRoutesTest, MistakesAreToldInTheWordsThatClientsKnow) {
  EXPECT_THAT(ask("/v1/chat/completions", "{"), HasSubstr("invalid_request_error"));
  EXPECT_THAT(ask("/v1/chat/completions", R"({"messages":[]})"), HasSubstr("HTTP/1.1 400"));
  EXPECT_THAT(ask("/v1/chat/completions", R"({"messages":[{"role":"wizard","content":"a"}]})"), HasSubstr("role"));
  EXPECT_THAT(ask("/v1/completions", R"({"prompt":"a","max_tokens":90000})"), HasSubstr("max_tokens"));
  EXPECT_THAT(ask("/v1/completions", R"({"prompt":")" + std::string(9000, 'x') + R"("})"), HasSubstr("HTTP/1.1 413"));
  EXPECT_THAT(ask("/v1/embeddings", R"({"input":7})"), HasSubstr("HTTP/1.1 400"));
}

/// The ids that the events of a stream carry.
std::set<std::string> ids_in(std::string_view stream) {
  std::set<std::string> ids;
  constexpr std::string_view kMark = "\"id\":\"";
  for (auto at = stream.find(kMark); at != std::string_view::npos; at = stream.find(kMark, at + 1)) {
    const auto begin = at + kMark.size();
    ids.emplace(stream.substr(begin, stream.find('"', begin) - begin));
  }
  return ids;
}

TEST_F(LlmRoutesTest, EightClientsAtOnceHaveEachTheirOwnStreamAndOneThatLeavesDisturbsNobody) {
  constexpr int kClients = 8;
  constexpr int kWhoLeaves = 3;
  const auto tokens = [](int client) { return 40 + 7 * client; };
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(send("/v1/completions", R"({"prompt":"client )" + std::to_string(i) + R"(","max_tokens":)" + std::to_string(tokens(i)) +
                                                  R"(,"stream":true,"stream_options":{"include_usage":true}})"));
  }
  char byte = 0;
  EXPECT_EQ(::recv(clients[kWhoLeaves].get(), &byte, 1, 0), 1) << "it leaves in the middle of its answer";
  clients[kWhoLeaves] = FileDescriptor();
  std::set<std::string> all;
  for (int i = 0; i < kClients; ++i) {
    if (i == kWhoLeaves) continue;
    const std::string stream = read_all(clients[static_cast<std::size_t>(i)]);
    EXPECT_THAT(stream, HasSubstr("\"completion_tokens\":" + std::to_string(tokens(i)) + ",")) << "as many tokens as this client asked for";
    EXPECT_THAT(stream, ::testing::EndsWith("data: [DONE]\n\n"));
    const auto ids = ids_in(stream);
    EXPECT_EQ(ids.size(), 1U) << "events of nobody else";
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kClients - 1));
}

TEST_F(LlmRoutesTest, AClientThatGoesAwayFreesTheModel) {
  for (const bool is_streamed : {true, false}) {
    for (int i = 0; i < 8; ++i) {
      const FileDescriptor socket =
          send("/v1/completions", std::string(R"({"prompt":"once","max_tokens":3000,"temperature":2,"stream":)") + (is_streamed ? "true}" : "false}"));
      std::this_thread::sleep_for(std::chrono::milliseconds(15));
    }
    // Eight sequences were busy; were they not freed, this would wait for thousands of tokens.
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(ask("/v1/completions", R"({"prompt":"hello","max_tokens":2})"), HasSubstr("HTTP/1.1 200"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  }
}

}  // namespace
}  // namespace cineloom::serve
