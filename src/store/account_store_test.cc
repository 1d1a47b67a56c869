// What every store of accounts must do, in a file and on PostgreSQL; the rules over it are tested in accounts/accounts_test.cc.
#include "store/account_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "base/files.h"
#include "store/testing/postgres_server.h"

namespace cineloom::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }
AuditNote noted(AuditAction action, std::int64_t seconds = 1) { return {.at = at(seconds), .action = action, .address = "console"}; }
const AuditNote kAdded = noted(AuditAction::AccountAdded);

struct AccountsUnderTest {
  std::string name;
  std::function<std::string()> new_address;  ///< of a library without accounts
  std::function<std::string()> why_absent;
};

class AccountConformance : public ::testing::TestWithParam<AccountsUnderTest> {
 protected:
  void SetUp() override {
    if (const std::string why = GetParam().why_absent(); !why.empty()) GTEST_SKIP() << why;
    address_ = GetParam().new_address();
    store_ = open();
  }
  [[nodiscard]] std::unique_ptr<AccountStore> open() const {
    auto opened = open_account_store(address_);
    EXPECT_TRUE(opened) << opened.error().describe();
    return *std::move(opened);
  }
  AccountId add(const std::string& name, Role role = Role::Admin) {
    const auto id = store_->add_account({.id = {}, .name = name, .role = role, .password_hash = "hash of " + name, .made_at = at(1)}, kAdded);
    EXPECT_TRUE(id) << id.error().describe();
    return *id;
  }
  Expected<void> sign_in(AccountId account, const std::string& hash, std::int64_t seconds) {
    return store_->add_session({.hash = hash, .account = account, .made_at = at(seconds), .seen_at = at(seconds)}, noted(AuditAction::SignedIn, seconds));
  }

  std::string address_;
  std::unique_ptr<AccountStore> store_;
};

TEST_P(AccountConformance, KeepsAccountsInOrderOfNameAndFindsThemWithoutCase) {
  EXPECT_THAT(*store_->accounts(), IsEmpty());
  EXPECT_FALSE(*store_->find_account("ana"));
  add("bo", Role::Viewer);
  const AccountId ana = add("Ana");
  add("Émile");
  store_ = open();
  const auto all = *store_->accounts();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].name, "Ana");
  EXPECT_EQ(all[1].name, "bo");
  EXPECT_EQ(all[1].role, Role::Viewer);
  const auto found = *store_->find_account("ANA");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, ana);
  EXPECT_EQ(found->password_hash, "hash of Ana");
  EXPECT_EQ(found->made_at, at(1));
  EXPECT_EQ((*store_->account(ana))->name, "Ana");
  EXPECT_FALSE(*store_->account(AccountId(99)));
}

TEST_P(AccountConformance, TakesANameOnceAndAFirstAccountOnlyAsTheFirst) {
  const Account first{.id = {}, .name = "Ana", .role = Role::Admin, .password_hash = "x", .made_at = at(1)};
  ASSERT_TRUE(store_->add_first_account(first, kAdded));
  EXPECT_EQ(store_->add_first_account({.id = {}, .name = "Bo", .role = Role::Admin, .password_hash = "x", .made_at = at(1)}, kAdded).error().code(),
            ErrorCode::Conflict);
  Account same = first;
  same.name = "aNA";
  EXPECT_EQ(store_->add_account(same, kAdded).error().code(), ErrorCode::Conflict);
  EXPECT_THAT(*store_->audit(10), SizeIs(1)) << "what was refused leaves no line";
}

TEST_P(AccountConformance, TheLastAdminStaysAsLongAsThereAreOthers) {
  const AccountId chief = add("Chief");
  const AccountId ana = add("Ana", Role::Viewer);
  const AuditNote removed = noted(AuditAction::AccountRemoved);
  EXPECT_EQ(store_->remove_account(chief, removed).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(store_->remove_account(ana, removed));
  EXPECT_EQ(store_->remove_account(ana, removed).error().code(), ErrorCode::NotFound);
  EXPECT_TRUE(store_->remove_account(chief, removed));
}

TEST_P(AccountConformance, ASessionIsKnownUntilItEnds) {
  const AccountId ana = add("Ana");
  const AccountId bo = add("Bo");
  ASSERT_TRUE(sign_in(ana, "one", 10));
  ASSERT_TRUE(sign_in(ana, "two", 20));
  ASSERT_TRUE(sign_in(bo, "three", 30));
  EXPECT_EQ(sign_in(AccountId(99), "four", 40).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(store_->touch_session("two", at(500)));
  EXPECT_EQ((*store_->session("two"))->seen_at, at(500));
  EXPECT_EQ((*store_->session("two"))->account, ana);
  ASSERT_TRUE(store_->drop_sessions(at(0), at(25)));
  EXPECT_FALSE(*store_->session("one")) << "not seen since";
  EXPECT_TRUE(*store_->session("two"));
  const auto lines = store_->audit(100)->size();
  ASSERT_TRUE(store_->end_session("none", noted(AuditAction::SignedOut)));
  EXPECT_THAT(*store_->audit(100), SizeIs(lines));
  ASSERT_TRUE(store_->set_password(ana, "new", noted(AuditAction::PasswordChanged)));
  EXPECT_FALSE(*store_->session("two"));
  EXPECT_TRUE(*store_->session("three"));
  ASSERT_TRUE(store_->end_sessions(bo, noted(AuditAction::SignedOutEverywhere)));
  EXPECT_FALSE(*store_->session("three"));
  EXPECT_EQ(store_->set_password(AccountId(99), "x", noted(AuditAction::PasswordChanged)).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(store_->renew_hash(ana, "newer"));
  EXPECT_EQ((*store_->account(ana))->password_hash, "newer");
}

TEST_P(AccountConformance, AnAccountHasAHundredSessionsAtMost) {
  const AccountId ana = add("Ana");
  for (int i = 0; i <= AccountStore::kMostSessions; ++i) ASSERT_TRUE(sign_in(ana, "session " + std::to_string(i), i));
  EXPECT_FALSE(*store_->session("session 0")) << "the oldest";
  EXPECT_TRUE(*store_->session("session 1"));
}

TEST_P(AccountConformance, ATokenIsItsAccountsAndGoesWithIt) {
  add("Chief");
  const AccountId ana = add("Ana", Role::Viewer);
  const ApiToken token{.id = {}, .account = ana, .name = "phone", .hash = "h", .scopes = {Scope::Read, Scope::Events}, .made_at = at(1), .expires_at = at(99)};
  const auto id = store_->add_token(token, noted(AuditAction::TokenAdded));
  ASSERT_TRUE(id) << id.error().describe();
  ApiToken forever = token;
  forever.hash = "i";
  forever.expires_at.reset();
  const auto second = store_->add_token(forever, noted(AuditAction::TokenAdded));
  ASSERT_TRUE(second);
  ApiToken orphan = token;
  orphan.account = AccountId(99);
  orphan.hash = "j";
  EXPECT_EQ(store_->add_token(orphan, noted(AuditAction::TokenAdded)).error().code(), ErrorCode::NotFound);
  store_ = open();
  const auto found = *store_->find_token("h");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "phone");
  EXPECT_THAT(found->scopes, ElementsAre(Scope::Read, Scope::Events));
  EXPECT_EQ(found->expires_at, at(99));
  EXPECT_FALSE((*store_->find_token("i"))->expires_at);
  EXPECT_THAT(*store_->tokens(ana), SizeIs(2));
  EXPECT_EQ(store_->remove_token(AccountId(1000), *id, noted(AuditAction::TokenRemoved)).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(store_->remove_token(ana, *id, noted(AuditAction::TokenRemoved)));
  ASSERT_TRUE(store_->remove_account(ana, noted(AuditAction::AccountRemoved)));
  EXPECT_FALSE(*store_->find_token("i"));
}

// Two programs on one library: nodes, or the command line beside a server.
TEST_P(AccountConformance, WhatOneProgramDoesAnotherKnowsAndTheirLogIsOne) {
  const AccountId ana = add("Ana");
  const auto other = open();
  EXPECT_TRUE(*other->find_account("ana"));
  ASSERT_TRUE(sign_in(ana, "here", 5));
  EXPECT_TRUE(*other->session("here"));
  ASSERT_TRUE(other->end_sessions(ana, noted(AuditAction::SignedOutEverywhere)));
  EXPECT_FALSE(*store_->session("here"));
  const auto write_lines = [&](AccountStore& store) {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(store.note(ana, noted(AuditAction::SignInFailed, i)));
  };
  std::jthread here([&] { write_lines(*store_); });
  write_lines(*other);
  here.join();
  EXPECT_EQ(*store_->check_audit(), 43);
  EXPECT_EQ(other->audit(1)->front().number, 43);
}

TEST_P(AccountConformance, OfTwoAdminsThatLeaveAtATimeOneStays) {
  const AccountId one = add("One");
  const AccountId two = add("Two");
  add("Ana", Role::Viewer);
  const auto other = open();
  Expected<void> gone;
  std::jthread leaving([&] { gone = other->remove_account(two, noted(AuditAction::AccountRemoved)); });
  const auto went = store_->remove_account(one, noted(AuditAction::AccountRemoved));
  leaving.join();
  EXPECT_NE(went.has_value(), gone.has_value());
}

std::string no_reason() { return ""; }

std::string new_folder() {
  static std::vector<TemporaryFolder> folders;
  folders.push_back(*TemporaryFolder::create("cineloom-accounts"));
  return (folders.back().path() / "library").string();
}

INSTANTIATE_TEST_SUITE_P(Stores, AccountConformance,
                         ::testing::Values(AccountsUnderTest{"File", new_folder, no_reason},
                                           AccountsUnderTest{"Postgres", [] { return *(*shared_postgres())->add_library(); }, why_no_postgres}),
                         [](const auto& instance) { return instance.param.name; });

TEST(PostgresAccounts, ALogThatSomebodyChangedIsFound) {
  if (const std::string why = why_no_postgres(); !why.empty()) GTEST_SKIP() << why;
  PostgresServer& server = **shared_postgres();
  const std::string address = *server.add_library();
  const auto store = *open_account_store(address);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store->note(AccountId(), noted(AuditAction::SignInFailed, i)));
  EXPECT_FALSE(server.sql(address, "UPDATE audit SET detail='x'")) << "the log only grows";
  EXPECT_FALSE(server.sql(address, "DELETE FROM audit"));
  ASSERT_EQ(*store->check_audit(), 5);
  ASSERT_TRUE(server.sql(address, "DROP TRIGGER audit_stands ON audit; UPDATE audit SET address='203.0.113.9' WHERE number=3"));
  EXPECT_THAT(store->check_audit().error().describe(), HasSubstr("line 3 "));
}

}  // namespace
}  // namespace cineloom::testing
