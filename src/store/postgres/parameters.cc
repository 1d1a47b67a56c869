#include "store/postgres/parameters.h"

#include <bit>

namespace cineloom::postgres {
namespace {

// pg_type.dat: these never change.
constexpr unsigned kBool = 16;
constexpr unsigned kBytea = 17;
constexpr unsigned kInt8 = 20;
constexpr unsigned kText = 25;
constexpr unsigned kFloat8 = 701;
constexpr unsigned kByteaArray = 1001;
constexpr unsigned kTextArray = 1009;
constexpr unsigned kInt8Array = 1016;
constexpr unsigned kFloat8Array = 1022;

template <class Number>
void append(std::string& bytes, Number number) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
}

std::string binary(std::int64_t value) {
  std::string bytes;
  append(bytes, value);
  return bytes;
}
std::string binary(double value) { return binary(std::bit_cast<std::int64_t>(value)); }
std::string_view binary(const std::string& value) { return value; }
std::optional<std::string> binary(const std::optional<double>& value) { return value ? std::optional(binary(*value)) : std::nullopt; }

// NULL has the length -1.
void append_element(std::string& array, std::optional<std::string_view> value) {
  append(array, value ? static_cast<std::int32_t>(value->size()) : std::int32_t{-1});
  array += value.value_or("");
}

}  // namespace

void Parameters::put(unsigned type, std::optional<std::string> value) {
  types_.push_back(type);
  values_.push_back(std::move(value));
}

void Parameters::add(std::int64_t value) { put(kInt8, binary(value)); }
void Parameters::add(double value) { put(kFloat8, binary(value)); }
void Parameters::add(bool value) { put(kBool, std::string(1, value ? '\1' : '\0')); }
void Parameters::add(std::string_view value) { put(kText, std::string(value)); }
void Parameters::add(Bytes value) { put(kBytea, std::string(value.bytes)); }
void Parameters::add(std::optional<double> value) { put(kFloat8, binary(value)); }

// dimensions, whether there are NULLs, type, length, lower bound; then each element with its length.
template <class Value>
void Parameters::put_array(unsigned array, unsigned element, const std::vector<Value>& values) {
  std::string bytes;
  append(bytes, std::int32_t{values.empty() ? 0 : 1});
  append(bytes, std::int32_t{1});
  append(bytes, static_cast<std::int32_t>(element));
  if (!values.empty()) {
    append(bytes, static_cast<std::int32_t>(values.size()));
    append(bytes, std::int32_t{1});
  }
  for (const Value& value : values) {
    const auto element_bytes = binary(value);
    append_element(bytes, element_bytes);
  }
  put(array, std::move(bytes));
}

void Parameters::add(const std::vector<std::int64_t>& values) { put_array(kInt8Array, kInt8, values); }
void Parameters::add(const std::vector<double>& values) { put_array(kFloat8Array, kFloat8, values); }
void Parameters::add(const std::vector<std::optional<double>>& values) { put_array(kFloat8Array, kFloat8, values); }
void Parameters::add(const std::vector<std::string>& values) { put_array(kTextArray, kText, values); }
void Parameters::add(const ManyBytes& values) { put_array(kByteaArray, kBytea, values.values); }

std::vector<const char*> Parameters::pointers() const {
  std::vector<const char*> pointers;
  for (const auto& value : values_) pointers.push_back(value ? value->data() : nullptr);
  return pointers;
}

std::vector<int> Parameters::lengths() const {
  std::vector<int> lengths;
  for (const auto& value : values_) lengths.push_back(value ? static_cast<int>(value->size()) : 0);
  return lengths;
}

std::int64_t number_in(std::string_view bytes) {
  if (bytes.empty()) return 0;
  auto value = static_cast<std::uint64_t>(std::int64_t{static_cast<signed char>(bytes.front())});
  for (const char byte : bytes.substr(1)) value = (value << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

double real_in(std::string_view bytes) { return std::bit_cast<double>(number_in(bytes)); }

}  // namespace cineloom::postgres
