#include "pipeline/story_bible.h"

#include <fmt/format.h>

#include "base/json.h"
#include "pipeline/bent_films.h"
#include "pipeline/story_import.h"
#include "plot/told_plot.h"
#include "story/bible.h"

namespace cineloom {

Expected<Bible> read_bible(std::string_view json) {
  constexpr std::size_t kMostBytes = 4U << 20U;
  if (json.size() > kMostBytes) return fail(ErrorCode::InvalidArgument, fmt::format("a bible has at most {} MiB", kMostBytes >> 20U));
  CINELOOM_TRY_ASSIGN(const boost::json::value given, json::parse(json));
  Bible bible;
  CINELOOM_TRY(json::read_value(given, bible));
  CINELOOM_TRY(refuse_unknown_fields(given, json::to_value(bible), "bible"));
  return bible;
}

Bible bible_of_premise(std::string_view premise) { return bible_of_told_plot(read_told_plot(premise, nullptr), premise); }

Expected<Bible> bible_of_screenplay(const std::filesystem::path& screenplay, const std::filesystem::path& resources, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const KnownFilm film, film_on_paper(screenplay, resources, cancel));
  Bible bible = bible_of_film(film.knowledge);
  if (bible.characters.empty()) return fail(ErrorCode::InvalidArgument, "nobody speaks in this screenplay, so there is nobody to tell of");
  return bible;
}

}  // namespace cineloom
