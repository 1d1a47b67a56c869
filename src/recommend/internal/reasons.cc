#include "recommend/internal/reasons.h"

#include <algorithm>
#include <cmath>

#include "recommend/internal/reason_texts.h"

namespace cineloom {
namespace {

constexpr std::size_t kSuspectsEach = 6;   // films of the past that are tried for one pick
constexpr std::size_t kMostCauses = 2;     // told for one pick
constexpr std::size_t kMostTogether = 4;   // films of one joint cause
constexpr double kLeastEffect = 1e-6;      // stars; below is rounding
constexpr double kTellingWorth = 0.05;     // stars that are worth telling
constexpr double kTellingLikeness = 0.12;

ReasonKind kind_of(const std::string& feature) {
  if (feature == "director") return ReasonKind::SharedDirector;
  if (feature == "cast") return ReasonKind::SharedCast;
  return feature == "theme" ? ReasonKind::SharedTheme : ReasonKind::SharedGenre;
}

}  // namespace

ReasonFinder::ReasonFinder(const ScoreBoard& board, std::span<const std::int32_t> items) : board_(board) {
  for (const std::size_t place : suspects(items)) {
    suspects_.push_back(place);
    taste_without({place});
  }
}

const Film& ReasonFinder::film(std::int32_t item) const { return board_.recommender().films_[static_cast<std::size_t>(item)]; }

const Film& ReasonFinder::past_film(std::size_t place) const { return film(board_.taste().past().films[place].item); }

// Trying the whole past costs a fold-in each; likeness in content, in who likes both and in the factors says where to look.
std::vector<std::size_t> ReasonFinder::suspects(std::span<const std::int32_t> items) const {
  const TasteModels& models = board_.recommender().models();
  const auto& past = board_.taste().past().films;
  std::vector<std::size_t> all;
  for (const std::int32_t item : items) {
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t place = 0; place < past.size(); ++place) {
      const PastFilm& seen = past[place];
      double hint = models.content().likeness(item, seen.item) * (seen.stars ? std::abs(*seen.stars - models.mean_stars()) : 1.0);
      if (models.together()) hint += models.blend().together * seen.liking * static_cast<double>(models.together()->contribution(item, seen.item));
      if (board_.taste().is_of_visit(place)) hint += models.blend().next * static_cast<double>(models.next()->contribution(item, seen.item));
      if (models.likes()) {
        const auto a = models.liking_factors(item);
        const auto b = models.liking_factors(seen.item);
        double product = 0;
        for (std::size_t k = 0; k < a.size(); ++k) product += static_cast<double>(a[k] * b[k]);
        hint += models.blend().likes * seen.liking * product;
      }
      ranked.emplace_back(-hint, place);
    }
    const auto kept = static_cast<std::ptrdiff_t>(std::min(kSuspectsEach, ranked.size()));
    std::partial_sort(ranked.begin(), ranked.begin() + kept, ranked.end());
    for (auto suspect = ranked.begin(); suspect != ranked.begin() + kept; ++suspect) all.push_back(suspect->second);
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

std::vector<ReasonFinder::Effect> ReasonFinder::effects_on(std::int32_t item) const {
  const double with = board_.score_with(board_.taste(), item);
  std::vector<Effect> effects;
  for (const std::size_t place : suspects_) effects.push_back({.place = place, .loss = with - board_.score_with(tastes_without_.at({place}), item)});
  std::ranges::stable_sort(effects, std::greater(), &Effect::loss);
  return effects;
}

const Taste& ReasonFinder::taste_without(const std::vector<std::size_t>& gone) {
  const auto known = tastes_without_.find(gone);
  if (known != tastes_without_.end()) return known->second;
  return tastes_without_.emplace(gone, board_.taste().without(gone)).first->second;
}

int ReasonFinder::rank_without(std::span<const std::size_t> gone, std::int32_t item) {
  std::vector<std::size_t> key(gone.begin(), gone.end());
  std::ranges::sort(key);
  return board_.rank_with(taste_without(key), item);
}

void ReasonFinder::add_single_causes(std::vector<Reason>& reasons, std::int32_t item, std::span<const Effect> effects) {
  const int rank = board_.rank_of(item);
  for (const Effect& effect : effects) {
    if (effect.loss < kLeastEffect || reasons.size() == kMostCauses) break;
    const std::size_t gone[] = {effect.place};
    const int rank_then = rank_without(gone, item);
    if (rank_then <= rank) continue;
    const PastFilm& seen = board_.taste().past().films[effect.place];
    reasons.push_back({.kind = ReasonKind::BecauseOfFilm,
                       .text = because_text(past_film(effect.place), seen.stars, effect.loss, rank, rank_then),
                       .because = past_film(effect.place).id,
                       .effect = effect.loss,
                       .rank_without = rank_then});
  }
}

// Where no film alone makes the rank, the strongest are taken away one after the other until it falls.
void ReasonFinder::add_joint_cause(std::vector<Reason>& reasons, std::int32_t item, std::span<const Effect> effects) {
  const int rank = board_.rank_of(item);
  std::vector<std::size_t> gone;
  Reason reason{.kind = ReasonKind::BecauseOfFilms};
  std::vector<const Film*> films;
  for (const Effect& effect : effects) {
    if (effect.loss < kLeastEffect || gone.size() == kMostTogether) return;
    gone.insert(std::ranges::lower_bound(gone, effect.place), effect.place);
    reason.together.push_back(past_film(effect.place).id);
    films.push_back(&past_film(effect.place));
    const int rank_then = rank_without(gone, item);
    if (gone.size() < 2 || rank_then <= rank) continue;
    reason.rank_without = rank_then;
    reason.effect = board_.scores()[static_cast<std::size_t>(item)] - board_.score_with(taste_without(gone), item);
    reason.text = together_text(films, reason.effect, rank, rank_then);
    reasons.push_back(std::move(reason));
    return;
  }
}

/// What the pick has in common with the best liked film that is like it.
void ReasonFinder::add_shared(std::vector<Reason>& reasons, std::int32_t item) const {
  const ContentModel& content = board_.recommender().models().content();
  const PastFilm* closest = nullptr;
  double most = kTellingLikeness;
  for (const PastFilm& seen : board_.taste().past().films) {
    const double close = content.likeness(item, seen.item) * seen.liking;
    if (close <= most) continue;
    most = close;
    closest = &seen;
  }
  if (closest == nullptr) return;
  for (const SharedFeature& feature : content.shared(item, closest->item)) {
    if (feature.kind == "country" || feature.kind == "decade") continue;
    reasons.push_back({.kind = kind_of(feature.kind), .text = shared_text(feature, film(closest->item)), .because = film(closest->item).id});
    return;
  }
}

void ReasonFinder::add_evening(std::vector<Reason>& reasons, std::int32_t item) const {
  const double mood = board_.part("mood", item);
  if (mood > kTellingWorth) reasons.push_back({.kind = ReasonKind::FitsMood, .text = mood_text(mood), .effect = mood});
  const double wished = board_.part("asked for", item);
  if (wished > kTellingWorth) reasons.push_back({.kind = ReasonKind::AskedFor, .text = wish_text(wished), .effect = wished});
  const double drawn = board_.part("exploration", item);
  if (drawn > kTellingWorth) reasons.push_back({.kind = ReasonKind::Surprise, .text = surprise_text(drawn), .effect = drawn});
  const auto& request = board_.request();
  if (const auto longest = request.time ? request.time : request.mood.constraints.max_runtime) {
    reasons.push_back({.kind = ReasonKind::FitsTime, .text = time_text(film(item), *longest)});
  }
}

void ReasonFinder::add_popular(std::vector<Reason>& reasons, std::int32_t item) const {
  const TasteModels& models = board_.recommender().models();
  if (models.is_new(item)) {
    reasons.push_back({.kind = ReasonKind::NewHere, .text = new_here_text()});
    return;
  }
  const double liked = models.item_bias(item);
  const bool is_telling = liked > 3 * kTellingWorth && models.item_ratings(item) > 0;
  if (!is_telling && !reasons.empty()) return;
  reasons.push_back({.kind = ReasonKind::Popular, .text = popular_text(liked, models.item_ratings(item)), .effect = std::max(0.0, liked)});
}

std::vector<Reason> ReasonFinder::reasons_for(std::int32_t item) {
  const std::vector<Effect> effects = effects_on(item);
  std::vector<Reason> reasons;
  add_single_causes(reasons, item, effects);
  if (reasons.empty()) add_joint_cause(reasons, item, effects);
  add_shared(reasons, item);
  add_evening(reasons, item);
  add_popular(reasons, item);
  std::ranges::stable_sort(reasons, std::greater(), &Reason::effect);
  return reasons;
}

std::vector<Reason> ReasonFinder::reasons_against(std::int32_t item) {
  std::vector<Effect> effects = effects_on(item);
  std::ranges::reverse(effects);
  const int rank = board_.rank_of(item);
  std::vector<Reason> reasons;
  for (const Effect& effect : effects) {
    if (effect.loss > -kLeastEffect || reasons.size() == kMostCauses) break;
    const std::size_t gone[] = {effect.place};
    const int rank_then = rank_without(gone, item);
    if (rank_then >= rank) continue;
    const PastFilm& seen = board_.taste().past().films[effect.place];
    reasons.push_back({.kind = ReasonKind::BecauseOfFilm,
                       .text = against_text(past_film(effect.place), seen.stars, -effect.loss, rank, rank_then),
                       .because = past_film(effect.place).id,
                       .effect = effect.loss,
                       .rank_without = rank_then});
  }
  return reasons;
}

}  // namespace cineloom
