#include "store/sealing.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "store/internal/folder_lock.h"
#include "store/internal/schema.h"
#include "store/internal/sealing.h"
#include "store/internal/tables.h"
#include "store/internal/unlock.h"
#include "store/sqlite_store.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using privacy::KeyChoice;
using sqlite::Connection;
using sqlite::SealingRow;
using sqlite::SealingState;
using sqlite::Statement;
using sqlite::Vault;

/// Where the key is, and where the one before it was, until a rotation is through.
struct KeyPlaces {
  KeyChoice now;
  KeyChoice before;
};

fs::path places_file(const fs::path& folder) { return folder / "key.json"; }

boost::json::value to_value(const KeyChoice& key) {
  if (!key.passphrase_file.empty()) return {{"passphrase_file", key.passphrase_file.string()}};
  if (!key.credential.empty()) return {{"credential", key.credential}};
  if (!key.file.empty()) return {{"file", key.file.string()}};
  return nullptr;
}

KeyChoice choice_of(const boost::json::object& places, std::string_view name) {
  KeyChoice key;
  const auto* place = places.if_contains(name);
  if (place == nullptr || !place->is_object()) return key;
  const auto text = [&](std::string_view kind) -> std::string {
    const auto* found = place->get_object().if_contains(kind);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
  };
  key.file = text("file");
  key.passphrase_file = text("passphrase_file");
  key.credential = text("credential");
  return key;
}

Expected<KeyPlaces> read_places(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(places_file(folder), error)) return KeyPlaces();
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(places_file(folder)));
  const auto places = json::parse(text);
  if (!places || !places->is_object()) {
    return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("'{}' does not say where the library's key is", places_file(folder).string()))
                               .advise("say it anew: cineloom keys use --key-file FILE"));
  }
  return KeyPlaces{.now = choice_of(places->get_object(), "key"), .before = choice_of(places->get_object(), "before")};
}

Expected<void> write_places(const fs::path& folder, const KeyPlaces& places) {
  const boost::json::value text{{"key", to_value(places.now)}, {"before", to_value(places.before)}};
  return write_file(places_file(folder), boost::json::serialize(text) + "\n");
}

/// A path means the same wherever the program is started.
Expected<KeyChoice> absolute(const KeyChoice& key) {
  KeyChoice place = key;
  std::error_code error;
  if (!place.file.empty()) place.file = fs::absolute(place.file, error);
  if (!place.passphrase_file.empty()) place.passphrase_file = fs::absolute(place.passphrase_file, error);
  if (error) return fail(ErrorCode::InvalidArgument, "the key's path means nothing here: " + error.message());
  return place;
}

/// The secret behind a choice; wiped when it goes.
class Source {
 public:
  static Expected<Source> read(const KeyChoice& key) {
    CINELOOM_TRY_ASSIGN(privacy::KeySource source, privacy::read_key(key));
    return Source(std::move(source));
  }
  Source(Source&& other) noexcept : source_(std::move(other.source_)) { privacy::wipe(other.source_.secret); }
  Source& operator=(Source&&) = delete;
  ~Source() { privacy::wipe(source_.secret); }
  [[nodiscard]] const privacy::KeySource& get() const { return source_; }

 private:
  explicit Source(privacy::KeySource&& source) : source_(std::move(source)) { privacy::wipe(source.secret); }
  privacy::KeySource source_;
};

Expected<std::shared_ptr<Vault>> open_vault(const SealingRow& row, const KeyChoice& key) {
  CINELOOM_TRY_ASSIGN(const Source source, Source::read(key));
  return Vault::open(row, source.get());
}

constexpr auto kNextStep = "put the key back where it was, or say where it is: cineloom keys use --key-file FILE";

/// Whether the library may be written to, and everything that is needed for it.
struct Opened {
  FileDescriptor lock;
  Connection connection;
};

Expected<Opened> open_alone(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  CINELOOM_TRY_ASSIGN(FileDescriptor lock, sqlite::lock_folder(folder));
  CINELOOM_TRY_ASSIGN(Connection connection, Connection::open(folder / "cineloom.db", sqlite::Access::ReadWrite));
  CINELOOM_TRY(connection.execute(sqlite::kWriterSettings));
  return Opened{.lock = std::move(lock), .connection = std::move(connection)};
}

Expected<SealingRow> require_sealed(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const auto row, sqlite::sealing_row(connection));
  if (row) return *row;
  return std::unexpected(Error(ErrorCode::NotFound, "the library is not sealed").advise("seal it with: cineloom keys seal --key-file FILE"));
}

/// Of the two places that a rotation which was cut short leaves, the one whose key opens the library.
Expected<KeyChoice> key_that_opens(const SealingRow& row, const fs::path& folder) {
  CINELOOM_TRY_ASSIGN(const KeyPlaces places, read_places(folder));
  return open_vault(row, places.now) ? places.now : places.before;
}

/// A sealed library, open with its keys and sealed to the end.
Expected<Opened> open_sealed(const fs::path& folder) {
  CINELOOM_TRY_ASSIGN(Opened opened, open_alone(folder));
  CINELOOM_TRY(require_sealed(opened.connection));
  CINELOOM_TRY_ASSIGN(auto vault, sqlite::unlock(opened.connection, folder));
  CINELOOM_TRY(sqlite::migrate(opened.connection));
  std::ignore = opened.connection.use(std::move(vault));
  Progress silent;
  CINELOOM_TRY(sqlite::seal_all(opened.connection, silent, CancelToken()));
  return opened;
}

Expected<SealingRow> first_row(const privacy::KeySource& source) {
  SealingRow row{.is_passphrase = source.is_passphrase};
  CINELOOM_TRY_ASSIGN(const privacy::CellKey household, privacy::CellKey::make());
  CINELOOM_TRY_ASSIGN(row.salt, privacy::new_salt());
  CINELOOM_TRY_ASSIGN(const privacy::MasterKey master, privacy::key_of(source, row.salt, row.cost));
  row.household = household.wrap(master, {.owner = 0, .version = row.household_version, .master_version = row.master_version});
  return row;
}

Expected<std::int64_t> number(Connection& connection, std::string_view question) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(question));
  CINELOOM_TRY(statement->step());
  const std::int64_t found = statement->integer(0);
  statement->reset();
  return found;
}

}  // namespace

namespace sqlite {

Expected<std::shared_ptr<Vault>> unlock(Connection& connection, const fs::path& folder) {
  CINELOOM_TRY_ASSIGN(const auto row, sealing_row(connection));
  if (!row) return std::shared_ptr<Vault>();
  CINELOOM_TRY_ASSIGN(const KeyPlaces places, read_places(folder));
  if (places.now.is_none()) {
    return std::unexpected(Error(ErrorCode::NotFound, "the library is sealed, and nothing says where its key is").advise("cineloom keys use --key-file FILE"));
  }
  auto vault = open_vault(*row, places.now);
  if (vault) return vault;
  if (!places.before.is_none()) {
    if (auto before = open_vault(*row, places.before)) return before;
  }
  return std::unexpected(
      Error(vault.error().code(), fmt::format("the library is sealed and its key does not open it: {}", vault.error().message())).advise(kNextStep));
}

Expected<std::shared_ptr<Vault>> unlock_with(Connection& connection, const KeyChoice& key) {
  CINELOOM_TRY_ASSIGN(const auto row, sealing_row(connection));
  if (!row) return std::shared_ptr<Vault>();
  if (key.is_none()) return fail(ErrorCode::InvalidArgument, "it is a copy of a sealed library, and no key was named");
  return open_vault(*row, key);
}

}  // namespace sqlite

Expected<KeyChoice> library_key(const fs::path& folder) {
  CINELOOM_TRY_ASSIGN(const KeyPlaces places, read_places(folder));
  return places.now;
}

Expected<SealingStatus> sealing_status(const fs::path& folder) {
  std::error_code error;
  const fs::path file = folder / "cineloom.db";
  if (!fs::exists(file, error)) return fail(ErrorCode::NotFound, fmt::format("there is no library in '{}'", folder.string()));
  CINELOOM_TRY_ASSIGN(Connection reader, Connection::open(file, sqlite::Access::ReadWrite));
  sqlite3_db_config(reader.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  CINELOOM_TRY(reader.execute("PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0"));
  SealingStatus status;
  CINELOOM_TRY_ASSIGN(status.viewers, number(reader, "SELECT count(*) FROM viewers"));
  CINELOOM_TRY_ASSIGN(const auto row, sqlite::sealing_row(reader));
  if (!row) return status;
  status.sealing = row->state == SealingState::Done ? Sealing::Done : Sealing::UnderWay;
  status.master_version = row->master_version;
  status.data_version = row->household_version;
  CINELOOM_TRY_ASSIGN(status.keys, number(reader, "SELECT count(*) FROM viewer_keys"));
  CINELOOM_TRY_ASSIGN(status.outdated, number(reader, "SELECT count(*) FROM viewer_keys WHERE version<(SELECT max(version) FROM viewer_keys)"));
  CINELOOM_TRY_ASSIGN(status.key, library_key(folder));
  if (const auto vault = sqlite::unlock(reader, folder); !vault) status.failure = vault.error().describe();
  return status;
}

Expected<void> seal_library(const fs::path& folder, const KeyChoice& key, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const KeyChoice place, absolute(key));
  CINELOOM_TRY_ASSIGN(const Source source, Source::read(place));
  CINELOOM_TRY_ASSIGN(Opened opened, open_alone(folder));
  CINELOOM_TRY_ASSIGN(const auto known, sqlite::sealing_row(opened.connection));
  if (known && known->state == SealingState::Done) {
    return std::unexpected(Error(ErrorCode::Conflict, "the library is sealed already").advise("another key: cineloom keys rotate --key-file FILE"));
  }
  CINELOOM_TRY(sqlite::migrate(opened.connection));
  if (!known) {
    CINELOOM_TRY(write_places(folder, {.now = place, .before = {}}));  // before anything is sealed that it is needed for
    CINELOOM_TRY_ASSIGN(const SealingRow row, first_row(source.get()));
    CINELOOM_TRY(sqlite::put_sealing_row(opened.connection, row));
  }
  CINELOOM_TRY_ASSIGN(const SealingRow row, require_sealed(opened.connection));
  CINELOOM_TRY_ASSIGN(auto vault, open_vault(row, place));
  std::ignore = opened.connection.use(std::move(vault));
  return sqlite::seal_all(opened.connection, progress, cancel);
}

Expected<void> use_library_key(const fs::path& folder, const KeyChoice& key) {
  CINELOOM_TRY_ASSIGN(const KeyChoice place, absolute(key));
  CINELOOM_TRY_ASSIGN(Opened opened, open_alone(folder));
  CINELOOM_TRY_ASSIGN(const SealingRow row, require_sealed(opened.connection));
  CINELOOM_TRY(open_vault(row, place));
  return write_places(folder, {.now = place, .before = {}});
}

Expected<int> rotate_master_key(const fs::path& folder, const KeyChoice& next) {
  CINELOOM_TRY_ASSIGN(const KeyChoice place, absolute(next));
  CINELOOM_TRY_ASSIGN(const Source source, Source::read(place));
  CINELOOM_TRY_ASSIGN(Opened opened, open_sealed(folder));
  CINELOOM_TRY_ASSIGN(SealingRow row, require_sealed(opened.connection));
  CINELOOM_TRY_ASSIGN(const KeyChoice before, key_that_opens(row, folder));
  row.is_passphrase = source.get().is_passphrase;
  CINELOOM_TRY_ASSIGN(row.salt, privacy::new_salt());
  row.cost = {};
  ++row.master_version;
  CINELOOM_TRY(write_places(folder, {.now = place, .before = before}));  // whichever way a power cut leaves it, one of the two opens it
  CINELOOM_TRY_ASSIGN(const int viewers, sqlite::rewrap_keys(opened.connection, source.get(), row));
  CINELOOM_TRY(write_places(folder, {.now = place, .before = {}}));
  return viewers;
}

Expected<std::int64_t> rotate_data_keys(const fs::path& folder, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(Opened opened, open_sealed(folder));
  CINELOOM_TRY_ASSIGN(const SealingRow row, require_sealed(opened.connection));
  return sqlite::renew_data_keys(opened.connection, row.household_version, progress, cancel);
}

Expected<ErasedRows> erase_from_backup(const fs::path& file, std::string_view viewer, std::span<const std::string> models, const KeyChoice& key) {
  std::error_code error;
  if (!fs::exists(file, error)) return fail(ErrorCode::NotFound, fmt::format("there is no file '{}'", file.string()));
  CINELOOM_TRY_ASSIGN(Connection copy, Connection::open(file, sqlite::Access::ReadWrite));
  CINELOOM_TRY(sqlite::schema_age(copy));
  CINELOOM_TRY_ASSIGN(auto vault, sqlite::unlock_with(copy, key));
  CINELOOM_TRY(copy.execute(sqlite::kWriterSettings));
  std::ignore = copy.use(std::move(vault));
  CINELOOM_TRY_ASSIGN(const auto known, sqlite::find_viewer(copy, viewer));
  if (!known) return ErasedRows();
  CINELOOM_TRY(copy.execute("BEGIN IMMEDIATE"));
  CINELOOM_TRY_ASSIGN(const ErasedRows rows, sqlite::erase_viewer(copy, *known, models));
  CINELOOM_TRY(copy.execute("COMMIT"));
  CINELOOM_TRY(sqlite::scrub(copy));
  return rows;
}

Expected<ErasedRows> erase_from_backup(const fs::path& file, std::string_view viewer, std::span<const std::string> models) {
  return erase_from_backup(file, viewer, models, KeyChoice());
}

}  // namespace cineloom
