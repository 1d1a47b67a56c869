#include "data.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>

#include "base/files.h"

namespace cineloom::bench {
namespace {

struct ArchiveCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};

std::string read_entry(archive* handle) {
  std::string text;
  std::vector<char> block(1U << 20U);
  for (la_ssize_t size = 0; (size = archive_read_data(handle, block.data(), block.size())) > 0;) text.append(block.data(), static_cast<std::size_t>(size));
  return text;
}

/// Calls `visit` with the whole numbers of each line.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    numbers.clear();
    for (const char* at = line.data(); at < line.data() + line.size();) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(at, line.data() + line.size(), number);
      if (error == std::errc()) numbers.push_back(number);
      at = error == std::errc() ? end : at + 1;
    }
    visit(numbers);
  }
}

std::vector<std::int32_t> sorted_ids(std::span<const Interaction> ratings, std::int32_t Interaction::* side) {
  std::vector<std::int32_t> ids;
  for (const Interaction& rating : ratings) ids.push_back(rating.*side);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

std::int32_t position_of(const std::vector<std::int32_t>& ids, std::int32_t id) {
  return static_cast<std::int32_t>(std::ranges::lower_bound(ids, id) - ids.begin());
}

struct Pair {
  std::int32_t user = 0;
  std::int32_t item = 0;
};

Expected<std::vector<Pair>> read_pairs(const std::string& name) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(ratings_folder() / "ml-1m-strong" / name));
  std::vector<Pair> pairs;
  for_each_line(text, [&](const std::vector<std::int64_t>& numbers) {
    if (numbers.size() == 2) pairs.push_back({.user = static_cast<std::int32_t>(numbers[0]), .item = static_cast<std::int32_t>(numbers[1])});
  });
  return pairs;
}

std::vector<std::vector<std::int32_t>> by_user(const std::vector<Pair>& pairs, std::int32_t first, std::size_t users) {
  std::vector<std::vector<std::int32_t>> lists(users);
  for (const Pair& pair : pairs) lists[static_cast<std::size_t>(pair.user - first)].push_back(pair.item);
  return lists;
}

Expected<StrongSplit::HeldOut> read_held_out(const std::string& part) {
  CINELOOM_TRY_ASSIGN(const auto known, read_pairs(part + "_tr.csv"));
  CINELOOM_TRY_ASSIGN(const auto hidden, read_pairs(part + "_te.csv"));
  if (known.empty()) return fail(ErrorCode::DataLoss, part + "_tr.csv is empty");
  const auto [least, most] = std::ranges::minmax(known, {}, &Pair::user);
  const auto users = static_cast<std::size_t>(most.user - least.user) + 1;
  StrongSplit::HeldOut held_out{.known = by_user(known, least.user, users), .hidden = by_user(hidden, least.user, users)};
  for (auto& items : held_out.hidden) std::ranges::sort(items);
  return held_out;
}

}  // namespace

std::filesystem::path ratings_folder() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data/ratings"; }

Expected<std::string> read_member(const std::filesystem::path& path, const std::string& member) {
  const std::unique_ptr<archive, ArchiveCloser> handle(archive_read_new());
  archive_read_support_filter_all(handle.get());
  archive_read_support_format_all(handle.get());
  if (member.empty()) archive_read_support_format_raw(handle.get());
  if (archive_read_open_filename(handle.get(), path.c_str(), 1U << 16U) != ARCHIVE_OK) return fail(ErrorCode::NotFound, "cannot open " + path.string());
  for (archive_entry* entry = nullptr; archive_read_next_header(handle.get(), &entry) == ARCHIVE_OK;) {
    if (member.empty() || std::string_view(archive_entry_pathname(entry)).ends_with(member)) return read_entry(handle.get());
  }
  return fail(ErrorCode::NotFound, fmt::format("{} has no {}", path.string(), member));
}

Expected<RatingFile> load_ml1m() {
  CINELOOM_TRY_ASSIGN(const std::string text, read_member(ratings_folder() / "ml-1m.zip", "ratings.dat"));
  RatingFile file;
  for_each_line(text, [&](const std::vector<std::int64_t>& numbers) {
    if (numbers.size() != 4) return;
    file.ratings.push_back({.user = static_cast<std::int32_t>(numbers[0]),
                            .item = static_cast<std::int32_t>(numbers[1]),
                            .value = static_cast<float>(numbers[2]),
                            .time = numbers[3]});
  });
  file.user_ids = sorted_ids(file.ratings, &Interaction::user);
  file.item_ids = sorted_ids(file.ratings, &Interaction::item);
  for (Interaction& rating : file.ratings) {
    rating.user = position_of(file.user_ids, rating.user);
    rating.item = position_of(file.item_ids, rating.item);
  }
  return file;
}

Expected<std::vector<Interaction>> load_ml100k(const std::string& member) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_member(ratings_folder() / "ml-100k.zip", member));
  std::vector<Interaction> ratings;
  for_each_line(text, [&](const std::vector<std::int64_t>& numbers) {
    if (numbers.size() != 4) return;
    ratings.push_back({.user = static_cast<std::int32_t>(numbers[0] - 1),
                       .item = static_cast<std::int32_t>(numbers[1] - 1),
                       .value = static_cast<float>(numbers[2]),
                       .time = numbers[3]});
  });
  return ratings;
}

Expected<std::vector<std::vector<std::int32_t>>> load_ml1m_sequences() {
  CINELOOM_TRY_ASSIGN(const std::string text, read_member(ratings_folder() / "ml-1m-sequences.txt.xz", ""));
  std::vector<std::vector<std::int32_t>> sequences;
  for_each_line(text, [&](const std::vector<std::int64_t>& numbers) { sequences.emplace_back(numbers.begin(), numbers.end()); });
  return sequences;
}

Expected<StrongSplit> load_strong() {
  CINELOOM_TRY_ASSIGN(const std::string names, read_file(ratings_folder() / "ml-1m-strong/items.txt"));
  CINELOOM_TRY_ASSIGN(const auto train, read_pairs("train.csv"));
  StrongSplit split;
  for_each_line(names, [&](const std::vector<std::int64_t>& numbers) { split.item_ids.push_back(static_cast<std::int32_t>(numbers.at(0))); });
  std::vector<Interaction> events;
  std::int32_t users = 0;
  for (const Pair& pair : train) {
    events.push_back({.user = pair.user, .item = pair.item});
    users = std::max(users, pair.user + 1);
  }
  CINELOOM_TRY_ASSIGN(split.train, Interactions::from(events, users, static_cast<std::int32_t>(split.item_ids.size())));
  CINELOOM_TRY_ASSIGN(split.validation, read_held_out("validation"));
  CINELOOM_TRY_ASSIGN(split.test, read_held_out("test"));
  return split;
}

}  // namespace cineloom::bench
