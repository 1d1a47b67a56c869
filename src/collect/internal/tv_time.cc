// What TV Time handed out under the GDPR before it closed. Films stand in one table, episodes in others.
#include <fmt/format.h>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

bool is_films(const SourceFile& file) { return has_columns(file, {"type", "movie_name", "created_at"}); }
bool is_television(const SourceFile& file) {
  return has_columns(file, {"s_id", "season_number"}) || has_columns(file, {"tv_show_id"}) || has_columns(file, {"vote_key"});
}

Expected<void> read_row(const ExportRow& row, Teller& teller) {
  const std::string title(row.get("movie_name"));
  const bool is_wish = row.get("type") == "towatch";
  if (title.empty() || (row.has("entity_type") && row.get("entity_type") != "movie")) {
    teller.pass_over(PassedOver::NotAFilm);
    return {};
  }
  const std::size_t film = teller.film({.title = {.original = title, .english = title}, .year = parse_year(row.get("release_date"))});
  if (!is_wish && row.get("type") != "watch" && row.get("type") != "rewatch") return {};  // "follow" repeats what these say
  CINELOOM_TRY_ASSIGN(const auto watched, row.time("watch_date"));
  CINELOOM_TRY_ASSIGN(const auto created, row.time("created_at"));
  if (!watched && !created) {
    teller.pass_over(PassedOver::NoDate);
    return {};
  }
  teller.tell(Act{.film = film,
                  .kind = is_wish ? EventKind::Wish : EventKind::Watch,
                  .at = watched ? *watched : *created,
                  .precision = watched ? Precision::Clock : Precision::Marking,
                  .id = fmt::format("{} {}", row.get("uuid"), teller.films()[film].key),
                  .raw = row.raw()});
  return {};
}

Expected<void> read_tv_time(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    const bool has_films = is_films(*file);
    CINELOOM_TRY(for_each_export_row(*file, Encoding::Utf8, reading.cancel, [&](const ExportRow& row) -> Expected<void> {
      if (has_films) return read_row(row, teller);
      teller.pass_over(PassedOver::NotAFilm);
      return {};
    }));
  }
  return {};
}

}  // namespace

const Format kTvTime = {
    .name = "TV Time export", .origin = "tvtime", .claims = [](const SourceFile& file) { return is_films(file) || is_television(file); }, .read = read_tv_time};

}  // namespace cineloom::collect
