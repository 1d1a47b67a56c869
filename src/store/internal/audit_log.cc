#include "store/internal/audit_log.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "base/sha256.h"

namespace cineloom::sqlite {
namespace {

/// Every field in its place, quoted, so that no two lines have one text.
std::string hash_of(std::string_view before, const AuditEntry& entry) {
  Sha256 sum;
  sum.add(before);
  sum.add(fmt::format("\n[{},{},{},{},{},{}]", entry.number, entry.at.time_since_epoch().count(), json_string(json::enum_name(entry.action)),
                      entry.account.number(), json_string(entry.address), json_string(entry.detail)));
  return std::move(sum).finish();
}

Expected<AuditEntry> entry_at(const Statement& row) {
  const auto action = json::enum_from_name<AuditAction>(row.text(2));
  if (!action) return fail(ErrorCode::DataLoss, fmt::format("line {} of the audit log says an unknown '{}'", row.integer(0), row.text(2)));
  return AuditEntry{.number = row.integer(0),
                    .at = Timestamp(std::chrono::milliseconds(row.integer(1))),
                    .action = *action,
                    .account = AccountId(row.integer(3)),
                    .address = std::string(row.text(4)),
                    .detail = std::string(row.text(5)),
                    .hash = std::string(row.text(6))};
}

Expected<std::vector<AuditEntry>> entries_of(Statement& statement) {
  std::vector<AuditEntry> entries;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement.step());
    if (step == Statement::Step::Done) return entries;
    CINELOOM_TRY_ASSIGN(AuditEntry entry, entry_at(statement));
    entries.push_back(std::move(entry));
  }
}

std::unexpected<Error> broken(std::int64_t number) {
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("line {} of the audit log is not the line that was written there", number))
                             .advise("compare it with a backup; somebody changed the file"));
}

}  // namespace

Expected<void> add_audit_entry(Connection& connection, AccountId account, const AuditNote& note) {
  CINELOOM_TRY_ASSIGN(const auto last, audit_entries(connection, 1));
  AuditEntry entry{.number = last.empty() ? 1 : last.front().number + 1,
                   .at = note.at,
                   .action = note.action,
                   .account = account,
                   .address = note.address,
                   .detail = note.detail};
  entry.hash = hash_of(last.empty() ? "" : last.front().hash, entry);
  const std::string action = json::enum_name(entry.action);
  return connection.run("INSERT INTO audit(number, at, action, account, address, detail, hash) VALUES(?,?,?,?,?,?,?)", entry.number,
                        static_cast<std::int64_t>(entry.at.time_since_epoch().count()), std::string_view(action), account.number(),
                        std::string_view(entry.address), std::string_view(entry.detail), std::string_view(entry.hash));
}

Expected<std::vector<AuditEntry>> audit_entries(Connection& connection, int limit) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT number, at, action, account, address, detail, hash FROM audit ORDER BY number DESC LIMIT ?"));
  statement->bind(1, std::int64_t{limit});
  auto entries = entries_of(*statement);
  statement->reset();
  return entries;
}

Expected<std::int64_t> check_audit(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT number, at, action, account, address, detail, hash FROM audit ORDER BY number"));
  std::string before;
  std::int64_t count = 0;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    const auto entry = entry_at(*statement);
    if (!entry || entry->number != count + 1 || entry->hash != hash_of(before, *entry)) {
      statement->reset();
      return broken(count + 1);
    }
    before = entry->hash;
    ++count;
  }
  statement->reset();
  return count;
}

}  // namespace cineloom::sqlite
