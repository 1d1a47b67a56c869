#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "accounts/login_limiter.h"
#include "base/utf8.h"
#include "pipeline/choosing_together.h"
#include "serve/internal/routes.h"
#include "serve/problem.h"
#include "serve/rooms.h"

namespace cineloom::serve {
namespace {

constexpr std::chrono::minutes kForgetting{1};  // that a room may be there after its time
constexpr int kPicks = 3;
constexpr int kOffers = 24;
constexpr std::size_t kMostQuery = 100;
// Codes that nobody has may be tried so often before each try waits twice as long as the one before.
constexpr accounts::LoginLimits kCodeLimits{.of_both = 10, .of_address = 10, .of_name = 2000};

struct OpenBody {
  RoomKind kind = RoomKind::Picks;
  std::optional<ViewerId> viewer;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(OpenBody, (), (kind, viewer, name))

struct NameBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(NameBody, (), (name))

struct LockBody {
  bool is_locked = false;
};
BOOST_DESCRIBE_STRUCT(LockBody, (), (is_locked))

struct BallotBody {
  std::string question;
  std::vector<RoomOption> options;
  int seconds = 0;
};
BOOST_DESCRIBE_STRUCT(BallotBody, (), (question, options, seconds))

struct VoteBody {
  std::string option;
};
BOOST_DESCRIBE_STRUCT(VoteBody, (), (option))

std::string scope_of(std::string_view code) { return "room " + plain_code(code); }

/// The rooms of a server, with what keeps strangers from trying codes.
struct Doors {
  Doors(Cinema& served, EventHub& events)
      : cinema(served), rooms([&events](std::string_view code, std::uint64_t revision, bool is_over) {
          events.publish("room", boost::json::serialize(boost::json::value{{"revision", revision}, {"is_over", is_over}}), scope_of(code));
          if (is_over) events.forget(scope_of(code));
        }) {}

  Cinema& cinema;
  Rooms rooms;
  accounts::LoginLimiter guesses{kCodeLimits};
  std::jthread keeper{[this](const std::stop_token& stop) { forget_on_time(stop); }};  ///< ends first

 private:
  /// Rooms are forgotten when their time is over, also where nobody asks about any.
  void forget_on_time(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any ended;
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, stop, kForgetting, [&stop] { return stop.stop_requested(); })) rooms.forget_old(cinema.now());
  }
};

std::string_view key_of(const HttpRequest& request) { return request.header("x-cineloom-member"); }
const std::string& code_of(const HttpRequest& request) { return request.captures.at("room"); }

HttpResponse too_many_codes(std::chrono::seconds wait) {
  HttpResponse response =
      problem(429, Error(ErrorCode::ResourceExhausted, "too many codes were tried that no room has").advise("ask the host for the code, and try again later"));
  response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

/// Members pass; others once they know a code. Whoever names rooms that are not there waits in the end, also where the next would be right.
std::optional<HttpResponse> stopped_at_door(Doors& doors, const HttpRequest& request, Timestamp now) {
  if (!key_of(request).empty() && doors.rooms.view(code_of(request), key_of(request), now)) return std::nullopt;
  if (const auto wait = doors.guesses.enter("room", request.peer, now); wait.count() > 0) return too_many_codes(wait);
  if (doors.rooms.view(code_of(request), {}, now)) doors.guesses.withdraw("room", request.peer);
  return std::nullopt;
}

HttpResponse room_response(const RoomView& room) { return json_response(json::to_value(room)); }

HttpResponse joined_response(const Rooms::Joined& joined) {
  return json_response({{"key", std::string(joined.key.reveal())}, {"room", json::to_value(joined.room)}}, 201);
}

RoomFilm told_of(const Film& film) {
  return {.id = film.id, .key = film.key, .title = film.title, .year = film.year, .genres = film.genres, .runtime = film.runtime};
}

/// Reasons that say nothing of what somebody here did before.
bool is_for_all(const Reason& reason) {
  using enum ReasonKind;
  return reason.kind == FitsMood || reason.kind == FitsTime || reason.kind == AskedFor || reason.kind == Popular || reason.kind == NewHere ||
         reason.kind == Surprise;
}

int number_of(ViewerId viewer, const Rooms::Question& question) {
  for (std::size_t place = 1; place < question.members.size(); ++place) {
    if (viewer == guest_id(place)) return question.members[place].number;
  }
  return 0;  // the host
}

Expected<RoomPick> told_of(Cinema& cinema, const Pick& pick, const Rooms::Question& question) {
  CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(pick.film));
  RoomPick told{.film = told_of(film), .members = {}, .reasons = {}};
  for (const MemberForecast& member : pick.members) told.members.push_back({.number = number_of(member.viewer, question), .stars = member.stars});
  if (told.members.empty()) told.members.push_back({.number = 0, .stars = pick.predicted_stars});
  for (const Reason& reason : pick.reasons) {
    if (is_for_all(reason)) told.reasons.push_back(reason.text);
  }
  return told;
}

Expected<RoomPicks> find_picks(Cinema& cinema, const Rooms::Question& question) {
  std::vector<WishesTogether> wishes;
  for (const auto& [number, said] : question.members) {
    wishes.push_back({.mood = said.mood, .liked = said.liked, .vetoed = said.vetoed, .without = said.without, .time = {}});
    if (said.minutes > 0) wishes.back().time = std::chrono::minutes(said.minutes);
  }
  std::vector<FilmId>& vetoed = wishes.front().vetoed;
  const auto ruled_out = std::ssize(vetoed);
  vetoed.insert(vetoed.end(), question.offered.begin(), question.offered.end());
  CINELOOM_TRY_ASSIGN(Recommendation found, choose_together(cinema, question.host, wishes, kPicks, CancelToken()));
  if (std::ssize(found.picks) < kPicks && !question.offered.empty()) {  // few others are left: all may come again
    vetoed.erase(vetoed.begin() + ruled_out, vetoed.end());
    CINELOOM_TRY_ASSIGN(found, choose_together(cinema, question.host, wishes, kPicks, CancelToken()));
  }
  RoomPicks picks{.picks = {}, .fairness = {}, .notes = found.notes};
  for (const Pick& pick : found.picks) {
    CINELOOM_TRY_ASSIGN(RoomPick told, told_of(cinema, pick, question));
    picks.picks.push_back(std::move(told));
  }
  for (const MemberSatisfaction& member : found.fairness)
    picks.fairness.push_back({.number = number_of(member.viewer, question), .satisfaction = member.satisfaction});
  return picks;
}

/// Films that say much about a taste: known ones of many kinds.
Expected<std::vector<Film>> well_known(Cinema& cinema) {
  TonightRequest request{.count = kOffers};
  request.dials.popularity = 1;
  request.dials.diversity = 0.8;
  std::vector<Film> films;
  CINELOOM_TRY_ASSIGN(const auto first, cinema.store().films({.limit = 1}));
  if (first.empty()) return films;
  CINELOOM_TRY_ASSIGN(const Recommendation found, cinema.recommend_after(request, {}));
  for (const Pick& pick : found.picks) {
    CINELOOM_TRY_ASSIGN(Film film, cinema.store().film(pick.film));
    films.push_back(std::move(film));
  }
  return films;
}

Expected<HttpResponse> offer_films(Doors& doors, const HttpRequest& request, Timestamp now) {
  CINELOOM_TRY(doors.rooms.view(code_of(request), {}, now));
  const std::string query(request.parameter("query"));
  if (count_characters(query) > kMostQuery) return fail(ErrorCode::InvalidArgument, "query: expected at most 100 characters");
  auto films = query.empty() ? well_known(doors.cinema) : doors.cinema.store().films({.text = query, .limit = kOffers});
  if (!films) return std::unexpected(std::move(films).error());
  boost::json::array told;
  for (const Film& film : *films) told.push_back(json::to_value(told_of(film)));
  return json_response({{"films", std::move(told)}});
}

Expected<HttpResponse> open_room(Doors& doors, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const OpenBody body, body_of<OpenBody>(request));
  if (body.viewer) {
    CINELOOM_TRY(doors.cinema.store().viewer(*body.viewer));
    if (!request.visitor.may_see(*body.viewer)) return forbidden("a room's picks tell what its host likes, and this is another viewer", "open it as yourself");
  }
  CINELOOM_TRY_ASSIGN(const Rooms::Joined joined, doors.rooms.open(body.kind, body.viewer.value_or(ViewerId()), body.name, doors.cinema.now()));
  return joined_response(joined);
}

Expected<HttpResponse> remove_guest(Doors& doors, const HttpRequest& request, Timestamp now) {
  // The host has the number 0, which no captured identity has.
  const std::string& text = request.captures.at("guest");
  int guest = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), guest);
  if (error != std::errc() || end != text.data() + text.size()) return fail(ErrorCode::NotFound, "there is no guest '" + text + "'");
  CINELOOM_TRY(doors.rooms.remove(code_of(request), key_of(request), guest, now));
  return HttpResponse{.status = 204};
}

Expected<HttpResponse> find_together(Doors& doors, const HttpRequest& request, Timestamp now) {
  CINELOOM_TRY_ASSIGN(const Rooms::Question question, doors.rooms.question(code_of(request), key_of(request), now));
  CINELOOM_TRY_ASSIGN(RoomPicks picks, find_picks(doors.cinema, question));
  CINELOOM_TRY_ASSIGN(const RoomView room, doors.rooms.propose(code_of(request), key_of(request), std::move(picks), now));
  return room_response(room);
}

Expected<HttpResponse> ask_room(Doors& doors, const HttpRequest& request, Timestamp now) {
  constexpr int kMostSeconds = 600;
  CINELOOM_TRY_ASSIGN(BallotBody body, body_of<BallotBody>(request));
  if (body.seconds < 0 || body.seconds > kMostSeconds) return fail(ErrorCode::InvalidArgument, "seconds: expected 0 to 600");
  CINELOOM_TRY_ASSIGN(const RoomView room, doors.rooms.ask(code_of(request), key_of(request), std::move(body.question), std::move(body.options),
                                                           std::chrono::seconds(body.seconds), now));
  return room_response(room);
}

}  // namespace

void add_room_routes(Router& router, const ApiContext& context) {
  // Shared by the routes and their copies.
  const auto doors = std::make_shared<Doors>(context.cinema, context.events);
  router.add("POST", "/api/v1/rooms", Policy::viewer(Scope::Events), [doors](const HttpRequest& request) { return open_room(*doors, request); });
  // Who may do what in a room is a matter of its code and its members' keys, which are sent with each request by the page itself.
  const auto add = [&router, doors](const char* method, const std::string& path, auto act) {
    router.add(method, "/api/v1/rooms/{room}" + path, Policy::everyone(), [doors, act](const HttpRequest& request) -> Expected<HttpResponse> {
      const Timestamp now = doors->cinema.now();
      if (auto stopped = stopped_at_door(*doors, request, now)) return *std::move(stopped);
      return act(*doors, request, now);
    });
  };
  const auto add_view = [&add](const char* method, const std::string& path, auto act) {
    add(method, path, [act](Doors& at, const HttpRequest& request, Timestamp now) -> Expected<HttpResponse> {
      CINELOOM_TRY_ASSIGN(const RoomView room, act(at.rooms, request, now));
      return room_response(room);
    });
  };
  add_view("GET", "", [](Rooms& rooms, const HttpRequest& request, Timestamp now) { return rooms.view(code_of(request), key_of(request), now); });
  add("DELETE", "", [](Doors& at, const HttpRequest& request, Timestamp now) -> Expected<HttpResponse> {
    CINELOOM_TRY(at.rooms.end(code_of(request), key_of(request), now));
    return HttpResponse{.status = 204};
  });
  add("GET", "/events", [](Doors& at, const HttpRequest& request, Timestamp now) -> Expected<HttpResponse> {
    CINELOOM_TRY(at.rooms.view(code_of(request), {}, now));
    return HttpResponse{.content_type = "text/event-stream", .is_event_stream = true, .event_scope = scope_of(code_of(request))};
  });
  add("GET", "/films", offer_films);
  add("POST", "/guests", [](Doors& at, const HttpRequest& request, Timestamp now) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const NameBody body, body_of<NameBody>(request));
    CINELOOM_TRY_ASSIGN(const Rooms::Joined joined, at.rooms.join(code_of(request), body.name, now));
    return joined_response(joined);
  });
  add("DELETE", "/guests/{guest}", remove_guest);
  add_view("PUT", "/lock", [](Rooms& rooms, const HttpRequest& request, Timestamp now) -> Expected<RoomView> {
    CINELOOM_TRY_ASSIGN(const LockBody body, body_of<LockBody>(request));
    return rooms.lock(code_of(request), key_of(request), body.is_locked, now);
  });
  add_view("PUT", "/wishes", [](Rooms& rooms, const HttpRequest& request, Timestamp now) -> Expected<RoomView> {
    CINELOOM_TRY_ASSIGN(RoomWishes wishes, body_of<RoomWishes>(request));
    return rooms.wish(code_of(request), key_of(request), std::move(wishes), now);
  });
  add("POST", "/picks", find_together);
  add("PUT", "/ballot", ask_room);
  add_view("PUT", "/vote", [](Rooms& rooms, const HttpRequest& request, Timestamp now) -> Expected<RoomView> {
    CINELOOM_TRY_ASSIGN(const VoteBody body, body_of<VoteBody>(request));
    return rooms.vote(code_of(request), key_of(request), body.option, now);
  });
  add_view("POST", "/result", [](Rooms& rooms, const HttpRequest& request, Timestamp now) -> Expected<RoomView> {
    VoteBody taken;  // a host who only ends the vote says nothing
    if (!request.body.empty()) { CINELOOM_TRY_ASSIGN(taken, body_of<VoteBody>(request)); }
    return rooms.close(code_of(request), key_of(request), taken.option, now);
  });
}

}  // namespace cineloom::serve
