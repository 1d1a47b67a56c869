#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/hash.h"

namespace cineloom {

/// What a stored model begins with.
struct SealMark {
  std::uint32_t magic = 0;
  std::uint32_t version = 1;
};

/// The mark, the body, a checksum over both (FNV-1a, 64 bits).
inline std::string seal(const SealMark& mark, std::string_view body) {
  std::string bytes(reinterpret_cast<const char*>(&mark), sizeof mark);
  bytes.append(body);
  const std::uint64_t sum = fnv1a64(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  return bytes;
}

/// The body, which lives as long as `bytes`. Errors: DataLoss, saying what was found instead.
inline Expected<std::string_view> unseal(const SealMark& mark, std::string_view bytes) {
  SealMark found;
  std::uint64_t sum = 0;
  if (bytes.size() < sizeof found + sizeof sum) return fail(ErrorCode::DataLoss, "too few bytes");
  std::memcpy(&found, bytes.data(), sizeof found);
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  bytes.remove_suffix(sizeof sum);
  if (found.magic != mark.magic) return fail(ErrorCode::DataLoss, "other bytes");
  if (found.version != mark.version) return fail(ErrorCode::DataLoss, fmt::format("version {} where this program reads {}", found.version, mark.version));
  if (sum != fnv1a64(bytes)) return fail(ErrorCode::DataLoss, "bytes that do not agree with their checksum");
  return bytes.substr(sizeof found);
}

}  // namespace cineloom
