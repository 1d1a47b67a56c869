#include "serve/internal/mcp_tools.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "domain/json.h"

namespace cineloom::serve {
namespace {

constexpr int kMostFound = 50;
constexpr int kMostNodes = 200;

struct SearchArguments {
  std::string query;
  std::string genre;
  int limit = 10;
};
BOOST_DESCRIBE_STRUCT(SearchArguments, (), (query, genre, limit))

struct FilmArguments {
  std::string film;
};
BOOST_DESCRIBE_STRUCT(FilmArguments, (), (film))

struct TonightArguments {
  std::string viewer;
  std::vector<std::string> with;
  std::string mood;
  int minutes = 0;
  int count = 6;
  std::vector<std::string> genres;
  std::string language = "en";
};
BOOST_DESCRIBE_STRUCT(TonightArguments, (), (viewer, with, mood, minutes, count, genres, language))

struct DeedArguments {
  std::string film;
  std::string viewer;
  double stars = 0;
  EventKind kind = EventKind::Watch;
};
BOOST_DESCRIBE_STRUCT(DeedArguments, (), (film, viewer, stars, kind))

struct StoryArguments {
  std::string premise;
  std::string genre;
  std::string film;
  std::string language = "en";
  int decisions = 2;
  std::uint32_t seed = 1;
};
BOOST_DESCRIBE_STRUCT(StoryArguments, (), (premise, genre, film, language, decisions, seed))

template <class T>
Expected<T> arguments_of(const ToolCall& call) {
  T arguments;
  if (auto read = json::read_value(call.arguments, arguments); !read) return fail_in(read.error(), "reading the arguments");
  return arguments;
}

std::string title_of(const Film& film, std::string_view language = "en") {
  const bool is_chinese = language.starts_with("zh") && !film.title.chinese.empty();
  const std::string& title = is_chinese ? film.title.chinese : film.title.english.empty() ? film.title.original : film.title.english;
  const std::string& name = title.empty() ? film.key : title;
  return film.year == 0 ? name : fmt::format("{} ({})", name, film.year);
}

const std::string& in_language(const LocalText& text, std::string_view language) {
  return language.starts_with("zh") && !text.chinese.empty() ? text.chinese : text.english;
}

/// What is known before seeing it; endings are not told.
boost::json::object film_value(const Film& film) {
  boost::json::object value = json::to_value(film).as_object();
  value.erase("ending");
  return value;
}

/// Whoever may not see a viewer is not told whether there is one.
Expected<Viewer> find_visible(const ToolCall& call, const std::string& words) {
  auto viewer = call.cinema.find_viewer(words);
  const bool sees_all = !call.caller.may_see;
  if (sees_all || (viewer && call.caller.may_see(viewer->id))) return viewer;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no viewer '{}' whom you may ask for", words)).advise("leave 'viewer' out"));
}

Expected<Viewer> viewer_of(const ToolCall& call, const std::string& name) {
  if (!name.empty()) return find_visible(call, name);
  if (call.caller.viewer) return call.cinema.store().viewer(*call.caller.viewer);
  CINELOOM_TRY_ASSIGN(const auto viewers, call.cinema.store().viewers());
  std::vector<Viewer> people;
  std::ranges::copy_if(viewers, std::back_inserter(people),
                       [&](const Viewer& viewer) { return !viewer.is_simulated && (!call.caller.may_see || call.caller.may_see(viewer.id)); });
  if (people.size() == 1) return people.front();
  std::vector<std::string> names;
  for (const Viewer& viewer : people) names.push_back(viewer.name);
  return std::unexpected(Error(ErrorCode::InvalidArgument, "it was not said for whom").advise(fmt::format("say 'viewer': {}", fmt::join(names, ", "))));
}

Expected<ToolResult> search_films(const ToolCall& call) {
  CINELOOM_TRY_ASSIGN(const auto wanted, arguments_of<SearchArguments>(call));
  CINELOOM_TRY_ASSIGN(const auto films,
                      call.cinema.store().films({.text = wanted.query, .genre = wanted.genre, .limit = std::clamp(wanted.limit, 1, kMostFound)}));
  ToolResult result{.text = films.empty() ? "No film was found." : "", .data = {}};
  boost::json::array list;
  for (const Film& film : films) {
    result.text += fmt::format("{}{} [{}]: {}", list.empty() ? "" : "\n", title_of(film), film.id.number(), fmt::join(film.genres, ", "));
    list.emplace_back(film_value(film));
  }
  result.data["films"] = std::move(list);
  return result;
}

/// What analysis found, as far as it may be told to somebody who has not seen the film.
boost::json::object findings_of(const FilmKnowledge& known) {
  boost::json::array characters;
  for (const Character& character : known.plot.characters) characters.push_back(boost::json::object{{"name", character.name}, {"lines", character.lines}});
  return {{"characters", std::move(characters)}, {"scenes", known.timeline.scenes.size()}, {"turning_points", known.plot.turning_points.size()}};
}

Expected<ToolResult> film_facts(const ToolCall& call) {
  CINELOOM_TRY_ASSIGN(const auto wanted, arguments_of<FilmArguments>(call));
  CINELOOM_TRY_ASSIGN(const Film film, call.cinema.find_film(wanted.film));
  ToolResult result{.text = fmt::format("{}, {} minutes, {}. Directed by {}, with {}.\n{}", title_of(film), film.runtime.count(), fmt::join(film.genres, ", "),
                                        film.directors.empty() ? "nobody known" : fmt::format("{}", fmt::join(film.directors, ", ")),
                                        film.cast.empty() ? "nobody known" : fmt::format("{}", fmt::join(film.cast, ", ")), film.synopsis),
                    .data = {}};
  result.data["film"] = film_value(film);
  if (const auto known = call.cinema.knowledge(film.id)) result.data["findings"] = findings_of(*known);
  return result;
}

Expected<TonightRequest> tonight_of(const ToolCall& call, const TonightArguments& wanted) {
  CINELOOM_TRY_ASSIGN(const Viewer viewer, viewer_of(call, wanted.viewer));
  TonightRequest tonight{.viewer = viewer.id, .mood = wanted.mood, .filter = {.any_genres = wanted.genres}, .count = std::clamp(wanted.count, 1, kMostFound)};
  if (wanted.minutes > 0) tonight.time = std::chrono::minutes(wanted.minutes);
  for (const std::string& name : wanted.with) {
    CINELOOM_TRY_ASSIGN(const Viewer companion, viewer_of(call, name));
    tonight.companions.push_back(companion.id);
  }
  return tonight;
}

Expected<ToolResult> recommend(const ToolCall& call) {
  CINELOOM_TRY_ASSIGN(const auto wanted, arguments_of<TonightArguments>(call));
  CINELOOM_TRY_ASSIGN(const TonightRequest tonight, tonight_of(call, wanted));
  CINELOOM_TRY_ASSIGN(const Recommendation made, call.cinema.recommend(tonight));
  ToolResult result;
  boost::json::array picks;
  for (const Pick& pick : made.picks) {
    CINELOOM_TRY_ASSIGN(const Film film, call.cinema.store().film(pick.film));
    boost::json::array reasons;
    result.text +=
        fmt::format("{}{}. {}, {:.1f} stars expected", picks.empty() ? "" : "\n", picks.size() + 1, title_of(film, wanted.language), pick.predicted_stars);
    for (const Reason& reason : pick.reasons) {
      result.text += fmt::format("\n   - {}", in_language(reason.text, wanted.language));
      reasons.emplace_back(in_language(reason.text, wanted.language));
    }
    picks.push_back(boost::json::object{{"film", film_value(film)}, {"predicted_stars", pick.predicted_stars}, {"reasons", std::move(reasons)}});
  }
  for (const LocalText& note : made.notes) result.text += fmt::format("{}{}", result.text.empty() ? "" : "\n", in_language(note, wanted.language));
  result.data["picks"] = std::move(picks);
  return result;
}

Expected<ToolResult> note(const ToolCall& call, const DeedArguments& deed, EventKind kind, std::optional<double> value) {
  CINELOOM_TRY_ASSIGN(const Viewer viewer, viewer_of(call, deed.viewer));
  CINELOOM_TRY_ASSIGN(const Film film, call.cinema.find_film(deed.film));
  CINELOOM_TRY_ASSIGN(const AppendReceipt receipt,
                      call.cinema.tell({.viewer = viewer.id, .film = film.id, .kind = kind, .value = value, .at = call.cinema.now(), .origin = "mcp"}));
  ToolResult result{.text = fmt::format("Noted for {}: {} {}{}. The next recommendation knows it.", viewer.name, json::enum_name(kind), title_of(film),
                                        value ? fmt::format(", {:.1f}", *value) : ""),
                    .data = {}};
  result.data["event"] = std::to_string(receipt.ids.front().number());
  result.data["film"] = film.key;
  return result;
}

Expected<ToolResult> rate_film(const ToolCall& call) {
  CINELOOM_TRY_ASSIGN(const auto deed, arguments_of<DeedArguments>(call));
  return note(call, deed, EventKind::Rate, deed.stars);
}

Expected<ToolResult> record_event(const ToolCall& call) {
  CINELOOM_TRY_ASSIGN(const auto deed, arguments_of<DeedArguments>(call));
  if (deed.kind == EventKind::Rate) return std::unexpected(Error(ErrorCode::InvalidArgument, "ratings have stars").advise("use the tool rate_film"));
  return note(call, deed, deed.kind, {});
}

Expected<ToolResult> tell_story(const ToolCall& call) {
  CINELOOM_TRY_ASSIGN(const auto wanted, arguments_of<StoryArguments>(call));
  StoryRequest request{.genre = wanted.genre,
                       .premise = wanted.premise,
                       .language = wanted.language.starts_with("zh") ? "zh" : "en",
                       .seed = wanted.seed,
                       .decisions = std::clamp(wanted.decisions, 0, 6),
                       .nodes = kMostNodes};
  if (!wanted.film.empty()) {
    CINELOOM_TRY_ASSIGN(const Film film, call.cinema.find_film(wanted.film));
    request.source = film.id;
  }
  Progress progress;
  CINELOOM_TRY_ASSIGN(const Story story, call.cinema.write_story(request, progress, CancelToken()));
  ToolResult result;
  CINELOOM_TRY_ASSIGN(result.text, call.cinema.export_story(story.id, "markdown"));
  result.data = {{"story", std::to_string(story.id.number())}, {"title", in_language(story.title, request.language)}, {"nodes", story.graph.nodes.size()}};
  return result;
}

constexpr std::array kTools{
    McpTool{.name = "search_films",
            .title = "Search films",
            .description = "Films of the library by words of titles, people, themes and synopses (English or Chinese), and by genre.",
            .input = R"({"type":"object","properties":{"query":{"type":"string","description":"words; empty = all"},"genre":{"type":"string"},)"
                     R"("limit":{"type":"integer","minimum":1,"maximum":50}}})",
            .call = search_films},
    McpTool{.name = "film_facts",
            .title = "Facts of a film",
            .description = "What is known of one film, without its ending: people, genres, synopsis, and what watching it found.",
            .input = R"({"type":"object","properties":{"film":{"type":"string","description":"title, key or number"}},"required":["film"]})",
            .call = film_facts},
    McpTool{.name = "recommend",
            .title = "Recommend for tonight",
            .description =
                "Films for a viewer, or several, each with stars expected and computed reasons. Repeat the reasons as they are: they are causes, not guesses.",
            .input = R"({"type":"object","properties":{"viewer":{"type":"string","description":"name; may be left out where there is one"},)"
                     R"("with":{"type":"array","items":{"type":"string"},"description":"names of who watches too"},)"
                     R"("mood":{"type":"string","description":"a sentence, English or Chinese"},"minutes":{"type":"integer","minimum":0,"maximum":1000},)"
                     R"("genres":{"type":"array","items":{"type":"string"}},"count":{"type":"integer","minimum":1,"maximum":50},)"
                     R"("language":{"type":"string","enum":["en","zh"]}}})",
            .call = recommend},
    McpTool{.name = "rate_film",
            .title = "Rate a film",
            .description = "Keeps a viewer's stars for a film; the next recommendation knows them.",
            .input = R"({"type":"object","properties":{"film":{"type":"string","description":"title, key or number"},)"
                     R"("stars":{"type":"number","minimum":0.5,"maximum":5},"viewer":{"type":"string"}},"required":["film","stars"]})",
            .needs = Scope::Events,
            .call = rate_film},
    McpTool{.name = "record_event",
            .title = "Record what somebody did",
            .description = "Keeps that a viewer watched, liked, hid or wishes to see a film. Watching is not liking.",
            .input =
                R"({"type":"object","properties":{"film":{"type":"string","description":"title, key or number"},)"
                R"("kind":{"type":"string","enum":["watch","like","hide","unhide","skip","wish"]},"viewer":{"type":"string"}},"required":["film","kind"]})",
            .needs = Scope::Events,
            .call = record_event},
    McpTool{.name = "tell_story",
            .title = "Tell a branching story",
            .description = "Plans, checks and tells a new interactive story, or one of an analysed film's people; gives it as Markdown.",
            .input = R"({"type":"object","properties":{"premise":{"type":"string"},"genre":{"type":"string"},)"
                     R"("film":{"type":"string","description":"whose people to use"},"language":{"type":"string","enum":["en","zh"]},)"
                     R"("decisions":{"type":"integer","minimum":0,"maximum":6},"seed":{"type":"integer","minimum":0}}})",
            .needs = Scope::Stories,
            .call = tell_story}};

}  // namespace

std::span<const McpTool> mcp_tools() { return kTools; }

}  // namespace cineloom::serve
