#include "llm/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "base/json_text.h"
#include "base/utf8.h"

namespace cineloom::llm {
namespace {

namespace bj = boost::json;

constexpr int kMostDepth = 16;
constexpr std::size_t kMostGrammarBytes = 64U << 10U;
constexpr std::size_t kMostAnswerBytes = 1U << 20U;
constexpr std::uint64_t kLongestText = 200;
constexpr std::uint64_t kMostItems = 16;

std::unexpected<Error> not_taken(std::string message) {
  return std::unexpected(Error(ErrorCode::InvalidArgument, "the schema cannot be used: " + std::move(message))
                             .advise("see docs/formats/llm.md for the part of JSON Schema that is taken"));
}

const std::set<std::string_view>& known_words() {
  static const std::set<std::string_view> kKnown = {"type",    "enum",     "const",    "properties",  "required",  "additionalProperties",
                                                    "items",   "minItems", "maxItems", "minLength",   "maxLength", "minimum",
                                                    "maximum", "anyOf",    "title",    "description", "default",   "$schema"};
  return kKnown;
}

Expected<std::uint64_t> count_of(const bj::object& schema, std::string_view key, std::uint64_t otherwise, std::uint64_t most) {
  const bj::value* found = schema.if_contains(key);
  if (found == nullptr) return otherwise;
  boost::system::error_code error;
  const auto value = found->to_number<std::uint64_t>(error);
  if (error || value > most) return not_taken(fmt::format("{} must be 0 to {}", key, most));
  return value;
}

Expected<bj::value> parse(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  bj::parse_options options;
  options.max_depth = 64;
  bj::value value = bj::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::InvalidArgument, fmt::format("{} is not JSON: {}", what, error.message()));
  return value;
}

/// "+5" for a literal of the grammar: quotes and backslashes escaped.
std::string literal(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    if (letter == '\n') {
      quoted += "\\n";
    } else {
      quoted += letter;
    }
  }
  return quoted + '"';
}

/// Numbers of as many digits as `low` and `high` both have, between them.
std::string digits_between(std::string_view low, std::string_view high) {
  if (low.empty()) return "\"\"";
  if (low == high) return literal(low);
  const std::size_t rest = low.size() - 1;
  if (low[0] == high[0]) return fmt::format("{} ({})", literal(low.substr(0, 1)), digits_between(low.substr(1), high.substr(1)));
  std::vector<std::string> ways;
  const auto free_digits = [rest] { return rest == 0 ? std::string() : fmt::format(" [0-9]{{{}}}", rest); };
  char first = low[0];
  char last = high[0];
  if (low.find_first_not_of('0', 1) != std::string_view::npos)
    ways.push_back(fmt::format("{} ({})", literal(std::string(1, first++)), digits_between(low.substr(1), std::string(rest, '9'))));
  std::string top;
  if (high.find_first_not_of('9', 1) != std::string_view::npos)
    top = fmt::format("{} ({})", literal(std::string(1, last--)), digits_between(std::string(rest, '0'), high.substr(1)));
  if (first <= last) ways.push_back(fmt::format("[{}-{}]{}", first, last, free_digits()));
  if (!top.empty()) ways.push_back(top);
  return fmt::format("{}", fmt::join(ways, " | "));
}

/// Whole numbers of [low, high], both of one sign.
std::vector<std::string> magnitude_ways(std::uint64_t low, std::uint64_t high) {
  std::vector<std::string> ways;
  std::string from = std::to_string(low);
  const std::string to = std::to_string(high);
  while (from.size() < to.size()) {
    ways.push_back(digits_between(from, std::string(from.size(), '9')));
    from = "1" + std::string(from.size(), '0');
  }
  ways.push_back(digits_between(from, to));
  return ways;
}

std::string integers_between(std::int64_t low, std::int64_t high) {
  std::vector<std::string> ways;
  if (low < 0) {
    const auto nearest = static_cast<std::uint64_t>(high < 0 ? -high : 1);
    for (const std::string& way : magnitude_ways(nearest, static_cast<std::uint64_t>(-low))) ways.push_back(fmt::format("\"-\" ({})", way));
  }
  if (high >= 0) {
    for (std::string& way : magnitude_ways(static_cast<std::uint64_t>(std::max<std::int64_t>(low, 0)), static_cast<std::uint64_t>(high)))
      ways.push_back(std::move(way));
  }
  return fmt::format("{}", fmt::join(ways, " | "));
}

/// Writes rules; each part of the schema becomes one.
class Writer {
 public:
  Expected<Grammar> write(const bj::value& schema) {
    CINELOOM_TRY_ASSIGN(const Part root, part(schema, 0));
    Grammar grammar{.text = fmt::format("root ::= {}\n{}", root.text, rules_), .longest_bytes = root.longest};
    grammar.text += "char ::= [^\"\\\\\\x00-\\x1F\\x7F] | \"\\\\\" [\"\\\\/bfnrt]\n";
    if (grammar.longest_bytes > kMostAnswerBytes) return not_taken("its answers can have more than a million bytes; bound texts and lists");
    return grammar;
  }

 private:
  struct Part {
    std::string text;
    std::size_t longest = 0;
  };

  /// A rule of its own keeps alternatives together.
  Expected<Part> rule(std::string text, std::size_t longest) {
    const std::string name = fmt::format("r{}", ++rule_count_);
    rules_ += fmt::format("{} ::= {}\n", name, text);
    if (rules_.size() > kMostGrammarBytes) return not_taken("it is too large");
    return Part{name, std::min(longest, kMostAnswerBytes + 1)};
  }

  Expected<Part> part(const bj::value& value, int depth) {
    if (depth > kMostDepth) return not_taken("it is too deep");
    const bj::object* schema = value.if_object();
    if (schema == nullptr) return not_taken("expected an object");
    for (const auto& entry : *schema) {
      if (!known_words().contains(std::string_view(entry.key()))) return not_taken(fmt::format("'{}' is not taken", std::string_view(entry.key())));
    }
    if (const auto* constant = schema->if_contains("const")) return choice(bj::array{*constant});
    if (const auto* values = schema->if_contains("enum")) {
      if (!values->is_array() || values->get_array().empty()) return not_taken("enum must be a list");
      return choice(values->get_array());
    }
    if (const auto* ways = schema->if_contains("anyOf")) return any_of(*ways, depth);
    const bj::value* type = schema->if_contains("type");
    if (type == nullptr || !type->is_string()) return not_taken("every part needs one type");
    const std::string_view name(type->get_string());
    if (name == "object") return object(*schema, depth);
    if (name == "array") return array(*schema, depth);
    if (name == "string") return string(*schema);
    if (name == "integer") return integer(*schema);
    if (name == "number") return number(*schema);
    if (name == "boolean") return rule("\"true\" | \"false\"", 5);
    if (name == "null") return rule("\"null\"", 4);
    return not_taken(fmt::format("the type '{}' is not known", name));
  }

  Expected<Part> choice(const bj::array& values) {
    std::vector<std::string> ways;
    std::size_t longest = 0;
    for (const bj::value& value : values) {
      const std::string text = bj::serialize(value);
      longest = std::max(longest, text.size());
      ways.push_back(literal(text));
    }
    return rule(fmt::format("{}", fmt::join(ways, " | ")), longest);
  }

  Expected<Part> any_of(const bj::value& ways, int depth) {
    if (!ways.is_array() || ways.get_array().empty()) return not_taken("anyOf must be a list");
    std::vector<std::string> texts;
    std::size_t longest = 0;
    for (const bj::value& way : ways.get_array()) {
      CINELOOM_TRY_ASSIGN(const Part one, part(way, depth + 1));
      texts.push_back(one.text);
      longest = std::max(longest, one.longest);
    }
    return rule(fmt::format("{}", fmt::join(texts, " | ")), longest);
  }

  Expected<Part> string(const bj::object& schema) {
    CINELOOM_TRY_ASSIGN(const auto least, count_of(schema, "minLength", 0, 2000));
    CINELOOM_TRY_ASSIGN(const auto most, count_of(schema, "maxLength", std::max(kLongestText, least), 2000));
    if (least > most) return not_taken("minLength is above maxLength");
    return rule(fmt::format("\"\\\"\" char{{{},{}}} \"\\\"\"", least, most), 2 + 4 * most);
  }

  Expected<Part> integer(const bj::object& schema) {
    CINELOOM_TRY_ASSIGN(const auto bounds, bounds_of(schema));
    return rule(integers_between(bounds.first, bounds.second), 16);
  }

  Expected<Part> number(const bj::object& schema) {
    if (!schema.contains("minimum") && !schema.contains("maximum")) return rule("\"-\"? (\"0\" | [1-9] [0-9]{0,11}) (\".\" [0-9]{1,6})?", 22);
    CINELOOM_TRY_ASSIGN(const auto bounds, bounds_of(schema));
    const auto [low, high] = bounds;
    if (low < 0 && low != std::numeric_limits<std::int64_t>::min() && high > low) return signed_number(low, high);
    return rule(low == high ? integers_between(low, high)
                            : fmt::format("({}) (\".\" [0-9]{{1,4}})? | {}", integers_between(low, high - 1), integers_between(high, high)),
                22);
  }

  /// Fractions lie farther from zero than their whole part.
  Expected<Part> signed_number(std::int64_t low, std::int64_t high) {
    std::vector<std::string> ways = {integers_between(low, high)};
    if (low < -1) ways.push_back(fmt::format("({}) \".\" [0-9]{{1,4}}", integers_between(low + 1, std::min<std::int64_t>(-1, high))));
    if (low <= -1 && high >= 0) ways.emplace_back("\"-0.\" [0-9]{1,4}");
    if (high >= 1) ways.push_back(fmt::format("({}) \".\" [0-9]{{1,4}}", integers_between(0, high - 1)));
    return rule(fmt::format("{}", fmt::join(ways, " | ")), 22);
  }

  static Expected<std::pair<std::int64_t, std::int64_t>> bounds_of(const bj::object& schema) {
    constexpr double kMost = 999'999'999'999.0;
    std::pair<std::int64_t, std::int64_t> bounds(-999'999'999'999, 999'999'999'999);
    for (const auto& [key, bound] : {std::pair("minimum", &bounds.first), std::pair("maximum", &bounds.second)}) {
      const bj::value* found = schema.if_contains(key);
      if (found == nullptr) continue;
      boost::system::error_code error;
      const double value = found->to_number<double>(error);
      if (error || std::floor(value) != value || std::abs(value) > kMost)
        return not_taken(fmt::format("{} must be a whole number of at most twelve digits", key));
      *bound = static_cast<std::int64_t>(value);
    }
    if (bounds.first > bounds.second) return not_taken("minimum is above maximum");
    return bounds;
  }

  Expected<Part> array(const bj::object& schema, int depth) {
    const bj::value* items = schema.if_contains("items");
    if (items == nullptr) return not_taken("a list needs items");
    CINELOOM_TRY_ASSIGN(const auto least, count_of(schema, "minItems", 0, 1000));
    CINELOOM_TRY_ASSIGN(const auto most, count_of(schema, "maxItems", std::max(kMostItems, least), 1000));
    if (least > most) return not_taken("minItems is above maxItems");
    if (most == 0) return rule("\"[]\"", 2);
    CINELOOM_TRY_ASSIGN(const Part item, part(*items, depth + 1));
    const std::string filled = fmt::format("\"[\" {0} (\",\" {0}){{{1},{2}}} \"]\"", item.text, least == 0 ? 0 : least - 1, most - 1);
    return rule(least == 0 ? "\"[]\" | " + filled : filled, 2 + most * (item.longest + 1));
  }

  Expected<Part> object(const bj::object& schema, int depth) {
    const bj::value* properties = schema.if_contains("properties");
    if (properties != nullptr && !properties->is_object()) return not_taken("properties must be an object");
    if (const auto* more = schema.if_contains("additionalProperties"); more != nullptr && (!more->is_bool() || more->get_bool()))
      return not_taken("additionalProperties can only be false");
    std::set<std::string> required;
    if (const auto* names = schema.if_contains("required")) {
      if (!names->is_array()) return not_taken("required must be a list");
      for (const bj::value& name : names->get_array()) {
        if (!name.is_string() || properties == nullptr || !properties->get_object().contains(name.get_string()))
          return not_taken("required names what properties does not have");
        required.emplace(name.get_string());
      }
    }
    return members(properties == nullptr ? bj::object() : properties->get_object(), required, depth);
  }

  Expected<Part> members(const bj::object& properties, const std::set<std::string>& required, int depth) {
    std::vector<std::string> fixed;
    std::vector<std::string> free;
    std::size_t longest = 2;
    for (const auto& entry : properties) {
      CINELOOM_TRY_ASSIGN(const Part value, part(entry.value(), depth + 1));
      const std::string key = json_string(entry.key());
      longest += key.size() + 2 + value.longest;
      (required.contains(std::string(entry.key())) ? fixed : free).push_back(fmt::format("{} {}", literal(key + ":"), value.text));
    }
    if (!fixed.empty()) {
      std::string text = fmt::format("\"{{\" {}", fmt::join(fixed, " \",\" "));
      for (const std::string& member : free) text += fmt::format(" (\",\" {})?", member);
      return rule(text + " \"}\"", longest);
    }
    // Whichever free member is first has no comma before it.
    std::vector<std::string> ways = {"\"{}\""};
    for (std::size_t first = 0; first < free.size(); ++first) {
      std::string text = "\"{\" " + free[first];
      for (std::size_t next = first + 1; next < free.size(); ++next) text += fmt::format(" (\",\" {})?", free[next]);
      ways.push_back(text + " \"}\"");
    }
    return rule(fmt::format("{}", fmt::join(ways, " | ")), longest);
  }

  std::string rules_;
  int rule_count_ = 0;
};

std::unexpected<Error> misfit(const std::string& place, std::string_view expected) {
  return fail(ErrorCode::InvalidArgument, fmt::format("at {}: expected {}", place.empty() ? "/" : place, expected));
}

Expected<void> fit(const bj::object& schema, const bj::value& value, const std::string& place, int depth);

Expected<void> fit_value(const bj::value& schema, const bj::value& value, const std::string& place, int depth) {
  if (depth > kMostDepth) return not_taken("it is too deep");
  if (!schema.is_object()) return not_taken("expected an object");
  return fit(schema.get_object(), value, place, depth);
}

Expected<void> fit_object(const bj::object& schema, const bj::value& value, const std::string& place, int depth) {
  if (!value.is_object()) return misfit(place, "an object");
  const bj::value* properties = schema.if_contains("properties");
  for (const auto& entry : value.get_object()) {
    const bj::value* known = properties == nullptr ? nullptr : properties->as_object().if_contains(entry.key());
    if (known == nullptr) return misfit(place, fmt::format("no member '{}'", std::string_view(entry.key())));
    CINELOOM_TRY(fit_value(*known, entry.value(), place + "/" + std::string(entry.key()), depth + 1));
  }
  if (const auto* required = schema.if_contains("required")) {
    for (const bj::value& name : required->as_array()) {
      if (!value.get_object().contains(name.as_string())) return misfit(place, fmt::format("a member '{}'", std::string_view(name.get_string())));
    }
  }
  return {};
}

Expected<void> fit_array(const bj::object& schema, const bj::value& value, const std::string& place, int depth) {
  if (!value.is_array()) return misfit(place, "a list");
  CINELOOM_TRY_ASSIGN(const auto least, count_of(schema, "minItems", 0, 1000));
  CINELOOM_TRY_ASSIGN(const auto most, count_of(schema, "maxItems", std::max(kMostItems, least), 1000));
  const bj::array& list = value.get_array();
  if (list.size() < least || list.size() > most) return misfit(place, fmt::format("{} to {} members", least, most));
  for (std::size_t i = 0; i < list.size(); ++i) CINELOOM_TRY(fit_value(schema.at("items"), list[i], fmt::format("{}/{}", place, i), depth + 1));
  return {};
}

Expected<void> fit_number(const bj::object& schema, const bj::value& value, const std::string& place, bool is_whole) {
  boost::system::error_code error;
  const double number = value.is_number() ? value.to_number<double>(error) : std::nan("");
  if (std::isnan(number) || (is_whole && std::floor(number) != number)) return misfit(place, is_whole ? "a whole number" : "a number");
  if (const auto* low = schema.if_contains("minimum"); low != nullptr && number < low->to_number<double>(error)) return misfit(place, "a larger number");
  if (const auto* high = schema.if_contains("maximum"); high != nullptr && number > high->to_number<double>(error)) return misfit(place, "a smaller number");
  return {};
}

Expected<void> fit_string(const bj::object& schema, const bj::value& value, const std::string& place) {
  if (!value.is_string()) return misfit(place, "a text");
  CINELOOM_TRY_ASSIGN(const auto least, count_of(schema, "minLength", 0, 2000));
  CINELOOM_TRY_ASSIGN(const auto most, count_of(schema, "maxLength", std::max(kLongestText, least), 2000));
  const auto length = count_characters(std::string_view(value.get_string()));
  if (length < least || length > most) return misfit(place, fmt::format("a text of {} to {} characters", least, most));
  return {};
}

Expected<void> fit(const bj::object& schema, const bj::value& value, const std::string& place, int depth) {
  if (const auto* constant = schema.if_contains("const")) return *constant == value ? Expected<void>() : misfit(place, bj::serialize(*constant));
  if (const auto* values = schema.if_contains("enum")) {
    return std::ranges::find(values->get_array(), value) != values->get_array().end() ? Expected<void>() : misfit(place, "one of " + bj::serialize(*values));
  }
  if (const auto* ways = schema.if_contains("anyOf")) {
    for (const bj::value& way : ways->get_array()) {
      if (fit_value(way, value, place, depth + 1)) return {};
    }
    return misfit(place, "one of several forms");
  }
  const std::string_view type(schema.at("type").get_string());
  if (type == "object") return fit_object(schema, value, place, depth);
  if (type == "array") return fit_array(schema, value, place, depth);
  if (type == "string") return fit_string(schema, value, place);
  if (type == "integer" || type == "number") return fit_number(schema, value, place, type == "integer");
  if (type == "boolean") return value.is_bool() ? Expected<void>() : misfit(place, "true or false");
  return value.is_null() ? Expected<void>() : misfit(place, "null");
}

}  // namespace

Expected<Grammar> grammar_of_schema(std::string_view schema) {
  CINELOOM_TRY_ASSIGN(const bj::value parsed, parse(schema, "the schema"));
  return Writer().write(parsed);
}

Expected<void> check_schema(std::string_view schema, std::string_view json) {
  CINELOOM_TRY_ASSIGN(const bj::value parsed, parse(schema, "the schema"));
  CINELOOM_TRY(Writer().write(parsed));  // what the walk below relies on holds for every schema that has a grammar
  CINELOOM_TRY_ASSIGN(const bj::value value, parse(json, "the answer"));
  return fit_value(parsed, value, "", 0);
}

}  // namespace cineloom::llm
