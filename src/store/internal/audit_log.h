#pragma once

#include <vector>

#include "store/account_store.h"
#include "store/internal/sqlite.h"

/// The log of who came in and who changed what; the caller holds the transaction.
namespace cineloom::sqlite {

Expected<void> add_audit_entry(Connection& connection, AccountId account, const AuditNote& note);
Expected<std::vector<AuditEntry>> audit_entries(Connection& connection, int limit);
Expected<std::int64_t> check_audit(Connection& connection);

}  // namespace cineloom::sqlite
