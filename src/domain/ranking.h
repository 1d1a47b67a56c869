#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cineloom {

/// How several tastes become one list: the mean, the least happy one, or both and in turn.
enum class GroupPolicy { Fair, Average, LeastMisery };
BOOST_DESCRIBE_ENUM(GroupPolicy, Fair, Average, LeastMisery)

enum class DiversityMethod { Marginal, Determinantal };
BOOST_DESCRIBE_ENUM(DiversityMethod, Marginal, Determinantal)

/// Conditions on films beside the mood's; a film must meet all. Empty = no condition.
struct FilmFilter {
  std::vector<std::string> any_genres;  ///< at least one of them
  std::vector<std::string> all_genres;
  std::vector<std::string> no_genres;   ///< genres or themes
  std::vector<std::string> languages;   ///< at least one of them
  std::vector<std::string> countries;
  std::vector<std::string> people;      ///< directors or cast
  std::optional<int> since;             ///< first year
  std::optional<int> until;             ///< last year
  std::optional<int> age;               ///< greatest advised minimum age
};
BOOST_DESCRIBE_STRUCT(FilmFilter, (), (any_genres, all_genres, no_genres, languages, countries, people, since, until, age))

/// The dials of a ranking.
struct RankingDials {
  double mood_strength = 1;  ///< 0 ignores the mood .. 2 doubles it
  double diversity = 0.5;    ///< 0 by score alone .. 1 as different as can be
  DiversityMethod method = DiversityMethod::Marginal;
  double calibration = 0.1;  ///< 0 off .. 1 the list's genres follow the past whatever the scores
  double popularity = 0;     ///< -1 hidden gems .. 1 what all watch
  double freshness = 0;      ///< 0 off .. 1 new films first
  std::optional<double> exploration;  ///< 0 the best known .. 1 a full draw from what is possible; nothing = as the viewer allows
  std::vector<std::string> more;  ///< genres, themes, people or countries wanted more
  std::vector<std::string> less;
};
BOOST_DESCRIBE_STRUCT(RankingDials, (), (mood_strength, diversity, method, calibration, popularity, freshness, exploration, more, less))

}  // namespace cineloom
