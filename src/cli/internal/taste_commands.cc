#include <fmt/format.h>

#include "base/json.h"
#include "cli/internal/commands.h"
#include "cli/internal/show.h"
#include "domain/json.h"

namespace cineloom::cli {
namespace {

struct NoOptions {};

Expected<void> train(Session& session, const NoOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  Progress progress(default_progress());
  CINELOOM_TRY(cinema->train(progress, session.cancel));
  print(session.format == Format::Json ? "{\"trained\":true}\n" : "trained\n");
  return {};
}

struct RecommendOptions {
  std::string user;
  std::string mood;
  std::string policy = "lift";
  std::vector<std::string> with;
  int minutes = 0;
  int count = 6;
};

Expected<TonightRequest> request_of(Cinema& cinema, const RecommendOptions& options) {
  TonightRequest request{.mood = options.mood, .count = options.count};
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema.find_viewer(options.user));
  request.viewer = viewer.id;
  for (const std::string& name : options.with) {
    CINELOOM_TRY_ASSIGN(const Viewer companion, cinema.find_viewer(name));
    request.companions.push_back(companion.id);
  }
  if (options.minutes > 0) request.time = std::chrono::minutes(options.minutes);
  const auto policy = json::enum_from_name<MoodPolicy>(options.policy);
  if (!policy) return fail(ErrorCode::InvalidArgument, "--policy: expected lift, match or catharsis");
  request.policy = *policy;
  return request;
}

Expected<void> recommend(Session& session, const RecommendOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const TonightRequest request, request_of(*cinema, options));
  CINELOOM_TRY_ASSIGN(const Recommendation recommendation, cinema->recommend(request, session.cancel));
  if (session.format == Format::Json) {
    print(to_json(recommendation) + "\n");
    return {};
  }
  std::vector<Film> films;
  for (const Pick& pick : recommendation.picks) {
    CINELOOM_TRY_ASSIGN(Film film, cinema->store().film(pick.film));
    films.push_back(std::move(film));
  }
  if (!options.mood.empty()) print(show_mood(recommendation.mood));
  print(show_picks(recommendation, films));
  return {};
}

struct TellOptions {
  std::string user;
  std::string film;
  double value = 0;
};

Expected<void> tell(Session& session, const TellOptions& options, EventKind kind) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema->find_or_add_viewer(options.user));
  CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
  Event event{.viewer = viewer.id, .film = film.id, .kind = kind, .at = cinema->now(), .origin = "cineloom"};
  if (kind == EventKind::Rate) event.value = options.value;
  CINELOOM_TRY_ASSIGN(const AppendReceipt receipt, cinema->tell(event));
  if (session.format == Format::Json) {
    event.id = receipt.ids.front();
    print(to_json(event) + "\n");
  } else {
    print(fmt::format("{}: {} {}\n", viewer.name, json::enum_name(kind), film.title.english));
  }
  return {};
}

void add_tell(Commands& commands, const std::string& name, const std::string& help, EventKind kind) {
  commands.add<TellOptions>(
      name, help,
      [kind](CLI::App& command, TellOptions& options) {
        command.add_option("--user", options.user, "who")->required();
        command.add_option("film", options.film, "title, key or number")->required();
        if (kind == EventKind::Rate) command.add_option("stars", options.value, "0.5 to 5")->required();
      },
      [kind](Session& session, const TellOptions& options) { return tell(session, options, kind); });
}

struct MoodOptions {
  std::string text;
};

Expected<void> mood(Session& session, const MoodOptions& options) {
  CINELOOM_TRY_ASSIGN(const Mood found, Cinema::read_mood(session.resources, options.text));
  print(session.format == Format::Json ? to_json(found) + "\n" : show_mood(found));
  return {};
}

}  // namespace

void add_taste_commands(Commands& commands) {
  commands.add<NoOptions>("train", "learn from all ratings", [](CLI::App&, NoOptions&) {}, train);
  commands.add<RecommendOptions>(
      "recommend", "what to watch tonight, and why",
      [](CLI::App& command, RecommendOptions& options) {
        command.add_option("--user", options.user, "for whom")->required();
        command.add_option("--mood", options.mood, "a sentence, in English or Chinese");
        command.add_option("--policy", options.policy, "lift, match or catharsis")->capture_default_str();
        command.add_option("--minutes", options.minutes, "time there is")->check(CLI::Range(1, 1000));
        command.add_option("--with", options.with, "who watches too");
        command.add_option("--count", options.count, "how many")->check(CLI::Range(1, 50))->capture_default_str();
      },
      recommend);
  add_tell(commands, "rate", "rate a film", EventKind::Rate);
  add_tell(commands, "watch", "say that a film was watched", EventKind::Watch);
  add_tell(commands, "hide", "never recommend a film", EventKind::Hide);
  commands.add<MoodOptions>("mood", "what a sentence says about a mood",
                            [](CLI::App& command, MoodOptions& options) { command.add_option("text", options.text, "the sentence")->required(); }, mood);
}

}  // namespace cineloom::cli
