// Whatever a name, a number or a redirect says: the address that is connected to decides.
#include "outbound/reach.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>

#include <atomic>

#include "outbound/testing/loopback_listener.h"
#include "outbound/transfer.h"

namespace cineloom::outbound {
namespace {

Place place_of_text(const std::string& text) {
  sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = 0, .sin6_flowinfo = 0, .sin6_addr = {}, .sin6_scope_id = 0};
  if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) return place_of(reinterpret_cast<const sockaddr&>(six));
  sockaddr_in four{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &four.sin_addr), 1) << text;
  return place_of(reinterpret_cast<const sockaddr&>(four));
}

TEST(Reach, EveryAddressHasItsPlace) {
  for (const char* text : {"127.0.0.1", "127.255.255.254", "::1"}) EXPECT_EQ(place_of_text(text), Place::ThisMachine) << text;
  for (const char* text : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.5", "100.64.0.1", "fc00::1", "fdff::1"})
    EXPECT_EQ(place_of_text(text), Place::Inside) << text;
  for (const char* text : {"8.8.8.8", "172.15.255.255", "172.32.0.1", "100.128.0.1", "11.0.0.1", "2606:4700::1111"})
    EXPECT_EQ(place_of_text(text), Place::World) << text;
  for (const char* text : {"0.0.0.0",          "0.1.2.3",        "169.254.169.254", "192.0.0.1",       "192.0.2.1",    "192.88.99.1",     "198.18.0.1",
                           "198.19.255.255",   "198.51.100.1",   "203.0.113.1",     "224.0.0.1",       "240.0.0.1",    "255.255.255.255", "::",
                           "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1",        "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1",         "2001:db8::1",
                           "2002:7f00:1::",    "fe80::1",        "fec0::1",         "ff02::1"})
    EXPECT_EQ(place_of_text(text), Place::Nowhere) << text;
}

TEST(Reach, NoWritingOfAnAddressOfThisMachineLeadsThereFromWhatTheWorldPublished) {
  std::atomic<int> asked = 0;
  LoopbackListener listener;
  const std::jthread thread = listener.start([&](int) { ++asked; });
  const std::string port = listener.url().substr(listener.url().rfind(':'));
  for (const std::string host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.0.0.01", "127.1", "[::1]",
                                 "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"}) {
    HttpCall call{.url = "http://" + host + port + "/", .deadlines = {}, .reach = Reach::World};
    call.deadlines.connect = std::chrono::seconds(5);
    const auto reply = transfer(call, [](const HttpReply&, std::string_view) { return Expected<void>(); }, CancelToken());
    ASSERT_FALSE(reply) << host;
    EXPECT_EQ(reply.error().code(), ErrorCode::InvalidArgument) << host << ": " << reply.error().describe();
  }
  // Numbers of inner networks and of where clouds keep their secrets: refused before anything is sent.
  for (const std::string host : {"2852039166", "169.254.169.254", "0x0a000001", "10.0.0.1", "[fc00::1]"}) {
    const auto reply =
        transfer({.url = "http://" + host + "/", .reach = Reach::World}, [](const HttpReply&, std::string_view) { return Expected<void>(); }, CancelToken());
    ASSERT_FALSE(reply) << host;
    EXPECT_EQ(reply.error().code(), ErrorCode::InvalidArgument) << host << ": " << reply.error().describe();
  }
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace cineloom::outbound
