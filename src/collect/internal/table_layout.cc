#include "collect/internal/table_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 13> kUserNames = {"user",     "userid",     "uid",    "viewer",     "reader",  "player",   "listener",
                                                         "customer", "customerid", "member", "reviewerid", "account", "visitorid"};
constexpr std::array<std::string_view, 24> kItemNames = {"item",    "itemid", "iid",    "sid",    "movie",    "movieid", "film",    "filmid",
                                                         "book",    "bookid", "isbn",   "game",   "gameid",   "app",     "appid",   "track",
                                                         "trackid", "song",   "songid", "artist", "artistid", "asin",    "product", "productid"};
constexpr std::array<std::string_view, 8> kRatingNames = {"rating", "ratings", "stars", "star", "score", "prediction", "bookrating", "overall"};
constexpr std::array<std::string_view, 8> kCountNames = {"count", "plays", "playcount", "hours", "minutes", "weight", "listens", "quantity"};
constexpr std::array<std::string_view, 11> kTimeNames = {"time",           "timestamp", "ts",        "date",      "at",       "datetime",
                                                         "unixreviewtime", "unixtime",  "createdat", "dateadded", "watchedat"};
constexpr std::array<std::string_view, 5> kSeparators = {"::", "\t", ";", ",", "|"};

/// "User-ID", "user_id" and "userId" are one name.
std::string plain(std::string_view name) {
  std::string text;
  for (const char letter : name) {
    if (letter >= 'A' && letter <= 'Z') text += static_cast<char>(letter - 'A' + 'a');
    if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) text += letter;
  }
  return text;
}

bool is_among(Names names, std::string_view name) { return std::ranges::find(names, plain(name)) != names.end(); }

bool is_number(std::string_view text) { return parse_number(text).has_value(); }

std::size_t fields_in(std::string_view line, std::string_view separator) {
  std::vector<std::string_view> fields;
  std::vector<std::string> unquoted;
  cut(line, separator, fields, unquoted);
  return fields.size();
}

bool looks_like_header(std::span<const std::string_view> first, std::span<const std::string_view> second) {
  const bool has_known = std::ranges::any_of(first, [](std::string_view name) { return is_among(kUserNames, name); }) &&
                         std::ranges::any_of(first, [](std::string_view name) { return is_among(kItemNames, name); });
  const bool is_words = std::ranges::none_of(first, is_number);
  return has_known || (is_words && std::ranges::any_of(second, is_number));
}

Names names_of(Role role) {
  switch (role) {
    case Role::User: return kUserNames;
    case Role::Item: return kItemNames;
    case Role::Value: return kRatingNames;
    case Role::Time: break;
  }
  return kTimeNames;
}

constexpr std::array kAllRoles = {Role::User, Role::Item, Role::Value, Role::Time};

const std::string& wanted_name(const EventColumns& wanted, Role role) {
  switch (role) {
    case Role::User: return wanted.user;
    case Role::Item: return wanted.item;
    case Role::Value: return wanted.value;
    case Role::Time: break;
  }
  return wanted.time;
}

std::optional<std::size_t>& column_of(TableLayout& layout, Role role) { return layout.columns[static_cast<std::size_t>(role)]; }

bool is_taken(const TableLayout& layout, std::size_t column) {
  return std::ranges::any_of(layout.columns, [&](const auto& taken) { return taken == column; });
}

std::unexpected<Error> no_column(std::string_view role, std::span<const std::string_view> header, bool has_header) {
  std::string there = has_header ? fmt::format("columns are: {}", fmt::join(header, ", ")) : fmt::format("there are {} columns and no header", header.size());
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("no column tells the {}", role)).advise(there + "; name it in a schema (docs/other-domains.md)"));
}

/// Columns that the schema names.
Expected<void> take_wanted(TableLayout& layout, const EventColumns& wanted, std::span<const std::string_view> header) {
  for (const Role role : kAllRoles) {
    const std::string& name = wanted_name(wanted, role);
    if (name.empty()) continue;
    column_of(layout, role) = find_column(header, layout.has_header, name);
    if (!column_of(layout, role)) return no_column(name, header, layout.has_header);
  }
  return {};
}

/// Columns whose names are usual.
void take_usual(TableLayout& layout, std::span<const std::string_view> header) {
  for (const Role role : kAllRoles) {
    for (std::size_t at = 0; at < header.size() && !column_of(layout, role); ++at) {
      if (!is_taken(layout, at) && is_among(names_of(role), header[at])) column_of(layout, role) = at;
    }
  }
  for (std::size_t at = 0; at < header.size() && !column_of(layout, Role::Value); ++at) {
    if (!is_taken(layout, at) && is_among(kCountNames, header[at])) column_of(layout, Role::Value) = at;
  }
  const auto value = column_of(layout, Role::Value);
  if (value && is_among(kRatingNames, header[*value])) layout.meaning = ValueMeaning::Rating;
  if (value && is_among(kCountNames, header[*value])) layout.meaning = ValueMeaning::Count;
}

/// Without names: user, item, value, time in this order; a third column of moments is the time.
void take_by_place(TableLayout& layout, std::span<const std::string_view> row) {
  constexpr double kEarliestMoment = 1e8;  // 1973; no rating and hardly a count
  for (const Role role : kAllRoles) {
    const auto place = static_cast<std::size_t>(role);
    if (!column_of(layout, role) && place < row.size() && !is_taken(layout, place)) column_of(layout, role) = place;
  }
  const auto third = row.size() > 2 ? parse_number(row[2]) : std::nullopt;
  if (row.size() == 3 && third && *third > kEarliestMoment) {
    layout.columns[static_cast<std::size_t>(Role::Time)] = 2;
    layout.columns[static_cast<std::size_t>(Role::Value)].reset();
  }
}

/// A value that is no number and a time that is no moment are not what their place or name promised.
void drop_what_does_not_read(TableLayout& layout, const EventColumns& wanted, std::span<const std::string_view> row) {
  auto& value = column_of(layout, Role::Value);
  if (wanted.value.empty() && value && *value < row.size() && !row[*value].empty() && !is_number(row[*value])) value.reset();
  auto& time = column_of(layout, Role::Time);
  if (wanted.time.empty() && time && *time < row.size() && !parse_moment(row[*time])) time.reset();
}

Expected<TableLayout> find_json_layout(std::span<const std::string> lines, const EventColumns& wanted) {
  CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(lines.front()), "line 1");
  const auto* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::InvalidArgument, "line 1: expected a JSON object");
  TableLayout layout{.has_header = true};
  for (const auto& entry : *object) layout.keys.emplace_back(entry.key());
  const std::vector<std::string_view> header(layout.keys.begin(), layout.keys.end());
  CINELOOM_TRY(take_wanted(layout, wanted, header));
  take_usual(layout, header);
  if (!column_of(layout, Role::User)) return no_column("user", header, true);
  if (!column_of(layout, Role::Item)) return no_column("item", header, true);
  return layout;
}

}  // namespace

std::optional<std::size_t> find_column(std::span<const std::string_view> header, bool has_header, std::string_view wanted) {
  if (has_header) {
    const auto found = std::ranges::find(header, wanted);
    if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  if (error != std::errc() || end != wanted.data() + wanted.size() || number < 1 || number > header.size()) return std::nullopt;
  return number - 1;
}

Expected<std::string> find_separator(std::span<const std::string> lines) {
  if (lines.front().starts_with('{')) return std::string();
  for (const std::string_view separator : kSeparators) {
    const std::size_t count = fields_in(lines.front(), separator);
    if (count > 1 && std::ranges::all_of(lines, [&](const std::string& line) { return fields_in(line, separator) == count; })) return std::string(separator);
  }
  const std::size_t count = fields_in(lines.front(), " ");
  if (count > 1 && std::ranges::all_of(lines, [&](const std::string& line) { return fields_in(line, " ") == count; })) return std::string(" ");
  return std::unexpected(Error(ErrorCode::InvalidArgument, "expected a table with one event per line, found no separator that cuts all lines alike")
                             .advise("give CSV, TSV or NDJSON, or name the separator in a schema"));
}

void cut(std::string_view line, std::string_view separator, std::vector<std::string_view>& fields, std::vector<std::string>& unquoted) {
  fields.clear();
  unquoted.clear();
  unquoted.reserve(8);  // fields point at the strings, which may not move; more quoted fields than that are counted first
  if (static_cast<std::size_t>(std::ranges::count(line, '"')) > 16) unquoted.reserve(line.size());
  for (;;) {
    if (line.starts_with('"') && separator != "::") {
      std::string text;
      std::size_t at = 1;
      for (; at < line.size(); ++at) {
        if (line[at] != '"') text += line[at];
        else if (at + 1 < line.size() && line[at + 1] == '"') text += line[at++];
        else break;
      }
      line.remove_prefix(std::min(at + 1, line.size()));
      const auto end = line.find(separator);
      text += line.substr(0, end);
      fields.emplace_back(unquoted.emplace_back(std::move(text)));
      if (end == std::string_view::npos) return;
      line.remove_prefix(end + separator.size());
      continue;
    }
    const auto end = line.find(separator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + separator.size());
  }
}

std::optional<std::int64_t> parse_moment(std::string_view text) {
  constexpr double kMilliseconds = 1e11;  // seconds reach it in the year 5138
  constexpr double kMicroseconds = 1e14;
  if (const auto number = parse_number(text); number && std::abs(*number) < 1e18) {
    const double scale = std::abs(*number) > kMicroseconds ? 1e6 : std::abs(*number) > kMilliseconds ? 1e3 : 1;
    return static_cast<std::int64_t>(*number / scale);
  }
  const auto time = parse_time(text);
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count();
}

Expected<TableLayout> find_layout(std::span<const std::string> lines, const EventColumns& wanted) {
  std::string separator = wanted.separator;
  if (separator.empty()) { CINELOOM_TRY_ASSIGN(separator, find_separator(lines)); }
  if (separator.empty()) return find_json_layout(lines, wanted);
  std::vector<std::string_view> first;
  std::vector<std::string> first_texts;
  cut(lines.front(), separator, first, first_texts);
  std::vector<std::string_view> second;
  std::vector<std::string> second_texts;
  if (lines.size() > 1) cut(lines[1], separator, second, second_texts);
  TableLayout layout{.separator = separator, .has_header = wanted.header.value_or(looks_like_header(first, second))};
  CINELOOM_TRY(take_wanted(layout, wanted, first));
  if (layout.has_header) take_usual(layout, first);
  else take_by_place(layout, first);
  drop_what_does_not_read(layout, wanted, layout.has_header ? second : first);
  if (!column_of(layout, Role::User)) return no_column("user", first, layout.has_header);
  if (!column_of(layout, Role::Item)) return no_column("item", first, layout.has_header);
  if (wanted.meaning == "none") column_of(layout, Role::Value).reset();
  if (wanted.meaning == "rating") layout.meaning = ValueMeaning::Rating;
  if (wanted.meaning == "count") layout.meaning = ValueMeaning::Count;
  return layout;
}

}  // namespace cineloom::collect
