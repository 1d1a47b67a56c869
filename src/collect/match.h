#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/import.h"

namespace cineloom {

/// Knows films and tells which of them a told one is, offline. No match beats a wrong match. The same IMDb number, or TMDB number,
/// is the same film. Else a title in common (any of the three, comparable form) decides: with a year that differs by at most one, the
/// same year before the next; a film of other directors, or with another number, is another film. With a director in common the part
/// of a title before its colon is enough. Without a year a title has to be unique, and to have two words or be expected.
/// Of one title the first thousand films are known by it, so that a catalogue of nothing else takes no cube of time.
class FilmMatcher {
 public:
  struct Answer {
    std::optional<std::size_t> film;  ///< as `add` numbered it
    bool is_unsure = false;           ///< there are candidates, but none that is sure
  };
  /// Films that somebody is known to have seen: a bare title may be one of them.
  using Expectation = std::set<std::size_t>;

  /// Gives the film's number, from 0 upwards.
  std::size_t add(const Film& film);
  /// Adds names and numbers that another source knows for a film.
  void add_names(std::size_t film, const Film& other);
  [[nodiscard]] Answer find(const Film& told, const Expectation& expected = {}) const;
  [[nodiscard]] std::optional<std::size_t> find_key(const std::string& key) const;

 private:
  struct Facts {
    int year = 0;
    ExternalIds external;
    std::set<std::string> directors;  ///< folded
  };
  [[nodiscard]] std::vector<std::size_t> titled(const Film& told) const;
  [[nodiscard]] std::optional<std::size_t> find_headed(const Film& told) const;
  [[nodiscard]] bool contradicts(const Facts& known, const Film& told) const;

  std::vector<Facts> films_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::unordered_map<std::string, std::size_t> by_imdb_;
  std::unordered_map<std::int64_t, std::size_t> by_tmdb_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_title_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_head_;  ///< the part before the colon
};

/// Gives the films of a batch whose keys are its own the key of the catalogue film that they are; events, reviews and files follow.
/// Returns how many films were matched.
int match_films(ImportBatch& batch, std::span<const Film> catalogue);

}  // namespace cineloom
