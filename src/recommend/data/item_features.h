#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/expected.h"
#include "math/sparse_matrix.h"

namespace cineloom {

enum class FeatureKind : std::uint8_t {
  Tags,    ///< each value is one name: a genre, a person, a brand
  Words,   ///< running text, cut into lower-case words; Han characters stand for themselves
  Number,  ///< one number written out; near numbers are alike
};

/// What is said about items under one heading.
struct FeatureGroup {
  std::string name;
  FeatureKind kind = FeatureKind::Tags;
  float weight = 1;    ///< first guess of how much it counts, >= 0; 0 = does not count unless a model finds that it does
  float width = 0.5F;  ///< of Number: how far likeness reaches, in standard deviations over the items, 0.05 .. 10
};

/// What is known of one item: for each group its values, in the order of the groups; empty where nothing is known.
using ItemDescription = std::vector<std::vector<std::string>>;

/// One feature of one item, weighted.
struct FeatureValue {
  std::int32_t feature = 0;
  float value = 0;
};

/// Turns descriptions into sparse rows, the same way for the items it was made from and for new ones. Within a group: names and
/// words weigh log(items / items that have it) and count from two items up; a number becomes a bump over a grid; then the group's
/// part of the row is scaled to length 1, so that long texts and long casts are not louder. Immutable.
class FeatureSpace {
 public:
  FeatureSpace() = default;
  /// Errors: InvalidArgument if a description has not one list for each group, or a weight or width is out of range.
  static Expected<FeatureSpace> from(std::vector<FeatureGroup> groups, std::span<const ItemDescription> items);

  /// Features rising. Unknown names, and numbers that cannot be read, are as if they were not said.
  [[nodiscard]] std::vector<FeatureValue> row(const ItemDescription& item) const;
  /// [items, size()].
  [[nodiscard]] SparseMatrix matrix(std::span<const ItemDescription> items) const;

  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(names_.size()); }
  [[nodiscard]] const std::vector<FeatureGroup>& groups() const { return groups_; }
  [[nodiscard]] std::size_t group_of(std::int32_t feature) const { return group_of_[static_cast<std::size_t>(feature)]; }
  /// The value as it was said, or the number in the middle of the bump.
  [[nodiscard]] const std::string& name(std::int32_t feature) const { return names_[static_cast<std::size_t>(feature)]; }

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for what write() cannot have written.
  static Expected<FeatureSpace> read(ByteReader& in);

 private:
  void add_feature(std::size_t group, std::string name, float weight);
  void learn_names(std::size_t group, std::span<const ItemDescription> items);
  void learn_numbers(std::size_t group, std::span<const ItemDescription> items);
  void index();
  [[nodiscard]] bool has_rising_grids() const;
  void append_names(std::size_t group, const std::vector<std::string>& values, std::vector<FeatureValue>& row) const;
  void append_number(std::size_t group, const std::vector<std::string>& values, std::vector<FeatureValue>& row) const;

  std::vector<FeatureGroup> groups_;
  std::vector<std::uint32_t> group_of_;                   ///< by feature
  std::vector<std::string> names_;                        ///< by feature
  std::vector<float> weights_;                            ///< by feature: log(items / having), or the middle of a bump
  std::vector<float> deviations_;                         ///< by group of numbers: standard deviation; else 0
  std::vector<std::map<std::string, std::int32_t, std::less<>>> feature_of_;  ///< by group
};

/// Lower-case words of two or more letters or digits; each Han character is a word.
std::vector<std::string> words_of(std::string_view text);

}  // namespace cineloom
