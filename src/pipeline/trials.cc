#include "pipeline/trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "feedback/experiment.h"
#include "pipeline/shown_lists.h"

namespace cineloom {
namespace {

constexpr auto kReadEvery = std::chrono::seconds(1);
constexpr auto kLearnEvery = std::chrono::minutes(10);
constexpr int kMostLists = 20'000;  // that a bandit learns from, the newest

struct Dial {
  std::string_view name;
  double low;
  double high;
  void (*turn)(RankingDials& dials, double value);
};
constexpr std::array kDials = {
    Dial{"mood_strength", 0, 2, [](RankingDials& dials, double value) { dials.mood_strength = value; }},
    Dial{"variety", 0, 1, [](RankingDials& dials, double value) { dials.diversity = value; }},
    Dial{"calibration", 0, 1, [](RankingDials& dials, double value) { dials.calibration = value; }},
    Dial{"popularity", -1, 1, [](RankingDials& dials, double value) { dials.popularity = value; }},
    Dial{"freshness", 0, 1, [](RankingDials& dials, double value) { dials.freshness = value; }},
    Dial{"surprise", 0, 1, [](RankingDials& dials, double value) { dials.exploration = value; }},
};

Expected<void> turn(RankingDials& dials, std::string_view name, const boost::json::value& setting) {
  const auto* const dial = std::ranges::find(kDials, name, &Dial::name);
  if (dial == kDials.end()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("no list has a dial '{}'", name))
                               .advise("turn mood_strength, variety, calibration, popularity, freshness or surprise"));
  }
  boost::system::error_code error;
  const auto value = setting.to_number<double>(error);
  if (error || !(value >= dial->low && value <= dial->high))
    return fail(ErrorCode::InvalidArgument, fmt::format("the dial '{}': expected a number from {} to {}", name, dial->low, dial->high));
  dial->turn(dials, value);
  return {};
}

}  // namespace

Expected<RankingDials> dials_of(const Variant& variant, const RankingDials& initial) {
  CINELOOM_TRY_ASSIGN(const auto settings, json::parse(variant.settings));
  if (!settings.is_object()) return fail(ErrorCode::InvalidArgument, fmt::format("the settings of '{}': expected a JSON object", variant.name));
  RankingDials dials = initial;
  for (const auto& [name, value] : settings.get_object()) {
    if (auto turned = turn(dials, name, value); !turned) return fail_in(turned.error(), fmt::format("reading the settings of '{}'", variant.name));
  }
  return dials;
}

Expected<Trial> Trials::of(ViewerId viewer, Timestamp now) {
  Trial trial;
  if (viewer.is_none()) return trial;
  CINELOOM_TRY_ASSIGN(const auto running, this->running());
  std::string ranker;
  for (const Experiment& experiment : *running) {
    std::size_t place = 0;
    if (experiment.allocation == Allocation::Adaptive) {
      const auto chances = chances_of(experiment, now);
      place = variant_of_day(experiment, viewer, now, chances);
      trial.maker.ranker_chance = chances[place];
    } else {
      place = variant_of(experiment, viewer);
    }
    const Variant& variant = experiment.variants[place];
    // One that an earlier program began may have settings that no list has: it goes without them.
    if (const auto dials = dials_of(variant, trial.dials)) trial.dials = *dials;
    ranker += (ranker.empty() ? "" : "+") + ranker_name(experiment, variant);
    trial.maker.met.push_back({.experiment = experiment.name, .viewer = viewer, .variant = variant.name, .at = now});
  }
  if (!ranker.empty()) trial.maker.ranker = std::move(ranker);
  return trial;
}

Expected<std::shared_ptr<const Trials::Running>> Trials::running() {
  {
    const std::lock_guard lock(mutex_);
    if (running_ && std::chrono::steady_clock::now() - read_at_ < kReadEvery) return running_;
  }
  const auto read_at = std::chrono::steady_clock::now();
  CINELOOM_TRY_ASSIGN(auto experiments, store_.experiments());
  std::erase_if(experiments, [](const Experiment& experiment) { return experiment.stopped_at.has_value(); });
  const std::lock_guard lock(mutex_);
  running_ = std::make_shared<const Running>(std::move(experiments));
  read_at_ = read_at;
  return running_;
}

void Trials::forget() {
  const std::lock_guard lock(mutex_);
  running_.reset();
}

void Trials::settle() {
  std::unique_lock lock(mutex_);
  learned_.wait(lock, [this] { return !is_learning_; });
}

std::vector<double> Trials::chances_of(const Experiment& experiment, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (adapted_ != experiment.name) {
    adapted_ = experiment.name;
    chances_.assign(experiment.variants.size(), 1.0 / static_cast<double>(experiment.variants.size()));
    learned_at_.reset();
  }
  if (!is_learning_ && (!learned_at_ || now - *learned_at_ >= kLearnEvery)) {
    is_learning_ = true;
    learned_at_ = now;
    learner_ = std::jthread([this, experiment, now] { learn(experiment, now); });
  }
  return chances_;
}

void Trials::learn(const Experiment& experiment, Timestamp now) {
  const auto shown = shown_with_outcomes(store_, {.since = experiment.started_at, .limit = kMostLists});
  std::vector<double> chances;
  if (shown) chances = adapted_chances(experiment, *shown, now);
  const std::lock_guard lock(mutex_);
  // What could not be read leaves the chances as they were, until the next time.
  if (adapted_ == experiment.name && !chances.empty()) chances_ = std::move(chances);
  is_learning_ = false;
  learned_.notify_all();
}

}  // namespace cineloom
