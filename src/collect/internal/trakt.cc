// An export of Trakt: JSON arrays of what was watched, rated, listed and said.
#include <fmt/format.h>

#include <algorithm>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

using boost::json::object;

bool is_entry(const object& entry) {
  const bool is_of_something = entry.contains("movie") || entry.contains("show") || entry.contains("episode") || entry.contains("season");
  const bool says_something = std::ranges::any_of(std::initializer_list<std::string_view>{"watched_at", "rated_at", "listed_at", "last_watched_at", "comment"},
                                                  [&](std::string_view key) { return entry.contains(key); });
  return is_of_something && says_something;
}

bool claims_file(const SourceFile& file) {
  const auto first = first_object(file.content);
  return first && is_entry(*first);
}

/// Files of one kind, by what their entries say.
bool says(const SourceFile& file, std::string_view key) {
  const auto first = first_object(file.content);
  return first && first->contains(key);
}

Film film_of(const object& movie) {
  Film film{.title = {.original = text_at(movie, {"original_title", "title"}), .english = text_at(movie, "title")}, .year = parse_year(text_at(movie, "year"))};
  if (const object* ids = object_at(movie, "ids"); ids != nullptr) {
    film.external.imdb = parse_imdb(text_at(*ids, "imdb"));
    film.external.tmdb = parse_tmdb(text_at(*ids, "tmdb"));
  }
  return film;
}

std::string number_of(const object& movie) {
  const object* ids = object_at(movie, "ids");
  const std::string number = ids == nullptr ? std::string() : text_at(*ids, {"trakt", "slug", "imdb", "tmdb"});
  return number.empty() ? fmt::format("{} {}", text_at(movie, "title"), text_at(movie, "year")) : number;
}

/// Adds entries of one file.
class Reader {
 public:
  Reader(const SourceFile& file, bool is_history_there, Teller& teller) : file_(file), is_history_there_(is_history_there), teller_(teller) {}

  Expected<void> read() {
    CINELOOM_TRY_ASSIGN(const boost::json::value value, json_of(file_));
    if (!value.is_array()) return fail(ErrorCode::InvalidArgument, file_.name + ": expected a list of entries");
    const bool is_wishes = base_name(file_.name).contains("watchlist");
    for (const auto& entry : value.get_array()) {
      ++number_;
      if (!entry.is_object()) return wrong("an object", "");
      const object* movie = object_at(entry.get_object(), "movie");
      if (movie == nullptr || text_at(*movie, "title").empty()) {
        teller_.pass_over(PassedOver::NotAFilm);
        continue;
      }
      CINELOOM_TRY(add(entry.get_object(), *movie, is_wishes));
    }
    if (says(file_, "listed_at") && !is_wishes) teller_.pass_over(PassedOver::List);
    return {};
  }

 private:
  Expected<void> add(const object& entry, const object& movie, bool is_wishes) {
    const std::size_t film = teller_.film(film_of(movie), number_of(movie));
    if (entry.contains("watched_at")) return act(entry, film, EventKind::Watch, "watched_at", text_at(entry, "id"));
    if (entry.contains("rated_at")) return rate(entry, film, number_of(movie));
    if (entry.contains("last_watched_at"))
      return is_history_there_ ? Expected<void>() : act(entry, film, EventKind::Watch, "last_watched_at", number_of(movie));
    if (entry.contains("listed_at") && is_wishes) return act(entry, film, EventKind::Wish, "listed_at", number_of(movie));
    if (const object* comment = object_at(entry, "comment"); comment != nullptr) {
      const auto at = parse_time(text_at(*comment, {"created_at", "updated_at"}));
      teller_.tell(ToldReview{.film = film, .review = {.text = text_at(*comment, "comment"), .at = at.value_or(Timestamp())}});
    }
    return {};
  }

  Expected<void> act(const object& entry, std::size_t film, EventKind kind, std::string_view key, std::string id) {
    const auto at = parse_time(text_at(entry, key));
    if (!at) return wrong(fmt::format("a time in {}", key), text_at(entry, key));
    teller_.tell(Act{.film = film, .kind = kind, .at = *at, .id = std::move(id), .raw = boost::json::serialize(entry)});
    return {};
  }

  Expected<void> rate(const object& entry, std::size_t film, std::string id) {
    const auto stars = stars_of(number_at(entry, "rating").value_or(0), 10);
    const auto at = parse_time(text_at(entry, "rated_at"));
    if (!stars || !at) return wrong("a rating of 1 to 10 and a time in rated_at", text_at(entry, "rating"));
    teller_.tell(Act{.film = film, .kind = EventKind::Rate, .value = stars, .at = *at, .id = std::move(id), .raw = boost::json::serialize(entry)});
    return {};
  }

  [[nodiscard]] std::unexpected<Error> wrong(std::string_view expected, std::string_view found) const {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: entry {}: expected {}, found '{}'", file_.name, number_, expected, found))
                               .advise("export it again"));
  }

  const SourceFile& file_;
  bool is_history_there_;
  Teller& teller_;
  int number_ = 0;
};

Expected<void> read_trakt(Files files, Teller& teller, const Reading& reading) {
  // Without a history the last viewing of each film is all there is.
  const bool is_history_there = std::ranges::any_of(files, [](const SourceFile* file) { return says(*file, "watched_at"); });
  for (const SourceFile* file : files) {
    CINELOOM_TRY(reading.cancel.check());
    CINELOOM_TRY(Reader(*file, is_history_there, teller).read());
  }
  return {};
}

}  // namespace

const Format kTrakt = {.name = "Trakt export", .origin = "trakt", .step = 0.5, .claims = claims_file, .read = read_trakt};

}  // namespace cineloom::collect
