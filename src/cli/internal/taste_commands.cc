#include <fmt/format.h>

#include <iostream>

#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/show.h"
#include "domain/json.h"
#include "pipeline/text_training.h"
#include "ranks/open_ranks.h"

namespace cineloom::cli {
namespace {

constexpr std::int64_t kMostEvents = 30'000'000;  ///< of which stars are learned by one process: some 6 GB

struct TrainChoice {
  bool is_anyway = false;
  std::int64_t most_events = kMostEvents;
  std::optional<double> epsilon;
  std::optional<double> most_a_year;
};

NewModelUse use_of(const TrainChoice& choice) { return choice.is_anyway ? NewModelUse::Anyway : NewModelUse::UnlessWorse; }

Expected<void> train_in_private(Session& session, Cinema& cinema, const TrainChoice& choice) {
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const PrivateTraining done,
                      cinema.train_in_private({.epsilon = *choice.epsilon, .most_a_year = choice.most_a_year}, progress, session.cancel));
  print(session.format == Format::Json
            ? fmt::format("{{\"trained\":true,\"epsilon\":{},\"delta\":{},\"epsilon_of_year\":{}}}\n", done.epsilon, done.delta, done.epsilon_of_year)
            : fmt::format("trained with differential privacy: epsilon {:.4g} at delta {:.3g}; this year's releases come to epsilon {:.4g}\n", done.epsilon,
                          done.delta, done.epsilon_of_year));
  return {};
}

Expected<void> train_as_rank(Session& session, const TrainChoice& choice, LaunchedRanks& ranks) {
  const bool is_first = ranks.rank() == 0;
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(is_first ? Access::Write : Access::Read));
  Progress progress(is_first ? default_progress() : ProgressSink());
  CINELOOM_TRY(cinema->train_in_ranks(ranks, choice.most_events, progress, session.cancel, use_of(choice)));
  const int size = ranks.size();
  CINELOOM_TRY(ranks.finish());
  if (is_first)
    print(session.format == Format::Json ? fmt::format("{{\"trained\":true,\"ranks\":{}}}\n", size) : fmt::format("trained by {} processes\n", size));
  return {};
}

/// One of several processes that a launcher started; the first speaks for all.
Expected<void> train_in_ranks(Session& session, const TrainChoice& choice) {
  if (choice.epsilon) return fail(ErrorCode::InvalidArgument, "private training is the work of one process");
  CINELOOM_TRY_ASSIGN(const auto ranks, open_ranks(session.program));
  auto done = train_as_rank(session, choice, *ranks);
  // The ranks end all processes, this one too, on the way out: nobody could say it later.
  if (!done) std::cerr << fmt::format("cineloom, rank {}: {}\n", ranks->rank(), done.error().describe());
  return done;
}

Expected<void> train(Session& session, const TrainChoice& choice) {
  if (is_launched_in_ranks()) return train_in_ranks(session, choice);
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  if (choice.epsilon) return train_in_private(session, *cinema, choice);
  Progress progress(default_progress());
  CINELOOM_TRY(cinema->train(progress, session.cancel, use_of(choice)));
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
  int programme = 0;
  std::string group = "fair";
  std::string method = "marginal";
  std::string why_not;
  bool is_why = false;
  bool is_seen_welcome = false;
  FilmFilter filter;
  RankingDials dials;
};

Expected<TonightRequest> request_of(Cinema& cinema, const RecommendOptions& options) {
  TonightRequest request{.mood = options.mood,
                         .filter = options.filter,
                         .dials = options.dials,
                         .is_seen_welcome = options.is_seen_welcome,
                         .count = options.count,
                         .programme = options.programme};
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
  const auto group = json::enum_from_name<GroupPolicy>(options.group);
  if (!group) return fail(ErrorCode::InvalidArgument, "--group: expected fair, average or least_misery");
  request.group = *group;
  const auto method = json::enum_from_name<DiversityMethod>(options.method);
  if (!method) return fail(ErrorCode::InvalidArgument, "--variety-by: expected marginal or determinantal");
  request.dials.method = *method;
  if (request.programme > 1 && !request.time) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "--programme: there is no time to fill").advise("say how long the evening is with --minutes"));
  }
  return request;
}

Expected<void> explain_absence(Session& session, Cinema& cinema, const TonightRequest& request, const std::string& words) {
  CINELOOM_TRY_ASSIGN(const Film film, cinema.find_film(words));
  CINELOOM_TRY_ASSIGN(const Contrast contrast, cinema.explain_absence(request, film.id, session.cancel));
  print(session.format == Format::Json ? to_json(contrast) + "\n" : show_contrast(contrast, film));
  return {};
}

Expected<void> recommend(Session& session, const RecommendOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const TonightRequest request, request_of(*cinema, options));
  if (!options.why_not.empty()) return explain_absence(session, *cinema, request, options.why_not);
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
  if (options.is_why) print(show_parts(recommendation, films));
  return {};
}

void add_conditions(CLI::App& command, RecommendOptions& options) {
  command.add_option("--programme", options.programme, "so many films that fit --minutes together")->check(CLI::Range(2, 5));
  command.add_flag("--seen", options.is_seen_welcome, "films seen before are welcome too");
  command.add_option("--genre", options.filter.any_genres, "one of these genres");
  command.add_option("--all-genres", options.filter.all_genres, "all of these genres");
  command.add_option("--without", options.filter.no_genres, "none of these genres or themes");
  command.add_option("--language", options.filter.languages, "spoken in one of these");
  command.add_option("--country", options.filter.countries, "from one of these");
  command.add_option("--person", options.filter.people, "directed or played by one of these");
  command.add_option("--since", options.filter.since, "first year");
  command.add_option("--until", options.filter.until, "last year");
  command.add_option("--age", options.filter.age, "fit for this age");
}

void add_dials(CLI::App& command, RecommendOptions& options) {
  command.add_flag("--why", options.is_why, "show what each score is made of");
  command.add_option("--why-not", options.why_not, "why this film is not among the picks");
  command.add_option("--group", options.group, "with others: fair, average or least_misery")->capture_default_str();
  command.add_option("--mood-strength", options.dials.mood_strength, "what the mood weighs")->check(CLI::Range(0.0, 2.0))->capture_default_str();
  command.add_option("--variety", options.dials.diversity, "how different the films should be")->check(CLI::Range(0.0, 1.0))->capture_default_str();
  command.add_option("--variety-by", options.method, "marginal or determinantal")->capture_default_str();
  command.add_option("--calibration", options.dials.calibration, "how closely genres follow the past")->check(CLI::Range(0.0, 1.0))->capture_default_str();
  command.add_option("--popularity", options.dials.popularity, "-1 hidden gems .. 1 what all watch")->check(CLI::Range(-1.0, 1.0))->capture_default_str();
  command.add_option("--freshness", options.dials.freshness, "new films first")->check(CLI::Range(0.0, 1.0))->capture_default_str();
  command
      .add_option("--surprise", options.dials.exploration,
                  "0 the best known .. 1 a draw from what is possible; absent = as the viewer allows (cineloom explore)")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--more", options.dials.more, "genre, theme, person or country wanted more");
  command.add_option("--less", options.dials.less, "the same, wanted less");
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
  CINELOOM_TRY_ASSIGN(const Mood found,
                      Cinema::read_mood({.data = session.data, .resources = session.resources, .program = session.program, .now = {}}, options.text));
  print(session.format == Format::Json ? to_json(found) + "\n" : show_mood(found));
  return {};
}

Expected<void> train_text(Session& session, const TextTrainingRequest& request) {
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const TextTrainingResult result, train_text_model(request, progress, session.cancel));
  if (session.format == Format::Json) {
    print(fmt::format(
        R"({{"model":{},"language":"{}","positive":{},"negative":{},"undecided":{},"repeated":{},"unlabelled":{},"unseen_accuracy":{:.4f},"bytes":{}}})"
        "\n",
        json_string(request.out.string()), result.language, result.positive, result.negative, result.undecided, result.repeated, result.unlabelled,
        result.unseen_accuracy, result.bytes));
    return {};
  }
  print(fmt::format("{} positive and {} negative reviews ({}), {} undecided and {} repeated left out, {} unlabelled\n", result.positive, result.negative,
                    result.language, result.undecided, result.repeated, result.unlabelled));
  print(fmt::format("right on {:.1f} % of reviews it had not seen; {} bytes in '{}'\n", 100 * result.unseen_accuracy, result.bytes, request.out.string()));
  return {};
}

}  // namespace

void add_taste_commands(Commands& commands) {
  commands.add<TrainChoice>(
      "train", "learn from all ratings, going on from the last model",
      [](CLI::App& command, TrainChoice& choice) {
        auto* const anyway = command.add_flag("--anyway", choice.is_anyway, "take the new model even if it ranks worse than the last, or gives privacy up");
        auto* const epsilon = command.add_option("--private", choice.epsilon, "tell nothing of a viewer beyond this epsilon (0.05 to 20; 1 is strong)");
        epsilon->check(CLI::Range(0.05, 20.0))->excludes(anyway);
        command.add_option("--most-a-year", choice.most_a_year, "refuse if all that was told within a year would come to more")->needs(epsilon);
        command.add_option("--most-events", choice.most_events, "under mpirun: stars are learned of viewers with about so many events")
            ->check(CLI::Range(std::int64_t{1000}, std::int64_t{1'000'000'000}));
      },
      train);
  commands.add<RecommendOptions>(
      "recommend", "what to watch tonight, and why",
      [](CLI::App& command, RecommendOptions& options) {
        command.add_option("--user", options.user, "for whom")->required();
        command.add_option("--mood", options.mood, "a sentence, in English or Chinese");
        command.add_option("--policy", options.policy, "lift, match or catharsis")->capture_default_str();
        command.add_option("--minutes", options.minutes, "time there is")->check(CLI::Range(1, 1000));
        command.add_option("--with", options.with, "who watches too");
        command.add_option("--count", options.count, "how many")->check(CLI::Range(1, 50))->capture_default_str();
        add_conditions(command, options);
        add_dials(command, options);
      },
      recommend);
  add_tell(commands, "rate", "rate a film", EventKind::Rate);
  add_tell(commands, "watch", "say that a film was watched", EventKind::Watch);
  add_tell(commands, "hide", "never recommend a film", EventKind::Hide);
  commands.add<MoodOptions>(
      "mood", "what a sentence says about a mood",
      [](CLI::App& command, MoodOptions& options) { command.add_option("text", options.text, "the sentence")->required(); }, mood);
  commands.add<TextTrainingRequest>(
      "train-text", "learn what good and bad reviews say from your own",
      [](CLI::App& command, TextTrainingRequest& request) {
        command.add_option("reviews", request.reviews, "label or stars, a tab, text; or JSON lines with text and label or stars")->required();
        command.add_option("--unlabelled", request.unlabelled, "more texts without labels, one a line");
        command.add_option("--out", request.out, "the model's file")->required();
      },
      train_text);
}

}  // namespace cineloom::cli
