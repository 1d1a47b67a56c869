#include "break_gguf.h"

namespace cineloom::bench {

std::string break_gguf(std::string bytes, int kind, Random& random) {
  constexpr std::size_t kHeaderBytes = 9000;
  const auto put = [&](std::size_t at, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
  };
  switch (kind % 4) {
    case 0:
      for (std::uint64_t i = 0; i < 1 + random.below(4); ++i) bytes[random.below(kHeaderBytes)] = static_cast<char>(random());
      break;
    case 1: put(8 + 8 * random.below(2), random() >> random.below(60), 8); break;
    case 2: bytes.resize(random.below(bytes.size())); break;
    default:
      for (int i = 0; i < 3; ++i) put(bytes.size() - 8 - 4 * random.below(bytes.size() / 8), 0x7FC00000U | random.below(1U << 20U), 4);
  }
  return bytes;
}

}  // namespace cineloom::bench
