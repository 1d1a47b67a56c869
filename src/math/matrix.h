#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace cineloom {

/// Memory on cache lines; large pieces on pages of 2 MiB where the system has them, for walks in no order through many small pages
/// wait for their addresses longer than for their bytes. Throws std::bad_alloc.
void* allocate_lines(std::size_t bytes);
void free_lines(void* memory, std::size_t bytes);

/// Allocates on cache lines, so that vector loads of a row never straddle two.
template <class T>
struct CacheLineAllocator {
  using value_type = T;

  CacheLineAllocator() = default;
  template <class U>
  explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_lines(count * sizeof(T))); }
  void deallocate(T* values, std::size_t count) { free_lines(values, count * sizeof(T)); }
  friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) { return true; }
};

/// A dense row-major matrix of floats; rows follow each other without gaps.
class Matrix {
 public:
  Matrix() = default;
  /// Filled with zeros.
  Matrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), values_(rows * columns, 0.0F) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::span<float> row(std::size_t index) { return values().subspan(index * columns_, columns_); }
  [[nodiscard]] std::span<const float> row(std::size_t index) const { return values().subspan(index * columns_, columns_); }
  [[nodiscard]] float& at(std::size_t row, std::size_t column) { return values_[row * columns_ + column]; }
  [[nodiscard]] float at(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }
  [[nodiscard]] std::span<float> values() { return values_; }
  [[nodiscard]] std::span<const float> values() const { return values_; }
  [[nodiscard]] float* data() { return values_.data(); }
  [[nodiscard]] const float* data() const { return values_.data(); }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<float, CacheLineAllocator<float>> values_;
};

}  // namespace cineloom
