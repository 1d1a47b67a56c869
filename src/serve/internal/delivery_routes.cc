// Picks for clients that cannot sign in: the address holds a viewer's secret, and leads to that viewer's picks alone.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "pipeline/delivery.h"
#include "serve/internal/client_routes.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

constexpr int kShort = 7;    // an evening each
constexpr int kLong = 30;

/// Where a reader of the feed finds the page. A proxy tells whether it is reached over TLS, and the path before ours.
std::string page_of(const HttpRequest& request) {
  const bool is_https = request.header("x-forwarded-proto") == "https";
  return fmt::format("{}://{}{}/", is_https ? "https" : "http", request.header("host"), request.header("x-forwarded-prefix"));
}

struct Feed {
  Viewer viewer;
  DeliveryPlace place;
};

Expected<Feed> feed_of(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(Viewer viewer, viewer_of_feed(cinema.store(), request.captures.at("feed")));
  DeliveryPlace place{.viewer = viewer.name, .page = page_of(request), .at = cinema.now()};
  return Feed{.viewer = std::move(viewer), .place = std::move(place)};
}

/// Stremio's page asks from another origin.
HttpResponse fed(std::string body, std::string content_type) {
  return {.content_type = std::move(content_type),
          .headers = {{"Cache-Control", "private, max-age=300"}, {"Access-Control-Allow-Origin", "*"}},
          .body = std::move(body)};
}

using Writer = std::string (*)(std::span<const DeliveredFilm>, const DeliveryPlace&);

RouteHandler list_route(Cinema& cinema, int count, const char* content_type, Writer write) {
  return [&cinema, count, content_type, write](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Feed feed, feed_of(cinema, request));
    CINELOOM_TRY_ASSIGN(const auto films, films_to_deliver(cinema, feed.viewer.id, count));
    return fed(write(films, feed.place), content_type);
  };
}

Expected<HttpResponse> stremio_manifest(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const Feed feed, feed_of(cinema, request));
  CINELOOM_TRY_ASSIGN(const auto films, cinema.store().all_films());
  std::set<std::string> genres;
  for (const Film& film : films) genres.insert(film.genres.begin(), film.genres.end());
  const std::vector<std::string> sorted(genres.begin(), genres.end());
  return fed(write_stremio_manifest(feed.place, sorted), "application/json");
}

/// The value of a name in "genre=science fiction&skip=20", as it stands in the path.
std::string extra_value(std::string_view extra, std::string_view name) {
  while (!extra.empty()) {
    const std::string_view pair = extra.substr(0, extra.find('&'));
    extra.remove_prefix(std::min(pair.size() + 1, extra.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return std::string(pair.substr(equals + 1));
  }
  return {};
}

/// The whole list is one page.
Expected<HttpResponse> stremio_catalog(Cinema& cinema, const HttpRequest& request, const std::string& extra) {
  CINELOOM_TRY_ASSIGN(const Feed feed, feed_of(cinema, request));
  if (request.captures.at("catalog") != "tonight") return fail(ErrorCode::NotFound, "there is only the catalogue 'tonight'");
  const std::string skipped = extra_value(extra, "skip");
  std::vector<DeliveredFilm> films;
  if (skipped.empty() || skipped == "0") { CINELOOM_TRY_ASSIGN(films, films_to_deliver(cinema, feed.viewer.id, kLong, extra_value(extra, "genre"))); }
  return fed(write_stremio_catalog(films), "application/json");
}

Expected<HttpResponse> stremio_film(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY(feed_of(cinema, request));
  const std::string& id = request.captures.at("film");
  CINELOOM_TRY_ASSIGN(const auto films, cinema.store().all_films());
  for (const Film& film : films) {
    if (stremio_id(film) == id) return fed(write_stremio_film(film), "application/json");
  }
  return fail(ErrorCode::NotFound, fmt::format("there is no film '{}'", id));
}

boost::json::object addresses_of(const HttpRequest& request, const std::string& token) {
  const std::string base = page_of(request) + "feeds/" + token + "/";
  return {{"stremio", base + "manifest.json"},
          {"radarr", base + "radarr.json"},
          {"rss", base + "picks.rss"},
          {"calendar", base + "picks.ics"},
          {"kodi", base + "picks.xsp"}};
}

}  // namespace

void add_delivery_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("POST", "/api/v1/viewers/{viewer}/feeds", Policy::signed_in_own(), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY_ASSIGN(const std::string token, make_feed_token(cinema.store(), viewer));
    return json_response(addresses_of(request, token), 201);
  });
  router.add("DELETE", "/api/v1/viewers/{viewer}/feeds", Policy::signed_in_own(), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY(end_feed_token(cinema.store(), viewer));
    return HttpResponse{.status = 204};
  });
  router.add("GET", "/feeds/{feed}/picks.rss", Policy::everyone(), list_route(cinema, kLong, "application/rss+xml; charset=utf-8", write_rss));
  router.add("GET", "/feeds/{feed}/picks.ics", Policy::everyone(), list_route(cinema, kShort, "text/calendar; charset=utf-8", write_calendar));
  router.add("GET", "/feeds/{feed}/picks.xsp", Policy::everyone(), list_route(cinema, kLong, "application/xml; charset=utf-8", write_kodi_playlist));
  router.add(
      "GET", "/feeds/{feed}/radarr.json", Policy::everyone(),
      list_route(cinema, kLong, "application/json", [](std::span<const DeliveredFilm> films, const DeliveryPlace&) { return write_radarr_list(films); }));
  router.add("GET", "/feeds/{feed}/manifest.json", Policy::everyone(), [&cinema](const HttpRequest& request) { return stremio_manifest(cinema, request); });
  router.add("GET", "/feeds/{feed}/catalog/movie/{catalog}.json", Policy::everyone(),
             [&cinema](const HttpRequest& request) { return stremio_catalog(cinema, request, ""); });
  router.add("GET", "/feeds/{feed}/catalog/movie/{catalog}/{extra}.json", Policy::everyone(),
             [&cinema](const HttpRequest& request) { return stremio_catalog(cinema, request, request.captures.at("extra")); });
  router.add("GET", "/feeds/{feed}/meta/movie/{film}.json", Policy::everyone(),
             [&cinema](const HttpRequest& request) { return stremio_film(cinema, request); });
}

}  // namespace cineloom::serve
