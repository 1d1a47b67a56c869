#include "confine/internal/messages.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "base/markup.h"

namespace cineloom::messages {
namespace {

constexpr std::size_t kMaxText = 4096;  ///< of a message or an advice from a child

std::unexpected<Error> gone() { return fail(ErrorCode::DataLoss, "the other process closed the channel"); }

Expected<void> receive_exactly(int descriptor, char* into, std::size_t count, const WaitForInput& wait) {
  while (count > 0) {
    if (wait) CINELOOM_TRY(wait(descriptor));
    const ssize_t got = ::recv(descriptor, into, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return gone();
    into += got;
    count -= static_cast<std::size_t>(got);
  }
  return {};
}

Expected<void> send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return gone();
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

void pack_number(std::string& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8U * static_cast<unsigned>(i)) & 0xFFU);
}

std::uint64_t unpack_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) { number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8U * i); }
  return number;
}

/// Takes the text up to the next NUL, cut to a sane length, as one line that can be shown: terminals obey control characters.
std::string take_text(std::string_view& bytes) {
  const auto end = std::min(bytes.find('\0'), bytes.size());
  std::string text = one_line(bytes.substr(0, std::min(end, kMaxText)));
  bytes.remove_prefix(std::min(bytes.size(), end + 1));
  return text;
}

}  // namespace

Expected<Message> receive(int descriptor, std::size_t max_bytes, const WaitForInput& wait) {
  std::array<char, kHeaderBytes> header{};
  CINELOOM_TRY(receive_exactly(descriptor, header.data(), header.size(), wait));
  const std::uint64_t length = unpack_number({header.data(), 4});
  const auto kind = static_cast<std::uint8_t>(header[4]);
  const bool is_known = kind >= std::to_underlying(Kind::Request) && kind <= std::to_underlying(Kind::Error);
  if (!is_known || length > max_bytes) return fail(ErrorCode::DataLoss, "the other process sent a malformed message");
  Message message{static_cast<Kind>(kind), std::string(length, '\0')};
  CINELOOM_TRY(receive_exactly(descriptor, message.bytes.data(), message.bytes.size(), wait));
  return message;
}

Expected<void> send(int descriptor, Kind kind, std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) { return fail(ErrorCode::InvalidArgument, "the message is longer than 4 GiB"); }
  std::string header;
  pack_number(header, bytes.size(), 4);
  header += static_cast<char>(std::to_underlying(kind));
  CINELOOM_TRY(send_all(descriptor, header));
  return send_all(descriptor, bytes);
}

std::string pack_error(const Error& error) {
  std::string bytes(1, static_cast<char>(std::to_underlying(error.code())));
  return bytes.append(error.describe()).append(1, '\0').append(error.next_step());
}

Error unpack_error(std::string_view bytes) {
  const auto code = bytes.empty() ? 255U : static_cast<unsigned char>(bytes.front());
  if (code > static_cast<unsigned>(std::to_underlying(ErrorCode::Internal))) { return {ErrorCode::DataLoss, "the worker reported an error of no known kind"}; }
  bytes.remove_prefix(1);
  Error error(static_cast<ErrorCode>(code), take_text(bytes));
  std::string advice = take_text(bytes);
  return advice.empty() ? error : std::move(error).advise(advice);
}

std::string pack_progress(const ProgressUpdate& update) {
  std::string bytes;
  pack_number(bytes, static_cast<std::uint64_t>(update.done), 8);
  pack_number(bytes, static_cast<std::uint64_t>(update.total), 8);
  return bytes.append(update.stage).append(1, '\0').append(update.unit);
}

Expected<ProgressUpdate> unpack_progress(std::string_view bytes) {
  if (bytes.size() < 16) return fail(ErrorCode::DataLoss, "the worker sent malformed progress");
  ProgressUpdate update;
  update.done = std::max<std::int64_t>(0, static_cast<std::int64_t>(unpack_number(bytes.substr(0, 8))));
  update.total = std::max<std::int64_t>(0, static_cast<std::int64_t>(unpack_number(bytes.substr(8, 8))));
  bytes.remove_prefix(16);
  update.stage = take_text(bytes);
  update.unit = take_text(bytes);
  return update;
}

}  // namespace cineloom::messages
