#include "capacity.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace cineloom::bench {
namespace {

constexpr double kDay = 86'400;
constexpr double kBusy = 0.6;  // past it waiting grows faster than load
constexpr double kCoresOfNode = 8;
constexpr double kItemsMeasured = 2000;  // at which an answer's cost was measured

/// Over the mean of the day: a wave whose top is the peak and whose bottom is what is left, never below nothing.
double curve(double second, double peak) {
  const double wave = std::cos(2 * std::numbers::pi * (second / kDay - 20.0 / 24));
  const double sharpness = peak - 1;
  // exp(s * cos) has its mean at I0(s); a few terms are enough to norm it.
  double mean = 0;
  for (int hour = 0; hour < 240; ++hour) mean += std::exp(sharpness * std::cos(2 * std::numbers::pi * hour / 240)) / 240;
  return std::exp(sharpness * wave) / mean;
}

double poisson(double mean, std::mt19937_64& random) {
  if (mean < 50) return static_cast<double>(std::poisson_distribution<std::int64_t>(mean)(random));
  return std::max(0.0, std::round(std::normal_distribution<double>(mean, std::sqrt(mean))(random)));
}

}  // namespace

Need need_of(const Constants& constants, const Audience& audience, const Prices& prices) {
  constexpr double kGb = 1e9;
  Need need;
  need.events_per_s = audience.viewers * audience.events_a_day / kDay * audience.peak;
  need.databases = std::max(1.0, std::ceil(need.events_per_s / (kBusy * constants.single_events_per_s)));
  need.disk_gb = (audience.viewers * (constants.viewer_bytes + audience.events_each * constants.event_bytes) + audience.items * constants.item_bytes +
                  constants.words_bytes) /
                 kGb;
  const double answers_per_s = audience.viewers * audience.answers_a_day / kDay * audience.peak;
  need.answer_core_ms = constants.answer_core_ms + std::max(0.0, audience.items - kItemsMeasured) * constants.answer_core_ms_per_item;
  need.answer_cores = std::max(2.0, std::ceil(answers_per_s * need.answer_core_ms / 1000 / kBusy));
  need.nodes = std::ceil(need.answer_cores / kCoresOfNode);
  need.node_memory_gb = (constants.node_memory_bytes + audience.items * constants.item_memory_bytes) / kGb;
  need.training_memory_gb = audience.viewers * audience.events_each * constants.event_memory_bytes / kGb;
  // A database server as measured has two cores and 8 GB; training is rented for an hour a day.
  const double training = need.training_memory_gb * prices.memory_gb / 24;
  need.euros_a_month = need.databases * (2 * prices.core + 8 * prices.memory_gb) + 2 * need.disk_gb * prices.disk_gb + need.answer_cores * prices.core +
                       need.nodes * need.node_memory_gb * prices.memory_gb + training;
  return need;
}

SimulatedDay simulate_day(const Constants& constants, const Audience& audience, double databases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const double capacity = databases * constants.single_events_per_s;
  const double mean = audience.viewers * audience.events_a_day / kDay;
  SimulatedDay day;
  double waiting = 0;
  std::vector<std::pair<double, double>> waits;  // seconds, events that waited so long
  for (int second = 0; second < static_cast<int>(kDay); ++second) {
    const double came = poisson(mean * curve(second, audience.peak), random);
    waiting += came;
    const double wait = waiting / capacity;
    waits.emplace_back(wait, came);
    waiting = std::max(0.0, waiting - capacity);
    day.events += came;
    day.longest_wait_s = std::max(day.longest_wait_s, wait);
  }
  std::ranges::sort(waits);
  double before = 0;
  for (const auto& [wait, events] : waits) {
    before += events;
    if (before < 0.99 * day.events) continue;
    day.p99_wait_s = wait;
    break;
  }
  return day;
}

}  // namespace cineloom::bench
