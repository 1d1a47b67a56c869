#include "store/internal/han_fold.h"

#include <opencc/opencc.h>

#include <exception>
#include <string>
#include <vector>

#include "base/utf8.h"

namespace cineloom::store {
namespace {

constexpr char32_t kFirst = 0x3400;
constexpr char32_t kLast = 0x9FFF;

/// The form of each character from kFirst on; empty where there are no tables. Line ends keep characters from being read as phrases.
std::vector<char32_t> read_table() {
  std::string all;
  for (char32_t character = kFirst; character <= kLast; ++character) {
    append_utf8(all, character);
    all += '\n';
  }
  std::vector<char32_t> table;
  try {
    const std::string folded = opencc::SimpleConverter("t2s.json").Convert(all);
    for (std::string_view rest = folded; !rest.empty();) {
      const auto decoded = decode_utf8(rest);
      if (!decoded) return {};
      if (decoded->code_point != U'\n') table.push_back(decoded->code_point);
      rest.remove_prefix(decoded->bytes);
    }
  } catch (const std::exception&) {
    return {};  // then each script is found as it was written
  }
  return table.size() == kLast - kFirst + 1 ? table : std::vector<char32_t>();
}

}  // namespace

char32_t simplified(char32_t character) {
  if (character < kFirst || character > kLast) return character;
  static const std::vector<char32_t> kTable = read_table();
  return kTable.empty() ? character : kTable[character - kFirst];
}

}  // namespace cineloom::store
