// Names of files, against GuessIt in a process of its own. Agreement is counted where title, year, editions and source are all the
// same; case, accents and punctuation of titles do not count. Names made from titles and years have a truth, so both are counted.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <random>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "collect/film_key.h"
#include "collect/film_name.h"
#include "collect/import.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

struct OracleLine {
  std::string set;
  std::string name;
  std::string title;
  int year = 0;
  std::vector<std::string> editions;
  std::string source;
};
BOOST_DESCRIBE_STRUCT(OracleLine, (), (set, name, title, year, editions, source))

/// A name made from a film that is known.
struct MadeName {
  std::string name;
  std::string title;
  int year = 0;
};

bool is_same_title(const std::string& one, const std::string& other) { return film_key(one, 0) == film_key(other, 0); }

bool agrees(const OracleLine& oracle, const FilmName& ours) {
  const std::multiset<std::string> theirs(oracle.editions.begin(), oracle.editions.end());
  const std::multiset<std::string> editions(ours.editions.begin(), ours.editions.end());
  return is_same_title(oracle.title, ours.title) && oracle.year == ours.year && theirs == editions && oracle.source == ours.source;
}

std::string dotted(std::string text, char blank) {
  std::string result;
  for (const char letter : text) {
    if (letter == ' ') result += blank;
    else if (letter != '/' && letter != ':' && letter != '?' && letter != '"' && letter != '*') result += letter;
  }
  return result;
}

/// Films of the library's catalogue in the manners of release groups and of media servers.
std::vector<MadeName> make_names(std::span<const Film> films) {
  constexpr std::array kManners = {"{dots}.{year}.1080p.BluRay.x264-GROUP.mkv",
                                   "{dots}.{year}.EXTENDED.2160p.WEB-DL.DDP5.1.H.265-TEAM.mkv",
                                   "{title} ({year})/{title} ({year}).mkv",
                                   "{title} ({year}) [imdbid-tt0000001]/{title} ({year}) [imdbid-tt0000001] - 1080p.mkv",
                                   "{title} ({year}) {{tmdb-1}} {{edition-Final Cut}}.mp4",
                                   "[{year}] {title} [DVDRip].avi",
                                   "{under}_({year})_[720p,HDTV,x264].avi",
                                   "{title} {year} 720p BRRip x264 AAC.mp4"};
  std::mt19937 random(20261127);
  std::vector<MadeName> names;
  for (const Film& film : films) {
    if (film.title.english.empty() || film.year == 0) continue;
    const char* manner = kManners[random() % kManners.size()];
    const std::string title = dotted(film.title.english, ' ');
    names.push_back({.name = fmt::format(fmt::runtime(manner), fmt::arg("dots", dotted(title, '.')), fmt::arg("under", dotted(title, '_')),
                                         fmt::arg("title", title), fmt::arg("year", film.year)),
                     .title = title,
                     .year = film.year});
  }
  return names;
}

Expected<std::vector<OracleLine>> ask_oracle(std::span<const MadeName> names) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create("cineloom-names"));
  std::ofstream asked(folder.path() / "names");
  for (const MadeName& name : names) asked << name.name << '\n';
  asked.close();
  const std::string answers =
      output_of(fmt::format("/usr/bin/python3 {}/bench/serve/guessit_oracle.py < {} 2>/dev/null", CINELOOM_SOURCE_DIR, (folder.path() / "names").string()));
  if (answers.empty()) return fail(ErrorCode::NotFound, "Debian's python3-guessit is not installed");
  std::vector<OracleLine> lines;
  for (std::string_view rest = answers; !rest.empty();) {
    const auto end = rest.find('\n');
    CINELOOM_TRY_ASSIGN(lines.emplace_back(), json::read<OracleLine>(rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return lines;
}

void add_agreement(Report& report, std::span<const OracleLine> lines, std::string_view set, std::string key, std::string note, std::optional<Bound> bound) {
  std::uint64_t cases = 0;
  int agreed = 0;
  for (const OracleLine& line : lines) {
    if (line.set != set) continue;
    ++cases;
    agreed += agrees(line, parse_film_name(line.name)) ? 1 : 0;
  }
  if (cases == 0) return report.add_missing(std::move(key), "the oracle has no such cases");
  report.add({.key = std::move(key), .value = agreed / static_cast<double>(cases), .unit = "share", .n = cases, .note = std::move(note), .bound = bound});
}

void add_made(Report& report, std::span<const OracleLine> lines, std::span<const MadeName> names) {
  std::vector<const OracleLine*> answers;
  for (const OracleLine& line : lines) {
    if (line.set == "made") answers.push_back(&line);
  }
  if (answers.size() != names.size()) return report.add_missing("made_names_right", "the oracle did not answer all");
  int ours = 0;
  int theirs = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const FilmName found = parse_film_name(names[i].name);
    ours += is_same_title(found.title, names[i].title) && found.year == names[i].year ? 1 : 0;
    theirs += is_same_title(answers[i]->title, names[i].title) && answers[i]->year == names[i].year ? 1 : 0;
  }
  const double count = static_cast<double>(names.size());
  report.add({.key = "made_names_right",
              .value = ours / count,
              .unit = "share",
              .n = names.size(),
              .note = "title and year, of names made from the catalogue in eight manners"});
  report.add({.key = "made_names_right_guessit", .value = theirs / count, .unit = "share", .n = names.size(), .note = "the same names, by GuessIt"});
}

}  // namespace

void measure_file_names(Report& report) {
  Progress progress;
  const auto library = read_import(std::filesystem::path(CINELOOM_SOURCE_DIR) / "demo" / "library", {}, progress, CancelToken());
  if (!library) return report.add_missing("guessit_agreement", library.error().describe());
  const auto names = make_names(library->films);
  const auto lines = ask_oracle(names);
  if (!lines) return report.add_missing("guessit_agreement", lines.error().describe());
  add_agreement(report, *lines, "movies", "guessit_agreement", "GuessIt's own film cases; they were in view when the rules were made",
                Bound{.must = 0.90, .aim = 0.97, .is_least = true});
  add_agreement(report, *lines, "various", "guessit_agreement_unseen", "film cases of GuessIt's various.yml; no rule was made for them", std::nullopt);
  add_made(report, *lines, names);
}

}  // namespace cineloom::bench
