#include "privacy/grouped_tastes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "privacy/testing/seeded_bytes.h"

namespace cineloom::privacy {
namespace {

/// People of four kinds, who know their kind's items with probability .7 and others with .03.
std::vector<Person> planted(std::size_t count) {
  Random random(3);
  std::vector<Person> people(count);
  for (std::size_t person = 0; person < count; ++person) {
    for (std::int32_t item = 0; item < 60; ++item) {
      const bool is_own = static_cast<std::size_t>(item) % 4 == person % 4;
      if (random.uniform() < (is_own ? 0.7 : 0.03)) people[person].push_back({.item = item, .value = is_own ? 4.5F : 2, .year = 2000});
    }
  }
  return people;
}

TEST(GroupedTastes, PutEverybodyIntoOneGroupThatIsLargeEnough) {
  testing::SeededBytes bytes(1);
  const auto people = planted(503);
  const auto groups = group_tastes(people, {.size = 20}, bytes);
  ASSERT_TRUE(groups) << groups.error().describe();
  std::set<std::int32_t> seen;
  std::set<std::string> names;
  for (const TasteGroup& group : *groups) {
    EXPECT_GE(group.members.size(), 20U);
    names.insert(group.name);
    for (const std::int32_t member : group.members) EXPECT_TRUE(seen.insert(member).second);
  }
  EXPECT_EQ(seen.size(), 503U);
  EXPECT_EQ(names.size(), groups->size());
}

TEST(GroupedTastes, TellOnlyWhatAQuarterOfAGroupSays) {
  testing::SeededBytes bytes(2);
  const auto people = planted(200);
  const auto groups = group_tastes(people, {.size = 20}, bytes);
  ASSERT_TRUE(groups);
  for (const TasteGroup& group : *groups) {
    for (const GroupOpinion& opinion : group.opinions) {
      const auto speakers = std::ranges::count_if(group.members, [&](std::int32_t member) {
        const Person& person = people[static_cast<std::size_t>(member)];
        return std::ranges::find(person, opinion.item, &Opinion::item) != person.end();
      });
      EXPECT_GE(4 * speakers, static_cast<std::ptrdiff_t>(group.members.size()));
      EXPECT_EQ(opinion.quarters, 4 * speakers / static_cast<std::ptrdiff_t>(group.members.size()));
    }
  }
}

TEST(GroupedTastes, KeepTheKindsOfTasteApart) {
  testing::SeededBytes bytes(3);
  const auto groups = group_tastes(planted(400), {.size = 20}, bytes);
  int own = 0;
  int all = 0;
  for (const TasteGroup& group : *groups) {
    for (const GroupOpinion& opinion : group.opinions) {
      own += opinion.value > 4 ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(all, 0);
  EXPECT_GT(own, all * 9 / 10);
}

TEST(GroupedTastes, RefuseGroupsThatHideNobody) {
  testing::SeededBytes bytes(4);
  EXPECT_FALSE(group_tastes(planted(100), {.size = 4}, bytes));
  EXPECT_FALSE(group_tastes(planted(10), {.size = 20}, bytes));
}

}  // namespace
}  // namespace cineloom::privacy
