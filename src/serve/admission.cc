#include "serve/admission.h"

#include <algorithm>
#include <string>

#include "base/hash.h"

namespace cineloom::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMuchBody = 64U << 10U;
constexpr auto kFirstGuess = 1ms;
constexpr auto kLongWork = 100ms;  // on a processor
constexpr int kLargestStep = 8;    // one odd answer, as the first that loads a model, is not the measure of the next
constexpr double kNewest = 0.2;

/// A route whatever its numbers: "/films/12/scenes" and "/films/7/scenes" are one.
std::size_t route_of(std::string_view method, std::string_view path) {
  std::string shape(method);
  for (const char letter : path) {
    const bool is_digit = letter >= '0' && letter <= '9';
    if (!is_digit) shape += letter;
    if (is_digit && !shape.ends_with('#')) shape += '#';
  }
  return static_cast<std::size_t>(fnv1a64(shape));
}

Admission::Duration learn(Admission::Duration known, Admission::Duration seen) {
  const auto step = std::min(seen, known * kLargestStep) - known;
  return known + std::chrono::duration_cast<Admission::Duration>(step * kNewest);
}

}  // namespace

Admission::Admission(const AdmissionLimits& limits) : limits_(limits) { routes_.fill({.time = kFirstGuess, .processor = kFirstGuess}); }

Admission::Lane Admission::lane_of(const Request& request, std::size_t route) const {
  const bool is_question = request.method == "GET" || request.method == "HEAD";
  return is_question && request.body_bytes < kMuchBody && routes_[route].processor < kLongWork ? Lane::Prompt : Lane::Patient;
}

// A few are taken on whatever is expected of them: nobody waits longer than for those before them, and what was learned can be unlearned.
bool Admission::has_room(Lane lane, int connections) const {
  if (lane == Lane::Prompt) {
    return connections <= limits_.household || prompt_.requests < 2 * limits_.prompt_threads ||
           prompt_.expected <= limits_.prompt_wait * limits_.prompt_threads;
  }
  if (patient_.requests >= limits_.patient_most) return false;
  return patient_.requests < 2 * limits_.patient_threads || patient_.expected <= limits_.patient_wait * limits_.patient_threads;
}

std::optional<Admission::Ticket> Admission::enter(const Request& request, Time now) {
  const std::size_t route = route_of(request.method, request.path) % kRoutes;
  const std::lock_guard lock(mutex_);
  const Lane lane = lane_of(request, route);
  // Whoever watches over the server must learn how it is, then above all.
  if (!has_room(lane, request.connections) && !request.path.starts_with("/health/")) return std::nullopt;
  const Ticket ticket{.lane = lane, .route = route, .arrived = now, .expected = routes_[route].time};
  ++load(lane).requests;
  load(lane).expected += ticket.expected;
  return ticket;
}

bool Admission::is_worth_it(const Ticket& ticket, Time now) const { return now - ticket.arrived <= limits_.patience; }

void Admission::finish(const Ticket& ticket, const std::optional<Cost>& cost) {
  const std::lock_guard lock(mutex_);
  --load(ticket.lane).requests;
  load(ticket.lane).expected -= ticket.expected;
  if (!cost) return;
  Route& route = routes_[ticket.route];
  route = {.time = learn(route.time, std::max<Duration>(cost->time, 1us)), .processor = learn(route.processor, std::max<Duration>(cost->processor, 1us))};
}

std::chrono::seconds Admission::retry_after() const {
  const std::lock_guard lock(mutex_);
  const auto prompt = prompt_.expected / limits_.prompt_threads;
  const auto patient = patient_.expected / limits_.patient_threads;
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(std::max(prompt, patient)));
}

}  // namespace cineloom::serve
