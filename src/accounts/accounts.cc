#include "accounts/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "accounts/password_worker.h"
#include "base/json.h"
#include "base/markup.h"
#include "base/sha256.h"
#include "base/utf8.h"

namespace cineloom::accounts {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostRemembered = 10'000;
constexpr std::string_view kTokenPrefix = "cin_";
constexpr auto kSeenEvery = std::chrono::minutes(5);

std::string hash_of(std::string_view token) {
  Sha256 sum;
  sum.add(token);
  return std::move(sum).finish();
}

/// Whether it has marks that change the direction of what stands behind it: with them one name looks like another.
bool turns_text(std::string_view name) {
  while (!name.empty()) {
    const auto letter = decode_utf8(name);
    if ((letter->code_point >= 0x202A && letter->code_point <= 0x202E) || (letter->code_point >= 0x2066 && letter->code_point <= 0x2069)) return true;
    name.remove_prefix(letter->bytes);
  }
  return false;
}

Expected<void> check_name(std::string_view name, std::string_view what) {
  const bool is_good = !name.empty() && is_valid_utf8(name) && count_characters(name) <= kLongestName && one_line(name) == name && !turns_text(name);
  if (is_good) return {};
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("this name of {} will not do", what))
                             .advise(fmt::format("take 1 to {} letters, without spaces at its ends", kLongestName)));
}

}  // namespace

std::string names_of(std::span<const Scope> scopes) {
  std::string names;
  for (const Scope scope : scopes) names += (names.empty() ? "" : ",") + json::enum_name(scope);
  return names;
}

struct Accounts::Parts {
  Parts(std::unique_ptr<AccountStore> opened, AccountsOptions chosen)
      : options(std::move(chosen)), store(std::move(opened)), limiter(options.login), lane(options.hashing), passwords({.program = options.program}) {
    if (!options.now) options.now = [] { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); };
  }

  struct Known {
    Pass pass;
    std::optional<Session> session;
    std::optional<Timestamp> expires_at;
    Steady::time_point read_at;
    std::uint64_t generation = 0;
  };

  [[nodiscard]] Timestamp now() const { return options.now(); }
  [[nodiscard]] AuditNote note(AuditAction action, std::string_view address, std::string detail = {}) const {
    return {.at = now(), .action = action, .address = std::string(address), .detail = std::move(detail)};
  }

  /// What was read a moment ago.
  std::optional<Known> recall(const std::string& hash) {
    const std::lock_guard lock(mutex);
    const auto found = recent.find(hash);
    if (found == recent.end() || Steady::now() - found->second.read_at >= options.remembered) return std::nullopt;
    return found->second;
  }
  /// What was read before a change is not kept.
  void remember(const std::string& hash, const Known& entry) {
    const std::lock_guard lock(mutex);
    if (entry.generation != generation) return;
    if (recent.size() >= kMostRemembered) recent.clear();
    recent.insert_or_assign(hash, entry);
  }
  [[nodiscard]] Known begin_reading() {
    const std::lock_guard lock(mutex);
    return {.pass = {}, .session = {}, .expires_at = {}, .read_at = Steady::now(), .generation = generation};
  }
  /// What this process changes holds at once.
  template <class T>
  T changed(T result) {
    const std::lock_guard lock(mutex);
    ++generation;
    recent.clear();
    people.reset();
    return result;
  }

  [[nodiscard]] bool is_over(const Session& session) const { return now() - session.made_at >= options.longest || now() - session.seen_at >= options.idle; }
  Expected<std::optional<Known>> read_session(const std::string& hash) {
    Known known = begin_reading();
    CINELOOM_TRY_ASSIGN(known.session, store->session(hash));
    if (!known.session) return std::optional<Known>();
    CINELOOM_TRY_ASSIGN(const auto account, store->account(known.session->account));
    if (!account) return std::optional<Known>();
    known.pass = {.account = *account, .scopes = {}, .is_session = true};
    return std::optional(std::move(known));
  }
  Expected<std::optional<Known>> read_token(const std::string& hash) {
    Known known = begin_reading();
    CINELOOM_TRY_ASSIGN(const auto token, store->find_token(hash));
    if (!token) return std::optional<Known>();
    CINELOOM_TRY_ASSIGN(const auto account, store->account(token->account));
    if (!account) return std::optional<Known>();
    known.expires_at = token->expires_at;
    known.pass = {.account = *account, .scopes = token->scopes};
    return std::optional(std::move(known));
  }

  Expected<Account> prepare(const NewAccount& wanted) const {
    CINELOOM_TRY(check_name(wanted.name, "an account"));
    CINELOOM_TRY(check_password(wanted.password, wanted.name));
    CINELOOM_TRY_ASSIGN(std::string hash, privacy::hash_password(wanted.password, options.cost));
    return Account{.id = {}, .name = wanted.name, .role = wanted.role, .password_hash = std::move(hash), .made_at = now()};
  }

  AccountsOptions options;
  std::unique_ptr<AccountStore> store;
  LoginLimiter limiter;
  SlowLane lane;
  PasswordWorker passwords;
  std::mutex mutex;
  std::uint64_t generation = 0;
  std::unordered_map<std::string, Known> recent;
  std::optional<std::pair<Population, Steady::time_point>> people;
};

Accounts::Accounts(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Accounts::~Accounts() = default;

Expected<std::unique_ptr<Accounts>> Accounts::open(const std::string& address, AccountsOptions options) {
  CINELOOM_TRY_ASSIGN(auto store, open_account_store(address));
  return std::unique_ptr<Accounts>(new Accounts(std::make_unique<Parts>(std::move(store), std::move(options))));
}

Expected<Accounts::Population> Accounts::population() {
  {
    const std::lock_guard lock(parts_->mutex);
    const auto& people = parts_->people;
    if (people && Steady::now() - people->second < parts_->options.remembered) return people->first;
  }
  const auto begun = parts_->begin_reading();
  CINELOOM_TRY_ASSIGN(const auto accounts, parts_->store->accounts());
  const Population found = accounts.empty() ? Population::Nobody : Population::Somebody;
  const std::lock_guard lock(parts_->mutex);
  if (begun.generation == parts_->generation) parts_->people = {found, begun.read_at};
  return found;
}

Expected<std::vector<Account>> Accounts::list() { return parts_->store->accounts(); }

Expected<Account> Accounts::find(std::string_view name) {
  CINELOOM_TRY_ASSIGN(auto found, parts_->store->find_account(name));
  if (found) return *std::move(found);
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no account '{}'", name)).advise("see them with 'cineloom account list'"));
}

Expected<Account> Accounts::add(const NewAccount& wanted, std::string_view address) {
  CINELOOM_TRY_ASSIGN(const Population people, population());
  if (people == Population::Nobody && wanted.role != Role::Admin) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "the first account must be an admin's, or nobody could let others in").advise("add one with --admin first"));
  }
  CINELOOM_TRY_ASSIGN(Account account, parts_->prepare(wanted));
  CINELOOM_TRY_ASSIGN(account.id,
                      parts_->changed(parts_->store->add_account(account, parts_->note(AuditAction::AccountAdded, address, json::enum_name(wanted.role)))));
  return account;
}

Expected<Account> Accounts::add_first(const NewAccount& wanted, std::string_view address) {
  CINELOOM_TRY_ASSIGN(Account account, parts_->prepare(wanted));
  account.role = Role::Admin;
  CINELOOM_TRY_ASSIGN(account.id, parts_->changed(parts_->store->add_first_account(account, parts_->note(AuditAction::AccountAdded, address, "first"))));
  return account;
}

Expected<void> Accounts::remove(AccountId id, std::string_view address) {
  return parts_->changed(parts_->store->remove_account(id, parts_->note(AuditAction::AccountRemoved, address)));
}

Expected<void> Accounts::set_password(const Account& account, const Secret& password, std::string_view address) {
  CINELOOM_TRY(check_password(password, account.name));
  CINELOOM_TRY_ASSIGN(const std::string hash, privacy::hash_password(password, parts_->options.cost));
  return parts_->changed(parts_->store->set_password(account.id, hash, parts_->note(AuditAction::PasswordChanged, address)));
}

std::chrono::seconds Accounts::may_guess(std::string_view what, std::string_view address) { return parts_->limiter.enter(what, address, parts_->now()); }

Expected<SignIn> Accounts::confirm(const Account& account, const Secret& password, std::string_view address) {
  const AccountId id = account.id;
  if (const auto wait = parts_->limiter.enter(account.name, address, parts_->now()); wait.count() > 0) {
    return SignIn{.outcome = SignIn::Outcome::Wait, .wait = wait, .account = {}, .token = {}};
  }
  PasswordAnswer answer;
  const auto pause = parts_->lane.run([&] { answer = parts_->passwords.ask(account.password_hash, password, parts_->options.cost); });
  if (pause.count() > 0) {
    parts_->limiter.withdraw(account.name, address);
    return SignIn{.outcome = SignIn::Outcome::Wait, .wait = pause, .account = {}, .token = {}};
  }
  if (id.is_none() || answer.match == privacy::PasswordMatch::No) {
    CINELOOM_TRY(parts_->store->note(id, parts_->note(AuditAction::SignInFailed, address)));
    return SignIn{.account = {}, .token = {}};
  }
  parts_->limiter.forgive(account.name, address);
  if (!answer.renewed.empty()) CINELOOM_TRY(parts_->store->renew_hash(id, answer.renewed));
  return SignIn{.outcome = SignIn::Outcome::Welcome, .account = account, .token = {}};
}

Expected<SignIn> Accounts::sign_in(const std::string& name, const Secret& password, std::string_view address) {
  std::optional<Account> known;
  // A name that no account can have is not asked for: databases refuse some of them, which is no answer to a guess.
  if (check_name(name, "an account")) { CINELOOM_TRY_ASSIGN(known, parts_->store->find_account(name)); }
  // Who is not known is asked as long as who is.
  const Account account = known ? *known : Account{.id = {}, .name = name, .password_hash = privacy::unmatched_hash(parts_->options.cost), .made_at = {}};
  CINELOOM_TRY_ASSIGN(SignIn result, confirm(account, password, address));
  if (result.outcome != SignIn::Outcome::Welcome) return result;
  CINELOOM_TRY_ASSIGN(result.token, privacy::new_token(""));
  const Timestamp now = parts_->now();
  CINELOOM_TRY(parts_->store->drop_sessions(now - parts_->options.longest, now - parts_->options.idle));
  CINELOOM_TRY(parts_->changed(parts_->store->add_session({.hash = hash_of(result.token.reveal()), .account = account.id, .made_at = now, .seen_at = now},
                                                          parts_->note(AuditAction::SignedIn, address))));
  return result;
}

Expected<std::optional<Pass>> Accounts::by_session(std::string_view token) {
  const std::string hash = hash_of(token);
  std::optional<Parts::Known> found = parts_->recall(hash);
  if (!found) {
    CINELOOM_TRY_ASSIGN(found, parts_->read_session(hash));
    if (!found) return std::optional<Pass>();
  }
  if (!found->session || parts_->is_over(*found->session)) return std::optional<Pass>();
  if (parts_->now() - found->session->seen_at >= kSeenEvery) {
    found->session->seen_at = parts_->now();
    std::ignore = parts_->store->touch_session(hash, found->session->seen_at);  // a full disk signs nobody out
  }
  parts_->remember(hash, *found);
  return std::optional(found->pass);
}

Expected<std::optional<Pass>> Accounts::by_token(std::string_view token) {
  if (!token.starts_with(kTokenPrefix)) return std::optional<Pass>();
  const std::string hash = hash_of(token);
  std::optional<Parts::Known> found = parts_->recall(hash);
  if (!found) {
    CINELOOM_TRY_ASSIGN(found, parts_->read_token(hash));
    if (!found) return std::optional<Pass>();
    parts_->remember(hash, *found);
  }
  if (found->expires_at && parts_->now() >= *found->expires_at) return std::optional<Pass>();
  return std::optional(found->pass);
}

Expected<void> Accounts::sign_out(std::string_view token, std::string_view address) {
  return parts_->changed(parts_->store->end_session(hash_of(token), parts_->note(AuditAction::SignedOut, address)));
}

Expected<void> Accounts::sign_out_everywhere(AccountId account, std::string_view address) {
  return parts_->changed(parts_->store->end_sessions(account, parts_->note(AuditAction::SignedOutEverywhere, address)));
}

Expected<GivenToken> Accounts::add_token(const Account& account, const NewToken& wanted, std::string_view address) {
  CINELOOM_TRY(check_name(wanted.name, "a token"));
  const bool manages = std::ranges::find(wanted.scopes, Scope::Manage) != wanted.scopes.end();
  if (wanted.scopes.empty()) return fail(ErrorCode::InvalidArgument, "a token needs a scope: read, events, stories, models or manage");
  if (manages && account.role != Role::Admin) return fail(ErrorCode::InvalidArgument, "only an admin's token may manage");
  if (wanted.lifetime && (wanted.lifetime->count() < 1 || wanted.lifetime->count() > 3650)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("a token's life: expected 1 to 3650 days, found {}", wanted.lifetime->count()));
  }
  CINELOOM_TRY_ASSIGN(Secret token, privacy::new_token(kTokenPrefix));
  ApiToken kept{.id = {},
                .account = account.id,
                .name = wanted.name,
                .hash = hash_of(token.reveal()),
                .scopes = wanted.scopes,
                .made_at = parts_->now(),
                .expires_at = {}};
  std::ranges::sort(kept.scopes);
  const auto [repeated, end] = std::ranges::unique(kept.scopes);
  kept.scopes.erase(repeated, end);
  if (wanted.lifetime) kept.expires_at = kept.made_at + *wanted.lifetime;
  // The log outlives an account: it says what a token may, not what it is called.
  CINELOOM_TRY_ASSIGN(const TokenId id, parts_->changed(parts_->store->add_token(kept, parts_->note(AuditAction::TokenAdded, address, names_of(kept.scopes)))));
  return GivenToken{.id = id, .token = std::move(token)};
}

Expected<std::vector<ApiToken>> Accounts::tokens(AccountId account) { return parts_->store->tokens(account); }

Expected<void> Accounts::remove_token(AccountId account, TokenId token, std::string_view address) {
  return parts_->changed(parts_->store->remove_token(account, token, parts_->note(AuditAction::TokenRemoved, address)));
}

Expected<std::vector<AuditEntry>> Accounts::audit(int limit) { return parts_->store->audit(limit); }

Expected<std::int64_t> Accounts::check_audit() { return parts_->store->check_audit(); }

Expected<void> Accounts::note(AuditAction action, std::string_view address) { return parts_->store->note(AccountId(), parts_->note(action, address)); }

std::string page_token_of(std::string_view session_token) {
  Sha256 sum;
  sum.add("cineloom page token\n");
  sum.add(session_token);
  return std::move(sum).finish();
}

}  // namespace cineloom::accounts
