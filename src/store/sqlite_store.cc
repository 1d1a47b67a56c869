#include "store/sqlite_store.h"

#include <fmt/format.h>

#include <vector>

#include "base/files.h"
#include "store/internal/announcements.h"
#include "store/internal/folder_lock.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/readers.h"
#include "store/internal/revisions.h"
#include "store/internal/schema.h"
#include "store/internal/sealed.h"
#include "store/internal/sealing.h"
#include "store/internal/tables.h"
#include "store/internal/unlock.h"
#include "store/internal/webhooks.h"
#include "store/internal/writer.h"
#include "store/rating_counts.h"
#include "store/store_condition.h"
#include "store/webhook_store.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::Statement;

// SQLite before 3.51.3 can lose data when two connections write or checkpoint at once, so readers may do neither.
constexpr int kReaders = 4;  // of a program that writes: who loads a model reads for seconds
constexpr auto kReaderSettings = "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=0;";

template <class T>
Expected<T> found_or(Expected<std::optional<T>> found, std::string_view what, std::int64_t id) {
  if (!found) return std::unexpected(std::move(found).error());
  if (!*found) return fail(ErrorCode::NotFound, fmt::format("there is no {} {}", what, id));
  return std::move(**found);
}

Expected<std::optional<std::string>> optional_text(Statement& statement) {
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement.step());
  if (step == Statement::Step::Done) return std::optional<std::string>();
  std::optional<std::string> text(std::in_place, statement.text(0));
  statement.reset();
  return text;
}

template <class Identity>
Expected<std::vector<Identity>> identities(Statement& statement) {
  std::vector<Identity> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement.step());
    if (step == Statement::Step::Done) break;
    found.push_back(Identity(statement.integer(0)));
  }
  statement.reset();
  return found;
}

class SqliteStore final : public Store, public StoreOnDisk, public DetailRetention, public WebhookStore, public RatingCounts {
 public:
  SqliteStore(fs::path file, FileDescriptor lock, std::vector<Connection> readers, std::unique_ptr<sqlite::Writer> writer)
      : file_(std::move(file)), lock_(std::move(lock)), readers_(std::move(readers)), writer_(std::move(writer)) {}

  Expected<FilmId> put_film(const Film& film) override {
    auto id = write<FilmId>([&](Connection& c) { return sqlite::put_film(c, film, std::nullopt); });
    revisions_.touch_films();
    return id;
  }
  Expected<Film> film(FilmId id) override {
    return read([&](Connection& c) { return found_or(sqlite::find_film(c, id), "film", id.number()); });
  }
  Expected<std::optional<Film>> find_film(std::string_view key) override {
    return read([&](Connection& c) { return sqlite::find_film(c, key); });
  }
  Expected<std::vector<Film>> films(const FilmQuery& query) override {
    return read([&](Connection& c) { return sqlite::films(c, query); });
  }
  Expected<std::vector<Film>> all_films() override { return films({.limit = -1}); }
  Expected<void> put_files(const FilmFiles& files) override {
    return write<void>([&](Connection& c) { return sqlite::put_files(c, files); });
  }
  Expected<FilmFiles> files(FilmId film) override {
    return read([&](Connection& c) { return sqlite::files(c, film); });
  }

  Expected<ViewerId> put_viewer(const Viewer& viewer) override {
    return write<ViewerId>([&](Connection& c) { return sqlite::put_viewer(c, viewer, std::nullopt); });
  }
  Expected<Viewer> viewer(ViewerId id) override {
    return read([&](Connection& c) { return found_or(sqlite::find_viewer(c, id), "viewer", id.number()); });
  }
  Expected<std::optional<Viewer>> find_viewer(std::string_view name) override {
    return read([&](Connection& c) { return sqlite::find_viewer(c, name); });
  }
  Expected<std::vector<Viewer>> viewers() override {
    return read([](Connection& c) { return sqlite::viewers(c); });
  }

  Expected<AppendReceipt> append_events(std::span<const Event> events) override {
    auto appended = write<AppendReceipt>([&](Connection& c) -> Expected<AppendReceipt> {
      AppendReceipt receipt;
      CINELOOM_TRY_ASSIGN(const sqlite::Audience audience, sqlite::audience_of(c, topic::kEventCreated));
      for (const Event& event : events) {
        CINELOOM_TRY_ASSIGN(const sqlite::AddedEvent added, sqlite::add_event(c, {.event = event}, std::nullopt));
        if (added.added == sqlite::Added::Known) { CINELOOM_TRY(sqlite::require_same(c, added.id, event)); }
        receipt.ids.push_back(added.id);
        ++(added.added == sqlite::Added::New ? receipt.added : receipt.duplicates);
        if (audience == sqlite::Audience::Nobody || added.added == sqlite::Added::Known) continue;
        Event told = event;
        told.id = added.id;
        CINELOOM_TRY(sqlite::announce(c, store::announcement_of(told)));
      }
      return receipt;
    });
    for (const Event& event : events) revisions_.touch(event.viewer);
    return appended;
  }
  Expected<void> remove_event(ViewerId viewer, EventId event) override {
    auto removed = write<void>([&](Connection& c) { return sqlite::remove_event(c, viewer, event); });
    revisions_.touch(viewer);
    return removed;
  }
  // A reader beside the server does not see what that writes.
  [[nodiscard]] std::optional<Revisions> revisions(ViewerId viewer) const override { return writer_ ? std::optional(revisions_.of(viewer)) : std::nullopt; }
  Expected<std::vector<Event>> events_of(ViewerId viewer) override {
    if (viewer.is_none()) return std::vector<Event>();
    return read([&](Connection& c) { return sqlite::events(c, viewer); });
  }
  Expected<std::vector<Event>> all_events() override {
    return read([](Connection& c) { return sqlite::events(c, ViewerId()); });
  }
  Expected<std::vector<Telling>> tellings_of(ViewerId viewer) override {
    return read([&](Connection& c) { return sqlite::tellings(c, viewer); });
  }
  Expected<std::int64_t> event_count() override {
    return read([](Connection& c) -> Expected<std::int64_t> {
      CINELOOM_TRY_ASSIGN(Statement * statement,
                          c.prepare("SELECT (SELECT count(*) FROM events WHERE stands=1) + (SELECT count(*) FROM sealed_events WHERE stands=1)"));
      CINELOOM_TRY(statement->step());
      const std::int64_t rows = statement->integer(0);
      statement->reset();
      CINELOOM_TRY_ASSIGN(const std::int64_t packed, sqlite::packed_count(c));
      return rows + packed;
    });
  }
  Expected<std::map<ViewerId, std::int64_t>> rating_counts() override { return read_together(sqlite::rating_counts); }
  Expected<WatchCounts> watch_counts(Timestamp moment) override {
    return read_together([&](Connection& c) { return sqlite::watch_counts(c, moment); });
  }
  Expected<std::vector<Review>> reviews_of(FilmId film) override {
    return read([&](Connection& c) { return sqlite::reviews(c, film); });
  }

  Expected<FilmId> put_findings(const Film& film, const FilmFiles& files, std::string_view part, std::string_view json) override {
    auto id = write<FilmId>([&](Connection& c) -> Expected<FilmId> {
      CINELOOM_TRY_ASSIGN(const auto known, sqlite::find_film(c, film.key));
      FilmFiles kept = files;
      if (known) kept.film = known->id;
      if (!known) { CINELOOM_TRY_ASSIGN(kept.film, sqlite::put_film(c, film, std::nullopt)); }
      CINELOOM_TRY(sqlite::put_files(c, kept));
      CINELOOM_TRY(sqlite::put_knowledge(c, kept.film, part, json));
      return kept.film;
    });
    revisions_.touch_films();
    return id;
  }
  Expected<void> put_knowledge(FilmId film, std::string_view part, std::string_view json) override {
    auto kept = write<void>([&](Connection& c) { return sqlite::put_knowledge(c, film, part, json); });
    revisions_.touch_films();
    return kept;
  }
  Expected<std::optional<std::string>> knowledge(FilmId film, std::string_view part) override {
    return read([&](Connection& c) -> Expected<std::optional<std::string>> {
      CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("SELECT json FROM knowledge WHERE film=? AND part=?"));
      statement->bind(1, film.number());
      statement->bind(2, part);
      return optional_text(*statement);
    });
  }
  Expected<std::vector<FilmId>> films_with_knowledge(std::string_view part) override {
    return read([&](Connection& c) -> Expected<std::vector<FilmId>> {
      CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("SELECT film FROM knowledge WHERE part=? ORDER BY film"));
      statement->bind(1, part);
      return identities<FilmId>(*statement);
    });
  }

  Expected<StoryId> put_story(StoryId id, std::string_view json) override {
    return write<StoryId>([&](Connection& c) -> Expected<StoryId> {
      if (c.vault() != nullptr) return sqlite::sealed::put_story(c, id, json);
      CINELOOM_TRY(c.run("INSERT INTO stories(id, json) VALUES(nullif(?,0),?) ON CONFLICT(id) DO UPDATE SET json=excluded.json", id.number(), json));
      return id.is_none() ? StoryId(c.last_id()) : id;
    });
  }
  Expected<std::string> story(StoryId id) override {
    return read([&](Connection& c) -> Expected<std::string> {
      CINELOOM_TRY_ASSIGN(Statement * statement,
                          c.prepare(c.vault() == nullptr ? "SELECT json FROM stories WHERE id=?" : "SELECT sealed FROM stories WHERE id=?"));
      statement->bind(1, id.number());
      CINELOOM_TRY_ASSIGN(std::string text, found_or(optional_text(*statement), "story", id.number()));
      return c.vault() == nullptr ? Expected<std::string>(std::move(text)) : sqlite::sealed::open_story(c, id, text);
    });
  }
  Expected<std::vector<StoryId>> stories() override {
    return read([](Connection& c) -> Expected<std::vector<StoryId>> {
      CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("SELECT id FROM stories ORDER BY id"));
      return identities<StoryId>(*statement);
    });
  }
  Expected<void> remove_story(StoryId id) override {
    return write<void>([&](Connection& c) -> Expected<void> {
      CINELOOM_TRY(c.run("DELETE FROM stories WHERE id=?", id.number()));
      if (c.changes() > 0) return {};
      return fail(ErrorCode::NotFound, fmt::format("there is no story {}", id.number()));
    });
  }

  Expected<ModelVersion> add_model(const NewModel& model) override {
    return write<ModelVersion>([&](Connection& c) { return sqlite::add_model(c, model); });
  }
  Expected<std::optional<StoredModel>> active_model(std::string_view name) override {
    return read_together([&](Connection& c) { return sqlite::active_model(c, name); });
  }
  Expected<std::vector<ModelVersion>> models(std::string_view name) override {
    return read([&](Connection& c) { return sqlite::models(c, name); });
  }
  Expected<ModelVersion> use_model(std::string_view name, int number) override {
    return write<ModelVersion>([&](Connection& c) { return sqlite::use_model(c, name, number); });
  }
  Expected<ModelVersion> roll_back_model(std::string_view name) override {
    return write<ModelVersion>([&](Connection& c) { return sqlite::roll_back_model(c, name); });
  }
  Expected<std::optional<ModelVersion>> reject_model(std::string_view name, int number) override {
    return write<std::optional<ModelVersion>>([&](Connection& c) { return sqlite::reject_model(c, name, number); });
  }

  Expected<SlateId> put_slate(const Slate& slate, const SlateRetention& retention) override {
    return write<SlateId>([&](Connection& c) { return sqlite::put_slate(c, slate, retention); });
  }
  Expected<std::vector<Slate>> slates(const SlateQuery& query) override {
    return read_together([&](Connection& c) { return sqlite::slates(c, query); });
  }
  Expected<LockReceipt> lock_forecast(const Forecast& forecast) override {
    return write<LockReceipt>([&](Connection& c) { return sqlite::lock_forecast(c, forecast); });
  }
  Expected<int> lock_new_forecasts(std::span<const Forecast> forecasts) override {
    return write<int>([&](Connection& c) { return sqlite::lock_new_forecasts(c, forecasts); });
  }
  Expected<std::vector<Forecast>> forecasts(ViewerId viewer) override {
    return read([&](Connection& c) { return sqlite::forecasts(c, viewer); });
  }
  Expected<void> put_experiment(const Experiment& experiment) override {
    return write<void>([&](Connection& c) { return sqlite::put_experiment(c, experiment); });
  }
  Expected<Experiment> stop_experiment(std::string_view name, Timestamp at) override {
    return write<Experiment>([&](Connection& c) { return sqlite::stop_experiment(c, name, at); });
  }
  Expected<std::vector<Experiment>> experiments() override {
    return read([](Connection& c) { return sqlite::experiments(c); });
  }
  Expected<void> add_exposure(const Exposure& exposure) override {
    return write<void>([&](Connection& c) { return sqlite::add_exposure(c, exposure); });
  }
  Expected<std::vector<Exposure>> exposures(std::string_view experiment) override {
    return read([&](Connection& c) { return sqlite::exposures(c, experiment); });
  }
  Expected<void> put_preference(ViewerId viewer, std::string_view name, std::string_view json) override {
    auto put = write<void>([&](Connection& c) { return sqlite::put_preference(c, viewer, name, json); });
    revisions_.touch(viewer);
    return put;
  }
  Expected<std::optional<std::string>> preference(ViewerId viewer, std::string_view name) override {
    return read([&](Connection& c) { return sqlite::preference(c, viewer, name); });
  }

  Expected<void> add_release(const Release& release) override {
    return write<void>([&](Connection& c) { return sqlite::add_release(c, release); });
  }
  Expected<std::vector<Release>> releases() override {
    return read([](Connection& c) { return sqlite::releases(c); });
  }
  Expected<std::string> viewer_data(ViewerId viewer) override {
    return read([&](Connection& c) { return sqlite::viewer_data(c, viewer); });
  }
  Expected<ErasedRows> erase_viewer(ViewerId viewer, std::span<const std::string> models) override {
    CINELOOM_TRY_ASSIGN(const ErasedRows rows, write<ErasedRows>([&](Connection& c) -> Expected<ErasedRows> {
                          CINELOOM_TRY_ASSIGN(const Viewer known, found_or(sqlite::find_viewer(c, viewer), "viewer", viewer.number()));
                          return sqlite::erase_viewer(c, known, models);
                        }));
    revisions_.touch_all();
    const auto forget = [viewer](std::span<Connection> readers) -> Expected<void> {
      for (Connection& reader : readers) CINELOOM_TRY(sqlite::forget_key(reader, viewer));
      return {};
    };
    CINELOOM_TRY(readers_.while_idle(forget));
    CINELOOM_TRY(writer_->maintain(sqlite::rewrite));  // meanwhile others read on
    CINELOOM_TRY(empty_journal());
    return rows;
  }

  Expected<Webhook> add_webhook(const NewWebhook& webhook) override {
    return write<Webhook>([&](Connection& c) { return sqlite::add_webhook(c, webhook); });
  }
  Expected<std::vector<Webhook>> webhooks() override { return read(sqlite::webhooks); }
  Expected<void> remove_webhook(WebhookId id) override {
    return write<void>([&](Connection& c) { return sqlite::remove_webhook(c, id); });
  }
  Expected<Webhook> enable_webhook(WebhookId id) override {
    return write<Webhook>([&](Connection& c) { return sqlite::enable_webhook(c, id); });
  }
  Expected<Webhook> rotate_webhook_secret(WebhookId id, std::string_view secret, Timestamp old_until) override {
    return write<Webhook>([&](Connection& c) { return sqlite::rotate_webhook_secret(c, id, secret, old_until); });
  }
  Expected<int> announce(const Announcement& announcement) override {
    return write<int>([&](Connection& c) { return sqlite::announce(c, announcement); });
  }
  Expected<WebhookDelivery> announce_to(WebhookId id, const Announcement& announcement) override {
    return write<WebhookDelivery>([&](Connection& c) { return sqlite::announce_to(c, id, announcement); });
  }
  Expected<std::vector<WebhookDelivery>> deliveries(WebhookId id, int limit) override {
    return read([&](Connection& c) { return sqlite::deliveries(c, id, limit); });
  }
  Expected<std::optional<Timestamp>> next_delivery_due(std::span<const WebhookId> busy) override {
    return read([&](Connection& c) { return sqlite::next_delivery_due(c, busy); });
  }
  Expected<std::optional<TakenDelivery>> take_delivery(Timestamp now, std::chrono::milliseconds lease, std::span<const WebhookId> busy) override {
    return write<std::optional<TakenDelivery>>([&](Connection& c) { return sqlite::take_delivery(c, now, lease, busy); });
  }
  Expected<void> end_delivery(const TakenDelivery& taken, const DeliveryOutcome& outcome, Timestamp now) override {
    return write<void>([&](Connection& c) { return sqlite::end_delivery(c, taken, outcome, now); });
  }

  Expected<DetailReceipt> remove_detail(Timestamp before, DetailRemoval removal) override {
    if (removal == DetailRemoval::Count) return read_together([&](Connection& c) { return sqlite::remove_detail(c, before, removal); });
    CINELOOM_TRY_ASSIGN(const DetailReceipt receipt, write<DetailReceipt>([&](Connection& c) { return sqlite::remove_detail(c, before, removal); }));
    if (receipt.events + receipt.slates == 0) return receipt;
    revisions_.touch_all();
    CINELOOM_TRY(empty_journal());
    return receipt;
  }

  Expected<ImportReceipt> apply_import(const ImportBatch& batch, Timestamp at, Progress& progress, const CancelToken& cancel) override {
    auto receipt = write<ImportReceipt>([&](Connection& c) { return sqlite::apply_import(c, batch, at, progress, cancel); });
    revisions_.touch_all();
    return receipt;
  }
  Expected<ImportReceipt> undo_import(ImportId id) override {
    auto receipt = write<ImportReceipt>([&](Connection& c) { return sqlite::undo_import(c, id); });
    revisions_.touch_all();
    return receipt;
  }
  Expected<std::vector<ImportReceipt>> imports() override {
    return read([](Connection& c) { return sqlite::imports(c); });
  }

  Expected<void> backup(const fs::path& target, const CancelToken& cancel) override;
  Expected<void> check() override;

  StoreCondition condition() override { return writer_ ? writer_->condition() : StoreCondition(); }
  StoreCondition look_for_room() override {
    if (condition().mode == StoreCondition::Mode::Full) std::ignore = write<void>(sqlite::write_little);  // what comes of it is in the condition
    return condition();
  }

 private:
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Connection&>())) {
    return readers_.with_one(std::move(work));
  }

  /// Whoever reads keeps the journal from being emptied.
  Expected<void> empty_journal() {
    return readers_.while_idle([this](std::span<Connection>) { return writer_->maintain(sqlite::empty_journal); });
  }

  /// Several statements that must see one state, although the writer goes on meanwhile.
  template <class Work>
  auto read_together(Work work) -> decltype(work(std::declval<Connection&>())) {
    return readers_.with_one([&](Connection& reader) -> decltype(work(reader)) {
      CINELOOM_TRY(reader.execute("BEGIN"));
      auto result = work(reader);
      const auto ended = reader.execute("COMMIT");
      if (result && !ended) return std::unexpected(ended.error());
      return result;
    });
  }

  template <class T, class Work>
  Expected<T> write(Work work) {
    if (!writer_) return fail(ErrorCode::InvalidArgument, "the store was opened for reading only");
    if constexpr (std::is_void_v<T>) {
      return writer_->write(std::move(work));
    } else {
      std::optional<T> result;
      CINELOOM_TRY(writer_->write([&](Connection& connection) -> Expected<void> {
        CINELOOM_TRY_ASSIGN(result, work(connection));
        return {};
      }));
      return std::move(*result);
    }
  }

  fs::path file_;
  FileDescriptor lock_;  // held while this process is the folder's writer
  sqlite::Readers readers_;
  RevisionCounter revisions_;
  std::unique_ptr<sqlite::Writer> writer_;
};

Expected<void> SqliteStore::backup(const fs::path& target, const CancelToken& cancel) {
  std::error_code error;
  if (fs::exists(target, error)) {
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("'{}' exists", target.string())).advise("name a file that does not exist"));
  }
  if (const fs::path folder = target.parent_path(); !folder.empty() && !fs::is_directory(folder, error)) {
    return std::unexpected(
        Error(ErrorCode::NotFound, fmt::format("there is no folder '{}'", folder.string())).advise("make it first, or name a file in another folder"));
  }
  return read([&](Connection& c) { return sqlite::copy_to(c, target, cancel); });
}

Expected<void> SqliteStore::check() {
  return read([](Connection& c) -> Expected<void> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("PRAGMA integrity_check(1)"));
    CINELOOM_TRY(statement->step());
    const std::string finding(statement->text(0));
    statement->reset();
    if (finding == "ok") return {};
    return std::unexpected(Error(ErrorCode::DataLoss, "the store is damaged: " + finding).advise("restore a backup"));
  });
}

Expected<Connection> open_reader(const fs::path& file) {
  // Read-write at the file level, because a WAL reader must be able to make the shared-memory file; query_only forbids writes.
  CINELOOM_TRY_ASSIGN(Connection reader, Connection::open(file, sqlite::Access::ReadWrite));
  sqlite3_db_config(reader.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  CINELOOM_TRY(reader.execute(kReaderSettings));
  return reader;
}

/// Goes on with a sealing that was killed.
Expected<void> finish_sealing(Connection& writer) {
  Progress silent;
  return sqlite::seal_all(writer, silent, CancelToken());
}

Expected<void> share_keys(Connection& writer, Connection& reader) {
  CINELOOM_TRY_ASSIGN(const auto row, sqlite::sealing_row(writer));
  CINELOOM_TRY_ASSIGN(auto vault, writer.vault()->twin(*row));
  std::ignore = reader.use(std::move(vault));
  return {};
}

Expected<std::unique_ptr<Store>> open_for_writing(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return std::unexpected(
        Error(ErrorCode::Unavailable, fmt::format("cannot make '{}': {}", folder.string(), error.message())).advise("choose another folder with --data"));
  }
  CINELOOM_TRY_ASSIGN(FileDescriptor lock, sqlite::lock_folder(folder));
  CINELOOM_TRY_ASSIGN(Connection writer, Connection::open(file, sqlite::Access::ReadWrite));
  CINELOOM_TRY_ASSIGN(auto vault, sqlite::unlock(writer, folder));  // before anything is written
  CINELOOM_TRY(writer.execute(sqlite::kWriterSettings));
  CINELOOM_TRY(sqlite::migrate(writer));
  std::ignore = writer.use(std::move(vault));
  if (writer.vault() != nullptr) CINELOOM_TRY(finish_sealing(writer));
  std::vector<Connection> readers;
  for (int i = 0; i < kReaders; ++i) {
    CINELOOM_TRY_ASSIGN(Connection reader, open_reader(file));
    if (writer.vault() != nullptr) CINELOOM_TRY(share_keys(writer, reader));
    readers.push_back(std::move(reader));
  }
  return std::make_unique<SqliteStore>(file, std::move(lock), std::move(readers), std::make_unique<sqlite::Writer>(std::move(writer)));
}

}  // namespace

Expected<std::unique_ptr<Store>> open_sqlite_store(const fs::path& folder, StoreAccess access) {
  const fs::path file = folder / "cineloom.db";
  if (access == StoreAccess::ReadWrite) return open_for_writing(folder, file);
  std::error_code error;
  if (!fs::exists(file, error)) {
    return std::unexpected(
        Error(ErrorCode::NotFound, fmt::format("there is no library in '{}'", folder.string())).advise("import something first, or run 'cineloom demo'"));
  }
  CINELOOM_TRY_ASSIGN(Connection reader, open_reader(file));
  CINELOOM_TRY_ASSIGN(const sqlite::SchemaAge age, sqlite::schema_age(reader));
  // A reader cannot bring an older store to this program's schema, so it is opened for writing once.
  CINELOOM_TRY_ASSIGN(const auto sealing, sqlite::sealing_row(reader));
  if (age == sqlite::SchemaAge::Older || (sealing && sealing->state != sqlite::SealingState::Done)) {
    CINELOOM_TRY_ASSIGN_IN(const auto renewed, open_for_writing(folder, file), "bringing the library to this program's version");
  }
  CINELOOM_TRY_ASSIGN(auto vault, sqlite::unlock(reader, folder));
  std::ignore = reader.use(std::move(vault));
  std::vector<Connection> readers;
  readers.push_back(std::move(reader));
  return std::make_unique<SqliteStore>(file, FileDescriptor(), std::move(readers), nullptr);
}

}  // namespace cineloom
