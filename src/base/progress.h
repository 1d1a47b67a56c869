#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace cineloom {

/// One step of long work as seen from outside: the same value feeds the terminal bar, JSON lines and the API stream.
struct ProgressUpdate {
  std::string stage;                      ///< what is being done, e.g. "watching"
  std::string unit;                       ///< what is counted, e.g. "frames"
  std::int64_t done = 0;                  ///< units finished, 0 .. total
  std::int64_t total = 0;                 ///< units in all; 0 = not known
  double units_per_second = 0;            ///< mean rate since the stage began; 0 = not known yet
  std::optional<double> seconds_left;     ///< absent while rate or total is unknown
  bool is_finished = false;               ///< the last update of its stage
};

using ProgressSink = std::function<void(const ProgressUpdate&)>;

/// Counts one piece of long work and tells a sink about it at most ten times a second. Thread-safe.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// Without a sink nothing is reported; `now` is a parameter so that tests decide the time.
  explicit Progress(ProgressSink sink = {}, std::function<Clock::time_point()> now = Clock::now);

  /// Starts a stage; the one before it is finished. `total` 0 = not known.
  void begin(std::string_view stage, std::int64_t total = 0, std::string_view unit = "");
  void advance(std::int64_t units = 1);
  /// Sets the absolute count, for work that knows its position.
  void set(std::int64_t done);
  void finish();

 private:
  void report(bool is_finished);

  ProgressSink sink_;
  std::function<Clock::time_point()> now_;
  std::mutex mutex_;
  ProgressUpdate current_;
  Clock::time_point began_;
  Clock::time_point reported_;
  bool is_running_ = false;
};

/// A bar with rate and time left on a terminal: redraws one line of stderr.
ProgressSink terminal_progress();
/// One JSON object a line on stderr, for programs that watch us.
ProgressSink json_lines_progress();
/// The bar when stderr is a terminal, JSON lines otherwise.
ProgressSink default_progress();

/// The bar's text, at most `columns` wide: "watching  ████░░  62 %  812 frames/s  3 s left".
std::string progress_bar(const ProgressUpdate& update, int columns);
/// The JSON line's text, without a line end.
std::string progress_json(const ProgressUpdate& update);

}  // namespace cineloom
