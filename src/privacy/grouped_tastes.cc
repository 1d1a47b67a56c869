#include "privacy/grouped_tastes.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace cineloom::privacy {
namespace {

constexpr int kLeastSize = 5;

std::vector<std::int32_t> shuffled(std::size_t count, RandomIntegers& random) {
  std::vector<std::int32_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::int32_t>(i);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

/// Cosine of what two people know, one of them marked by item.
double likeness(const std::vector<std::uint8_t>& marks, std::size_t marked, const Person& person) {
  const auto common = std::ranges::count_if(person, [&](const Opinion& opinion) { return marks[static_cast<std::size_t>(opinion.item)] != 0; });
  return person.empty() || marked == 0 ? 0 : static_cast<double>(common) / std::sqrt(static_cast<double>(marked * person.size()));
}

/// Takes somebody and the size - 1 people most like them out of `left`.
std::vector<std::int32_t> take_group(std::span<const Person> people, std::size_t size, std::vector<std::uint8_t>& marks, std::vector<std::int32_t>& left) {
  const Person& first = people[static_cast<std::size_t>(left.back())];
  for (const Opinion& opinion : first) marks[static_cast<std::size_t>(opinion.item)] = 1;
  std::vector<std::pair<double, std::int32_t>> ranked;
  for (std::size_t i = 0; i + 1 < left.size(); ++i) ranked.emplace_back(likeness(marks, first.size(), people[static_cast<std::size_t>(left[i])]), left[i]);
  for (const Opinion& opinion : first) marks[static_cast<std::size_t>(opinion.item)] = 0;
  std::ranges::nth_element(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(size - 1), std::greater());
  std::vector<std::int32_t> group{left.back()};
  for (std::size_t i = 0; i < size - 1; ++i) group.push_back(ranked[i].second);
  left.clear();
  for (std::size_t i = size - 1; i < ranked.size(); ++i) left.push_back(ranked[i].second);
  return group;
}

std::vector<GroupOpinion> opinions_of(std::span<const Person> people, std::span<const std::int32_t> members) {
  std::map<std::int32_t, std::vector<Opinion>> by_item;
  for (const std::int32_t member : members) {
    for (const Opinion& opinion : people[static_cast<std::size_t>(member)]) by_item[opinion.item].push_back(opinion);
  }
  std::vector<GroupOpinion> told;
  for (auto& [item, opinions] : by_item) {
    const auto quarters = static_cast<int>(4 * opinions.size() / members.size());
    if (quarters == 0) continue;
    double sum = 0;
    for (const Opinion& opinion : opinions) sum += static_cast<double>(opinion.value);
    std::ranges::nth_element(opinions, opinions.begin() + static_cast<std::ptrdiff_t>(opinions.size() / 2), {}, &Opinion::year);
    told.push_back({.quarters = quarters,
                    .item = item,
                    .value = std::round(2 * sum / static_cast<double>(opinions.size())) / 2,
                    .year = opinions[opinions.size() / 2].year});
  }
  return told;
}

class Names {
 public:
  explicit Names(RandomBytes& bytes) { bytes.fill(key_); }
  std::string of(std::size_t group) {
    std::array<std::uint8_t, crypto_generichash_BYTES_MIN> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const std::uint8_t*>(&group), sizeof group, key_.data(), key_.size());
    std::string name;
    for (std::size_t i = 0; i < 8; ++i) name += fmt::format("{:02x}", hash[i]);
    return name;
  }

 private:
  std::array<std::uint8_t, crypto_generichash_KEYBYTES> key_{};
};

}  // namespace

Expected<std::vector<TasteGroup>> group_tastes(std::span<const Person> people, const GroupOptions& options, RandomBytes& bytes) {
  if (options.size < kLeastSize)
    return fail(ErrorCode::InvalidArgument, fmt::format("people in a group: expected at least {}, found {}", kLeastSize, options.size));
  const auto size = static_cast<std::size_t>(options.size);
  if (people.size() < size) return fail(ErrorCode::InvalidArgument, fmt::format("expected at least {} people with opinions, found {}", size, people.size()));
  std::int32_t items = 0;
  for (const Person& person : people) {
    for (const Opinion& opinion : person) items = std::max(items, opinion.item + 1);
  }
  RandomIntegers random(bytes);
  std::vector<std::int32_t> left = shuffled(people.size(), random);
  std::vector<std::uint8_t> marks(static_cast<std::size_t>(items), 0);
  std::vector<TasteGroup> groups;
  Names names(bytes);
  while (!left.empty()) {
    // Who would be left over joins the last group.
    const std::size_t members = left.size() >= 2 * size ? size : left.size();
    groups.push_back({.name = names.of(groups.size()), .members = take_group(people, members, marks, left), .opinions = {}});
    groups.back().opinions = opinions_of(people, groups.back().members);
  }
  std::ranges::sort(groups, {}, &TasteGroup::name);
  return groups;
}

}  // namespace cineloom::privacy
