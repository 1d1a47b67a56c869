#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace cineloom::testing {

/// A sound model's bytes with some of them changed: `patches` is a list of five bytes each, a place and a value; what is left over
/// at the end says where the bytes are cut. So that a fuzzer reaches what stands behind the first check.
inline std::string patched(std::string bytes, std::span<const std::uint8_t> patches) {
  while (patches.size() >= 5 && !bytes.empty()) {
    std::uint32_t place = 0;
    std::memcpy(&place, patches.data(), sizeof(place));
    bytes[place % bytes.size()] = static_cast<char>(patches[4]);
    patches = patches.subspan(5);
  }
  std::uint32_t cut = 0;
  std::memcpy(&cut, patches.data(), std::min(patches.size(), sizeof(cut)));
  if (!patches.empty() && !bytes.empty()) bytes.resize(cut % bytes.size());
  return bytes;
}

}  // namespace cineloom::testing
