#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/files.h"
#include "base/progress.h"

/// Foreign bytes are decoded in a child process of the same program. Parent and child trade length-prefixed messages
/// over a socket; what they carry is for the two ends to agree on. The parent trusts nothing the child says.
namespace cineloom {

inline constexpr int kWorkerInput = 3;    ///< the child's descriptor of the file to work on
inline constexpr int kWorkerChannel = 4;  ///< the child's end of the socket

struct WorkerOptions {
  std::filesystem::path executable = "/proc/self/exe";
  std::vector<std::string> arguments;                ///< behind the program's name, e.g. {"worker", "media"}
  std::chrono::milliseconds deadline{6 * 3'600'000}; ///< for the whole job
  std::chrono::milliseconds patience{120'000};       ///< without any message
  std::size_t max_message_bytes = 256U << 20U;
  std::function<bool()> should_rest = {};            ///< asked some times a second: while true the child stands still, and its clocks with it
};

/// Takes what the child sends before its result, in order. An error stops the child and is passed on.
using WorkerDataSink = std::function<Expected<void>(std::string_view bytes)>;

/// Starts a child, hands it `input` and `request`, waits for its result. The child inherits no other descriptor and no
/// environment; it is killed when this call ends early. Its progress is shown through `progress`.
/// Errors: those the child reports; DataLoss if it dies; ResourceExhausted if it is silent or too slow; Cancelled;
/// Unavailable if it cannot be started; those of the sink.
Expected<std::string> run_worker(const WorkerOptions& options, const FileDescriptor& input, std::string_view request, const WorkerDataSink& take_data,
                                 Progress& progress, const CancelToken& cancel);

/// A child that lives through many messages, both ways, until the value goes. `send` and `receive` may run on two threads.
class WorkerProcess {
 public:
  /// As run_worker starts one; of the options the program, its arguments and the size of messages count.
  static Expected<std::unique_ptr<WorkerProcess>> start(const WorkerOptions& options, const FileDescriptor& input);
  virtual ~WorkerProcess() = default;

  /// Errors: DataLoss if the child is gone.
  virtual Expected<void> send(std::string_view bytes) = 0;
  /// The next message. Errors: those the child reports; DataLoss with the cause of its death; Cancelled after `stop`.
  virtual Expected<std::string> receive() = 0;
  /// Whether a message, or the child's end, comes within the time; negative waits for ever.
  [[nodiscard]] virtual bool has_message(std::chrono::milliseconds patience) const = 0;
  /// Kills the child: a waiting `receive` ends.
  virtual void stop() = 0;
};

/// The child's end. Not thread-safe.
class WorkerChannel {
 public:
  /// `descriptor` is borrowed; it is kWorkerChannel except in tests.
  explicit WorkerChannel(int descriptor = kWorkerChannel) : descriptor_(descriptor) {}

  /// Errors: DataLoss if the parent is gone.
  [[nodiscard]] Expected<std::string> receive_request() const;
  /// Whether a request, or the parent's end, comes within the time; negative waits for ever.
  [[nodiscard]] bool has_request(std::chrono::milliseconds patience) const;
  Expected<void> send_data(std::string_view bytes) const;
  /// The last message of a child that did its work.
  Expected<void> send_result(std::string_view bytes) const;
  /// The last message of one that could not.
  Expected<void> send_error(const Error& error) const;
  /// For the Progress of the work; what cannot be sent is dropped, because the parent being gone shows elsewhere.
  [[nodiscard]] ProgressSink progress_sink() const;

 private:
  int descriptor_;
};

}  // namespace cineloom
