// Our own export (docs/formats/exports.md): one JSON object a line, what every source told with its own words.
#include <fmt/format.h>

#include "collect/internal/export_lines.h"
#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"
#include "collect/internal/values.h"
#include "domain/json.h"

namespace cineloom::collect {
namespace {

using boost::json::object;

Expected<Film> film_of(const object& line) {
  Film film;
  const auto* found = line.if_contains("film");
  if (found == nullptr) return fail(ErrorCode::InvalidArgument, "expected a film");
  CINELOOM_TRY(json::read_value(*found, film));
  CINELOOM_TRY(check_film(film));
  return film;
}

Expected<void> add_event(const object& line, std::size_t film, Teller& teller) {
  ExportedEvent told;
  CINELOOM_TRY(json::read_value(line, told));
  CINELOOM_TRY(check_event(told.kind, told.value, told.mood));
  if (!(told.step > 0 && told.step <= 5)) return fail(ErrorCode::InvalidArgument, "expected a step of more than 0 up to 5 stars");
  const auto at = parse_time(told.at);
  if (!at) return fail(ErrorCode::InvalidArgument, fmt::format("expected a time in 'at', found '{}'", told.at));
  teller.tell(Act{.film = film,
                  .kind = told.kind,
                  .value = told.value,
                  .at = *at,
                  .precision = told.precision,
                  .id = told.key,
                  .person = told.viewer,
                  .raw = told.raw.is_object() && !told.raw.get_object().empty() ? boost::json::serialize(told.raw) : std::string(),
                  .origin = told.origin.empty() ? "cineloom" : told.origin,
                  .step = told.step,
                  .mood = told.mood});
  return {};
}

Expected<void> add_review(const object& line, std::size_t film, Teller& teller) {
  ExportedReview told;
  CINELOOM_TRY(json::read_value(line, told));
  if (told.text.empty()) return fail(ErrorCode::InvalidArgument, "expected a text");
  CINELOOM_TRY(check_stars(told.stars));
  teller.tell(ToldReview{
      .film = film,
      .review = {.author = told.author, .language = told.language, .text = told.text, .stars = told.stars, .at = parse_time(told.at).value_or(Timestamp())}});
  return {};
}

Expected<void> read_lines(const SourceFile& file, Teller& teller, const CancelToken& cancel) {
  CINELOOM_TRY(require_utf8(file.name, file.content));
  std::string_view rest = file.content;
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view text = trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (text.empty() || number == 1) continue;
    CINELOOM_TRY(cancel.check());
    const std::string where = fmt::format("{}: line {}", file.name, number);
    CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(text), where);
    const object* line = value.if_object();
    if (line == nullptr) return fail(ErrorCode::InvalidArgument, where + ": expected an object");
    CINELOOM_TRY_ASSIGN_IN(Film film, film_of(*line), where);
    const std::string key = film.key;
    const std::size_t place = teller.film(std::move(film), key);
    if (auto added = line->contains("review") ? add_review(*line, place, teller) : add_event(*line, place, teller); !added)
      return fail_in(added.error(), where);
  }
  return {};
}

}  // namespace

const Format kCineloomExport = {.name = "Cineloom export",
                                .origin = "cineloom-export",
                                .claims =
                                    [](const SourceFile& file) {
                                      const auto first = first_object(file.content);
                                      return first && first->contains("cineloom_export");
                                    },
                                .read = [](Files files, Teller& teller, const Reading& reading) -> Expected<void> {
                                  for (const SourceFile* file : files) CINELOOM_TRY(read_lines(*file, teller, reading.cancel));
                                  return {};
                                }};

}  // namespace cineloom::collect
