#include "store/postgres_store.h"

#include <fmt/format.h>

#include <atomic>
#include <optional>
#include <thread>

#include "store/postgres/jobs.h"
#include "store/postgres/schema.h"
#include "store/postgres/tables.h"
#include "store/postgres/transactions.h"
#include "store/postgres/webhooks.h"
#include "store/rating_counts.h"
#include "store/shared_work.h"
#include "store/webhook_store.h"

namespace cineloom {
namespace {

using postgres::Connection;

// Of one program. A server takes a hundred in all unless it is told otherwise.
constexpr int kConnections = 8;

template <class T>
Expected<T> found_or(Expected<std::optional<T>> found, std::string_view what, std::int64_t id) {
  if (!found) return std::unexpected(std::move(found).error());
  if (!*found) return fail(ErrorCode::NotFound, fmt::format("there is no {} {}", what, id));
  return std::move(**found);
}

/// Waits for one notification and takes those that came with it. False when the connection is lost.
bool hear_news(Connection& connection, std::chrono::milliseconds limit) {
  auto heard = connection.wait_for_notification(limit);
  while (heard && *heard) heard = connection.wait_for_notification(std::chrono::milliseconds(0));
  return heard.has_value();
}

class PostgresStore final : public Store, public SharedWork, public DetailRetention, public WebhookStore, public RatingCounts {
 public:
  PostgresStore(const std::string& address, StoreAccess access) : access_(access), address_(address), pool_(address, kConnections), transactions_(pool_) {}

  Expected<FilmId> put_film(const Film& film) override {
    return change([&](Connection& c) { return postgres::put_film(c, film); });
  }
  Expected<Film> film(FilmId id) override {
    return read([&](Connection& c) { return found_or(postgres::find_film(c, id), "film", id.number()); });
  }
  Expected<std::optional<Film>> find_film(std::string_view key) override {
    return read([&](Connection& c) { return postgres::find_film(c, key); });
  }
  Expected<std::vector<Film>> films(const FilmQuery& query) override {
    return read([&](Connection& c) { return postgres::films(c, query); });
  }
  Expected<std::vector<Film>> all_films() override { return films({.limit = -1}); }
  Expected<void> put_files(const FilmFiles& files) override {
    return write([&](Connection& c) { return postgres::put_files(c, files); });
  }
  Expected<FilmFiles> files(FilmId film) override {
    return read([&](Connection& c) { return postgres::files(c, film); });
  }

  Expected<ViewerId> put_viewer(const Viewer& viewer) override {
    return write([&](Connection& c) { return postgres::put_viewer(c, viewer); });
  }
  Expected<Viewer> viewer(ViewerId id) override {
    return read([&](Connection& c) { return found_or(postgres::find_viewer(c, id), "viewer", id.number()); });
  }
  Expected<std::optional<Viewer>> find_viewer(std::string_view name) override {
    return read([&](Connection& c) { return postgres::find_viewer(c, name); });
  }
  Expected<std::vector<Viewer>> viewers() override { return read(postgres::viewers); }

  Expected<AppendReceipt> append_events(std::span<const Event> events) override {
    // One event is one statement, which is a transaction of its own: one way to the server instead of three. Its key makes it safe to try again.
    if (events.size() == 1 && !events.front().key.empty() && access_ == StoreAccess::ReadWrite && !is_heard_)
      return transactions_.read([&](Connection& c) { return postgres::append_events(c, events, postgres::Announcing::No); });
    return write([&](Connection& c) { return postgres::append_events(c, events, postgres::Announcing::Yes); });
  }
  Expected<void> remove_event(ViewerId viewer, EventId event) override {
    return write([&](Connection& c) { return postgres::remove_event(c, viewer, event); });
  }
  Expected<std::vector<Event>> events_of(ViewerId viewer) override {
    if (viewer.is_none()) return std::vector<Event>();
    return read([&](Connection& c) { return postgres::events(c, viewer); });
  }
  Expected<std::vector<Event>> all_events() override {
    return read_together([](Connection& c) { return postgres::events(c, ViewerId()); });
  }
  Expected<std::vector<Telling>> tellings_of(ViewerId viewer) override {
    return read_together([&](Connection& c) { return postgres::tellings(c, viewer); });
  }
  Expected<std::int64_t> event_count() override { return read(postgres::event_count); }
  Expected<std::map<ViewerId, std::int64_t>> rating_counts() override { return read_together(postgres::rating_counts); }
  Expected<WatchCounts> watch_counts(Timestamp moment) override {
    return read_together([&](Connection& c) { return postgres::watch_counts(c, moment); });
  }
  Expected<std::vector<Review>> reviews_of(FilmId film) override {
    return read([&](Connection& c) { return postgres::reviews(c, film); });
  }

  Expected<FilmId> put_findings(const Film& film, const FilmFiles& files, std::string_view part, std::string_view json) override {
    return change([&](Connection& c) { return postgres::put_findings(c, film, files, part, json); });
  }
  Expected<void> put_knowledge(FilmId film, std::string_view part, std::string_view json) override {
    return change([&](Connection& c) { return postgres::put_knowledge(c, film, part, json); });
  }
  Expected<std::optional<std::string>> knowledge(FilmId film, std::string_view part) override {
    return read([&](Connection& c) { return postgres::knowledge(c, film, part); });
  }
  Expected<std::vector<FilmId>> films_with_knowledge(std::string_view part) override {
    return read([&](Connection& c) { return postgres::films_with_knowledge(c, part); });
  }

  Expected<StoryId> put_story(StoryId id, std::string_view json) override {
    return write([&](Connection& c) { return postgres::put_story(c, id, json); });
  }
  Expected<std::string> story(StoryId id) override {
    return read([&](Connection& c) { return found_or(postgres::story(c, id), "story", id.number()); });
  }
  Expected<std::vector<StoryId>> stories() override { return read(postgres::stories); }
  Expected<void> remove_story(StoryId id) override {
    return write([&](Connection& c) { return postgres::remove_story(c, id); });
  }

  Expected<ModelVersion> add_model(const NewModel& model) override {
    return change([&](Connection& c) { return postgres::add_model(c, model); });
  }
  Expected<std::optional<StoredModel>> active_model(std::string_view name) override {
    return read_together([&](Connection& c) { return postgres::active_model(c, name); });
  }
  Expected<std::vector<ModelVersion>> models(std::string_view name) override {
    return read([&](Connection& c) { return postgres::models(c, name); });
  }
  Expected<ModelVersion> use_model(std::string_view name, int number) override {
    return change([&](Connection& c) { return postgres::use_model(c, name, number); });
  }
  Expected<ModelVersion> roll_back_model(std::string_view name) override {
    return change([&](Connection& c) { return postgres::roll_back_model(c, name); });
  }
  Expected<std::optional<ModelVersion>> reject_model(std::string_view name, int number) override {
    return change([&](Connection& c) { return postgres::reject_model(c, name, number); });
  }

  Expected<SlateId> put_slate(const Slate& slate, const SlateRetention& retention) override {
    return write([&](Connection& c) { return postgres::put_slate(c, slate, retention); });
  }
  Expected<std::vector<Slate>> slates(const SlateQuery& query) override {
    return read_together([&](Connection& c) { return postgres::slates(c, query); });
  }
  Expected<LockReceipt> lock_forecast(const Forecast& forecast) override {
    return write([&](Connection& c) { return postgres::lock_forecast(c, forecast); });
  }
  Expected<int> lock_new_forecasts(std::span<const Forecast> forecasts) override {
    return write([&](Connection& c) { return postgres::lock_new_forecasts(c, forecasts); });
  }
  Expected<std::vector<Forecast>> forecasts(ViewerId viewer) override {
    return read([&](Connection& c) { return postgres::forecasts(c, viewer); });
  }
  Expected<void> put_experiment(const Experiment& experiment) override {
    return write([&](Connection& c) { return postgres::put_experiment(c, experiment); });
  }
  Expected<Experiment> stop_experiment(std::string_view name, Timestamp at) override {
    return write([&](Connection& c) { return postgres::stop_experiment(c, name, at); });
  }
  Expected<std::vector<Experiment>> experiments() override { return read(postgres::experiments); }
  Expected<void> add_exposure(const Exposure& exposure) override {
    return write([&](Connection& c) { return postgres::add_exposure(c, exposure); });
  }
  Expected<std::vector<Exposure>> exposures(std::string_view experiment) override {
    return read([&](Connection& c) { return postgres::exposures(c, experiment); });
  }
  Expected<void> put_preference(ViewerId viewer, std::string_view name, std::string_view json) override {
    return write([&](Connection& c) { return postgres::put_preference(c, viewer, name, json); });
  }
  Expected<std::optional<std::string>> preference(ViewerId viewer, std::string_view name) override {
    return read([&](Connection& c) { return postgres::preference(c, viewer, name); });
  }

  Expected<void> add_release(const Release& release) override {
    return write([&](Connection& c) { return postgres::add_release(c, release); });
  }
  Expected<std::vector<Release>> releases() override { return read(postgres::releases); }
  Expected<std::string> viewer_data(ViewerId viewer) override {
    return read_together([&](Connection& c) { return postgres::viewer_data(c, viewer); });
  }
  Expected<ErasedRows> erase_viewer(ViewerId viewer, std::span<const std::string> models) override {
    CINELOOM_TRY_ASSIGN(const ErasedRows rows, change([&](Connection& c) { return postgres::erase_viewer(c, viewer, models); }));
    CINELOOM_TRY(transactions_.read(postgres::scrub));
    return rows;
  }

  Expected<DetailReceipt> remove_detail(Timestamp before, DetailRemoval removal) override {
    if (removal == DetailRemoval::Count) return read([&](Connection& c) { return postgres::remove_detail(c, before, removal); });
    return write([&](Connection& c) { return postgres::remove_detail(c, before, removal); });
  }

  Expected<ImportReceipt> apply_import(const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel) override {
    return change([&](Connection& c) { return postgres::apply_import(c, batch, at, progress, cancel); });
  }
  Expected<ImportReceipt> undo_import(ImportId id) override {
    return change([&](Connection& c) { return postgres::undo_import(c, id); });
  }
  Expected<std::vector<ImportReceipt>> imports() override { return read(postgres::imports); }

  // A copy in the database's own format, taken and read by its own tools, keeps what only they know: roles, settings, the log since.
  Expected<void> backup(const std::filesystem::path&, const CancelToken&) override {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "a library on PostgreSQL is copied by the database's own tools")
                               .advise("pg_dump --format=custom --file=FILE ADDRESS; to go back: pg_restore --dbname=ADDRESS FILE"));
  }
  Expected<void> check() override { return read_together(postgres::check); }

  Expected<Job> add_job(const NewSharedJob& job, Timestamp now) override {
    return write([&](Connection& c) { return postgres::add_job(c, job, now); });
  }
  Expected<std::vector<Job>> jobs() override { return read(postgres::jobs); }
  Expected<Job> find_job(JobId id) override {
    return read([&](Connection& c) { return postgres::find_job(c, id); });
  }
  Expected<Job> cancel_job(JobId id, Timestamp now) override {
    return write([&](Connection& c) { return postgres::cancel_job(c, id, now); });
  }
  Expected<std::optional<TakenJob>> take_job(std::chrono::milliseconds lease, Timestamp now) override {
    return write([&](Connection& c) { return postgres::take_job(c, lease, now); });
  }
  Expected<LeaseState> keep_job(const TakenJob& taken, const ProgressUpdate& progress, std::chrono::milliseconds lease) override {
    return write([&](Connection& c) { return postgres::keep_job(c, taken, progress, lease); });
  }
  Expected<void> end_job(const TakenJob& taken, const JobEnd& end, Timestamp now) override {
    return write([&](Connection& c) { return postgres::end_job(c, taken, end, now); });
  }
  Expected<Webhook> add_webhook(const NewWebhook& webhook) override {
    auto added = write([&](Connection& c) { return postgres::add_webhook(c, webhook); });
    if (added) CINELOOM_TRY(note_audience());
    return added;
  }
  Expected<std::vector<Webhook>> webhooks() override { return read(postgres::webhooks); }
  Expected<void> remove_webhook(WebhookId id) override {
    return write([&](Connection& c) { return postgres::remove_webhook(c, id); });
  }
  Expected<Webhook> enable_webhook(WebhookId id) override {
    auto enabled = write([&](Connection& c) { return postgres::enable_webhook(c, id); });
    if (enabled) CINELOOM_TRY(note_audience());
    return enabled;
  }
  Expected<Webhook> rotate_webhook_secret(WebhookId id, std::string_view secret, Timestamp old_until) override {
    return write([&](Connection& c) { return postgres::rotate_webhook_secret(c, id, secret, old_until); });
  }
  Expected<int> announce(const Announcement& announcement) override {
    return write([&](Connection& c) { return postgres::announce(c, announcement); });
  }
  Expected<WebhookDelivery> announce_to(WebhookId id, const Announcement& announcement) override {
    return write([&](Connection& c) { return postgres::announce_to(c, id, announcement); });
  }
  Expected<std::vector<WebhookDelivery>> deliveries(WebhookId id, int limit) override {
    return read([&](Connection& c) { return postgres::deliveries(c, id, limit); });
  }
  Expected<std::optional<Timestamp>> next_delivery_due(std::span<const WebhookId> busy) override {
    CINELOOM_TRY(note_audience());
    return read([&](Connection& c) { return postgres::next_delivery_due(c, busy); });
  }
  Expected<std::optional<TakenDelivery>> take_delivery(Timestamp now, std::chrono::milliseconds lease, std::span<const WebhookId> busy) override {
    return write([&](Connection& c) { return postgres::take_delivery(c, now, lease, busy); });
  }
  Expected<void> end_delivery(const TakenDelivery& taken, const DeliveryOutcome& outcome, Timestamp now) override {
    return write([&](Connection& c) { return postgres::end_delivery(c, taken, outcome, now); });
  }

  /// Other nodes may have begun or ceased to tell somebody of events.
  Expected<void> note_audience() {
    CINELOOM_TRY_ASSIGN(const auto audience, read([](Connection& c) { return postgres::audience_of(c, topic::kEventCreated); }));
    is_heard_ = audience == postgres::Audience::Somebody;
    return {};
  }

  Expected<std::int64_t> library_version() override { return read(postgres::library_version); }
  void wait_for_news(std::chrono::milliseconds limit) override {
    if (!news_) {
      auto opened = Connection::open(address_);
      if (opened && opened->execute("LISTEN cineloom")) news_ = *std::move(opened);
    }
    if (news_ && hear_news(*news_, limit)) return;
    // Without a connection the time is waited out: what is looked up afterwards is the truth, news only make it quicker.
    news_.reset();
    std::this_thread::sleep_for(limit);
  }

 private:
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Connection&>())) {
    return transactions_.read(std::move(work));
  }
  template <class Work>
  auto read_together(Work work) -> decltype(work(std::declval<Connection&>())) {
    return transactions_.read_together(std::move(work));
  }
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<Connection&>())) {
    if (access_ == StoreAccess::ReadOnly) return fail(ErrorCode::InvalidArgument, "the store was opened for reading only");
    return transactions_.write(std::move(work));
  }

  /// Writes what the other nodes' models must know of.
  template <class Work>
  auto change(Work work) -> decltype(work(std::declval<Connection&>())) {
    return write([&](Connection& connection) -> decltype(work(connection)) {
      auto result = work(connection);
      if (result) CINELOOM_TRY(postgres::note_library_change(connection));
      return result;
    });
  }

  StoreAccess access_;
  std::atomic<bool> is_heard_ = false;  // somebody is told of events, as this program last looked
  std::string address_;
  postgres::Pool pool_;
  postgres::Transactions transactions_;
  std::optional<Connection> news_;  // of the thread that waits for them
};

}  // namespace

Expected<std::unique_ptr<Store>> open_postgres_store(const std::string& address, StoreAccess access) {
  CINELOOM_TRY_ASSIGN(Connection connection, Connection::open(address));
  CINELOOM_TRY(postgres::migrate(connection));
  auto store = std::make_unique<PostgresStore>(address, access);
  CINELOOM_TRY(store->note_audience());
  return store;
}

}  // namespace cineloom
