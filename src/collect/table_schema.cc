#include "collect/table_schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/json.h"

namespace cineloom {

BOOST_DESCRIBE_STRUCT(EventColumns, (), (file, separator, header, user, item, value, time, meaning, scale, positive_from))
BOOST_DESCRIBE_STRUCT(ItemColumns, (), (file, separator, header, item, title, features, list_separator))
BOOST_DESCRIBE_STRUCT(TableSchema, (), (name, events, items))

namespace {

constexpr std::uint64_t kLargestSchema = 1U << 20U;

template <class T>
std::set<std::string> fields_of() {
  std::set<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_any_access>>([&](auto member) { names.insert(member.name); });
  return names;
}

/// A misspelt field would be ignored silently and the table be read by guesswork.
template <class T>
Expected<void> refuse_unknown(const boost::json::value* value, std::string_view where) {
  const auto* object = value == nullptr ? nullptr : value->if_object();
  if (object == nullptr) return {};
  const auto known = fields_of<T>();
  for (const auto& entry : *object) {
    if (known.contains(std::string(entry.key()))) continue;
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{} has a field '{}' that no schema has", where, std::string_view(entry.key())))
                               .advise(fmt::format("fields are: {}", fmt::join(known, ", "))));
  }
  return {};
}

Expected<void> check(const TableSchema& schema) {
  const auto& meaning = schema.events.meaning;
  if (!meaning.empty() && meaning != "rating" && meaning != "count" && meaning != "none") {
    return fail(ErrorCode::InvalidArgument, fmt::format("events.meaning: expected rating, count or none, found '{}'", meaning));
  }
  const auto& scale = schema.events.scale;
  if (!scale.empty() && (scale.size() != 2 || !(scale[0] < scale[1]))) {
    return fail(ErrorCode::InvalidArgument, "events.scale: expected the lowest and the highest rating, as in [1, 5]");
  }
  if (schema.items.file.empty() != schema.items.item.empty())
    return fail(ErrorCode::InvalidArgument, "items: expected both file and item, the column that names the item");
  return {};
}

}  // namespace

Expected<TableSchema> read_schema(const std::filesystem::path& path) {
  const std::string action = fmt::format("reading the schema '{}'", path.string());
  CINELOOM_TRY_ASSIGN_IN(const std::string text, read_file(path, kLargestSchema), action);
  CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(text), action);
  const auto* object = value.if_object();
  const auto refused = [&](Error error) { return std::unexpected(std::move(error).in(action).advise("docs/other-domains.md shows one")); };
  if (object == nullptr) return refused(Error(ErrorCode::InvalidArgument, "expected an object with events and items"));
  if (auto known = refuse_unknown<TableSchema>(&value, "the schema"); !known) return refused(known.error());
  if (auto known = refuse_unknown<EventColumns>(object->if_contains("events"), "events"); !known) return refused(known.error());
  if (auto known = refuse_unknown<ItemColumns>(object->if_contains("items"), "items"); !known) return refused(known.error());
  TableSchema schema;
  if (auto read = json::read_value(value, schema); !read) return refused(read.error());
  if (auto sound = check(schema); !sound) return refused(sound.error());
  return schema;
}

}  // namespace cineloom
