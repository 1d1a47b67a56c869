// An export of Letterboxd. Diary and reviews carry the address of the entry, watched and ratings that of the film. watched, watchlist
// and likes/films have the same columns, so there the names of the files have to tell.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

bool is_table(const SourceFile& file) { return has_columns(file, {"Date", "Name", "Year", "Letterboxd URI"}); }
bool is_list(const SourceFile& file) { return file.content.starts_with("Letterboxd list export"); }

/// Comments, liked reviews and lists, the profile: known, and of no use.
bool is_other(const SourceFile& file) {
  const CsvRow header = header_of(file.content);
  return header == CsvRow{"Date", "Content"} || header == CsvRow{"Date", "Content", "Comment"} || has_columns(file, {"Date Joined", "Username"});
}

bool is_in(const SourceFile& file, std::string_view folder) {
  const std::string start = fmt::format("{}/", folder);
  return file.name.starts_with(start) || file.name.contains("/" + start);
}

Film film_of(const ExportRow& row) {
  const std::string name(row.get("Name"));
  return {.title = {.original = name, .english = name}, .year = parse_year(row.get("Year"))};
}

/// Adds the rows of one table after the other.
class Reader {
 public:
  Reader(Teller& teller, const CancelToken& cancel) : teller_(teller), cancel_(cancel) {}

  Expected<void> read(const SourceFile& file, const std::function<Expected<void>(const ExportRow&, Timestamp)>& take) {
    return for_each_export_row(file, Encoding::Utf8, cancel_, [&](const ExportRow& row) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const auto at, row.time(row.get("Watched Date").empty() ? "Date" : "Watched Date"));
      if (!at) return row.wrong("a date", "");
      return take(row, *at);
    });
  }

  Expected<void> diary(const SourceFile& file) {
    return read(file, [&](const ExportRow& row, Timestamp at) -> Expected<void> {
      watched_.insert(act(row, EventKind::Watch, at, Precision::Day));
      return {};
    });
  }
  /// Repeats what the diary knows, with the day of marking instead of the day of viewing.
  Expected<void> watched(const SourceFile& file) {
    return read(file, [&](const ExportRow& row, Timestamp at) -> Expected<void> {
      if (!watched_.contains(teller_.film(film_of(row)))) act(row, EventKind::Watch, at, Precision::Marking);
      return {};
    });
  }
  Expected<void> ratings(const SourceFile& file) {
    return read(file, [&](const ExportRow& row, Timestamp at) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const auto stars, row.stars("Rating", 5));
      if (!stars) return row.wrong("0.5 to 5 stars", row.get("Rating"));
      act(row, EventKind::Rate, at, Precision::Day, stars);
      return {};
    });
  }
  Expected<void> marks(const SourceFile& file, EventKind kind) {
    return read(file, [&](const ExportRow& row, Timestamp at) -> Expected<void> {
      act(row, kind, at, Precision::Day);
      return {};
    });
  }
  Expected<void> reviews(const SourceFile& file) {
    return read(file, [&](const ExportRow& row, Timestamp at) -> Expected<void> {
      if (row.get("Review").empty()) return {};
      CINELOOM_TRY_ASSIGN(const auto stars, row.stars("Rating", 5));
      teller_.tell(ToldReview{.film = teller_.film(film_of(row)), .review = {.text = std::string(row.get("Review")), .stars = stars, .at = at}});
      return {};
    });
  }
  Expected<void> deleted(const SourceFile& file) {
    return read(file, [&](const ExportRow&, Timestamp) -> Expected<void> {
      teller_.pass_over(PassedOver::Deleted);
      return {};
    });
  }

 private:
  std::size_t act(const ExportRow& row, EventKind kind, Timestamp at, Precision precision, std::optional<double> stars = std::nullopt) {
    const std::size_t film = teller_.film(film_of(row));
    teller_.tell(
        Act{.film = film, .kind = kind, .value = stars, .at = at, .precision = precision, .id = std::string(row.get("Letterboxd URI")), .raw = row.raw()});
    return film;
  }

  Teller& teller_;
  const CancelToken& cancel_;
  std::set<std::size_t> watched_;
};

/// The order in which tables are read: what the diary knows comes before watched.
enum class Table { Other, Deleted, List, Reviews, Diary, Ratings, Likes, Watchlist, Watched };

Expected<Table> table_of(const SourceFile& file) {
  if (is_other(file)) return Table::Other;
  if (is_in(file, "deleted") || is_in(file, "orphaned")) return Table::Deleted;
  if (is_list(file)) return Table::List;
  if (has_columns(file, {"Review", "Watched Date"})) return Table::Reviews;
  if (has_columns(file, {"Rewatch", "Watched Date"})) return Table::Diary;
  if (has_columns(file, {"Rating"})) return Table::Ratings;
  if (is_in(file, "likes")) return Table::Likes;
  if (base_name(file.name).starts_with("watchlist")) return Table::Watchlist;
  if (base_name(file.name).starts_with("watched")) return Table::Watched;
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("{}: watched, watchlist and liked films of Letterboxd look alike, and the name does not tell", file.name))
          .advise("import the whole zip, or call the file watched.csv, watchlist.csv or likes/films.csv"));
}

Expected<void> read_table(Table table, const SourceFile& file, Reader& reader, Teller& teller) {
  switch (table) {
    case Table::Other: return {};
    case Table::Deleted: return reader.deleted(file);
    case Table::List: teller.pass_over(PassedOver::List); return {};
    case Table::Reviews: return reader.reviews(file);
    case Table::Diary: return reader.diary(file);
    case Table::Ratings: return reader.ratings(file);
    case Table::Likes: return reader.marks(file, EventKind::Like);
    case Table::Watchlist: return reader.marks(file, EventKind::Wish);
    case Table::Watched: break;
  }
  return reader.watched(file);
}

Expected<void> read_letterboxd(Files files, Teller& teller, const Reading& reading) {
  Reader reader(teller, reading.cancel);
  std::vector<std::pair<Table, const SourceFile*>> tables;
  for (const SourceFile* file : files) {
    CINELOOM_TRY_ASSIGN(const Table table, table_of(*file));
    tables.emplace_back(table, file);
  }
  std::ranges::stable_sort(tables, {}, [](const auto& one) { return one.first; });
  for (const auto& [table, file] : tables) CINELOOM_TRY(read_table(table, *file, reader, teller));
  return {};
}

}  // namespace

const Format kLetterboxd = {.name = "Letterboxd export",
                            .origin = "letterboxd",
                            .step = 0.5,
                            .claims = [](const SourceFile& file) { return is_table(file) || is_list(file) || is_other(file); },
                            .read = read_letterboxd};

}  // namespace cineloom::collect
