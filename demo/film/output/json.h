#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace film {

/// A quoted JSON string.
std::string quoted(std::string_view text);
/// "[a, b]" of ready-made JSON pieces.
std::string listed(const std::vector<std::string>& pieces, const char* separator = ", ");

/// A JSON value as read back by the check; numbers are kept as doubles.
struct Json {
  enum class Kind { Null, Bool, Number, Text, List, Object } kind = Kind::Null;
  bool truth = false;
  double number = 0;
  std::string text;
  std::vector<Json> items;
  std::map<std::string, Json> members;

  /// The member of that name, or a null value.
  const Json& operator[](const std::string& name) const;
  int whole() const { return static_cast<int>(number); }
};

/// Errors: what was wrong and at which byte.
std::expected<Json, std::string> parse_json(std::string_view text);

}  // namespace film
