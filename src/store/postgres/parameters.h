#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cineloom::postgres {

/// Bytes, as text is not.
struct Bytes {
  std::string_view bytes;
};
/// bytea[].
struct ManyBytes {
  std::vector<std::string> values;
};

/// The values of one statement, in PostgreSQL's binary format with their types, so that statements need no casts for them. Lists become
/// arrays, which unnest() makes rows of: a thousand events go in one statement.
class Parameters {
 public:
  template <class... Values>
  explicit Parameters(const Values&... values) {
    (add(values), ...);
  }

  void add(std::int64_t value);
  void add(int value) { add(std::int64_t{value}); }
  void add(double value);
  void add(bool value);
  void add(std::string_view value);
  void add(const std::string& value) { add(std::string_view(value)); }
  void add(const char* value) { add(std::string_view(value)); }
  void add(Bytes value);
  void add(std::optional<double> value);
  void add(const std::vector<std::int64_t>& values);
  void add(const std::vector<double>& values);
  void add(const std::vector<std::optional<double>>& values);
  void add(const std::vector<std::string>& values);
  void add(const ManyBytes& values);

  [[nodiscard]] int size() const { return static_cast<int>(values_.size()); }
  [[nodiscard]] const std::vector<unsigned>& types() const { return types_; }
  /// Null for NULL; valid while this lives and nothing is added.
  [[nodiscard]] std::vector<const char*> pointers() const;
  [[nodiscard]] std::vector<int> lengths() const;

 private:
  void put(unsigned type, std::optional<std::string> value);
  template <class Value>
  void put_array(unsigned array, unsigned element, const std::vector<Value>& values);

  std::vector<unsigned> types_;
  std::vector<std::optional<std::string>> values_;
};

/// The first four and eight bytes as a number in network order; for readers of binary answers.
std::int64_t number_in(std::string_view bytes);
double real_in(std::string_view bytes);

}  // namespace cineloom::postgres
