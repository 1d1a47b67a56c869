#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"
#include "domain/film.h"
#include "domain/import.h"
#include "domain/telling.h"
#include "domain/text.h"

namespace cineloom::collect {

/// Why rows are left out; each is told once with how many there were.
enum class PassedOver { NotAFilm, TooShort, Extra, Deleted, List, NoFilm, NoDate, InProgress };

/// What somebody did with a film, as a source tells it.
struct Act {
  std::size_t film = 0;                    ///< from Teller::film
  EventKind kind = EventKind::Watch;
  std::optional<double> value;             ///< stars for Rate, share for Abandon
  Timestamp at;
  Precision precision = Precision::Clock;
  std::string id;                          ///< of the act in the source; with origin and kind it is the event's key
  std::string person;                      ///< as the source calls them; empty = whose export it is
  std::string raw;                         ///< JSON object
  std::string origin = {};                 ///< where a source passes on what another told, with `id` as the key; empty = the source
  std::optional<double> step = {};         ///< of that other's scale
  std::optional<Feeling> mood = {};
};

/// A review as a source tells it.
struct ToldReview {
  std::size_t film = 0;
  Review review;
};

/// Whether a source's films are worth having by themselves, or only complete those that are known.
enum class Facts { Films, OnlyOfKnownFilms };

/// Collects what one source tells; films and people get their names when all sources were heard.
class Teller {
 public:
  /// `origin` names the source in events: "letterboxd". `step` is that of its rating scale, in stars.
  Teller(std::string_view origin, double step) : origin_(origin), step_(step) {}

  /// Adds a film, or completes the one that the same `id` named before; without an id title and year name it. Gives its place.
  std::size_t film(Film film, std::string_view id = {});
  void tell(Act act) { acts_.push_back(std::move(act)); }
  void tell(ToldReview review) { reviews_.push_back(std::move(review)); }
  void pass_over(PassedOver reason, int rows = 1) { passed_over_[reason] += rows; }
  void warn(LocalText warning) { warnings_.push_back(std::move(warning)); }
  /// Adds a rating of a data set, by the places of the person and of the film.
  void rate(const PackedRating& rating) { ratings_.push_back(rating); }
  /// Adds a person of a data set; gives the place.
  std::int32_t person(std::string name) {
    people_.push_back(std::move(name));
    return static_cast<std::int32_t>(people_.size() - 1);
  }
  void set_step(double step) { step_ = step; }
  void set_facts(Facts facts) { facts_ = facts; }
  /// What people are called where a source has many without names: "MovieLens viewer 7".
  void set_person_prefix(std::string prefix) { person_prefix_ = std::move(prefix); }
  [[nodiscard]] const std::string& person_prefix() const { return person_prefix_; }

  [[nodiscard]] const std::string& origin() const { return origin_; }
  [[nodiscard]] double step() const { return step_; }
  [[nodiscard]] Facts facts() const { return facts_; }
  [[nodiscard]] const std::vector<Film>& films() const { return films_; }
  [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }
  [[nodiscard]] std::vector<ToldReview>& reviews() { return reviews_; }
  [[nodiscard]] std::vector<Act>& acts() { return acts_; }
  [[nodiscard]] const std::vector<std::string>& people() const { return people_; }
  [[nodiscard]] std::vector<PackedRating>& ratings() { return ratings_; }
  /// What was passed over and other warnings, in words.
  [[nodiscard]] std::vector<LocalText> warnings() const;

 private:
  std::string origin_;
  double step_;
  Facts facts_ = Facts::Films;
  std::string person_prefix_;
  std::vector<Film> films_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::vector<Act> acts_;
  std::vector<ToldReview> reviews_;
  std::vector<std::string> people_;
  std::vector<PackedRating> ratings_;
  std::map<PassedOver, int> passed_over_;
  std::vector<LocalText> warnings_;
};

}  // namespace cineloom::collect
