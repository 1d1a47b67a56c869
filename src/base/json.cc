#include "base/json.h"

#include <fmt/format.h>

#include "base/json_text.h"

namespace cineloom::json {
namespace {

constexpr std::size_t kDeepest = 64;

void append_pretty(std::string& text, const boost::json::value& value, std::size_t depth);

template <class Container, class Append>
void append_container(std::string& text, const Container& container, char open, char close, std::size_t depth, Append append) {
  text += open;
  bool is_first = true;
  for (const auto& element : container) {
    text += is_first ? "\n" : ",\n";
    text.append(2 * (depth + 1), ' ');
    append(element);
    is_first = false;
  }
  if (!is_first) text.append("\n").append(2 * depth, ' ');
  text += close;
}

void append_pretty(std::string& text, const boost::json::value& value, std::size_t depth) {
  if (const auto* object = value.if_object()) {
    append_container(text, *object, '{', '}', depth, [&](const auto& entry) {
      text += json_string(std::string_view(entry.key())) + ": ";
      append_pretty(text, entry.value(), depth + 1);
    });
  } else if (const auto* array = value.if_array()) {
    append_container(text, *array, '[', ']', depth, [&](const auto& element) { append_pretty(text, element, depth + 1); });
  } else {
    text += boost::json::serialize(value);
  }
}

}  // namespace

Expected<boost::json::value> parse(std::string_view text) {
  boost::json::stream_parser parser({}, boost::json::parse_options{.max_depth = kDeepest});
  boost::system::error_code error;
  const std::size_t consumed = parser.write_some(text, error);
  if (!error) parser.finish(error);
  if (!error && text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos) {
    return fail(ErrorCode::InvalidArgument, fmt::format("JSON: something follows the value at byte {}", consumed));
  }
  if (error) return fail(ErrorCode::InvalidArgument, fmt::format("JSON: {} at byte {}", error.message(), consumed));
  return parser.release();
}

std::string pretty(const boost::json::value& value) {
  std::string text;
  append_pretty(text, value, 0);
  return text + "\n";
}

}  // namespace cineloom::json
