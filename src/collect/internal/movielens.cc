// The rating data sets of MovieLens: csv with headers (latest, 20M .. 32M), "::" without (1M, 10M), tabs and bars (100k).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <unordered_map>

#include "collect/film_key.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

constexpr std::size_t kRowsPerCheck = 65'536;

enum class Table { Ratings, Films, Links, Other };
enum class Release { Csv, Colons, Hundred };

struct Known {
  Release release = Release::Csv;
  Table table = Table::Other;
};

std::string_view first_line(std::string_view content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  const std::string_view line = content.substr(0, std::min<std::size_t>(content.find('\n'), 2000));
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

std::vector<std::string> cut(std::string_view line, std::string_view separator) {
  CsvReader reader(line, separator);
  const auto row = reader.next();
  return row && *row ? **row : CsvRow();
}

bool is_number(const std::string& text) { return parse_number(text).has_value(); }

std::optional<Known> csv_kind(std::string_view line) {
  if (line == "userId,movieId,rating,timestamp") return Known{Release::Csv, Table::Ratings};
  if (line == "movieId,title,genres") return Known{Release::Csv, Table::Films};
  if (line == "movieId,imdbId,tmdbId") return Known{Release::Csv, Table::Links};
  if (line == "userId,movieId,tag,timestamp" || line == "movieId,tagId,relevance" || line == "tagId,tag") return Known{Release::Csv, Table::Other};
  return std::nullopt;
}

std::optional<Known> colon_kind(std::string_view line) {
  const auto fields = cut(line, "::");
  if (fields.size() < 3 || !is_number(fields[0])) return std::nullopt;
  if (fields.size() == 4 && std::ranges::all_of(fields, is_number)) return Known{Release::Colons, Table::Ratings};
  if (fields.size() == 3 && !is_number(fields[2])) return Known{Release::Colons, Table::Films};
  if (fields.size() == 4 && is_number(fields[1]) && is_number(fields[3])) return Known{Release::Colons, Table::Other};   // tags of 10M
  if (fields.size() == 5 && (fields[1] == "M" || fields[1] == "F")) return Known{Release::Colons, Table::Other};       // users of 1M
  return std::nullopt;
}

std::optional<Known> hundred_kind(std::string_view line) {
  const auto tabs = cut(line, "\t");
  if (tabs.size() == 4 && std::ranges::all_of(tabs, is_number)) return Known{Release::Hundred, Table::Ratings};
  const auto bars = cut(line, "|");
  if (bars.size() == 24 && is_number(bars[0]) && bars[4].starts_with("http")) return Known{Release::Hundred, Table::Films};
  if (bars.size() == 5 && is_number(bars[0]) && is_number(bars[1]) && (bars[2] == "M" || bars[2] == "F")) return Known{Release::Hundred, Table::Other};
  return std::nullopt;
}

std::optional<Known> kind_of(const SourceFile& file) {
  const std::string_view line = first_line(file.content);
  if (const auto csv = csv_kind(line)) return csv;
  if (line.contains("::")) return colon_kind(line);
  return hundred_kind(line);
}

std::string_view separator_of(const Known& known) {
  if (known.release == Release::Csv) return ",";
  if (known.release == Release::Colons) return "::";
  return known.table == Table::Films ? "|" : "\t";
}

/// The genres of a row: a list in the third field, or nineteen fields of 0 and 1.
std::vector<std::string> genres_of(const CsvRow& row, Release release) {
  constexpr std::array<std::string_view, 19> kFlags = {"unknown",     "action",          "adventure", "animation", "family", "comedy",  "crime",
                                                       "documentary", "drama",           "fantasy",   "film-noir", "horror", "musical", "mystery",
                                                       "romance",     "science fiction", "thriller",  "war",       "western"};
  std::vector<std::string> genres;
  if (release != Release::Hundred) {
    for (const std::string& genre : split_list(row.size() > 2 ? row[2] : "", "|")) {
      if (genre != "(no genres listed)") genres.push_back(genre_word(genre));
    }
    return genres;
  }
  for (std::size_t i = 1; i < kFlags.size() && 5 + i < row.size(); ++i) {
    if (row[5 + i] == "1") genres.emplace_back(kFlags[i]);
  }
  return genres;
}

/// The files of one release in one folder.
struct ReleaseFiles {
  std::vector<const SourceFile*> ratings;
  const SourceFile* films = nullptr;
  const SourceFile* links = nullptr;
};

/// One line of ratings.
struct RatingLine {
  std::uint64_t person = 0;
  std::uint64_t film = 0;
  unsigned halves = 0;
  std::int64_t seconds = 0;
};

/// Reads lines of four numbers with a separator between them; twenty-five million of them take a second.
class RatingLines {
 public:
  RatingLines(std::string_view text, std::string_view separator) : at_(text.data()), end_(text.data() + text.size()), separator_(separator) {}

  void skip_line() {
    while (at_ != end_ && *at_ != '\n') ++at_;
    next_line();
  }
  [[nodiscard]] bool is_done() const { return at_ == end_; }
  [[nodiscard]] int line() const { return line_; }
  /// Nothing for a line that is none.
  std::optional<RatingLine> next() {
    RatingLine line;
    if (!number(line.person) || !separator() || !number(line.film) || !separator() || !stars(line.halves) || !separator()) return std::nullopt;
    std::uint64_t seconds = 0;
    if (!number(seconds) || seconds > 100'000'000'000) return std::nullopt;
    line.seconds = static_cast<std::int64_t>(seconds);
    if (at_ != end_ && *at_ == '\r') ++at_;
    if (at_ != end_ && *at_ != '\n') return std::nullopt;
    next_line();
    return line;
  }
  bool skip_blank_line() {
    if (at_ == end_ || (*at_ != '\n' && *at_ != '\r')) return false;
    skip_line();
    return true;
  }

 private:
  void next_line() {
    if (at_ != end_) ++at_;
    ++line_;
  }
  bool number(std::uint64_t& value) {
    const auto [end, error] = std::from_chars(at_, end_, value);
    if (error != std::errc()) return false;
    at_ = end;
    return true;
  }
  bool separator() {
    if (std::string_view(at_, std::min(separator_.size(), static_cast<std::size_t>(end_ - at_))) != separator_) return false;
    at_ += separator_.size();
    return true;
  }
  /// "4", "4.5", "4.0"; halves from 1 to 10.
  bool stars(unsigned& halves) {
    if (at_ == end_ || *at_ < '0' || *at_ > '5') return false;
    halves = static_cast<unsigned>(*at_++ - '0') * 2;
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (at_ != end_ && *at_ == '5') ++halves;
      else if (at_ == end_ || *at_ != '0') return false;
      ++at_;
      while (at_ != end_ && *at_ == '0') ++at_;
    }
    return halves >= 1 && halves <= 10;
  }

  const char* at_;
  const char* end_;
  std::string_view separator_;
  int line_ = 1;
};

/// Reads the tables of one release.
class Reader {
 public:
  Reader(Release release, Teller& teller, const Reading& reading, std::string_view folder)
      : release_(release), teller_(teller), reading_(reading), folder_(folder) {}

  Expected<void> films(const SourceFile& file) {
    const std::string text = from_latin1(file.content);
    CsvReader reader(text, separator_of({release_, Table::Films}));
    if (release_ == Release::Csv) CINELOOM_TRY(reader.next());
    for (;;) {
      CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), file.name);
      if (!row) return {};
      if (row->size() == 1 && row->front().empty()) continue;
      const auto number = parse_number((*row)[0]);
      if (row->size() < 2 || !number || !(*number >= 0 && *number < kMostFilmNumber)) return wrong(file, reader.line(), "a number and a title");
      const TitleAndYear title = split_title((*row)[1]);
      Film film{.title = {.original = title.title, .english = title.title}, .year = title.year, .genres = genres_of(*row, release_)};
      films_[static_cast<std::uint64_t>(*number)] = teller_.film(std::move(film), name_of((*row)[0]));
    }
  }

  Expected<void> links(const SourceFile& file) {
    return for_each_export_row(file, Encoding::Utf8, reading_.cancel, [&](const ExportRow& row) -> Expected<void> {
      const auto number = parse_number(row.get("movieId")).value_or(-1);
      const bool is_known = number >= 0 && number < kMostFilmNumber && films_.contains(static_cast<std::uint64_t>(number));
      if (is_known)
        teller_.film({.external = {.imdb = parse_imdb(row.get("imdbId")), .tmdb = parse_tmdb(row.get("tmdbId"))}}, name_of(std::string(row.get("movieId"))));
      return {};
    });
  }

  Expected<void> ratings(const SourceFile& file) {
    RatingLines lines(file.content, separator_of({release_, Table::Ratings}));
    if (release_ == Release::Csv) lines.skip_line();
    reading_.progress.begin("reading ratings", 0, "ratings");
    for (std::size_t count = 0; !lines.is_done(); ++count) {
      if (count % kRowsPerCheck == 0) {
        CINELOOM_TRY(reading_.cancel.check());
        reading_.progress.set(static_cast<std::int64_t>(count));
      }
      if (lines.skip_blank_line()) continue;
      const int number = lines.line();
      const auto line = lines.next();
      const auto film = line ? films_.find(line->film) : films_.end();
      if (film == films_.end()) return wrong(file, number, "viewer, known film, 0.5 to 5 stars and time");
      add(*line, film->second);
    }
    return {};
  }

  /// A rating's time is when it was entered, so nothing is said of when a film was watched. One person is somebody of the household.
  void finish() {
    teller_.set_step(has_halves_ ? 0.5 : 1);
    if (people_.size() != 1) {
      for (const PackedRating& rating : ratings_) teller_.rate(rating);
      return;
    }
    for (const PackedRating& rating : ratings_) {
      teller_.tell(Act{.film = static_cast<std::size_t>(rating.film),
                       .kind = EventKind::Rate,
                       .value = static_cast<double>(rating.stars),
                       .at = Timestamp(std::chrono::seconds(rating.at_seconds)),
                       .id = teller_.films()[static_cast<std::size_t>(rating.film)].key});
    }
  }

 private:
  /// Two releases in one import number their films each for itself.
  [[nodiscard]] std::string name_of(const std::string& number) const { return folder_.empty() ? number : folder_ + "/" + number; }

  void add(const RatingLine& line, std::size_t film) {
    // Rows of one person stand together in most releases.
    if (last_person_ == std::nullopt || last_person_->first != line.person) {
      const auto [place, is_new] = people_.try_emplace(line.person, 0);
      if (is_new) place->second = teller_.person(std::to_string(line.person));
      last_person_ = *place;
    }
    has_halves_ = has_halves_ || line.halves % 2 == 1;
    ratings_.push_back(
        {.viewer = last_person_->second, .film = static_cast<std::int32_t>(film), .stars = static_cast<float>(line.halves) / 2, .at_seconds = line.seconds});
  }

  static std::unexpected<Error> wrong(const SourceFile& file, int line, std::string_view expected) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected {}", file.name, line, expected)).advise("download it again"));
  }

  static constexpr double kMostFilmNumber = 1e15;

  Release release_;
  Teller& teller_;
  const Reading& reading_;
  std::string folder_;
  std::unordered_map<std::uint64_t, std::size_t> films_;
  std::unordered_map<std::uint64_t, std::int32_t> people_;
  std::optional<std::pair<std::uint64_t, std::int32_t>> last_person_;
  std::vector<PackedRating> ratings_;
  bool has_halves_ = false;
};

std::string_view folder_of(std::string_view name) { return name.substr(0, name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/')); }

/// The people of a release, when there are several.
std::string_view prefix_of(Release release) {
  switch (release) {
    case Release::Csv: return "MovieLens viewer";
    case Release::Colons: return "MovieLens-1M viewer";
    case Release::Hundred: break;
  }
  return "MovieLens-100K viewer";
}

/// The parts u1.base .. ub.test of 100k repeat what u.data says.
bool is_part(const SourceFile& file) { return file.name.ends_with(".base") || file.name.ends_with(".test"); }

template <Release release>
Expected<void> read_release(Files files, Teller& teller, const Reading& reading) {
  std::map<std::string_view, ReleaseFiles> folders;
  for (const SourceFile* file : files) {
    ReleaseFiles& folder = folders[folder_of(file->name)];
    const Table table = kind_of(*file)->table;
    if (table == Table::Ratings && !is_part(*file)) folder.ratings.push_back(file);
    if (table == Table::Films) folder.films = file;
    if (table == Table::Links) folder.links = file;
  }
  teller.set_person_prefix(std::string(prefix_of(release)));
  for (const auto& [name, folder] : folders) {
    if (folder.films == nullptr) {
      for (const SourceFile* ratings : folder.ratings)
        teller.warn({.english = fmt::format("{} has no table of films beside it and was passed over", ratings->name),
                     .chinese = fmt::format("{} 旁边没有影片表，已略过", ratings->name)});
      continue;
    }
    Reader reader(release, teller, reading, name);
    CINELOOM_TRY(reader.films(*folder.films));
    if (folder.links != nullptr) CINELOOM_TRY(reader.links(*folder.links));
    for (const SourceFile* ratings : folder.ratings) CINELOOM_TRY(reader.ratings(*ratings));
    reader.finish();
  }
  return {};
}

template <Release release>
bool is_of(const SourceFile& file) {
  const auto known = kind_of(file);
  return known && known->release == release;
}

}  // namespace

const Format kMovieLensCsv = {
    .name = "MovieLens (latest, 20M .. 32M)", .origin = "movielens", .claims = is_of<Release::Csv>, .read = read_release<Release::Csv>};
const Format kMovieLensDat = {
    .name = "MovieLens 1M and 10M", .origin = "movielens-dat", .claims = is_of<Release::Colons>, .read = read_release<Release::Colons>};
const Format kMovieLens100K = {.name = "MovieLens 100K", .origin = "movielens-100k", .claims = is_of<Release::Hundred>, .read = read_release<Release::Hundred>};

}  // namespace cineloom::collect
