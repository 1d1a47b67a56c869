#include "store/internal/sqlite.h"

#include <fmt/format.h>

#include "store/internal/film_search.h"

namespace cineloom::sqlite {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr int kPagesPerCopyStep = 1024;  // 4 MB: some milliseconds, so that a request to stop is seen

ErrorCode code_of(int result) {
  switch (result & 0xFF) {
    case SQLITE_FULL: return ErrorCode::ResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::DataLoss;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY: return ErrorCode::Unavailable;
    default: return ErrorCode::Internal;
  }
}

std::string_view next_step_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::ResourceExhausted: return "free some disk space and try again; nothing was changed";
    case ErrorCode::DataLoss: return "put a backup in place of cineloom.db, or choose another folder with --data";
    case ErrorCode::Unavailable: return "check that the data folder is there and writable";
    default: return "";
  }
}

}  // namespace

Error last_error(sqlite3* handle) {
  const ErrorCode code = code_of(sqlite3_extended_errcode(handle));
  return Error(code, fmt::format("the store says: {}", sqlite3_errmsg(handle))).advise(next_step_of(code));
}

void Statement::bind(int position, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_text64(statement_.get(), position, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int position, std::string_view value) { sqlite3_bind_blob64(statement_.get(), position, value.data(), value.size(), SQLITE_STATIC); }

void Statement::bind(int position, std::optional<double> value) {
  if (value) {
    bind(position, *value);
  } else {
    sqlite3_bind_null(statement_.get(), position);
  }
}

Expected<Statement::Step> Statement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW: return Step::Row;
    case SQLITE_DONE: return Step::Done;
    default:
      Error error = last_error(sqlite3_db_handle(statement_.get()));
      reset();
      return std::unexpected(std::move(error));
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::optional<double> Statement::optional_real(int column) const {
  if (is_null(column)) return std::nullopt;
  return real(column);
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Expected<Connection> Connection::open(const std::filesystem::path& file, Access access) {
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (access == Access::ReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  Connection connection(handle);
  if (result != SQLITE_OK) { return fail_in(last_error(handle), fmt::format("opening '{}'", file.string())); }
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  CINELOOM_TRY(add_tokenizer(connection));
  return connection;
}

Expected<Statement*> Connection::prepare(std::string_view text) {
  auto found = statements_.find(std::string(text));
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) return std::unexpected(last_error(handle_.get()));
    found = statements_.emplace(std::string(text), std::make_unique<Statement>(statement)).first;
  }
  found->second->reset();
  return found->second.get();
}

Expected<void> Connection::execute(const std::string& text) {
  if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(last_error(handle_.get()));
}

namespace {

Expected<void> copy_pages(Connection& source, const std::filesystem::path& target, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(Connection copy, Connection::open(target, Access::ReadWrite));
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle(), "main", source.handle(), "main");
  if (backup == nullptr) return std::unexpected(last_error(copy.handle()));
  while (!cancel.is_cancelled() && sqlite3_backup_step(backup, kPagesPerCopyStep) == SQLITE_OK) {}
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return std::unexpected(last_error(copy.handle()));
  return cancel.check();
}

}  // namespace

Expected<void> copy_to(Connection& source, const std::filesystem::path& target, const CancelToken& cancel) {
  const std::filesystem::path partial = target.string() + ".partial";
  std::error_code error;
  std::filesystem::remove(partial, error);  // of a copy that a power cut ended
  if (auto copied = copy_pages(source, partial, cancel); !copied) {
    std::filesystem::remove(partial, error);  // the failure of the copy is the one to tell
    return fail_in(std::move(copied).error(), fmt::format("copying to '{}'", target.string()));
  }
  std::filesystem::rename(partial, target, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot write '{}': {}", target.string(), error.message()));
  return {};
}

}  // namespace cineloom::sqlite
