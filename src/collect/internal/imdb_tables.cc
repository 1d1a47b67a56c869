// The tables that IMDb gives away for personal use: one line a title, tabs, no quoting, \N for nothing. They complete films.
#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/utf8.h"
#include "collect/internal/formats.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

// Past so many films a table is the whole of IMDb: then it tells of known films only.
constexpr std::ptrdiff_t kWholeOfImdb = 100'000;
constexpr std::size_t kMostPeople = 8;

using Fields = std::vector<std::string_view>;

enum class Table { Basics, Akas, Principals, Names, Other };

std::optional<Table> table_of(std::string_view content) {
  constexpr std::array<std::pair<std::string_view, Table>, 7> kHeaders = {{{"tconst\ttitleType\t", Table::Basics},
                                                                           {"titleId\tordering\ttitle\t", Table::Akas},
                                                                           {"tconst\tordering\tnconst\t", Table::Principals},
                                                                           {"nconst\tprimaryName\t", Table::Names},
                                                                           {"tconst\taverageRating\t", Table::Other},
                                                                           {"tconst\tdirectors\t", Table::Other},
                                                                           {"tconst\tparentTconst\t", Table::Other}}};
  for (const auto& [header, table] : kHeaders) {
    if (content.starts_with(header)) return table;
  }
  return std::nullopt;
}

void cut(std::string_view line, Fields& fields) {
  fields.clear();
  for (;;) {
    const auto end = line.find('\t');
    fields.push_back(line.substr(0, end) == "\\N" ? std::string_view() : line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

Expected<void> for_each_line(const SourceFile& file, const CancelToken& cancel, std::size_t least, const std::function<void(const Fields&)>& take) {
  std::string_view rest = file.content;
  Fields fields;
  for (std::int64_t line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    std::string_view text = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (line == 1 || text.empty()) continue;
    if (line % 65536 == 0) CINELOOM_TRY(cancel.check());
    cut(text, fields);
    if (fields.size() >= least) {
      take(fields);
      continue;
    }
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected at least {} fields, found {}", file.name, line, least, fields.size()))
            .advise("the file may be cut off: download it again"));
  }
  return {};
}

bool is_film(std::string_view type) { return type == "movie" || type == "tvMovie" || type == "short" || type == "video" || type == "tvSpecial"; }

/// What the tables tell of the films that are of use.
class Reader {
 public:
  Reader(Teller& teller, const Reading& reading) : teller_(teller), reading_(reading) {
    for (const Film& film : reading.options.catalogue) {
      if (film.external.imdb) known_.insert(*film.external.imdb);
    }
  }

  Expected<void> basics(const SourceFile& file) {
    std::ptrdiff_t films = 0;
    CINELOOM_TRY(for_each_line(file, reading_.cancel, 9, [&](const Fields& fields) { films += is_film(fields[1]) ? 1 : 0; }));
    const bool is_whole = films > kWholeOfImdb;
    if (is_whole) teller_.set_facts(Facts::OnlyOfKnownFilms);
    int others = 0;
    CINELOOM_TRY(for_each_line(file, reading_.cancel, 9, [&](const Fields& fields) {
      if (!is_film(fields[1])) ++others;
      else if (!is_whole || known_.contains(std::string(fields[0]))) add(fields);
    }));
    if (others > 0) teller_.pass_over(PassedOver::NotAFilm, others);
    return {};
  }
  Expected<void> akas(const SourceFile& file) {
    return for_each_line(file, reading_.cancel, 5, [&](const Fields& fields) {
      const auto film = films_.find(std::string(fields[0]));
      if (film == films_.end()) return;
      const bool is_chinese = fields[3] == "CN" || fields[4] == "cmn" || fields[4] == "zh";
      if (is_chinese) teller_.film({.title = {.chinese = std::string(fields[2])}}, fields[0]);
    });
  }
  Expected<void> principals(const SourceFile& file) {
    return for_each_line(file, reading_.cancel, 4, [&](const Fields& fields) {
      if (!films_.contains(std::string(fields[0]))) return;
      const bool is_actor = fields[3] == "actor" || fields[3] == "actress" || fields[3] == "self";
      if (is_actor || fields[3] == "director") roles_.push_back({.film = std::string(fields[0]), .person = std::string(fields[2]), .is_director = !is_actor});
    });
  }
  Expected<void> names(const SourceFile& file) {
    std::unordered_map<std::string, std::string> names;
    for (const Role& role : roles_) names[role.person];
    CINELOOM_TRY(for_each_line(file, reading_.cancel, 2, [&](const Fields& fields) {
      if (const auto wanted = names.find(std::string(fields[0])); wanted != names.end()) wanted->second = fields[1];
    }));
    std::unordered_map<std::string, Film> people;
    for (const Role& role : roles_) {
      auto& list = role.is_director ? people[role.film].directors : people[role.film].cast;
      if (const std::string& name = names[role.person]; !name.empty() && list.size() < kMostPeople) list.push_back(name);
    }
    for (auto& [film, facts] : people) teller_.film(std::move(facts), film);
    return {};
  }

 private:
  struct Role {
    std::string film;
    std::string person;
    bool is_director = false;
  };

  void add(const Fields& fields) {
    Film film{.title = {.original = to_valid_utf8(fields[3]), .english = to_valid_utf8(fields[2])}, .year = parse_year(fields[5])};
    film.runtime = runtime_of(parse_number(fields[7]));
    for (const std::string& genre : split_list(fields[8], ",")) film.genres.push_back(genre_word(genre));
    film.external.imdb = std::string(fields[0]);
    teller_.film(std::move(film), fields[0]);
    films_.insert(std::string(fields[0]));
  }

  Teller& teller_;
  const Reading& reading_;
  std::unordered_set<std::string> known_;
  std::unordered_set<std::string> films_;
  std::vector<Role> roles_;
};

Expected<void> read_tables(Files files, Teller& teller, const Reading& reading) {
  Reader reader(teller, reading);
  for (const Table wanted : {Table::Basics, Table::Akas, Table::Principals, Table::Names}) {
    for (const SourceFile* file : files) {
      if (table_of(file->content) != wanted) continue;
      CINELOOM_TRY(require_utf8(file->name, file->content));
      if (wanted == Table::Basics) CINELOOM_TRY(reader.basics(*file));
      if (wanted == Table::Akas) CINELOOM_TRY(reader.akas(*file));
      if (wanted == Table::Principals) CINELOOM_TRY(reader.principals(*file));
      if (wanted == Table::Names) CINELOOM_TRY(reader.names(*file));
    }
  }
  return {};
}

}  // namespace

const Format kImdbTables = {
    .name = "IMDb tables", .origin = "imdb", .claims = [](const SourceFile& file) { return table_of(file.content).has_value(); }, .read = read_tables};

}  // namespace cineloom::collect
