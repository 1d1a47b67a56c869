#include "recommend/internal/next_members.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assert.h"
#include "math/blas.h"
#include "recommend/models/causal_ridge.h"
#include "recommend/models/ease.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;

// Members and memories were chosen on the validation items of MovieLens-1M; each counts as much as the data say, see NextItem.
constexpr TransitionKernel kAdjacent{.window = 1, .decay = 1};
constexpr TransitionKernel kNear{.window = 10, .decay = 0.7F};
constexpr TransitionKernel kWide{.window = 30, .decay = 0.9F};
struct Ridge {
  double half_life = 0;
  double regularization = 0;
};
constexpr std::array kRidges{Ridge{3, 0.4}, Ridge{30, 0.16}};
constexpr std::size_t kEase = kRidges.size();
constexpr double kEaseRegularization = 1.6;

struct Track {
  std::string_view name;
  std::size_t member = 0;  ///< of the dense ones
  double half_life = 0;    ///< in events
};
constexpr double kForever = 1e9;
constexpr std::array kNearTracks{Track{"near-2", 0, 2}, Track{"near-5", 0, 5}};
constexpr std::array kWideTracks{Track{"wide-12", 0, 12}};
constexpr std::array kDenseTracks{Track{"ridge3-1.5", 0, 1.5}, Track{"ridge3-3", 0, 3}, Track{"ridge30-30", 1, 30}, Track{"ease-20", kEase, 20},
                                  Track{"ease", kEase, kForever}};
constexpr std::size_t kFirstWide = kNearTracks.size();
constexpr std::size_t kFirstDense = kFirstWide + kWideTracks.size();
constexpr std::size_t kPopularity = kFirstDense + kDenseTracks.size();
constexpr std::size_t kTracks = kPopularity + 1;

// Features after the tracks.
constexpr std::size_t kNearLifts = 5;
constexpr std::size_t kAdjacentLifts = 2;
constexpr std::size_t kFirstLift = kTracks;
constexpr std::size_t kStrongest = kFirstLift + kNearLifts + kAdjacentLifts;
constexpr std::size_t kFirstPopularity = kStrongest + 1;
constexpr std::size_t kFirstVote = kFirstPopularity + 3;
constexpr std::size_t kFirstRepeat = kFirstVote + SimilarMoments::kKinds;
constexpr std::size_t kFeatures = kFirstRepeat + 2;

// An item of the past that weighs less is not asked.
constexpr float kLeastWeight = 0.01F;
// Counts are shrunk as if so many more events had been seen.
constexpr float kShrinkage = 20;
constexpr float kAdjacentShrinkage = 10;
constexpr float kVoteShrinkage = 10;

std::vector<float> weights_of(double half_life, std::size_t length) {
  std::vector<float> weights;
  for (std::size_t back = 0; back < length; ++back) {
    const auto weight = static_cast<float>(std::exp2(-static_cast<double>(back) / half_life));
    if (weight < kLeastWeight) break;
    weights.push_back(weight);
  }
  return weights;
}

/// By track the weights of the past, the last event first, and the longest of them.
template <std::size_t count>
std::array<std::vector<float>, count> weights_of(const std::array<Track, count>& tracks, std::size_t length) {
  std::array<std::vector<float>, count> weights;
  for (std::size_t track = 0; track < count; ++track) weights[track] = weights_of(tracks[track].half_life, length);
  return weights;
}

std::int32_t item_before(std::span<const std::int32_t> history, std::size_t back) { return history[history.size() - 1 - back]; }

void standardise(std::span<float> scores) {
  double sum = 0;
  double squares = 0;
  for (const float score : scores) {
    sum += score;
    squares += static_cast<double>(score) * score;
  }
  const double mean = sum / static_cast<double>(scores.size());
  const double variance = squares / static_cast<double>(scores.size()) - mean * mean;
  const double scale = variance > 1e-12 * mean * mean && variance > 0 ? 1 / std::sqrt(variance) : 0;
  for (float& score : scores) score = static_cast<float>((score - mean) * scale);
}

/// EASE with rows by what is in the past.
Expected<Matrix> ease_weights(const Sequences& sequences, int threads, const CancelToken& cancel) {
  std::vector<SparseCell> cells;
  for (std::size_t user = 0; user < sequences.users.size(); ++user) {
    for (const std::int32_t item : sequences.users[user]) cells.push_back({.row = static_cast<std::int32_t>(user), .column = item});
  }
  const SparseMatrix seen = SparseMatrix::from_cells(cells, static_cast<std::int32_t>(sequences.users.size()), sequences.item_count);
  const double mean = static_cast<double>(seen.size()) / std::max(1, sequences.item_count);
  const auto ridge = static_cast<float>(kEaseRegularization * (kShrinkage + mean));
  Progress silent;
  CINELOOM_TRY_ASSIGN(const Ease ease, Ease::fit(seen, {.regularization = ridge, .most_items = sequences.item_count, .threads = threads}, silent, cancel));
  Matrix weights(static_cast<std::size_t>(sequences.item_count), static_cast<std::size_t>(sequences.item_count));
  for (std::int32_t item = 0; item < sequences.item_count; ++item) {
    const HistoryEntry alone{.item = item};
    ease.score({&alone, 1}, weights.row(static_cast<std::size_t>(item)));
  }
  return weights;
}

bool is_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

}  // namespace

std::size_t NextMembers::track_count() { return kTracks; }
std::size_t NextMembers::feature_count() { return kFeatures; }

std::string_view NextMembers::track_name(std::size_t track) {
  if (track < kFirstWide) return kNearTracks[track].name;
  if (track < kFirstDense) return kWideTracks[track - kFirstWide].name;
  return track < kPopularity ? kDenseTracks[track - kFirstDense].name : "popularity";
}

Expected<NextMembers> NextMembers::fit(const Sequences& sequences, const NextMembersOptions& options, Progress& progress, const CancelToken& cancel) {
  NextMembers members;
  members.counts_.assign(static_cast<std::size_t>(sequences.item_count), 0);
  for (const auto& events : sequences.users) {
    for (const std::int32_t item : events) ++members.counts_[static_cast<std::size_t>(item)];
    members.total_ += static_cast<double>(events.size());
  }
  const auto count = [&](const TransitionKernel& kernel, Transitions& transitions) -> Expected<void> {
    CINELOOM_TRY_ASSIGN(transitions, Transitions::count(sequences, kernel, options.most_transitions, options.threads, cancel));
    progress.advance();
    return {};
  };
  CINELOOM_TRY(count(kAdjacent, members.adjacent_));
  CINELOOM_TRY(count(kNear, members.near_));
  CINELOOM_TRY(count(kWide, members.wide_));
  members.refresh_factors();
  CINELOOM_TRY_ASSIGN(members.moments_, SimilarMoments::of(sequences, {}));
  progress.advance();
  members.head_ = ItemHead::of(std::span<const float>(members.counts_), options.most_dense_items);
  CINELOOM_TRY(members.fit_dense(sequences, options, progress, cancel));
  return members;
}

Expected<void> NextMembers::fit_dense(const Sequences& sequences, const NextMembersOptions& options, Progress& progress, const CancelToken& cancel) {
  Sequences head{.item_count = static_cast<std::int32_t>(head_.item_at.size()), .users = {}};
  for (const auto& events : sequences.users) {
    auto& kept = head.users.emplace_back();
    for (const std::int32_t item : events) {
      const std::int32_t place = head_.place_of[static_cast<std::size_t>(item)];
      if (place >= 0) kept.push_back(place);
    }
  }
  for (std::size_t i = 0; i < kRidges.size(); ++i) {
    const CausalRidgeOptions ridge{.half_life = kRidges[i].half_life, .regularization = kRidges[i].regularization, .threads = options.threads};
    CINELOOM_TRY_ASSIGN(dense_[i], causal_ridge(head, ridge, cancel));
    progress.advance();
  }
  CINELOOM_TRY_ASSIGN(dense_[kEase], ease_weights(head, options.threads, cancel));
  progress.advance();
  return {};
}

/// (col + 20)^-.3, see score_transitions.
void NextMembers::refresh_factors() {
  const auto factor = [](float total) { return std::pow(total + kShrinkage, -0.3F); };
  near_factors_.clear();
  wide_factors_.clear();
  for (std::int32_t item = 0; item < items(); ++item) {
    near_factors_.push_back(factor(near_.total_before(item)));
    wide_factors_.push_back(factor(wide_.total_before(item)));
  }
}

void NextMembers::score(std::span<const std::int32_t> history, Matrix& scores) const {
  std::ranges::fill(scores.values(), 0.0F);
  score_transitions(near_, near_factors_, history, 0, kFirstWide, scores);
  score_transitions(wide_, wide_factors_, history, kFirstWide, kFirstDense, scores);
  score_dense(history, scores);
  for (std::size_t item = 0; item < counts_.size(); ++item) scores.at(kPopularity, item) = std::log1p(counts_[item]);
  for (std::size_t track = 0; track < kTracks; ++track) standardise(scores.row(track));
}

/// score_b = sum over the past of weight x M_ab / ((row_a + 20)^.5 (col_b + 20)^.3).
void NextMembers::score_transitions(const Transitions& transitions, std::span<const float> factors, std::span<const std::int32_t> history,
                                    std::size_t first_track, std::size_t last_track, Matrix& scores) const {
  for (std::size_t track = first_track; track < last_track; ++track) {
    const double half_life = track < kFirstWide ? kNearTracks[track].half_life : kWideTracks[track - kFirstWide].half_life;
    const std::vector<float> weights = weights_of(half_life, history.size());
    const std::span<float> row = scores.row(track);
    for (std::size_t back = 0; back < weights.size(); ++back) {
      const std::int32_t item = item_before(history, back);
      const float weight = weights[back] / std::sqrt(transitions.total_after(item) + kShrinkage);
      for (const Transitions::Count& cell : transitions.after(item)) row[static_cast<std::size_t>(cell.item)] += weight * cell.count;
    }
    for (std::size_t item = 0; item < row.size(); ++item) row[item] *= factors[item];
  }
}

void NextMembers::score_dense(std::span<const std::int32_t> history, Matrix& scores) const {
  const bool has_all = head_.item_at.size() == counts_.size();
  std::vector<float> head(head_.item_at.size());
  const auto weights = weights_of(kDenseTracks, history.size());
  for (std::size_t track = 0; track < kDenseTracks.size(); ++track) {
    const std::span<float> row = scores.row(kFirstDense + track);
    const std::span<float> sum = has_all ? row : std::span<float>(head);
    std::ranges::fill(sum, 0.0F);
    const Matrix& member = dense_[kDenseTracks[track].member];
    for (std::size_t back = 0; back < weights[track].size(); ++back) {
      const std::int32_t place = head_.place_of[static_cast<std::size_t>(item_before(history, back))];
      if (place < 0) continue;
      cblas_saxpy(static_cast<blasint>(sum.size()), weights[track][back], member.row(static_cast<std::size_t>(place)).data(), 1, sum.data(), 1);
    }
    if (has_all) continue;
    for (std::size_t place = 0; place < head.size(); ++place) row[static_cast<std::size_t>(head_.item_at[place])] = head[place];
  }
}

void NextMembers::describe(std::span<const std::int32_t> history, const Matrix& scores, std::span<const std::int32_t> candidates, std::span<float> rows) const {
  CINELOOM_ASSERT(rows.size() == candidates.size() * kFeatures);
  std::ranges::fill(rows, 0.0F);
  std::vector<std::int32_t> slot_of(counts_.size(), -1);
  for (std::size_t slot = 0; slot < candidates.size(); ++slot) slot_of[static_cast<std::size_t>(candidates[slot])] = static_cast<std::int32_t>(slot);
  for (std::size_t slot = 0; slot < candidates.size(); ++slot) {
    for (std::size_t track = 0; track < kTracks; ++track) rows[slot * kFeatures + track] = scores.at(track, static_cast<std::size_t>(candidates[slot]));
  }
  describe_lifts(history, slot_of, rows);
  describe_popularity(history, candidates, rows);
  describe_votes(history, candidates, rows);
  describe_repeats(history, slot_of, rows);
}

/// log(1 + M_ab / (k p_b)): by how much an item a of the past makes b likelier, shrunk towards not at all.
void NextMembers::describe_lifts(std::span<const std::int32_t> history, std::span<const std::int32_t> slot_of, std::span<float> rows) const {
  const auto each_cell = [&](const Transitions& transitions, std::size_t back, auto visit) {
    for (const Transitions::Count& cell : transitions.after(item_before(history, back))) {
      const std::int32_t slot = slot_of[static_cast<std::size_t>(cell.item)];
      if (slot >= 0) visit(cell, rows.subspan(static_cast<std::size_t>(slot) * kFeatures, kFeatures));
    }
  };
  const auto lift = [&](const Transitions::Count& cell, float shrinkage) {
    const double expected = (counts_[static_cast<std::size_t>(cell.item)] + 1) / (total_ + 1);
    return static_cast<float>(std::log1p(cell.count / (shrinkage * expected)));
  };
  for (std::size_t back = 0; back < std::min(kNearLifts, history.size()); ++back) {
    const float of_row = 1 / std::sqrt(near_.total_after(item_before(history, back)) + kShrinkage);
    each_cell(near_, back, [&](const Transitions::Count& cell, std::span<float> row) {
      row[kFirstLift + back] = lift(cell, kShrinkage);
      row[kStrongest] = std::max(row[kStrongest], cell.count * of_row * near_factors_[static_cast<std::size_t>(cell.item)]);
    });
  }
  for (std::size_t back = 0; back < std::min(kAdjacentLifts, history.size()); ++back) {
    each_cell(adjacent_, back,
              [&](const Transitions::Count& cell, std::span<float> row) { row[kFirstLift + kNearLifts + back] = lift(cell, kAdjacentShrinkage); });
  }
}

/// How far an item's popularity lies from that of the last item and of the last ten, and how long the past is.
void NextMembers::describe_popularity(std::span<const std::int32_t> history, std::span<const std::int32_t> candidates, std::span<float> rows) const {
  if (history.empty()) return;
  const auto popularity = [&](std::int32_t item) { return std::log1p(counts_[static_cast<std::size_t>(item)]); };
  const std::size_t recent = std::min<std::size_t>(10, history.size());
  float mean = 0;
  for (std::size_t back = 0; back < recent; ++back) mean += popularity(item_before(history, back)) / static_cast<float>(recent);
  for (std::size_t slot = 0; slot < candidates.size(); ++slot) {
    const std::span<float> row = rows.subspan(slot * kFeatures + kFirstPopularity, 3);
    row[0] = std::abs(popularity(candidates[slot]) - mean);
    row[1] = std::abs(popularity(candidates[slot]) - popularity(history.back()));
    row[2] = std::log1p(static_cast<float>(history.size()));
  }
}

void NextMembers::describe_votes(std::span<const std::int32_t> history, std::span<const std::int32_t> candidates, std::span<float> rows) const {
  Matrix votes(counts_.size(), SimilarMoments::kKinds);
  moments_.vote(history, votes);
  for (std::size_t slot = 0; slot < candidates.size(); ++slot) {
    const auto item = static_cast<std::size_t>(candidates[slot]);
    const double expected = kVoteShrinkage * (counts_[item] + 1) / (total_ + 1);
    for (std::size_t kind = 0; kind < SimilarMoments::kKinds; ++kind)
      rows[slot * kFeatures + kFirstVote + kind] = static_cast<float>(std::log1p(votes.at(item, kind) / expected));
  }
}

/// How often an item was taken before, and how recently.
void NextMembers::describe_repeats(std::span<const std::int32_t> history, std::span<const std::int32_t> slot_of, std::span<float> rows) const {
  for (std::size_t position = 0; position < history.size(); ++position) {
    const std::int32_t slot = slot_of[static_cast<std::size_t>(history[position])];
    if (slot < 0) continue;
    const std::span<float> row = rows.subspan(static_cast<std::size_t>(slot) * kFeatures + kFirstRepeat, 2);
    row[0] = std::log1p(std::expm1(row[0]) + 1);
    row[1] = 1 / static_cast<float>(history.size() - position);
  }
}

void NextMembers::add(std::span<const std::int32_t> history, std::int32_t item) {
  for (Transitions* transitions : {&adjacent_, &near_, &wide_}) transitions->add(history, item);
  ++counts_[static_cast<std::size_t>(item)];
  ++total_;
  refresh_factors();
}

void NextMembers::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(counts_);
  out.put(head_.item_at);
  for (const Transitions* transitions : {&adjacent_, &near_, &wide_}) transitions->write(out);
  for (const Matrix& matrix : dense_) out.put(std::vector<float>(matrix.values().begin(), matrix.values().end()));
  moments_.write(out);
}

bool NextMembers::has_shape() const {
  const auto is_count = [](float count) { return std::isfinite(count) && count >= 0; };
  return std::ranges::all_of(counts_, is_count) && adjacent_.items() == items() && near_.items() == items() && wide_.items() == items() &&
         moments_.items() == items();
}

Expected<NextMembers> NextMembers::read(ByteReader& in) {
  NextMembers members;
  std::uint32_t format = 0;
  std::vector<std::int32_t> item_at;
  in.take(format);
  in.take(members.counts_);
  in.take(item_at);
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "members of a next-item model are damaged");
  for (Transitions* transitions : {&members.adjacent_, &members.near_, &members.wide_}) { CINELOOM_TRY_ASSIGN(*transitions, Transitions::read(in)); }
  const std::size_t places = item_at.size();
  for (Matrix& matrix : members.dense_) {
    std::vector<float> values;
    in.take(values);
    if (in.is_short() || values.size() != places * places || !is_finite(values)) return fail(ErrorCode::DataLoss, "a matrix of a next-item model is damaged");
    matrix = Matrix(places, places);
    std::ranges::copy(values, matrix.values().begin());
  }
  CINELOOM_TRY_ASSIGN(members.moments_, SimilarMoments::read(in));
  if (!ItemHead::is_sound(item_at, members.counts_.size()) || !members.has_shape()) return fail(ErrorCode::DataLoss, "members of a next-item model disagree");
  members.head_ = ItemHead(std::move(item_at), members.counts_.size());
  members.total_ = std::accumulate(members.counts_.begin(), members.counts_.end(), 0.0);
  members.refresh_factors();
  return members;
}

}  // namespace cineloom
