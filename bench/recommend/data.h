#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/expected.h"
#include "recommend/data/interactions.h"
#include "report.h"

namespace cineloom::bench {

/// Where the data sets lie: beside the checkout. NotFound where they are absent.
std::filesystem::path ratings_folder();
/// One member of an archive, or the whole of a single compressed file (.xz) for an empty name.
Expected<std::string> read_member(const std::filesystem::path& archive, const std::string& member);

/// Ratings with their file's own ids made positions: user and item numbers in rising order of id.
struct RatingFile {
  std::vector<Interaction> ratings;    ///< in the order of the file
  std::vector<std::int32_t> user_ids;  ///< by position
  std::vector<std::int32_t> item_ids;
};
/// ml-1m.zip, 1,000,209 ratings.
Expected<RatingFile> load_ml1m();
/// A member of ml-100k.zip ("u1.base", "u1.test"): ids less one, 943 users, 1682 items.
Expected<std::vector<Interaction>> load_ml100k(const std::string& member);
/// Exact viewing order: film ids (of ml-1m) of user 1, 2, ..., 6040.
Expected<std::vector<std::vector<std::int32_t>>> load_ml1m_sequences();

/// The frozen split for strong generalisation.
struct StrongSplit {
  struct HeldOut {
    std::vector<std::vector<std::int32_t>> known;   ///< per user, in the order of the file
    std::vector<std::vector<std::int32_t>> hidden;  ///< per user, sorted
  };
  Interactions train;
  HeldOut validation;
  HeldOut test;
  std::vector<std::int32_t> item_ids;  ///< film id of ml-1m by item
};
Expected<StrongSplit> load_strong();

// The parts of this benchmark, each in a file of its own; each says itself what is missing.
void measure_strong(Report& report);
void measure_cold(Report& report);
void measure_next(Report& report);
void measure_ratings(Report& report);
void measure_speed(Report& report);
void measure_ease_speed(Report& report);
void measure_ratings_quickly(Report& report);
void measure_product(Report& report);
void measure_library(Report& report);

}  // namespace cineloom::bench
