#include "serve/internal/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "pipeline/audience_report.h"
#include "pipeline/told_plots.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

Expected<boost::json::value> film_value(Cinema& cinema, const Film& film) {
  CINELOOM_TRY_ASSIGN(const auto analyzed, cinema.store().films_with_knowledge("all"));
  boost::json::value value = json::to_value(film);
  value.as_object()["analyzed"] = std::ranges::find(analyzed, film.id) != analyzed.end();
  return value;
}

Expected<HttpResponse> list_films(Cinema& cinema, const HttpRequest& request) {
  FilmQuery query{.text = std::string(request.parameter("query")), .genre = std::string(request.parameter("genre"))};
  query.is_analyzed_only = request.parameter("analyzed") == "true";
  CINELOOM_TRY_ASSIGN(query.limit, number_parameter(request, "limit", 50, 1, 1000));
  CINELOOM_TRY_ASSIGN(const int after, number_parameter(request, "cursor", 0, 0, 1 << 30));
  query.after = FilmId(after);
  CINELOOM_TRY_ASSIGN(const auto films, cinema.store().films(query));
  CINELOOM_TRY_ASSIGN(const auto analyzed, cinema.store().films_with_knowledge("all"));
  boost::json::array list;
  for (const Film& film : films) {
    boost::json::value value = json::to_value(film);
    value.as_object()["analyzed"] = std::ranges::find(analyzed, film.id) != analyzed.end();
    list.push_back(std::move(value));
  }
  const bool has_more = std::cmp_equal(films.size(), query.limit);
  boost::json::value next = nullptr;
  if (has_more) next = boost::json::string(std::to_string(films.back().id.number()));
  return json_response({{"films", std::move(list)}, {"next_cursor", std::move(next)}});
}

/// The stored findings with the address of each picture.
boost::json::value knowledge_value(const FilmKnowledge& knowledge) {
  boost::json::value value = json::to_value(knowledge);
  for (const std::string_view list : {"keyframes", "people"}) {
    auto& pictures = value.at("video").at(list).as_array();
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      pictures[i].as_object()["url"] = fmt::format("/media/films/{}/{}/{}.jpg", knowledge.film.number(), list, i);
    }
  }
  return value;
}

/// What is known, for other programs: a download in the format that is named.
Expected<HttpResponse> exported(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(std::string text, cinema.export_film(id, std::string(request.parameter("format"))));
  return HttpResponse{.content_type = "text/plain; charset=utf-8", .headers = {{"Content-Disposition", "attachment"}}, .body = std::move(text)};
}

/// Analysed films whose course of feeling runs like one that was drawn.
Expected<HttpResponse> arcs(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const int count, number_parameter(request, "count", 5, 1, 50));
  CINELOOM_TRY_ASSIGN(const auto drawn, drawing_parameter(request));
  CINELOOM_TRY_ASSIGN(const auto matches, find_films_by_arc(cinema.store(), cinema.film_courses(), drawn, static_cast<std::size_t>(count)));
  boost::json::array films;
  for (const ArcMatch& match : matches) {
    boost::json::value film = json::to_value(match.film);
    film.as_object()["analyzed"] = true;
    films.push_back({{"film", std::move(film)}, {"likeness", match.likeness}});
  }
  return json_response({{"films", std::move(films)}});
}

/// A page of its own, to keep: it has its own style and script, which this server's pages may not have.
Expected<HttpResponse> audience_report(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
  CINELOOM_TRY(cinema.store().film(id));
  const std::string language(request.parameter("language") == "zh" ? "zh" : "en");
  return HttpResponse{.produce = [&cinema, id, language](ResponseWriter& writer) {
    auto page = audience_page(cinema, id, language, writer.gone());
    if (!page) return writer.answer(problem(page.error()));
    writer.answer(
        {.content_type = "text/html; charset=utf-8",
         .headers = {{"Cache-Control", "no-store"}, {"Content-Disposition", fmt::format("attachment; filename=\"cineloom-audience-{}.html\"", id.number())}},
         .body = *std::move(page)});
  }};
}

}  // namespace

void add_addresses(boost::json::value& graph, FilmId film) {
  for (auto& node : graph.at("nodes").as_array()) {
    for (auto& piece : node.at("footage").as_array()) {
      const std::string file(std::string_view(piece.at("file").as_string()));
      const auto slash = file.rfind('/');
      piece.as_object()["url"] = slash == std::string::npos ? fmt::format("/media/films/{}/video", film.number())
                                                            : fmt::format("/media/films/{}/takes/{}", film.number(), file.substr(slash + 1));
    }
  }
}

void add_film_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/api/v1/films", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) { return list_films(cinema, request); });
  router.add("GET", "/api/v1/films/{film}", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
    CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(id));
    CINELOOM_TRY_ASSIGN(const auto value, film_value(cinema, film));
    return json_response(value);
  });
  router.add("GET", "/api/v1/films/{film}/audience-report", Policy::viewer(Scope::Read),
             [&cinema](const HttpRequest& request) { return audience_report(cinema, request); });
  router.add("GET", "/api/v1/films/{film}/knowledge", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
    CINELOOM_TRY_ASSIGN(const FilmKnowledge knowledge, cinema.knowledge(id));
    return json_response(knowledge_value(knowledge));
  });
  router.add("GET", "/api/v1/arcs", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) { return arcs(cinema, request); });
  router.add("GET", "/api/v1/films/{film}/export", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) { return exported(cinema, request); });
  router.add("GET", "/api/v1/films/{film}/branches", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
    CINELOOM_TRY_ASSIGN(const StoryGraph graph, cinema.branches(id));
    boost::json::value value = json::to_value(graph);
    add_addresses(value, id);
    return json_response(value);
  });
}

}  // namespace cineloom::serve
