#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

using SlateId = Id<struct SlateTag>;

/// One film of a list that was shown.
struct SlateItem {
  FilmId film;
  int position = 1;       ///< 1 = first
  double score = 0;       ///< what the list was sorted by
  double propensity = 1;  ///< chance that the policy shows the film in a list of this length, 0 < p <= 1; 1 = no chance involved
};
BOOST_DESCRIBE_STRUCT(SlateItem, (), (film, position, score, propensity))

/// A list that a viewer was shown, with all that later estimates need to know of how it came about.
struct Slate {
  SlateId id;
  ViewerId viewer;
  Timestamp at;                  ///< when it was shown
  std::string key;               ///< chosen by whoever shows it; the same key from a viewer counts once; empty = none
  std::string ranker;            ///< name of the policy
  double ranker_chance = 1;      ///< with which a bandit gave the list to that ranker, 0 < p <= 1; 1 = no bandit
  int model_version = 0;         ///< 0 = no kept model
  std::string context;           ///< mood and circumstances in short, for people
  std::vector<SlateItem> items;  ///< by position
};
BOOST_DESCRIBE_STRUCT(Slate, (), (id, viewer, at, key, ranker, ranker_chance, model_version, context, items))

/// What became of a shown film.
enum class SlateResponse { None, Skipped, Hidden, Watched, Liked };
BOOST_DESCRIBE_ENUM(SlateResponse, None, Skipped, Hidden, Watched, Liked)

/// A shown film with what followed.
struct ShownFilm {
  SlateId slate;
  ViewerId viewer;
  Timestamp at;              ///< when it was shown
  std::string ranker;
  double ranker_chance = 1;  ///< of the list
  int model_version = 0;
  SlateItem item;
  SlateResponse response = SlateResponse::None;
  std::optional<double> stars;       ///< of its first rating
  std::optional<Timestamp> rated_at;
};
BOOST_DESCRIBE_STRUCT(ShownFilm, (), (slate, viewer, at, ranker, ranker_chance, model_version, item, response, stars, rated_at))

}  // namespace cineloom
