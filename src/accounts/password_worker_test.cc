#include "accounts/password_worker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/files.h"
#include "confine/testing/own_words.h"

namespace cineloom::accounts {
namespace {

using namespace std::chrono_literals;
using privacy::PasswordMatch;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Runs before main: the tests start this very program as the process that compares passwords.
const bool kIsChild = [] {
  if (!own_words().ends_with(" worker password ")) return false;
  ::_exit(run_password_worker() ? 0 : 1);
}();

/// What the tests start: themselves, or the program in CINELOOM_CHILD_PROGRAM, since what the thread sanitizer keeps does not fit into a
/// confined child.
std::filesystem::path child_program() {
  const char* other = std::getenv("CINELOOM_CHILD_PROGRAM");
  return other == nullptr ? std::filesystem::canonical("/proc/self/exe") : std::filesystem::path(other);
}

std::string status_of(pid_t process) {
  std::string status(4096, '\0');
  const FileDescriptor file(::open(("/proc/" + std::to_string(process) + "/status").c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = ::read(file.get(), status.data(), status.size());
  status.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return status;
}

std::vector<pid_t> own_children() {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    std::from_chars(name.data(), name.data() + name.size(), process);
    if (process > 0 && status_of(process).contains("PPid:\t" + std::to_string(::getpid()) + "\n")) children.push_back(process);
  }
  return children;
}

/// The idle class may wait long on a machine that builds beside the tests.
constexpr auto kPatience = 60s;
const privacy::PasswordCost kCheap{.passes = 1, .memory_bytes = 8192};
const Secret kGood("violet\nanvil harbour");
const std::string kHash = *privacy::hash_password(kGood, kCheap);

PasswordMatch ask(PasswordWorker& worker, const char* password = nullptr) {
  return worker.ask(kHash, password == nullptr ? Secret(kGood.reveal()) : Secret(password), kCheap).match;
}

TEST(PasswordWorker, SaysWhatThisProcessWouldSay) {
  PasswordWorker child({.program = child_program(), .patience = kPatience});
  PasswordWorker here({});
  for (PasswordWorker* worker : {&child, &here}) {
    EXPECT_EQ(ask(*worker), PasswordMatch::Yes);
    EXPECT_EQ(ask(*worker, "violet"), PasswordMatch::No);
    EXPECT_EQ(ask(*worker, ""), PasswordMatch::No);
    EXPECT_THAT(worker->ask(kHash, kGood, kCheap).renewed, IsEmpty());
    const privacy::PasswordCost dearer{.passes = 2, .memory_bytes = 16384};
    const PasswordAnswer renewed = worker->ask(kHash, kGood, dearer);
    EXPECT_EQ(privacy::match_password(renewed.renewed, kGood), PasswordMatch::Yes);
    EXPECT_FALSE(privacy::is_outdated(renewed.renewed, dearer));
    EXPECT_THAT(worker->ask(kHash, Secret("violet"), dearer).renewed, IsEmpty()) << "who did not come in makes no hash";
    EXPECT_EQ(worker->ask("no hash", kGood, kCheap).match, PasswordMatch::No);
  }
  EXPECT_THAT(own_children(), SizeIs(1)) << "one for all questions";
}

TEST(PasswordWorker, ItsChildIsConfinedAndStepsAside) {
  PasswordWorker worker({.program = child_program(), .patience = kPatience});
  EXPECT_THAT(own_children(), IsEmpty()) << "nobody has asked yet";
  ask(worker);
  const auto children = own_children();
  ASSERT_THAT(children, SizeIs(1));
  EXPECT_THAT(status_of(children[0]), HasSubstr("Seccomp:\t2\n"));
  EXPECT_EQ(::sched_getscheduler(children[0]), SCHED_IDLE);
}

TEST(PasswordWorker, AnswersWhereItsChildDied) {
  PasswordWorker worker({.program = child_program(), .patience = kPatience});
  ask(worker);
  ASSERT_EQ(::kill(own_children().at(0), SIGKILL), 0);
  EXPECT_EQ(ask(worker), PasswordMatch::Yes);
  EXPECT_EQ(ask(worker, "violet"), PasswordMatch::No);
  EXPECT_THAT(own_children(), SizeIs(1)) << "the next question has a new one";
}

TEST(PasswordWorker, AnswersWhereItsChildGetsNoTime) {
  PasswordWorker worker({.program = child_program(), .patience = 0ms});
  EXPECT_EQ(ask(worker), PasswordMatch::Yes);
  EXPECT_EQ(ask(worker, "violet"), PasswordMatch::No);
  EXPECT_THAT(own_children(), IsEmpty()) << "it does not go on for nobody";
}

TEST(PasswordWorker, AnswersWhereThereCanBeNoChild) {
  for (const char* program : {"/bin/true", "/no/such/program"}) {
    PasswordWorker worker({.program = program});
    EXPECT_EQ(ask(worker), PasswordMatch::Yes) << program;
    EXPECT_EQ(ask(worker, "violet"), PasswordMatch::No) << program;
  }
}

TEST(PasswordWorker, LetsAChildGoThatNobodyAsks) {
  PasswordWorker worker({.program = child_program(), .patience = kPatience, .quiet = 1ms});
  ask(worker);
  while (!own_children().empty()) std::this_thread::yield();
  EXPECT_EQ(ask(worker), PasswordMatch::Yes);
}

}  // namespace
}  // namespace cineloom::accounts
