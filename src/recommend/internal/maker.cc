#include "recommend/internal/maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "recommend/internal/reasons.h"
#include "recommend/ranking/calibration.h"
#include "recommend/ranking/diversity.h"
#include "recommend/ranking/group.h"
#include "recommend/ranking/programme.h"

namespace cineloom {
namespace {

constexpr std::size_t kShortlist = 60;        // candidates for places, at least
constexpr double kSamenessSpreads = 5;        // what being a copy of a film in the list costs at full diversity
constexpr double kCalibrationSpreads = 5;     // what a unit of miscalibration costs at full calibration
constexpr double kSharpnessPerSpread = 4;     // of the determinantal choice without diversity
constexpr int kFurtherDraws = 63;             // for propensities: a standard error of .06 at most
constexpr double kEighty = 1.2816;            // 80 % of a normal lies inside

}  // namespace

const Film& RecommendationMaker::film(std::int32_t item) const { return board_.recommender().films_[static_cast<std::size_t>(item)]; }

std::span<const std::int32_t> RecommendationMaker::shortlist() const {
  const std::span<const std::int32_t> best = board_.best();
  return best.first(std::min(best.size(), std::max(kShortlist, 4 * static_cast<std::size_t>(request_.count))));
}

std::vector<std::size_t> RecommendationMaker::vary(std::span<const std::int32_t> shortlist, std::span<const double> scores) const {
  const Recommender& recommender = board_.recommender();
  const double spread = recommender.models().blend().spread;
  const Likeness likeness = [&](std::size_t a, std::size_t b) { return recommender.models().content().likeness(shortlist[a], shortlist[b]); };
  const auto count = static_cast<std::size_t>(request_.count);
  if (request_.dials.method == DiversityMethod::Determinantal) {
    const double sharpness = kSharpnessPerSpread / spread * (1 - request_.dials.diversity);
    return pick_determinantal(scores, likeness, sharpness, count);
  }
  std::vector<Shares> shares;
  for (const std::int32_t item : shortlist) shares.push_back(recommender.genre_shares_[static_cast<std::size_t>(item)]);
  std::vector<Shares> past;
  std::vector<double> weights;
  for (const PastFilm& seen : board_.taste().past().films) {
    past.push_back(recommender.genre_shares_[static_cast<std::size_t>(seen.item)]);
    weights.push_back(seen.liking);
  }
  SamenessTerm sameness(scores.size(), likeness, kSamenessSpreads * spread * request_.dials.diversity);
  CalibrationTerm calibration(std::move(shares), mean_shares(past, weights), kCalibrationSpreads * spread * request_.dials.calibration);
  std::vector<std::vector<double>> worth;
  for (const ScoreBoard::Member& member : board_.members()) {
    worth.emplace_back();
    for (const std::int32_t item : shortlist) worth.back().push_back(member.worth[static_cast<std::size_t>(item)]);
  }
  FairnessTerm fairness(std::move(worth));
  std::vector<ListTerm*> terms{&sameness, &calibration};
  if (board_.is_group() && request_.group == GroupPolicy::Fair) terms.push_back(&fairness);
  return pick_greedily(scores, terms, count);
}

std::vector<std::size_t> RecommendationMaker::list_of(std::span<const std::int32_t> shortlist, std::span<const double> scores) const {
  if (request_.programme <= 1 || !request_.time) return vary(shortlist, scores);
  std::vector<std::chrono::minutes> minutes;
  for (const std::int32_t item : shortlist) minutes.push_back(std::max(std::chrono::minutes(1), film(item).runtime));
  return best_programme(scores, minutes, static_cast<std::size_t>(request_.programme), *request_.time);
}

std::vector<std::int32_t> RecommendationMaker::choose() const {
  const std::span<const std::int32_t> candidates = shortlist();
  std::vector<double> scores;
  for (const std::int32_t item : candidates) scores.push_back(board_.scores()[static_cast<std::size_t>(item)]);
  std::vector<std::int32_t> chosen;
  for (const std::size_t position : list_of(candidates, scores)) chosen.push_back(candidates[position]);
  return chosen;
}

Pick RecommendationMaker::pick_of(std::int32_t item) const {
  const Taste& taste = board_.taste();
  const double stars = taste.predict(item);
  const double reach = kEighty * taste.deviation(item);
  Pick pick{.film = film(item).id,
            .predicted_stars = stars,
            .interval_low = std::max(0.5, stars - reach),
            .interval_high = std::min(5.0, stars + reach),
            .score = board_.scores()[static_cast<std::size_t>(item)],
            .rank = board_.rank_of(item),
            .parts = board_.parts(item)};
  for (std::size_t member = 0; board_.is_group() && member < board_.members().size(); ++member) {
    pick.members.push_back({.viewer = board_.members()[member].viewer, .stars = board_.member_stars(member, item)});
  }
  return pick;
}

void RecommendationMaker::add_fairness(Recommendation& recommendation, std::span<const std::int32_t> chosen) const {
  if (!board_.is_group() || chosen.empty()) return;
  std::vector<std::vector<double>> worth;
  for (const ScoreBoard::Member& member : board_.members()) {
    worth.emplace_back();
    for (std::size_t item = 0; item < member.worth.size(); ++item) {
      // What is not allowed is no measure of what they could have had.
      if (board_.conditions().is_allowed(item)) worth.back().push_back(member.worth[item]);
    }
  }
  std::vector<std::size_t> places;
  for (const std::int32_t item : chosen) {
    const auto& left_out = board_.conditions().left_out();
    places.push_back(static_cast<std::size_t>(std::count(left_out.begin(), left_out.begin() + item, 0)));
  }
  const std::vector<double> satisfied = satisfaction(worth, places);
  for (std::size_t member = 0; member < satisfied.size(); ++member) {
    recommendation.fairness.push_back({.viewer = board_.members()[member].viewer, .satisfaction = satisfied[member]});
  }
}

void RecommendationMaker::add_notes(Recommendation& recommendation) const {
  const std::size_t count = recommendation.picks.size();
  const auto wanted = static_cast<std::size_t>(request_.programme > 1 ? request_.programme : request_.count);
  if (count < wanted && request_.programme > 1) {
    recommendation.notes.push_back({.english = fmt::format("no {} films that meet all conditions fit the time together", request_.programme),
                                    .chinese = fmt::format("没有{}部符合条件的影片能一起放进这段时间", request_.programme)});
  } else if (count == 0) {
    recommendation.notes.push_back({.english = "no film meets all conditions", .chinese = "没有影片符合全部条件"});
  } else if (count < wanted) {
    recommendation.notes.push_back(
        {.english = fmt::format("only {} films meet all conditions", count), .chinese = fmt::format("只有{}部影片符合全部条件", count)});
  }
  if (count < wanted) recommendation.relaxations = board_.conditions().relaxations();
  if (board_.taste().past().films.empty() && !board_.is_group()) {
    recommendation.notes.push_back({.english = "no ratings yet: these are what viewers here liked", .chinese = "还没有评分：这些是这里的观众喜欢的"});
  }
}

std::vector<double> RecommendationMaker::propensities(std::span<const std::int32_t> chosen) const {
  std::vector<double> shares(chosen.size(), 1);
  if (request_.dials.exploration.value_or(0) <= 0) return shares;
  for (int draw = 0; draw < kFurtherDraws; ++draw) {
    const RecommendationMaker other(board_.redrawn(derive_seed(request_.draw, static_cast<std::uint64_t>(draw))), request_);
    const std::vector<std::int32_t> list = other.choose();
    for (std::size_t i = 0; i < chosen.size(); ++i) shares[i] += std::ranges::find(list, chosen[i]) != list.end() ? 1 : 0;
  }
  for (double& share : shares) share /= kFurtherDraws + 1;
  return shares;
}

Recommendation RecommendationMaker::make() const {
  Recommendation recommendation{.mood = request_.mood, .policy = request_.policy, .candidates = board_.conditions().allowed()};
  const std::vector<std::int32_t> chosen = choose();
  ReasonFinder reasons(board_, chosen);
  const std::vector<double> chances = propensities(chosen);
  for (std::size_t place = 0; place < chosen.size(); ++place) {
    Pick pick = pick_of(chosen[place]);
    pick.propensity = chances[place];
    pick.reasons = reasons.reasons_for(chosen[place]);
    recommendation.picks.push_back(std::move(pick));
  }
  add_fairness(recommendation, chosen);
  add_notes(recommendation);
  return recommendation;
}

Contrast RecommendationMaker::explain_absence(std::int32_t item) const {
  const auto index = static_cast<std::size_t>(item);
  Contrast contrast{.film = film(item).id, .conditions = board_.conditions().broken_by(index), .score = board_.scores()[index]};
  const Past& past = board_.taste().past();
  if (std::ranges::binary_search(past.hidden, item)) contrast.conditions.push_back({.english = "you hid it", .chinese = "你隐藏了它"});
  if (std::ranges::binary_search(past.seen, item) && request_.seen == SeenFilms::LeaveOut) {
    contrast.conditions.push_back({.english = "you have seen it", .chinese = "你已经看过它"});
  }
  if (board_.conditions().is_allowed(index)) contrast.rank = board_.rank_of(item);
  const std::vector<std::int32_t> chosen = choose();
  if (!chosen.empty()) {
    const auto least = std::ranges::min(chosen, {}, [&](std::int32_t pick) { return board_.scores()[static_cast<std::size_t>(pick)]; });
    contrast.needed = board_.scores()[static_cast<std::size_t>(least)];
    contrast.differences = board_.parts(item);
    const std::vector<ScorePart> others = board_.parts(least);
    for (std::size_t part = 0; part < others.size(); ++part) contrast.differences[part].worth -= others[part].worth;
    std::ranges::stable_sort(contrast.differences, {}, &ScorePart::worth);
  }
  const std::array items{item};
  contrast.reasons = ReasonFinder(board_, items).reasons_against(item);
  return contrast;
}

}  // namespace cineloom
