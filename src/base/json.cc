#include "base/json.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <cstdlib>

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

/// Builds a value from what the parser meets. Boost's own builder takes the parser's numbers, of which one in ten is the neighbour of what
/// was written (1.81); here a number is the nearest there is, so that what is written and read again stays the same.
struct Builder {
  // NOLINTBEGIN(readability-identifier-naming): names that the parser asks for
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();
  // NOLINTEND(readability-identifier-naming)
  using Text = boost::json::string_view;
  using Code = boost::system::error_code;

  boost::json::value_stack stack;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t size, Code&) { return (stack.push_object(size), true); }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t size, Code&) { return (stack.push_array(size), true); }
  bool on_key_part(Text text, std::size_t, Code&) { return (stack.push_chars(text), true); }
  bool on_key(Text text, std::size_t, Code&) { return (stack.push_key(text), true); }
  bool on_string_part(Text text, std::size_t, Code&) { return (stack.push_chars(text), true); }
  bool on_string(Text text, std::size_t, Code&) { return (stack.push_string(text), true); }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t number, Text, Code&) { return (stack.push_int64(number), true); }
  bool on_uint64(std::uint64_t number, Text, Code&) { return (stack.push_uint64(number), true); }
  /// `text` is the whole number, as the parser is given all of the text at once.
  bool on_double(double, Text text, Code& error) {
    double number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc::result_out_of_range) {
      number = std::strtod(std::string(text).c_str(), nullptr);  // tells what is too small, and 0, from what is too large
      if (std::isinf(number)) return (error = boost::json::error::exponent_overflow, false);
    }
    return (stack.push_double(number), true);
  }
  bool on_bool(bool value, Code&) { return (stack.push_bool(value), true); }
  bool on_null(Code&) { return (stack.push_null(), true); }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

}  // namespace

Expected<boost::json::value> parse(std::string_view text) {
  boost::json::basic_parser<Builder> parser(boost::json::parse_options{.max_depth = kDeepest});
  parser.handler().stack.reset();
  boost::system::error_code error;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos) {
    return fail(ErrorCode::InvalidArgument, fmt::format("JSON: something follows the value at byte {}", consumed));
  }
  if (error) return fail(ErrorCode::InvalidArgument, fmt::format("JSON: {} at byte {}", error.message(), consumed));
  return parser.handler().stack.release();
}

std::string pretty(const boost::json::value& value) {
  std::string text;
  append_pretty(text, value, 0);
  return text + "\n";
}

}  // namespace cineloom::json
