#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/ranks.h"
#include "collect/export.h"
#include "domain/forecast.h"
#include "domain/knowledge.h"
#include "domain/ranking.h"
#include "domain/recommendation.h"
#include "domain/story.h"
#include "domain/story_signal.h"
#include "pipeline/story_telling.h"
#include "pipeline/told_plots.h"
#include "pipeline/trials.h"
#include "store/store.h"
#include "story/chronicle.h"
#include "story/views.h"

namespace cineloom::llm {
class SharedModel;
}

namespace cineloom {

struct CommonTaste;

class FeelingReader;
class LlmReader;
class Recommender;
struct StoryTools;

/// Under which name the store keeps the recommender's models.
inline constexpr std::string_view kRecommenderModel = "recommender";

struct CinemaOptions {
  std::filesystem::path data;       ///< the library's folder
  std::filesystem::path resources;  ///< where models/ and demo/ lie
  std::filesystem::path program;    ///< this program, for confined workers; empty = work in this process
  std::filesystem::path nets = {};  ///< the user's own nets for watching; empty = models/vision of the library's folder
  std::string onnx_runtime = {};    ///< the library that runs them; empty = beside them, else the system's
  bool is_read_only = false;        ///< beside a running server
  /// Where there are more events than this and nothing was learned yet, a quick look at about so many answers until the first training is
  /// done; nothing = who asks waits for that training.
  std::optional<std::int64_t> first_look = {};
  std::function<Timestamp()> now;   ///< empty = the system's clock
  std::string store = {};           ///< postgresql://... (open_store), shared with other nodes; empty = SQLite in the library's folder
};

/// Whether a model that ranks worse than the last one may take its place.
enum class NewModelUse { UnlessWorse, Anyway };

struct PrivateRequest {
  double epsilon = 1;
  double delta = 0;                   ///< 0 = viewers^-1.1
  std::optional<double> most_a_year;  ///< epsilon of everything that was told within a year, at the same delta
};

/// What was promised.
struct PrivateTraining {
  double epsilon = 0;
  double delta = 0;
  double epsilon_of_year = 0;  ///< of everything that was told within a year, at the same delta
};

/// How far the library has moved on from what the model in use learned.
struct TrainingNeed {
  bool has_model = false;
  int events_learned = 0;
  int events_now = 0;
  int films_now = 0;
  int new_films = 0;  ///< that the model knows by their content only
};

enum class AnalysisDepth {
  Whole,  ///< every frame; what was seen of the same file before is taken as it is
  Scout,  ///< key frames only, where nothing better is known yet
  Anew    ///< every frame, whatever is known
};

struct AnalysisWishes {
  AnalysisDepth depth = AnalysisDepth::Whole;
  int threads = 0;  ///< decoders side by side, 0 .. 16; 0 = as many as there are cores, at most four
};

/// What a viewer wants tonight.
struct TonightRequest {
  ViewerId viewer;                         ///< none = nobody in particular: no history is read, also of companions
  std::vector<ViewerId> companions;
  std::string mood;                        ///< a sentence, or empty
  MoodPolicy policy = MoodPolicy::Lift;
  std::vector<double> drawn;               ///< how the evening is to feel at even places of it, -1 .. 1; empty = not drawn
  std::optional<std::chrono::minutes> time;
  FilmFilter filter;
  RankingDials dials;
  GroupPolicy group = GroupPolicy::Fair;
  bool is_seen_welcome = false;            ///< films seen before may come again
  int count = 6;                           ///< 1 .. 50
  int programme = 0;                       ///< films that must fit `time` together, 0 .. 5; 0 = each alone
  ListMaker maker = {};                    ///< noted when the list is shown; its dials are among those above
};

/// Those who watch too but are no viewers of this library, as far as they said something.
struct Guests {
  std::vector<Event> likes;    ///< each guest's under a viewer's number that nobody has here; the viewer's own count beside their history
  std::vector<FilmId> vetoed;  ///< by anybody: these do not come
  Mood mood;                   ///< of all together, the viewer's among them (mood_of_all); takes the request's place
};

/// A recommendation, and until when it stays so while nobody does anything and nothing is learned; nothing = it may be another at once.
struct LastingRecommendation {
  Recommendation recommendation;
  std::unordered_map<FilmId, double> courses;  ///< how films with a known course run like what was drawn, -1 .. 1
  std::optional<Timestamp> until;
};

/// "edl, otio, ..."
std::string film_export_names();

/// The program's heart: the library in its store, what was learned from it, and every stage behind plain verbs.
/// Thread-safe; long verbs take progress and a cancel token.
class Cinema {
 public:
  /// Errors: those of open_store.
  static Expected<std::unique_ptr<Cinema>> open(const CinemaOptions& options);
  ~Cinema();
  Cinema(const Cinema&) = delete;
  Cinema& operator=(const Cinema&) = delete;

  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] Timestamp now() const { return options_.now(); }
  [[nodiscard]] const CinemaOptions& options() const { return options_; }
  /// Somebody plays a film: for ten seconds the box is theirs, and films that are being analysed rest. Thread-safe.
  void note_playing() { played_at_ = std::chrono::steady_clock::now().time_since_epoch(); }
  [[nodiscard]] bool is_playing() const;
  /// Films that are being analysed rest, until they are told to go on. Thread-safe.
  void rest_analyses(bool is_resting) { is_resting_ = is_resting; }
  /// Courses of feeling of the library's films; lives as long as this.
  [[nodiscard]] FilmCourses& film_courses() { return film_courses_; }
  /// What is tried on viewers' lists; lives as long as this.
  [[nodiscard]] Trials& trials() { return trials_; }
  /// The language model that somebody chose, for all who ask one; lives as long as this.
  [[nodiscard]] llm::SharedModel& language_model() { return *language_model_; }
  /// Folder of a film's keyframes and other findings.
  [[nodiscard]] std::filesystem::path findings_folder(FilmId film) const;

  /// Reads what lies at several paths, which may complete each other; nothing is stored. Errors: those of read_imports.
  Expected<ImportBatch> preview_import(std::span<const std::filesystem::path> paths, const std::string& viewer, Progress& progress, const CancelToken& cancel);
  /// The same for one path, and for bytes that came over the network.
  Expected<ImportBatch> preview_import(const std::filesystem::path& path, const std::string& viewer, Progress& progress, const CancelToken& cancel);
  Expected<ImportBatch> preview_upload(std::string_view name, std::string bytes, const std::string& viewer, Progress& progress, const CancelToken& cancel);
  /// Finds the films of a folder with the files that lie beside them (scan_folder, files_beside); an nfo beside a video names it. Of
  /// several videos of one film the sharpest is kept. Nothing is stored. Errors: those of scan_folder.
  Expected<ImportBatch> preview_scan(const std::filesystem::path& folder, Progress& progress, const CancelToken& cancel);
  /// Writes what a viewer did and said for other programs. Errors: NotFound.
  Expected<std::vector<ExportedFile>> export_viewer(ViewerId viewer, HistoryFormat format);
  /// Stores a preview as a whole.
  Expected<ImportReceipt> apply_import(const ImportBatch& batch, Progress& progress, const CancelToken& cancel);
  Expected<ImportReceipt> undo_import(ImportId id);

  /// The film with this id, key or title. Errors: NotFound with near titles; Conflict if several have it.
  Expected<Film> find_film(const std::string& words);
  /// The viewer with this id or name. Errors: NotFound with the names there are.
  Expected<Viewer> find_viewer(const std::string& words);
  Expected<Viewer> find_or_add_viewer(const std::string& name);

  /// What is known of a film for other programs, in one of film_export_names(). Errors: InvalidArgument for another format, or where
  /// what it tells of is not known; NotFound for a film that was not analysed.
  Expected<std::string> export_film(FilmId film, const std::string& format);
  /// Finds out all that can be known of a film and keeps it; if that fails, everything stays as it was.
  Expected<FilmKnowledge> analyze(FilmId film, const AnalysisWishes& wishes, Progress& progress, const CancelToken& cancel);
  /// The same for a video file with the side files that lie beside it; the film is added if its name is new.
  Expected<FilmKnowledge> analyze_video(const std::filesystem::path& video, const AnalysisWishes& wishes, Progress& progress, const CancelToken& cancel);
  /// Errors: NotFound if the film has not been analysed.
  Expected<FilmKnowledge> knowledge(FilmId film);
  /// A film's subtitles in a language ("en", "zh"), from its side files. Errors: NotFound with the languages there are.
  Expected<std::vector<Cue>> subtitles(FilmId film, const std::string& language);
  /// The same for an alternative take, named by its file. Errors: NotFound.
  Expected<std::vector<Cue>> take_subtitles(FilmId film, const std::string& take, const std::string& language);

  /// Learns from all ratings and films, going on from the model in use, and keeps what was learned; from then on it answers. Until
  /// then, and after an error, the last model does. Trainings wait for each other. Errors: those of Recommender::train, with Conflict
  /// for a model that ranks worse than the last, and for
  /// one without differential privacy in the place of one that has it, unless `use` says so; Cancelled.
  Expected<void> train(Progress& progress, const CancelToken& cancel, NewModelUse use = NewModelUse::UnlessWorse);
  /// The same by several processes on one library, each of which reads the events of its own viewers; all call it. Liking is learned of
  /// everybody, in sums that any number of processes come to bit for bit; stars, order and blend by rank 0, of as many viewers as
  /// `most_events` allow, always the same. Rank 0 keeps the model; the others may have opened the library to read only. Errors also:
  /// those of Ranks.
  Expected<void> train_in_ranks(Ranks& ranks, std::int64_t most_events, Progress& progress, const CancelToken& cancel,
                                NewModelUse use = NewModelUse::UnlessWorse);
  /// The same with differential privacy for whole viewers: what the kept model then tells of anybody is bounded by `loss`, and noted in the
  /// ledger before it is kept. It answers until somebody trains otherwise and says so. Errors also: ResourceExhausted if all releases of a
  /// year, with this one, would go past `most_a_year`; InvalidArgument for a loss out of range or where nobody liked anything.
  Expected<PrivateTraining> train_in_private(const PrivateRequest& request, Progress& progress, const CancelToken& cancel);
  /// Loads the kept model, if there is one, so that the first answer need not.
  Expected<TrainingNeed> training_need();
  /// Another kept version was chosen in the store: the next answer loads it.
  void reload_model();
  /// Removes a viewer's rows and the versions of `models` that learned from them, as Store::erase_viewer; a model that is being made of them
  /// meanwhile is not kept.
  Expected<ErasedRows> forget(ViewerId viewer, std::span<const std::string> models);
  /// The library's films or findings, or the model in use, have changed, here or at another node: a loaded model is made to know them, so
  /// that the next question need not.
  void renew_model();
  /// Trains first if nothing was learned yet, or says that it took but a first look (CinemaOptions). A film that was added since the training is known by its content at once.
  Expected<Recommendation> recommend(const TonightRequest& request, const CancelToken& cancel = {});
  /// The same, with how long it holds.
  Expected<LastingRecommendation> recommend_lasting(const TonightRequest& request, const CancelToken& cancel = {});
  /// For somebody of whom only these events are known; nothing is kept of them. The request's viewer and companions do not count.
  Expected<Recommendation> recommend_after(const TonightRequest& request, std::span<const Event> events, const CancelToken& cancel = {});
  /// For the viewer with guests who are no viewers here. Nothing is kept of what they said.
  Expected<Recommendation> recommend_with(const TonightRequest& request, const Guests& guests, const CancelToken& cancel = {});
  /// Grows whenever another model, or the same of other films, answers.
  [[nodiscard]] std::uint64_t model_renewals() const { return renewals_; }
  /// What the model in use expects a viewer to give a film. Errors: NotFound for an unknown viewer or film; Unavailable if the model
  /// does not know the film yet.
  Expected<Forecast> forecast(ViewerId viewer, FilmId film);
  /// Why a film is not among the picks of that request. Errors: NotFound.
  Expected<Contrast> explain_absence(const TonightRequest& request, FilmId film, const CancelToken& cancel);
  /// Checks and keeps what a viewer did; the next recommendation knows it.
  Expected<AppendReceipt> tell(const Event& event);
  Expected<RatingEvaluation> evaluate(Seed seed, Progress& progress, const CancelToken& cancel);
  Expected<Mood> read_mood(const std::string& sentence);
  /// The same without a library; of `options` only the folders and the program count.
  static Expected<Mood> read_mood(const CinemaOptions& options, const std::string& sentence);

  /// Plans, checks, tells and keeps a story.
  Expected<Story> write_story(const StoryRequest& request, Progress& progress, const CancelToken& cancel);
  /// People, places and things of an analysed film, for a story. Errors: NotFound.
  Expected<Bible> story_bible(FilmId film);
  /// A new story of the same people that goes on where the way with these choices (see take_way) ended. Errors: those of
  /// continue_story and take_way; NotFound.
  Expected<Story> continue_story(StoryId before, const std::vector<std::string>& choices, const StoryRequest& request, Progress& progress,
                                 const CancelToken& cancel);
  /// A request that suits a viewer: they like the themes that the films they rated stand for, and where a mood is said the story takes the
  /// arc for it. What the request says of a theme itself stays. Errors: NotFound for the viewer.
  Expected<StoryRequest> fit_story(StoryRequest request, ViewerId viewer, const std::string& mood, MoodPolicy policy);
  /// A new story that begins as far as it was seen and goes on as somebody liked it until there; the first one stays. Errors: those of
  /// replan_unseen; NotFound.
  Expected<Story> replan_story(StoryId story, const std::vector<std::string>& seen, const std::vector<HeardSignal>& signals, const CancelToken& cancel);
  /// Has a stored story told by a language model where its words hold against the facts, and keeps it.
  Expected<cineloom::story::Retelling> tell_story(StoryId story, TellWith with, Progress& progress, const CancelToken& cancel,
                                                  const cineloom::story::NodeListener& on_told = {});
  /// Tells one node in other words; what happens stays.
  Expected<Story> retell(StoryId story, const std::string& node, Seed seed);
  Expected<Story> story(StoryId id);
  /// What is so in a stored story, since when, on which branches, and who knows of it.
  Expected<std::vector<FactSpan>> story_facts(StoryId id);
  /// Faults of a stored story and advice (see is_fault); without faults it is sound.
  Expected<std::vector<StoryFinding>> check_story(StoryId id);
  /// Lines of a story in another view (see_story); none for StoryView::Scene.
  Expected<StoryLines> story_lines(const Story& story, StoryView view);
  /// For other programs, in one of story_formats(); `choices` as in export_story.
  Expected<std::string> export_story(StoryId id, const std::string& format, const std::vector<std::string>& choices = {}, StoryView view = StoryView::Scene);
  /// Keeps a story from the JSON it was exported as. Errors: those of import_story.
  Expected<Story> import_story(std::string_view json);
  /// The graph of choices over a film's footage. Errors: NotFound if the film has none.
  Expected<StoryGraph> branches(FilmId film);

 private:
  struct Question;
  Cinema(CinemaOptions options, std::unique_ptr<Store> store);
  /// The trained model, loaded or trained at first use.
  Expected<std::shared_ptr<const Recommender>> recommender(Progress& progress, const CancelToken& cancel);
  /// The same or null, without training.
  Expected<std::shared_ptr<const Recommender>> loaded_recommender();
  /// What a part of a large library says, made in seconds and never kept.
  Expected<std::shared_ptr<const Recommender>> looked_first(const CancelToken& cancel);
  Expected<Recommendation> answer(const Question& question, std::span<const Event> events, const CancelToken& cancel);
  struct KeptModel;
  /// The kept model in use, of the films there are now; a version that cannot be loaded is rejected and the one before it taken. None =
  /// train anew.
  Expected<std::optional<KeptModel>> kept_model(std::span<const Film> films);
  /// `learned_from`: those who must still be there for the model to be kept; empty where it keeps nobody's data. Errors: Conflict if one is not.
  Expected<void> switch_to(Recommender trained, std::string_view settings, std::string_view metrics, std::span<const Viewer> learned_from);
  Expected<void> require_all_there(std::span<const Viewer> learned_from);
  Expected<void> train_now(Progress& progress, const CancelToken& cancel, NewModelUse use);
  /// Errors: Conflict if the model in use has differential privacy and `use` does not give it up.
  Expected<void> require_leave(NewModelUse use);
  /// What a model is made of; all is borrowed.
  struct TrainingGround {
    std::span<const Film> films;
    std::span<const Event> events;
    std::span<const Viewer> viewers;  ///< read before the events
    const CommonTaste* of_all = nullptr;
  };
  Expected<void> train_on(const TrainingGround& ground, NewModelUse use, Progress& progress, const CancelToken& cancel);
  /// Has a model answer; with `mutex_` held.
  void take(std::shared_ptr<const Recommender> recommender);
  Expected<std::shared_ptr<const Recommender>> load_kept();
  Expected<std::set<std::string>> films_of(const std::string& viewer, const std::vector<Film>& films);
  Expected<void> read_wishes(const TonightRequest& tonight, Question& question);
  Expected<void> prepare(const TonightRequest& tonight, Question& question);
  Expected<void> read_events(const TonightRequest& tonight, Question& question);
  Expected<void> read_exploration(const TonightRequest& tonight, Question& question);
  Expected<std::unordered_map<FilmId, Feeling>> felt_films();
  Expected<const StoryTools*> story_tools();
  Expected<Bible> bible_for(const StoryRequest& request);
  Expected<const FeelingReader*> feelings();
  Expected<FilmKnowledge> find_out(const Film& film, const FilmFiles& files, const AnalysisWishes& wishes, Progress& progress, const CancelToken& cancel);

  CinemaOptions options_;
  std::atomic<bool> is_resting_{false};
  std::atomic<std::chrono::steady_clock::duration> played_at_{-std::chrono::hours(1)};  ///< since the clock's epoch
  std::unique_ptr<Store> store_;
  std::mutex training_mutex_;  // held while a model is made
  std::mutex first_look_mutex_;  // held while one is taken
  std::mutex keeping_mutex_;  // held while a model is kept or a viewer forgotten: neither falls into the other
  std::mutex mutex_;
  std::int64_t switches_ = 0;  // of the model, so that an older one loaded meanwhile does not undo one
  std::atomic<std::uint64_t> renewals_ = 0;
  std::shared_ptr<const Recommender> recommender_;  // shared with the answers being computed while a new one is trained
  std::shared_ptr<const Recommender> first_look_;  // while there is no other
  std::unique_ptr<StoryTools> story_tools_;
  std::unique_ptr<llm::SharedModel> language_model_;
  std::unique_ptr<LlmReader> mood_model_;
  std::unique_ptr<FeelingReader> feelings_;
  FilmCourses film_courses_;
  Trials trials_;
};

}  // namespace cineloom
