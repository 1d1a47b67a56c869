#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "collect/table_schema.h"
#include "domain/event_table.h"

namespace cineloom::collect {

/// The columns that make an event.
enum class Role : std::uint8_t { User, Item, Value, Time };
constexpr std::size_t kRoles = 4;

/// How the lines of a table are taken apart.
struct TableLayout {
  std::string separator;                                   ///< empty: every line is a JSON object
  bool has_header = false;
  std::array<std::optional<std::size_t>, kRoles> columns;  ///< by role; of JSON: the place in `keys`
  std::vector<std::string> keys;                           ///< of JSON
  std::optional<ValueMeaning> meaning;                     ///< where the column's name says it
};

/// Finds the layout from the first lines and what the schema says. Errors: InvalidArgument naming the columns there are.
Expected<TableLayout> find_layout(std::span<const std::string> lines, const EventColumns& wanted);

/// The separator with which all lines have the same number of fields, at least two; empty for JSON objects.
/// Errors: InvalidArgument if there is none.
Expected<std::string> find_separator(std::span<const std::string> lines);

/// Cuts a line into fields. Fields in double quotes may hold the separator; their quotes go, doubled ones become one. Views point
/// into the line or into `unquoted`.
void cut(std::string_view line, std::string_view separator, std::vector<std::string_view>& fields, std::vector<std::string>& unquoted);

/// Seconds since 1970 from seconds, milliseconds, microseconds or an ISO date; nothing for anything else.
std::optional<std::int64_t> parse_moment(std::string_view text);

/// Where a column is: by its name in the header or its number from 1.
std::optional<std::size_t> find_column(std::span<const std::string_view> header, bool has_header, std::string_view wanted);

}  // namespace cineloom::collect
