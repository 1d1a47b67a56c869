// Tables of films that nobody declared: CSV, TSV or NDJSON whose columns have usual names.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json_text.h"
#include "collect/film_key.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

enum class Role : std::uint8_t { Title, Original, Chinese, Year, Imdb, Tmdb, Rating, Date, Status, Type, Review, Person, Directors, Genres };
constexpr std::size_t kRoles = 14;

struct RoleNames {
  Role role;
  std::string_view names;  ///< with blanks around each
};

constexpr std::array<RoleNames, kRoles> kNames = {
    {{Role::Title, " title name film movie movietitle filmtitle primarytitle 标题 片名 电影 电影名 名称 "},
     {Role::Original, " originaltitle original 原名 "},
     {Role::Chinese, " chinesetitle titlezh 中文名 "},
     {Role::Year, " year releaseyear releasedate release premiered 年份 上映年份 上映日期 "},
     {Role::Imdb, " imdb imdbid const tconst imdburl imdblink links link url 链接 "},
     {Role::Tmdb, " tmdb tmdbid themoviedbid "},
     {Role::Rating, " rating stars score myrating yourrating userrating rate 评分 我的评分 打分 "},
     {Role::Date, " date watcheddate watchedat watched datewatched daterated ratedat timestamp time viewedat dateviewed at 日期 时间 观看日期 创建时间 "},
     {Role::Status, " status state 状态 "},
     {Role::Type, " type mediatype titletype category 类型 "},
     {Role::Review, " review comment notes text 评论 短评 "},
     {Role::Person, " user viewer userid username person 用户 "},
     {Role::Directors, " director directors 导演 "},
     {Role::Genres, " genre genres "}}};

/// "Date Watched" and "date_watched" are one name.
std::string plain(std::string_view name) {
  std::string text;
  for (const char letter : fold_latin(name)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80 || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) text += letter;
  }
  return text;
}

std::optional<Role> role_of(std::string_view column) {
  const std::string wanted = " " + plain(column) + " ";
  for (const RoleNames& one : kNames) {
    if (one.names.contains(wanted)) return one.role;
  }
  return std::nullopt;
}

/// A row as texts by role, whatever it was written in.
struct AnyRow {
  std::array<std::string, kRoles> values;
  std::string raw;
  std::string where;

  [[nodiscard]] const std::string& get(Role role) const { return values[static_cast<std::size_t>(role)]; }
  void set(Role role, std::string_view value) {
    std::string& place = values[static_cast<std::size_t>(role)];
    if (place.empty()) place = trim(value);
  }
};

Expected<void> add_csv(const SourceFile& file, const CancelToken& cancel, std::vector<AnyRow>& rows) {
  const CsvRow header = header_of(file.content);
  return for_each_export_row(file, Encoding::Utf8, cancel, [&](const ExportRow& from) -> Expected<void> {
    AnyRow row{.values = {}, .raw = from.raw(), .where = from.where()};
    for (const std::string& column : header) {
      if (const auto role = role_of(column)) row.set(*role, from.get(column));
    }
    rows.push_back(std::move(row));
    return {};
  });
}

Expected<void> add_json_lines(const SourceFile& file, const CancelToken& cancel, std::vector<AnyRow>& rows) {
  std::string_view rest = file.content;
  for (int line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    const std::string_view text = trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (text.empty()) continue;
    CINELOOM_TRY(cancel.check());
    AnyRow row{.values = {}, .raw = std::string(text), .where = fmt::format("{}: line {}", file.name, line)};
    CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(text), row.where);
    if (!value.is_object()) return fail(ErrorCode::InvalidArgument, row.where + ": expected an object");
    for (const auto& entry : value.get_object()) {
      if (const auto role = role_of(entry.key())) row.set(*role, text_at(value.get_object(), entry.key()));
    }
    rows.push_back(std::move(row));
  }
  return {};
}

/// The top of the scale that holds all ratings of the table: five stars, ten points, a hundred.
double top_of(const std::vector<AnyRow>& rows) {
  double highest = 0;
  for (const AnyRow& row : rows) highest = std::max(highest, parse_number(row.get(Role::Rating)).value_or(0));
  return highest <= 5 ? 5 : highest <= 10 ? 10 : 100;
}

double step_of(const std::vector<AnyRow>& rows, double top) {
  const bool is_whole = std::ranges::all_of(rows, [](const AnyRow& row) {
    const double rating = parse_number(row.get(Role::Rating)).value_or(0);
    return rating == std::floor(rating);
  });
  return top == 5 && is_whole ? 1 : 0.5;
}

Expected<void> tell_row(const AnyRow& row, double top, Teller& teller, const Reading& reading) {
  const auto wrong = [&](std::string_view expected, const std::string& found) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: expected {}, found '{}'", row.where, expected, found.substr(0, 60)))
                               .advise("mend or remove the line"));
  };
  if (row.get(Role::Title).empty()) return wrong("a title", "");
  const std::string type = fold_latin(row.get(Role::Type));
  if (type.starts_with("tv") || type.contains("series") || type.contains("show") || type.contains("episode") || type == "anime" || type == "book") {
    teller.pass_over(PassedOver::NotAFilm);
    return {};
  }
  TitleAndYear title = split_title(row.get(Role::Title));
  if (title.year == 0) title = {.title = row.get(Role::Title), .year = 0};
  Film told{.title = {.original = row.get(Role::Original), .english = title.title, .chinese = row.get(Role::Chinese)},
            .year = row.get(Role::Year).empty() ? title.year : parse_year(row.get(Role::Year)),
            .directors = split_list(row.get(Role::Directors), ","),
            .external = {.imdb = parse_imdb(row.get(Role::Imdb)), .tmdb = parse_tmdb(row.get(Role::Tmdb))}};
  if (told.title.original.empty()) told.title.original = told.title.english;
  for (const std::string& genre : split_list(row.get(Role::Genres), row.get(Role::Genres).contains('|') ? "|" : ",")) told.genres.push_back(genre_word(genre));
  const std::size_t film = teller.film(told);
  const std::string& date = row.get(Role::Date);
  const auto at = parse_time(date);
  if (!date.empty() && !at) return wrong("a date such as 2024-12-31", date);
  const auto rating = parse_number(row.get(Role::Rating));
  if (!row.get(Role::Rating).empty() && !rating) return wrong("a rating as a number", row.get(Role::Rating));
  const auto stars = rating ? stars_of(*rating, top) : std::nullopt;
  const Precision precision = !at ? Precision::Marking : has_clock(date) ? Precision::Clock : Precision::Day;
  Act act{.film = film,
          .at = at.value_or(reading.options.now),
          .precision = precision,
          .id = fmt::format("{} {}", teller.films()[film].key, date),
          .person = row.get(Role::Person),
          .raw = row.raw};
  const std::string status = fold_latin(row.get(Role::Status));
  const bool is_wish = status.contains("wish") || status.contains("plan") || status == "想看";
  if (!row.get(Role::Review).empty()) teller.tell(ToldReview{.film = film, .review = {.text = row.get(Role::Review), .stars = stars, .at = act.at}});
  if (stars) {
    Act rate = act;
    rate.kind = EventKind::Rate;
    rate.value = stars;
    teller.tell(std::move(rate));
  }
  act.kind = is_wish ? EventKind::Wish : EventKind::Watch;
  if (is_wish || at) teller.tell(std::move(act));
  return {};
}

bool is_csv(const SourceFile& file) {
  const CsvRow header = header_of(file.content);
  const auto has = [&](Role role) { return std::ranges::any_of(header, [&](const std::string& column) { return role_of(column) == role; }); };
  return header.size() > 1 && has(Role::Title) && (has(Role::Rating) || has(Role::Year) || has(Role::Tmdb));
}

bool is_json_lines(const SourceFile& file) {
  const auto first = first_object(file.content);
  if (!first || trim(std::string_view(file.content).substr(0, 64)).starts_with('[')) return false;
  const auto has = [&](Role role) { return std::ranges::any_of(*first, [&](const auto& entry) { return role_of(entry.key()) == role; }); };
  return has(Role::Title) && (has(Role::Rating) || has(Role::Year) || has(Role::Tmdb)) && std::string_view(file.content).find('\n') != std::string_view::npos;
}

Expected<void> read_any(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY(require_utf8(file->name, file->content));
    std::vector<AnyRow> rows;
    if (is_json_lines(*file)) CINELOOM_TRY(add_json_lines(*file, reading.cancel, rows));
    else CINELOOM_TRY(add_csv(*file, reading.cancel, rows));
    const double top = top_of(rows);
    teller.set_step(step_of(rows, top));
    for (const AnyRow& row : rows) CINELOOM_TRY(tell_row(row, top, teller, reading));
  }
  return {};
}

}  // namespace

const Format kAnyTable = {.name = "any table of films (CSV, NDJSON)",
                          .origin = "table",
                          .claims = [](const SourceFile& file) { return is_csv(file) || is_json_lines(file); },
                          .read = read_any};

}  // namespace cineloom::collect
