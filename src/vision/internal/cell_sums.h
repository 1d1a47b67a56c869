#pragma once

#include <cstdint>
#include <vector>

namespace cineloom {

/// Adds up the samples of each cell over some rows. Cells lie side by side over `samples`; a cell smaller than a sample takes that one.
class CellSums {
 public:
  static constexpr int kMostRows = 4;  ///< at once

  CellSums() = default;
  CellSums(int cells, int samples);

  [[nodiscard]] int cells() const { return static_cast<int>(begin_.size()); }
  [[nodiscard]] int samples() const { return samples_; }
  [[nodiscard]] int begin(int cell) const { return begin_[static_cast<std::size_t>(cell)]; }
  [[nodiscard]] int end(int cell) const { return end_[static_cast<std::size_t>(cell)]; }

  /// `rows`: `count` (1 .. kMostRows) pointers to `samples` bytes each; `totals` has room for `cells`.
  void add(const std::uint8_t* const* rows, int count, std::int32_t* totals) const;
  /// The same from the definition, as a reference for tests.
  void add_plainly(const std::uint8_t* const* rows, int count, std::int32_t* totals) const;

 private:
  enum class Way { Plain, Even, Wide };

  void lay_chunks();
  void lay_groups();
  void add_chunks(const std::uint8_t* const* rows, int count, int first, std::int32_t* totals) const;
  int add_groups(const std::uint8_t* const* rows, int count, std::int32_t* totals) const;
  void add_even(const std::uint8_t* const* rows, int count, std::int32_t* totals) const;

  int samples_ = 0;
  int widest_ = 1;
  Way way_ = Way::Plain;
  std::vector<int> begin_;
  std::vector<int> end_;
  int chunks_ = 1;                   ///< of 16 samples a cell
  std::vector<int> chunk_at_;        ///< first sample that is read
  std::vector<std::uint8_t> masks_;  ///< 16 a chunk: which of them count
  std::vector<int> group_at_;        ///< of four cells that lie in 64 samples
  std::vector<std::uint8_t> group_index_;  ///< 64 a group: which sample goes where
  std::vector<std::uint64_t> group_mask_;
};

}  // namespace cineloom
