// A workbook of Douban marks as the browser extension 豆伴 writes it: sheets of films seen, wanted and reviewed, beside books and music.
// Times are China's, ratings whole stars, titles Chinese with others behind " / ", numbers of films only in addresses.
#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/utf8.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"
#include "collect/internal/spreadsheet.h"

namespace cineloom::collect {
namespace {

constexpr std::chrono::hours kChina{8};

/// One row of a sheet by the names of its columns.
class SheetRow {
 public:
  SheetRow(const Sheet& sheet, std::size_t row) : sheet_(sheet), row_(row) {}

  [[nodiscard]] std::string_view get(std::string_view column) const {
    const CsvRow& header = sheet_.rows.front();
    const auto place = static_cast<std::size_t>(std::ranges::find(header, column) - header.begin());
    const CsvRow& cells = sheet_.rows[row_];
    return place < std::min(header.size(), cells.size()) ? trim(cells[place]) : std::string_view();
  }
  [[nodiscard]] std::string raw() const {
    std::string text = fmt::format(R"({{"sheet":{})", json_string(sheet_.name));
    for (const std::string& column : sheet_.rows.front()) {
      if (const std::string_view value = get(column); !value.empty()) text += fmt::format(",{}:{}", json_string(column), json_string(value));
    }
    return text + "}";
  }
  [[nodiscard]] std::unexpected<Error> wrong(std::string_view expected, std::string_view found) const {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("sheet {}: row {}: expected {}, found '{}'", sheet_.name, row_ + 1, expected, found))
                               .advise("mend the cell, and import the workbook again"));
  }

 private:
  const Sheet& sheet_;
  std::size_t row_;
};

bool has_han(std::string_view text) {
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{});
    if (is_han(decoded.code_point)) return true;
    text.remove_prefix(decoded.bytes);
  }
  return false;
}

/// "黑客帝国 / The Matrix / 廿二世纪杀人网络": the first is Douban's own, the first without Han the one abroad.
Titles titles_of(std::string_view text) {
  Titles titles;
  for (const std::string& title : split_list(text, " / ")) {
    std::string& place = has_han(title) ? titles.chinese : titles.english;
    if (place.empty()) place = title;
  }
  titles.original = titles.english;
  return titles;
}

/// The number in "https://movie.douban.com/subject/1291843/"; empty for books and music.
std::string subject_of(std::string_view link) {
  constexpr std::string_view kFilm = "movie.douban.com/subject/";
  const auto begin = link.find(kFilm);
  if (begin == std::string_view::npos) return {};
  const std::string_view number = link.substr(begin + kFilm.size());
  return std::string(number.substr(0, number.find_first_not_of("0123456789")));
}

Expected<void> read_mark(const SheetRow& row, EventKind kind, Teller& teller) {
  const std::string subject = subject_of(row.get("链接"));
  if (subject.empty()) {
    teller.pass_over(PassedOver::NotAFilm);
    return {};
  }
  const auto at = parse_time(row.get("创建时间"), kChina);
  if (!at) return row.wrong("a time such as 2024-12-31 20:00:00", row.get("创建时间"));
  const std::size_t film = teller.film({.title = titles_of(row.get("标题")), .year = parse_year(row.get("简介"))}, subject);
  teller.tell(Act{.film = film, .kind = kind, .at = *at, .precision = Precision::Marking, .id = subject, .raw = row.raw()});
  const std::string_view given = row.get("我的评分");
  const auto number = parse_number(given).value_or(0);
  if (!given.empty() && (number < 0 || number > 5)) return row.wrong("0 to 5 stars", given);
  const auto stars = stars_of(number, 5);
  if (stars) teller.tell(Act{.film = film, .kind = EventKind::Rate, .value = stars, .at = *at, .id = subject, .raw = row.raw()});
  if (const std::string_view said = row.get("评论"); !said.empty())
    teller.tell(ToldReview{.film = film, .review = {.language = "zh", .text = std::string(said), .stars = stars, .at = *at}});
  return {};
}

/// A long review names its film only as 《title》.
Expected<void> read_review(const SheetRow& row, Teller& teller) {
  std::string_view title = row.get("评论对象");
  constexpr std::string_view kOpen = "《";
  constexpr std::string_view kClose = "》";
  if (title.starts_with(kOpen) && title.ends_with(kClose)) title = title.substr(kOpen.size(), title.size() - kOpen.size() - kClose.size());
  const auto film = std::ranges::find(teller.films(), title, [](const Film& known) { return std::string_view(known.title.chinese); });
  const auto at = parse_time(row.get("创建时间"), kChina);
  if (film == teller.films().end() || !at || row.get("内容").empty()) {
    teller.pass_over(PassedOver::NoFilm);
    return {};
  }
  teller.tell(ToldReview{
      .film = static_cast<std::size_t>(film - teller.films().begin()),
      .review = {.language = "zh", .text = std::string(row.get("内容")), .stars = stars_of(parse_number(row.get("我的评分")).value_or(0), 5), .at = *at}});
  return {};
}

Expected<void> read_sheet(const Sheet& sheet, Teller& teller) {
  for (std::size_t at = 1; at < sheet.rows.size(); ++at) {
    const SheetRow row(sheet, at);
    if (sheet.name == "看过" || sheet.name == "想看") CINELOOM_TRY(read_mark(row, sheet.name == "看过" ? EventKind::Watch : EventKind::Wish, teller));
    else if (sheet.name == "影评") CINELOOM_TRY(read_review(row, teller));
    else teller.pass_over(sheet.name == "在看" ? PassedOver::InProgress : PassedOver::NotAFilm);
  }
  return {};
}

Expected<void> read_douban(Files files, Teller& teller, const Reading& reading) {
  CINELOOM_TRY_ASSIGN(std::vector<Sheet> sheets, read_workbook(files));
  // Reviews name films by the titles of the other sheets.
  std::ranges::stable_partition(sheets, [](const Sheet& sheet) { return sheet.name != "影评"; });
  const auto is_douban = [](const Sheet& sheet) {
    return !sheet.rows.empty() && std::ranges::find(sheet.rows.front(), "创建时间") != sheet.rows.front().end();
  };
  if (std::ranges::none_of(sheets, is_douban)) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "the workbook has no sheet of Douban marks with the column 创建时间")
                               .advise("export with 豆伴, or save the sheet as CSV"));
  }
  for (const Sheet& sheet : sheets) {
    CINELOOM_TRY(reading.cancel.check());
    if (is_douban(sheet)) CINELOOM_TRY(read_sheet(sheet, teller));
  }
  return {};
}

}  // namespace

const Format kDouban = {.name = "Douban (豆伴)", .origin = "douban", .step = 1, .claims = is_workbook_part, .read = read_douban};

}  // namespace cineloom::collect
