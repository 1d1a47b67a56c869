// Whatever a child sends, its parent reads messages of known kinds within the allowed size, or says that they are malformed; what is
// to be shown is one line of valid text without control characters.
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/files.h"
#include "base/markup.h"
#include "confine/internal/messages.h"

namespace {

using namespace cineloom;

constexpr std::size_t kMostBytes = 4096;

void check(const messages::Message& message) {
  CINELOOM_ASSERT(message.bytes.size() <= kMostBytes);
  const Error error = messages::unpack_error(message.bytes);
  CINELOOM_ASSERT(one_line(error.message()) == error.message() && one_line(error.next_step()) == error.next_step());
  const auto update = messages::unpack_progress(message.bytes);
  if (!update) return;
  CINELOOM_ASSERT(update->done >= 0 && update->total >= 0);
  CINELOOM_ASSERT(one_line(update->stage) == update->stage && one_line(update->unit) == update->unit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<int, 2> ends{};
  CINELOOM_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  const FileDescriptor parent(ends[0]);
  FileDescriptor child(ends[1]);
  // What does not fit into the socket's buffer would wait for a reader.
  CINELOOM_ASSERT(::send(child.get(), data, size, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(size) || size > kMostBytes);
  child.close();
  while (const auto message = messages::receive(parent.get(), kMostBytes, {})) check(*message);
  return 0;
}
