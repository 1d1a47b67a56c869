// The recommender of a Cinema: loading, training, switching.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "base/json.h"
#include "pipeline/cinema.h"
#include "pipeline/privacy.h"
#include "pipeline/webhooks.h"
#include "privacy/random_bytes.h"
#include "recommend/common_taste.h"
#include "recommend/recommender.h"

namespace cineloom {
namespace {

/// What a training noted of itself, in the version's metrics.
struct TrainingNotes {
  int events = 0;
  int films = 0;
  std::optional<double> ndcg_20;  ///< of what some viewers went on to like
  int viewers = 0;                ///< those viewers
};
BOOST_DESCRIBE_STRUCT(TrainingNotes, (), (events, films, ndcg_20, viewers))

TrainingNotes notes_of(const Recommender& recommender, std::size_t events) {
  TrainingNotes notes{.events = static_cast<int>(events), .films = recommender.models().items(), .ndcg_20 = {}};
  if (const auto& quality = recommender.models().quality()) {
    notes.ndcg_20 = quality->ndcg;
    notes.viewers = quality->viewers;
  }
  return notes;
}

TrainingNotes notes_in(const ModelVersion& version) {
  const auto notes = json::read<TrainingNotes>(version.metrics);
  return notes ? *notes : TrainingNotes();
}

LastModel last_model(const Recommender& recommender, const ModelVersion& version) {
  const TrainingNotes notes = notes_in(version);
  return {.models = &recommender.models(), .trained_at = version.trained_at, .quality = {.ndcg = notes.ndcg_20.value_or(0), .viewers = notes.viewers}};
}

bool is_private(const ModelVersion& version) {
  const auto settings = json::parse(version.settings);
  if (!settings || !settings->is_object()) return false;
  const auto* said = settings->get_object().if_contains("private");
  return said != nullptr && said->is_bool() && said->get_bool();
}

/// The version in use is private; where none is, because it was damaged, the newest one.
bool is_private_library(const std::vector<ModelVersion>& versions) {
  const auto active = std::ranges::find_if(versions, &ModelVersion::is_active);
  if (active != versions.end()) return is_private(*active);
  return !versions.empty() && is_private(versions.front());
}

/// Each viewer's in order of time.
Expected<std::vector<Event>> events_of(Store& store, std::span<const Viewer> viewers, const std::function<bool(const Viewer&)>& is_meant) {
  std::vector<Event> events;
  for (const Viewer& viewer : viewers) {
    if (!is_meant(viewer)) continue;
    CINELOOM_TRY_ASSIGN(const auto some, store.events_of(viewer.id));
    events.insert(events.end(), some.begin(), some.end());
  }
  return events;
}

/// 0 .. 1, the same in every training.
double lot_of(const Viewer& viewer) { return Random(derive_seed(1, static_cast<std::uint64_t>(viewer.id.number()))).uniform(); }

double share_of(std::int64_t some, std::int64_t all) { return static_cast<double>(some) / static_cast<double>(std::max(all, std::int64_t{1})); }

/// All of about this share of the viewers, always the same ones.
Expected<std::vector<Event>> events_of_some(Store& store, std::span<const Viewer> viewers, double share) {
  return events_of(store, viewers, [share](const Viewer& viewer) { return lot_of(viewer) < share; });
}

/// For an answer in seconds: what takes long is small, and nothing is chosen by trying it.
TrainOptions quick_options() {
  constexpr std::int32_t kBestKnown = 600;
  TrainOptions options;
  options.stars = {.factors = 7, .burn_in = 4, .sweeps = 8, .samples = 4, .widening = 1.0};
  options.likes.factors = 16;
  options.likes.sweeps = 4;
  options.together = {.regularization = 200.0F, .most_items = kBestKnown};
  options.next.most_items = kBestKnown;
  options.cold.reset();
  options.most_probed = 0;
  return options;
}

int new_films_of(const Recommender& recommender) {
  int count = 0;
  for (std::int32_t film = 0; film < recommender.models().items(); ++film) count += recommender.models().is_new(film) ? 1 : 0;
  return count;
}

}  // namespace

struct Cinema::KeptModel {
  Recommender recommender;
  ModelVersion version;
};

Expected<void> Cinema::train(Progress& progress, const CancelToken& cancel, NewModelUse use) {
  const std::lock_guard training(training_mutex_);
  return train_now(progress, cancel, use);
}

// Where somebody is erased meanwhile it learns once more, from the others.
Expected<void> Cinema::train_now(Progress& progress, const CancelToken& cancel, NewModelUse use) {
  CINELOOM_TRY(require_leave(use));
  for (bool is_last = false;; is_last = true) {
    CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
    CINELOOM_TRY_ASSIGN(const auto viewers, store_->viewers());
    CINELOOM_TRY_ASSIGN(const auto events, store_->all_events());
    const auto trained = train_on({.films = films, .events = events, .viewers = viewers}, use, progress, cancel);
    if (trained || is_last || require_all_there(viewers)) return trained;
  }
}

Expected<void> Cinema::train_in_ranks(Ranks& ranks, std::int64_t most_events, Progress& progress, const CancelToken& cancel, NewModelUse use) {
  const std::lock_guard training(training_mutex_);
  CINELOOM_TRY(require_leave(use));
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(const auto viewers, store_->viewers());
  CommonTaste common;
  {
    const auto is_own = [&](const Viewer& viewer) { return viewer.id.number() % ranks.size() == ranks.rank(); };
    CINELOOM_TRY_ASSIGN(const auto own, events_of(*store_, viewers, is_own));
    CINELOOM_TRY_ASSIGN(common, learn_in_ranks(films, own, ranks, TrainOptions().likes, progress, cancel));
  }
  if (ranks.rank() != 0) return {};
  CINELOOM_TRY_ASSIGN(const std::int64_t all, store_->event_count());
  CINELOOM_TRY_ASSIGN(const auto some, events_of_some(*store_, viewers, share_of(most_events, all)));
  return train_on({.films = films, .events = some, .viewers = viewers, .of_all = &common}, use, progress, cancel);
}

Expected<void> Cinema::require_leave(NewModelUse use) {
  CINELOOM_TRY_ASSIGN(const auto versions, store_->models(kRecommenderModel));
  if (use == NewModelUse::Anyway || !is_private_library(versions)) return {};
  return std::unexpected(Error(ErrorCode::Conflict, "the model in use keeps viewers' data private, and this training would not")
                             .advise("train with --private EPSILON, or with --anyway to give privacy up"));
}

Expected<void> Cinema::train_on(const TrainingGround& ground, NewModelUse use, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto last, kept_model(ground.films));
  TrainOptions options;
  options.of_all = ground.of_all;
  if (last) options.last = last_model(last->recommender, last->version);
  if (use == NewModelUse::Anyway) options.worse = WorseModel::Take;
  CINELOOM_TRY_ASSIGN(Recommender fitted, Recommender::train(ground.films, ground.events, options, progress, cancel));
  CINELOOM_TRY(cancel.check());
  const std::string notes = json::write(notes_of(fitted, ground.events.size()));
  return switch_to(std::move(fitted), "{}", notes, ground.viewers);
}

Expected<ErasedRows> Cinema::forget(ViewerId viewer, std::span<const std::string> models) {
  const std::lock_guard keeping(keeping_mutex_);
  CINELOOM_TRY_ASSIGN(const ErasedRows rows, store_->erase_viewer(viewer, models));
  reload_model();
  return rows;
}

// Who is erased while a model learns must not live on in it.
Expected<void> Cinema::require_all_there(std::span<const Viewer> learned_from) {
  CINELOOM_TRY_ASSIGN(const auto viewers, store_->viewers());
  std::unordered_set<std::int64_t> there;
  for (const Viewer& viewer : viewers) there.insert(viewer.id.number());
  if (std::ranges::all_of(learned_from, [&](const Viewer& viewer) { return there.contains(viewer.id.number()); })) return {};
  return std::unexpected(Error(ErrorCode::Conflict, "a viewer was erased while the model learned from them").advise("train again: nothing of it was kept"));
}

Expected<void> Cinema::switch_to(Recommender fitted, std::string_view settings, std::string_view metrics, std::span<const Viewer> learned_from) {
  CINELOOM_TRY_ASSIGN(const FilmFeelings feelings, felt_films());
  Recommender trained = std::move(fitted).with_feelings(feelings);
  if (!options_.is_read_only) {
    const std::string bytes = trained.to_bytes();
    const std::lock_guard keeping(keeping_mutex_);
    CINELOOM_TRY(require_all_there(learned_from));
    CINELOOM_TRY_ASSIGN(
        const ModelVersion added,
        store_->add_model(
            {.name = std::string(kRecommenderModel), .trained_at = now(), .settings = std::string(settings), .metrics = std::string(metrics), .bytes = bytes}));
    tell_of_model(*store_, added, now());
  }
  const std::lock_guard lock(mutex_);
  take(std::make_shared<const Recommender>(std::move(trained)));
  ++switches_;
  return {};
}

// The ledger is written first: a release that was noted and not made costs budget, one that was made and not noted costs trust.
Expected<PrivateTraining> Cinema::train_in_private(const PrivateRequest& request, Progress& progress, const CancelToken& cancel) {
  const std::lock_guard training(training_mutex_);
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(const auto events, store_->all_events());
  CINELOOM_TRY_ASSIGN(const auto bytes, privacy::secret_bytes());
  TrainOptions options;
  options.in_private = PrivateLearning{.loss = {.epsilon = request.epsilon, .delta = request.delta}, .bytes = bytes.get()};
  CINELOOM_TRY_ASSIGN(Recommender fitted, Recommender::train(films, events, options, progress, cancel));
  const PrivatePromise promise = *fitted.models().promise();
  const Release release{.at = now(), .what = std::string(kRecommenderModel), .mu = promise.mu, .epsilon = promise.loss.epsilon, .delta = promise.loss.delta};
  CINELOOM_TRY_ASSIGN(const double of_year, charge(*store_, release, request.most_a_year));
  const std::string settings = fmt::format(R"({{"private":true,"epsilon":{},"delta":{}}})", promise.loss.epsilon, promise.loss.delta);
  // How many events there were is no part of what was promised to be noisy.
  const std::string notes = json::write(notes_of(fitted, 0));
  CINELOOM_TRY(switch_to(std::move(fitted), settings, notes, {}));
  return PrivateTraining{.epsilon = promise.loss.epsilon, .delta = promise.loss.delta, .epsilon_of_year = of_year};
}

void Cinema::reload_model() {
  const std::lock_guard lock(mutex_);
  take(nullptr);
  first_look_.reset();
  ++switches_;
}

void Cinema::renew_model() {
  std::int64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!recommender_) return;
    before = switches_;
  }
  auto loaded = load_kept();
  const std::lock_guard lock(mutex_);
  if (switches_ != before) return;
  // What could not be loaded now is tried again, and told, by the next question.
  if (!loaded) take(nullptr);
  else if (*loaded) take(*std::move(loaded));
}

void Cinema::take(std::shared_ptr<const Recommender> recommender) {
  recommender_ = std::move(recommender);
  if (recommender_) first_look_.reset();
  ++renewals_;
}

// What analysis heard and saw beats what genres promise: the mean of the film's arc.
Expected<FilmFeelings> Cinema::felt_films() {
  FilmFeelings feelings;
  CINELOOM_TRY_ASSIGN(const auto films, store_->films_with_knowledge("all"));
  for (const FilmId film : films) {
    const auto known = knowledge(film);
    if (!known || known->arc.empty()) continue;  // findings of another version; genres serve
    Feeling sum;
    for (const ArcPoint& point : known->arc) {
      sum.valence += point.valence / static_cast<double>(known->arc.size());
      sum.arousal += point.tension / static_cast<double>(known->arc.size());
    }
    feelings[film] = sum;
  }
  return feelings;
}

Expected<std::optional<Cinema::KeptModel>> Cinema::kept_model(std::span<const Film> films) {
  for (;;) {
    CINELOOM_TRY_ASSIGN(const auto kept, store_->active_model(kRecommenderModel));
    if (!kept) return std::optional<KeptModel>();
    if (!is_private(kept->version) && !kept->warning.empty()) {
      CINELOOM_TRY_ASSIGN(const auto versions, store_->models(kRecommenderModel));
      if (is_private_library(versions)) return std::optional<KeptModel>();
    }
    auto loaded = Recommender::load(films, kept->bytes);
    if (loaded) return std::optional(KeptModel{.recommender = *std::move(loaded), .version = kept->version});
    // One that keeps viewers' data private does not give way to one that does not, unasked.
    if (is_private(kept->version)) return std::optional<KeptModel>();
    // A model of other films is sound, only not for this library.
    if (loaded.error().code() != ErrorCode::DataLoss || options_.is_read_only) return std::optional<KeptModel>();
    CINELOOM_TRY(store_->reject_model(kRecommenderModel, kept->version.number));
  }
}

Expected<std::shared_ptr<const Recommender>> Cinema::load_kept() {
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(auto kept, kept_model(films));
  if (!kept) return nullptr;
  CINELOOM_TRY_ASSIGN(const FilmFeelings feelings, felt_films());
  return std::make_shared<const Recommender>(std::move(kept->recommender).with_feelings(feelings));
}

Expected<std::shared_ptr<const Recommender>> Cinema::loaded_recommender() {
  {
    const std::lock_guard lock(mutex_);
    if (recommender_) return recommender_;
  }
  // One at a time in the program, whichever library it is of: a model may fill half of the memory, and whoever came later finds it loaded.
  static std::mutex loading;
  const std::lock_guard only(loading);
  {
    const std::lock_guard lock(mutex_);
    if (recommender_) return recommender_;
  }
  CINELOOM_TRY_ASSIGN(auto loaded, load_kept());
  const std::lock_guard lock(mutex_);
  if (!recommender_) take(std::move(loaded));
  return recommender_;
}

Expected<std::shared_ptr<const Recommender>> Cinema::recommender(Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(auto loaded, loaded_recommender());
  if (loaded) return loaded;
  if (options_.first_look) {
    CINELOOM_TRY_ASSIGN(const std::int64_t events, store_->event_count());
    if (events > *options_.first_look) return looked_first(cancel);
  }
  const std::lock_guard training(training_mutex_);
  // Whoever asked first trains; the others find what it made.
  CINELOOM_TRY_ASSIGN(loaded, loaded_recommender());
  if (loaded) return loaded;
  CINELOOM_TRY(train_now(progress, cancel, NewModelUse::UnlessWorse));
  const std::lock_guard lock(mutex_);
  if (recommender_) return recommender_;
  return std::unexpected(Error(ErrorCode::Unavailable, "the model was switched while it was read").advise("ask again"));
}

Expected<std::shared_ptr<const Recommender>> Cinema::looked_first(const CancelToken& cancel) {
  const std::lock_guard looking(first_look_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (recommender_ || first_look_) return recommender_ ? recommender_ : first_look_;
  }
  CINELOOM_TRY(require_leave(NewModelUse::UnlessWorse));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(const auto viewers, store_->viewers());
  CINELOOM_TRY_ASSIGN(const std::int64_t all, store_->event_count());
  CINELOOM_TRY_ASSIGN(const auto some, events_of_some(*store_, viewers, share_of(*options_.first_look, all)));
  CINELOOM_TRY_ASSIGN(Recommender looked, Recommender::train(films, some, quick_options(), progress, cancel));
  CINELOOM_TRY_ASSIGN(const FilmFeelings feelings, felt_films());
  const std::lock_guard keeping(keeping_mutex_);
  CINELOOM_TRY(require_all_there(viewers));
  const std::lock_guard lock(mutex_);
  if (recommender_) return recommender_;
  first_look_ = std::make_shared<const Recommender>(std::move(looked).with_feelings(feelings));
  return first_look_;
}

Expected<TrainingNeed> Cinema::training_need() {
  CINELOOM_TRY_ASSIGN(const auto recommender, loaded_recommender());
  CINELOOM_TRY_ASSIGN(const std::int64_t events, store_->event_count());
  TrainingNeed need{.has_model = recommender != nullptr, .events_now = static_cast<int>(events)};
  if (recommender) {
    need.films_now = recommender->models().items();
    need.new_films = new_films_of(*recommender);
    CINELOOM_TRY_ASSIGN(const auto versions, store_->models(kRecommenderModel));
    const auto active = std::ranges::find_if(versions, &ModelVersion::is_active);
    need.events_learned = active == versions.end() ? 0 : notes_in(*active).events;
    // Each private training spends budget: only somebody who asks for it may.
    if (active != versions.end() && is_private(*active)) {
      need.events_learned = need.events_now;
      need.new_films = 0;
    }
    return need;
  }
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  need.films_now = static_cast<int>(films.size());
  return need;
}

}  // namespace cineloom
