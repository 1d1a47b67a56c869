#include "recommend/internal/score_board.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "recommend/internal/shift_index.h"
#include "recommend/ranking/film_feeling.h"
#include "recommend/ranking/group.h"

namespace cineloom {
namespace {

// What the evening may weigh, in spreads of the viewer's hundred best: enough to reorder them, not to raise what nobody would like.
constexpr double kWishSureness = 0.8;
constexpr double kMoodSpreads = 3;
constexpr double kCourseSpreads = 3;
constexpr double kPopularitySpreads = 3;
constexpr double kFreshnessSpreads = 3;
constexpr double kWishSpreads = 2;
constexpr double kVisitSpreads = 2;
constexpr std::size_t kVisitFilms = 8;  // the newest of a visit
constexpr double kFreshYears = 5;
constexpr std::size_t kBest = 1024;            // films kept in order: lists and most ranks lie within
constexpr double kRounding = 1e-4;             // of scores that are computed in different ways, stars
constexpr std::size_t kFew = 64;               // films that are asked one by one where no other could overtake

bool contains(const std::vector<std::string>& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

bool is_about(const Film& film, const std::string& word) {
  return contains(film.genres, word) || contains(film.themes, word) || contains(film.directors, word) || contains(film.cast, word) ||
         contains(film.countries, word);
}

std::vector<std::uint8_t> left_out_by(const Past& past, std::size_t films, SeenFilms seen) {
  std::vector<std::uint8_t> is_left_out(films, 0);
  for (const std::int32_t item : past.hidden) is_left_out[static_cast<std::size_t>(item)] = 1;
  if (seen == SeenFilms::Include) return is_left_out;
  for (const std::int32_t item : past.seen) is_left_out[static_cast<std::size_t>(item)] = 1;
  return is_left_out;
}

}  // namespace

ScoreBoard::ScoreBoard(const Recommender& recommender, std::span<const Event> events, const RecommendRequest& request)
    : recommender_(recommender),
      request_(request),
      taste_(recommender.models_, read_past(events, recommender.models_.positions(), recommender.models_.watching()), request.visit.begin),
      conditions_(recommender.films_,
                  // A programme's minutes are those of all its films; that is the list's affair.
                  {.mood = request.mood.constraints, .filter = request.filter, .longest = request.programme > 1 ? std::nullopt : request.time},
                  left_out_by(taste_.past(), recommender.films_.size(), request.seen)),
      context_sum_(recommender.films_.size(), 0) {
  add_members();
  add_context();
  scores_ = scores_with(taste_);
  find_best();
}

// Of the films met so far twice as many as wanted are kept, and cut to those wanted whenever they are full.
void ScoreBoard::find_best() {
  // What is no number, of a model with absurd ones, comes last: there must be an order.
  const auto score_of = [&](std::int32_t item) {
    const double score = scores_[static_cast<std::size_t>(item)];
    return std::isnan(score) ? -std::numeric_limits<double>::infinity() : score;
  };
  const auto is_better = [&](std::int32_t a, std::int32_t b) {
    const double score_a = score_of(a);
    const double score_b = score_of(b);
    return score_a != score_b ? score_a > score_b : a < b;
  };
  const auto cut = [&] { std::ranges::nth_element(best_, best_.begin() + kBest - 1, is_better), best_.resize(kBest); };
  best_.clear();
  double least = -std::numeric_limits<double>::infinity();
  for (std::size_t item = 0; item < scores_.size(); ++item) {
    if (score_of(static_cast<std::int32_t>(item)) < least || !conditions_.is_allowed(item)) continue;
    best_.push_back(static_cast<std::int32_t>(item));
    if (best_.size() < 2 * kBest) continue;
    cut();
    least = score_of(best_.back());
  }
  if (best_.size() > kBest) cut();
  std::ranges::sort(best_, is_better);
}

double ScoreBoard::caution(std::int32_t item) const { return recommender_.cautions_[static_cast<std::size_t>(item)]; }

double ScoreBoard::worth_of(const Taste& taste, std::int32_t item) const { return taste.score(item) - caution(item); }

std::vector<double> ScoreBoard::worth_of(const Taste& taste) const {
  std::vector<double> worth = taste.scores();
  for (std::size_t item = 0; item < worth.size(); ++item) worth[item] -= caution(static_cast<std::int32_t>(item));
  return worth;
}

void ScoreBoard::add_members() {
  members_.push_back({.viewer = request_.viewer, .worth = worth_of(taste_)});
  std::map<ViewerId, PastReader> others;
  const auto& positions = recommender_.models_.positions();
  for (const Event& event : request_.companions) {
    const auto reader = others.try_emplace(event.viewer, recommender_.models_.watching()).first;
    if (const auto position = positions.find(event.film); position != positions.end()) reader->second.add(event, position->second);
  }
  for (auto& [viewer, reader] : others) {
    companions_.emplace_back(recommender_.models_, std::move(reader).finish());
    members_.push_back({.viewer = viewer, .worth = worth_of(companions_.back())});
  }
}

double ScoreBoard::group_worth_of(double own, std::size_t item) const {
  if (!is_group()) return own;
  std::vector<double> each{own};
  for (std::size_t member = 1; member < members_.size(); ++member) each.push_back(members_[member].worth[item]);
  return group_worth(each, request_.group);
}

std::vector<double> ScoreBoard::scores_with(const Taste& taste) const {
  std::vector<double> scores = &taste == &taste_ ? members_.front().worth : worth_of(taste);
  for (std::size_t item = 0; item < scores.size(); ++item) scores[item] = group_worth_of(scores[item], item) + context_sum_[item];
  return scores;
}

double ScoreBoard::score_with(const Taste& taste, std::int32_t item) const {
  const auto index = static_cast<std::size_t>(item);
  return group_worth_of(worth_of(taste, item), index) + context_sum_[index];
}

int ScoreBoard::rank_in(std::span<const double> scores, std::int32_t item) const {
  const auto index = static_cast<std::size_t>(item);
  int rank = 1;
  for (std::size_t other = 0; other < scores.size(); ++other) {
    const bool is_better = scores[other] > scores[index] || (scores[other] == scores[index] && other < index);
    if (is_better && conditions_.is_allowed(other)) ++rank;
  }
  return rank;
}

int ScoreBoard::rank_of(std::int32_t item) const {
  const auto place = std::ranges::find(best_, item);
  return place != best_.end() ? static_cast<int>(place - best_.begin()) + 1 : rank_in(scores_, item);
}

/// From the viewer's taste to another, as far as it may move scores, and where it puts one film.
struct ScoreBoard::Move {
  const Taste& taste;
  TasteShift shift;
  std::int32_t item = 0;
  double own = 0;     ///< the film's score then
  double gained = 0;  ///< every film, beside what its factors reach
  bool is_group = false;

  /// What the list gains where the viewer gains this: others of a group may hold up what the viewer alone would let fall.
  [[nodiscard]] double most(double gain) const { return is_group ? std::max(gain, 0.0) : gain; }
};

int ScoreBoard::rank_with(const Taste& taste, std::int32_t item) const {
  const TasteShift shift = taste.shift_from(taste_);
  const Move move{
      .taste = taste, .shift = shift, .item = item, .own = score_with(taste, item), .gained = shift.constant + shift.rest + kRounding, .is_group = is_group()};
  const double most = move.gained + shift.stars * recommender_.most_star_reach_ + shift.likes * recommender_.most_like_reach_;
  const bool may_many_rise = best_.size() > kFew && !(scores_[static_cast<std::size_t>(best_[kFew])] + move.most(most) < move.own);
  return may_many_rise ? rank_among_all(move) : rank_among_best(move);
}

bool ScoreBoard::is_rival(const Move& move, std::int32_t other) const {
  const double then = score_with(move.taste, other);
  return then > move.own || (then == move.own && other < move.item);
}

// From the best film on down: those that could overtake are asked one by one, until no film further down could.
int ScoreBoard::rank_among_best(const Move& move) const {
  const double most = move.gained + move.shift.stars * recommender_.most_star_reach_ + move.shift.likes * recommender_.most_like_reach_;
  int rank = 1;
  for (const std::int32_t other : best_) {
    const auto index = static_cast<std::size_t>(other);
    if (scores_[index] + move.most(most) < move.own) break;
    const double reach =
        move.shift.stars * static_cast<double>(recommender_.star_reaches_[index]) + move.shift.likes * static_cast<double>(recommender_.like_reaches_[index]);
    if (other == move.item || scores_[index] + move.most(move.gained + reach) < move.own) continue;
    rank += is_rival(move, other) ? 1 : 0;
  }
  return rank;
}

// What each film lacks is held against what its factors reach, then against what their bytes say of them, then with what else moves it; who is
// left is asked.
int ScoreBoard::rank_among_all(const Move& move) const {
  constexpr float kNever = std::numeric_limits<float>::infinity();
  std::vector<float> least(scores_.size(), kNever);
  for (std::size_t index = 0; index < scores_.size(); ++index) {
    const double lacking = move.own - scores_[index];
    const double reach =
        move.shift.stars * static_cast<double>(recommender_.star_reaches_[index]) + move.shift.likes * static_cast<double>(recommender_.like_reaches_[index]);
    if (lacking > move.most(move.gained + reach) || !conditions_.is_allowed(index)) continue;
    least[index] = move.is_group && lacking <= 0 ? -kNever : static_cast<float>(lacking - move.gained);
  }
  least[static_cast<std::size_t>(move.item)] = kNever;
  const OtherShift others = move.taste.other_shift_from(taste_);
  int rank = 1;
  for (const ReachingRow& film : recommender_.shifts_->films_moved(taste_, move.taste, least)) {
    const double most = move.shift.constant + kRounding + static_cast<double>(film.most) + others.of(film.index);
    if (scores_[static_cast<std::size_t>(film.index)] + move.most(most) < move.own) continue;
    rank += is_rival(move, film.index) ? 1 : 0;
  }
  return rank;
}

double ScoreBoard::member_stars(std::size_t member, std::int32_t item) const {
  return member == 0 ? taste_.predict(item) : companions_[member - 1].predict(item);
}

void ScoreBoard::add_context() {
  add_mood();
  add_course();
  add_dials();
  add_wishes();
  add_visit();
  add_exploration();
  for (const Term& term : context_) {
    for (std::size_t item = 0; item < context_sum_.size(); ++item) context_sum_[item] += term.worth[item];
  }
}

void ScoreBoard::add_mood() {
  const Mood& mood = request_.mood;
  // What a viewer says they want to feel is surer than what was read of how they are.
  const double sureness = mood.wish ? std::max(kWishSureness, 1 - mood.uncertainty) : 1 - mood.uncertainty;
  const double most = kMoodSpreads * recommender_.models_.blend().spread * sureness * request_.dials.mood_strength;
  if (most <= 0) return;
  const Feeling target = mood.wish ? *mood.wish : target_feeling(mood.feeling, request_.policy);
  Term term{.name = "mood"};
  for (const Feeling& feeling : recommender_.feelings_) term.worth.push_back(most * mood_fit(feeling, target));
  context_.push_back(std::move(term));
}

// Nothing is given to films whose course is not known, and nothing taken: they may run like the drawing or not.
void ScoreBoard::add_course() {
  if (request_.courses.empty()) return;
  const double most = kCourseSpreads * recommender_.models_.blend().spread;
  Term term{.name = "course"};
  for (const Film& film : recommender_.films_) {
    const auto known = request_.courses.find(film.id);
    term.worth.push_back(known == request_.courses.end() ? 0 : most * known->second);
  }
  context_.push_back(std::move(term));
}

void ScoreBoard::add_dials() {
  const double spread = recommender_.models_.blend().spread;
  const auto& films = recommender_.films_;
  if (request_.dials.popularity != 0) {
    Term term{.name = "popularity"};
    for (std::size_t item = 0; item < films.size(); ++item) {
      term.worth.push_back(request_.dials.popularity * kPopularitySpreads * spread *
                           (2 * recommender_.models_.popularity(static_cast<std::int32_t>(item)) - 1));
    }
    context_.push_back(std::move(term));
  }
  if (request_.dials.freshness != 0) {
    int now = request_.year;
    for (const Film& film : films) now = request_.year == 0 ? std::max(now, film.year) : now;
    Term term{.name = "freshness"};
    for (const Film& film : films) {
      const double age = film.year == 0 ? 1e3 : std::max(0, now - film.year);
      term.worth.push_back(request_.dials.freshness * kFreshnessSpreads * spread * std::exp(-age / kFreshYears));
    }
    context_.push_back(std::move(term));
  }
}

void ScoreBoard::add_wishes() {
  if (request_.dials.more.empty() && request_.dials.less.empty()) return;
  const double worth = kWishSpreads * recommender_.models_.blend().spread;
  Term term{.name = "asked for"};
  for (const Film& film : recommender_.films_) {
    const auto about = [&](const std::string& word) { return is_about(film, word); };
    const auto balance = std::ranges::count_if(request_.dials.more, about) - std::ranges::count_if(request_.dials.less, about);
    term.worth.push_back(worth * static_cast<double>(balance));
  }
  context_.push_back(std::move(term));
}

// The nearest of the visit's films counts: one film opened says what kind of evening it is.
void ScoreBoard::add_visit() {
  if (request_.visit.toward.empty() && request_.visit.away.empty()) return;
  const auto& positions = recommender_.models_.positions();
  const auto nearest = [&](std::int32_t item, const std::vector<FilmId>& films) {
    double most = 0;
    for (const FilmId film : std::span(films).first(std::min(films.size(), kVisitFilms))) {
      if (const auto found = positions.find(film); found != positions.end())
        most = std::max(most, recommender_.models_.content().likeness(item, found->second));
    }
    return most;
  };
  const double worth = kVisitSpreads * recommender_.models_.blend().spread;
  Term term{.name = "visit"};
  for (std::size_t item = 0; item < recommender_.films_.size(); ++item) {
    const auto position = static_cast<std::int32_t>(item);
    term.worth.push_back(worth * (nearest(position, request_.visit.toward) - nearest(position, request_.visit.away)));
  }
  context_.push_back(std::move(term));
}

void ScoreBoard::add_exploration() {
  const double exploration = request_.dials.exploration.value_or(0);
  if (exploration <= 0) return;
  context_.push_back({.name = "exploration", .worth = taste_.draw(request_.draw, exploration)});
}

ScoreBoard ScoreBoard::redrawn(Seed draw) const {
  ScoreBoard other = *this;
  const auto term = std::ranges::find(other.context_, "exploration", &Term::name);
  if (term == other.context_.end()) return other;
  const std::vector<double> worth = taste_.draw(draw, *request_.dials.exploration);
  for (std::size_t item = 0; item < worth.size(); ++item) {
    other.context_sum_[item] += worth[item] - term->worth[item];
    other.scores_[item] += worth[item] - term->worth[item];
  }
  term->worth = worth;
  other.find_best();
  return other;
}

std::vector<ScorePart> ScoreBoard::parts(std::int32_t item) const {
  const auto index = static_cast<std::size_t>(item);
  const double liking = taste_.liking(item);
  const double own = members_.front().worth[index];
  std::vector<ScorePart> parts{
      {.name = "stars", .worth = taste_.score(item) - liking}, {.name = "taste", .worth = liking}, {.name = "caution", .worth = own - taste_.score(item)}};
  for (const Term& term : context_) parts.push_back({.name = std::string(term.name), .worth = term.worth[index]});
  if (is_group()) parts.push_back({.name = "group", .worth = group_worth_of(own, index) - own});
  return parts;
}

double ScoreBoard::part(std::string_view name, std::int32_t item) const {
  const auto term = std::ranges::find(context_, name, &Term::name);
  return term == context_.end() ? 0 : term->worth[static_cast<std::size_t>(item)];
}

}  // namespace cineloom
