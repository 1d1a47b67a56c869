#include "serve/internal/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "serve/internal/pages.h"
#include "serve/internal/tonight_answers.h"
#include "store/rating_counts.h"

namespace cineloom::serve {
namespace {

/// An action as it comes over the wire.
struct EventBody {
  EventKind kind = EventKind::Watch;
  FilmId film;
  std::optional<double> value;
  std::string event_id;
};
BOOST_DESCRIBE_STRUCT(EventBody, (), (kind, film, value, event_id))

struct ViewerBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(ViewerBody, (), (name))

struct MoodBody {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(MoodBody, (), (text))

boost::json::value viewer_value(const Viewer& viewer, std::size_t ratings) {
  return {{"id", std::to_string(viewer.id.number())}, {"name", viewer.name}, {"simulated", viewer.is_simulated}, {"ratings", ratings}};
}

/// All for admins, else the account's own.
Expected<HttpResponse> list_viewers(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(auto viewers, cinema.store().viewers());
  std::erase_if(viewers, [&](const Viewer& viewer) { return !request.visitor.may_see(viewer.id); });
  CINELOOM_TRY_ASSIGN(const auto page, page_of(request, std::move(viewers), [](const Viewer& viewer) { return PageKey(viewer.id.number(), 0); }));
  CINELOOM_TRY_ASSIGN(auto ratings, rating_counts(cinema.store()));
  boost::json::array list;
  for (const Viewer& viewer : page.entries) list.push_back(viewer_value(viewer, static_cast<std::size_t>(ratings[viewer.id])));
  return json_response({{"viewers", std::move(list)}, {"next_cursor", page.next_cursor}});
}

Expected<HttpResponse> one_viewer(Cinema& cinema, ViewerId id, int status) {
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema.store().viewer(id));
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().events_of(id));
  const auto ratings = std::ranges::count(events, EventKind::Rate, &Event::kind);
  return json_response(viewer_value(viewer, static_cast<std::size_t>(ratings)), status);
}

/// A dial from the query. Errors: InvalidArgument outside [low, high].
Expected<double> dial_of(const HttpRequest& request, const std::string& name, double initial, double low, double high) {
  const std::string text(request.parameter(name));
  if (text.empty()) return initial;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("{}: expected a number from {} to {}, found '{}'", name, low, high, text));
  }
  return value;
}

/// A list of words with commas between them.
std::vector<std::string> words_of(const HttpRequest& request, const std::string& name) {
  std::vector<std::string> words;
  std::string_view rest = request.parameter(name);
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

/// An enumeration's value by its name; absent = as it was.
template <class E>
Expected<void> read_choice(const HttpRequest& request, const std::string& name, std::string_view names, E& value) {
  if (request.parameter(name).empty()) return {};
  const auto found = json::enum_from_name<E>(request.parameter(name));
  if (!found) return fail(ErrorCode::InvalidArgument, fmt::format("{}: expected {}", name, names));
  value = *found;
  return {};
}

Expected<void> read_dials(const HttpRequest& request, RankingDials& dials) {
  CINELOOM_TRY_ASSIGN(dials.mood_strength, dial_of(request, "mood_strength", dials.mood_strength, 0, 2));
  CINELOOM_TRY_ASSIGN(dials.diversity, dial_of(request, "variety", dials.diversity, 0, 1));
  CINELOOM_TRY_ASSIGN(dials.calibration, dial_of(request, "calibration", dials.calibration, 0, 1));
  CINELOOM_TRY_ASSIGN(dials.popularity, dial_of(request, "popularity", dials.popularity, -1, 1));
  CINELOOM_TRY_ASSIGN(dials.freshness, dial_of(request, "freshness", dials.freshness, 0, 1));
  if (!request.parameter("surprise").empty()) { CINELOOM_TRY_ASSIGN(dials.exploration, dial_of(request, "surprise", 0, 0, 1)); }
  dials.more = words_of(request, "more");
  dials.less = words_of(request, "less");
  return {};
}

Expected<void> read_filter(const HttpRequest& request, FilmFilter& filter) {
  filter = {.any_genres = words_of(request, "genre"),
            .all_genres = words_of(request, "all_genres"),
            .no_genres = words_of(request, "without"),
            .languages = words_of(request, "language"),
            .countries = words_of(request, "country"),
            .people = words_of(request, "person")};
  CINELOOM_TRY_ASSIGN(const int since, number_parameter(request, "since", 0, 0, 9999));
  CINELOOM_TRY_ASSIGN(const int until, number_parameter(request, "until", 0, 0, 9999));
  CINELOOM_TRY_ASSIGN(const int age, number_parameter(request, "age", 99, 0, 99));
  if (since > 0) filter.since = since;
  if (until > 0) filter.until = until;
  if (age < 99) filter.age = age;
  return {};
}

/// The question of the address; one without a viewer in its path is nobody's.
Expected<TonightRequest> tonight_of(Cinema& cinema, const HttpRequest& request) {
  TonightRequest tonight{.mood = std::string(request.parameter("mood"))};
  if (request.captures.contains("viewer")) { CINELOOM_TRY_ASSIGN(tonight.viewer, captured<ViewerId>(request, "viewer")); }
  CINELOOM_TRY_ASSIGN(Trial trial, cinema.trials().of(tonight.viewer, cinema.now()));
  tonight.maker = std::move(trial.maker);
  tonight.dials = std::move(trial.dials);
  CINELOOM_TRY_ASSIGN(const int minutes, number_parameter(request, "minutes", 0, 0, 1000));
  CINELOOM_TRY_ASSIGN(tonight.drawn, drawing_parameter(request));
  if (tonight.drawn.size() == 1) return fail(ErrorCode::InvalidArgument, "draw: expected two and more numbers, found one");
  if (minutes > 0) tonight.time = std::chrono::minutes(minutes);
  CINELOOM_TRY_ASSIGN(tonight.count, number_parameter(request, "count", 6, 1, 50));
  CINELOOM_TRY_ASSIGN(tonight.programme, number_parameter(request, "programme", 0, 0, 5));
  CINELOOM_TRY(read_choice(request, "policy", "lift, match or catharsis", tonight.policy));
  CINELOOM_TRY(read_choice(request, "group", "fair, average or least_misery", tonight.group));
  CINELOOM_TRY(read_dials(request, tonight.dials));
  CINELOOM_TRY(read_filter(request, tonight.filter));
  for (const std::string& name : words_of(request, "with")) {
    const auto companion = cinema.find_viewer(name);
    // Whom an account may not ask for, it is not told of: nobody is refused as somebody else is.
    if (!companion && request.visitor.is_admin()) return std::unexpected(companion.error());
    tonight.companions.push_back(companion ? companion->id : ViewerId());
  }
  return tonight;
}

/// Lists for several tell of what each of them likes.
std::optional<HttpResponse> refuse_companions(const Visitor& visitor, const TonightRequest& tonight) {
  if (std::ranges::all_of(tonight.companions, [&](ViewerId companion) { return visitor.may_see(companion); })) return std::nullopt;
  return forbidden("a list for several tells what each of them likes", "ask an admin for it, or leave 'with' out");
}

/// What is tried on the viewer's lists is part of the question.
std::string question_of(const HttpRequest& request, const TonightRequest& tonight) {
  std::string question = request.path + "\n" + tonight.maker.ranker;
  for (const auto& [name, value] : request.query) question += fmt::format("\n{}={}", name, value);
  return question;
}

Expected<HttpResponse> recommend(Cinema& cinema, TonightAnswers& answers, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const TonightRequest tonight, tonight_of(cinema, request));
  if (auto refusal = refuse_companions(request.visitor, tonight)) return *std::move(refusal);
  CINELOOM_TRY_ASSIGN(const auto text, answers.answer(question_of(request, tonight), tonight));
  return HttpResponse{.headers = {{"Cache-Control", "no-store"}}, .body = *text};
}

Expected<HttpResponse> explain_absence(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const TonightRequest tonight, tonight_of(cinema, request));
  if (auto refusal = refuse_companions(request.visitor, tonight)) return *std::move(refusal);
  CINELOOM_TRY_ASSIGN(const FilmId film, captured<FilmId>(request, "film"));
  CINELOOM_TRY_ASSIGN(const Contrast contrast, cinema.explain_absence(tonight, film, CancelToken()));
  return json_response(json::to_value(contrast));
}

Expected<HttpResponse> post_event(Cinema& cinema, BackgroundTraining& training, TonightAnswers& answers, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const EventBody body, body_of<EventBody>(request));
  Event event{.film = body.film, .kind = body.kind, .value = body.value, .at = cinema.now(), .key = body.event_id, .origin = "cineloom"};
  CINELOOM_TRY_ASSIGN(event.viewer, captured<ViewerId>(request, "viewer"));
  CINELOOM_TRY_ASSIGN(const AppendReceipt receipt, cinema.tell(event));
  if (receipt.added > 0) training.note_event();
  if (receipt.added > 0) answers.note_act(event.viewer);
  event.id = receipt.ids.front();
  return json_response({{"accepted", receipt.added}, {"duplicates", receipt.duplicates}, {"event", json::to_value(event)}}, receipt.added > 0 ? 201 : 200);
}

}  // namespace

void add_viewer_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  BackgroundTraining& training = context.training;
  // Shared by the routes and their copies; they end, and finish their work, with the last of them.
  const auto answers = std::make_shared<TonightAnswers>(cinema);
  router.add("GET", "/api/v1/viewers", Policy::viewer(Scope::Read), [&](const HttpRequest& request) { return list_viewers(cinema, request); });
  router.add("POST", "/api/v1/viewers", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerBody body, body_of<ViewerBody>(request));
    CINELOOM_TRY_ASSIGN(const ViewerId id, cinema.store().put_viewer({.name = body.name}));
    return one_viewer(cinema, id, 201);
  });
  router.add("GET", "/api/v1/viewers/{viewer}", Policy::own(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId id, captured<ViewerId>(request, "viewer"));
    return one_viewer(cinema, id, 200);
  });
  router.add("GET", "/api/v1/viewers/{viewer}/recommendations", Policy::own(Scope::Read),
             [&cinema, answers](const HttpRequest& request) { return recommend(cinema, *answers, request); });
  router.add("GET", "/api/v1/recommendations", Policy::viewer(Scope::Read), [&cinema](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const TonightRequest tonight, tonight_of(cinema, request));
    if (auto refusal = refuse_companions(request.visitor, tonight)) return *std::move(refusal);
    CINELOOM_TRY_ASSIGN(const LastingRecommendation made, cinema.recommend_lasting(tonight));
    CINELOOM_TRY_ASSIGN(const auto value, recommendation_value(cinema, tonight, made));
    return json_response(value);
  });
  router.add("GET", "/api/v1/viewers/{viewer}/recommendations/absent/{film}", Policy::own(Scope::Read),
             [&](const HttpRequest& request) { return explain_absence(cinema, request); });
  router.add("GET", "/api/v1/viewers/{viewer}/events", Policy::own(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId id, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY(cinema.store().viewer(id));
    CINELOOM_TRY_ASSIGN(auto events, cinema.store().events_of(id));
    const auto place = [](const Event& event) { return PageKey(event.at.time_since_epoch().count(), event.id.number()); };
    CINELOOM_TRY_ASSIGN(const auto page, page_of(request, std::move(events), place));
    return json_response({{"events", json::to_value(page.entries)}, {"next_cursor", page.next_cursor}});
  });
  router.add("POST", "/api/v1/viewers/{viewer}/events", Policy::own(Scope::Events),
             [&cinema, &training, answers](const HttpRequest& request) { return post_event(cinema, training, *answers, request); });
  router.add("DELETE", "/api/v1/viewers/{viewer}/events/{event}", Policy::own(Scope::Events), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
    CINELOOM_TRY_ASSIGN(const EventId event, captured<EventId>(request, "event"));
    CINELOOM_TRY(cinema.store().remove_event(viewer, event));
    return HttpResponse{.status = 204};
  });
  router.add("POST", "/api/v1/mood", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const MoodBody body, body_of<MoodBody>(request));
    CINELOOM_TRY_ASSIGN(const Mood mood, cinema.read_mood(body.text));
    return json_response(json::to_value(mood));
  });
}

}  // namespace cineloom::serve
