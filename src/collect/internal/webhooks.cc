// What media servers post when somebody plays a film: Jellyfin's webhook plugin, Plex, and Tautulli's template.
#include <fmt/format.h>

#include <algorithm>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

using boost::json::object;

constexpr double kTicksPerSecond = 1e7;
constexpr double kBegun = 0.05;     // less of a film is a look at it
constexpr double kWatched = 0.9;    // the credits run by then

/// The objects of a file: one, a list of them, or one a line.
Expected<std::vector<object>> objects_of(const SourceFile& file) {
  std::vector<object> objects;
  if (const auto whole = json_of(file); whole && whole->is_object()) return std::vector{whole->get_object()};
  else if (whole && whole->is_array()) {
    for (const auto& entry : whole->get_array()) {
      if (entry.is_object()) objects.push_back(entry.get_object());
    }
    return objects;
  }
  std::string_view rest = file.content;
  for (int line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    const std::string_view text = trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (text.empty()) continue;
    CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(text), fmt::format("{}: line {}", file.name, line));
    if (value.is_object()) objects.push_back(value.get_object());
  }
  return objects;
}

Film film_of(const std::string& title, const std::string& year, const std::string& imdb, const std::string& tmdb) {
  return {.title = {.original = title, .english = title}, .year = parse_year(year), .external = {.imdb = parse_imdb(imdb), .tmdb = parse_tmdb(tmdb)}};
}

/// How far somebody came with a film, as a watch, an abandoned start, or nothing.
void tell_share(double share, bool is_whole, Act act, Teller& teller) {
  if (is_whole || share >= kWatched) {
    act.kind = EventKind::Watch;
  } else if (share >= kBegun) {
    act.kind = EventKind::Abandon;
    act.value = share;
  } else {
    teller.pass_over(PassedOver::TooShort);
    return;
  }
  teller.tell(std::move(act));
}

/// The act without its kind. A payload without a time is taken to tell of the moment it came.
Act act_of(const object& payload, std::size_t film, std::string person, std::string id, std::optional<Timestamp> at, const Reading& reading) {
  return {.film = film,
          .at = at.value_or(reading.options.now),
          .precision = at ? Precision::Clock : Precision::Marking,
          .id = std::move(id),
          .person = std::move(person),
          .raw = boost::json::serialize(payload)};
}

void read_jellyfin(const object& payload, Teller& teller, const Reading& reading) {
  if (text_at(payload, "ItemType") != "Movie") return teller.pass_over(PassedOver::NotAFilm);
  const std::size_t film =
      teller.film(film_of(text_at(payload, "Name"), text_at(payload, "Year"), text_at(payload, "Provider_imdb"), text_at(payload, "Provider_tmdb")));
  // Timestamp is the server's local time.
  const auto at = parse_time(text_at(payload, "UtcTimestamp"));
  const std::string kind = text_at(payload, "NotificationType");
  Act act = act_of(payload, film, text_at(payload, "NotificationUsername"), text_at(payload, "ItemId") + " " + text_at(payload, {"UtcTimestamp", "Timestamp"}),
                   at, reading);
  if (kind == "PlaybackStop") {
    const double whole = number_at(payload, "RunTimeTicks").value_or(0) / kTicksPerSecond;
    const double watched = number_at(payload, "PlaybackPositionTicks").value_or(0) / kTicksPerSecond;
    return tell_share(whole > 0 ? std::clamp(watched / whole, 0.0, 1.0) : 0, is_true_at(payload, "PlayedToCompletion"), std::move(act), teller);
  }
  if (kind != "UserDataSaved") return teller.pass_over(PassedOver::InProgress);
  if (is_true_at(payload, "Favorite") || is_true_at(payload, "Likes")) {
    act.kind = EventKind::Like;
    teller.tell(act);
  }
  if (const auto stars = stars_of(number_at(payload, "Rating").value_or(0), 10)) {
    act.kind = EventKind::Rate;
    act.value = stars;
    teller.tell(std::move(act));
  }
}

/// The number behind "imdb://" in Plex's list of ids.
std::string guid_of(const object& metadata, std::string_view scheme) {
  const auto* guids = metadata.if_contains("Guid");
  if (guids == nullptr || !guids->is_array()) return {};
  for (const auto& guid : guids->get_array()) {
    const std::string id = guid.is_object() ? text_at(guid.get_object(), "id") : std::string();
    if (id.starts_with(scheme)) return id.substr(scheme.size());
  }
  return {};
}

void read_plex(const object& payload, Teller& teller, const Reading& reading) {
  const object* metadata = object_at(payload, "Metadata");
  const object* account = object_at(payload, "Account");
  if (metadata == nullptr || text_at(*metadata, "type") != "movie") return teller.pass_over(PassedOver::NotAFilm);
  const std::size_t film =
      teller.film(film_of(text_at(*metadata, "title"), text_at(*metadata, "year"), guid_of(*metadata, "imdb://"), guid_of(*metadata, "tmdb://")));
  const auto viewed = number_at(*metadata, "lastViewedAt");
  const auto at = viewed && *viewed > 0 && *viewed < 1e11
                      ? std::optional<Timestamp>(std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(*viewed))))
                      : std::nullopt;
  const std::string event = text_at(payload, "event");
  Act act = act_of(payload, film, account == nullptr ? "" : text_at(*account, "title"),
                   text_at(*metadata, "ratingKey") + " " + text_at(*metadata, "lastViewedAt"), at, reading);
  if (event == "media.scrobble") return tell_share(1, true, std::move(act), teller);
  if (event == "media.stop") {
    const double whole = number_at(*metadata, "duration").value_or(0);
    return tell_share(whole > 0 ? number_at(*metadata, "viewOffset").value_or(0) / whole : 0, false, std::move(act), teller);
  }
  const auto stars = stars_of(number_at(payload, "rating").value_or(number_at(*metadata, "userRating").value_or(0)), 10);
  if (event != "media.rate" || !stars) return teller.pass_over(PassedOver::InProgress);
  act.kind = EventKind::Rate;
  act.value = stars;
  teller.tell(std::move(act));
}

/// Every value of Tautulli's template is a text, and its parameters of an episode give the numbers of the show.
void read_tautulli(const object& payload, Teller& teller, const Reading& reading) {
  if (text_at(payload, "media_type") != "movie") return teller.pass_over(PassedOver::NotAFilm);
  const std::size_t film =
      teller.film(film_of(text_at(payload, "title"), text_at(payload, "year"), text_at(payload, "imdb_id"), text_at(payload, {"themoviedb_id", "tmdb_id"})));
  const std::string when = text_at(payload, {"utctime", "timestamp", "datestamp"});
  const auto at = has_clock(when) ? parse_time(when) : std::nullopt;
  const std::string action = text_at(payload, "action");
  Act act = act_of(payload, film, text_at(payload, {"user", "username"}), text_at(payload, {"rating_key", "imdb_id", "title"}) + " " + when, at, reading);
  const double share = std::clamp(number_at(payload, "progress_percent").value_or(0) / 100, 0.0, 1.0);
  if (action == "watched") return tell_share(1, true, std::move(act), teller);
  if (action == "stop" || action == "stopped") return tell_share(share, false, std::move(act), teller);
  teller.pass_over(PassedOver::InProgress);
}

template <auto read>
Expected<void> read_objects(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    CINELOOM_TRY(require_utf8(file->name, file->content));
    CINELOOM_TRY_ASSIGN(const auto objects, objects_of(*file));
    for (const object& payload : objects) read(payload, teller, reading);
  }
  return {};
}

/// The part called "payload" of a body of several parts; the body itself if it is none.
std::string_view payload_of(std::string_view body) {
  if (!body.starts_with("--")) return body;
  const auto name = body.find("name=\"payload\"");
  const auto begin = name == std::string_view::npos ? name : body.find("\r\n\r\n", name);
  if (begin == std::string_view::npos) return {};
  const std::string boundary = "\r\n" + std::string(body.substr(0, body.find("\r\n")));
  return body.substr(begin + 4, body.find(boundary, begin) - begin - 4);
}

Expected<void> read_plex_bodies(Files files, Teller& teller, const Reading& reading) {
  for (const SourceFile* file : files) {
    const SourceFile payload{.name = file->name, .content = std::string(payload_of(file->content))};
    const SourceFile* one = &payload;
    CINELOOM_TRY(read_objects<read_plex>(Files(&one, 1), teller, reading));
  }
  return {};
}

template <class Claims>
bool first_object_has(std::string_view content, Claims claims) {
  const auto first = first_object(content);
  return first && claims(*first);
}

}  // namespace

const Format kJellyfinHook = {.name = "Jellyfin webhook",
                              .origin = "jellyfin",
                              .claims =
                                  [](const SourceFile& file) {
                                    return first_object_has(file.content,
                                                            [](const object& one) { return one.contains("NotificationType") && one.contains("ItemType"); });
                                  },
                              .read = read_objects<read_jellyfin>};

const Format kPlexHook = {.name = "Plex webhook",
                          .origin = "plex",
                          .claims =
                              [](const SourceFile& file) {
                                return first_object_has(payload_of(file.content),
                                                        [](const object& one) { return one.contains("event") && one.contains("Metadata"); });
                              },
                          .read = read_plex_bodies};

const Format kTautulliHook = {.name = "Tautulli webhook",
                              .origin = "tautulli",
                              .claims =
                                  [](const SourceFile& file) {
                                    return first_object_has(file.content,
                                                            [](const object& one) { return one.contains("action") && one.contains("media_type"); });
                                  },
                              .read = read_objects<read_tautulli>};

}  // namespace cineloom::collect
