#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>

namespace cineloom::serve {

/// How much may wait.
struct AdmissionLimits {
  int prompt_threads = 1;                         ///< >= 1; that answer what is asked and quickly done
  int patient_threads = 8;                        ///< >= 1; that answer everything else
  int household = 48;                             ///< while no more connections are open, quick questions are never refused: each has one under way
  std::chrono::milliseconds prompt_wait{14};      ///< beyond that, a quick question that would wait longer for its turn is refused
  std::chrono::seconds patient_wait{10};          ///< the same for the rest
  int patient_most = 512;                         ///< requests of the rest that are there at once
  std::chrono::seconds patience{30};              ///< whoever waited so long for their turn has gone away: they are refused then
};

/// Decides which requests are taken on, so that those that are have their answer in time however many come. What a route costs is learned
/// from its answers. Two lanes: questions that are quickly answered wait for each other only; what writes, brings much, or takes long waits
/// in the other, where nobody expects an answer within milliseconds. Times are given, not read. Thread-safe.
class Admission {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  enum class Lane { Prompt, Patient };
  /// A request that was taken on.
  struct Ticket {
    Lane lane = Lane::Prompt;
    std::size_t route = 0;
    Time arrived;
    Duration expected{};  ///< time that it is thought to take
  };

  explicit Admission(const AdmissionLimits& limits);

  /// A request as far as it matters here.
  struct Request {
    std::string_view method;
    std::string_view path;
    std::size_t body_bytes = 0;
    int connections = 0;  ///< that may ask something, with its own
  };
  /// A ticket, or nothing if there is more to do than can be done in time. Every ticket must be given back with `finish`.
  std::optional<Ticket> enter(const Request& request, Time now);
  /// Whether it is still worth answering now that its turn has come.
  [[nodiscard]] bool is_worth_it(const Ticket& ticket, Time now) const;
  /// Gives a ticket back: how long the answer took, and how much of that on a processor. Nothing is learned from one that was not answered.
  struct Cost {
    Duration time{};
    Duration processor{};
  };
  void finish(const Ticket& ticket, const std::optional<Cost>& cost);
  /// When to come again: as long as what is there takes, 1 s at least.
  [[nodiscard]] std::chrono::seconds retry_after() const;

 private:
  struct Route {
    Duration time{};
    Duration processor{};
  };
  struct Load {
    int requests = 0;
    Duration expected{};  ///< of all of them together
  };
  [[nodiscard]] Lane lane_of(const Request& request, std::size_t route) const;
  [[nodiscard]] bool has_room(Lane lane, int connections) const;
  Load& load(Lane lane) { return lane == Lane::Prompt ? prompt_ : patient_; }

  static constexpr std::size_t kRoutes = 1024;  ///< by hash; what shares a place shares what is learned
  AdmissionLimits limits_;
  mutable std::mutex mutex_;
  std::array<Route, kRoutes> routes_;
  Load prompt_;
  Load patient_;
};

}  // namespace cineloom::serve
