#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cineloom {

/// Appends plain values to a string as they lie in memory (little-endian); a list is its count (u64), then its values.
class ByteWriter {
 public:
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(const std::vector<T>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void put(std::string_view text) {
    put(static_cast<std::uint64_t>(text.size()));
    bytes_.append(text);
  }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Takes values off the front of bytes that a ByteWriter made; input may be hostile. It never reads past the end: what is
/// missing leaves the value as it was, and is_whole() says so.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void take(T& value) {
    if (!has(sizeof(T))) return;
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void take(std::vector<T>& values) {
    const std::uint64_t count = take_count(sizeof(T));
    if (is_short_) return;
    values.resize(count);
    if (count > 0) std::memcpy(values.data(), rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
  }
  void take(std::string& text) {
    const std::uint64_t count = take_count(1);
    if (is_short_) return;
    text.assign(rest_.substr(0, count));
    rest_.remove_prefix(count);
  }
  /// Nothing was missing and nothing is left.
  [[nodiscard]] bool is_whole() const { return !is_short_ && rest_.empty(); }
  [[nodiscard]] bool is_short() const { return is_short_; }

 private:
  bool has(std::uint64_t size) {
    is_short_ = is_short_ || rest_.size() < size;
    return !is_short_;
  }
  std::uint64_t take_count(std::size_t size) {
    std::uint64_t count = 0;
    take(count);
    if (!is_short_ && count > rest_.size() / size) is_short_ = true;
    return count;
  }

  std::string_view rest_;
  bool is_short_ = false;
};

}  // namespace cineloom
