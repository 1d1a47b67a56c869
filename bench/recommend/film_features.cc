#include "film_features.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>

namespace cineloom::bench {
namespace {

/// The groups, and their places in a description.
enum Group : std::size_t {
  GenreGroup,
  KindGroup,
  CertificateGroup,
  DirectorGroup,
  WriterGroup,
  CastGroup,
  PeopleGroup,
  PlotGroup,
  TitleGroup,
  YearGroup,
  EraGroup,
  PlotLengthGroup,
  ExtractLengthGroup,
  WritersGroup,
  BilledGroup,
  KindsGroup,
  ListedGroup,
  GroupCount
};

std::vector<FeatureGroup> film_groups() {
  // Lengths tell how much has been said about a film: they are declared with no weight, for models that find that it counts.
  return {{.name = "genre"},
          {.name = "kind"},
          {.name = "certificate", .weight = 0.25F},
          {.name = "director"},
          {.name = "writer", .weight = 0.5F},
          {.name = "cast", .weight = 0.25F},
          {.name = "people", .weight = 0.25F},
          {.name = "plot", .kind = FeatureKind::Words},
          {.name = "title", .kind = FeatureKind::Words, .weight = 0.5F},
          {.name = "year", .kind = FeatureKind::Number, .width = 0.3F},
          {.name = "era", .kind = FeatureKind::Number, .width = 1},
          {.name = "plot length", .kind = FeatureKind::Number, .weight = 0},
          {.name = "extract length", .kind = FeatureKind::Number, .weight = 0},
          {.name = "number of writers", .kind = FeatureKind::Number, .weight = 0},
          {.name = "number of actors", .kind = FeatureKind::Number, .weight = 0},
          {.name = "number of genres", .kind = FeatureKind::Number, .weight = 0},
          {.name = "listed", .weight = 0}};
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  return parts;
}

template <class Visit>
void for_each_line_of(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Lower-case letters and digits without what stands in brackets, and without a leading article: how titles and names are compared.
std::string plain(std::string_view text) {
  std::string words;
  int depth = 0;
  for (const char letter : text) {
    if (letter == '(') ++depth;
    if (letter == ')') --depth;
    if (depth > 0 || letter == ')') continue;
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) words += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    else if ((letter == ' ' || letter == '-') && !words.empty() && words.back() != ' ') words += ' ';
  }
  while (words.ends_with(' ')) words.pop_back();
  for (const std::string_view article : {"the ", "a ", "an "}) {
    if (words.starts_with(article)) return words.substr(article.size());
  }
  return words;
}

std::vector<std::string> names_of(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string& part : split(text, ", ")) {
    std::string name = plain(part);
    if (!name.empty() && name != "na" && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

/// "Matrix, The (1999)" -> "The Matrix", 1999.
struct Title {
  std::string name;
  int year = 0;
};
Title title_of(std::string_view text) {
  Title title;
  const std::size_t open = text.rfind('(');
  if (open != std::string_view::npos) std::from_chars(text.data() + open + 1, text.data() + text.size(), title.year);
  std::string_view name = text.substr(0, std::min(text.find(" ("), text.size()));
  for (const std::string_view article : {"The", "A", "An", "Les", "La", "Le", "Il", "Das", "Der", "Die"}) {
    const std::string tail = ", " + std::string(article);
    if (!name.ends_with(tail)) continue;
    name.remove_suffix(tail.size());
    title.name = std::string(article) + " ";
    break;
  }
  title.name += name;
  return title;
}

struct Listed {
  std::vector<std::string> cast;
  std::vector<std::string> genres;
  std::string extract;
};
using List = std::map<std::pair<std::string, int>, Listed>;

std::vector<std::string> texts(const boost::json::object& film, const char* key) {
  std::vector<std::string> values;
  const auto* list = film.if_contains(key);
  if (list == nullptr || !list->is_array()) return values;
  for (const auto& value : list->get_array()) {
    if (value.is_string()) values.emplace_back(std::string_view(value.get_string()));
  }
  return values;
}

void add_listed(const boost::json::value& value, List& list) {
  if (!value.is_object()) return;
  const auto& film = value.get_object();
  const auto* title = film.if_contains("title");
  const auto* year = film.if_contains("year");
  if (title == nullptr || year == nullptr || !title->is_string() || !year->is_int64()) return;
  Listed listed{.cast = {}, .genres = texts(film, "genres"), .extract = {}};
  for (const std::string& name : texts(film, "cast")) listed.cast.push_back(plain(name));
  if (const auto* extract = film.if_contains("extract"); extract != nullptr && extract->is_string()) listed.extract = std::string_view(extract->get_string());
  list.emplace(std::pair(plain(std::string_view(title->get_string())), static_cast<int>(year->get_int64())), std::move(listed));
}

std::filesystem::path catalogue() { return ratings_folder() / "../catalogue"; }

Expected<List> load_listed() {
  List list;
  for (int decade = 1900; decade <= 2020; decade += 10) {
    CINELOOM_TRY_ASSIGN(const std::string text, read_member(catalogue() / "wikipedia_us_films.tar.xz", "movies-" + std::to_string(decade) + "s.json"));
    boost::system::error_code error;
    const auto films = boost::json::parse(text, error);
    if (error || !films.is_array()) return fail(ErrorCode::DataLoss, "the list of films is no JSON array");
    for (const auto& film : films.get_array()) add_listed(film, list);
  }
  return list;
}

const Listed* find_listed(const List& list, const std::vector<std::string>& titles, int year) {
  for (const int off : {0, -1, 1}) {
    for (const std::string& title : titles) {
      const auto found = list.find({plain(title), year + off});
      if (found != list.end()) return &found->second;
    }
  }
  return nullptr;
}

std::string length_of(const std::vector<std::string>& values) { return std::to_string(values.size()); }
std::string words_in(std::string_view text) { return std::to_string(words_of(text).size()); }

/// `movie`: id, title, genres. `extra`: the eleven fields, or none.
ItemDescription describe(const std::vector<std::string>& movie, const std::vector<std::string>& extra, const List& list) {
  ItemDescription film(GroupCount);
  const Title title = title_of(movie[1]);
  film[GenreGroup] = split(movie[2], "|");
  film[TitleGroup] = {title.name};
  film[YearGroup] = film[EraGroup] = {std::to_string(title.year)};
  std::vector<std::string> titles{title.name};
  if (extra.size() >= 10) {
    titles.push_back(extra[1]);
    film[KindGroup] = names_of(extra[5]);
    film[CertificateGroup] = {extra[3]};
    film[DirectorGroup] = names_of(extra[6]);
    film[WriterGroup] = names_of(extra[7]);
    film[CastGroup] = names_of(extra[8]);
    if (extra[9] != "N/A") film[PlotGroup] = {extra[9]};
    film[PlotLengthGroup] = {words_in(extra[9])};
    film[WritersGroup] = {length_of(film[WriterGroup])};
    film[KindsGroup] = {length_of(film[KindGroup])};
  }
  const Listed* listed = find_listed(list, titles, title.year);
  film[ListedGroup] = {listed != nullptr ? "yes" : "no"};
  film[ExtractLengthGroup] = {listed != nullptr ? words_in(listed->extract) : "0"};
  film[BilledGroup] = {listed != nullptr ? length_of(listed->cast) : "0"};
  if (listed != nullptr) {
    film[PlotGroup].push_back(listed->extract);
    add_new(film[CastGroup], listed->cast);
  }
  film[PeopleGroup] = film[CastGroup];
  add_new(film[PeopleGroup], film[DirectorGroup]);
  add_new(film[PeopleGroup], film[WriterGroup]);
  return film;
}

std::map<std::int32_t, std::vector<std::string>> by_id(std::string_view text) {
  std::map<std::int32_t, std::vector<std::string>> rows;
  for_each_line_of(text, [&](std::string_view line) {
    auto parts = split(line.substr(0, std::min(line.find('\r'), line.size())), "::");
    std::int32_t id = 0;
    std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), id);
    if (parts.size() >= 3) rows.emplace(id, std::move(parts));
  });
  return rows;
}

}  // namespace

Expected<FilmFeatures> load_film_features(std::span<const std::int32_t> film_ids) {
  CINELOOM_TRY_ASSIGN(const std::string movie_text, read_member(ratings_folder() / "ml-1m.zip", "movies.dat"));
  CINELOOM_TRY_ASSIGN(const std::string extra_text, read_member(catalogue() / "ml-1m-extra.tar.xz", "movies_extrainfos.dat"));
  CINELOOM_TRY_ASSIGN(const List list, load_listed());
  const auto movies = by_id(movie_text);
  const auto extras = by_id(extra_text);
  FilmFeatures features{.groups = film_groups(), .films = {}};
  for (const std::int32_t id : film_ids) {
    const auto movie = movies.find(id);
    const auto extra = extras.find(id);
    if (movie == movies.end()) return fail(ErrorCode::DataLoss, "movies.dat has no film " + std::to_string(id));
    features.films.push_back(describe(movie->second, extra != extras.end() ? extra->second : std::vector<std::string>{}, list));
  }
  return features;
}

Expected<SparseMatrix> declared_content(const FilmFeatures& films) {
  CINELOOM_TRY_ASSIGN(const FeatureSpace space, FeatureSpace::from(films.groups, films.films));
  SparseMatrix rows = space.matrix(films.films);
  for (std::size_t cell = 0; cell < rows.columns.size(); ++cell) rows.values[cell] *= std::sqrt(space.groups()[space.group_of(rows.columns[cell])].weight);
  return rows;
}

}  // namespace cineloom::bench
