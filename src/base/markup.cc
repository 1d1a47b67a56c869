#include "base/markup.h"

#include "base/utf8.h"

namespace cineloom {
namespace {

bool is_unwritable(char32_t letter) { return (letter < ' ' && letter != '\n') || (letter >= 0x7F && letter < 0xA0) || letter == 0xFFFE || letter == 0xFFFF; }

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string clean;
  clean.reserve(valid.size());
  for (std::size_t at = 0; at < valid.size();) {
    const auto decoded = decode_utf8(std::string_view(valid).substr(at));
    const char32_t letter = decoded->code_point;
    const bool ends_crlf = letter == '\n' && at > 0 && valid[at - 1] == '\r';
    if (letter == '\r' || letter == 0x2028 || letter == 0x2029) {
      clean += '\n';
    } else if (letter == '\t') {
      clean += ' ';
    } else if (!ends_crlf && !is_unwritable(letter)) {
      clean.append(valid, at, decoded->bytes);
    }
    at += decoded->bytes;
  }
  return clean;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char letter : printable(text)) {
    if (letter != '\n' && letter != ' ') {
      line += letter;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string escape_markup(std::string_view text) {
  std::string escaped;
  for (const char letter : printable(text)) {
    switch (letter) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += letter;
    }
  }
  return escaped;
}

}  // namespace cineloom
