#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/expected.h"
#include "base/secret.h"
#include "confine/worker_process.h"
#include "privacy/password.h"

namespace cineloom::accounts {

struct PasswordAnswer {
  privacy::PasswordMatch match = privacy::PasswordMatch::No;
  std::string renewed;  ///< the hash anew where it matches but was made at another cost; empty = the old one stays
};

struct PasswordWorkerOptions {
  std::filesystem::path program = {};          ///< started as "... worker password"; empty = this process does the work
  std::chrono::milliseconds patience{1'000};   ///< with a child to which a busy machine leaves no time
  std::chrono::milliseconds quiet{60'000};     ///< after which a child that nobody asks is let go
};

/// Compares passwords with hashes in a process of its own, which gets the time that nobody else wants (docs/adr/024.md); where nobody leaves it
/// any, a sign-in is not to wait for the end of a training, and its own second of waiting is pace enough. Thread-safe; one question at a time.
class PasswordWorker {
 public:
  explicit PasswordWorker(PasswordWorkerOptions options);

  /// Takes as long as the hash's cost. Of a child that died or gets no time, or where there can be none, this process does the work.
  PasswordAnswer ask(const std::string& hash, const Secret& password, const privacy::PasswordCost& cost);

 private:
  using Clock = std::chrono::steady_clock;
  Expected<PasswordAnswer> ask_child(const Secret& question, const privacy::PasswordCost& cost);
  Expected<void> start_child();
  void let_go_when_quiet(const std::stop_token& stop);

  PasswordWorkerOptions options_;
  std::mutex mutex_;
  std::condition_variable_any started_;
  std::unique_ptr<WorkerProcess> child_;
  Clock::time_point asked_at_;
  std::jthread watch_;
};

/// The child's side: `cineloom worker password`, confined. Errors: DataLoss once the parent is gone.
Expected<void> run_password_worker();

}  // namespace cineloom::accounts
