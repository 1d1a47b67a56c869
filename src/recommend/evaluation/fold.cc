#include "recommend/evaluation/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "recommend/internal/prepared_events.h"

namespace cineloom {
namespace {

constexpr std::size_t kLeastOfStrongUser = 5;   // Liang et al. 2018
constexpr std::size_t kLeastOfNextItem = 5;     // Kang and McAuley 2018
constexpr std::size_t kLeastOfColdItem = 5;
constexpr std::size_t kMostHeldOutUsers = 10000;
constexpr double kHeldOutUsers = 1.0 / 6;
constexpr double kHiddenShare = 0.2;            // of a held-out user's events
constexpr double kWeakShare = 0.1;
constexpr double kTemporalShare = 0.1;
constexpr double kRatingShare = 0.1;
constexpr double kColdItems = 0.2;

using UserEvents = std::vector<std::vector<TableEvent>>;

std::unexpected<Error> too_small(const FoldRequest& request, std::string_view why, std::string_view advice) {
  const std::string name = protocols()[static_cast<std::size_t>(request.protocol)].name;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("the data cannot answer the protocol '{}': {}", name, why)).advise(advice));
}

template <class T>
void shuffle(std::vector<T>& values, Random& random) {
  for (std::size_t at = values.size(); at > 1; --at) std::swap(values[at - 1], values[random.below(at)]);
}

std::vector<std::int32_t> permutation(std::size_t size, Seed seed) {
  std::vector<std::int32_t> order(size);
  for (std::size_t at = 0; at < size; ++at) order[at] = static_cast<std::int32_t>(at);
  Random random(seed);
  shuffle(order, random);
  return order;
}

/// Marks `count` places of `size`, drawn at random.
std::vector<std::uint8_t> drawn(std::size_t size, std::size_t count, Random& random) {
  std::vector<std::uint8_t> marks(size, 0);
  std::fill_n(marks.begin(), static_cast<std::ptrdiff_t>(count), std::uint8_t{1});
  shuffle(marks, random);
  return marks;
}

RankingCase case_of(std::int32_t user, std::span<const TableEvent> known, std::span<const TableEvent> hidden) {
  RankingCase question{.user = user};
  for (const TableEvent& event : known) question.history.push_back(entry_of(event));
  for (const TableEvent& event : hidden) question.hidden.push_back(event.item);
  std::ranges::sort(question.hidden);
  const auto repeated = std::ranges::unique(question.hidden);
  question.hidden.erase(repeated.begin(), repeated.end());
  return question;
}

/// What a split has drawn so far.
struct Draft {
  std::vector<Interaction> train;
  std::vector<RankingCase> cases;
};

void keep(Draft& draft, std::span<const TableEvent> events) {
  for (const TableEvent& event : events) draft.train.push_back(event_of(event));
}

Draft draw_strong(const PreparedEvents& prepared, const FoldRequest& request) {
  Draft draft;
  const UserEvents lists = by_user(prepared);
  const auto order = permutation(lists.size(), derive_seed(request.seed, "users"));
  const std::size_t held_out = std::min(kMostHeldOutUsers, static_cast<std::size_t>(static_cast<double>(lists.size()) * kHeldOutUsers));
  const std::size_t begin = lists.size() - (request.part == FoldPart::Validation ? 2 : 1) * held_out;
  for (std::size_t at = 0; at < lists.size() - 2 * held_out; ++at) keep(draft, lists[static_cast<std::size_t>(order[at])]);
  for (std::size_t at = begin; at < begin + held_out; ++at) {
    const auto& events = lists[static_cast<std::size_t>(order[at])];
    Random random(derive_seed(derive_seed(request.seed, "fold in"), static_cast<std::uint64_t>(order[at])));
    const auto hidden_count = std::max(1UZ, static_cast<std::size_t>(static_cast<double>(events.size()) * kHiddenShare));
    const auto is_hidden = drawn(events.size(), hidden_count, random);
    std::array<std::vector<TableEvent>, 2> parts;
    for (std::size_t i = 0; i < events.size(); ++i) parts[is_hidden[i]].push_back(events[i]);
    draft.cases.push_back(case_of(order[at], parts[0], parts[1]));
  }
  return draft;
}

/// The split that the table brings.
Draft take_strong(const PreparedEvents& prepared, const FoldRequest& request) {
  Draft draft;
  const bool is_validation = request.part == FoldPart::Validation;
  const SplitPart known = is_validation ? SplitPart::ValidationKnown : SplitPart::TestKnown;
  const SplitPart hidden = is_validation ? SplitPart::ValidationHidden : SplitPart::TestHidden;
  const UserEvents lists = by_user(prepared);
  for (std::size_t user = 0; user < lists.size(); ++user) {
    std::array<std::vector<TableEvent>, 2> parts;
    for (const TableEvent& event : lists[user]) {
      if (event.part == SplitPart::Train) draft.train.push_back(event_of(event));
      if (event.part == known) parts[0].push_back(event);
      if (event.part == hidden) parts[1].push_back(event);
    }
    if (!parts[1].empty()) draft.cases.push_back(case_of(static_cast<std::int32_t>(user), parts[0], parts[1]));
  }
  return draft;
}

Draft draw_next(const PreparedEvents& prepared, const FoldRequest& request) {
  Draft draft;
  const std::size_t after = request.part == FoldPart::Validation ? 1 : 0;  // events behind the hidden one, not to be seen yet
  const UserEvents lists = by_user(prepared);
  for (std::size_t user = 0; user < lists.size(); ++user) {
    const std::span<const TableEvent> events = lists[user];
    if (events.size() < 3) {
      keep(draft, events);
      continue;
    }
    const std::size_t hidden = events.size() - 1 - after;
    keep(draft, events.first(hidden));
    draft.cases.push_back(case_of(static_cast<std::int32_t>(user), events.first(hidden), events.subspan(hidden, 1)));
  }
  return draft;
}

Draft draw_weak(const PreparedEvents& prepared, const FoldRequest& request) {
  Draft draft;
  const bool is_validation = request.part == FoldPart::Validation;
  const UserEvents lists = by_user(prepared);
  for (std::size_t user = 0; user < lists.size(); ++user) {
    const auto& events = lists[user];
    Random random(derive_seed(derive_seed(request.seed, "weak"), user));
    const std::size_t count = events.size() < 3 ? 0 : std::max(1UZ, static_cast<std::size_t>(static_cast<double>(events.size()) * kWeakShare));
    const auto is_test = drawn(events.size(), count, random);
    std::array<std::vector<TableEvent>, 2> parts;
    for (std::size_t i = 0; i < events.size(); ++i) parts[is_test[i]].push_back(events[i]);
    if (is_validation) {  // the test events are gone; the same again among the others
      const auto is_hidden = drawn(parts[0].size(), count, random);
      std::array<std::vector<TableEvent>, 2> inner;
      for (std::size_t i = 0; i < parts[0].size(); ++i) inner[is_hidden[i]].push_back(parts[0][i]);
      parts = inner;
    }
    keep(draft, parts[0]);
    if (!parts[1].empty()) draft.cases.push_back(case_of(static_cast<std::int32_t>(user), parts[0], parts[1]));
  }
  return draft;
}

Draft draw_temporal(const PreparedEvents& prepared, const FoldRequest& request) {
  Draft draft;
  std::vector<std::int64_t> times;
  for (const TableEvent& event : prepared.events) times.push_back(event.time);
  std::ranges::sort(times);
  const auto time_at = [&](double share) { return times[std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())))]; };
  const bool is_validation = request.part == FoldPart::Validation;
  const std::int64_t begin = time_at(1 - kTemporalShare * (is_validation ? 2 : 1));
  const std::int64_t end = is_validation ? time_at(1 - kTemporalShare) : times.back() + 1;
  const UserEvents lists = by_user(prepared);
  for (std::size_t user = 0; user < lists.size(); ++user) {
    const std::span<const TableEvent> events = lists[user];
    const auto first = static_cast<std::size_t>(std::ranges::lower_bound(events, begin, {}, &TableEvent::time) - events.begin());
    const auto last = static_cast<std::size_t>(std::ranges::lower_bound(events, end, {}, &TableEvent::time) - events.begin());
    keep(draft, events.first(first));
    if (last > first) draft.cases.push_back(case_of(static_cast<std::int32_t>(user), events.first(first), events.subspan(first, last - first)));
  }
  return draft;
}

std::vector<std::uint8_t> draw_cold_items(std::size_t items, const FoldRequest& request) {
  const auto order = permutation(items, derive_seed(request.seed, "cold items"));
  const auto count = static_cast<std::size_t>(static_cast<double>(items) * kColdItems);
  // 0 warm, 1 hidden in this part, 2 hidden from this part altogether: the test items may not be seen while settings are chosen.
  std::vector<std::uint8_t> state(items, 0);
  const bool is_validation = request.part == FoldPart::Validation;
  for (std::size_t at = 0; at < count; ++at) state[static_cast<std::size_t>(order[at])] = is_validation ? 2 : 1;
  for (std::size_t at = count; is_validation && at < 2 * count; ++at) state[static_cast<std::size_t>(order[at])] = 1;
  return state;
}

Draft draw_cold(const PreparedEvents& prepared, const std::vector<std::uint8_t>& state) {
  Draft draft;
  const UserEvents lists = by_user(prepared);
  for (std::size_t user = 0; user < lists.size(); ++user) {
    std::array<std::vector<TableEvent>, 3> parts;
    for (const TableEvent& event : lists[user]) parts[state[static_cast<std::size_t>(event.item)]].push_back(event);
    keep(draft, parts[0]);
    if (!parts[1].empty()) draft.cases.push_back(case_of(static_cast<std::int32_t>(user), parts[0], parts[1]));
  }
  return draft;
}

void thin_out(Draft& draft, const FoldRequest& request, Fold& fold) {
  if (draft.cases.size() <= request.most_cases) return;
  fold.warnings.push_back({.english = fmt::format("{} of {} users with something hidden are asked, drawn at random; items are never sampled",
                                                  request.most_cases, draft.cases.size()),
                           .chinese = fmt::format("有隐藏内容的 {} 位用户中随机询问 {} 位；物品从不抽样", draft.cases.size(), request.most_cases)});
  auto order = permutation(draft.cases.size(), derive_seed(request.seed, "cases"));
  order.resize(request.most_cases);
  std::ranges::sort(order);
  std::vector<RankingCase> kept;
  for (const std::int32_t at : order) kept.push_back(std::move(draft.cases[static_cast<std::size_t>(at)]));
  draft.cases = std::move(kept);
}

void describe(const Draft& draft, Fold& fold) {
  std::size_t hidden = 0;
  std::size_t unseen = 0;
  std::size_t without_past = 0;
  const auto counts = fold.train.item_counts();
  for (const RankingCase& question : draft.cases) {
    hidden += question.hidden.size();
    without_past += static_cast<std::size_t>(question.history.empty());
    unseen += static_cast<std::size_t>(std::ranges::count_if(question.hidden, [&](std::int32_t item) { return counts[static_cast<std::size_t>(item)] == 0; }));
  }
  const auto fact = [&](LocalText name, std::size_t count) { fold.facts.push_back({.name = std::move(name), .count = static_cast<std::int64_t>(count)}); };
  fact({"users", "用户"}, fold.user_of.size());
  fact({"items ranked", "参与排序的物品"},
       fold.is_candidate.empty() ? fold.item_of.size() : static_cast<std::size_t>(std::ranges::count(fold.is_candidate, 1)));
  fact({"training events", "训练事件"}, fold.train.size());
  fact({"users asked", "询问的用户"}, draft.cases.size());
  fact({"hidden events", "隐藏的事件"}, hidden);
  if (unseen > 0) fact({"hidden events of items unseen in training", "训练中未见过的物品的隐藏事件"}, unseen);
  if (without_past > 0) fact({"users asked without a past", "没有历史的被问用户"}, without_past);
}

Expected<Fold> finish(PreparedEvents prepared, Draft draft, std::vector<std::uint8_t> candidates, const FoldRequest& request) {
  if (draft.cases.empty()) return too_small(request, "no user has both known and hidden events", "give more events per user, or take another protocol");
  if (draft.train.empty()) return too_small(request, "nothing is left to train on", "give more data");
  Fold fold{.is_candidate = std::move(candidates), .user_of = std::move(prepared.user_of), .item_of = std::move(prepared.item_of)};
  // Repeats were taken out when the table was tidied, so keeping all keeps the order of the table.
  CINELOOM_TRY_ASSIGN(fold.train,
                      Interactions::from(draft.train, static_cast<std::int32_t>(fold.user_of.size()), static_cast<std::int32_t>(fold.item_of.size())));
  thin_out(draft, request, fold);
  describe(draft, fold);
  for (RankingCase& question : draft.cases) question.user = fold.user_of[static_cast<std::size_t>(question.user)];
  fold.cases = std::move(draft.cases);
  return fold;
}

Expected<Fold> make_ratings_fold(const EventTable& table, const FoldRequest& request) {
  if (table.meaning != ValueMeaning::Rating) {
    return too_small(request, "its values are no ratings", "name the column of ratings in a schema, or take 'strong', 'weak', 'next' or 'temporal'");
  }
  PreparedEvents prepared = prepare_events(table, WantedEvents::All, 0, 0, request.seed);
  const bool has_parts = std::ranges::any_of(prepared.events, [](const TableEvent& event) { return event.part == SplitPart::TestHidden; });
  std::vector<std::size_t> known;
  std::vector<Interaction> train;
  Fold fold;
  const auto order = permutation(prepared.events.size(), derive_seed(request.seed, "ratings"));
  const auto test_count = static_cast<std::size_t>(static_cast<double>(order.size()) * kRatingShare);
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto place = static_cast<std::size_t>(order[at]);
    const bool is_test = has_parts ? prepared.events[place].part == SplitPart::TestHidden : at < test_count;
    if (!is_test) known.push_back(place);
    if (is_test && request.part == FoldPart::Test) fold.held_out.push_back(rating_of(prepared.events[place]));
  }
  const std::size_t validation_count = request.part == FoldPart::Validation ? static_cast<std::size_t>(static_cast<double>(known.size()) * kRatingShare) : 0;
  for (std::size_t at = 0; at < known.size(); ++at) (at < validation_count ? fold.held_out : train).push_back(rating_of(prepared.events[known[at]]));
  if (train.empty() || fold.held_out.empty()) return too_small(request, "there are too few ratings to hold some back", "give at least 20 ratings");
  fold.user_of = std::move(prepared.user_of);
  fold.item_of = std::move(prepared.item_of);
  CINELOOM_TRY_ASSIGN(fold.train, Interactions::from(train, static_cast<std::int32_t>(fold.user_of.size()), static_cast<std::int32_t>(fold.item_of.size())));
  const auto fact = [&](LocalText name, std::size_t count) { fold.facts.push_back({.name = std::move(name), .count = static_cast<std::int64_t>(count)}); };
  fact({"users", "用户"}, fold.user_of.size());
  fact({"items", "物品"}, fold.item_of.size());
  fact({"training ratings", "训练评分"}, fold.train.size());
  fact({"test ratings", "测试评分"}, fold.held_out.size());
  return fold;
}

bool has_own_parts(const EventTable& table) {
  return std::ranges::any_of(table.events, [](const TableEvent& event) { return event.part == SplitPart::TestKnown; });
}

Expected<Fold> make_strong_fold(const EventTable& table, const FoldRequest& request) {
  if (has_own_parts(table)) {
    PreparedEvents prepared = prepare_events(table, WantedEvents::Positive, 0, 0, request.seed);
    Draft draft = take_strong(prepared, request);
    return finish(std::move(prepared), std::move(draft), {}, request);
  }
  PreparedEvents prepared = prepare_events(table, WantedEvents::Positive, kLeastOfStrongUser, 0, request.seed);
  if (prepared.user_of.size() < 6) return too_small(request, "fewer than 6 users have 5 positive events", "take 'weak', or lower positive_from in a schema");
  Draft draft = draw_strong(prepared, request);
  return finish(std::move(prepared), std::move(draft), {}, request);
}

Expected<Fold> make_cold_fold(const EventTable& table, const FoldRequest& request) {
  PreparedEvents prepared = prepare_events(table, WantedEvents::Positive, 0, kLeastOfColdItem, request.seed);
  if (prepared.item_of.size() < 10) return too_small(request, "fewer than 10 items have 5 positive events", "give more events per item");
  const auto state = draw_cold_items(prepared.item_of.size(), request);
  std::vector<std::uint8_t> candidates;
  for (const std::uint8_t cold : state) candidates.push_back(cold == 1 ? 1 : 0);
  Draft draft = draw_cold(prepared, state);
  return finish(std::move(prepared), std::move(draft), std::move(candidates), request);
}

void warn_of_ties(const UserEvents& lists, Fold& fold) {
  const auto ties = std::ranges::count_if(lists, [](const auto& events) { return events.size() > 1 && events.back().time == events[events.size() - 2].time; });
  if (ties == 0) return;
  fold.warnings.push_back(
      {.english = fmt::format("{} of {} users did their last two things at the same time; the order of the file decides", ties, lists.size()),
       .chinese = fmt::format("{} 位用户中有 {} 位最后两件事的时间相同；以文件中的顺序为准", lists.size(), ties)});
}

Expected<Fold> make_timed_fold(const EventTable& table, const FoldRequest& request) {
  if (!table.has_times) return too_small(request, "its events have no times", "name the column of times in a schema, or take 'strong' or 'weak'");
  const bool is_next = request.protocol == Protocol::Next;
  PreparedEvents prepared = prepare_events(table, is_next ? WantedEvents::All : WantedEvents::Positive, 0, is_next ? kLeastOfNextItem : 0, request.seed);
  if (prepared.events.empty()) return too_small(request, "too few events are left", "give more events per item");
  Draft draft = is_next ? draw_next(prepared, request) : draw_temporal(prepared, request);
  const UserEvents lists = is_next ? by_user(prepared) : UserEvents();
  CINELOOM_TRY_ASSIGN(Fold fold, finish(std::move(prepared), std::move(draft), {}, request));
  warn_of_ties(lists, fold);
  return fold;
}

}  // namespace

Expected<Fold> make_fold(const EventTable& table, const FoldRequest& request) {
  switch (request.protocol) {
    case Protocol::Strong: return make_strong_fold(table, request);
    case Protocol::Ratings: return make_ratings_fold(table, request);
    case Protocol::Cold: return make_cold_fold(table, request);
    case Protocol::Next:
    case Protocol::Temporal: return make_timed_fold(table, request);
    case Protocol::Weak: break;
  }
  PreparedEvents prepared = prepare_events(table, WantedEvents::Positive, 0, 0, request.seed);
  Draft draft = draw_weak(prepared, request);
  return finish(std::move(prepared), std::move(draft), {}, request);
}

}  // namespace cineloom
