#include "store/internal/audit_log.h"

#include "base/json.h"
#include "store/internal/account_rows.h"

namespace cineloom::sqlite {
namespace {

Expected<AuditEntry> entry_at(const Statement& row) {
  CINELOOM_TRY_ASSIGN(const AuditAction action, store::action_of(row.text(2), row.integer(0)));
  return AuditEntry{.number = row.integer(0),
                    .at = Timestamp(std::chrono::milliseconds(row.integer(1))),
                    .action = action,
                    .account = AccountId(row.integer(3)),
                    .address = std::string(row.text(4)),
                    .detail = std::string(row.text(5)),
                    .hash = std::string(row.text(6))};
}

}  // namespace

Expected<void> add_audit_entry(Connection& connection, AccountId account, const AuditNote& note) {
  CINELOOM_TRY_ASSIGN(const auto last, audit_entries(connection, 1));
  const AuditEntry entry = store::next_entry(last.empty() ? nullptr : &last.front(), account, note);
  const std::string action = json::enum_name(entry.action);
  return connection.run("INSERT INTO audit(number, at, action, account, address, detail, hash) VALUES(?,?,?,?,?,?,?)", entry.number,
                        static_cast<std::int64_t>(entry.at.time_since_epoch().count()), std::string_view(action), account.number(),
                        std::string_view(entry.address), std::string_view(entry.detail), std::string_view(entry.hash));
}

Expected<std::vector<AuditEntry>> audit_entries(Connection& connection, int limit) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT number, at, action, account, address, detail, hash FROM audit ORDER BY number DESC LIMIT ?"));
  statement->bind(1, std::int64_t{limit});
  return rows(*statement, entry_at);
}

Expected<std::int64_t> check_audit(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT number, at, action, account, address, detail, hash FROM audit ORDER BY number"));
  std::string before;
  std::int64_t count = 0;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    const auto entry = entry_at(*statement);
    if (!entry || !store::is_next(*entry, count, before)) {
      statement->reset();
      return store::broken_log(count + 1);
    }
    before = entry->hash;
    ++count;
  }
  statement->reset();
  return count;
}

}  // namespace cineloom::sqlite
