#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom {

/// Where events stand in a table. Columns are named as in the header, or by their number from 1; empty = found by itself.
struct EventColumns {
  std::string file;              ///< inside the folder or archive; empty = the largest table
  std::string separator;         ///< one or more characters; empty = found by itself
  std::optional<bool> header;    ///< whether the first line names the columns
  std::string user;
  std::string item;
  std::string value;             ///< stars, plays, hours
  std::string time;              ///< seconds, milliseconds or ISO dates
  std::string meaning;           ///< of the value: "rating", "count" or "none"
  std::vector<double> scale;     ///< [lowest, highest] rating; others are refused
  std::optional<double> positive_from;  ///< ratings from here on say that the user liked it; nothing = upper quarter of the scale
};

/// Where items are described.
struct ItemColumns {
  std::string file;              ///< beside or inside the events' source; empty = none
  std::string separator;
  std::optional<bool> header;
  std::string item;              ///< the same names as in the events
  std::string title;
  std::vector<std::string> features;  ///< columns of genres, authors, makers; "genre=3" gives a column another name
  std::string list_separator = "|";   ///< between several values in one column
};

/// A file of any domain as items and events: books, games, music. Written as JSON (docs/other-domains.md).
struct TableSchema {
  std::string name;
  EventColumns events;
  ItemColumns items;
};

/// Reads a schema. Errors: NotFound; InvalidArgument with the field that is wrong or unknown.
Expected<TableSchema> read_schema(const std::filesystem::path& path);

}  // namespace cineloom
