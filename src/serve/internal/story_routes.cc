#include <fmt/format.h>

#include <algorithm>

#include "pipeline/story_edits.h"
#include "pipeline/story_formats.h"
#include "pipeline/story_wishes.h"
#include "serve/internal/pages.h"
#include "serve/internal/routes.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

struct RetellBody {
  std::uint64_t seed = 1;
};
BOOST_DESCRIBE_STRUCT(RetellBody, (), (seed))

struct ReplanBody {
  std::vector<std::string> seen;
  std::vector<HeardSignal> signals;
};
BOOST_DESCRIBE_STRUCT(ReplanBody, (), (seen, signals))

constexpr std::size_t kMostSignals = 1000;  // more than somebody does between two choices

/// Who tells it, by the address. Errors: InvalidArgument.
Expected<TellWith> teller_of(const HttpRequest& request) {
  const std::string_view name = request.parameter("tell_with");
  if (name.empty() || name == "templates") return TellWith::Templates;
  if (name == "embedded") return TellWith::Embedded;
  if (name == "model") return TellWith::Model;
  return fail(ErrorCode::InvalidArgument, "tell_with: expected templates, embedded or model");
}

/// A story that could not be told as it was asked for is none.
Expected<Story> tell_or_take_back(Cinema& cinema, StoryId id, TellWith teller, const CancelToken& cancel, const story::NodeListener& on_told = {}) {
  Progress progress;
  auto retelling = cinema.tell_story(id, teller, progress, cancel, on_told);
  if (retelling) return std::move(retelling->story);
  CINELOOM_TRY(cinema.store().remove_story(id));
  return std::unexpected(std::move(retelling).error());
}

/// The story as it is told: each passage, then the whole, or what went wrong. Whoever goes away takes it with them.
void write_in_pieces(Cinema& cinema, const StoryRequest& wanted, TellWith teller, ResponseWriter& writer) {
  Progress progress;
  const auto planned = cinema.write_story(wanted, progress, writer.gone());
  if (!planned) return writer.answer(problem(planned.error()));
  writer.begin({.content_type = "text/event-stream", .headers = {{"Cache-Control", "no-store"}}});
  const auto say = [&writer](std::string_view name, const boost::json::value& value) {
    writer.piece(fmt::format("event: {}\ndata: {}\n\n", name, boost::json::serialize(value)));
  };
  std::size_t told = 0;
  const auto on_told = [&](const StoryNode& node) {
    say("passage", {{"node", node.id},
                    {"title", json::to_value(node.title)},
                    {"text", json::to_value(node.text)},
                    {"told", ++told},
                    {"all", planned->graph.nodes.size()}});
  };
  const auto story = tell_or_take_back(cinema, planned->id, teller, writer.gone(), on_told);
  if (story) return say("story", json::to_value(*story));
  say("problem", {{"cause", story.error().describe()}, {"next_step", story.error().advice()}});
}

Expected<StoryRequest> request_of(const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(StoryRequest wanted, body_of<StoryRequest>(request));
  if (wanted.language.empty()) wanted.language = "en";
  return wanted;
}

/// A story as the body asks, for the viewer and mood of the address where they are given.
Expected<HttpResponse> write_one(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(StoryRequest wanted, request_of(request));
  if (const std::string viewer(request.parameter("viewer")); !viewer.empty()) {
    CINELOOM_TRY_ASSIGN(const Viewer found, cinema.find_viewer(viewer));
    if (!request.visitor.may_see(found.id)) return forbidden("a story is fitted to what its viewer likes, and this is another viewer", "leave 'viewer' out");
    const auto policy = json::enum_from_name<MoodPolicy>(request.parameter("policy"));
    CINELOOM_TRY_ASSIGN(wanted, cinema.fit_story(std::move(wanted), found.id, std::string(request.parameter("mood")), policy.value_or(MoodPolicy::Lift)));
  }
  CINELOOM_TRY_ASSIGN(const TellWith teller, teller_of(request));
  if (request.parameter("stream") == "true") {
    return HttpResponse{.produce = [&cinema, wanted = std::move(wanted), teller](ResponseWriter& writer) { write_in_pieces(cinema, wanted, teller, writer); }};
  }
  Progress progress;
  CINELOOM_TRY_ASSIGN(Story story, cinema.write_story(wanted, progress, CancelToken()));
  if (teller != TellWith::Templates) { CINELOOM_TRY_ASSIGN(story, tell_or_take_back(cinema, story.id, teller, CancelToken())); }
  return json_response(json::to_value(story), 201);
}

/// A story with the addresses of what it shows of its film.
HttpResponse story_response(const Story& story, int status = 200) {
  boost::json::value value = json::to_value(story);
  if (!story.request.source.is_none()) add_addresses(value.at("graph"), story.request.source);
  return json_response(value, status);
}

Expected<HttpResponse> list_stories(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(auto ids, cinema.store().stories());
  CINELOOM_TRY_ASSIGN(const auto page, page_of(request, std::move(ids), [](StoryId id) { return PageKey(id.number(), 0); }));
  boost::json::array list;
  for (const StoryId id : page.entries) {
    const auto read = cinema.story(id);
    if (!read && read.error().code() == ErrorCode::NotFound) continue;  // it was taken away since
    if (!read) return std::unexpected(read.error());
    const Story& story = *read;
    list.push_back({{"id", std::to_string(id.number())},
                    {"title", json::to_value(story.title)},
                    {"request", json::to_value(story.request)},
                    {"arc_correlation", story.arc_correlation},
                    {"nodes", story.graph.nodes.size()},
                    {"is_sound", story.findings.empty()}});
  }
  return json_response({{"stories", std::move(list)}, {"next_cursor", page.next_cursor}});
}

Expected<HttpResponse> list_formats() {
  boost::json::array formats;
  for (const StoryFormat& format : story_formats()) {
    formats.push_back({{"name", format.name}, {"media_type", format.media_type}, {"ending", format.ending}, {"is_one_way", format.is_one_way}});
  }
  return json_response({{"formats", std::move(formats)}});
}

/// "a,b" as its parts; empty text has none.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Expected<HttpResponse> export_one(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
  CINELOOM_TRY_ASSIGN(const StoryFormat format, find_story_format(request.parameter("format")));
  CINELOOM_TRY_ASSIGN(const StoryView view, find_story_view(request.parameter("view")));
  CINELOOM_TRY_ASSIGN(std::string text, cinema.export_story(id, std::string(format.name), parts_of(request.parameter("choices")), view));
  return HttpResponse{.content_type = std::string(format.media_type), .headers = {{"Cache-Control", "no-store"}}, .body = std::move(text)};
}

HttpResponse edited_response(const EditedStory& edited, int status = 200) { return json_response(json::to_value(edited), status); }

// An edit of kind "retell" comes without its words: they are drawn here.
Expected<EditedStory> edit_one(Cinema& cinema, StoryId id, const StoryEdit& edit) {
  if (edit.kind != StoryEditKind::Retell) return edit_story(cinema.store(), id, edit);
  CINELOOM_TRY(cinema.retell(id, edit.node, edit.seed));
  CINELOOM_TRY_ASSIGN(const StoryLog log, story_log(cinema.store(), id));
  return replay_story(log);
}

void add_bible_routes(Router& router, Cinema& cinema) {
  router.add("GET", "/api/v1/films/{film}/bible", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const FilmId id, captured<FilmId>(request, "film"));
    CINELOOM_TRY_ASSIGN(const Bible bible, cinema.story_bible(id));
    return json_response(json::to_value(bible));
  });
  router.add("GET", "/api/v1/stories/{story}/facts", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const auto facts, cinema.story_facts(id));
    return json_response({{"facts", json::to_value(facts)}});
  });
}

void add_wish_routes(Router& router, Cinema& cinema) {
  router.add("GET", "/api/v1/story-offers", Policy::viewer(Scope::Read), [&](const HttpRequest&) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryOffers offers, offers_for_stories(cinema.options()));
    return json_response(json::to_value(offers));
  });
  router.add("POST", "/api/v1/stories/relaxations", Policy::viewer(Scope::Stories), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(StoryRequest wanted, request_of(request));
    CINELOOM_TRY_ASSIGN(const auto relaxations, relax_story(cinema, std::move(wanted)));
    return json_response({{"relaxations", json::to_value(relaxations)}});
  });
}

void add_edit_routes(Router& router, Cinema& cinema) {
  router.add("GET", "/api/v1/stories/{story}/edits", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const StoryLog log, story_log(cinema.store(), id));
    CINELOOM_TRY_ASSIGN(const EditedStory edited, replay_story(log));
    boost::json::value answer = json::to_value(edited);
    answer.as_object()["edits"] = json::to_value(log.edits);
    return json_response(answer);
  });
  router.add("POST", "/api/v1/stories/{story}/edits", Policy::viewer(Scope::Stories), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const StoryEdit edit, body_of<StoryEdit>(request));
    CINELOOM_TRY_ASSIGN(const EditedStory edited, edit_one(cinema, id, edit));
    return edited_response(edited, 201);
  });
  const auto add_step = [&](const char* path, Expected<EditedStory> (*step)(Store&, StoryId)) {
    router.add("POST", path, Policy::viewer(Scope::Stories), [&cinema, step](const HttpRequest& request) -> Expected<HttpResponse> {
      CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
      CINELOOM_TRY_ASSIGN(const EditedStory edited, step(cinema.store(), id));
      return edited_response(edited);
    });
  };
  add_step("/api/v1/stories/{story}/undo", undo_story_edit);
  add_step("/api/v1/stories/{story}/redo", redo_story_edit);
}

}  // namespace

void add_story_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  router.add("GET", "/api/v1/stories", Policy::viewer(Scope::Read), [&](const HttpRequest& request) { return list_stories(cinema, request); });
  router.add("POST", "/api/v1/stories", Policy::viewer(Scope::Stories), [&](const HttpRequest& request) { return write_one(cinema, request); });
  router.add("POST", "/api/v1/stories/{story}/replanning", Policy::viewer(Scope::Stories), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const ReplanBody body, body_of<ReplanBody>(request));
    if (body.signals.size() > kMostSignals) return fail(ErrorCode::InvalidArgument, fmt::format("signals: expected at most {}", kMostSignals));
    CINELOOM_TRY_ASSIGN(const Story story, cinema.replan_story(id, body.seen, body.signals, CancelToken()));
    return story_response(story, 201);
  });
  router.add("GET", "/api/v1/stories/{story}", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const StoryView view, find_story_view(request.parameter("view")));
    CINELOOM_TRY_ASSIGN(Story story, cinema.story(id));
    CINELOOM_TRY_ASSIGN(const StoryLines lines, cinema.story_lines(story, view));
    return story_response(with_lines(std::move(story), lines));
  });
  router.add("GET", "/api/v1/stories/{story}/export", Policy::viewer(Scope::Read), [&](const HttpRequest& request) { return export_one(cinema, request); });
  router.add("GET", "/api/v1/stories/{story}/findings", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY_ASSIGN(const auto findings, cinema.check_story(id));
    return json_response({{"findings", json::to_value(findings)}});
  });
  router.add("POST", "/api/v1/stories/imports", Policy::viewer(Scope::Stories), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const Story story, cinema.import_story(request.body));
    return json_response(json::to_value(story), 201);
  });
  router.add("GET", "/api/v1/story-formats", Policy::viewer(Scope::Read), [](const HttpRequest&) { return list_formats(); });
  router.add("DELETE", "/api/v1/stories/{story}", Policy::viewer(Scope::Stories), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
    CINELOOM_TRY(cinema.store().remove_story(id));
    return HttpResponse{.status = 204};
  });
  router.add("POST", "/api/v1/stories/{story}/nodes/{node}/retelling", Policy::viewer(Scope::Stories),
             [&](const HttpRequest& request) -> Expected<HttpResponse> {
               CINELOOM_TRY_ASSIGN(const StoryId id, captured<StoryId>(request, "story"));
               CINELOOM_TRY_ASSIGN(const RetellBody body, body_of<RetellBody>(request));
               CINELOOM_TRY_ASSIGN(const Story story, cinema.retell(id, request.captures.at("node"), body.seed));
               return json_response(json::to_value(story));
             });
  add_wish_routes(router, cinema);
  add_bible_routes(router, cinema);
  add_edit_routes(router, cinema);
  router.add("GET", "/api/v1/evaluation", Policy::viewer(Scope::Read), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const int seed, number_parameter(request, "seed", 1, 0, 1 << 30));
    Progress progress;
    CINELOOM_TRY_ASSIGN(const RatingEvaluation evaluation, cinema.evaluate(static_cast<Seed>(seed), progress, CancelToken()));
    return json_response(json::to_value(evaluation));
  });
}

}  // namespace cineloom::serve
