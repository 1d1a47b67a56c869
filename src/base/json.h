#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/expected.h"

/// Values to JSON and back, for structs and enums described with BOOST_DESCRIBE_STRUCT / BOOST_DESCRIBE_ENUM.
/// A std::chrono member says its unit in its key (`begin` of milliseconds is "begin_ms", `runtime` of minutes
/// "runtime_minutes"), identities are decimal strings, enumerators snake_case, absent optionals null. Reading ignores
/// unknown keys and keeps the default of missing ones, so old files stay readable.
/// This header is heavy: include it in .cc files and offer to_json/from_json of your types (see domain/json.h).
namespace cineloom::json {

namespace detail {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept Identity = requires(const T& id) {
  typename T::IdTag;
  { id.number() } -> std::same_as<std::int64_t>;
};
template <class T>
concept TimePoint = requires {
  typename T::clock;
  typename T::duration;
};
template <class T>
concept Duration = requires {
  typename T::rep;
  typename T::period;
} && !TimePoint<T>;

template <class T>
constexpr std::string_view key_suffix() {
  if constexpr (requires { typename T::value_type; } && !Duration<T> && !TimePoint<T>) {
    if constexpr (std::same_as<T, std::optional<typename T::value_type>>) return key_suffix<typename T::value_type>();
  }
  if constexpr (std::same_as<T, std::chrono::minutes>) return "_minutes";
  if constexpr (Duration<T> || TimePoint<T>) return "_ms";
  return "";
}

/// PointOfNoReturn -> point_of_no_return.
inline std::string snake_case(std::string_view name) {
  std::string text;
  for (const char letter : name) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    if (is_upper && !text.empty()) text += '_';
    text += is_upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return text;
}

inline std::unexpected<Error> mismatch(std::string_view expected) { return fail(ErrorCode::InvalidArgument, "expected " + std::string(expected)); }

}  // namespace detail

/// The snake_case name of an enumerator; empty for a value that has none.
template <detail::DescribedEnum E>
std::string enum_name(E value) {
  return detail::snake_case(boost::describe::enum_to_string(value, ""));
}

template <detail::DescribedEnum E>
std::optional<E> enum_from_name(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
    if (detail::snake_case(entry.name) == name) found = entry.value;
  });
  return found;
}

template <class T>
boost::json::value to_value(const T& value);
template <class T>
Expected<void> read_value(const boost::json::value& from, T& into);

namespace detail {

template <Described T>
boost::json::value struct_to_value(const T& value) {
  boost::json::object object;
  using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    using Member = std::remove_cvref_t<decltype(value.*member.pointer)>;
    object[std::string(member.name).append(key_suffix<Member>())] = to_value(value.*member.pointer);
  });
  return object;
}

template <Described T>
Expected<void> read_struct(const boost::json::value& from, T& into) {
  const auto* object = from.if_object();
  if (object == nullptr) return mismatch("an object");
  Expected<void> result;
  using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    using Member = std::remove_cvref_t<decltype(into.*member.pointer)>;
    const std::string key = std::string(member.name).append(key_suffix<Member>());
    const auto* found = object->if_contains(key);
    if (!result || found == nullptr) return;
    if (auto read = read_value(*found, into.*member.pointer); !read) result = fail_in(read.error(), "field " + key);
  });
  return result;
}

template <class T>
Expected<void> read_number(const boost::json::value& from, T& into) {
  boost::system::error_code error;
  using Wide = std::conditional_t<std::is_integral_v<T>, T, double>;
  const Wide number = from.to_number<Wide>(error);
  if (error) return mismatch(std::is_integral_v<T> ? "an integer in range" : "a number");
  if constexpr (!std::is_integral_v<T>) {
    if (std::abs(number) > std::numeric_limits<T>::max()) return mismatch("a number in range");
  }
  into = static_cast<T>(number);
  return {};
}

template <Identity T>
Expected<void> read_identity(const boost::json::value& from, T& into) {
  if (from.is_int64()) {
    into = T(from.get_int64());
    return {};
  }
  const auto* text = from.if_string();
  std::int64_t number = 0;
  if (text == nullptr || std::from_chars(text->begin(), text->end(), number).ptr != text->end() || text->empty()) {
    return mismatch("an identity as a decimal string");
  }
  into = T(number);
  return {};
}

template <class Sequence>
Expected<void> read_sequence(const boost::json::value& from, Sequence& into) {
  const auto* array = from.if_array();
  if (array == nullptr) return mismatch("an array");
  into.clear();
  into.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    typename Sequence::value_type element{};
    if (auto read = read_value((*array)[i], element); !read) return fail_in(read.error(), "element " + std::to_string(i));
    into.push_back(std::move(element));
  }
  return {};
}

template <class Map>
Expected<void> read_map(const boost::json::value& from, Map& into) {
  const auto* object = from.if_object();
  if (object == nullptr) return mismatch("an object");
  into.clear();
  for (const auto& entry : *object) {
    if (auto read = read_value(entry.value(), into[std::string(entry.key())]); !read) { return fail_in(read.error(), "field " + std::string(entry.key())); }
  }
  return {};
}

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

}  // namespace detail

template <class T>
boost::json::value to_value(const T& value) {
  if constexpr (std::same_as<T, boost::json::value> || std::same_as<T, bool>) {
    return value;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return std::isfinite(value) ? boost::json::value(static_cast<double>(value)) : boost::json::value(nullptr);
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return boost::json::string(std::string_view(value));
  } else if constexpr (detail::DescribedEnum<T>) {
    return boost::json::string(enum_name(value));
  } else if constexpr (detail::Identity<T>) {
    return boost::json::string(std::to_string(value.number()));
  } else if constexpr (detail::Duration<T>) {
    return static_cast<std::int64_t>(value.count());
  } else if constexpr (detail::TimePoint<T>) {
    return static_cast<std::int64_t>(value.time_since_epoch().count());
  } else if constexpr (detail::IsOptional<T>::value) {
    return value ? to_value(*value) : boost::json::value(nullptr);
  } else if constexpr (detail::IsVector<T>::value) {
    boost::json::array array;
    array.reserve(value.size());
    for (const auto& element : value) array.push_back(to_value<typename T::value_type>(element));
    return array;
  } else if constexpr (detail::IsMap<T>::value) {
    boost::json::object object;
    for (const auto& [key, element] : value) object[key] = to_value(element);
    return object;
  } else {
    return detail::struct_to_value(value);
  }
}

template <class T>
Expected<void> read_value(const boost::json::value& from, T& into) {
  if constexpr (std::same_as<T, boost::json::value>) {
    into = from;
    return {};
  } else if constexpr (std::same_as<T, bool>) {
    if (!from.is_bool()) return detail::mismatch("true or false");
    into = from.get_bool();
    return {};
  } else if constexpr (std::is_arithmetic_v<T>) {
    return detail::read_number(from, into);
  } else if constexpr (std::same_as<T, std::string>) {
    if (!from.is_string()) return detail::mismatch("a string");
    into = std::string(std::string_view(from.get_string()));
    return {};
  } else if constexpr (detail::DescribedEnum<T>) {
    const auto named = from.is_string() ? enum_from_name<T>(std::string_view(from.get_string())) : std::nullopt;
    if (!named) return detail::mismatch("one of the names of the enumeration");
    into = *named;
    return {};
  } else if constexpr (detail::Identity<T>) {
    return detail::read_identity(from, into);
  } else if constexpr (detail::Duration<T>) {
    typename T::rep count{};
    CINELOOM_TRY(detail::read_number(from, count));
    into = T(count);
    return {};
  } else if constexpr (detail::TimePoint<T>) {
    typename T::rep count{};
    CINELOOM_TRY(detail::read_number(from, count));
    into = T(typename T::duration(count));
    return {};
  } else if constexpr (detail::IsOptional<T>::value) {
    into.reset();
    if (from.is_null()) return {};
    return read_value(from, into.emplace());
  } else if constexpr (detail::IsVector<T>::value) {
    return detail::read_sequence(from, into);
  } else if constexpr (detail::IsMap<T>::value) {
    return detail::read_map(from, into);
  } else {
    return detail::read_struct(from, into);
  }
}

/// Parses text; nesting deeper than 64 and malformed UTF-8 are refused. Errors: InvalidArgument with the byte position.
Expected<boost::json::value> parse(std::string_view text);
/// The text with two-space indentation and sorted as given, for people and for files in version control.
std::string pretty(const boost::json::value& value);

template <class T>
Expected<T> read(std::string_view text) {
  CINELOOM_TRY_ASSIGN(const boost::json::value value, parse(text));
  T result{};
  CINELOOM_TRY(read_value(value, result));
  return result;
}

template <class T>
std::string write(const T& value) {
  return boost::json::serialize(to_value(value));
}

}  // namespace cineloom::json
