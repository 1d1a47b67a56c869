#include "recommend/internal/maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "recommend/film_feeling.h"

namespace cineloom {
namespace {

constexpr double kMoodStars = 1.2;        // what a perfect fit to a sure mood is worth
constexpr double kSamenessPenalty = 0.9;  // per unit of likeness to a film that is in the list already
constexpr std::size_t kShortlist = 60;
constexpr std::size_t kMostCauses = 2;
constexpr std::size_t kSearchedCauses = 60;
constexpr double kEighty = 1.2816;        // 80 % of a normal lies inside
constexpr double kTellingBias = 0.15;     // stars above the average that are worth telling
constexpr int kChildAge = 6;

bool contains(const std::vector<std::string>& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

bool shares_any(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& word) { return contains(b, word); });
}

std::string local_title(const Film& film) { return film.title.chinese.empty() ? film.title.english : film.title.chinese; }

ReasonKind kind_of(const std::string& feature) {
  if (feature == "director") return ReasonKind::SharedDirector;
  if (feature == "cast") return ReasonKind::SharedCast;
  return feature == "theme" ? ReasonKind::SharedTheme : ReasonKind::SharedGenre;
}

}  // namespace

RecommendationMaker::RecommendationMaker(const Recommender& recommender, std::span<const Event> events, const RecommendRequest& request)
    : recommender_(recommender), request_(request), is_seen_(recommender.films_.size(), false), is_hidden_(recommender.films_.size(), false),
      taste_(recommender.ratings_, recommender.content_, rated_films(events, recommender.positions_)),
      target_(target_feeling(request.mood.feeling, request.policy)) {
  read_events(events);
  std::map<ViewerId, std::vector<Event>> others;
  for (const Event& event : request.companions) others[event.viewer].push_back(event);
  for (const auto& [viewer, own] : others) {
    companions_.emplace_back(recommender.ratings_, recommender.content_, rated_films(own, recommender.positions_));
  }
}

void RecommendationMaker::read_events(std::span<const Event> events) {
  for (const Event& event : events) {
    const auto found = recommender_.positions_.find(event.film);
    if (found == recommender_.positions_.end()) continue;
    const auto item = static_cast<std::size_t>(found->second);
    if (event.kind == EventKind::Hide) is_hidden_[item] = true;
    if (event.kind == EventKind::Unhide) is_hidden_[item] = false;
    if (event.kind == EventKind::Rate || event.kind == EventKind::Watch || event.kind == EventKind::Like) is_seen_[item] = true;
  }
}

bool RecommendationMaker::is_allowed(int item) const {
  const auto index = static_cast<std::size_t>(item);
  const Film& film = recommender_.films_[index];
  const MoodConstraints& wanted = request_.mood.constraints;
  if (is_hidden_[index] || (is_seen_[index] && request_.seen == SeenFilms::LeaveOut)) return false;
  const auto longest = request_.time ? request_.time : wanted.max_runtime;
  if (longest && film.runtime > *longest) return false;
  if (shares_any(wanted.avoid, film.genres) || shares_any(wanted.avoid, film.themes)) return false;
  if (wanted.company == "children" && film.age_rating > kChildAge) return false;
  if (!wanted.language.empty() && !contains(film.languages, wanted.language)) return false;
  return wanted.genres.empty() || shares_any(wanted.genres, film.genres);
}

// For a group the least happy one counts as much as the mean: nobody should suffer for two hours.
double RecommendationMaker::group_stars(const Taste& taste, int item) const {
  double sum = taste.predict(item);
  double least = sum;
  for (const Taste& companion : companions_) {
    const double stars = companion.predict(item);
    sum += stars;
    least = std::min(least, stars);
  }
  if (companions_.empty()) return sum;
  return (sum / static_cast<double>(companions_.size() + 1) + least) / 2;
}

double RecommendationMaker::score(const Taste& taste, int item) const {
  const Film& film = recommender_.films_[static_cast<std::size_t>(item)];
  const double sureness = 1 - request_.mood.uncertainty;
  // Few ratings mean a guess: the lower end of what is likely keeps lucky guesses off the top.
  const double caution = 0.2 * taste.deviation(item);
  return group_stars(taste, item) - caution + kMoodStars * sureness * mood_fit(film_feeling(film), target_);
}

std::vector<RecommendationMaker::Candidate> RecommendationMaker::rank(const Taste& taste) const {
  std::vector<Candidate> ranked;
  for (int item = 0; std::cmp_less(item, recommender_.films_.size()); ++item) {
    if (is_allowed(item)) ranked.push_back({.item = item, .stars = taste.predict(item), .score = score(taste, item)});
  }
  std::ranges::stable_sort(ranked, std::greater(), &Candidate::score);
  return ranked;
}

// Maximal marginal relevance: each place goes to the best film after paying for its likeness to those above.
std::vector<RecommendationMaker::Candidate> RecommendationMaker::diversify(std::vector<Candidate> ranked) const {
  if (ranked.size() > kShortlist) ranked.resize(kShortlist);
  std::vector<Candidate> chosen;
  while (std::cmp_less(chosen.size(), request_.count) && !ranked.empty()) {
    const auto worth = [&](const Candidate& candidate) {
      double closest = 0;
      for (const Candidate& other : chosen) closest = std::max(closest, recommender_.content_.likeness(candidate.item, other.item));
      return candidate.score - kSamenessPenalty * closest;
    };
    const auto best = std::ranges::max_element(ranked, {}, worth);
    chosen.push_back(*best);
    ranked.erase(best);
  }
  return chosen;
}

int RecommendationMaker::rank_of(const Taste& taste, int item) const {
  const double own = score(taste, item);
  int rank = 1;
  for (int other = 0; std::cmp_less(other, recommender_.films_.size()); ++other) {
    if (other != item && is_allowed(other) && score(taste, other) > own) ++rank;
  }
  return rank;
}

/// Takes each rated film away and sees what the pick loses.
void RecommendationMaker::add_causes(Pick& pick, int item) const {
  struct Cause {
    std::size_t rated = 0;
    double loss = 0;
  };
  std::vector<Cause> causes;
  const double with = score(taste_, item);
  const std::size_t searched = std::min(taste_.rated().size(), kSearchedCauses);
  for (std::size_t i = taste_.rated().size() - searched; i < taste_.rated().size(); ++i) {
    const double loss = with - score(taste_.without(i), item);
    if (loss > 0.01) causes.push_back({.rated = i, .loss = loss});
  }
  std::ranges::stable_sort(causes, std::greater(), &Cause::loss);
  if (causes.size() > kMostCauses) causes.resize(kMostCauses);
  const int place = causes.empty() ? 0 : rank_of(taste_, item);
  for (const Cause& cause : causes) {
    const RatedFilm& rated = taste_.rated()[cause.rated];
    const Film& film = recommender_.films_[static_cast<std::size_t>(rated.item)];
    const int rank = rank_of(taste_.without(cause.rated), item);
    const LocalText fall = rank > place ? LocalText{.english = fmt::format(" and falls from #{} to #{}", place, rank), .chinese = fmt::format("，从第{}位落到第{}位", place, rank)} : LocalText();
    pick.reasons.push_back({.kind = ReasonKind::BecauseOfFilm,
                            .text = {.english = fmt::format("you gave {} {:.1f} stars; without that it loses {:.2f} stars{}", film.title.english, rated.stars, cause.loss, fall.english),
                                     .chinese = fmt::format("你给《{}》打了{:.1f}星；没有它，这部会少{:.2f}星{}", local_title(film), rated.stars, cause.loss, fall.chinese)},
                            .because = film.id, .effect = cause.loss, .rank_without = rank});
  }
}

/// What the pick has in common with the best liked film that is like it.
void RecommendationMaker::add_shared(Pick& pick, int item) const {
  const RatedFilm* closest = nullptr;
  double most = 0.12;
  for (const RatedFilm& rated : taste_.rated()) {
    const double close = recommender_.content_.likeness(item, rated.item) * (rated.stars - 2.5);
    if (close <= most) continue;
    most = close;
    closest = &rated;
  }
  if (closest == nullptr) return;
  const Film& film = recommender_.films_[static_cast<std::size_t>(closest->item)];
  for (const SharedFeature& feature : recommender_.content_.shared(item, closest->item)) {
    if (feature.kind == "country" || feature.kind == "decade") continue;
    pick.reasons.push_back({.kind = kind_of(feature.kind),
                            .text = {.english = fmt::format("it shares the {} {} with {}, which you liked", feature.kind, feature.value, film.title.english),
                                     .chinese = fmt::format("与你喜欢的《{}》相同：{}", local_title(film), feature.value)},
                            .because = film.id, .effect = feature.share});
    return;
  }
}

void RecommendationMaker::add_fits(Pick& pick, int item) const {
  const Film& film = recommender_.films_[static_cast<std::size_t>(item)];
  const double sureness = 1 - request_.mood.uncertainty;
  const double worth = kMoodStars * sureness * mood_fit(film_feeling(film), target_);
  if (worth > 0.15) {
    pick.reasons.push_back({.kind = ReasonKind::FitsMood,
                            .text = {.english = fmt::format("it fits your mood; that is worth {:.2f} stars here", worth),
                                     .chinese = fmt::format("合你现在的心情，在排序里值{:.2f}星", worth)},
                            .effect = worth});
  }
  const auto longest = request_.time ? request_.time : request_.mood.constraints.max_runtime;
  if (longest) {
    pick.reasons.push_back({.kind = ReasonKind::FitsTime,
                            .text = {.english = fmt::format("it takes {} of your {} minutes", film.runtime.count(), longest->count()),
                                     .chinese = fmt::format("片长{}分钟，在你的{}分钟之内", film.runtime.count(), longest->count())}});
  }
  const double liked = recommender_.ratings_.item_bias(item);
  if (liked > kTellingBias || pick.reasons.empty()) {
    pick.reasons.push_back({.kind = ReasonKind::Popular,
                            .text = {.english = fmt::format("viewers here give it {:.2f} stars {} than the average film", std::abs(liked), liked < 0 ? "less" : "more"),
                                     .chinese = fmt::format("这里的观众给它的评分比平均{}{:.2f}星", liked < 0 ? "低" : "高", std::abs(liked))},
                            .effect = liked});
  }
}

Pick RecommendationMaker::pick_of(const Candidate& candidate) const {
  const double reach = kEighty * taste_.deviation(candidate.item);
  Pick pick{.film = recommender_.films_[static_cast<std::size_t>(candidate.item)].id, .predicted_stars = candidate.stars,
            .interval_low = std::max(0.5, candidate.stars - reach), .interval_high = std::min(5.0, candidate.stars + reach), .score = candidate.score};
  add_causes(pick, candidate.item);
  add_shared(pick, candidate.item);
  add_fits(pick, candidate.item);
  std::ranges::stable_sort(pick.reasons, std::greater(), &Reason::effect);
  return pick;
}

Recommendation RecommendationMaker::make() {
  Recommendation recommendation{.mood = request_.mood, .policy = request_.policy};
  for (const Candidate& candidate : diversify(rank(taste_))) recommendation.picks.push_back(pick_of(candidate));
  if (std::cmp_less(recommendation.picks.size(), request_.count)) {
    const std::size_t count = recommendation.picks.size();
    recommendation.notes.push_back({.english = fmt::format("only {} films meet all conditions", count), .chinese = fmt::format("只有{}部影片符合全部条件", count)});
  }
  if (taste_.rated().empty()) {
    recommendation.notes.push_back({.english = "no ratings yet: these are what viewers here liked", .chinese = "还没有评分：这些是这里的观众喜欢的"});
  }
  return recommendation;
}

}  // namespace cineloom
