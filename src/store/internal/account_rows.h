#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/account_store.h"

/// What every store of accounts writes, checks and refuses in the same way.
namespace cineloom::store {

std::string text_of(const std::vector<Scope>& scopes);
/// Errors: DataLoss.
Expected<std::vector<Scope>> scopes_of(std::string_view text);
/// Errors: DataLoss.
Expected<Role> role_of(std::string_view text);
Expected<AuditAction> action_of(std::string_view text, std::int64_t line);

/// The line that comes after `last` (null = the first), with its number and hash.
AuditEntry next_entry(const AuditEntry* last, AccountId account, const AuditNote& note);
/// Whether a line is what was written after `before`, the hash of the one with the number before.
bool is_next(const AuditEntry& entry, std::int64_t number_before, std::string_view before);
std::unexpected<Error> broken_log(std::int64_t number);

std::unexpected<Error> name_taken(std::string_view name);
/// The rule that somebody can always let others in, of those who are left when one goes. Errors: Conflict.
Expected<void> require_admin_left(std::int64_t others, std::int64_t admins);

}  // namespace cineloom::store
