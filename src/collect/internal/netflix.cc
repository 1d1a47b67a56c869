// What Netflix lets people download: the viewing history of a profile (title and day), and the viewing activity of the account.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"
#include "collect/internal/sittings.h"

namespace cineloom::collect {
namespace {

bool is_history(const SourceFile& file) { return header_of(file.content) == CsvRow{"Title", "Date"}; }
bool is_activity(const SourceFile& file) { return has_columns(file, {"Profile Name", "Start Time", "Duration", "Title", "Supplemental Video Type"}); }

/// "Dark: Season 1: Secrets", in the languages Netflix speaks; a film with a colon is "2001: A Space Odyssey".
bool names_a_season(std::string_view title) {
  constexpr std::array<std::string_view, 13> kSeasons = {": Season ", ": Series ",   ": Limited Series", ": Staffel ", ": Temporada ",
                                                         ": Saison ", ": Stagione ", ": Seizoen ",       ": Book ",    ": Episode ",
                                                         ": 第",      "：第",        ": シーズン"};
  return std::ranges::any_of(kSeasons, [&](std::string_view season) { return title.contains(season); });
}

std::string_view show_of(std::string_view title) { return title.substr(0, title.find(": ")); }

/// Titles before whose colon the same words stand this often are episodes.
constexpr int kEpisodesOfAShow = 3;

/// Days as people's countries write them: "1/5/24" is 5 January, unless another row of the file has a month past 12.
class DayReader {
 public:
  void look(std::string_view text) {
    const auto parts = numbers_of(text);
    if (parts && (*parts)[0] > 12) is_day_first_ = true;
    if (text.contains('.')) is_day_first_ = true;
  }
  [[nodiscard]] std::optional<Timestamp> read(std::string_view text) const {
    if (const auto whole = parse_time(text)) return whole;
    const auto parts = numbers_of(text);
    if (!parts) return std::nullopt;
    const auto [first, second, year] = *parts;
    const int month = is_day_first_ ? second : first;
    const int day = is_day_first_ ? first : second;
    return parse_time(fmt::format("{:04}-{:02}-{:02}", year < 100 ? 2000 + year : year, month, day));
  }

 private:
  static std::optional<std::array<int, 3>> numbers_of(std::string_view text) {
    std::array<int, 3> numbers{};
    for (int& number : numbers) {
      const auto end = text.find_first_of("/.-");
      const auto read = parse_number(text.substr(0, end));
      if (!read || *read < 1 || *read > 9999) return std::nullopt;
      number = static_cast<int>(*read);
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return text.empty() ? std::optional(numbers) : std::nullopt;
  }

  bool is_day_first_ = false;
};

Expected<void> read_history(const SourceFile& file, Teller& teller, const CancelToken& cancel) {
  DayReader days;
  std::map<std::string, int, std::less<>> shows;
  CINELOOM_TRY(for_each_export_row(file, Encoding::Utf8, cancel, [&](const ExportRow& row) -> Expected<void> {
    days.look(row.get("Date"));
    if (row.get("Title").contains(": ")) ++shows[std::string(show_of(row.get("Title")))];
    return {};
  }));
  return for_each_export_row(file, Encoding::Utf8, cancel, [&](const ExportRow& row) -> Expected<void> {
    const std::string title(row.get("Title"));
    const auto at = days.read(row.get("Date"));
    if (!at) return row.wrong("a day", row.get("Date"));
    const auto show = shows.find(show_of(title));
    if (title.empty() || names_a_season(title) || (show != shows.end() && show->second >= kEpisodesOfAShow)) {
      teller.pass_over(PassedOver::NotAFilm);
      return {};
    }
    const std::size_t film = teller.film({.title = {.original = title, .english = title}});
    teller.tell(Act{.film = film, .at = *at, .precision = Precision::Day, .id = fmt::format("{} {}", title, row.get("Date")), .raw = row.raw()});
    return {};
  });
}

Expected<void> read_activity(const SourceFile& file, Teller& teller, const CancelToken& cancel) {
  std::vector<Play> plays;
  CINELOOM_TRY(for_each_export_row(file, Encoding::Utf8, cancel, [&](const ExportRow& row) -> Expected<void> {
    const std::string title(row.get("Title"));
    CINELOOM_TRY_ASSIGN(const auto at, row.time("Start Time"));
    const auto length = parse_length(row.get("Duration"));
    if (!at || !length) return row.wrong("a time and a length such as 01:30:00", row.get("Duration"));
    if (!row.get("Supplemental Video Type").empty()) teller.pass_over(PassedOver::Extra);
    else if (names_a_season(title)) teller.pass_over(PassedOver::NotAFilm);
    else
      plays.push_back({.film = teller.film({.title = {.original = title, .english = title}}),
                       .person = std::string(row.get("Profile Name")),
                       .at = *at,
                       .length = *length,
                       .id = fmt::format("{} {} {}", row.get("Profile Name"), title, row.get("Start Time")),
                       .raw = row.raw()});
    return {};
  }));
  tell_sittings(std::move(plays), teller);
  return {};
}

template <auto read>
Expected<void> read_each(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) CINELOOM_TRY(read(*file, teller, reading.cancel));
  return {};
}

}  // namespace

const Format kNetflix = {.name = "Netflix viewing history", .origin = "netflix", .claims = is_history, .read = read_each<read_history>};
const Format kNetflixActivity = {.name = "Netflix viewing activity", .origin = "netflix-activity", .claims = is_activity, .read = read_each<read_activity>};

}  // namespace cineloom::collect
