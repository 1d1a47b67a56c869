#include "recommend/models/next_item.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/internal/next_members.h"
#include "recommend/models/listwise_ranker.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
// With fewer moments to learn from, the members count alike.
constexpr std::size_t kLeastLists = 100;
// The linear judge has few weights: more lists do not change it.
constexpr std::size_t kLinearLists = 2000;
// Drawn alike for all items, so that what the linear judge learns holds for all of them.
constexpr std::size_t kNegatives = 400;
// Items come again when at least this share of events is of an item the user has had.
constexpr double kRepeatShare = 0.01;
// Moments whose features are in memory at once before those without a hit are dropped.
constexpr std::size_t kChunk = 512;

enum class PastItems { AreNoCandidates, AreCandidates };

PastItems past_items(const Sequences& sequences) {
  std::vector<std::size_t> seen_by(static_cast<std::size_t>(sequences.item_count), 0);
  std::size_t events = 0;
  std::size_t repeats = 0;
  for (std::size_t user = 0; user < sequences.users.size(); ++user) {
    for (const std::int32_t item : sequences.users[user]) {
      ++events;
      if (std::exchange(seen_by[static_cast<std::size_t>(item)], user + 1) == user + 1) ++repeats;
    }
  }
  return static_cast<double>(repeats) >= kRepeatShare * static_cast<double>(events) ? PastItems::AreCandidates : PastItems::AreNoCandidates;
}

std::vector<std::int32_t> items_of(std::span<const HistoryEntry> history) {
  std::vector<std::int32_t> items;
  items.reserve(history.size());
  for (const HistoryEntry& entry : history) items.push_back(entry.item);
  return items;
}

std::vector<std::uint8_t> marks(std::span<const std::int32_t> history, std::size_t items, PastItems past) {
  std::vector<std::uint8_t> is_left_out(items, 0);
  if (past == PastItems::AreCandidates) return is_left_out;
  for (const std::int32_t item : history) is_left_out[static_cast<std::size_t>(item)] = 1;
  return is_left_out;
}

/// An event that the judges learn from: what user took at `position`, by what came before.
struct Moment {
  std::size_t user = 0;
  std::size_t position = 0;
};

template <class T>
std::vector<T> evenly_spaced(const std::vector<T>& values, std::size_t most) {
  if (values.size() <= most) return values;
  std::vector<T> kept;
  for (std::size_t i = 0; i < most; ++i) kept.push_back(values[i * values.size() / most]);
  return kept;
}

std::vector<std::int32_t> held_out_counts(const Sequences& sequences, std::int32_t most) {
  std::vector<std::int32_t> counts;
  for (const auto& events : sequences.users) counts.push_back(std::min(most, static_cast<std::int32_t>(events.size() / 4)));
  return counts;
}

std::vector<Moment> held_out_moments(const Sequences& sequences, std::span<const std::int32_t> counts) {
  std::vector<Moment> moments;
  for (std::size_t user = 0; user < counts.size(); ++user) {
    for (std::int32_t back = counts[user]; back > 0; --back)
      moments.push_back({.user = user, .position = sequences.users[user].size() - static_cast<std::size_t>(back)});
  }
  return moments;
}

Expected<void> check(const Interactions& interactions, const NextItemOptions& options) {
  if (interactions.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  const bool is_in_range =
      options.most_dense_items >= 1 && options.most_transitions >= 1 && options.candidates >= 1 && options.held_out >= 1 && options.training_lists >= 1;
  if (!is_in_range) return fail(ErrorCode::InvalidArgument, "options of the next-item model are out of range");
  return {};
}

}  // namespace

struct NextItem::State {
  NextMembers members;
  PastItems past = PastItems::AreNoCandidates;
  std::vector<float> track_weights;  ///< of the linear judge
  std::size_t candidates = 0;
  ListwiseRanker ranker;  ///< without features = there was too little to learn from

  /// What one question needs of scratch memory.
  struct Scratch {
    explicit Scratch(std::int32_t items) : tracks(NextMembers::track_count(), static_cast<std::size_t>(items)), scores(static_cast<std::size_t>(items)) {}
    Matrix tracks;
    std::vector<float> scores;
  };

  /// The members' standardised scores and the linear judge's sum of them.
  void judge_linearly(std::span<const std::int32_t> history, Scratch& scratch) const {
    members.score(history, scratch.tracks);
    std::ranges::fill(scratch.scores, 0.0F);
    for (std::size_t track = 0; track < track_weights.size(); ++track) {
      const std::span<const float> row = std::as_const(scratch.tracks).row(track);
      for (std::size_t item = 0; item < row.size(); ++item) scratch.scores[item] += track_weights[track] * row[item];
    }
  }

  [[nodiscard]] std::vector<std::int32_t> best_candidates(std::span<const std::int32_t> history, const Scratch& scratch) const {
    return best_items(scratch.scores, marks(history, scratch.scores.size(), past), candidates);
  }
};

namespace {

/// A list of the training: empty rows = the item that was taken is no candidate.
struct List {
  std::vector<float> rows;
  std::size_t chosen = 0;
  std::size_t size = 0;
};

/// Describes moments in parallel by what `describe` gives, one per thread; lists come in the order of the moments.
template <class Describe>
Expected<RankerLists> gather(const Sequences& sequences, const std::vector<Moment>& moments, std::size_t features, int threads, const CancelToken& cancel,
                             Describe describe) {
  RankerLists lists{.features = features};
  std::vector<List> chunk(kChunk);
  for (std::size_t first = 0; first < moments.size(); first += kChunk) {
    const std::size_t count = std::min(kChunk, moments.size() - first);
    parallel_for(
        count,
        [&](std::size_t begin, std::size_t end) {
          auto describe_one = describe();
          for (std::size_t i = begin; i < end && !cancel.is_cancelled(); ++i) {
            const Moment& moment = moments[first + i];
            const auto& events = sequences.users[moment.user];
            chunk[i] = describe_one(moment, std::span(events).first(moment.position), events[moment.position]);
          }
        },
        threads);
    CINELOOM_TRY(cancel.check());
    for (std::size_t i = 0; i < count; ++i) {
      if (chunk[i].size == 0) continue;
      lists.values.insert(lists.values.end(), chunk[i].rows.begin(), chunk[i].rows.end());
      lists.begins.push_back(lists.begins.back() + chunk[i].size);
      lists.chosen.push_back(static_cast<std::int32_t>(chunk[i].chosen));
    }
  }
  return lists;
}

}  // namespace

NextItem::NextItem(std::unique_ptr<State> state) : state_(std::move(state)) {}
NextItem::NextItem(NextItem&&) noexcept = default;
NextItem& NextItem::operator=(NextItem&&) noexcept = default;
NextItem::~NextItem() = default;

namespace {

/// What was taken first, then items drawn at random, none of the past unless past items are candidates.
std::vector<std::int32_t> taken_among_others(std::span<const std::int32_t> history, std::int32_t taken, std::int32_t item_count, PastItems past, Seed seed) {
  Random random(seed);
  const auto is_left_out = marks(history, static_cast<std::size_t>(item_count), past);
  std::vector<std::int32_t> items{taken};
  for (std::size_t draw = 0; draw < kNegatives; ++draw) {
    const auto item = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(item_count)));
    if (item != taken && is_left_out[static_cast<std::size_t>(item)] == 0) items.push_back(item);
  }
  return items;
}

/// Weighs the members against each other, over items of all kinds.
template <class State>
Expected<std::vector<float>> learn_track_weights(const State& state, const Sequences& sequences, const std::vector<Moment>& moments,
                                                 const NextItemOptions& options, const CancelToken& cancel) {
  const Seed seed = derive_seed(options.seed, "negatives");
  const auto describe = [&] {
    return
        [&, scratch = typename State::Scratch(sequences.item_count)](const Moment& moment, std::span<const std::int32_t> history, std::int32_t taken) mutable {
          state.members.score(history, scratch.tracks);
          const auto items = taken_among_others(history, taken, sequences.item_count, state.past, derive_seed(derive_seed(seed, moment.user), moment.position));
          List list{.rows = {}, .chosen = 0, .size = items.size()};
          for (const std::int32_t item : items) {
            for (std::size_t track = 0; track < scratch.tracks.rows(); ++track) list.rows.push_back(scratch.tracks.at(track, static_cast<std::size_t>(item)));
          }
          return list;
        };
  };
  CINELOOM_TRY_ASSIGN(const RankerLists lists,
                      gather(sequences, evenly_spaced(moments, kLinearLists), NextMembers::track_count(), options.threads, cancel, describe));
  const RankerOptions training{.hidden = 0, .passes = 10, .learning_rate = 0.01, .seed = derive_seed(options.seed, "linear"), .threads = options.threads};
  CINELOOM_TRY_ASSIGN(const ListwiseRanker linear, ListwiseRanker::train(lists, training, cancel));
  return linear.linear_weights();
}

template <class State>
Expected<ListwiseRanker> learn_ranker(const State& state, const Sequences& sequences, const std::vector<Moment>& moments, const NextItemOptions& options,
                                      const CancelToken& cancel) {
  const auto describe = [&] {
    return [&, scratch = typename State::Scratch(sequences.item_count)](const Moment&, std::span<const std::int32_t> history, std::int32_t taken) mutable {
      state.judge_linearly(history, scratch);
      const auto items = state.best_candidates(history, scratch);
      const auto at = std::ranges::find(items, taken);
      if (at == items.end()) return List{};
      List list{.rows = std::vector<float>(items.size() * NextMembers::feature_count()),
                .chosen = static_cast<std::size_t>(at - items.begin()),
                .size = items.size()};
      state.members.describe(history, scratch.tracks, items, list.rows);
      return list;
    };
  };
  CINELOOM_TRY_ASSIGN(const RankerLists lists, gather(sequences, moments, NextMembers::feature_count(), options.threads, cancel, describe));
  if (lists.count() < kLeastLists) return ListwiseRanker();
  const RankerOptions training{.hidden = options.hidden, .seed = derive_seed(options.seed, "network"), .threads = options.threads};
  return ListwiseRanker::train(lists, training, cancel);
}

}  // namespace

Expected<NextItem> NextItem::fit(const Interactions& interactions, const NextItemOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(interactions, options));
  const Sequences sequences = Sequences::of(interactions);
  const NextMembersOptions of_members{.most_dense_items = options.most_dense_items, .most_transitions = options.most_transitions, .threads = options.threads};
  auto state = std::make_unique<State>();
  state->past = past_items(sequences);
  state->candidates = options.candidates;
  state->track_weights.assign(NextMembers::track_count(), 1);
  const auto counts = held_out_counts(sequences, options.held_out);
  const auto moments = evenly_spaced(held_out_moments(sequences, counts), options.training_lists);
  const bool can_learn = moments.size() >= kLeastLists;
  progress.begin("learning what comes next", NextMembers::kSteps * (can_learn ? 2 : 1) + (can_learn ? 2 : 0), "steps");
  if (can_learn) {
    CINELOOM_TRY_ASSIGN(state->members, NextMembers::fit(sequences.without_last(counts), of_members, progress, cancel));
    CINELOOM_TRY_ASSIGN(state->track_weights, learn_track_weights(*state, sequences, moments, options, cancel));
    progress.advance();
    CINELOOM_TRY_ASSIGN(state->ranker, learn_ranker(*state, sequences, moments, options, cancel));
    progress.advance();
  }
  CINELOOM_TRY_ASSIGN(state->members, NextMembers::fit(sequences, of_members, progress, cancel));
  progress.finish();
  return NextItem(std::move(state));
}

std::int32_t NextItem::items() const { return state_->members.items(); }

void NextItem::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  CINELOOM_ASSERT(scores.size() == static_cast<std::size_t>(items()));
  const std::vector<std::int32_t> past = items_of(history);
  State::Scratch scratch(items());
  if (past.empty()) {
    // The last track is popularity, the only one that knows something.
    state_->members.score(past, scratch.tracks);
    std::ranges::copy(scratch.tracks.row(NextMembers::track_count() - 1), scores.begin());
    return;
  }
  state_->judge_linearly(past, scratch);
  std::ranges::copy(scratch.scores, scores.begin());
  if (state_->ranker.features() == 0) return;
  const auto candidates = state_->best_candidates(past, scratch);
  if (candidates.empty()) return;
  std::vector<float> rows(candidates.size() * NextMembers::feature_count());
  state_->members.describe(past, scratch.tracks, candidates, rows);
  std::vector<float> judged(candidates.size());
  state_->ranker.score(rows, judged);
  const float lift = std::ranges::max(scratch.scores) + 1 - std::ranges::min(judged);
  for (std::size_t i = 0; i < candidates.size(); ++i) scores[static_cast<std::size_t>(candidates[i])] = judged[i] + lift;
}

void NextItem::add(std::span<const HistoryEntry> history, std::int32_t item) { state_->members.add(items_of(history), item); }

std::vector<std::pair<std::string, float>> NextItem::member_weights() const {
  std::vector<std::pair<std::string, float>> weights;
  for (std::size_t track = 0; track < NextMembers::track_count(); ++track) weights.emplace_back(NextMembers::track_name(track), state_->track_weights[track]);
  return weights;
}

void NextItem::score_members(std::span<const HistoryEntry> history, Matrix& scores) const { state_->members.score(items_of(history), scores); }

void NextItem::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(static_cast<std::uint8_t>(state_->past == PastItems::AreCandidates ? 1 : 0));
  out.put(static_cast<std::uint64_t>(state_->candidates));
  out.put(state_->track_weights);
  out.put(static_cast<std::uint8_t>(state_->ranker.features() > 0 ? 1 : 0));
  if (state_->ranker.features() > 0) state_->ranker.write(out);
  state_->members.write(out);
}

Expected<NextItem> NextItem::read(ByteReader& in) {
  auto state = std::make_unique<State>();
  std::uint32_t format = 0;
  std::uint8_t past = 0;
  std::uint64_t candidates = 0;
  std::uint8_t has_ranker = 0;
  in.take(format);
  in.take(past);
  in.take(candidates);
  in.take(state->track_weights);
  in.take(has_ranker);
  const bool are_weights = state->track_weights.size() == NextMembers::track_count() &&
                           std::ranges::all_of(state->track_weights, [](float weight) { return std::isfinite(weight); });
  if (in.is_short() || format != kFormat || past > 1 || has_ranker > 1 || candidates == 0 || !are_weights)
    return fail(ErrorCode::DataLoss, "a next-item model is damaged");
  state->past = past == 1 ? PastItems::AreCandidates : PastItems::AreNoCandidates;
  state->candidates = candidates;
  if (has_ranker == 1) {
    CINELOOM_TRY_ASSIGN(state->ranker, ListwiseRanker::read(in));
    if (state->ranker.features() != NextMembers::feature_count()) return fail(ErrorCode::DataLoss, "a next-item model's judge looks at other features");
  }
  CINELOOM_TRY_ASSIGN(state->members, NextMembers::read(in));
  return NextItem(std::move(state));
}

}  // namespace cineloom
