#include "cli/interrupt.h"

#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <tuple>

namespace cineloom::cli {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

CancelSource& source() {
  static CancelSource instance;
  return instance;
}

// Signals are blocked in every thread and taken here, so no handler ever runs inside other code.
void take_signals() {
  const sigset_t set = stop_signals();
  int signal = 0;
  std::ignore = sigwait(&set, &signal);  // fails only for an invalid set
  source().cancel();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

CancelToken cancel_on_interrupt() {
  static const bool is_started = [] {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::thread([] {
      take_signals();
      // The next signal finds the default action in this thread and ends the program.
      for (;;) pause();
    }).detach();
    return true;
  }();
  std::ignore = is_started;
  return source().token();
}

void wait_for_interrupt() {
  const CancelToken token = cancel_on_interrupt();
  std::mutex mutex;
  std::condition_variable stopped;
  const std::stop_callback wake(token.stop_token(), [&] {
    const std::lock_guard lock(mutex);
    stopped.notify_all();
  });
  std::unique_lock lock(mutex);
  stopped.wait(lock, [&] { return token.is_cancelled(); });
}

}  // namespace cineloom::cli
