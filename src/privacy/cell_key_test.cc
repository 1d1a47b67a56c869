#include "privacy/cell_key.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>

namespace cineloom::privacy {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

CellKey counted_key(std::uint8_t first) {
  CellKey::Bytes bytes{};
  std::iota(bytes.begin(), bytes.end(), first);
  return CellKey(bytes);
}

MasterKey master_key(std::uint8_t byte) {
  std::array<std::uint8_t, MasterKey::kSize> bytes{};
  bytes.fill(byte);
  return MasterKey(bytes);
}

constexpr CellPlace kPlace{.table = "sealed_events", .column = "bytes", .row = 7, .owner = 3, .version = 1};

TEST(CellKey, SealsAsTheFormatSays) {
  std::array<std::uint8_t, 24> nonce{};
  std::iota(nonce.begin(), nonce.end(), std::uint8_t{64});
  EXPECT_EQ(hex(counted_key(0).seal_with(kPlace, "Ran", nonce)), "01404142434445464748494a4b4c4d4e4f505152535455565786586b5c930d5f68bbaab59bd1fe17187b3b79");
  EXPECT_EQ(fmt::format("{:016x}", static_cast<std::uint64_t>(counted_key(0).tag("key", "import:1"))), "754ee854e2562660");
}

TEST(CellKey, OpensWhatItSealedAndNothingElse) {
  const auto key = CellKey::make();
  ASSERT_TRUE(key);
  for (const std::string& plain : {std::string(), std::string("x"), std::string(100'000, 'y')}) {
    EXPECT_EQ(*key->open(kPlace, key->seal(kPlace, plain)), plain);
  }
  EXPECT_NE(key->seal(kPlace, "same"), key->seal(kPlace, "same"));
  EXPECT_EQ(CellKey::make()->open(kPlace, key->seal(kPlace, "x")).error().code(), ErrorCode::DataLoss);
  EXPECT_FALSE(key->open(kPlace, ""));
}

TEST(CellKey, RefusesEveryChangedBitAndEveryCutOfACell) {
  const CellKey key = counted_key(9);
  const std::string cell = key.seal(kPlace, "what a viewer did");
  for (std::size_t bit = 0; bit < 8 * cell.size(); ++bit) {
    std::string changed = cell;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(key.open(kPlace, changed)) << bit;
  }
  for (std::size_t size = 0; size < cell.size(); ++size) EXPECT_FALSE(key.open(kPlace, cell.substr(0, size))) << size;
}

TEST(CellKey, RefusesACellAtAnotherPlace) {
  const CellKey key = counted_key(9);
  const std::string cell = key.seal(kPlace, "what a viewer did");
  std::vector<CellPlace> places(6, kPlace);
  places[0].table = "sealed_event";
  places[1].column = "byte";
  places[2].row = 8;
  places[3].owner = 4;
  places[4].version = 2;
  places[5].table = "sealed_eventsb";  // a letter that wandered from one name into the other
  places[5].column = "ytes";
  for (const CellPlace& place : places) EXPECT_FALSE(key.open(place, cell)) << place.table << place.column;
}

TEST(CellKey, IsUnwrappedByItsMasterKeyAtItsPlaceOnly) {
  const KeyPlace place{.owner = 3, .version = 2, .master_version = 5};
  const CellKey key = counted_key(1);
  const std::string wrapped = key.wrap(master_key(1), place);
  const auto again = CellKey::unwrap(master_key(1), place, wrapped);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again->open(kPlace, key.seal(kPlace, "x")), "x");
  EXPECT_FALSE(CellKey::unwrap(master_key(2), place, wrapped));
  EXPECT_FALSE(CellKey::unwrap(master_key(1), {.owner = 4, .version = 2, .master_version = 5}, wrapped));
  EXPECT_FALSE(CellKey::unwrap(master_key(1), {.owner = 3, .version = 1, .master_version = 5}, wrapped));
  EXPECT_FALSE(CellKey::unwrap(master_key(1), {.owner = 3, .version = 2, .master_version = 4}, wrapped));
}

TEST(CellKey, ARenewedKeyKeepsTagsAndOpensNothingOld) {
  const CellKey key = counted_key(1);
  const CellKey renewed = key.renewed();
  EXPECT_EQ(renewed.tag("act", "x"), key.tag("act", "x"));
  EXPECT_NE(key.tag("act", "x"), key.tag("key", "x"));
  EXPECT_NE(key.tag("act", "x"), counted_key(2).tag("act", "x"));
  EXPECT_FALSE(renewed.open(kPlace, key.seal(kPlace, "x")));
}

}  // namespace
}  // namespace cineloom::privacy
