#include "accounts/accounts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <sstream>

#include "base/files.h"
#include "base/json.h"
#include "store/testing/postgres_server.h"

namespace cineloom::accounts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kGood = "violet anvil harbour";
constexpr auto kAddress = "192.0.2.1";

TEST(Secret, IsNeverPrinted) {
  const Secret secret("hunter two");
  std::ostringstream stream;
  stream << secret;
  EXPECT_EQ(stream.str(), "[secret]");
  EXPECT_EQ(fmt::format("{}", secret), "[secret]");
  EXPECT_EQ(secret.reveal(), "hunter two");
}

TEST(Password, MatchesItsOwnHashAndNoOther) {
  const privacy::PasswordCost cost{.passes = 1, .memory_bytes = 8192};
  const auto hash = privacy::hash_password(Secret(kGood), cost);
  ASSERT_TRUE(hash);
  EXPECT_THAT(*hash, ::testing::StartsWith("$argon2id$v=19$m=8,t=1,p=1$"));
  EXPECT_NE(*hash, *privacy::hash_password(Secret(kGood), cost)) << "each has a salt of its own";
  EXPECT_EQ(privacy::match_password(*hash, Secret(kGood)), privacy::PasswordMatch::Yes);
  EXPECT_EQ(privacy::match_password(*hash, Secret("violet anvil harbor")), privacy::PasswordMatch::No);
  EXPECT_EQ(privacy::match_password("not a hash", Secret(kGood)), privacy::PasswordMatch::No);
  EXPECT_FALSE(privacy::is_outdated(*hash, cost));
  EXPECT_TRUE(privacy::is_outdated(*hash, {.passes = 2, .memory_bytes = 8192}));
}

TEST(Password, ANameThatNobodyHasCostsWhatAKnownOneDoes) {
  const privacy::PasswordCost cost{.passes = 3, .memory_bytes = 1U << 20U};
  EXPECT_FALSE(privacy::is_outdated(privacy::unmatched_hash(cost), cost)) << "libsodium reads it as a hash of the same cost";
  EXPECT_EQ(privacy::match_password(privacy::unmatched_hash(cost), Secret("")), privacy::PasswordMatch::No);
}

TEST(Password, WeakOnesAreRefusedAndLongOnesAreNot) {
  for (const char* weak : {"short", "aaaaaaaaaaaa", "abcdefghijkl", "qwertyuiop123", "Ana Ana Ana 1", "Password-2024!", "1234567890123", "..........!!"})
    EXPECT_FALSE(check_password(Secret(weak), "ana")) << weak;
  for (const char* good : {"violet anvil harbour", "nine blue 9 whales", "电影院里的三只猫在看雨", "Tr0ub4dour & 3 horses"})
    EXPECT_TRUE(check_password(Secret(good), "ana")) << good;
  EXPECT_TRUE(check_password(
      Secret(std::string(200, 'x') + "violet anvil harbour, and so on for long: the quick fox jumped over it, and back again, and over it once more, "
                                     "until nobody counted, since it was late and the moon was up, wide and pale, above the hill, and dogs slept, all of them"),
      "ana"));
  EXPECT_FALSE(check_password(Secret(std::string(2000, 'x')), "ana"));
}

TEST(LoginLimiter, EachWrongGuessPastTheFreeOnesWaitsTwiceAsLong) {
  LoginLimiter limiter;
  Timestamp now(std::chrono::days(20'000));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.enter("ana", kAddress, now), seconds(0));
  std::vector<long long> waits;
  for (int i = 0; i < 4; ++i) {
    const auto wait = limiter.enter("ANA", kAddress, now);
    waits.push_back(wait.count());
    now += wait;
    EXPECT_EQ(limiter.enter("ana", kAddress, now), seconds(0));
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 4, 8));
  EXPECT_EQ(limiter.enter("ana", "192.0.2.2", now), seconds(0)) << "another address is not locked out";
  EXPECT_EQ(limiter.enter("ana", kAddress, now + std::chrono::hours(2)), seconds(0)) << "all is forgotten in time";
}

TEST(LoginLimiter, AtMostTenGuessesAMinuteForANameFromAnAddress) {
  LoginLimiter limiter;
  const Timestamp begin(std::chrono::days(20'000));
  int guesses = 0;
  for (int second = 0; second < 60; ++second) {
    for (int i = 0; i < 100; ++i) guesses += limiter.enter("ana", kAddress, begin + seconds(second)) == seconds(0) ? 1 : 0;
  }
  EXPECT_LE(guesses, 10);
  EXPECT_GE(guesses, 5);
}

TEST(LoginLimiter, ManyNamesFromOneAddressAndOneNameFromManyAddressesAreSlowedToo) {
  LoginLimiter limiter;
  const Timestamp now(std::chrono::days(20'000));
  int from_one = 0;
  for (int i = 0; i < 100; ++i) from_one += limiter.enter("name" + std::to_string(i), "2001:db8::" + std::to_string(i), now) == seconds(0) ? 1 : 0;
  EXPECT_EQ(from_one, 20) << "the addresses of one IPv6 network are one";
  int of_one = 0;
  for (int i = 0; i < 100; ++i) of_one += limiter.enter("chief", "198.51.100." + std::to_string(i), now) == seconds(0) ? 1 : 0;
  EXPECT_EQ(of_one, 50);
}

TEST(LoginLimiter, ARightGuessFreesTheNameButOnesOwnAccountFreesNoAddress) {
  LoginLimiter limiter;
  const Timestamp now(std::chrono::days(20'000));
  for (int i = 0; i < 4; ++i) limiter.enter("ana", kAddress, now);
  limiter.enter("ana", kAddress, now);
  limiter.forgive("ana", kAddress);
  EXPECT_EQ(limiter.enter("ana", kAddress, now), seconds(0));
  int guesses = 0;
  for (int i = 0; i < 200; ++i) {
    if (limiter.enter("mallory", kAddress, now) == seconds(0)) limiter.forgive("mallory", kAddress);
    guesses += limiter.enter("victim" + std::to_string(i), kAddress, now) == seconds(0) ? 1 : 0;
  }
  EXPECT_LE(guesses, 20);
}

TEST(LoginLimiter, RemembersABoundedNumber) {
  LoginLimiter limiter({.most_entries = 100});
  Timestamp now(std::chrono::days(20'000));
  for (int i = 0; i < 6; ++i) limiter.enter("ana", kAddress, now);
  for (int i = 0; i < 99; ++i) limiter.enter(std::to_string(i), "198.51.100." + std::to_string(i), now + seconds(1));
  EXPECT_GT(limiter.enter("ana", kAddress, now), seconds(0)) << "still among the hundred";
  for (int i = 0; i < 1000; ++i) limiter.enter("x" + std::to_string(i), "203.0.113." + std::to_string(i), now + seconds(2));
  EXPECT_EQ(limiter.enter("ana", kAddress, now), seconds(0)) << "the quietest was forgotten";
}

TEST(SlowLane, SendsAwayWhoComesTooOftenAndRecoversInTime) {
  auto now = SlowLane::Clock::time_point();
  SlowLane lane({.per_second = 2, .burst = 3, .waiting = 4}, [&now] { return now; });
  int done = 0;
  for (int i = 0; i < 10; ++i) lane.run([&done] { ++done; });
  EXPECT_EQ(done, 3);
  EXPECT_EQ(lane.run([] {}), seconds(1));
  now += seconds(1);
  EXPECT_EQ(lane.run([&done] { ++done; }), seconds(0));
  EXPECT_EQ(done, 4);
}

TEST(SlowLane, WorksOnOneThreadAndSendsAwayWhoWouldWaitLong) {
  SlowLane lane({.per_second = 1e6, .burst = 1000, .waiting = 1});
  std::latch is_busy(1);
  std::promise<void> may_end;
  auto first = std::async(std::launch::async, [&] {
    return lane.run([&] {
      is_busy.count_down();
      may_end.get_future().wait();
    });
  });
  is_busy.wait();
  auto second = std::async(std::launch::async, [&] { return lane.run([] {}); });
  auto third = std::async(std::launch::async, [&] { return lane.run([] {}); });
  // One of the two waits, the other is sent away, whichever comes first; nobody waits for the sent one.
  while (second.wait_for(seconds(0)) != std::future_status::ready && third.wait_for(seconds(0)) != std::future_status::ready) std::this_thread::yield();
  may_end.set_value();
  EXPECT_EQ(first.get(), seconds(0));
  EXPECT_EQ(second.get() + third.get(), seconds(1));
}

struct LibraryUnderTest {
  std::string name;
  std::function<std::string(const TemporaryFolder&)> new_address;  ///< of a library without accounts
  std::function<std::string()> why_absent;
};

std::string no_reason() { return ""; }
std::string address_in(const TemporaryFolder& folder) { return (folder.path() / "library").string(); }

/// The rules, over accounts in a library that the test names.
class AccountsOverALibrary : public ::testing::Test {
 protected:
  void begin(std::string address) {
    address_ = std::move(address);
    accounts_ = open();
  }
  std::unique_ptr<Accounts> open() {
    AccountsOptions options{
        .cost = {.passes = 1, .memory_bytes = 8192}, .hashing = {.per_second = 1e6, .burst = 1000, .waiting = 100}, .now = [this] { return now_; }};
    options.remembered = std::chrono::milliseconds(0);
    auto opened = Accounts::open(address_, options);
    EXPECT_TRUE(opened) << opened.error().describe();
    return *std::move(opened);
  }
  Account add(const std::string& name, Role role = Role::Admin) {
    auto added = accounts_->add({.name = name, .role = role, .password = Secret(kGood)}, "console");
    EXPECT_TRUE(added) << added.error().describe();
    return *added;
  }
  std::string session_of(const std::string& name) {
    const auto in = accounts_->sign_in(name, Secret(kGood), kAddress);
    EXPECT_EQ(in->outcome, SignIn::Outcome::Welcome);
    return std::string(in->token.reveal());
  }

  TemporaryFolder folder_ = *TemporaryFolder::create("cineloom-accounts");
  std::string address_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Accounts> accounts_;
};

/// What holds wherever the accounts lie.
class AccountsTest : public AccountsOverALibrary, public ::testing::WithParamInterface<LibraryUnderTest> {
 protected:
  void SetUp() override {
    if (const std::string why = GetParam().why_absent(); !why.empty()) GTEST_SKIP() << why;
    begin(GetParam().new_address(folder_));
  }
};

/// What concerns the file.
class AccountsFileTest : public AccountsOverALibrary {
 protected:
  void SetUp() override { begin(address_in(folder_)); }
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "library" / "accounts.db"; }
  /// Changes the file as somebody with an editor would.
  void tamper(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, ("DROP TRIGGER IF EXISTS audit_stands; DROP TRIGGER IF EXISTS audit_stays;" + sql).c_str(), nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
};

TEST_F(AccountsFileTest, ALibraryHasNoFileOfAccountsBeforeTheFirstOne) {
  EXPECT_EQ(*accounts_->population(), Accounts::Population::Nobody);
  EXPECT_EQ((*accounts_->sign_in("ana", Secret(kGood), kAddress)).outcome, SignIn::Outcome::Wrong);
  EXPECT_FALSE(*accounts_->by_session("made up"));
  EXPECT_EQ(accounts_->add({.name = "Ana", .role = Role::Viewer, .password = Secret(kGood)}, "console").error().code(), ErrorCode::InvalidArgument);
  add("Ana");
  EXPECT_EQ(*accounts_->population(), Accounts::Population::Somebody);
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U) << "nobody else may read it";
}

TEST_P(AccountsTest, NamesAreTakenOnceWithoutCaseAndMustBeSound) {
  add("Ana");
  EXPECT_EQ(accounts_->add({.name = "ANA", .role = Role::Viewer, .password = Secret(kGood)}, "console").error().code(), ErrorCode::Conflict);
  for (const std::string name : {"", " Ana", "Ana ", "A\nna", "\xff"}) {
    EXPECT_EQ(accounts_->add({.name = name, .role = Role::Viewer, .password = Secret(kGood)}, "console").error().code(), ErrorCode::InvalidArgument);
  }
}

TEST_F(AccountsFileTest, NamesThatMoveATerminalOrTurnTextAreRefused) {
  const Account ana = *accounts_->add({.name = "Ana", .role = Role::Admin, .password = Secret(kGood)}, "console");
  for (const char* name : {"\xC2\x9B"
                           "2J",
                           "a\x1B[2J", "a\x7F", "a\nb",
                           "\xE2\x80\xAE"
                           "anA",
                           "\xE2\x81\xA6"
                           "x"})
    EXPECT_FALSE(accounts_->add_token(ana, {.name = name, .scopes = {Scope::Read}, .lifetime = {}}, "console")) << name;
  ASSERT_TRUE(accounts_->add_token(ana, {.name = "Ana's phone", .scopes = {Scope::Read, Scope::Events}, .lifetime = {}}, "console"));
  EXPECT_EQ(accounts_->audit(1)->front().detail, "read,events") << "the log outlives an account, and names nobody";
}

TEST_F(AccountsFileTest, NeitherPasswordsNorTokensLieInTheFile) {
  const Account ana = add("Ana");
  const std::string session = session_of("Ana");
  const auto given = accounts_->add_token(ana, {.name = "phone", .scopes = {Scope::Read}, .lifetime = {}}, "console");
  const std::string bytes = *read_file(file());
  EXPECT_THAT(bytes, Not(HasSubstr(kGood)));
  EXPECT_THAT(bytes, Not(HasSubstr(session)));
  EXPECT_THAT(bytes, Not(HasSubstr(std::string(given->token.reveal()))));
  EXPECT_EQ(given->token.reveal().size(), 47U) << "256 bits and a prefix";
}

TEST_P(AccountsTest, ASessionEndsWhenItIsIdleOrOldOrSignedOut) {
  add("Ana");
  const std::string idle = session_of("Ana");
  now_ += std::chrono::days(6);
  EXPECT_TRUE(*accounts_->by_session(idle)) << "seen again";
  now_ += std::chrono::days(6);
  EXPECT_TRUE(*accounts_->by_session(idle)) << "since it was seen";
  now_ += std::chrono::days(7);
  EXPECT_FALSE(*accounts_->by_session(idle)) << "idle for a week";
  const std::string old = session_of("Ana");
  for (int day = 0; day < 29; ++day) {
    now_ += std::chrono::days(1);
    ASSERT_TRUE(*accounts_->by_session(old)) << day;
  }
  now_ += std::chrono::days(1);
  EXPECT_FALSE(*accounts_->by_session(old)) << "a month old, though used every day";
  const std::string left = session_of("Ana");
  ASSERT_TRUE(accounts_->sign_out(left, kAddress));
  EXPECT_FALSE(*accounts_->by_session(left));
}

TEST_P(AccountsTest, EverywhereIsEverywhereButNotEverybody) {
  const Account ana = add("Ana");
  add("Bo", Role::Viewer);
  const std::string one = session_of("Ana");
  const std::string two = session_of("Ana");
  const std::string other = session_of("Bo");
  ASSERT_TRUE(accounts_->sign_out_everywhere(ana.id, kAddress));
  EXPECT_FALSE(*accounts_->by_session(one));
  EXPECT_FALSE(*accounts_->by_session(two));
  EXPECT_TRUE(*accounts_->by_session(other));
}

TEST_P(AccountsTest, ATokenOpensWhatItSaysUntilItsTimeOrItsAccountIsOver) {
  add("Chief");
  const Account ana = add("Ana", Role::Viewer);
  const auto token =
      accounts_->add_token(ana, {.name = "phone", .scopes = {Scope::Events, Scope::Read, Scope::Read}, .lifetime = std::chrono::days(30)}, "console");
  ASSERT_TRUE(token) << token.error().describe();
  const auto pass = *accounts_->by_token(token->token.reveal());
  ASSERT_TRUE(pass);
  EXPECT_THAT(pass->scopes, ElementsAre(Scope::Read, Scope::Events));
  EXPECT_FALSE(pass->is_session);
  EXPECT_FALSE(*accounts_->by_session(token->token.reveal())) << "a token is no session";
  EXPECT_FALSE(accounts_->add_token(ana, {.name = "x", .scopes = {Scope::Manage}, .lifetime = {}}, "console"));
  EXPECT_FALSE(accounts_->add_token(ana, {.name = "x", .scopes = {}, .lifetime = {}}, "console"));
  now_ += std::chrono::days(30);
  EXPECT_FALSE(*accounts_->by_token(token->token.reveal()));
  const auto forever = accounts_->add_token(ana, {.name = "tv", .scopes = {Scope::Read}, .lifetime = {}}, "console");
  EXPECT_TRUE(*accounts_->by_token(forever->token.reveal()));
  ASSERT_TRUE(accounts_->remove(ana.id, "console"));
  EXPECT_FALSE(*accounts_->by_token(forever->token.reveal()));
}

TEST_P(AccountsTest, WhatTheCommandLineChangesAServerSees) {
  const Account ana = add("Ana");
  const std::string session = session_of("Ana");
  const auto command_line = open();
  ASSERT_TRUE(command_line->sign_out_everywhere(ana.id, "console"));
  EXPECT_FALSE(*accounts_->by_session(session));
}

TEST_P(AccountsTest, WhatOneNodeTakesBackNoOtherLetsIn) {
  const Account ana = add("Ana");
  const auto other = open();
  const auto in = other->sign_in("ana", Secret(kGood), kAddress);
  ASSERT_EQ(in->outcome, SignIn::Outcome::Welcome) << "an account of one node signs in at another";
  const auto given = accounts_->add_token(ana, {.name = "tv", .scopes = {Scope::Read}, .lifetime = {}}, "console");
  EXPECT_TRUE(*other->by_token(given->token.reveal()));
  EXPECT_TRUE(*accounts_->by_session(in->token.reveal()));
  ASSERT_TRUE(other->remove_token(ana.id, given->id, kAddress));
  ASSERT_TRUE(other->sign_out(in->token.reveal(), kAddress));
  EXPECT_FALSE(*accounts_->by_token(given->token.reveal()));
  EXPECT_FALSE(*accounts_->by_session(in->token.reveal()));
}

// PostgreSQL refuses a text with a zero byte; whoever sends one must wait, and stand in the log, like everybody who guesses.
TEST_P(AccountsTest, ANameThatNobodyCanHaveIsAWrongOne) {
  add("Ana");
  const std::string name("ana\0", 4);
  for (int guess = 0; guess < LoginLimits().of_both; ++guess) {
    const auto in = accounts_->sign_in(name, Secret(kGood), kAddress);
    ASSERT_TRUE(in) << in.error().describe();
    EXPECT_EQ(in->outcome, SignIn::Outcome::Wrong);
  }
  const auto in = accounts_->sign_in(name, Secret(kGood), kAddress);
  ASSERT_TRUE(in) << in.error().describe();
  EXPECT_EQ(in->outcome, SignIn::Outcome::Wait);
  EXPECT_EQ(*accounts_->check_audit(), 1 + LoginLimits().of_both);
}

TEST_P(AccountsTest, TheLastAdminStaysAsLongAsThereAreOthers) {
  const Account chief = add("Chief");
  const Account ana = add("Ana", Role::Viewer);
  EXPECT_EQ(accounts_->remove(chief.id, "console").error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(accounts_->remove(ana.id, "console"));
  ASSERT_TRUE(accounts_->remove(chief.id, "console")) << "an empty list is a household again";
  EXPECT_EQ(*accounts_->population(), Accounts::Population::Nobody);
}

TEST_P(AccountsTest, AHashIsMadeAnewWhenItsCostRose) {
  add("Ana");
  const std::string before = accounts_->find("Ana")->password_hash;
  AccountsOptions dearer{.cost = {.passes = 2, .memory_bytes = 16384}, .now = [this] { return now_; }};
  const auto later = Accounts::open(address_, dearer);
  EXPECT_EQ((*(*later)->sign_in("Ana", Secret(kGood), kAddress)).outcome, SignIn::Outcome::Welcome);
  EXPECT_NE(accounts_->find("Ana")->password_hash, before);
  EXPECT_EQ((*(*later)->sign_in("Ana", Secret(kGood), kAddress)).outcome, SignIn::Outcome::Welcome);
}

TEST_P(AccountsTest, TheLogTellsWhatHappenedWithoutNamesThatNobodyHas) {
  const Account ana = add("Ana");
  accounts_->sign_in("my-password-by-mistake", Secret("x"), kAddress);
  accounts_->sign_in("Ana", Secret("x"), kAddress);
  session_of("Ana");
  std::vector<AuditAction> actions;
  const auto log = *accounts_->audit(100);
  for (const AuditEntry& entry : log) {
    actions.push_back(entry.action);
    EXPECT_THAT(json::write(entry), Not(HasSubstr("mistake")));
  }
  EXPECT_THAT(actions, ElementsAre(AuditAction::SignedIn, AuditAction::SignInFailed, AuditAction::SignInFailed, AuditAction::AccountAdded));
  EXPECT_EQ((*accounts_->audit(1)).front().account, ana.id);
  EXPECT_EQ(*accounts_->check_audit(), 4);
}

TEST_F(AccountsFileTest, ALogThatSomebodyChangedIsFound) {
  add("Ana");
  for (int i = 0; i < 5; ++i) session_of("Ana");
  ASSERT_EQ(*accounts_->check_audit(), 6);
  tamper("UPDATE audit SET address='203.0.113.9' WHERE number=3;");
  EXPECT_THAT(accounts_->check_audit().error().describe(), HasSubstr("line 3 "));
  tamper("DELETE FROM audit WHERE number=2;");
  EXPECT_THAT(accounts_->check_audit().error().describe(), HasSubstr("line 2 "));
}

TEST_F(AccountsFileTest, TheLogOnlyGrows) {
  add("Ana");
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(handle, "UPDATE audit SET detail=''", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(handle, "DELETE FROM audit", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
}

TEST_F(AccountsFileTest, AForeignFileIsLeftAlone) {
  std::filesystem::create_directories(file().parent_path());
  ASSERT_TRUE(write_file(file(), "this is no database at all, but a letter to somebody who is missed very much, and long enough"));
  EXPECT_FALSE(Accounts::open(address_));
}

INSTANTIATE_TEST_SUITE_P(Libraries, AccountsTest,
                         ::testing::Values(LibraryUnderTest{"File", address_in, no_reason},
                                           LibraryUnderTest{"Postgres",
                                                            [](const TemporaryFolder&) { return *(*cineloom::testing::shared_postgres())->add_library(); },
                                                            cineloom::testing::why_no_postgres}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace cineloom::accounts
