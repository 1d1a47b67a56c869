#include "store/internal/sound.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/json.h"

namespace cineloom::store {
namespace {

constexpr int kMostSlates = 1'000'000;
constexpr double kLeastStars = 0.5;
constexpr double kMostStars = 5;
constexpr double kShareTolerance = 1e-9;
constexpr int kMostKept = 1000;

Expected<void> require_object(std::string_view text, std::string_view what) {
  const auto parsed = json::parse(text);
  if (parsed && parsed->is_object()) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("a model's {}: expected a JSON object", what));
}

}  // namespace

Expected<void> require_sound(const Slate& slate) {
  if (slate.items.empty()) return fail(ErrorCode::InvalidArgument, "a slate without films cannot be kept");
  if (!(slate.ranker_chance > 0 && slate.ranker_chance <= 1))
    return fail(ErrorCode::InvalidArgument, fmt::format("a ranker's chance: expected above 0 and at most 1, found {}", slate.ranker_chance));
  std::unordered_set<FilmId> seen;
  for (std::size_t i = 0; i < slate.items.size(); ++i) {
    const SlateItem& item = slate.items[i];
    if (std::cmp_not_equal(item.position, i + 1))
      return fail(ErrorCode::InvalidArgument, fmt::format("a slate: expected position {}, found {}", i + 1, item.position));
    if (!seen.insert(item.film).second) return fail(ErrorCode::InvalidArgument, fmt::format("a slate shows film {} twice", item.film.number()));
    if (!(item.propensity > 0 && item.propensity <= 1))
      return fail(ErrorCode::InvalidArgument, fmt::format("a propensity: expected above 0 and at most 1, found {}", item.propensity));
    if (!std::isfinite(item.score)) return fail(ErrorCode::InvalidArgument, "a slate's score is not finite");
  }
  return {};
}

Expected<void> require_sound(const SlateRetention& retention) {
  if (retention.per_viewer >= 1 && retention.per_viewer <= kMostSlates && retention.age.count() > 0) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("slates: expected 1 to {} and at least one day to keep", kMostSlates));
}

Expected<void> require_sound(const SlateQuery& query) {
  if (query.limit >= 1 && query.limit <= kMostSlates) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("expected 1 to {} slates, found {}", kMostSlates, query.limit));
}

Expected<void> require_sound(const Forecast& forecast) {
  // Written so that NaN fails each of them.
  if (!(forecast.stars >= kLeastStars && forecast.stars <= kMostStars)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("a forecast: expected {} to {} stars, found {}", kLeastStars, kMostStars, forecast.stars));
  }
  if (forecast.low <= forecast.stars && forecast.stars <= forecast.high) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("a forecast of {} stars is outside its interval {} to {}", forecast.stars, forecast.low, forecast.high));
}

Expected<void> require_sound(const Experiment& experiment) {
  if (experiment.name.empty() || experiment.salt.empty()) return fail(ErrorCode::InvalidArgument, "an experiment needs a name and a salt");
  if (experiment.variants.size() < 2) return fail(ErrorCode::InvalidArgument, "an experiment needs two variants or more");
  std::set<std::string_view> names;
  double shares = 0;
  for (const Variant& variant : experiment.variants) {
    if (variant.name.empty() || !names.insert(variant.name).second)
      return fail(ErrorCode::InvalidArgument, fmt::format("variants need names of their own, found '{}'", variant.name));
    if (!(variant.share > 0 && variant.share < 1))
      return fail(ErrorCode::InvalidArgument, fmt::format("a variant's share: expected between 0 and 1, found {}", variant.share));
    const auto settings = json::parse(variant.settings);
    if (!settings || !settings->is_object()) return fail(ErrorCode::InvalidArgument, fmt::format("the settings of '{}': expected a JSON object", variant.name));
    shares += variant.share;
  }
  if (std::abs(shares - 1) <= kShareTolerance) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("the variants' shares: expected 1 in all, found {}", shares));
}

Expected<void> require_sound(const NewModel& model) {
  if (model.name.empty()) return fail(ErrorCode::InvalidArgument, "a model needs a name");
  if (model.bytes.empty()) return fail(ErrorCode::InvalidArgument, "a model without bytes cannot be kept");
  if (model.keep < 1 || model.keep > kMostKept)
    return fail(ErrorCode::InvalidArgument, fmt::format("expected 1 to {} models to keep, found {}", kMostKept, model.keep));
  CINELOOM_TRY(require_object(model.settings, "settings"));
  return require_object(model.metrics, "metrics");
}

Expected<void> require_sound(const Release& release) {
  const bool is_sound =
      release.mu > 0 && std::isfinite(release.mu) && release.epsilon >= 0 && std::isfinite(release.epsilon) && release.delta > 0 && release.delta < 1;
  if (is_sound && !release.what.empty()) return {};
  return fail(ErrorCode::InvalidArgument, "a release: expected a name, mu above 0, epsilon, and delta between 0 and 1");
}

Expected<void> require_same(const Experiment& known, Experiment begun) {
  begun.stopped_at = known.stopped_at;
  begun.started_at = known.started_at;
  if (json::write(begun) == json::write(known)) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("another experiment is called '{}'", known.name))
                             .advise("an experiment cannot be changed once it has begun; stop it and begin one with another name"));
}

Error rated_before(const Forecast& forecast) {
  return Error(ErrorCode::Conflict,
               fmt::format("viewer {} has rated film {} already; a forecast after the rating would be none", forecast.viewer.number(), forecast.film.number()))
      .advise("lock forecasts for films that are not rated yet");
}

}  // namespace cineloom::store
