#include "story/internal/planner.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "story/story_engine.h"

namespace cineloom::story {
namespace {

constexpr std::size_t kBeam = 128;
constexpr std::size_t kMostAlike = 12;     // plans of the beam that end with the same event
constexpr std::size_t kOthersTried = 8;   // other events at a decision that are planned to the end
constexpr double kArcWeight = 10;          // of the square of the distance from the fortune wanted
constexpr double kIdleWeight = 0.2;     // of each event that has caused nothing after a while, at the last step; less before
constexpr std::size_t kPatience = 3;      // steps until then
constexpr double kUncausedWeight = 0.6;  // of an event that no event before made possible but by where it left somebody
constexpr double kUnconnectedWeight = 12;  // of the share of events from which no causes lead to the last
constexpr double kAvoidedWeight = 0.8;
constexpr double kAlikeWeight = 40;       // of what two siblings change alike beyond the half
constexpr double kMostAlikeSiblings = 0.5;
constexpr double kNoise = 0.7;           // lets seeds differ where plans are about equally good

bool holds(const FactBits& facts, const FactBits& needs) { return (facts & needs) == needs; }

/// Share of the changes that both make.
double likeness(const FactBits& a, const FactBits& b) {
  const auto all = (a | b).count();
  return all > 0 ? static_cast<double>((a & b).count()) / static_cast<double>(all) : 1;
}

bool is_possible(const Plan& plan, const EventTable::Event& event, std::size_t number) {
  // An event that changes nothing is none.
  return !plan.told[number] && holds(plan.facts, event.needs) && !holds(plan.facts, event.adds);
}

}  // namespace

EventTable::EventTable(const SchemaLibrary& library, int max_age) {
  for (const EventSchema& schema : library.schemas) {
    if (schema.age > max_age || events_.size() == kMostEvents) continue;
    Event event{.schema = &schema};
    event.needs = bits_of(schema.needs, &event.need_list);
    event.adds = bits_of(schema.adds, &event.add_list);
    event.removes = bits_of(schema.removes, nullptr);
    events_.push_back(std::move(event));
  }
}

std::size_t EventTable::number_of(const std::string& text) {
  const Fact fact = parse_fact(text);
  const auto found = std::ranges::find(facts_, fact);
  if (found != facts_.end()) return static_cast<std::size_t>(found - facts_.begin());
  facts_.push_back(fact);
  return facts_.size() - 1;
}

FactBits EventTable::bits_of(const std::vector<std::string>& facts, std::vector<std::uint8_t>* list) {
  FactBits bits;
  for (const std::string& fact : facts) {
    const std::size_t number = number_of(fact);
    bits.set(number);
    if (list != nullptr) list->push_back(static_cast<std::uint8_t>(number));
  }
  return bits;
}

FactBits EventTable::bits_of(const std::set<Fact>& facts) const {
  FactBits bits;
  for (std::size_t i = 0; i < facts_.size(); ++i) bits[i] = facts.contains(facts_[i]);
  return bits;
}

Planner::Planner(const EventTable& table, ArcShape arc, Seed seed) : table_(table), arc_(arc) {
  for (const EventTable::Event& event : table.events()) {
    Random random(derive_seed(seed, event.schema->name));
    for (std::size_t step = 0; step < kSteps; ++step) whims_.push_back(random.uniform());
  }
}

double Planner::fortune_wanted(std::size_t step) const { return arc_target(arc_, static_cast<double>(step + 1) / kSteps); }

Plan Planner::extend(const Plan& plan, std::size_t number, double cost) const {
  const EventTable::Event& event = table_.events()[number];
  Plan next = plan;
  const std::size_t step = next.length++;
  next.causes[step] = 1U << step;
  for (const std::uint8_t fact : event.need_list) {
    if (plan.maker[fact] == Plan::kNobody) continue;
    next.causes[step] |= plan.causes[plan.maker[fact]];
    next.useful |= 1U << plan.maker[fact];
  }
  next.facts = (plan.facts & ~event.removes) | event.adds;
  for (const std::uint8_t fact : event.add_list) {
    if (!plan.facts[fact] || event.removes[fact]) next.maker[fact] = static_cast<std::uint8_t>(step);
  }
  const double before = step == 0 ? arc_target(arc_, 0) : static_cast<double>(plan.fortune[step - 1]);
  next.fortune[step] = static_cast<float>(std::clamp(before + event.schema->valence, -1.0, 1.0));
  next.events[step] = static_cast<std::uint8_t>(number);
  next.told.set(number);
  next.cost = cost;
  return next;
}

double Planner::cost_of(const Plan& plan, std::size_t number, const EventBits& avoided) const {
  const EventTable::Event& event = table_.events()[number];
  const std::size_t step = plan.length;
  const double before = step == 0 ? arc_target(arc_, 0) : static_cast<double>(plan.fortune[step - 1]);
  const double miss = std::clamp(before + event.schema->valence, -1.0, 1.0) - fortune_wanted(step);
  std::uint32_t causes = 1U << step;
  std::uint32_t useful = plan.useful;
  bool is_new_thread = step > 0;
  for (const std::uint8_t fact : event.need_list) {
    if (plan.maker[fact] == Plan::kNobody) continue;
    causes |= plan.causes[plan.maker[fact]];
    useful |= 1U << plan.maker[fact];
    is_new_thread = is_new_thread && table_.is_place(fact);
  }
  double cost = plan.cost + kArcWeight * miss * miss + kNoise * whims_[number * kSteps + step];
  if (is_new_thread) cost += kUncausedWeight;
  if (step >= kPatience) {
    const std::uint32_t old = (1U << (step - kPatience)) - 1U;
    cost += kIdleWeight * std::popcount(old & ~useful) * static_cast<double>(step) / kSteps;
  }
  if (step + 1 == kSteps) cost += kUnconnectedWeight * (1 - static_cast<double>(std::popcount(causes)) / kSteps);
  return cost + (avoided[number] ? kAvoidedWeight : 0);
}

/// The best plans with one more event; of those that have told the same and left the same true, in another order, only the best.
std::vector<Plan> Planner::longer(const std::vector<Plan>& beam, const EventBits& avoided) const {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < beam.size(); ++i) {
    for (std::size_t event = 0; event < table_.events().size(); ++event) {
      if (is_possible(beam[i], table_.events()[event], event)) steps.push_back({i, event, cost_of(beam[i], event, avoided)});
    }
  }
  std::ranges::stable_sort(steps, {}, &Step::cost);
  std::vector<Plan> next;
  std::unordered_set<std::size_t> seen;
  std::array<std::size_t, kMostEvents> ends{};
  for (const Step& step : steps) {
    if (next.size() == kBeam) break;
    EventBits told = beam[step.plan].told;
    told.set(step.event);
    const std::size_t key = std::hash<EventBits>()(told) ^ (step.event * 0x9E3779B97F4A7C15U);
    if (ends[step.event] == kMostAlike || !seen.insert(key).second) continue;
    ++ends[step.event];
    next.push_back(extend(beam[step.plan], step.event, step.cost));
  }
  return next;
}

std::optional<Plan> Planner::complete(const Plan& start, const EventBits& avoided) const {
  std::vector<Plan> beam = {start};
  while (!beam.empty() && beam.front().length < kSteps) beam = longer(beam, avoided);
  if (beam.empty()) return std::nullopt;
  return beam.front();
}

FactBits Planner::changes_between(const Plan& prefix, const Plan& plan, std::size_t until) const {
  FactBits facts = prefix.facts;
  for (std::size_t i = prefix.length; i < until; ++i) {
    const EventTable::Event& event = table_.events()[plan.events[i]];
    facts = (facts & ~event.removes) | event.adds;
  }
  return facts ^ prefix.facts;
}

std::optional<Plan> Planner::other_way(const Plan& prefix, const Plan& taken, std::size_t at, std::size_t until) const {
  EventBits avoided;
  for (std::size_t i = at; i < until; ++i) avoided.set(taken.events[i]);
  std::vector<Step> firsts;
  for (std::size_t event = 0; event < table_.events().size(); ++event) {
    const bool differs = event != taken.events[at] && table_.events()[event].adds != table_.events()[taken.events[at]].adds;
    if (differs && is_possible(prefix, table_.events()[event], event)) firsts.push_back({0, event, cost_of(prefix, event, avoided)});
  }
  std::ranges::stable_sort(firsts, {}, &Step::cost);
  if (firsts.size() > kOthersTried) firsts.resize(kOthersTried);
  const FactBits changed = changes_between(prefix, taken, until);
  std::optional<Plan> best;
  double best_cost = 0;
  for (const Step& first : firsts) {
    const auto whole = complete(extend(prefix, first.event, first.cost), avoided);
    if (!whole) continue;
    const double alike = likeness(changed, changes_between(prefix, *whole, until));
    const double cost = whole->cost + kAlikeWeight * std::max(0.0, alike - kMostAlikeSiblings);
    if (best && cost >= best_cost) continue;
    best = whole;
    best_cost = cost;
  }
  return best;
}

}  // namespace cineloom::story
