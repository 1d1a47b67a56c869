#include "feedback/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/assert.h"
#include "base/hash.h"
#include "feedback/internal/sip_hash.h"
#include "feedback/off_policy.h"
#include "feedback/ranker_bandit.h"
#include "feedback/sequential.h"
#include "feedback/slate_outcomes.h"

namespace cineloom {
namespace {

// A wrong split is a fault of the program, so it must be plain before it is told.
constexpr double kRatioAlpha = 0.001;
constexpr auto kRipe = std::chrono::hours(24);  // of a list that a bandit learns from: followed or not is told at the same time
constexpr double kLeastShare = 0.05;            // that every variant keeps of a bandit's lists

struct Placed {
  std::size_t variant = 0;
  Timestamp since;
};

using Places = std::unordered_map<ViewerId, Placed>;

Expected<std::size_t> position_of(const Experiment& experiment, const std::string& variant) {
  const auto found = std::ranges::find(experiment.variants, variant, &Variant::name);
  if (found != experiment.variants.end()) return static_cast<std::size_t>(found - experiment.variants.begin());
  return fail(ErrorCode::InvalidArgument, fmt::format("the experiment '{}' has no variant '{}'", experiment.name, variant));
}

Expected<Places> places_of(const Experiment& experiment, std::span<const Exposure> exposures) {
  Places places;
  for (const Exposure& exposure : exposures) {
    CINELOOM_TRY_ASSIGN(const std::size_t variant, position_of(experiment, exposure.variant));
    places.try_emplace(exposure.viewer, Placed{.variant = variant, .since = exposure.at});
  }
  return places;
}

/// In the order in which they were known.
Expected<std::vector<ViewerOutcome>> in_order(const Experiment& experiment, std::span<const ViewerOutcome> outcomes) {
  std::vector<ViewerOutcome> ordered(outcomes.begin(), outcomes.end());
  for (const ViewerOutcome& outcome : ordered) {
    const bool is_sound = experiment.metric == ExperimentMetric::Watched ? outcome.value == 0 || outcome.value == 1 : std::isfinite(outcome.value);
    if (!is_sound) return fail(ErrorCode::InvalidArgument, fmt::format("an experiment's outcome cannot be {}", outcome.value));
  }
  std::ranges::sort(ordered, {}, [](const ViewerOutcome& outcome) { return std::pair(outcome.at, outcome.viewer); });
  return ordered;
}

/// One variant against the first.
void compare(const Experiment& experiment, const Places& places, std::span<const ViewerOutcome> outcomes, double alpha, std::size_t variant,
             VariantResult& result) {
  const double first = experiment.variants[0].share;
  const double second = experiment.variants[variant].share;
  BinaryTest binary(second / (first + second));
  DifferenceSequence sequence({.alpha = alpha});
  for (const ViewerOutcome& outcome : outcomes) {
    const auto place = places.find(outcome.viewer);
    if (place == places.end() || (place->second.variant != 0 && place->second.variant != variant)) continue;
    const Side side = place->second.variant == 0 ? Side::First : Side::Second;
    sequence.add(side, outcome.value);
    if (experiment.metric == ExperimentMetric::Watched) binary.add(side, outcome.value > 0);
  }
  const DifferenceEstimate estimate = sequence.estimate();
  result.measured = sequence.count(Side::Second);
  result.mean = sequence.mean(Side::Second);
  result.difference = estimate.difference;
  result.low = estimate.low;
  result.high = estimate.high;
  result.p_value = experiment.metric == ExperimentMetric::Watched ? binary.p_value() : estimate.p_value;
  result.is_significant = result.p_value <= alpha;
}

void measure_first(const Places& places, std::span<const ViewerOutcome> outcomes, VariantResult& result) {
  double sum = 0;
  for (const ViewerOutcome& outcome : outcomes) {
    const auto place = places.find(outcome.viewer);
    if (place == places.end() || place->second.variant != 0) continue;
    ++result.measured;
    sum += outcome.value;
  }
  result.mean = result.measured > 0 ? sum / result.measured : 0;
}

double ratio_p_value(const Experiment& experiment, std::span<const Exposure> exposures, const Places& places) {
  std::vector<double> shares;
  for (const Variant& variant : experiment.variants) shares.push_back(variant.share);
  RatioTest test(shares);
  for (const Exposure& exposure : exposures) test.add(places.at(exposure.viewer).variant);
  return test.p_value();
}

void warn(ExperimentReport& report) {
  if (!report.is_ratio_sound) report.warnings.emplace_back("viewers are not split as declared: find out why before believing any result");
  const auto measured = [](const VariantResult& result) { return result.measured; };
  if (std::ranges::min(report.results, {}, measured).measured < DifferenceOptions{}.burn_in) {
    report.warnings.push_back(
        fmt::format("fewer than {} viewers are measured in one variant: nothing can be said of the difference yet", DifferenceOptions{}.burn_in));
  }
}

/// The stars of the film rated first among what a viewer was shown since the exposure.
std::optional<ViewerOutcome> stars_of(const Exposure& exposure, const std::vector<const ShownFilm*>& shown) {
  std::optional<ViewerOutcome> first;
  for (const ShownFilm* film : shown) {
    if (film->at < exposure.at || !film->stars || !film->rated_at || (first && first->at <= *film->rated_at)) continue;
    first = {.viewer = exposure.viewer, .value = *film->stars, .at = *film->rated_at};
  }
  return first;
}

/// Yes and no are both told at the end of the patience: a yes that counted earlier would make the rates look higher than they are.
std::optional<ViewerOutcome> taken_of(const Exposure& exposure, const std::vector<const ShownFilm*>& shown, Timestamp ripe, Timestamp now) {
  if (ripe > now) return std::nullopt;
  const bool is_any_taken = std::ranges::any_of(shown, [&](const ShownFilm* film) { return film->at >= exposure.at && film->at <= ripe && is_taken(*film); });
  return ViewerOutcome{.viewer = exposure.viewer, .value = is_any_taken ? 1.0 : 0.0, .at = ripe};
}

SipKey key_of(const Experiment& experiment) { return {.first = fnv1a64(experiment.salt), .second = fnv1a64(experiment.name + "/" + experiment.salt)}; }

/// A list that the experiment had a hand in.
struct MadeList {
  ViewerId viewer;
  Timestamp at;
  std::size_t variant = 0;
  double chance = 1;
  bool is_followed = false;
};

std::vector<MadeList> lists_of(const Experiment& experiment, std::span<const ShownFilm> shown, Timestamp until) {
  std::map<SlateId, MadeList> lists;
  for (const ShownFilm& film : shown) {
    const auto variant = variant_in(experiment, film.ranker);
    if (!variant || film.at > until) continue;
    const double chance = experiment.allocation == Allocation::Adaptive ? film.ranker_chance : experiment.variants[*variant].share;
    MadeList& list = lists.try_emplace(film.slate, MadeList{.viewer = film.viewer, .at = film.at, .variant = *variant, .chance = chance}).first->second;
    list.is_followed = list.is_followed || is_taken(film);
  }
  std::vector<MadeList> all;
  for (const auto& [slate, list] : lists) all.push_back(list);
  return all;
}

VariantEstimate estimate_of(const std::vector<MadeList>& lists, std::size_t variant, const std::string& name) {
  std::vector<LoggedAction> log;
  for (const MadeList& list : lists) {
    log.push_back(
        {.reward = list.is_followed ? 1.0 : 0.0, .propensity = list.chance, .target = list.variant == variant ? 1.0 : 0.0, .cluster = list.viewer.number()});
  }
  VariantEstimate estimate{.name = name, .lists = static_cast<int>(std::ranges::count(lists, variant, &MadeList::variant)), .warnings = {}};
  const auto found = estimate_off_policy(log, {});
  if (!found) {
    estimate.warnings.push_back(found.error().message());
    return estimate;
  }
  estimate.value = found->value;
  estimate.low = std::max(0.0, found->low);
  estimate.high = std::min(1.0, found->high);
  estimate.effective_lists = found->effective_actions;
  estimate.warnings = found->warnings;
  return estimate;
}

}  // namespace

std::string ranker_name(const Experiment& experiment, const Variant& variant) { return experiment.name + ":" + variant.name; }

std::optional<std::size_t> variant_in(const Experiment& experiment, std::string_view ranker) {
  while (!ranker.empty()) {
    const std::string_view part = ranker.substr(0, ranker.find('+'));
    ranker.remove_prefix(std::min(part.size() + 1, ranker.size()));
    const auto found = std::ranges::find_if(experiment.variants, [&](const Variant& variant) { return ranker_name(experiment, variant) == part; });
    if (found != experiment.variants.end()) return static_cast<std::size_t>(found - experiment.variants.begin());
  }
  return std::nullopt;
}

std::vector<VariantEstimate> estimate_variants(const Experiment& experiment, std::span<const ShownFilm> shown, Timestamp now, std::chrono::hours window) {
  const auto lists = lists_of(experiment, shown, now - window);
  std::vector<VariantEstimate> estimates;
  for (std::size_t variant = 0; variant < experiment.variants.size(); ++variant) {
    if (std::ranges::find(lists, variant, &MadeList::variant) == lists.end()) continue;
    estimates.push_back(estimate_of(lists, variant, experiment.variants[variant].name));
  }
  return estimates;
}

std::vector<double> adapted_chances(const Experiment& experiment, std::span<const ShownFilm> shown, Timestamp now) {
  std::vector<ShownFilm> ripe;
  std::vector<std::string> names;
  for (const Variant& variant : experiment.variants) names.push_back(variant.name);
  for (const ShownFilm& film : shown) {
    const auto variant = variant_in(experiment, film.ranker);
    if (!variant || film.at > now - kRipe) continue;
    ripe.push_back(film);
    ripe.back().ranker = names[*variant];
  }
  const double least = std::min(kLeastShare, 0.5 / static_cast<double>(names.size()));
  const auto choice = choose_ranker(ranker_records(ripe, names, now), {.least_share = least});
  CINELOOM_ASSERT(choice.has_value());  // counts of lists and the options above are always in range
  return choice->chances;
}

std::size_t variant_of_day(const Experiment& experiment, ViewerId viewer, Timestamp now, std::span<const double> chances) {
  const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  return draw_ranker(chances, sip_hash(key_of(experiment), fmt::format("{} on day {}", viewer.number(), day)));
}

std::size_t variant_of(const Experiment& experiment, ViewerId viewer) {
  const std::uint64_t hash = sip_hash(key_of(experiment), std::to_string(viewer.number()));
  double place = static_cast<double>(hash >> 11U) * 0x1.0p-53;
  std::size_t variant = 0;
  for (; variant + 1 < experiment.variants.size() && place >= experiment.variants[variant].share; ++variant) place -= experiment.variants[variant].share;
  return variant;
}

std::vector<ViewerOutcome> viewer_outcomes(const Experiment& experiment, std::span<const Exposure> exposures, std::span<const ShownFilm> shown, Timestamp now,
                                           std::chrono::hours patience) {
  std::unordered_map<ViewerId, std::vector<const ShownFilm*>> films;
  for (const ShownFilm& film : shown) films[film.viewer].push_back(&film);
  std::vector<ViewerOutcome> outcomes;
  for (const Exposure& exposure : exposures) {
    const std::vector<const ShownFilm*>& own = films[exposure.viewer];
    const auto outcome = experiment.metric == ExperimentMetric::Stars ? stars_of(exposure, own) : taken_of(exposure, own, exposure.at + patience, now);
    if (outcome) outcomes.push_back(*outcome);
  }
  return outcomes;
}

Expected<ExperimentReport> judge(const Experiment& experiment, std::span<const Exposure> exposures, std::span<const ViewerOutcome> outcomes, double alpha) {
  if (!(alpha > 0 && alpha < 1)) return fail(ErrorCode::InvalidArgument, fmt::format("expected an alpha between 0 and 1, found {}", alpha));
  CINELOOM_TRY_ASSIGN(const Places places, places_of(experiment, exposures));
  CINELOOM_TRY_ASSIGN(const auto ordered, in_order(experiment, outcomes));
  ExperimentReport report{.experiment = experiment, .alpha = alpha, .results = {}, .warnings = {}};
  const double own_alpha = alpha / static_cast<double>(std::max<std::size_t>(1, experiment.variants.size() - 1));
  for (std::size_t variant = 0; variant < experiment.variants.size(); ++variant) {
    VariantResult& result = report.results.emplace_back(VariantResult{.name = experiment.variants[variant].name, .share = experiment.variants[variant].share});
    result.exposed = static_cast<int>(std::ranges::count_if(places, [&](const auto& place) { return place.second.variant == variant; }));
    if (experiment.allocation == Allocation::Adaptive) {
      result.low = -std::numeric_limits<double>::infinity();
      result.high = std::numeric_limits<double>::infinity();
      continue;
    }
    if (variant == 0) measure_first(places, ordered, result);
    if (variant > 0) compare(experiment, places, ordered, own_alpha, variant, result);
  }
  if (experiment.allocation == Allocation::Adaptive) {
    report.warnings.emplace_back("a bandit deals out the lists, so viewers are not compared: look at the estimates");
    return report;
  }
  report.ratio_p_value = ratio_p_value(experiment, exposures, places);
  report.is_ratio_sound = report.ratio_p_value > kRatioAlpha;
  warn(report);
  return report;
}

}  // namespace cineloom
