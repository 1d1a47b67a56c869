#include "story/internal/planner.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <unordered_set>

#include "math/statistics.h"
#include "story/story_engine.h"

namespace cineloom::story {
namespace {

constexpr std::size_t kMostAlike = 12;      // plans of the beam that end with the same event
constexpr std::size_t kBeginsTried = 16;    // other events at a choice that are begun with
constexpr int kPlansTried = 24;              // whole plans, until one is good
constexpr double kShunned = 0.32;           // share of events that such a plan may not tell
constexpr double kIdleWeight = 0.4;         // of each event that has caused nothing after a while, at the last step; less before
constexpr std::size_t kPatience = 3;        // steps until then
constexpr double kUncausedWeight = 0.6;     // of an event that no event before made possible but by where it left somebody
constexpr double kOtherArcWeight = 4;       // where a viewer chooses another way, causes count for more
constexpr double kOtherConnectionWeight = 30;
constexpr double kAvoidedWeight = 0.3;
constexpr double kNoise = 1.0;              // lets seeds differ where plans are about equally good
constexpr double kUnexplainedWeight = 6;    // of an act that served nobody's goal
constexpr double kOpenWeight = 0.5;         // of each promise that is open, towards the end
constexpr double kFaultWeight = 40;         // of each promise that is open at the end, and of each event that had to be told
constexpr double kMisplacedWeight = 0.8;    // of an event outside its part of the story
constexpr double kLikingWeight = 3.0;       // of the themes that the viewer likes
constexpr double kGenreWeight = 0.35;       // of an event that only this genre tells
constexpr double kHelpWeight = 1.5;         // of coming nearer to an event that must be told
constexpr double kGoodCorrelation = 0.95;
constexpr double kGoodConnection = 0.88;

double before(const Plan& plan, ArcShape arc) { return plan.length == 0 ? arc_target(arc, 0) : static_cast<double>(plan.fortune[plan.length - 1]); }

/// Causes of an event that happens next; and the steps that are useful with it.
struct Causes {
  StepBits all = 0;
  StepBits useful = 0;
  bool is_new_thread = false;  ///< nothing before made it possible but where somebody is
};

Causes causes_of(const Plan& plan, const EventTable& table, const EventTable::Event& event) {
  Causes causes{.all = StepBits{1} << plan.length, .useful = plan.useful, .is_new_thread = plan.length > 0};
  for (const std::uint8_t fact : event.need_list) {
    if (plan.maker[fact] == Plan::kNobody) continue;
    causes.all |= plan.causes[plan.maker[fact]];
    causes.useful |= StepBits{1} << plan.maker[fact];
    causes.is_new_thread = causes.is_new_thread && table.is_place(fact);
  }
  return causes;
}

/// Acts that will serve nobody any more, once this event is the next; what people still wait for goes into `intentions`.
int act(std::array<Intentions, kPeople.size()>& intentions, const Plan& plan, const EventTable& table, const EventTable::Event& event, StepBits causes) {
  if (!event.is_goal_act) return 0;
  int too_late = 0;
  for (std::size_t i = 0; i < kPeople.size(); ++i) {
    if (!event.actors[i]) continue;
    const bool has_gained = table.gain(i, event, plan.facts) > 0;
    Intentions& waiting = intentions[i];
    if (has_gained) waiting = {waiting.fresh & ~causes, waiting.stale & ~causes};
    too_late += waiting.stale != 0 ? 1 : 0;
    waiting = {has_gained ? 0 : StepBits{1} << plan.length, waiting.fresh};
  }
  return too_late;
}

int waiting_of(const std::array<Intentions, kPeople.size()>& intentions) {
  int count = 0;
  for (const Intentions& each : intentions) count += std::popcount(each.fresh | each.stale);
  return count;
}

}  // namespace

Planner::Planner(const EventTable& table, ArcShape arc, Seed seed, Effort effort) : table_(table), arc_(arc), seed_(seed), effort_(effort) {
  for (const EventTable::Event& event : table.events()) {
    Random random(derive_seed(seed, event.schema->name));
    for (std::size_t step = 0; step < kSteps; ++step) whims_.push_back(static_cast<float>(random.uniform()));
  }
}

double Planner::fortune_wanted(std::size_t step) const { return arc_target(arc_, static_cast<double>(step + 1) / kSteps); }

bool Planner::is_possible(const Plan& plan, std::size_t number) const {
  const EventTable::Event& event = table_.events()[number];
  // An event that changes nothing is none, and a promise does not just go away.
  if (plan.told[number] || !holds(plan.facts, event.needs) || holds(plan.facts, event.adds)) return false;
  if ((plan.open & event.removes & ~event.needs).any()) return false;
  if (!event.is_goal_act) return true;
  for (std::size_t i = 0; i < kPeople.size(); ++i) {
    if (event.actors[i] && !holds(plan.believed[i], event.needs)) return false;
  }
  return true;
}

Plan Planner::extend(const Plan& plan, std::size_t number, double cost) const {
  const EventTable::Event& event = table_.events()[number];
  const Causes causes = causes_of(plan, table_, event);
  Plan next = plan;
  const std::size_t step = next.length++;
  next.causes[step] = causes.all;
  next.useful = causes.useful;
  next.unexplained += act(next.intentions, plan, table_, event, causes.all);
  happen(next, table_, number);
  for (const std::uint8_t fact : event.add_list) {
    if (!plan.facts[fact] || event.removes[fact]) next.maker[fact] = static_cast<std::uint8_t>(step);
  }
  next.fortune[step] = static_cast<float>(std::clamp(before(plan, arc_) + event.schema->valence, -1.0, 1.0));
  next.events[step] = static_cast<std::uint8_t>(number);
  next.cost = cost;
  return next;
}

double Planner::cost_of_end(const Plan& plan, const EventTable::Event& event, StepBits causes, int unexplained, const Aim& aim) const {
  const double unconnected = 1 - static_cast<double>(std::popcount(causes)) / kSteps;
  const auto open = ((plan.open & ~event.needs) | (event.adds & table_.setups())).count();
  return aim.connection * unconnected + kFaultWeight * static_cast<double>(open) + kUnexplainedWeight * unexplained;
}

double Planner::cost_of(const Plan& plan, std::size_t number, const Aim& aim) const {
  const EventTable::Event& event = table_.events()[number];
  const std::size_t step = plan.length;
  const double at = static_cast<double>(step) / kSteps;
  const double miss = std::clamp(before(plan, arc_) + event.schema->valence, -1.0, 1.0) - fortune_wanted(step);
  const Causes causes = causes_of(plan, table_, event);
  auto intentions = plan.intentions;
  const int too_late = act(intentions, plan, table_, event, causes.all);
  double cost = plan.cost + aim.arc * miss * miss + kNoise * static_cast<double>(whims_[number * kSteps + step]) + kUnexplainedWeight * too_late;
  cost += (causes.is_new_thread ? kUncausedWeight : 0) + (aim.avoided[number] ? kAvoidedWeight : 0) - kLikingWeight * event.liking;
  cost -= (event.is_of_genre ? kGenreWeight : 0) + (event.is_must ? kFaultWeight : kHelpWeight * event.help);
  if (at < event.schema->from || at > event.schema->until) cost += kMisplacedWeight;
  if (step >= kPatience) {
    const StepBits old = (StepBits{1} << (step - kPatience)) - 1U;
    cost += kIdleWeight * at * std::popcount(old & ~causes.useful);
  }
  cost += kOpenWeight * at * at * static_cast<double>((plan.open & ~event.needs).count());
  return step + 1 == kSteps ? cost + cost_of_end(plan, event, causes.all, waiting_of(intentions), aim) : cost;
}

/// The best plans with one more event; of those that have told the same and left the same true, in another order, only the best.
std::vector<Plan> Planner::longer(const std::vector<Plan>& beam, const Aim& aim) const {
  const std::size_t most = aim.is_other ? effort_.other_beam : effort_.beam;
  std::vector<Step> steps;
  for (std::size_t i = 0; i < beam.size(); ++i) {
    for (std::size_t event = 0; event < table_.events().size(); ++event) {
      if (!aim.shunned[event] && is_possible(beam[i], event)) steps.push_back({i, event, cost_of(beam[i], event, aim)});
    }
  }
  const auto is_better = [](const Step& a, const Step& b) { return std::tie(a.cost, a.plan, a.event) < std::tie(b.cost, b.plan, b.event); };
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(std::min(steps.size(), most * 8));
  std::nth_element(steps.begin(), middle, steps.end(), is_better);
  std::sort(steps.begin(), middle, is_better);
  steps.erase(middle, steps.end());
  std::vector<Plan> next;
  next.reserve(most);
  std::unordered_set<std::size_t> seen;
  std::array<std::size_t, kMostEvents> ends{};
  for (const Step& step : steps) {
    if (next.size() == most) break;
    EventBits told = beam[step.plan].told;
    told.set(step.event);
    const std::size_t key = std::hash<EventBits>()(told) ^ (step.event * 0x9E3779B97F4A7C15U);
    if (ends[step.event] == kMostAlike || !seen.insert(key).second) continue;
    ++ends[step.event];
    next.push_back(extend(beam[step.plan], step.event, step.cost));
  }
  return next;
}

std::optional<Plan> Planner::complete(const Plan& start, const Aim& aim) const {
  std::vector<Plan> beam = {start};
  while (!beam.empty() && beam.front().length < kSteps) beam = longer(beam, aim);
  if (beam.empty()) return std::nullopt;
  return beam.front();
}

int Planner::faults(const Plan& plan) { return plan.unexplained + waiting_of(plan.intentions) + static_cast<int>(plan.open.count()); }

bool Planner::tells_all(const Plan& plan) const {
  for (std::size_t i = 0; i < table_.events().size(); ++i) {
    if (table_.events()[i].is_must && !plan.surely_told[i]) return false;
  }
  return !table_.is_torn();
}

/// 1 for a plan that is good in every way, less for each lack.
double Planner::worth_of(const Plan& plan) const {
  std::array<double, kSteps> wanted{};
  std::array<double, kSteps> reached{};
  for (std::size_t i = 0; i < kSteps; ++i) wanted[i] = fortune_wanted(i);
  std::ranges::copy(plan.fortune, reached.begin());
  const double connected = static_cast<double>(std::popcount(plan.causes[kSteps - 1])) / kSteps;
  return 1 + std::min(0.0, pearson(wanted, reached) - kGoodCorrelation) + std::min(0.0, connected - kGoodConnection) - faults(plan);
}

std::optional<Plan> Planner::best_of_several(const Plan& start) const {
  std::optional<Plan> best;
  double best_worth = 0;
  for (int i = 0; i < kPlansTried && !(best && best_worth >= 1); ++i) {
    Aim aim;
    Random random(derive_seed(derive_seed(seed_, "shunned"), static_cast<std::uint64_t>(i)));
    for (std::size_t event = 0; event < table_.events().size(); ++event) aim.shunned[event] = random.uniform() < kShunned && !table_.events()[event].is_must;
    const auto plan = complete(start, aim);
    if (!plan || !tells_all(*plan)) continue;
    const double worth = worth_of(*plan);
    if (best && worth <= best_worth) continue;
    best = plan;
    best_worth = worth;
  }
  if (best) return best;
  const auto plan = complete(start);
  return plan && tells_all(*plan) ? plan : std::nullopt;
}

std::optional<Plan> Planner::other_way(const Plan& prefix, const Plan& taken, std::size_t until, const EventBits& firsts) const {
  const std::size_t at = prefix.length;
  Aim aim{.arc = kOtherArcWeight, .connection = kOtherConnectionWeight, .is_other = true};
  for (std::size_t i = at; i < until; ++i) aim.avoided.set(taken.events[i]);
  std::vector<Step> begins;
  for (std::size_t event = 0; event < table_.events().size(); ++event) {
    if (!firsts[event] && is_possible(prefix, event)) begins.push_back({0, event, cost_of(prefix, event, aim)});
  }
  std::ranges::stable_sort(begins, {}, &Step::cost);
  const FactBits changed = changes_of(table_, prefix, taken, at, until);
  std::optional<Plan> best;
  std::size_t tried = 0;
  if (begins.size() > kBeginsTried) begins.resize(kBeginsTried);
  for (const Step& begin : begins) {
    if (tried == effort_.others_tried) break;
    const auto whole = complete(extend(prefix, begin.event, begin.cost), aim);
    if (!whole || !tells_all(*whole) || whole->open.any() || faults(*whole) > prefix.unexplained ||
        salience(changed, changes_of(table_, prefix, *whole, at, until)) < kLeastSalience)
      continue;
    ++tried;
    if (!best || whole->cost < best->cost) best = whole;
  }
  return best;
}

FactBits changes_of(const EventTable& table, const StoryState& state, const Plan& plan, std::size_t from, std::size_t until) {
  StoryState after = state;
  for (std::size_t i = from; i < until; ++i) happen(after, table, plan.events[i]);
  return after.facts ^ state.facts;
}

double salience(const FactBits& a, const FactBits& b) {
  const auto all = (a | b).count();
  return all > 0 ? 1 - static_cast<double>((a & b).count()) / static_cast<double>(all) : 0;
}

}  // namespace cineloom::story
