#include <fmt/format.h>

#include "pipeline/bent_films.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

struct ChangesBody {
  std::vector<std::string> changes;
  std::string language = "en";
};
BOOST_DESCRIBE_STRUCT(ChangesBody, (), (changes, language))

/// The cut with the address of the film's footage in each stretch.
boost::json::value cut_value(FilmId film, const FilmCut& cut) {
  boost::json::value value = json::to_value(cut);
  for (auto& stretch : value.at("stretches").as_array()) {
    auto& footage = stretch.at("footage").as_object();
    footage["url"] = footage.at("file").as_string().empty() ? "" : fmt::format("/media/films/{}/video", film.number());
  }
  return value;
}

/// The answer without the story's graph, which has an address of its own.
boost::json::value what_if_value(FilmId film, const WhatIf& result) {
  boost::json::value value = json::to_value(result);
  auto& object = value.as_object();
  object["story"] = boost::json::object{{"id", std::to_string(result.story.id.number())}, {"title", json::to_value(result.story.title)}};
  object["cut"] = cut_value(film, result.cut);
  return value;
}

Expected<FilmTime> time_parameter(const HttpRequest& request, const std::string& name) {
  CINELOOM_TRY_ASSIGN(const int milliseconds, number_parameter(request, name, -1, -1, 1 << 30));
  return FilmTime(milliseconds);
}

Expected<CutWish> wish_of(const HttpRequest& request) {
  CutWish wish;
  CINELOOM_TRY_ASSIGN(wish.recap_to, time_parameter(request, "recap_to_ms"));
  CINELOOM_TRY_ASSIGN(wish.summary_to, time_parameter(request, "summary_to_ms"));
  CINELOOM_TRY_ASSIGN(wish.most, time_parameter(request, "most_ms"));
  wish.is_shortest = request.parameter("shortest") == "true";
  wish.character = std::string(request.parameter("character"));
  const std::string skip(request.parameter("skip"));
  for (std::size_t begin = 0; begin < skip.size();) {
    const std::size_t end = std::min(skip.find(',', begin), skip.size());
    if (end > begin) wish.skip.push_back(skip.substr(begin, end - begin));
    begin = end + 1;
  }
  return wish;
}

Expected<HttpResponse> bend_film(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const ChangesBody body, body_of<ChangesBody>(request));
  CINELOOM_TRY_ASSIGN(const WhatIf result, bend(cinema, {.film = id, .changes = body.changes, .language = body.language}, CancelToken()));
  return json_response(what_if_value(id, result), 201);
}

/// Of a cut as a file.
std::string media_type_of(std::string_view format) {
  if (format == "otio") return "application/json";
  if (format == "m3u") return "audio/x-mpegurl; charset=utf-8";
  return format == "vtt" ? "text/vtt; charset=utf-8" : "text/plain; charset=utf-8";
}

Expected<HttpResponse> cut_film(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const CutWish wish, wish_of(request));
  CINELOOM_TRY_ASSIGN(const KnownFilm film, known_film(cinema, id));
  CINELOOM_TRY_ASSIGN(const FilmCut made, cut(film, wish, CancelToken()));
  const std::string format(request.parameter("format"));
  if (format.empty() || format == "json") return json_response(cut_value(id, made));
  CINELOOM_TRY_ASSIGN(std::string text, write_cut(film, made, format));
  return HttpResponse{.content_type = media_type_of(format), .headers = {{"Content-Disposition", "attachment"}}, .body = std::move(text)};
}

}  // namespace

void add_what_if_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/api/v1/films/{film}/whatif", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
    CINELOOM_TRY_ASSIGN(const KnownFilm film, known_film(cinema, id));
    CINELOOM_TRY_ASSIGN(const ChangeChoices choices, what_can_change(film, CancelToken()));
    return json_response(json::to_value(choices));
  });
  router.add("POST", "/api/v1/films/{film}/whatif", Policy::viewer(Scope::Stories),
             [&cinema](const HttpRequest& request) { return bend_film(cinema, request); });
  router.add("GET", "/api/v1/films/{film}/cut", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) { return cut_film(cinema, request); });
}

}  // namespace cineloom::serve
