// The routes of a Gorse server, so that a service that asks one may ask us by another address. A user is a viewer by name, an item a film
// by its key, and a feedback an event whose key remembers its type.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "pipeline/privacy.h"
#include "serve/internal/client_routes.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

using boost::json::array;
using boost::json::object;

constexpr std::string_view kKeyStart = "gorse:";
constexpr std::string_view kProfileName = "gorse";
constexpr int kMostAsked = 50;

// Members are named as the protocol names them. NOLINTBEGIN(readability-identifier-naming)
struct UserBody {
  std::string UserId;
  boost::json::value Labels;
  std::string Comment;
};
BOOST_DESCRIBE_STRUCT(UserBody, (), (UserId, Labels, Comment))

struct ItemBody {
  std::string ItemId;
  bool IsHidden = false;
  std::vector<std::string> Categories;
  boost::json::value Labels;
  std::string Comment;
};
BOOST_DESCRIBE_STRUCT(ItemBody, (), (ItemId, IsHidden, Categories, Labels, Comment))

struct FeedbackBody {
  std::string FeedbackType;
  std::string UserId;
  std::string ItemId;
  std::optional<double> Value;
};
BOOST_DESCRIBE_STRUCT(FeedbackBody, (), (FeedbackType, UserId, ItemId, Value))
// NOLINTEND(readability-identifier-naming)

struct Meaning {
  std::string_view type;
  EventKind kind;
};
constexpr std::array kMeanings{Meaning{"rate", EventKind::Rate},  Meaning{"rating", EventKind::Rate},   Meaning{"like", EventKind::Like},
                               Meaning{"star", EventKind::Like},  Meaning{"favorite", EventKind::Like}, Meaning{"watch", EventKind::Watch},
                               Meaning{"read", EventKind::Watch}, Meaning{"view", EventKind::Watch},    Meaning{"click", EventKind::Watch},
                               Meaning{"wish", EventKind::Wish},  Meaning{"hide", EventKind::Hide},     Meaning{"dislike", EventKind::Hide},
                               Meaning{"skip", EventKind::Skip}};

Expected<EventKind> kind_of(std::string_view type) {
  const auto found = std::ranges::find(kMeanings, type, &Meaning::type);
  if (found != kMeanings.end()) return found->kind;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("nothing is meant by feedback of type '{}'", type))
                             .advise("use rate, like, star, watch, read, wish, hide or skip"));
}

object affected(std::size_t rows) { return {{"RowAffected", rows}}; }

/// Bodies are one value or a list of them.
template <class T>
Expected<std::vector<T>> bodies_of(const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto value, json::parse(request.body));
  std::vector<T> bodies;
  if (value.is_array()) {
    CINELOOM_TRY(json::read_value(value, bodies));
  } else {
    CINELOOM_TRY(json::read_value(value, bodies.emplace_back()));
  }
  return bodies;
}

Expected<Viewer> user_called(Store& store, const std::string& name) {
  CINELOOM_TRY_ASSIGN(const auto found, store.find_viewer(name));
  if (found) return *found;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("user '{}' is not known", name)).advise("POST /api/user first"));
}

Expected<Film> item_called(Store& store, const std::string& key) {
  CINELOOM_TRY_ASSIGN(const auto found, store.find_film(key));
  if (found) return *found;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("item '{}' is not known", key)).advise("POST /api/item first"));
}

/// "gorse:star/ran-1985" -> "star"; else our own word.
std::string type_of(const Event& event) {
  const std::string_view key = event.key;
  if (!key.starts_with(kKeyStart)) return json::enum_name(event.kind);
  return std::string(key.substr(kKeyStart.size(), key.find('/') - kKeyStart.size()));
}

std::string key_of(const FeedbackBody& feedback) { return fmt::format("{}{}/{}", kKeyStart, feedback.FeedbackType, feedback.ItemId); }

std::string time_text(Timestamp at) { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(at))); }

object feedback_value(const Event& event, const std::string& user, const std::string& item) {
  return {{"FeedbackType", type_of(event)},   {"UserId", user}, {"ItemId", item}, {"Value", event.value.value_or(0)},
          {"Timestamp", time_text(event.at)}, {"Comment", ""}};
}

Expected<object> user_value(Store& store, const Viewer& viewer) {
  object value{{"UserId", viewer.name}, {"Labels", array{}}, {"Comment", ""}};
  CINELOOM_TRY_ASSIGN(const auto kept, store.preference(viewer.id, kProfileName));
  if (!kept) return value;
  CINELOOM_TRY_ASSIGN(const auto profile, json::parse(*kept));
  for (const char* name : {"Labels", "Comment"}) {
    if (const auto* found = profile.as_object().if_contains(name)) value[name] = *found;
  }
  return value;
}

object item_value(const Film& film) {
  array categories;
  for (const std::string& genre : film.genres) categories.emplace_back(genre);
  array labels;
  for (const std::string& theme : film.themes) labels.emplace_back(theme);
  return {{"ItemId", film.key},
          {"IsHidden", false},
          {"Categories", std::move(categories)},
          {"Labels", std::move(labels)},
          {"Comment", film.title.english},
          {"Timestamp", film.year == 0 ? std::string() : fmt::format("{:04}-01-01T00:00:00Z", film.year)}};
}

Expected<HttpResponse> put_users(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto users, bodies_of<UserBody>(request));
  for (const UserBody& user : users) {
    CINELOOM_TRY_ASSIGN(const ViewerId id, cinema.store().put_viewer({.name = user.UserId}));
    CINELOOM_TRY(cinema.store().put_preference(id, kProfileName, boost::json::serialize(object{{"Labels", user.Labels}, {"Comment", user.Comment}})));
  }
  return json_response(affected(users.size()));
}

Expected<HttpResponse> change_user(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const Viewer viewer, user_called(cinema.store(), request.captures.at("user")));
  CINELOOM_TRY_ASSIGN(object profile, user_value(cinema.store(), viewer));
  CINELOOM_TRY_ASSIGN(const auto changes, json::parse(request.body));
  if (!changes.is_object()) return fail(ErrorCode::InvalidArgument, "expected an object");
  for (const char* name : {"Labels", "Comment"}) {
    if (const auto* found = changes.get_object().if_contains(name)) profile[name] = *found;
  }
  profile.erase("UserId");
  CINELOOM_TRY(cinema.store().put_preference(viewer.id, kProfileName, boost::json::serialize(profile)));
  return json_response(affected(1));
}

/// Titles, genres and themes are what an item's comment, categories and labels can tell a film.
Expected<ImportBatch> items_as_import(const std::vector<ItemBody>& items) {
  ImportBatch batch{.source = "gorse", .path = "gorse"};
  for (const ItemBody& item : items) {
    if (item.ItemId.empty()) return fail(ErrorCode::InvalidArgument, "an item needs an ItemId");
    if (item.IsHidden)
      return std::unexpected(Error(ErrorCode::InvalidArgument, "films are not hidden from everybody").advise("send feedback of type hide for a user"));
    Film film{.key = item.ItemId, .title = {.english = item.Comment.empty() ? item.ItemId : item.Comment}, .genres = item.Categories};
    if (item.Labels.is_array()) {
      for (const auto& label : item.Labels.get_array()) {
        if (label.is_string()) film.themes.emplace_back(std::string(label.get_string()));
      }
    }
    batch.films.push_back(std::move(film));
  }
  return batch;
}

Expected<HttpResponse> put_items(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto items, bodies_of<ItemBody>(request));
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, items_as_import(items));
  Progress progress;
  CINELOOM_TRY(cinema.apply_import(batch, progress, CancelToken()));
  return json_response(affected(items.size()));
}

enum class Existing { Keep, Replace };

/// A feedback of this type, user and item that was told before is kept or replaced.
Expected<std::size_t> put_feedback(Cinema& cinema, const FeedbackBody& feedback, Existing existing) {
  CINELOOM_TRY_ASSIGN(const EventKind kind, kind_of(feedback.FeedbackType));
  CINELOOM_TRY_ASSIGN(const Film film, item_called(cinema.store(), feedback.ItemId));
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, cinema.store().put_viewer({.name = feedback.UserId}));
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().events_of(viewer));
  const auto known = std::ranges::find(events, key_of(feedback), &Event::key);
  if (known != events.end()) {
    if (existing == Existing::Keep) return 0;
    CINELOOM_TRY(cinema.store().remove_event(viewer, known->id));
  }
  Event event{.viewer = viewer, .film = film.id, .kind = kind, .value = {}, .at = cinema.now(), .mood = {}, .key = key_of(feedback), .origin = "gorse"};
  if (kind == EventKind::Rate) event.value = feedback.Value.value_or(0);
  CINELOOM_TRY(cinema.tell(event));
  return 1;
}

Expected<HttpResponse> put_feedbacks(Cinema& cinema, BackgroundTraining& training, const HttpRequest& request, Existing existing) {
  CINELOOM_TRY_ASSIGN(const auto list, bodies_of<FeedbackBody>(request));
  std::size_t rows = 0;
  for (const FeedbackBody& feedback : list) {
    CINELOOM_TRY_ASSIGN(const std::size_t added, put_feedback(cinema, feedback, existing));
    rows += added;
    if (added > 0) training.note_event();
  }
  return json_response(affected(rows));
}

/// Which feedback is asked for; empty = any.
struct FeedbackFilter {
  std::string type;
  std::string user;
  std::string item;
};

FeedbackFilter filter_of(const HttpRequest& request) {
  const auto captured_or_none = [&](const char* name) {
    const auto found = request.captures.find(name);
    return found == request.captures.end() ? std::string() : found->second;
  };
  return {.type = captured_or_none("type"), .user = captured_or_none("user"), .item = captured_or_none("item")};
}

struct FoundFeedback {
  Event event;
  std::string user;
  std::string item;
};

Expected<std::vector<FoundFeedback>> find_feedback(Store& store, const FeedbackFilter& filter) {
  std::vector<Event> events;
  std::unordered_map<ViewerId, std::string> users;
  if (!filter.user.empty()) {
    CINELOOM_TRY_ASSIGN(const Viewer viewer, user_called(store, filter.user));
    users[viewer.id] = viewer.name;
    CINELOOM_TRY_ASSIGN(events, store.events_of(viewer.id));
  } else {
    CINELOOM_TRY_ASSIGN(const auto viewers, store.viewers());
    for (const Viewer& viewer : viewers) users[viewer.id] = viewer.name;
    CINELOOM_TRY_ASSIGN(events, store.all_events());
  }
  std::unordered_map<FilmId, std::string> items;
  CINELOOM_TRY_ASSIGN(const auto films, store.all_films());
  for (const Film& film : films) items[film.id] = film.key;
  std::vector<FoundFeedback> found;
  for (const Event& event : events) {
    const bool fits = (filter.type.empty() || type_of(event) == filter.type) && (filter.item.empty() || items[event.film] == filter.item);
    if (fits) found.push_back({.event = event, .user = users[event.viewer], .item = items[event.film]});
  }
  return found;
}

array as_values(std::span<const FoundFeedback> found) {
  array list;
  for (const FoundFeedback& feedback : found) list.emplace_back(feedback_value(feedback.event, feedback.user, feedback.item));
  return list;
}

Expected<HttpResponse> list_feedback(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto found, find_feedback(cinema.store(), filter_of(request)));
  return json_response(as_values(found));
}

/// Where a cursor stands, as a count of what came before.
Expected<std::size_t> cursor_of(const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const int at, number_parameter(request, "cursor", 0, 0, 1'000'000'000));
  return static_cast<std::size_t>(at);
}

/// Lists come in pages; the cursor of the last one is empty.
Expected<HttpResponse> paged(const HttpRequest& request, const char* name, const array& all) {
  CINELOOM_TRY_ASSIGN(const std::size_t begin, cursor_of(request));
  CINELOOM_TRY_ASSIGN(const int count, number_parameter(request, "n", 100, 1, 10'000));
  const std::size_t end = std::min(all.size(), begin + static_cast<std::size_t>(count));
  array page;
  for (std::size_t i = begin; i < end; ++i) page.push_back(all[i]);
  return json_response(object{{"Cursor", end < all.size() ? std::to_string(end) : std::string()}, {name, std::move(page)}});
}

Expected<FoundFeedback> one_feedback(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto found, find_feedback(cinema.store(), filter_of(request)));
  if (!found.empty()) return found.back();
  return fail(ErrorCode::NotFound, "there is no such feedback");
}

Expected<HttpResponse> delete_feedback(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto found, find_feedback(cinema.store(), filter_of(request)));
  for (const FoundFeedback& feedback : found) CINELOOM_TRY(cinema.store().remove_event(feedback.event.viewer, feedback.event.id));
  if (found.empty()) return fail(ErrorCode::NotFound, "there is no such feedback");
  return json_response(feedback_value(found.back().event, found.back().user, found.back().item));
}

/// Version 2 tells scores too.
Expected<HttpResponse> picks_response(Cinema& cinema, const HttpRequest& request, const std::vector<Pick>& picks, bool has_scores) {
  CINELOOM_TRY_ASSIGN(const int offset, number_parameter(request, "offset", 0, 0, kMostAsked));
  array list;
  for (std::size_t i = static_cast<std::size_t>(offset); i < picks.size(); ++i) {
    CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(picks[i].film));
    if (has_scores) list.push_back(object{{"Id", film.key}, {"Score", picks[i].score}});
    else list.emplace_back(film.key);
  }
  return json_response(list);
}

Expected<int> count_of(const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const int count, number_parameter(request, "n", 10, 1, kMostAsked));
  CINELOOM_TRY_ASSIGN(const int offset, number_parameter(request, "offset", 0, 0, kMostAsked));
  return std::min(kMostAsked, count + offset);
}

FilmFilter category_of(const HttpRequest& request) {
  const auto found = request.captures.find("category");
  FilmFilter filter;
  if (found != request.captures.end() && !found->second.empty()) filter.any_genres = {found->second};
  return filter;
}

Expected<HttpResponse> recommend(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const Viewer viewer, user_called(cinema.store(), request.captures.at("user")));
  TonightRequest tonight{.viewer = viewer.id, .filter = category_of(request)};
  CINELOOM_TRY_ASSIGN(tonight.count, count_of(request));
  CINELOOM_TRY_ASSIGN(const Recommendation made, cinema.recommend(tonight));
  return picks_response(cinema, request, made.picks, request.header("x-api-version") == "2");
}

/// A list for somebody of whom only these events are known.
Expected<HttpResponse> recommend_after(Cinema& cinema, const HttpRequest& request, const std::vector<Event>& events) {
  TonightRequest tonight{.filter = category_of(request)};
  CINELOOM_TRY_ASSIGN(tonight.count, count_of(request));
  CINELOOM_TRY_ASSIGN(const Recommendation made, cinema.recommend_after(tonight, events));
  return picks_response(cinema, request, made.picks, true);
}

Expected<HttpResponse> recommend_for_session(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const auto list, bodies_of<FeedbackBody>(request));
  std::vector<Event> events;
  for (const FeedbackBody& feedback : list) {
    CINELOOM_TRY_ASSIGN(const EventKind kind, kind_of(feedback.FeedbackType));
    CINELOOM_TRY_ASSIGN(const Film film, item_called(cinema.store(), feedback.ItemId));
    events.push_back({.film = film.id, .kind = kind, .value = feedback.Value, .at = cinema.now()});
  }
  return recommend_after(cinema, request, events);
}

Expected<HttpResponse> neighbours(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const Film film, item_called(cinema.store(), request.captures.at("item")));
  return recommend_after(cinema, request, {{.film = film.id, .kind = EventKind::Like, .value = {}, .at = cinema.now()}});
}

Expected<HttpResponse> latest(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const int count, count_of(request));
  CINELOOM_TRY_ASSIGN(auto films, cinema.store().all_films());
  const FilmFilter wanted = category_of(request);
  if (!wanted.any_genres.empty())
    std::erase_if(films, [&](const Film& film) { return std::ranges::find(film.genres, wanted.any_genres.front()) == film.genres.end(); });
  std::ranges::stable_sort(films, std::greater(), [](const Film& film) { return std::pair(film.year, film.id); });
  films.resize(std::min(films.size(), static_cast<std::size_t>(count)));
  array list;
  for (const Film& film : films) list.push_back(object{{"Id", film.key}, {"Score", film.year}});
  return json_response(list);
}

void add_with_category(Router& router, const char* method, const std::string& path, const RouteHandler& handler) {
  router.add(method, path, Policy::admin(Scope::Read), handler);
  router.add(method, path + "/{category}", Policy::admin(Scope::Read), handler);
}

void add_user_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  for (const char* path : {"/api/user", "/api/users"})
    router.add("POST", path, Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) { return put_users(cinema, request); });
  router.add("GET", "/api/users", Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto viewers, cinema.store().viewers());
    array list;
    for (const Viewer& viewer : viewers) {
      CINELOOM_TRY_ASSIGN(object value, user_value(cinema.store(), viewer));
      list.emplace_back(std::move(value));
    }
    return paged(request, "Users", list);
  });
  router.add("GET", "/api/user/{user}", Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Viewer viewer, user_called(cinema.store(), request.captures.at("user")));
    CINELOOM_TRY_ASSIGN(const object value, user_value(cinema.store(), viewer));
    return json_response(value);
  });
  router.add("PATCH", "/api/user/{user}", Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) { return change_user(cinema, request); });
  router.add("DELETE", "/api/user/{user}", Policy::admin(Scope::Manage), [context](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Viewer viewer, user_called(context.cinema.store(), request.captures.at("user")));
    CINELOOM_TRY(forget_viewer(context, viewer.id, request.peer));
    return json_response(affected(1));
  });
}

void add_item_routes(Router& router, Cinema& cinema) {
  for (const char* path : {"/api/item", "/api/items"})
    router.add("POST", path, Policy::admin(Scope::Manage), [&cinema](const HttpRequest& request) { return put_items(cinema, request); });
  router.add("GET", "/api/items", Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const auto films, cinema.store().all_films());
    array list;
    for (const Film& film : films) list.emplace_back(item_value(film));
    return paged(request, "Items", list);
  });
  router.add("GET", "/api/item/{item}", Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Film film, item_called(cinema.store(), request.captures.at("item")));
    return json_response(item_value(film));
  });
  add_with_category(router, "GET", "/api/item/{item}/neighbors", [&cinema](const HttpRequest& request) { return neighbours(cinema, request); });
}

void add_feedback_lists(Router& router, Cinema& cinema) {
  for (const char* path : {"/api/user/{user}/feedback", "/api/user/{user}/feedback/{type}", "/api/item/{item}/feedback", "/api/item/{item}/feedback/{type}"})
    router.add("GET", path, Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) { return list_feedback(cinema, request); });
  for (const char* path : {"/api/feedback", "/api/feedback/{type}"}) {
    router.add("GET", path, Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
      CINELOOM_TRY_ASSIGN(const auto found, find_feedback(cinema.store(), filter_of(request)));
      return paged(request, "Feedback", as_values(found));
    });
  }
}

void add_gorse_feedback_routes(Router& router, Cinema& cinema, BackgroundTraining& training) {
  router.add("POST", "/api/feedback", Policy::admin(Scope::Events),
             [&](const HttpRequest& request) { return put_feedbacks(cinema, training, request, Existing::Keep); });
  router.add("PUT", "/api/feedback", Policy::admin(Scope::Events),
             [&](const HttpRequest& request) { return put_feedbacks(cinema, training, request, Existing::Replace); });
  router.add("GET", "/api/feedback/{type}/{user}/{item}", Policy::admin(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FoundFeedback found, one_feedback(cinema, request));
    return json_response(feedback_value(found.event, found.user, found.item));
  });
  router.add("DELETE", "/api/feedback/{type}/{user}/{item}", Policy::admin(Scope::Events),
             [&cinema](const HttpRequest& request) { return delete_feedback(cinema, request); });
  add_feedback_lists(router, cinema);
}

}  // namespace

void add_gorse_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  add_user_routes(router, context);
  add_item_routes(router, cinema);
  add_gorse_feedback_routes(router, cinema, context.training);
  add_with_category(router, "GET", "/api/recommend/{user}", [&cinema](const HttpRequest& request) { return recommend(cinema, request); });
  add_with_category(router, "GET", "/api/popular", [&cinema](const HttpRequest& request) { return recommend_after(cinema, request, {}); });
  add_with_category(router, "GET", "/api/latest", [&cinema](const HttpRequest& request) { return latest(cinema, request); });
  add_with_category(router, "POST", "/api/session/recommend", [&cinema](const HttpRequest& request) { return recommend_for_session(cinema, request); });
  router.add("GET", "/api/health/live", Policy::everyone(), [](const HttpRequest&) -> Expected<HttpResponse> { return json_response({{"Ready", true}}); });
  router.add("GET", "/api/health/ready", Policy::everyone(), [&cinema](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY(cinema.store().viewers());
    return json_response({{"Ready", true}, {"DataStoreConnected", true}, {"CacheStoreConnected", true}});
  });
}

}  // namespace cineloom::serve
