#include "recommend/data/item_features.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/utf8.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::int32_t kLeastItems = 2;  // a name that only one item has says nothing about another
constexpr float kGridEnd = 4;            // standard deviations; numbers further out count as the outermost

std::optional<float> number_of(const std::vector<std::string>& values) {
  if (values.empty()) return std::nullopt;
  float number = 0;
  const std::string& text = values.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::vector<std::string> names_in(FeatureKind kind, const std::vector<std::string>& values) {
  if (kind != FeatureKind::Words) return values;
  std::vector<std::string> words;
  for (const std::string& text : values) std::ranges::move(words_of(text), std::back_inserter(words));
  return words;
}

char32_t lower(char32_t letter) { return letter >= U'A' && letter <= U'Z' ? letter + 32 : letter; }
bool is_word_character(char32_t letter) { return (letter >= U'a' && letter <= U'z') || (letter >= U'0' && letter <= U'9') || letter >= 0xC0; }

void scale_to_one(std::span<FeatureValue> part) {
  double squares = 0;
  for (const FeatureValue& value : part) squares += static_cast<double>(value.value) * static_cast<double>(value.value);
  if (squares <= 0) return;
  for (FeatureValue& value : part) value.value = static_cast<float>(value.value / std::sqrt(squares));
}

Expected<void> check(const std::vector<FeatureGroup>& groups, std::span<const ItemDescription> items) {
  for (const FeatureGroup& group : groups) {
    if (!(group.weight >= 0 && std::isfinite(group.weight)))
      return fail(ErrorCode::InvalidArgument, "feature group '" + group.name + "': weight must be finite and not negative");
    if (!(group.width >= 0.05F && group.width <= 10))
      return fail(ErrorCode::InvalidArgument, "feature group '" + group.name + "': width must lie in 0.05 .. 10");
  }
  const auto fits = [&](const ItemDescription& item) { return item.size() == groups.size(); };
  if (!std::ranges::all_of(items, fits))
    return fail(ErrorCode::InvalidArgument, "expected one list of values for each of " + std::to_string(groups.size()) + " feature groups");
  return {};
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto close = [&] {
    if (word.size() >= 2) words.push_back(word);
    word.clear();
  };
  while (!text.empty()) {
    const auto decoded = decode_utf8(text);
    const char32_t letter = decoded ? lower(decoded->code_point) : U' ';
    text.remove_prefix(decoded ? decoded->bytes : 1);
    if (!is_word_character(letter) || is_han(letter)) close();
    if (!is_word_character(letter)) continue;
    append_utf8(word, letter);
    if (is_han(letter)) close();
  }
  close();
  return words;
}

Expected<FeatureSpace> FeatureSpace::from(std::vector<FeatureGroup> groups, std::span<const ItemDescription> items) {
  CINELOOM_TRY(check(groups, items));
  FeatureSpace space;
  space.groups_ = std::move(groups);
  for (std::size_t group = 0; group < space.groups_.size(); ++group) {
    space.deviations_.push_back(0);
    if (space.groups_[group].kind == FeatureKind::Number) space.learn_numbers(group, items);
    else space.learn_names(group, items);
  }
  space.index();
  return space;
}

void FeatureSpace::add_feature(std::size_t group, std::string name, float weight) {
  group_of_.push_back(static_cast<std::uint32_t>(group));
  names_.push_back(std::move(name));
  weights_.push_back(weight);
}

void FeatureSpace::learn_names(std::size_t group, std::span<const ItemDescription> items) {
  std::map<std::string, std::int32_t> having;
  for (const ItemDescription& item : items) {
    auto names = names_in(groups_[group].kind, item[group]);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    for (std::string& name : names) ++having[std::move(name)];
  }
  for (const auto& [name, count] : having) {
    // What every item has tells none apart.
    if (count < kLeastItems || static_cast<std::size_t>(count) == items.size()) continue;
    add_feature(group, name, std::log(static_cast<float>(items.size()) / static_cast<float>(count)));
  }
}

void FeatureSpace::learn_numbers(std::size_t group, std::span<const ItemDescription> items) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const ItemDescription& item : items) {
    const auto number = number_of(item[group]);
    if (!number) continue;
    sum += static_cast<double>(*number);
    squares += static_cast<double>(*number) * static_cast<double>(*number);
    ++count;
  }
  if (count < kLeastItems) return;
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
  if (!(deviation > 0) || !std::isfinite(deviation)) return;
  deviations_[group] = static_cast<float>(deviation);
  const float step = groups_[group].width;
  for (float at = -kGridEnd; at <= kGridEnd + step / 2; at += step) {
    const auto middle = static_cast<float>(mean + deviation * static_cast<double>(at));
    add_feature(group, std::to_string(static_cast<std::int64_t>(std::llround(static_cast<double>(middle)))), middle);
  }
}

void FeatureSpace::index() {
  feature_of_.resize(groups_.size());
  for (std::int32_t feature = 0; feature < size(); ++feature) feature_of_[group_of(feature)].emplace(name(feature), feature);
}

void FeatureSpace::append_names(std::size_t group, const std::vector<std::string>& values, std::vector<FeatureValue>& row) const {
  std::map<std::int32_t, int> counts;
  for (const std::string& name : names_in(groups_[group].kind, values)) {
    const auto found = feature_of_[group].find(name);
    if (found != feature_of_[group].end()) ++counts[found->second];
  }
  for (const auto& [feature, count] : counts) {
    row.push_back({.feature = feature, .value = weights_[static_cast<std::size_t>(feature)] * (1 + std::log(static_cast<float>(count)))});
  }
}

void FeatureSpace::append_number(std::size_t group, const std::vector<std::string>& values, std::vector<FeatureValue>& row) const {
  const auto number = number_of(values);
  const auto first = std::ranges::lower_bound(group_of_, static_cast<std::uint32_t>(group));
  const auto last = std::ranges::upper_bound(group_of_, static_cast<std::uint32_t>(group));
  if (!number || first == last) return;
  const auto begin = static_cast<std::size_t>(first - group_of_.begin());
  const auto end = static_cast<std::size_t>(last - group_of_.begin());
  const float kept = std::clamp(*number, weights_[begin], weights_[end - 1]);
  for (std::size_t feature = begin; feature < end; ++feature) {
    const float away = (kept - weights_[feature]) / (deviations_[group] * groups_[group].width);
    if (std::abs(away) < 3) row.push_back({.feature = static_cast<std::int32_t>(feature), .value = std::exp(-away * away / 2)});
  }
}

std::vector<FeatureValue> FeatureSpace::row(const ItemDescription& item) const {
  std::vector<FeatureValue> row;
  for (std::size_t group = 0; group < std::min(groups_.size(), item.size()); ++group) {
    const std::size_t begin = row.size();
    if (groups_[group].kind == FeatureKind::Number) append_number(group, item[group], row);
    else append_names(group, item[group], row);
    scale_to_one(std::span(row).subspan(begin));
  }
  return row;
}

SparseMatrix FeatureSpace::matrix(std::span<const ItemDescription> items) const {
  SparseMatrix rows{.column_count = size()};
  for (const ItemDescription& item : items) {
    for (const FeatureValue& value : row(item)) {
      rows.columns.push_back(value.feature);
      rows.values.push_back(value.value);
    }
    rows.begins.push_back(rows.columns.size());
  }
  return rows;
}

void FeatureSpace::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(static_cast<std::uint64_t>(groups_.size()));
  for (const FeatureGroup& group : groups_) {
    out.put(std::string_view(group.name));
    out.put(group.kind);
    out.put(group.weight);
    out.put(group.width);
  }
  out.put(group_of_);
  out.put(weights_);
  out.put(deviations_);
  for (const std::string& name : names_) out.put(std::string_view(name));
}

bool FeatureSpace::has_rising_grids() const {
  for (std::size_t feature = 1; feature < group_of_.size(); ++feature) {
    const bool is_same_grid = group_of_[feature] == group_of_[feature - 1] && groups_[group_of_[feature]].kind == FeatureKind::Number;
    if (is_same_grid && weights_[feature] < weights_[feature - 1]) return false;
  }
  return true;
}

Expected<FeatureSpace> FeatureSpace::read(ByteReader& in) {
  std::uint32_t format = 0;
  std::uint64_t count = 0;
  in.take(format);
  in.take(count);
  if (in.is_short() || format != kFormat || count > 10000) return fail(ErrorCode::DataLoss, "not a stored feature space of format 1");
  FeatureSpace space;
  space.groups_.resize(count);
  for (FeatureGroup& group : space.groups_) {
    in.take(group.name);
    in.take(group.kind);
    in.take(group.weight);
    in.take(group.width);
    if (group.kind > FeatureKind::Number) return fail(ErrorCode::DataLoss, "feature space: a group of unknown kind");
  }
  in.take(space.group_of_);
  in.take(space.weights_);
  in.take(space.deviations_);
  const auto is_finite = [](float value) { return std::isfinite(value); };
  const bool is_whole = !in.is_short() && space.deviations_.size() == count && space.weights_.size() == space.group_of_.size() &&
                        std::ranges::is_sorted(space.group_of_) && (space.group_of_.empty() || space.group_of_.back() < count) &&
                        std::ranges::all_of(space.weights_, is_finite) && std::ranges::all_of(space.deviations_, is_finite) &&
                        check(space.groups_, {}).has_value() && space.has_rising_grids();
  if (!is_whole) return fail(ErrorCode::DataLoss, "feature space: lists disagree or a number is out of range");
  for (std::size_t feature = 0; feature < space.group_of_.size() && !in.is_short(); ++feature) in.take(space.names_.emplace_back());
  if (in.is_short()) return fail(ErrorCode::DataLoss, "feature space: names are missing");
  space.index();
  return space;
}

}  // namespace cineloom
