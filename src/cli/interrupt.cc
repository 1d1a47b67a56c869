#include "cli/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <thread>
#include <tuple>

namespace cineloom::cli {
namespace {

CancelSource& source() {
  static CancelSource instance;
  return instance;
}

int wake_descriptor = -1;  // an eventfd; open for as long as the program runs

// Signals cannot be left to one thread that waits for them: libraries start threads before main that do not block them. So
// they are handled wherever they arrive, with no more than is safe there.
void on_stop_signal(int) {
  const int kept = errno;
  const std::uint64_t one = 1;
  std::ignore = ::write(wake_descriptor, &one, sizeof(one));  // a full counter wakes as well
  errno = kept;
}

void pass_on_first_signal() {
  std::uint64_t count = 0;
  while (::read(wake_descriptor, &count, sizeof(count)) < 0 && errno == EINTR) {}
  source().cancel();
}

void handle(int signal) {
  struct sigaction action{};
  action.sa_handler = on_stop_signal;
  // The second signal finds the default action and ends the program.
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  std::ignore = ::sigaction(signal, &action, nullptr);  // fails only for signals that do not exist
}

}  // namespace

CancelToken cancel_on_interrupt() {
  static const bool is_started = [] {
    wake_descriptor = ::eventfd(0, EFD_CLOEXEC);
    if (wake_descriptor < 0) return false;  // then signals keep their default action
    std::thread(pass_on_first_signal).detach();
    handle(SIGINT);
    handle(SIGTERM);
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
