#include "serve/own_names.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/files.h"
#include "serve/http_server.h"

namespace cineloom::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Headers = std::map<std::string, std::string>;

int status_for(const OwnNames& names, const Headers& headers, const std::string& method = "GET") {
  const auto refusal = names.check({.method = method, .path = "/", .headers = headers, .visitor = {}});
  return refusal ? refusal->status : 200;
}

TEST(OwnNames, OnThisMachineOnlyItsOwnNamesAreAnswered) {
  const OwnNames names = *OwnNames::of("127.0.0.1", 8787, "");
  EXPECT_TRUE(names.is_loopback());
  for (const char* host : {"127.0.0.1:8787", "localhost:8787", "[::1]:8787"}) EXPECT_EQ(status_for(names, {{"host", host}}), 200) << host;
  for (const char* host :
       {"", "evil.example:8787", "127.0.0.1", "127.0.0.1:80", "192.168.1.5:8787", "127.0.0.1.evil.example:8787", "localhost:8787.evil.example", "0:8787"})
    EXPECT_EQ(status_for(names, {{"host", host}}), 403) << host;
}

TEST(OwnNames, InANetworkAddressesInNumbersAndThePublicNameAreAnswered) {
  const OwnNames names = *OwnNames::of("0.0.0.0", 8787, "https://films.example.org/");
  EXPECT_FALSE(names.is_loopback());
  EXPECT_TRUE(names.is_https());
  for (const char* host : {"192.168.1.5:8787", "[fd00::5]:8787", "films.example.org", "localhost:8787"})
    EXPECT_EQ(status_for(names, {{"host", host}}), 200) << host;
  for (const char* host : {"evil.example:8787", "films.example.org.evil.example", "films.example.org:8787"})
    EXPECT_EQ(status_for(names, {{"host", host}}), 403) << host;
  const Headers own = {{"host", "films.example.org"}};
  const auto from = [&](const char* origin) {
    Headers headers = own;
    headers["origin"] = origin;
    return status_for(names, headers, "POST");
  };
  EXPECT_EQ(from("https://films.example.org"), 200);
  for (const char* origin : {"http://films.example.org", "https://evil.example", "null", "https://films.example.org.evil.example"})
    EXPECT_EQ(from(origin), 403) << origin;
}

TEST(OwnNames, FramesAndLinksToWhatProgramsAskAreNoLinks) {
  const OwnNames names = *OwnNames::of("127.0.0.1", 8787, "");
  const auto ask = [&](const std::string& path, const char* destination) {
    const Headers headers = {{"host", "127.0.0.1:8787"}, {"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", destination}};
    const auto refusal = names.check({.method = "GET", .path = path, .headers = headers});
    return refusal ? refusal->status : 200;
  };
  EXPECT_EQ(ask("/room/ABCD", "document"), 200);
  EXPECT_EQ(ask("/room/ABCD", "iframe"), 403);
  for (const char* path : {"/api/v1/viewers/1/recommendations", "/v1/models", "/media/films/1", "/mcp"}) EXPECT_EQ(ask(path, "document"), 403) << path;
}

TEST(OwnNames, InANetworkAPageAsksTheNumberThatItCameFrom) {
  const OwnNames names = *OwnNames::of("0.0.0.0", 8787, "");
  const auto from = [&](const char* origin) { return status_for(names, {{"host", "192.168.1.5:8787"}, {"origin", origin}}, "POST"); };
  EXPECT_EQ(from("http://192.168.1.5:8787"), 200);
  EXPECT_EQ(from("http://203.0.113.9:8787"), 403);
}

TEST(OwnNames, AddressesThatPagesCannotHaveAreRefused) {
  EXPECT_FALSE(OwnNames::of("localhost", 1, ""));
  for (const char* url : {"films.example.org", "ftp://films.example.org", "https://", "https://me@films.example.org", "https://films.example.org/a?b",
                          "https://films.example.org/a%2F", "https://a b"})
    EXPECT_FALSE(OwnNames::of("127.0.0.1", 1, url)) << url;
}

TEST(OwnNames, APathBelowWhichAProxyServesThePageIsNoPartOfItsName) {
  const OwnNames names = *OwnNames::of("127.0.0.1", 8787, "https://home.example.org/cinema/");
  EXPECT_TRUE(names.is_https());
  EXPECT_FALSE(names.check({.method = "GET", .path = "/", .headers = {{"host", "home.example.org"}}}));
  EXPECT_FALSE(names.check({.method = "POST", .path = "/", .headers = {{"host", "home.example.org"}, {"origin", "https://home.example.org"}}}));
  EXPECT_TRUE(names.check({.method = "POST", .path = "/", .headers = {{"host", "home.example.org"}, {"origin", "https://other.example.org"}}}));
}

TEST(OwnNames, OtherPagesMayLinkHereButNotAsk) {
  const OwnNames names = *OwnNames::of("127.0.0.1", 8787, "");
  const Headers host = {{"host", "localhost:8787"}};
  const auto with = [&](const char* site, const char* mode, const std::string& method) {
    Headers headers = host;
    headers["sec-fetch-site"] = site;
    headers["sec-fetch-mode"] = mode;
    headers["sec-fetch-dest"] = "document";
    return status_for(names, headers, method);
  };
  EXPECT_EQ(with("same-origin", "cors", "POST"), 200);
  EXPECT_EQ(with("none", "navigate", "GET"), 200);
  EXPECT_EQ(with("cross-site", "navigate", "GET"), 200);
  EXPECT_EQ(with("cross-site", "navigate", "POST"), 403);
  EXPECT_EQ(with("cross-site", "no-cors", "GET"), 403);
  EXPECT_EQ(with("same-site", "no-cors", "GET"), 403) << "another program's page on this machine";
}

/// A server that tells who it thinks asked.
class WireTest : public ::testing::Test {
 protected:
  void start(const HttpOptions& options) {
    auto server = HttpServer::start(
        options, [](const HttpRequest& request) { return HttpResponse{.content_type = "text/plain", .body = "peer=" + request.peer}; }, events_);
    ASSERT_TRUE(server) << server.error().describe();
    server_ = std::move(*server);
  }
  [[nodiscard]] std::string say(const std::string& text) const {
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(server_->port()), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
    ::shutdown(socket.get(), SHUT_WR);
    std::string answer;
    char bytes[4096];
    for (ssize_t got = ::recv(socket.get(), bytes, sizeof(bytes), 0); got > 0; got = ::recv(socket.get(), bytes, sizeof(bytes), 0))
      answer.append(bytes, static_cast<std::size_t>(got));
    return answer;
  }
  [[nodiscard]] std::string host() const { return "Host: 127.0.0.1:" + std::to_string(server_->port()) + "\r\n"; }

  EventHub events_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WireTest, EveryAnswerTellsBrowsersToBeStrict) {
  start({.port = 0, .max_body_bytes = 100});
  const std::string good = say("GET / HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  const std::string foreign = say("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  const std::string large = say("POST / HTTP/1.1\r\n" + host() + "Content-Length: 1000\r\n\r\n");
  EXPECT_THAT(good, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(foreign, HasSubstr("HTTP/1.1 403"));
  EXPECT_THAT(large, HasSubstr("HTTP/1.1 413"));
  for (const std::string& answer : {good, foreign, large}) {
    for (const char* header : {"Content-Security-Policy: default-src 'none'; script-src 'self';", "frame-ancestors 'none'", "X-Content-Type-Options: nosniff",
                               "X-Frame-Options: DENY", "Referrer-Policy: no-referrer", "Cross-Origin-Opener-Policy: same-origin",
                               "Cross-Origin-Resource-Policy: same-origin", "Permissions-Policy: camera=()"})
      EXPECT_THAT(answer, HasSubstr(header));
    EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security"))) << "nobody said that this is TLS";
  }
}

TEST_F(WireTest, TwoRequestsCannotHideInOne) {
  start({.port = 0});
  const std::string both =
      say("POST / HTTP/1.1\r\n" + host() + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n" + host() + "\r\n");
  EXPECT_THAT(both, Not(HasSubstr("200 OK")));
  const std::string twice = say("POST / HTTP/1.1\r\n" + host() + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbodyx");
  EXPECT_THAT(twice, Not(HasSubstr("200 OK")));
}

TEST_F(WireTest, OnlyTheProxyIsBelievedAboutWhoAsks) {
  start({.port = 0});
  const std::string ask = "GET / HTTP/1.1\r\nX-Forwarded-For: 198.51.100.1, 203.0.113.7\r\nConnection: close\r\n";
  EXPECT_THAT(say(ask + host() + "\r\n"), HasSubstr("peer=127.0.0.1"));
  start({.port = 0, .proxy = "127.0.0.1"});
  EXPECT_THAT(say(ask + host() + "\r\n"), HasSubstr("peer=203.0.113.7")) << "the one that the proxy added, not what the client claimed";
}

}  // namespace
}  // namespace cineloom::serve
