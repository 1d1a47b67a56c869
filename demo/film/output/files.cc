extern "C" {
#include <libavutil/mem.h>
#include <libavutil/sha.h>
}

#include <fstream>
#include <sstream>

#include "output/library.h"

namespace film {

Expected<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(path + ": cannot be opened");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Expected<void> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return std::unexpected(path + ": cannot be written");
  return {};
}

Expected<std::string> sha256_of(const std::string& path) {
  const Expected<std::string> bytes = read_file(path);
  if (!bytes) return bytes;
  AVSHA* sha = av_sha_alloc();
  av_sha_init(sha, 256);
  av_sha_update(sha, reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
  std::uint8_t digest[32];
  av_sha_final(sha, digest);
  av_free(sha);
  std::string text;
  for (const std::uint8_t byte : digest) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace film
