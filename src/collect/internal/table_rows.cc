#include "collect/internal/table_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

constexpr std::size_t kSampleLines = 50;
constexpr std::int64_t kLinesPerCheck = 8192;

std::string shown(const std::filesystem::path& path, const std::string& member) { return member.empty() ? path.filename().string() : member; }

Expected<std::vector<std::string>> read_sample(LineStream& lines) {
  std::vector<std::string> sample;
  while (sample.size() < kSampleLines) {
    std::string_view line;
    bool is_end = false;
    CINELOOM_TRY(lines.next(line, is_end));
    if (is_end) break;
    if (!line.empty()) sample.emplace_back(line);
  }
  return sample;
}

/// Takes lines apart by a layout.
class RowCutter {
 public:
  explicit RowCutter(const TableLayout& layout) : layout_(layout) {}

  Expected<Row> row(std::string_view line, std::int64_t number) {
    Row row{.line = number};
    if (layout_.separator.empty()) {
      CINELOOM_TRY(cut_object(line));
    } else {
      cut(line, layout_.separator, fields_, unquoted_);
    }
    for (std::size_t role = 0; role < kRoles; ++role) {
      const auto column = layout_.columns[role];
      if (column && *column < fields_.size()) row.fields[role] = fields_[*column];
    }
    return row;
  }

 private:
  Expected<void> cut_object(std::string_view line) {
    CINELOOM_TRY_ASSIGN(const boost::json::value value, json::parse(line));
    const auto* object = value.if_object();
    if (object == nullptr) return fail(ErrorCode::InvalidArgument, "expected a JSON object");
    fields_.clear();
    unquoted_.assign(layout_.keys.size(), {});
    for (std::size_t at = 0; at < layout_.keys.size(); ++at) {
      const auto* found = object->if_contains(layout_.keys[at]);
      if (found != nullptr && found->is_string()) unquoted_[at] = std::string_view(found->get_string());
      else if (found != nullptr && !found->is_null()) unquoted_[at] = boost::json::serialize(*found);
      fields_.emplace_back(unquoted_[at]);
    }
    return {};
  }

  const TableLayout& layout_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> unquoted_;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

/// Collects features by name, then writes them into the table as sorted positions.
class FeatureCollector {
 public:
  explicit FeatureCollector(EventTable& table) : table_(table) { table_.features.assign(table.items.size(), {}); }

  void add(std::int32_t item, std::string_view kind, std::string_view value) {
    if (value.empty() || value == "(no genres listed)") return;
    const std::string name = fmt::format("{}: {}", lower(kind), lower(value));
    const auto [found, is_new] = positions_.try_emplace(name, static_cast<std::int32_t>(positions_.size()));
    if (is_new) table_.feature_names.push_back(name);
    table_.features[static_cast<std::size_t>(item)].push_back(found->second);
  }
  void finish() {
    for (auto& list : table_.features) {
      std::ranges::sort(list);
      const auto repeated = std::ranges::unique(list);
      list.erase(repeated.begin(), repeated.end());
    }
  }

 private:
  EventTable& table_;
  std::unordered_map<std::string, std::int32_t> positions_;
};

void add_list(FeatureCollector& features, std::int32_t item, std::string_view kind, std::string_view list, std::string_view separator) {
  while (!list.empty()) {
    const auto end = separator.empty() ? std::string_view::npos : list.find(separator);
    std::string_view value = list.substr(0, end);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    features.add(item, kind, from_latin1(value));
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + separator.size());
  }
}

}  // namespace

Expected<TableLayout> for_each_row(const std::filesystem::path& path, const std::string& member, const EventColumns& wanted, const TakeRow& take,
                                   Progress& progress, const CancelToken& cancel) {
  const std::string action = "reading " + shown(path, member);
  CINELOOM_TRY_ASSIGN(LineStream lines, LineStream::open(path, member));
  CINELOOM_TRY_ASSIGN_IN(const auto sample, read_sample(lines), action);
  if (sample.empty())
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there is no line in it").in(action).advise("give a table with one event per line"));
  CINELOOM_TRY_ASSIGN_IN(const TableLayout layout, find_layout(sample, wanted), action);
  RowCutter cutter(layout);
  const auto take_line = [&](std::string_view line, std::int64_t number) -> Expected<void> {
    if (line.empty()) return {};
    const std::string where = fmt::format("line {}", number);
    auto row = cutter.row(line, number);
    if (!row) return fail_in(std::move(row).error().in(where), action);
    if (auto taken = take(*row); !taken) return fail_in(std::move(taken).error().in(where), action);
    return {};
  };
  progress.begin("reading " + shown(path, member), 0, "lines");
  for (std::size_t at = layout.has_header && !layout.separator.empty() ? 1 : 0; at < sample.size(); ++at)
    CINELOOM_TRY(take_line(sample[at], static_cast<std::int64_t>(at) + 1));
  for (;;) {
    std::string_view line;
    bool is_end = false;
    if (auto read = lines.next(line, is_end); !read) return fail_in(read.error(), action);
    if (is_end) break;
    CINELOOM_TRY(take_line(line, lines.number()));
    if (lines.number() % kLinesPerCheck == 0) {
      CINELOOM_TRY(cancel.check());
      progress.set(lines.number());
    }
  }
  progress.finish();
  return layout;
}

std::int32_t NameTable::position(std::string_view name) {
  if (last_ >= 0 && name == last_name_) return last_;
  last_name_ = name;
  if (const auto found = positions_.find(name); found != positions_.end()) return last_ = found->second;
  return last_ = positions_.emplace(std::string(name), static_cast<std::int32_t>(positions_.size())).first->second;
}

std::optional<std::int32_t> NameTable::find(std::string_view name) const {
  const auto found = positions_.find(name);
  if (found == positions_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> NameTable::take() && {
  std::vector<std::string> names(positions_.size());
  for (const auto& [name, position] : positions_) names[static_cast<std::size_t>(position)] = name;
  return names;
}

Expected<void> read_items(const std::filesystem::path& path, const std::string& member, const ItemColumns& columns, const NameTable& items, EventTable& table,
                          Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(cancel.check());
  const std::string action = "reading " + shown(path, member);
  CINELOOM_TRY_ASSIGN(LineStream lines, LineStream::open(path, member));
  CINELOOM_TRY_ASSIGN_IN(const auto sample, read_sample(lines), action);
  if (sample.empty()) return {};
  std::string separator = columns.separator;
  if (separator.empty()) { CINELOOM_TRY_ASSIGN_IN(separator, find_separator(sample), action); }
  if (separator.empty()) return fail(ErrorCode::InvalidArgument, action + ": items in JSON are not read; give CSV or TSV");
  std::vector<std::string_view> fields;
  std::vector<std::string> unquoted;
  cut(sample.front(), separator, fields, unquoted);
  const bool has_header = columns.header.value_or(true);
  const auto place = [&](const std::string& name) -> Expected<std::size_t> {
    const auto found = find_column(fields, has_header, name);
    if (found) return *found;
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: there is no column '{}'", action, name))
                               .advise("name a column of its first line, or a number from 1"));
  };
  CINELOOM_TRY_ASSIGN(const std::size_t item_column, place(columns.item));
  std::optional<std::size_t> title_column;
  if (!columns.title.empty()) { CINELOOM_TRY_ASSIGN(title_column, place(columns.title)); }
  std::vector<std::size_t> feature_columns;
  std::vector<std::string> kinds;
  for (const std::string& name : columns.features) {
    const auto equals = name.find('=');
    CINELOOM_TRY_ASSIGN(feature_columns.emplace_back(), place(equals == std::string::npos ? name : name.substr(equals + 1)));
    kinds.push_back(name.substr(0, equals));
  }
  FeatureCollector features(table);
  if (title_column) table.titles.assign(table.items.size(), {});
  const auto take = [&](std::string_view line) {
    cut(line, separator, fields, unquoted);
    const auto item = item_column < fields.size() ? items.find(fields[item_column]) : std::nullopt;
    if (!item) return;
    if (title_column && *title_column < fields.size()) table.titles[static_cast<std::size_t>(*item)] = from_latin1(fields[*title_column]);
    for (std::size_t at = 0; at < feature_columns.size(); ++at) {
      if (feature_columns[at] < fields.size()) add_list(features, *item, kinds[at], fields[feature_columns[at]], columns.list_separator);
    }
  };
  progress.begin("reading " + shown(path, member), 0, "lines");
  for (std::size_t at = has_header ? 1 : 0; at < sample.size(); ++at) take(sample[at]);
  for (std::string_view line;;) {
    bool is_end = false;
    if (auto read = lines.next(line, is_end); !read) return fail_in(read.error(), action);
    if (is_end) break;
    take(line);
  }
  features.finish();
  return {};
}

Expected<void> read_ml100k_items(const std::filesystem::path& path, const std::string& member, const NameTable& items, EventTable& table) {
  constexpr std::array<std::string_view, 19> kGenres = {"unknown",     "action", "adventure", "animation", "children's", "comedy",  "crime",
                                                        "documentary", "drama",  "fantasy",   "film-noir", "horror",     "musical", "mystery",
                                                        "romance",     "sci-fi", "thriller",  "war",       "western"};
  constexpr std::size_t kFirstGenre = 5;
  CINELOOM_TRY_ASSIGN(LineStream lines, LineStream::open(path, member));
  FeatureCollector features(table);
  table.titles.assign(table.items.size(), {});
  std::vector<std::string_view> fields;
  std::vector<std::string> unquoted;
  for (std::string_view line;;) {
    bool is_end = false;
    CINELOOM_TRY(lines.next(line, is_end));
    if (is_end) break;
    cut(line, "|", fields, unquoted);
    const auto item = fields.size() >= kFirstGenre + kGenres.size() ? items.find(fields[0]) : std::nullopt;
    if (!item) continue;
    table.titles[static_cast<std::size_t>(*item)] = from_latin1(fields[1]);
    for (std::size_t genre = 0; genre < kGenres.size(); ++genre) {
      if (fields[kFirstGenre + genre] == "1") features.add(*item, "genre", kGenres[genre]);
    }
  }
  features.finish();
  return {};
}

}  // namespace cineloom::collect
