#include "feedback/monitors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "feedback/calibration.h"
#include "feedback/slate_outcomes.h"

namespace cineloom {
namespace {

using Counts = std::map<FilmId, int>;

constexpr std::size_t kGroups = 10;
constexpr int kFewestEvents = 100;
constexpr double kLargeShift = 0.25;
constexpr double kLargeGrowth = 0.2;
constexpr int kFewestNewEvents = 20;

double error_of(const ForecastPair& pair) { return std::abs(pair.forecast.stars - pair.actual); }

Timestamp day_of(Timestamp at) { return std::chrono::floor<std::chrono::days>(at); }

Timestamp monday_of(Timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

int total_of(const Counts& counts) {
  int total = 0;
  for (const auto& [film, count] : counts) total += count;
  return total;
}

/// The group of each film that was watched before: the most watched ones, with a tenth of all events, are group 0.
std::map<FilmId, std::size_t> groups_of(const Counts& before, int total) {
  std::vector<std::pair<int, FilmId>> films;
  for (const auto& [film, count] : before) films.emplace_back(-count, film);
  std::ranges::sort(films);
  std::map<FilmId, std::size_t> groups;
  double seen = 0;
  for (const auto& [negative, film] : films) {
    // The middle of the film's own events decides, so that one film watched by everybody does not push itself out of the first group.
    groups[film] = std::min(kGroups - 1, static_cast<std::size_t>((seen - negative / 2.0) / total * kGroups));
    seen -= negative;
  }
  return groups;
}

std::array<double, kGroups> shares_of(const Counts& counts, const std::map<FilmId, std::size_t>& groups) {
  std::array<double, kGroups> shares{};
  shares.fill(0.5);
  for (const auto& [film, count] : counts) {
    const auto group = groups.find(film);
    shares[group == groups.end() ? kGroups - 1 : group->second] += count;
  }
  const double total = total_of(counts) + 0.5 * kGroups;
  for (double& share : shares) share /= total;
  return shares;
}

void advise(ModelHealth& health) {
  if (health.accuracy_alarm) health.reasons.emplace_back("forecasts have become worse than they used to be");
  if (health.popularity_shift > kLargeShift) {
    health.reasons.push_back(
        fmt::format("other films are watched than before the training (stability index {:.2f}, {:.2f} is large)", health.popularity_shift, kLargeShift));
  }
  if (health.events_since >= kFewestNewEvents && health.events_since >= kLargeGrowth * health.events_trained_on) {
    health.reasons.push_back(fmt::format("{} events came since the training on {}", health.events_since, health.events_trained_on));
  }
  health.is_retraining_advised = !health.reasons.empty();
}

}  // namespace

std::optional<Timestamp> accuracy_alarm(std::span<const ForecastPair> pairs, const AlarmOptions& options) {
  double mean = 0;
  double squares = 0;
  double sum = 0;
  double least = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double error = error_of(pairs[i]);
    const auto known = static_cast<double>(i);
    const double deviation = i < 2 ? 0 : std::sqrt(squares / (known - 1));
    // The error is held against what was known before it.
    if (std::cmp_greater_equal(i, options.burn_in) && deviation > 0) {
      sum += (error - mean) / deviation - options.tolerance;
      least = std::min(least, sum);
      if (sum - least > options.threshold) return pairs[i].rated_at;
    }
    const double before = error - mean;
    mean += before / (known + 1);
    squares += before * (error - mean);
  }
  return std::nullopt;
}

std::vector<AccuracyWeek> accuracy_by_week(std::span<const ForecastPair> pairs) {
  std::map<Timestamp, AccuracyWeek> weeks;
  for (const ForecastPair& pair : pairs) {
    AccuracyWeek& week = weeks[monday_of(pair.rated_at)];
    ++week.ratings;
    week.mae += error_of(pair);
    week.rmse += error_of(pair) * error_of(pair);
    week.coverage += pair.forecast.low <= pair.actual && pair.actual <= pair.forecast.high ? 1 : 0;
  }
  std::vector<AccuracyWeek> all;
  for (auto& [begin, week] : weeks) {
    all.push_back({.begin = begin,
                   .ratings = week.ratings,
                   .rmse = std::sqrt(week.rmse / week.ratings),
                   .mae = week.mae / week.ratings,
                   .coverage = week.coverage / week.ratings});
  }
  return all;
}

std::vector<PickDay> picks_by_day(std::span<const ShownFilm> shown) {
  std::map<Timestamp, PickDay> days;
  for (const ShownFilm& film : shown) {
    PickDay& day = days[day_of(film.at)];
    ++day.shown;
    day.watched += is_taken(film) ? 1 : 0;
    day.hidden += film.response == SlateResponse::Hidden || film.response == SlateResponse::Skipped ? 1 : 0;
  }
  std::vector<PickDay> all;
  for (const auto& [begin, day] : days)
    all.push_back({.begin = begin, .shown = day.shown, .watched = day.watched / day.shown, .hidden = day.hidden / day.shown});
  return all;
}

double popularity_shift(const std::map<FilmId, int>& before, const std::map<FilmId, int>& now) {
  const int total = total_of(before);
  if (total < kFewestEvents || total_of(now) < kFewestEvents) return 0;
  const auto groups = groups_of(before, total);
  const auto old_shares = shares_of(before, groups);
  const auto new_shares = shares_of(now, groups);
  double index = 0;
  for (std::size_t i = 0; i < kGroups; ++i) index += (new_shares[i] - old_shares[i]) * std::log(new_shares[i] / old_shares[i]);
  return index;
}

ModelHealth judge_health(const HealthEvidence& evidence) {
  ModelHealth health{.model_version = evidence.model_version,
                     .trained_at = evidence.trained_at,
                     .weeks = {},
                     .days = picks_by_day(evidence.shown),
                     .accuracy_alarm = {},
                     .reasons = {},
                     .warnings = evidence.warnings};
  const auto pairs = pair_forecasts(evidence.forecasts, evidence.events);
  health.weeks = accuracy_by_week(pairs);
  if (!evidence.trained_at) {
    health.reasons.emplace_back("no model is kept yet");
    health.is_retraining_advised = true;
    return health;
  }
  std::vector<ForecastPair> own;
  std::ranges::copy_if(pairs, std::back_inserter(own), [&](const ForecastPair& pair) { return pair.forecast.model_version == evidence.model_version; });
  health.accuracy_alarm = accuracy_alarm(own);
  health.popularity_shift = popularity_shift(evidence.watched_before, evidence.watched_since);
  health.events_trained_on = evidence.events_trained_on.value_or(evidence.events_now);
  health.events_since = std::max(0, evidence.events_now - health.events_trained_on);
  advise(health);
  return health;
}

}  // namespace cineloom
