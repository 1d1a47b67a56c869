#include "recommend/data/item_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace cineloom {
namespace {

std::vector<FeatureGroup> groups() { return {{.name = "kind"}, {.name = "text", .kind = FeatureKind::Words}, {.name = "size", .kind = FeatureKind::Number}}; }

std::vector<ItemDescription> items() {
  return {{{"lamp", "red"}, {"A red lamp for the desk"}, {"10"}},
          {{"lamp", "blue"}, {"A blue lamp"}, {"12"}},
          {{"chair", "red"}, {"Sit down, a red chair"}, {"90"}},
          {{"chair"}, {"\xE7\xBA\xA2\xE6\xA4\x85"}, {"not a number"}}};
}

double product(const std::vector<FeatureValue>& a, const std::vector<FeatureValue>& b) {
  double sum = 0;
  for (const FeatureValue& x : a) {
    for (const FeatureValue& y : b) sum += x.feature == y.feature ? static_cast<double>(x.value) * static_cast<double>(y.value) : 0;
  }
  return sum;
}

TEST(FeatureSpace, GivesEveryGroupThatSaysSomethingLengthOne) {
  const auto space = FeatureSpace::from(groups(), items());
  ASSERT_TRUE(space);
  const auto row = space->row(items()[0]);
  EXPECT_NEAR(product(row, row), 3, 1e-5);
  const auto silent = space->row(ItemDescription(3));
  EXPECT_TRUE(silent.empty());
}

TEST(FeatureSpace, FindsNearNumbersMoreAlikeThanFarOnes) {
  const auto space = FeatureSpace::from({{.name = "size", .kind = FeatureKind::Number}}, std::vector<ItemDescription>{{{"10"}}, {{"12"}}, {{"90"}}});
  ASSERT_TRUE(space);
  const auto small = space->row({{"10"}});
  EXPECT_GT(product(small, space->row({{"12"}})), 0.9);
  EXPECT_LT(product(small, space->row({{"90"}})), 0.1);
  EXPECT_GT(product(space->row({{"1e9"}}), space->row({{"1e9"}})), 0.99);
}

TEST(FeatureSpace, KnowsNothingOfNamesThatOneItemOrEveryItemHas) {
  const auto space = FeatureSpace::from({{.name = "kind"}}, std::vector<ItemDescription>{{{"all", "once"}}, {{"all", "two"}}, {{"all", "two"}}});
  ASSERT_TRUE(space);
  ASSERT_EQ(space->size(), 1);
  EXPECT_EQ(space->name(0), "two");
}

TEST(FeatureSpace, ComesBackFromItsBytes) {
  const auto space = FeatureSpace::from(groups(), items());
  ASSERT_TRUE(space);
  ByteWriter out;
  space->write(out);
  const std::string bytes = std::move(out).take();
  ByteReader in(bytes);
  const auto copy = FeatureSpace::read(in);
  ASSERT_TRUE(copy);
  EXPECT_TRUE(in.is_whole());
  for (const ItemDescription& item : items()) EXPECT_NEAR(product(copy->row(item), space->row(item)), product(space->row(item), space->row(item)), 1e-6);
}

TEST(FeatureSpace, RefusesBytesThatAreCutOff) {
  const auto space = FeatureSpace::from(groups(), items());
  ASSERT_TRUE(space);
  ByteWriter out;
  space->write(out);
  const std::string bytes = std::move(out).take();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader in(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(FeatureSpace::read(in)) << size;
  }
}

TEST(FeatureSpace, RefusesAGridOfNumbersThatFalls) {
  const auto space = FeatureSpace::from({{.name = "year", .kind = FeatureKind::Number}}, std::vector<ItemDescription>{{{"1990"}}, {{"2000"}}, {{"2010"}}});
  ASSERT_TRUE(space);
  ByteWriter out;
  space->write(out);
  std::string bytes = std::move(out).take();
  // At the end stand the names, before them the only group's deviation behind its count, and before those the last weight.
  std::size_t names = 0;
  for (std::int32_t feature = 0; feature < space->size(); ++feature) names += sizeof(std::uint64_t) + space->name(feature).size();
  const float least = -1e30F;
  std::memcpy(bytes.data() + bytes.size() - names - sizeof(float) - sizeof(std::uint64_t) - sizeof least, &least, sizeof least);
  ByteReader in(bytes);
  const auto read = FeatureSpace::read(in);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message(), "feature space: lists disagree or a number is out of range");
}

TEST(FeatureSpace, RefusesAnItemThatIsNotDescribedByItsGroups) { EXPECT_FALSE(FeatureSpace::from(groups(), std::vector<ItemDescription>{{{"lamp"}}})); }

TEST(WordsOf, CutsTextAndTakesHanCharactersOneByOne) {
  EXPECT_EQ(words_of("The Red-lamp 2! \xE7\xBA\xA2\xE6\xA4\x85"), (std::vector<std::string>{"the", "red", "lamp", "\xE7\xBA\xA2", "\xE6\xA4\x85"}));
}

}  // namespace
}  // namespace cineloom
