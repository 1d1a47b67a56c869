#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "base/cancel.h"
#include "base/progress.h"
#include "collect/internal/line_stream.h"
#include "collect/internal/table_layout.h"

namespace cineloom::collect {

/// The fields of one line by role; empty where the table has none.
struct Row {
  std::array<std::string_view, kRoles> fields;
  std::int64_t line = 0;

  [[nodiscard]] std::string_view get(Role role) const { return fields[static_cast<std::size_t>(role)]; }
};

using TakeRow = std::function<Expected<void>(const Row&)>;

/// Finds the layout of a member and calls `take` with every row. Errors: those of LineStream, find_layout and `take`, with the
/// member's name; InvalidArgument for an empty member; Cancelled.
Expected<TableLayout> for_each_row(const std::filesystem::path& path, const std::string& member, const EventColumns& wanted, const TakeRow& take,
                                   Progress& progress, const CancelToken& cancel);

/// Positions for names, in the order they come.
class NameTable {
 public:
  std::int32_t position(std::string_view name);
  [[nodiscard]] std::optional<std::int32_t> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> take() &&;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> positions_;
  std::string last_name_;  // rows of one user stand together in most files
  std::int32_t last_ = -1;
};

/// Adds titles and features of items from a table of items. Items without events are left out. Errors: as for_each_row.
Expected<void> read_items(const std::filesystem::path& path, const std::string& member, const ItemColumns& columns, const NameTable& items, EventTable& table,
                          Progress& progress, const CancelToken& cancel);
/// The same for the table of ml-100k, whose genres are nineteen columns of 0 and 1.
Expected<void> read_ml100k_items(const std::filesystem::path& path, const std::string& member, const NameTable& items, EventTable& table);

}  // namespace cineloom::collect
