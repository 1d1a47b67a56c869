#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/progress.h"

namespace cineloom::messages {

enum class Kind : std::uint8_t { Request = 1, Progress = 2, Data = 3, Result = 4, Error = 5 };

struct Message {
  Kind kind = Kind::Error;
  std::string bytes;
};

/// Five bytes: the length of what follows, little-endian, and the kind.
inline constexpr std::size_t kHeaderBytes = 5;

/// Waits until `descriptor` can be read; an error ends the reading.
using WaitForInput = std::function<Expected<void>(int descriptor)>;

/// Errors: DataLoss if the other end is gone or the message is malformed or longer than `max_bytes`; those of `wait`.
Expected<Message> receive(int descriptor, std::size_t max_bytes, const WaitForInput& wait);
/// Errors: DataLoss if the other end is gone, InvalidArgument over 4 GiB.
Expected<void> send(int descriptor, Kind kind, std::string_view bytes);

std::string pack_error(const Error& error);
Error unpack_error(std::string_view bytes);
std::string pack_progress(const ProgressUpdate& update);
/// Errors: DataLoss if malformed.
Expected<ProgressUpdate> unpack_progress(std::string_view bytes);

}  // namespace cineloom::messages
