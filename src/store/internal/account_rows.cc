#include "store/internal/account_rows.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "base/sha256.h"

namespace cineloom::store {
namespace {

/// Every field in its place, quoted, so that no two lines have one text.
std::string hash_of(std::string_view before, const AuditEntry& entry) {
  Sha256 sum;
  sum.add(before);
  sum.add(fmt::format("\n[{},{},{},{},{},{}]", entry.number, entry.at.time_since_epoch().count(), json_string(json::enum_name(entry.action)),
                      entry.account.number(), json_string(entry.address), json_string(entry.detail)));
  return std::move(sum).finish();
}

}  // namespace

std::string text_of(const std::vector<Scope>& scopes) {
  std::string text;
  for (const Scope scope : scopes) text += (text.empty() ? "" : ",") + json::enum_name(scope);
  return text;
}

Expected<std::vector<Scope>> scopes_of(std::string_view text) {
  std::vector<Scope> scopes;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(','));
    const auto scope = json::enum_from_name<Scope>(name);
    if (!scope) return fail(ErrorCode::DataLoss, fmt::format("a token has the unknown scope '{}'", name));
    scopes.push_back(*scope);
    text.remove_prefix(std::min(name.size() + 1, text.size()));
  }
  return scopes;
}

Expected<Role> role_of(std::string_view text) {
  const auto role = json::enum_from_name<Role>(text);
  if (role) return *role;
  return fail(ErrorCode::DataLoss, fmt::format("an account has the unknown role '{}'", text));
}

Expected<AuditAction> action_of(std::string_view text, std::int64_t line) {
  const auto action = json::enum_from_name<AuditAction>(text);
  if (action) return *action;
  return fail(ErrorCode::DataLoss, fmt::format("line {} of the audit log says an unknown '{}'", line, text));
}

AuditEntry next_entry(const AuditEntry* last, AccountId account, const AuditNote& note) {
  AuditEntry entry{.number = last == nullptr ? 1 : last->number + 1,
                   .at = note.at,
                   .action = note.action,
                   .account = account,
                   .address = note.address,
                   .detail = note.detail};
  entry.hash = hash_of(last == nullptr ? "" : last->hash, entry);
  return entry;
}

bool is_next(const AuditEntry& entry, std::int64_t number_before, std::string_view before) {
  return entry.number == number_before + 1 && entry.hash == hash_of(before, entry);
}

std::unexpected<Error> broken_log(std::int64_t number) {
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("line {} of the audit log is not the line that was written there", number))
                             .advise("compare it with a backup; somebody changed it"));
}

std::unexpected<Error> name_taken(std::string_view name) {
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("there is an account '{}'", name)).advise("choose another name"));
}

Expected<void> require_admin_left(std::int64_t others, std::int64_t admins) {
  if (others == 0 || admins > 0) return {};
  return std::unexpected(Error(ErrorCode::Conflict, "this is the only admin").advise("add another admin first, or remove the others"));
}

}  // namespace cineloom::store
