#include "feedback/ranker_bandit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "feedback/slate_outcomes.h"
#include "math/distributions.h"

namespace cineloom {
namespace {

struct ShownList {
  std::string_view ranker;
  Timestamp at;
  bool is_taken = false;
};

Expected<void> require_sound(std::span<const RankerRecord> records, const RankerBanditOptions& options) {
  if (records.empty()) return fail(ErrorCode::InvalidArgument, "there is no ranker to choose");
  for (const RankerRecord& record : records) {
    if (record.successes >= 0 && record.failures >= 0 && std::isfinite(record.successes + record.failures)) continue;
    return fail(ErrorCode::InvalidArgument, fmt::format("the record of the ranker '{}' is no count", record.name));
  }
  if (!(options.prior_successes > 0) || !(options.prior_failures > 0)) return fail(ErrorCode::InvalidArgument, "a bandit's prior must be positive");
  if (!(options.least_share >= 0) || options.least_share * static_cast<double>(records.size()) > 1) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("expected a least share of 0 to {}, found {}", 1 / static_cast<double>(records.size()), options.least_share));
  }
  if (options.samples < 100 || options.samples > 1'000'000) return fail(ErrorCode::InvalidArgument, "expected 100 to 1000000 samples");
  return {};
}

std::size_t best_of_a_draw(std::span<const RankerRecord> records, const RankerBanditOptions& options, Random& random) {
  std::size_t best = 0;
  double highest = -1;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const double value = draw_beta(random, options.prior_successes + records[i].successes, options.prior_failures + records[i].failures);
    if (value <= highest) continue;
    highest = value;
    best = i;
  }
  return best;
}

}  // namespace

std::vector<RankerRecord> ranker_records(std::span<const ShownFilm> shown, std::span<const std::string> rankers, Timestamp now, std::chrono::days half_life) {
  std::map<SlateId, ShownList> lists;
  for (const ShownFilm& film : shown) {
    ShownList& list = lists[film.slate];
    list.ranker = film.ranker;
    list.at = film.at;
    list.is_taken = list.is_taken || is_taken(film);
  }
  std::vector<RankerRecord> records;
  for (const std::string& ranker : rankers) records.push_back({.name = ranker});
  for (const auto& [id, list] : lists) {
    const auto record = std::ranges::find(records, list.ranker, &RankerRecord::name);
    if (record == records.end()) continue;
    const double age = std::chrono::duration<double>(now - list.at) / std::chrono::duration<double>(half_life);
    (list.is_taken ? record->successes : record->failures) += std::exp2(-std::max(0.0, age));
  }
  return records;
}

std::size_t draw_ranker(std::span<const double> chances, Seed seed) {
  double uniform = Random(seed).uniform();
  std::size_t place = 0;
  for (; place + 1 < chances.size() && uniform >= chances[place]; ++place) uniform -= chances[place];
  return place;
}

Expected<RankerChoice> choose_ranker(std::span<const RankerRecord> records, const RankerBanditOptions& options) {
  CINELOOM_TRY(require_sound(records, options));
  // The chances belong to the records, the choice to the visit: so their seeds differ.
  Random draws(derive_seed(Seed{0}, "chances of rankers"));
  std::vector<double> chances(records.size(), options.least_share);
  const double left = 1 - options.least_share * static_cast<double>(records.size());
  for (int sample = 0; sample < options.samples; ++sample) chances[best_of_a_draw(records, options, draws)] += left / options.samples;
  const std::size_t ranker = draw_ranker(chances, options.seed);
  return RankerChoice{.ranker = ranker, .chances = std::move(chances)};
}

}  // namespace cineloom
