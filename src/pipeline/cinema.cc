#include "pipeline/cinema.h"
#include "pipeline/feeling_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"
#include "collect/film_key.h"
#include "collect/import.h"
#include "domain/json.h"
#include "feedback/exploration.h"
#include "feedback/feedback.h"
#include "feedback/visit.h"
#include "pipeline/analysis.h"
#include "pipeline/feedback.h"
#include "pipeline/library_files.h"
#include "pipeline/llm_reader.h"
#include "pipeline/staged_folder.h"
#include "pipeline/story_tools.h"
#include "pipeline/subtitle_files.h"
#include "pipeline/told_plots.h"
#include "recommend/evaluation.h"
#include "recommend/recommender.h"
#include "sentiment/viewer_mood.h"
#include "store/shared_work.h"
#include "store/store_address.h"
#include "story/bible.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

// Standard deviations to either side of a forecast between which 80 % of a normal distribution lie.
constexpr double kIntervalReach = 1.2816;

// Not constexpr: strings of this length are not.
const LocalText kFirstLookNote{.english = "a first look at a part of the library: the first training is under way, better picks come with it",
                               .chinese = "这是对部分数据的初步推荐：首次训练正在进行，完成后推荐会更准"};

fs::path prompts_of(const CinemaOptions& options) { return options.resources / "models" / "prompts"; }

std::optional<std::int64_t> number_of(const std::string& words) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), number);
  if (error != std::errc() || end != words.data() + words.size()) return std::nullopt;
  return number;
}

bool is_titled(const Film& film, const std::string& title) {
  return comparable_title(film.title.english) == title || comparable_title(film.title.original) == title || comparable_title(film.title.chinese) == title;
}

std::unexpected<Error> unknown_film(const std::string& words, const std::vector<Film>& near) {
  std::string names;
  for (const Film& film : near) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", film.key);
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no film '{}'", words))
                             .advise(names.empty() ? "import it first, or name a video file" : "did you mean " + names + "?"));
}

}  // namespace

Expected<std::unique_ptr<Cinema>> Cinema::open(const CinemaOptions& options) {
  CinemaOptions chosen = options;
  if (!chosen.now) chosen.now = [] { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); };
  const std::string address = chosen.store.empty() ? chosen.data.string() : chosen.store;
  CINELOOM_TRY_ASSIGN(auto store, open_store(address, chosen.is_read_only ? StoreAccess::ReadOnly : StoreAccess::ReadWrite));
  // What nodes share is never left over: another one may be at work on it.
  if (!chosen.is_read_only && !shared_work(*store)) StagedFolder::remove_leftovers(chosen.data / kFindings);
  return std::unique_ptr<Cinema>(new Cinema(std::move(chosen), std::move(store)));
}

Cinema::Cinema(CinemaOptions options, std::unique_ptr<Store> store)
    : options_(std::move(options)),
      store_(std::move(store)),
      language_model_(std::make_unique<llm::SharedModel>(llm::home_of(options_.data, options_.resources, options_.program))),
      mood_model_(std::make_unique<LlmReader>(*language_model_, prompts_of(options_))),
      trials_(*store_) {}

Cinema::~Cinema() = default;

fs::path Cinema::findings_folder(FilmId film) const { return options_.data / kFindings / std::to_string(film.number()); }

Expected<Film> Cinema::find_film(const std::string& words) {
  if (const auto number = number_of(words); number && store_->film(FilmId(*number))) return store_->film(FilmId(*number));
  CINELOOM_TRY_ASSIGN(const auto keyed, store_->find_film(words));
  if (keyed) return *keyed;
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  std::vector<Film> found;
  for (const Film& film : films) {
    if (is_titled(film, comparable_title(words))) found.push_back(film);
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("{} films are called '{}'", found.size(), words))
                               .advise(fmt::format("name one by its key, such as '{}'", found.front().key)));
  }
  CINELOOM_TRY_ASSIGN(const auto near, store_->films({.text = words, .limit = 3}));
  return unknown_film(words, near);
}

Expected<Viewer> Cinema::find_viewer(const std::string& words) {
  // A name may be a number too: imported viewers often have such.
  CINELOOM_TRY_ASSIGN(const auto named, store_->find_viewer(words));
  if (named) return *named;
  if (const auto number = number_of(words)) {
    if (auto numbered = store_->viewer(ViewerId(*number))) return numbered;
  }
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no viewer '{}'", words))
                             .advise("rate a film under that name first: cineloom rate --user NAME FILM STARS"));
}

Expected<Viewer> Cinema::find_or_add_viewer(const std::string& name) {
  if (const auto found = find_viewer(name)) return *found;
  CINELOOM_TRY_ASSIGN(const ViewerId id, store_->put_viewer({.name = name}));
  return store_->viewer(id);
}

Expected<std::vector<Cue>> Cinema::subtitles(FilmId film, const std::string& language) {
  CINELOOM_TRY_ASSIGN(const FilmFiles files, store_->files(film));
  const auto found = std::ranges::find(files.subtitles, language, subtitle_language);
  if (found != files.subtitles.end()) return read_subtitle_file(*found);
  return fail(ErrorCode::NotFound, fmt::format("there are no subtitles in '{}'", language));
}

Expected<std::vector<Cue>> Cinema::take_subtitles(FilmId film, const std::string& take, const std::string& language) {
  CINELOOM_TRY_ASSIGN(const FilmFiles files, store_->files(film));
  const fs::path name(take);
  if (files.branches.empty() || name.filename() != name) return fail(ErrorCode::NotFound, fmt::format("there is no take '{}'", take));
  fs::path file = takes_folder(files) / name;
  file.replace_extension("." + language + ".srt");
  std::error_code ignored;  // a file that cannot be asked for is not there
  if (fs::is_regular_file(file, ignored)) return read_subtitle_file(file.string());
  return fail(ErrorCode::NotFound, fmt::format("the take '{}' has no subtitles in '{}'", take, language));
}

/// All that a question needs of the store; the request borrows from it.
struct Cinema::Question {
  std::vector<Event> events;
  std::vector<Event> companions;
  RecommendRequest request;

  [[nodiscard]] std::optional<Timestamp> holds_until(const TonightRequest& tonight, Timestamp at) const;
};

// Chance is drawn anew with each visit, and feelings fade by the minute. Else an answer changes by itself when the visit is over, when
// an event's time comes, and with the year.
std::optional<Timestamp> Cinema::Question::holds_until(const TonightRequest& tonight, Timestamp at) const {
  if (!tonight.mood.empty() || !tonight.drawn.empty() || request.dials.exploration.value_or(0) > 0) return std::nullopt;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(at));
  const auto gap = VisitOptions().gap;
  Timestamp until = std::chrono::sys_days((today.year() + std::chrono::years(1)) / 1 / 1);
  Timestamp end_of_visit = at + gap;
  for (const Event& event : events) {
    if (event.mood) return std::nullopt;
    if (event.at > at) until = std::min(until, event.at);
    else if (at - event.at <= gap) end_of_visit = event.at + gap;
  }
  return std::min(until, end_of_visit);
}

namespace {

/// What the viewer felt at earlier actions of the visit.
std::vector<PastFeeling> feelings_of(std::span<const Event> events, Timestamp begin, Timestamp now) {
  std::vector<PastFeeling> past;
  for (const Event& event : events) {
    if (event.mood && event.at >= begin && event.at <= now) {
      past.push_back({.feeling = *event.mood, .age = std::chrono::duration_cast<std::chrono::seconds>(now - event.at)});
    }
  }
  return past;
}

}  // namespace

Expected<void> Cinema::read_events(const TonightRequest& tonight, Question& question) {
  if (tonight.viewer.is_none()) return {};  // nobody in particular asks: nothing is read of anybody
  CINELOOM_TRY(store_->viewer(tonight.viewer));
  CINELOOM_TRY_ASSIGN(question.events, store_->events_of(tonight.viewer));
  for (const ViewerId companion : tonight.companions) {
    CINELOOM_TRY(store_->viewer(companion));
    CINELOOM_TRY_ASSIGN(const auto own, store_->events_of(companion));
    question.companions.insert(question.companions.end(), own.begin(), own.end());
  }
  question.request.companions = question.companions;
  const Visit visit = present_visit(question.events, now(), [](FilmId) { return std::vector<std::string>(); });
  question.request.mood = with_memory(std::move(question.request.mood), feelings_of(question.events, visit.begin, now()));
  question.request.visit = {.begin = visit.begin, .toward = visit.taken, .away = visit.passed_over};
  question.request.draw = visit_seed(tonight.viewer, visit.begin);
  return {};
}

Expected<void> Cinema::read_wishes(const TonightRequest& tonight, Question& question) {
  CINELOOM_TRY_ASSIGN(Mood mood, read_mood(tonight.mood));
  // What is said beats what is drawn; of films whose course is not known the general feeling of the drawing must do.
  if (!tonight.drawn.empty() && tonight.mood.empty()) mood.wish = feeling_of_drawing(tonight.drawn);
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now()));
  question.request = {.viewer = tonight.viewer,
                      .mood = mood,
                      .policy = tonight.policy,
                      .filter = tonight.filter,
                      .time = tonight.time,
                      .dials = tonight.dials,
                      .group = tonight.group,
                      .seen = tonight.is_seen_welcome ? SeenFilms::Include : SeenFilms::LeaveOut,
                      .count = tonight.count,
                      .programme = tonight.programme,
                      .year = static_cast<int>(today.year())};
  if (!tonight.drawn.empty()) {
    CINELOOM_TRY_ASSIGN(const auto arcs, film_courses_.arcs(*store_));
    question.request.courses = course_likenesses(*arcs, tonight.drawn);
  }
  return {};
}

Expected<void> Cinema::prepare(const TonightRequest& tonight, Question& question) {
  CINELOOM_TRY(read_wishes(tonight, question));
  CINELOOM_TRY(read_events(tonight, question));
  return read_exploration(tonight, question);
}

// What was asked for tonight counts; else the viewer's own budget, which shrinks as the viewer becomes known.
Expected<void> Cinema::read_exploration(const TonightRequest& tonight, Question& question) {
  if (tonight.dials.exploration) return {};
  if (tonight.viewer.is_none()) {
    question.request.dials.exploration = 0;
    return {};
  }
  CINELOOM_TRY_ASSIGN(const double budget, exploration_of(*store_, tonight.viewer));
  const auto evidence = std::ranges::count(question.events, EventKind::Rate, &Event::kind);
  CINELOOM_TRY_ASSIGN(question.request.dials.exploration, exploration_scale({.budget = budget, .evidence = static_cast<int>(evidence)}));
  return {};
}

Expected<Recommendation> Cinema::recommend(const TonightRequest& tonight, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(LastingRecommendation made, recommend_lasting(tonight, cancel));
  return std::move(made.recommendation);
}

Expected<LastingRecommendation> Cinema::recommend_lasting(const TonightRequest& tonight, const CancelToken& cancel) {
  Question question;
  const Timestamp at = now();
  CINELOOM_TRY(prepare(tonight, question));
  CINELOOM_TRY_ASSIGN(Recommendation recommendation, answer(question, question.events, cancel));
  return LastingRecommendation{
      .recommendation = std::move(recommendation), .courses = std::move(question.request.courses), .until = question.holds_until(tonight, at)};
}

Expected<Recommendation> Cinema::recommend_after(const TonightRequest& tonight, std::span<const Event> events, const CancelToken& cancel) {
  Question question;
  CINELOOM_TRY(read_wishes(tonight, question));
  return answer(question, events, cancel);
}

Expected<Recommendation> Cinema::recommend_with(const TonightRequest& tonight, const Guests& guests, const CancelToken& cancel) {
  Question question;
  CINELOOM_TRY(prepare(tonight, question));
  for (const Event& like : guests.likes) (like.viewer == tonight.viewer ? question.events : question.companions).push_back(like);
  question.request.companions = question.companions;
  question.request.mood = guests.mood;
  // What is hidden never comes, whoever hid it.
  for (const FilmId film : guests.vetoed) question.events.push_back({.viewer = tonight.viewer, .film = film, .kind = EventKind::Hide, .at = now()});
  return answer(question, question.events, cancel);
}

Expected<Recommendation> Cinema::answer(const Question& question, std::span<const Event> events, const CancelToken& cancel) {
  Progress progress;
  CINELOOM_TRY_ASSIGN(const auto recommender, this->recommender(progress, cancel));
  Recommendation recommendation = recommender->recommend(events, question.request);
  const std::lock_guard lock(mutex_);
  if (recommender == first_look_) recommendation.notes.push_back(kFirstLookNote);
  return recommendation;
}

Expected<Contrast> Cinema::explain_absence(const TonightRequest& tonight, FilmId film, const CancelToken& cancel) {
  Progress progress;
  Question question;
  CINELOOM_TRY(prepare(tonight, question));
  CINELOOM_TRY_ASSIGN(const auto recommender, this->recommender(progress, cancel));
  return recommender->explain_absence(question.events, question.request, film);
}

Expected<Forecast> Cinema::forecast(ViewerId viewer, FilmId film) {
  CINELOOM_TRY(store_->viewer(viewer));
  CINELOOM_TRY(store_->film(film));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const auto recommender, this->recommender(progress, CancelToken()));
  CINELOOM_TRY_ASSIGN(const auto events, store_->events_of(viewer));
  const auto expected = recommender->forecast(events, std::span(&film, 1)).front();
  if (!expected) {
    return std::unexpected(
        Error(ErrorCode::Unavailable, fmt::format("the model does not know film {} yet", film.number())).advise("train again: cineloom train"));
  }
  CINELOOM_TRY_ASSIGN(const auto versions, store_->models(kRecommenderModel));
  const auto active = std::ranges::find_if(versions, &ModelVersion::is_active);
  const double stars = std::clamp(expected->stars, 0.5, 5.0);
  const double reach = kIntervalReach * expected->deviation;
  return Forecast{.viewer = viewer,
                  .film = film,
                  .stars = stars,
                  .low = std::max(0.5, stars - reach),
                  .high = std::min(5.0, stars + reach),
                  .model_version = active == versions.end() ? 0 : active->number,
                  .at = now()};
}

Expected<AppendReceipt> Cinema::tell(const Event& event) {
  CINELOOM_TRY_ASSIGN(const Event accepted, accept_event(event));
  return store_->append_events(std::span(&accepted, 1));
}

Expected<RatingEvaluation> Cinema::evaluate(Seed seed, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(const auto events, store_->all_events());
  return evaluate_ratings(films, events, {.seed = seed}, progress, cancel);
}

Expected<Mood> Cinema::read_mood(const std::string& sentence) {
  CINELOOM_TRY_ASSIGN(const FeelingReader* feelings, this->feelings());
  return feelings->mood(sentence);
}

Expected<Mood> Cinema::read_mood(const CinemaOptions& options, const std::string& sentence) {
  llm::SharedModel model(llm::home_of(options.data, options.resources, options.program));
  LlmReader reader(model, prompts_of(options));
  CINELOOM_TRY_ASSIGN(const FeelingReader feelings, FeelingReader::load(options.resources / "models" / "text", &reader));
  return feelings.mood(sentence);
}

// Read at the first question and kept: reading it takes longer than answering.
Expected<const FeelingReader*> Cinema::feelings() {
  const std::lock_guard lock(mutex_);
  if (!feelings_) {
    CINELOOM_TRY_ASSIGN(FeelingReader feelings, FeelingReader::load(options_.resources / "models" / "text", mood_model_.get()));
    feelings_ = std::make_unique<FeelingReader>(std::move(feelings));
  }
  return feelings_.get();
}

Expected<const StoryTools*> Cinema::story_tools() {
  const std::lock_guard lock(mutex_);
  if (!story_tools_) {
    CINELOOM_TRY_ASSIGN(SchemaLibrary library, SchemaLibrary::load(options_.resources / "models" / "story"));
    story_tools_ = std::make_unique<StoryTools>(std::move(library));
  }
  return story_tools_.get();
}

Expected<Story> Cinema::write_story(const StoryRequest& request, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const StoryTools* tools, story_tools());
  StoryRequest whole = request;
  if (is_empty(request.bible)) { CINELOOM_TRY_ASSIGN(whole.bible, bible_for(request)); }
  CINELOOM_TRY_ASSIGN(Story story, cineloom::write_story(whole, tools->library, progress, cancel));
  CINELOOM_TRY_ASSIGN(story.id, store_->put_story(StoryId(), to_json(story)));
  return story;
}

Expected<StoryGraph> Cinema::branches(FilmId film) {
  CINELOOM_TRY_ASSIGN(const FilmFiles files, store_->files(film));
  if (files.branches.empty()) return fail(ErrorCode::NotFound, "this film has no other takes to choose from");
  return read_branches(files.branches);
}

}  // namespace cineloom
