#include "domain/telling.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace cineloom {
namespace {

using Tellings = std::vector<Telling*>;

constexpr std::chrono::hours kDay{24};

bool is_told_here(const Telling& telling) { return telling.event.origin.empty() || telling.event.origin == "cineloom"; }

std::chrono::sys_days day_of(const Telling& telling) { return std::chrono::floor<std::chrono::days>(telling.event.at); }

/// The last rating of each source.
Tellings last_of_each(const Tellings& ratings) {
  std::map<std::string_view, Telling*> last;
  for (Telling* rating : ratings) {
    Telling*& known = last[rating->event.origin];
    if (known == nullptr || known->event.at <= rating->event.at) known = rating;
  }
  Tellings list;
  for (const auto& [origin, rating] : last) list.push_back(rating);
  return list;
}

/// A coarse rating that is a day younger and a whole step away is a change of mind, not a rounding.
bool is_change_of_mind(const Telling& coarse, const Telling& fine) {
  return coarse.event.at >= fine.event.at + kDay && std::abs(coarse.event.value.value_or(0) - fine.event.value.value_or(0)) >= coarse.step;
}

void settle_ratings(const Tellings& ratings) {
  Tellings sources = last_of_each(ratings);
  if (sources.size() < 2) return;
  std::ranges::sort(sources, {}, [](const Telling* one) { return std::tuple(one->step, -one->event.at.time_since_epoch(), one->event.origin); });
  const Telling* best = sources.front();
  for (const Telling* source : sources) {
    if (is_change_of_mind(*source, *best)) best = source;
  }
  for (Telling* rating : ratings) rating->is_standing = rating->event.origin == best->event.origin || is_told_here(*rating);
}

/// One viewing, told by at most one event of each source.
struct Viewing {
  std::chrono::sys_days day;
  Tellings told;
};

bool is_of(const Viewing& viewing, const Telling& telling) {
  return std::chrono::abs(day_of(telling) - viewing.day) <= std::chrono::days(1) &&
         std::ranges::none_of(viewing.told, [&](const Telling* other) { return other->event.origin == telling.event.origin; });
}

/// A viewing on the very day is the same one before a viewing on the next.
Viewing* viewing_of(std::vector<Viewing>& viewings, const Telling& telling) {
  Viewing* near = nullptr;
  for (Viewing& viewing : viewings) {
    if (!is_of(viewing, telling)) continue;
    if (viewing.day == day_of(telling)) return &viewing;
    near = &viewing;
  }
  return near;
}

void settle_watches(Tellings watches) {
  std::ranges::stable_sort(watches, {}, [](const Telling* one) { return std::tuple(one->precision == Precision::Marking, one->event.at); });
  std::vector<Viewing> viewings;
  for (Telling* watch : watches) {
    const bool is_note = watch->precision == Precision::Marking;
    Viewing* known = is_note && !viewings.empty() ? &viewings.front() : viewing_of(viewings, *watch);
    if (known == nullptr) known = &viewings.emplace_back(Viewing{.day = day_of(*watch), .told = {}});
    known->told.push_back(watch);
  }
  for (const Viewing& viewing : viewings) {
    const auto stands = std::ranges::min_element(viewing.told, {}, [](const Telling* one) { return std::tuple(!is_told_here(*one), one->precision); });
    for (Telling* watch : viewing.told) watch->is_standing = watch == *stands || is_told_here(*watch);
  }
}

/// The first source's stand.
void settle_once(const Tellings& told) {
  const auto first = std::ranges::min_element(told, {}, [](const Telling* one) { return std::tuple(!is_told_here(*one), one->event.at); });
  for (Telling* one : told) one->is_standing = one->event.origin == (*first)->event.origin || is_told_here(*one);
}

}  // namespace

void settle_tellings(std::span<Telling> told) {
  std::map<std::pair<FilmId, EventKind>, Tellings> acts;
  for (Telling& telling : told) {
    telling.is_standing = true;
    acts[{telling.event.film, telling.event.kind}].push_back(&telling);
  }
  for (auto& [act, tellings] : acts) {
    switch (act.second) {
      case EventKind::Rate: settle_ratings(tellings); break;
      case EventKind::Watch: settle_watches(std::move(tellings)); break;
      case EventKind::Like:
      case EventKind::Wish:
      case EventKind::Hide: settle_once(tellings); break;
      case EventKind::Unhide:
      case EventKind::Skip:
      case EventKind::Abandon: break;
    }
  }
}

}  // namespace cineloom
