#include "accounts/password_worker.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include <charconv>
#include <optional>
#include <tuple>

#include "confine/sandbox.h"

namespace cineloom::accounts {
namespace {

constexpr int kLowestPriority = 19;
constexpr std::uint64_t kMemory = 4ULL << 30U;  ///< the dearest hash takes 1 GiB, the libraries' addresses another
constexpr std::size_t kMostAnswerBytes = 4096;
constexpr std::string_view kNo = "no";
constexpr std::string_view kYes = "yes ";

PasswordAnswer compare(const std::string& hash, const Secret& password, const privacy::PasswordCost& cost) {
  PasswordAnswer answer{.match = privacy::match_password(hash, password), .renewed = {}};
  if (answer.match == privacy::PasswordMatch::No || !privacy::is_outdated(hash, cost)) return answer;
  if (auto renewed = privacy::hash_password(password, cost)) answer.renewed = *std::move(renewed);
  return answer;
}

struct Question {
  privacy::PasswordCost cost;
  std::string hash;
  Secret password;
};

/// "2 67108864 $argon2id$...", the end of the line, and the password, which may hold anything.
Secret pack_question(const std::string& hash, const Secret& password, const privacy::PasswordCost& cost) {
  return Secret(fmt::format("{} {} {}\n{}", cost.passes, cost.memory_bytes, hash, password.reveal()));
}

/// The number that a text begins with, which is taken off with the letter behind it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

Expected<Question> unpack_question(const Secret& packed) {
  std::string_view text = packed.reveal();
  const auto passes = take_number(text);
  const auto memory = take_number(text);
  const auto end = text.find('\n');
  if (!passes || !memory || end == std::string_view::npos) return fail(ErrorCode::InvalidArgument, "expected a cost, a hash and a password");
  return Question{.cost = {.passes = *passes, .memory_bytes = *memory}, .hash = std::string(text.substr(0, end)), .password = Secret(text.substr(end + 1))};
}

std::string pack_answer(const PasswordAnswer& answer) {
  return answer.match == privacy::PasswordMatch::Yes ? std::string(kYes) + answer.renewed : std::string(kNo);
}

/// A new hash is taken only if it is one, of the cost that was asked for.
Expected<PasswordAnswer> unpack_answer(std::string_view text, const privacy::PasswordCost& cost) {
  if (text == kNo) return PasswordAnswer{};
  if (!text.starts_with(kYes)) return fail(ErrorCode::DataLoss, "the process that compares passwords says neither yes nor no");
  std::string renewed(text.substr(kYes.size()));
  if (!renewed.empty() && privacy::is_outdated(renewed, cost)) return fail(ErrorCode::DataLoss, "the process that compares passwords made no hash");
  return PasswordAnswer{.match = privacy::PasswordMatch::Yes, .renewed = std::move(renewed)};
}

/// Whoever else wants the processor gets it at once, which the lowest priority alone does not give: its turns last up to a tick.
void step_aside() {
  const sched_param none{};
  if (::sched_setscheduler(0, SCHED_IDLE, &none) == 0) return;
  std::ignore = ::setpriority(PRIO_PROCESS, 0, kLowestPriority);  // without either only the pace holds
}

}  // namespace

PasswordWorker::PasswordWorker(PasswordWorkerOptions options) : options_(std::move(options)) {
  if (options_.program.empty()) return;
  watch_ = std::jthread([this](const std::stop_token& stop) { let_go_when_quiet(stop); });
}

PasswordAnswer PasswordWorker::ask(const std::string& hash, const Secret& password, const privacy::PasswordCost& cost) {
  if (options_.program.empty()) return compare(hash, password, cost);
  {
    const std::lock_guard lock(mutex_);
    if (const auto answer = ask_child(pack_question(hash, password, cost), cost)) return *answer;
    child_.reset();
  }
  return compare(hash, password, cost);
}

Expected<PasswordAnswer> PasswordWorker::ask_child(const Secret& question, const privacy::PasswordCost& cost) {
  if (!child_) CINELOOM_TRY(start_child());
  asked_at_ = Clock::now();
  CINELOOM_TRY(child_->send(question.reveal()));
  if (!child_->has_message(options_.patience)) return fail(ErrorCode::ResourceExhausted, "the machine has no time for the process that compares passwords");
  CINELOOM_TRY_ASSIGN(const std::string answer, child_->receive());
  return unpack_answer(answer, cost);
}

Expected<void> PasswordWorker::start_child() {
  CINELOOM_TRY_ASSIGN(const FileDescriptor unused, FileDescriptor::open_for_reading(options_.program));
  const WorkerOptions worker{.executable = options_.program, .arguments = {"worker", "password"}, .max_message_bytes = kMostAnswerBytes};
  CINELOOM_TRY_ASSIGN(child_, WorkerProcess::start(worker, unused));
  started_.notify_one();
  return {};
}

void PasswordWorker::let_go_when_quiet(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    started_.wait(lock, stop, [this] { return child_ != nullptr; });
    const auto end = asked_at_ + options_.quiet;
    if (Clock::now() >= end) child_.reset();
    started_.wait_until(lock, stop, end, [this] { return child_ == nullptr; });
  }
}

Expected<void> run_password_worker() {
  step_aside();
  const WorkerChannel channel;
  CINELOOM_TRY(confine_this_process({.memory_bytes = kMemory, .processor_seconds = 0}));
  while (true) {
    CINELOOM_TRY_ASSIGN(std::string packed, channel.receive_request());
    CINELOOM_TRY_ASSIGN(const Question question, unpack_question(Secret(std::move(packed))));
    CINELOOM_TRY(channel.send_data(pack_answer(compare(question.hash, question.password, question.cost))));
  }
}

}  // namespace cineloom::accounts
