#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "accounts/accounts.h"
#include "base/files.h"
#include "base/json.h"
#include "base/markup.h"
#include "cli/internal/account_commands.h"
#include "pipeline/delivery.h"
#include "store/store_address.h"

namespace cineloom::cli {
namespace {

using accounts::Accounts;

constexpr std::string_view kConsole = "console";
constexpr std::uint64_t kLongestPasswordFile = 4096;

/// What is typed is not shown while this lives.
class Blindfold {
 public:
  Blindfold() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios blind = before_;
    blind.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_on_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &blind) == 0;
  }
  ~Blindfold() {
    if (is_on_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Blindfold(const Blindfold&) = delete;
  Blindfold& operator=(const Blindfold&) = delete;

 private:
  termios before_{};
  bool is_on_ = false;
};

Expected<Secret> ask_once(std::string_view question) {
  std::ignore = std::fprintf(stderr, "%.*s: ", static_cast<int>(question.size()), question.data());
  std::string line;
  const Blindfold blindfold;
  const bool is_read = static_cast<bool>(std::getline(std::cin, line));
  std::ignore = std::fputs("\n", stderr);
  if (!is_read) return fail(ErrorCode::InvalidArgument, "no password was given");
  return Secret(std::move(line));
}

/// From a file, a pipe, or whoever sits at the terminal, who types it twice.
Expected<Secret> ask_password(const std::string& file) {
  if (!file.empty()) {
    CINELOOM_TRY_ASSIGN(std::string text, read_file(file, kLongestPasswordFile));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return Secret(std::move(text));
  }
  CINELOOM_TRY_ASSIGN(Secret first, ask_once("password"));
  if (::isatty(STDIN_FILENO) == 0) return first;
  CINELOOM_TRY_ASSIGN(const Secret second, ask_once("the same again"));
  if (first.reveal() == second.reveal()) return first;
  return fail(ErrorCode::InvalidArgument, "the two passwords are not the same");
}

Expected<std::unique_ptr<Accounts>> open_accounts(const Session& session) { return Accounts::open(library_address(session.store, session.data)); }

std::string moment_of(Timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count());
}

boost::json::value value_of(const Account& account) {
  return {{"id", std::to_string(account.id.number())},
          {"name", account.name},
          {"role", json::enum_name(account.role)},
          {"made_at_ms", json::to_value(account.made_at)}};
}

void print_value(const boost::json::value& value) { print(boost::json::serialize(value) + "\n"); }

struct AddOptions {
  std::string name;
  std::string password_file;
  bool is_admin = false;
};

Expected<void> add_account(Session& session, const AddOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(Secret password, ask_password(options.password_file));
  CINELOOM_TRY_ASSIGN(const Account account,
                      accounts->add({.name = options.name, .role = options.is_admin ? Role::Admin : Role::Viewer, .password = std::move(password)}, kConsole));
  if (session.format == Format::Json) return print_value(value_of(account)), Expected<void>();
  print(fmt::format("{} may come in{}; everybody signs in from now on\n", account.name, options.is_admin ? " and manage" : ""));
  return {};
}

struct NoOptions {};
struct NameOptions {
  std::string name;
};

Expected<void> list_accounts(Session& session, const NoOptions&) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const auto all, accounts->list());
  boost::json::array list;
  std::string text;
  for (const Account& account : all) {
    list.push_back(value_of(account));
    text += fmt::format("{:<24} {:<8} since {}\n", account.name, json::enum_name(account.role), moment_of(account.made_at));
  }
  if (session.format == Format::Json) return print_value({{"accounts", std::move(list)}}), Expected<void>();
  print(text.empty() ? "there are no accounts: nobody signs in at this machine\n" : text);
  return {};
}

/// Secret addresses end with what made them, but for a library in a file that a server has open: nobody else writes it.
bool end_feeds(const Session& session, const std::string& account) {
  const auto cinema = session.open(Access::Write);
  return cinema && end_feed_of((*cinema)->store(), account);
}

/// What was done to an account, and what became of its feeds.
void tell_ended(const Session& session, const Account& account, std::string_view done) {
  const bool has_ended = end_feeds(session, account.name);
  if (session.format == Format::Json) {
    boost::json::value value = value_of(account);
    value.as_object()["feeds_ended"] = has_ended;
    return print_value(value);
  }
  print(fmt::format("{} {}\n", account.name, done));
  if (!has_ended) print("the addresses of their feeds still open, since a server has the library open: end them on its page\n");
}

Expected<void> remove_account(Session& session, const NameOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const Account account, accounts->find(options.name));
  CINELOOM_TRY(accounts->remove(account.id, kConsole));
  tell_ended(session, account, "may not come in any more; what they watched stays (privacy erase forgets it)");
  return {};
}

Expected<void> set_password(Session& session, const AddOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const Account account, accounts->find(options.name));
  CINELOOM_TRY_ASSIGN(const Secret password, ask_password(options.password_file));
  CINELOOM_TRY(accounts->set_password(account, password, kConsole));
  if (session.format == Format::Json) return print_value(value_of(account)), Expected<void>();
  print(fmt::format("{} has another password and must sign in again\n", account.name));
  return {};
}

Expected<void> sign_out(Session& session, const NameOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const Account account, accounts->find(options.name));
  CINELOOM_TRY(accounts->sign_out_everywhere(account.id, kConsole));
  tell_ended(session, account, "is signed out everywhere");
  return {};
}

struct AuditOptions {
  int limit = 50;
};

/// "Ana", or "account 7" of one that is gone.
std::string name_in(const std::vector<Account>& accounts, AccountId id) {
  if (id.is_none()) return "nobody";
  const auto found = std::ranges::find(accounts, id, &Account::id);
  return found == accounts.end() ? fmt::format("account {}", id.number()) : found->name;
}

Expected<void> audit(Session& session, const AuditOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const std::int64_t lines, accounts->check_audit());
  CINELOOM_TRY_ASSIGN(const auto entries, accounts->audit(options.limit));
  const std::string last = entries.empty() ? "" : entries.front().hash;
  if (session.format == Format::Json) {
    print_value({{"lines", lines}, {"last_hash", last}, {"entries", json::to_value(entries)}});
    return {};
  }
  CINELOOM_TRY_ASSIGN(const auto all, accounts->list());
  std::string text;
  for (const AuditEntry& entry : entries) {
    text += fmt::format("{:>6}  {}  {:<24} {:<20} {:<16} {}\n", entry.number, moment_of(entry.at), json::enum_name(entry.action), name_in(all, entry.account),
                        one_line(entry.address), one_line(entry.detail));
  }
  print(text + fmt::format("{} lines, whole; the last one's hash is {}\n", lines, last.empty() ? "none" : last));
  return {};
}

struct TokenOptions {
  std::string account;
  std::string name;
  std::vector<std::string> scopes;
  int days = 0;
  std::int64_t id = 0;
};

Expected<void> add_token(Session& session, const TokenOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const Account account, accounts->find(options.account));
  accounts::NewToken wanted{.name = options.name, .scopes = {}, .lifetime = {}};
  for (const std::string& name : options.scopes) wanted.scopes.push_back(*json::enum_from_name<Scope>(name));
  if (options.days > 0) wanted.lifetime = std::chrono::days(options.days);
  CINELOOM_TRY_ASSIGN(const auto given, accounts->add_token(account, wanted, kConsole));
  if (session.format == Format::Json) {
    print_value({{"id", std::to_string(given.id.number())}, {"token", given.token.reveal()}});
    return {};
  }
  print(fmt::format("{}\nit is shown this once; send it as 'Authorization: Bearer ...'\n", given.token.reveal()));
  return {};
}

Expected<void> list_tokens(Session& session, const TokenOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const Account account, accounts->find(options.account));
  CINELOOM_TRY_ASSIGN(const auto tokens, accounts->tokens(account.id));
  boost::json::array list;
  std::string text;
  for (const ApiToken& token : tokens) {
    const std::string scopes = accounts::names_of(token.scopes);
    list.push_back({{"id", std::to_string(token.id.number())}, {"name", token.name}, {"scopes", scopes}, {"expires_at_ms", json::to_value(token.expires_at)}});
    text += fmt::format("{:>4}  {:<24} {:<32} {}\n", token.id.number(), one_line(token.name), scopes,
                        token.expires_at ? "until " + moment_of(*token.expires_at) : "");
  }
  if (session.format == Format::Json) return print_value({{"tokens", std::move(list)}}), Expected<void>();
  print(text.empty() ? fmt::format("{} has no tokens\n", account.name) : text);
  return {};
}

Expected<void> remove_token(Session& session, const TokenOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_accounts(session));
  CINELOOM_TRY_ASSIGN(const Account account, accounts->find(options.account));
  CINELOOM_TRY(accounts->remove_token(account.id, TokenId(options.id), kConsole));
  if (session.format == Format::Json) return print_value({{"id", std::to_string(options.id)}}), Expected<void>();
  print("it opens nothing any more\n");
  return {};
}

void declare_name(CLI::App& command, NameOptions& options) { command.add_option("name", options.name, "whose")->required(); }

void declare_password(CLI::App& command, AddOptions& options) {
  command.add_option("name", options.name, "who")->required();
  command.add_option("--password-file", options.password_file, "a file with the password alone; without it, it is asked for or read from a pipe");
}

void add_token_commands(Commands& commands, CLI::App* account) {
  CLI::App* const token = account->add_subcommand("token", "what programs come in with");
  token->fallthrough();
  token->require_subcommand(1);
  const auto declare_account = [](CLI::App& command, TokenOptions& options) { command.add_option("account", options.account, "whose")->required(); };
  commands.add<TokenOptions>(
      "add", "make a token, which is shown once",
      [=](CLI::App& command, TokenOptions& options) {
        declare_account(command, options);
        options.name = "program";
        command.add_option("--for", options.name, "what it is for")->capture_default_str();
        command.add_option("--scopes", options.scopes, "what it may be used for, with commas between")
            ->required()
            ->delimiter(',')
            ->check(CLI::IsMember({"read", "events", "stories", "models", "manage"}));
        command.add_option("--days", options.days, "until it is over; 0 = until it is removed")->check(CLI::Range(0, 3650))->capture_default_str();
      },
      add_token, token);
  commands.add<TokenOptions>("list", "an account's tokens", declare_account, list_tokens, token);
  commands.add<TokenOptions>(
      "remove", "take a token back",
      [=](CLI::App& command, TokenOptions& options) {
        declare_account(command, options);
        command.add_option("id", options.id, "its number in the list")->required();
      },
      remove_token, token);
}

}  // namespace

void add_account_commands(Commands& commands) {
  CLI::App* const account = commands.group("account", "who may come in; without accounts, nobody signs in at this machine");
  commands.add<AddOptions>(
      "add", "let somebody in; the first one must be an admin",
      [](CLI::App& command, AddOptions& options) {
        declare_password(command, options);
        command.add_flag("--admin", options.is_admin, "may do everything, also let others in");
      },
      add_account, account);
  commands.add<NoOptions>("list", "who may come in", [](CLI::App&, NoOptions&) {}, list_accounts, account);
  commands.add<NameOptions>("remove", "let somebody in no longer", declare_name, remove_account, account);
  commands.add<AddOptions>("password", "give an account another password, and end its sessions", declare_password, set_password, account);
  commands.add<NameOptions>("sign-out", "end all sessions of an account", declare_name, sign_out, account);
  commands.add<AuditOptions>(
      "audit", "who came in, who could not, what was changed; checked from the first line",
      [](CLI::App& command, AuditOptions& options) {
        command.add_option("--limit", options.limit, "newest lines")->check(CLI::Range(1, 1'000'000))->capture_default_str();
      },
      audit, account);
  add_token_commands(commands, account);
}

}  // namespace cineloom::cli
