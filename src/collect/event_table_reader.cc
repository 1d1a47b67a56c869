#include "collect/event_table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include "base/sha256.h"
#include "collect/internal/table_rows.h"
#include "collect/internal/values.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using collect::Member;
using collect::NameTable;
using collect::Role;
using collect::Row;
using collect::TableLayout;

constexpr std::array<std::string_view, 9> kTableEndings = {".csv", ".tsv", ".dat", ".data", ".txt", ".jsonl", ".ndjson", ".base", ".json"};
constexpr std::array<std::string_view, 6> kEventNames = {"ratings.csv", "ratings.dat", "u.data", "events.csv", "interactions.csv", "ratings.tsv"};
constexpr std::size_t kMostDistinctRatings = 21;  // a 0.5 .. 10 scale in halves
constexpr float kHighestRating = 100;
constexpr std::size_t kHashBlock = 1U << 20U;

std::string_view base_name(std::string_view name) { return name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1); }

std::optional<Member> member_named(const std::vector<Member>& members, std::string_view name) {
  const auto found = std::ranges::find_if(members, [&](const Member& member) { return member.name == name || base_name(member.name) == name; });
  if (found == members.end()) return std::nullopt;
  return *found;
}

bool is_table(const Member& member) {
  std::string_view name = member.name;
  for (const std::string_view packed : {".gz", ".xz", ".bz2", ".zst"}) {
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  }
  return std::ranges::any_of(kTableEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

/// The table of events among a source's members.
Expected<Member> choose_events(const std::vector<Member>& members, const std::string& wanted, const fs::path& path) {
  if (members.size() == 1 && members.front().name.empty()) return members.front();
  if (!wanted.empty()) {
    if (const auto named = member_named(members, wanted)) return *named;
    return std::unexpected(
        Error(ErrorCode::NotFound, fmt::format("'{}' holds no '{}'", path.string(), wanted)).advise("name one of its files in the schema's events.file"));
  }
  for (const std::string_view name : kEventNames) {
    if (const auto named = member_named(members, name)) return *named;
  }
  const Member* largest = nullptr;
  for (const Member& member : members) {
    if (is_table(member) && (largest == nullptr || member.size > largest->size)) largest = &member;
  }
  if (largest != nullptr) return *largest;
  return std::unexpected(
      Error(ErrorCode::NotFound, fmt::format("'{}' holds no table of events", path.string())).advise("give CSV, TSV or NDJSON, or name the file in a schema"));
}

Expected<std::string> hash_of(const fs::path& path, const CancelToken& cancel) {
  std::error_code error;
  if (fs::is_directory(path, error)) return std::string();
  std::ifstream file(path, std::ios::binary);
  Sha256 hash;
  std::string block(kHashBlock, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    CINELOOM_TRY(cancel.check());
    hash.add(std::string_view(block).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  return std::move(hash).finish();
}

/// Fills a table row by row.
class TableBuilder {
 public:
  explicit TableBuilder(const EventColumns& columns) : columns_(columns) {}

  Expected<void> add(const Row& row, SplitPart part) {
    const std::string_view value = row.get(Role::Value);
    const std::string_view time = row.get(Role::Time);
    if (row.get(Role::User).empty() || row.get(Role::Item).empty() || (has_values_ && value.empty())) {
      ++left_out_;
      return {};
    }
    TableEvent event{.user = users_.position(row.get(Role::User)), .item = items_.position(row.get(Role::Item)), .part = part};
    if (!value.empty()) {
      CINELOOM_TRY_ASSIGN(event.value, parse_value(value));
      has_values_ = true;
    }
    if (!time.empty()) {
      const auto moment = collect::parse_moment(time);
      if (!moment)
        return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("expected a time in seconds or as 2024-12-31, found '{}'", time.substr(0, 40)))
                                   .advise("mend the line, or name another column as time in a schema"));
      event.time = *moment;
      table_.has_times = true;
    }
    table_.events.push_back(event);
    return {};
  }

  [[nodiscard]] const NameTable& items() const { return items_; }
  EventTable& table() { return table_; }

  /// Names, meaning and scale, once all rows are in.
  EventTable finish_events(const TableLayout& layout) {
    table_.users = std::move(users_).take();
    table_.items = NameTable(items_).take();
    if (left_out_ > 0) {
      table_.warnings.push_back({.english = fmt::format("{} lines without user, item or value were left out", left_out_),
                                 .chinese = fmt::format("{} 行缺少用户、物品或值，已略去", left_out_)});
    }
    settle_meaning(layout);
    return std::move(table_);
  }

 private:
  Expected<float> parse_value(std::string_view text) const {
    const auto number = collect::parse_number(text);
    if (!number)
      return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("expected a number as value, found '{}'", text.substr(0, 40)))
                                 .advise("mend the line, or name another column as value in a schema"));
    if (std::abs(*number) > 1e30)
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("the value '{}' is not finite", text.substr(0, 40))).advise("mend or remove the line"));
    if (!columns_.scale.empty() && (*number < columns_.scale[0] || *number > columns_.scale[1])) {
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("the rating {} lies outside the scale {} to {}", *number, columns_.scale[0], columns_.scale[1]))
              .advise("mend the line, or the schema's scale"));
    }
    return static_cast<float>(*number);
  }

  void settle_meaning(const TableLayout& layout) {
    std::vector<float> distinct;
    for (const TableEvent& event : table_.events) {
      if (distinct.size() > kMostDistinctRatings) break;
      if (std::ranges::find(distinct, event.value) == distinct.end()) distinct.push_back(event.value);
    }
    std::ranges::sort(distinct);
    const bool is_like_ratings = distinct.size() > 1 && distinct.size() <= kMostDistinctRatings && distinct.back() <= kHighestRating;
    table_.meaning = !has_values_ ? ValueMeaning::None
                                  : layout.meaning.value_or(is_like_ratings       ? ValueMeaning::Rating
                                                            : distinct.size() > 1 ? ValueMeaning::Count
                                                                                  : ValueMeaning::None);
    if (table_.meaning != ValueMeaning::Rating) return;
    const auto [low, high] = std::ranges::minmax(table_.events, {}, &TableEvent::value);
    table_.scale_low = columns_.scale.empty() ? static_cast<double>(low.value) : columns_.scale[0];
    table_.scale_high = columns_.scale.empty() ? static_cast<double>(high.value) : columns_.scale[1];
    table_.positive_from = columns_.positive_from.value_or(table_.scale_low + 0.75 * (table_.scale_high - table_.scale_low));
    if (columns_.positive_from || distinct.size() > kMostDistinctRatings) return;
    const auto first = std::ranges::find_if(distinct, [&](float value) { return static_cast<double>(value) >= table_.positive_from; });
    if (first != distinct.end()) table_.positive_from = static_cast<double>(*first);
  }

  const EventColumns& columns_;
  EventTable table_;
  NameTable users_;
  NameTable items_;
  bool has_values_ = false;
  std::size_t left_out_ = 0;
};

/// A part of a split that somebody drew, by the name of its file.
struct PartFile {
  std::string_view name;
  SplitPart part;
};

std::vector<PartFile> parts_of(const std::vector<Member>& members, const std::string& wanted) {
  static constexpr std::array kStrong = {PartFile{"train.csv", SplitPart::Train}, PartFile{"validation_tr.csv", SplitPart::ValidationKnown},
                                         PartFile{"validation_te.csv", SplitPart::ValidationHidden}, PartFile{"test_tr.csv", SplitPart::TestKnown},
                                         PartFile{"test_te.csv", SplitPart::TestHidden}};
  if (wanted.empty() && std::ranges::all_of(kStrong, [&](const PartFile& part) { return member_named(members, part.name).has_value(); }))
    return {kStrong.begin(), kStrong.end()};
  return {};
}

/// Describes items where a release of MovieLens, or the schema, does.
Expected<void> add_items(const fs::path& path, const std::vector<Member>& members, const TableSchema& schema, const NameTable& names, EventTable& table,
                         Progress& progress, const CancelToken& cancel) {
  if (!schema.items.file.empty()) {
    if (const auto named = member_named(members, schema.items.file))
      return collect::read_items(path, named->name, schema.items, names, table, progress, cancel);
    return collect::read_items(path.parent_path() / schema.items.file, "", schema.items, names, table, progress, cancel);
  }
  if (const auto named = member_named(members, "movies.csv")) {
    return collect::read_items(path, named->name, {.item = "movieId", .title = "title", .features = {"genre=genres"}}, names, table, progress, cancel);
  }
  if (const auto named = member_named(members, "movies.dat")) {
    return collect::read_items(path, named->name, {.separator = "::", .header = false, .item = "1", .title = "2", .features = {"genre=3"}}, names, table,
                               progress, cancel);
  }
  if (const auto named = member_named(members, "u.item")) return collect::read_ml100k_items(path, named->name, names, table);
  return {};
}

}  // namespace

Expected<EventTable> read_event_table(const fs::path& path, const TableSchema& schema, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto members, collect::list_members(path));
  TableBuilder builder(schema.events);
  TableLayout layout;
  const auto read = [&](const std::string& member, SplitPart part) -> Expected<void> {
    CINELOOM_TRY_ASSIGN(layout, collect::for_each_row(path, member, schema.events, [&](const Row& row) { return builder.add(row, part); }, progress, cancel));
    return {};
  };
  const std::string& wanted = schema.events.file;
  const auto base = member_named(members, wanted + ".base");
  const auto test = member_named(members, wanted + ".test");
  if (const auto parts = parts_of(members, wanted); !parts.empty()) {
    for (const PartFile& part : parts) CINELOOM_TRY(read(member_named(members, part.name)->name, part.part));
  } else if (!wanted.empty() && base && test) {
    CINELOOM_TRY(read(base->name, SplitPart::Train));
    CINELOOM_TRY(read(test->name, SplitPart::TestHidden));
  } else {
    CINELOOM_TRY_ASSIGN(const Member events, choose_events(members, wanted, path));
    CINELOOM_TRY(read(events.name, SplitPart::None));
  }
  EventTable table = builder.finish_events(layout);
  table.name = schema.name.empty() ? path.filename().string() + (wanted.empty() ? "" : "/" + wanted) : schema.name;
  CINELOOM_TRY(add_items(path, members, schema, builder.items(), table, progress, cancel));
  CINELOOM_TRY_ASSIGN(table.sha256, hash_of(path, cancel));
  return table;
}

Expected<std::vector<NamedPrediction>> read_predictions(const fs::path& path, Progress& progress, const CancelToken& cancel) {
  std::vector<NamedPrediction> predictions;
  const auto take = [&](const Row& row) -> Expected<void> {
    const auto value = collect::parse_number(row.get(Role::Value));
    if (!value)
      return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("expected a finite score, found '{}'", row.get(Role::Value).substr(0, 40)))
                                 .advise("give lines of user, item and score"));
    predictions.push_back({.user = std::string(row.get(Role::User)), .item = std::string(row.get(Role::Item)), .value = *value});
    return {};
  };
  CINELOOM_TRY(collect::for_each_row(path, "", {}, take, progress, cancel));
  return predictions;
}

}  // namespace cineloom
