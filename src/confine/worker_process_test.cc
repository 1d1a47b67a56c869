#include "confine/worker_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "confine/sandbox.h"
#include "confine/testing/own_words.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::uint64_t kMemory = 1ULL << 30U;

std::string input_text() {
  std::string text(64, '\0');
  const ssize_t got = ::pread(kWorkerInput, text.data(), text.size(), 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

/// What the re-executed test program does instead of its tests.
Expected<void> work_as_child(const std::string& task, const WorkerChannel& channel) {
  CINELOOM_TRY_ASSIGN(const std::string request, channel.receive_request());
  if (task == "die") ::raise(SIGSEGV);
  if (task == "leave") ::_exit(7);
  if (task == "hang") ::pause();
  if (task == "babble") std::ignore = ::write(kWorkerChannel, "\xFF\xFF\xFF\xFF\xFF nonsense", 14);
  if (task == "shout") return channel.send_error(Error(ErrorCode::DataLoss, "expected \x1B[31ma film\xFF").advise("give\x9B 1m\na film"));
  if (task == "refuse") { return channel.send_error(Error(ErrorCode::InvalidArgument, "expected a film, found a poem").advise("give a film")); }
  if (task == "confined" || task == "open" || task == "connect" || task == "execute") {
    CINELOOM_TRY_ASSIGN(const SandboxLevel level, confine_this_process({.memory_bytes = kMemory, .processor_seconds = 20}));
    if (task == "connect") std::ignore = ::socket(AF_INET, SOCK_STREAM, 0);
    if (task == "execute") std::ignore = ::execl("/bin/true", "true", nullptr);
    if (task == "open") return channel.send_result(::open("/etc/passwd", O_RDONLY) < 0 ? "refused" : "opened");
    return channel.send_result(level.is_filtered ? input_text() : "not filtered");
  }
  Progress progress(channel.progress_sink());
  progress.begin("counting", 3, "steps");
  progress.set(3);
  CINELOOM_TRY(channel.send_data("first"));
  CINELOOM_TRY(channel.send_data("second"));
  return channel.send_result(request + " " + input_text());
}

/// Runs before main: the tests start this very program as their worker.
const bool kIsChild = [] {
  constexpr std::string_view kMark = " --worker-child ";
  const std::string words = own_words();
  const auto at = words.find(kMark);
  if (at == std::string::npos) return false;
  const std::string task = words.substr(at + kMark.size(), words.size() - at - kMark.size() - 1);
  const WorkerChannel channel;
  const auto done = work_as_child(task, channel);
  if (!done) std::ignore = channel.send_error(done.error());  // the parent sees the end of the channel otherwise
  ::_exit(0);
}();

struct Job {
  WorkerOptions options;
  std::vector<std::string> data;
  std::vector<ProgressUpdate> updates;

  explicit Job(std::string task) { options.arguments = {"--worker-child", std::move(task)}; }

  Expected<std::string> run(const CancelToken& cancel = {}) {
    CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
    CINELOOM_TRY(write_file(folder.path() / "input", "world"));
    CINELOOM_TRY_ASSIGN(const FileDescriptor input, FileDescriptor::open_for_reading(folder.path() / "input"));
    Progress progress([this](const ProgressUpdate& update) { updates.push_back(update); });
    return run_worker(
        options, input, "hello",
        [this](std::string_view bytes) -> Expected<void> {
          data.emplace_back(bytes);
          return {};
        },
        progress, cancel);
  }
};

TEST(WorkerProcess, GivesTheRequestAndTheFileAndBringsTheResult) {
  Job job("echo");
  const auto result = job.run();
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(*result, "hello world");
  EXPECT_THAT(job.data, testing::ElementsAre("first", "second"));
  ASSERT_FALSE(job.updates.empty());
  EXPECT_EQ(job.updates.front().stage, "counting");
}

TEST(WorkerProcess, PassesOnTheErrorThatTheChildReports) {
  const auto result = Job("refuse").run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(result.error().next_step(), "give a film");
}

TEST(WorkerProcess, ShowsWhatAChildReportsAsOneLineOfText) {
  const auto result = Job("shout").run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "expected [31ma film\xEF\xBF\xBD");
  EXPECT_EQ(result.error().next_step(), "give\xEF\xBF\xBD 1m a film");
}

/// Whether a child of this process has ended and still holds its number.
bool has_dead_child() {
  siginfo_t end{};
  return ::waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0;
}

TEST(WorkerProcess, KeepsTheNumberOfADeadChildSoThatStoppingItReachesNobodyElse) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  ASSERT_TRUE(write_file(folder.path() / "input", "world"));
  const FileDescriptor input = *FileDescriptor::open_for_reading(folder.path() / "input");
  auto worker = WorkerProcess::start(Job("leave").options, input);
  ASSERT_TRUE(worker) << worker.error().describe();
  ASSERT_TRUE((*worker)->send("hello"));
  const auto end = (*worker)->receive();
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().message(), HasSubstr("code 7"));
  EXPECT_TRUE(has_dead_child());
  (*worker)->stop();
  worker->reset();
  EXPECT_FALSE(has_dead_child());
}

TEST(WorkerProcess, SaysWhetherAMessageOrTheEndComesInTime) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  ASSERT_TRUE(write_file(folder.path() / "input", "world"));
  const FileDescriptor input = *FileDescriptor::open_for_reading(folder.path() / "input");
  const auto silent = *WorkerProcess::start(Job("hang").options, input);
  EXPECT_FALSE(silent->has_message(1ms));
  silent->stop();
  EXPECT_TRUE(silent->has_message(-1ms));
  const auto talker = *WorkerProcess::start(Job("echo").options, input);
  ASSERT_TRUE(talker->send("hello"));
  EXPECT_TRUE(talker->has_message(-1ms));
  EXPECT_EQ(*talker->receive(), "first");
}

TEST(WorkerProcess, TakesADeadChildForADamagedFile) {
  for (const auto* task : {"die", "leave", "babble"}) {
    const auto result = Job(task).run();
    ASSERT_FALSE(result) << task;
    EXPECT_EQ(result.error().code(), ErrorCode::DataLoss) << task;
    EXPECT_FALSE(result.error().next_step().empty()) << task;
  }
}

TEST(WorkerProcess, StandsStillWhileItShouldRestAndDoesNotCountThatTime) {
  Job job("hang");
  job.options.deadline = 60ms;  // a rest of ten looks is longer than that
  int looks = 0;
  job.options.should_rest = [&] { return ++looks < 10; };
  const auto result = job.run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::ResourceExhausted);
  EXPECT_GE(looks, 10);
}

TEST(WorkerProcess, CanBeCancelledWhileItRests) {
  Job job("hang");
  CancelSource source;
  int looks = 0;
  job.options.should_rest = [&] {
    if (++looks == 3) source.cancel();
    return true;
  };
  const auto result = job.run(source.token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::Cancelled);
}

TEST(WorkerProcess, EndsAChildThatIsTooSlow) {
  Job job("hang");
  job.options.deadline = 100ms;
  const auto result = job.run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::ResourceExhausted);
}

TEST(WorkerProcess, EndsAChildThatIsSilent) {
  Job job("hang");
  job.options.patience = 100ms;
  const auto result = job.run();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message(), HasSubstr("silent"));
}

TEST(WorkerProcess, StopsWhenAsked) {
  CancelSource source;
  Job job("hang");
  std::jthread asker([&] { source.cancel(); });
  const auto result = job.run(source.token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::Cancelled);
}

TEST(WorkerProcess, SaysThatAProgramCannotBeStarted) {
  Job job("echo");
  job.options.executable = "/nowhere/cineloom";
  const auto result = job.run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::Unavailable);
}

TEST(Sandbox, LeavesTheInheritedFileReadable) {
  const auto result = Job("confined").run();
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(*result, "world");
}

TEST(Sandbox, RefusesToOpenFiles) {
  const auto result = Job("open").run();
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(*result, "refused");
}

TEST(Sandbox, KillsAChildThatReachesForTheNetworkOrAProgram) {
  for (const auto* task : {"connect", "execute"}) {
    const auto result = Job(task).run();
    ASSERT_FALSE(result) << task;
    EXPECT_THAT(result.error().message(), HasSubstr("may not do")) << task;
  }
}

TEST(Sandbox, SaysWhatTheKernelOffers) { EXPECT_THAT(available_sandbox().describe(), HasSubstr("system calls")); }

}  // namespace
}  // namespace cineloom
