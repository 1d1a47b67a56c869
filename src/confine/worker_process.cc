#include "confine/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "confine/internal/messages.h"

namespace cineloom {
namespace {

using messages::Kind;
using Clock = std::chrono::steady_clock;

/// How often a waiting parent looks whether it was cancelled.
constexpr int kWakeMilliseconds = 50;
constexpr std::size_t kMostRequestBytes = 512U << 20U;  ///< what an interrupted watching of a long film left is part of a request
/// Descriptors are moved out of the way of 3 and 4 before they are put there.
constexpr int kClearOfTargets = 10;

/// A child that is killed and reaped when the value goes; until then no other process gets its number.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill();
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {}
  }

  /// Ends it if it still runs, and says how it ended.
  [[nodiscard]] siginfo_t end() const {
    kill();
    siginfo_t end{};
    while (::waitid(P_PID, static_cast<id_t>(id_), &end, WEXITED | WNOWAIT) < 0 && errno == EINTR) {}
    return end;
  }

  /// It may be dead already, then it stays as it ended.
  void kill() const { std::ignore = ::kill(id_, SIGKILL); }

 private:
  pid_t id_;
};

std::unexpected<Error> cannot_start(int code) { return fail(ErrorCode::Unavailable, fmt::format("the worker cannot be started: {}", std::strerror(code))); }

Expected<FileDescriptor> moved_away(int descriptor) {
  FileDescriptor copy(::fcntl(descriptor, F_DUPFD_CLOEXEC, kClearOfTargets));
  if (copy.get() < 0) return cannot_start(errno);
  return copy;
}

Expected<std::pair<FileDescriptor, FileDescriptor>> make_channel() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return cannot_start(errno);
  return std::pair(FileDescriptor(ends[0]), FileDescriptor(ends[1]));
}

struct ActionsDeleter {
  void operator()(posix_spawn_file_actions_t* actions) const {
    posix_spawn_file_actions_destroy(actions);
    delete actions;  // made by make_unique below
  }
};
using Actions = std::unique_ptr<posix_spawn_file_actions_t, ActionsDeleter>;

/// Only the standard three, the input and the channel reach the child.
Expected<Actions> descriptor_plan(int input, int channel) {
  auto plain = std::make_unique<posix_spawn_file_actions_t>();
  if (const int code = posix_spawn_file_actions_init(plain.get()); code != 0) return cannot_start(code);
  Actions actions(plain.release());
  int code = posix_spawn_file_actions_adddup2(actions.get(), input, kWorkerInput);
  if (code == 0) code = posix_spawn_file_actions_adddup2(actions.get(), channel, kWorkerChannel);
  if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions.get(), kWorkerChannel + 1);
  if (code != 0) return cannot_start(code);
  return actions;
}

Expected<pid_t> start(const WorkerOptions& options, const FileDescriptor& input, const FileDescriptor& channel) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor input_copy, moved_away(input.get()));
  CINELOOM_TRY_ASSIGN(const FileDescriptor channel_copy, moved_away(channel.get()));
  CINELOOM_TRY_ASSIGN(const Actions actions, descriptor_plan(input_copy.get(), channel_copy.get()));
  std::vector<std::string> words = {"cineloom"};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string locale = "LC_ALL=C.UTF-8";
  std::array<char*, 2> environment = {locale.data(), nullptr};
  pid_t id = 0;
  const int code = ::posix_spawn(&id, options.executable.c_str(), actions.get(), nullptr, arguments.data(), environment.data());
  if (code != 0) return cannot_start(code);
  return id;
}

bool has_input(int descriptor, std::chrono::milliseconds patience) {
  pollfd poll{.fd = descriptor, .events = POLLIN, .revents = 0};
  int ready = 0;
  do { ready = ::poll(&poll, 1, patience.count() < 0 ? -1 : static_cast<int>(patience.count())); } while (ready < 0 && errno == EINTR);
  return ready != 0;
}

std::string describe_end(const siginfo_t& end) {
  if (end.si_code == CLD_EXITED) return fmt::format("it left with code {}", end.si_status);
  const int signal = end.si_status;
  if (signal == SIGSYS) return "it asked the system for something it may not do";
  if (signal == SIGXCPU) return "it used up its processor time";
  return fmt::format("signal {} ({})", signal, ::strsignal(signal));
}

/// The conversation with one child, from the parent's side.
class Conversation {
 public:
  Conversation(const WorkerOptions& options, pid_t child, int descriptor, const CancelToken& cancel)
      : options_(options), child_(child), descriptor_(descriptor), cancel_(cancel), end_(Clock::now() + options.deadline), heard_(Clock::now()) {}

  Expected<std::string> run(std::string_view request, const WorkerDataSink& take_data, Progress& progress) {
    if (auto sent = messages::send(descriptor_, Kind::Request, request); !sent) {
      is_broken_ = true;
      return std::unexpected(sent.error());
    }
    while (true) {
      CINELOOM_TRY_ASSIGN(messages::Message message, next());
      if (message.kind == Kind::Result) return std::move(message.bytes);
      if (message.kind == Kind::Error) return std::unexpected(messages::unpack_error(message.bytes));
      if (message.kind == Kind::Data && take_data) CINELOOM_TRY(take_data(message.bytes));
      if (message.kind == Kind::Progress) CINELOOM_TRY(show(message.bytes, progress));
    }
  }

  /// The child closed its end or talks nonsense: its death is the error, and it has to be waited for.
  [[nodiscard]] bool is_broken() const { return is_broken_; }

 private:
  /// The child is stopped, not asked: a decoder knows no pause.
  Expected<void> rest() {
    if (!options_.should_rest || Clock::now() < next_rest_check_) return {};
    next_rest_check_ = Clock::now() + std::chrono::milliseconds(kWakeMilliseconds);
    if (!options_.should_rest()) return {};
    const auto begin = Clock::now();
    std::ignore = ::kill(child_, SIGSTOP);  // it may have ended; that shows elsewhere
    auto stay = cancel_.check();
    for (; stay && options_.should_rest(); stay = cancel_.check()) std::this_thread::sleep_for(std::chrono::milliseconds(kWakeMilliseconds));
    std::ignore = ::kill(child_, SIGCONT);
    end_ += Clock::now() - begin;
    heard_ = Clock::now();
    return stay;
  }

  Expected<messages::Message> next() {
    CINELOOM_TRY(rest());
    auto message = messages::receive(descriptor_, options_.max_message_bytes, [this](int) { return wait(); });
    is_broken_ = !message && message.error().code() == ErrorCode::DataLoss;
    heard_ = Clock::now();
    return message;
  }

  Expected<void> wait() {
    while (true) {
      CINELOOM_TRY(cancel_.check());
      CINELOOM_TRY(rest());
      const auto now = Clock::now();
      if (now > end_) return fail(ErrorCode::ResourceExhausted, "the worker did not finish in the time allowed");
      if (now - heard_ > options_.patience) return fail(ErrorCode::ResourceExhausted, "the worker has gone silent");
      pollfd poll{.fd = descriptor_, .events = POLLIN, .revents = 0};
      if (::poll(&poll, 1, kWakeMilliseconds) > 0) return {};
    }
  }

  Expected<void> show(std::string_view bytes, Progress& progress) {
    CINELOOM_TRY_ASSIGN(const ProgressUpdate update, messages::unpack_progress(bytes));
    if (update.stage != stage_) {
      stage_ = update.stage;
      progress.begin(stage_, update.total, update.unit);
    }
    progress.set(update.done);
    return {};
  }

  const WorkerOptions& options_;
  pid_t child_;
  int descriptor_;
  const CancelToken& cancel_;
  Clock::time_point end_;
  Clock::time_point heard_;
  Clock::time_point next_rest_check_;
  std::string stage_;
  bool is_broken_ = false;
};

class LivingWorker final : public WorkerProcess {
 public:
  LivingWorker(pid_t id, FileDescriptor channel, std::size_t max_message_bytes)
      : child_(id), channel_(std::move(channel)), max_message_bytes_(max_message_bytes) {}

  Expected<void> send(std::string_view bytes) override { return messages::send(channel_.get(), Kind::Request, bytes); }

  Expected<std::string> receive() override {
    while (true) {
      auto message = messages::receive(channel_.get(), max_message_bytes_, {});
      if (!message) return std::unexpected(end());
      if (message->kind == Kind::Error) return std::unexpected(messages::unpack_error(message->bytes));
      if (message->kind == Kind::Data || message->kind == Kind::Result) return std::move(message->bytes);
    }
  }

  [[nodiscard]] bool has_message(std::chrono::milliseconds patience) const override { return has_input(channel_.get(), patience); }

  void stop() override {
    is_stopped_ = true;
    child_.kill();
    std::ignore = ::shutdown(channel_.get(), SHUT_RDWR);  // wakes whoever reads
  }

 private:
  Error end() {
    if (is_stopped_) return {ErrorCode::Cancelled, "the worker was stopped"};
    if (!end_) end_ = describe_end(child_.end());
    return Error(ErrorCode::DataLoss, fmt::format("the worker ended: {}", *end_)).advise("the file may be damaged or hostile");
  }

  Child child_;
  FileDescriptor channel_;
  std::size_t max_message_bytes_;
  std::optional<std::string> end_;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace

Expected<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const WorkerOptions& options, const FileDescriptor& input) {
  CINELOOM_TRY_ASSIGN(auto channel, make_channel());
  CINELOOM_TRY_ASSIGN(const pid_t id, cineloom::start(options, input, channel.second));
  return std::make_unique<LivingWorker>(id, std::move(channel.first), options.max_message_bytes);
}

Expected<std::string> run_worker(const WorkerOptions& options, const FileDescriptor& input, std::string_view request, const WorkerDataSink& take_data,
                                 Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(cancel.check());
  CINELOOM_TRY_ASSIGN(auto channel, make_channel());
  CINELOOM_TRY_ASSIGN(const pid_t id, start(options, input, channel.second));
  Child child(id);
  channel.second.close();  // so that the child's death is seen as the end of the channel
  Conversation conversation(options, id, channel.first.get(), cancel);
  Expected<std::string> answer = conversation.run(request, take_data, progress);
  if (answer || !conversation.is_broken()) return answer;
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("the worker ended without an answer: {}", describe_end(child.end())))
                             .advise("the file may be damaged or hostile; it is not tried again by itself"));
}

Expected<std::string> WorkerChannel::receive_request() const {
  CINELOOM_TRY_ASSIGN(messages::Message message, messages::receive(descriptor_, kMostRequestBytes, {}));
  if (message.kind != Kind::Request) return fail(ErrorCode::DataLoss, "expected a request");
  return std::move(message.bytes);
}

bool WorkerChannel::has_request(std::chrono::milliseconds patience) const { return has_input(descriptor_, patience); }

Expected<void> WorkerChannel::send_data(std::string_view bytes) const { return messages::send(descriptor_, Kind::Data, bytes); }
Expected<void> WorkerChannel::send_result(std::string_view bytes) const { return messages::send(descriptor_, Kind::Result, bytes); }
Expected<void> WorkerChannel::send_error(const Error& error) const { return messages::send(descriptor_, Kind::Error, messages::pack_error(error)); }

ProgressSink WorkerChannel::progress_sink() const {
  return
      [descriptor = descriptor_](const ProgressUpdate& update) { std::ignore = messages::send(descriptor, Kind::Progress, messages::pack_progress(update)); };
}

}  // namespace cineloom
