#include "feedback/feedback.h"

#include <fmt/format.h>

#include <cmath>

#include "domain/event_value.h"

namespace cineloom {
namespace {

constexpr std::size_t kLongestKey = 200;

Expected<double> stars_of(const Event& event) {
  if (!is_value_of(event.kind, event.value)) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("expected 0.5 to 5 stars, found {}", event.value ? fmt::format("{}", *event.value) : "none"))
            .advise("rate in halves from 0.5 to 5"));
  }
  return std::round(*event.value * 2) / 2;
}

}  // namespace

Expected<Event> accept_event(Event event) {
  if (event.viewer.is_none()) return fail(ErrorCode::InvalidArgument, "an event needs a viewer");
  if (event.film.is_none()) return fail(ErrorCode::InvalidArgument, "an event needs a film");
  if (event.key.size() > kLongestKey) return fail(ErrorCode::InvalidArgument, fmt::format("an event's key has at most {} bytes", kLongestKey));
  if (event.mood && !is_feeling(*event.mood)) return fail(ErrorCode::InvalidArgument, "a mood has a valence of -1 to 1 and an arousal of 0 to 1");
  if (event.kind == EventKind::Rate) {
    CINELOOM_TRY_ASSIGN(event.value, stars_of(event));
  } else if (event.kind == EventKind::Abandon) {
    if (!is_value_of(event.kind, event.value)) return fail(ErrorCode::InvalidArgument, "the share watched is 0 to 1");
  } else {
    event.value.reset();
  }
  return event;
}

}  // namespace cineloom
