#include "store/restore.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "store/internal/folder_lock.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/schema.h"
#include "store/internal/sqlite.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::Statement;

Expected<std::string> first_text(Connection& connection, std::string_view question) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(question));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  std::string text(step == Statement::Step::Row ? statement->text(0) : std::string_view());
  statement->reset();
  return text;
}

Expected<std::int64_t> count(Connection& connection, std::string_view table) {
  CINELOOM_TRY_ASSIGN(const std::string text, first_text(connection, fmt::format("SELECT count(*) FROM {}", table)));
  return std::atoll(text.c_str());
}

/// Reads all of it, and gives it the newest schema.
Expected<RestoreReceipt> examine(const fs::path& file) {
  CINELOOM_TRY_ASSIGN(Connection copy, Connection::open(file, sqlite::Access::ReadWrite));
  CINELOOM_TRY(sqlite::schema_age(copy));
  CINELOOM_TRY_ASSIGN(const std::string finding, first_text(copy, "PRAGMA integrity_check(1)"));
  if (finding != "ok") return fail(ErrorCode::DataLoss, "the copy is damaged: " + finding);
  CINELOOM_TRY_ASSIGN(const std::string orphan, first_text(copy, "PRAGMA foreign_key_check"));
  if (!orphan.empty()) return fail(ErrorCode::DataLoss, fmt::format("the copy is damaged: rows of {} refer to nothing", orphan));
  CINELOOM_TRY(copy.execute("PRAGMA synchronous=FULL"));
  CINELOOM_TRY(sqlite::migrate(copy));
  RestoreReceipt receipt;
  CINELOOM_TRY_ASSIGN(receipt.films, count(copy, "films"));
  CINELOOM_TRY_ASSIGN(receipt.viewers, count(copy, "viewers"));
  CINELOOM_TRY_ASSIGN(receipt.events, count(copy, "events WHERE stands=1"));
  CINELOOM_TRY_ASSIGN(const std::int64_t sealed, count(copy, "sealed_events WHERE stands=1"));
  receipt.events += sealed;
  CINELOOM_TRY_ASSIGN(const std::int64_t packed, sqlite::packed_count(copy));
  receipt.events += packed;
  // One file without a journal beside it: what is renamed is all there is.
  CINELOOM_TRY_ASSIGN(const std::string mode, first_text(copy, "PRAGMA journal_mode=DELETE"));
  if (mode != "delete") return fail(ErrorCode::Unavailable, "the copy is being read by another program");
  return receipt;
}

/// The old store is made one file too: its journal must not be taken for the new one's.
Expected<void> close_old(const fs::path& file) {
  CINELOOM_TRY_ASSIGN(Connection old, Connection::open(file, sqlite::Access::ReadWrite));
  CINELOOM_TRY_ASSIGN(const std::string mode, first_text(old, "PRAGMA journal_mode=DELETE"));
  if (mode == "delete") return {};
  return std::unexpected(Error(ErrorCode::Unavailable, "another program reads the library").advise("close it, and restore again"));
}

Expected<void> sync(const fs::path& path) {
  const FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() >= 0 && ::fsync(descriptor.get()) == 0) return {};
  return fail(ErrorCode::Unavailable, fmt::format("cannot write '{}'", path.string()));
}

void remove_with_journals(const fs::path& file) {
  std::error_code ignored;  // it is not there
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + ending, ignored);
}

/// What was told of viewers stays told: the ledger of the library that is replaced is entered into the copy's, where it can be read.
Expected<void> carry_releases(const fs::path& old, const fs::path& incoming) {
  CINELOOM_TRY_ASSIGN(Connection copy, Connection::open(incoming, sqlite::Access::ReadWrite));
  CINELOOM_TRY(copy.execute("PRAGMA synchronous=FULL"));
  CINELOOM_TRY(copy.run("ATTACH ? AS old", std::string_view(old.native())));
  return copy.execute(
      "INSERT INTO main.releases(at, what, mu, epsilon, delta) SELECT at, what, mu, epsilon, delta FROM old.releases o "
      "WHERE NOT EXISTS (SELECT 1 FROM main.releases m WHERE m.at=o.at AND m.what=o.what AND m.mu=o.mu) ORDER BY o.id");
}

Expected<RestoreReceipt> take_in(const fs::path& folder, Replacing replacing) {
  const fs::path store = folder / "cineloom.db";
  CINELOOM_TRY_ASSIGN(const FileDescriptor lock, sqlite::lock_folder(folder));
  std::error_code error;
  const bool is_there = fs::exists(store, error);
  if (is_there && replacing == Replacing::No) {
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("there is a library in '{}'", folder.string()))
                               .advise("choose another folder with --data, or give it up with --replace"));
  }
  CINELOOM_TRY_ASSIGN(RestoreReceipt receipt, examine(incoming_store(folder)));
  if (is_there) {
    CINELOOM_TRY(close_old(store));
    // A copy often comes because the library is damaged: that is told, and no reason to stay without one.
    receipt.has_ledger = carry_releases(store, incoming_store(folder)).has_value();
  }
  CINELOOM_TRY(sync(incoming_store(folder)));
  if (!is_there) remove_with_journals(store);  // a store that somebody removed by hand may have left its journal
  fs::rename(incoming_store(folder), store, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot write '{}': {}", store.string(), error.message()));
  CINELOOM_TRY(sync(folder));
  return receipt;
}

}  // namespace

fs::path incoming_store(const fs::path& folder) { return folder / "cineloom.db.incoming"; }

void clear_incoming_store(const fs::path& folder) { remove_with_journals(incoming_store(folder)); }

Expected<RestoreReceipt> take_in_store(const fs::path& folder, Replacing replacing) {
  auto receipt = take_in(folder, replacing);
  if (receipt) return receipt;
  clear_incoming_store(folder);
  return receipt;
}

}  // namespace cineloom
