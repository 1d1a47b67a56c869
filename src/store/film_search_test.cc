// How films are found by words, in every store; the stores are listed in store_test.cc.
#include "store/testing/conformance.h"

namespace cineloom::testing {
namespace {

using ::testing::ElementsAre;

void put(Store& store, const Film& film) { ASSERT_TRUE(store.put_film(film)); }

void put_three(Store& store) {
  put(store, {.key = "wandering-earth",
              .title = {.english = "The Wandering Earth", .chinese = "流浪地球"},
              .directors = {"Frant Gwo"},
              .synopsis_chinese = "科幻片，太阳将要毁灭。"});
  put(store, {.key = "amelie",
              .title = {.original = "Le Fabuleux Destin d'Amélie Poulain"},
              .cast = {"Audrey Tautou"},
              .synopsis = "A shy waitress.",
              .ending = "Secret marriage."});
  put(store, {.key = "ke-xue", .synopsis_chinese = "科学家的幻想"});
}

std::vector<std::string> keys(Store& store, const std::string& text) {
  std::vector<std::string> found;
  const auto films = store.films({.text = text});
  if (!films) return {films.error().describe()};
  for (const Film& film : *films) found.push_back(film.key);
  return found;
}

TEST_P(StoreConformance, FindsTwoChineseCharactersOnlyWhereTheyStandTogether) {
  put_three(*store_);
  EXPECT_THAT(keys(*store_, "科幻"), ElementsAre("wandering-earth"));
  EXPECT_THAT(keys(*store_, "地球"), ElementsAre("wandering-earth"));
  EXPECT_THAT(keys(*store_, "科"), ElementsAre("wandering-earth", "ke-xue"));
  EXPECT_THAT(keys(*store_, "地科"), ElementsAre());
}

TEST_P(StoreConformance, FindsFilmsOfOneScriptByWordsOfTheOther) {
  put_three(*store_);
  put(*store_, {.key = "li-an", .title = {.chinese = "臥虎藏龍"}, .synopsis_chinese = "劍俠與愛情。"});
  EXPECT_THAT(keys(*store_, "卧虎藏龙"), ElementsAre("li-an"));
  EXPECT_THAT(keys(*store_, "臥虎藏龍"), ElementsAre("li-an"));
  EXPECT_THAT(keys(*store_, "剑侠"), ElementsAre("li-an"));
  EXPECT_THAT(keys(*store_, "流浪地球"), ElementsAre("wandering-earth"));
  EXPECT_THAT(keys(*store_, "太陽"), ElementsAre("wandering-earth"));
}

TEST_P(StoreConformance, FindsNamesByTheirBeginningsWithoutCaseAndAccents) {
  put_three(*store_);
  EXPECT_THAT(keys(*store_, "AMELIE tau"), ElementsAre("amelie"));
  EXPECT_THAT(keys(*store_, "gwo earth"), ElementsAre("wandering-earth"));
  EXPECT_THAT(keys(*store_, "utou"), ElementsAre());
}

TEST_P(StoreConformance, KeepsTheEndingToItself) {
  put_three(*store_);
  EXPECT_THAT(keys(*store_, "marriage"), ElementsAre());
}

TEST_P(StoreConformance, TakesOperatorsAndQuotesAsPlainText) {
  put_three(*store_);
  EXPECT_THAT(keys(*store_, "\"科幻\" *"), ElementsAre("wandering-earth"));
  EXPECT_THAT(keys(*store_, "NEAR("), ElementsAre());
  EXPECT_THAT(keys(*store_, "\xFF\xFE"), ElementsAre());
}

TEST_P(StoreConformance, ForgetsWhatAFilmSaidBefore) {
  put_three(*store_);
  put(*store_, {.key = "wandering-earth", .title = {.english = "The Wandering Earth"}});
  EXPECT_THAT(keys(*store_, "科幻"), ElementsAre());
}

TEST_P(StoreConformance, FindsNoPhraseThatGoesOnInAnotherText) {
  put(*store_, {.key = "two", .title = {.english = "End", .chinese = "山"}, .synopsis_chinese = "水"});
  EXPECT_THAT(keys(*store_, "山水"), ElementsAre());
  EXPECT_THAT(keys(*store_, "山 水"), ElementsAre("two"));
}

TEST_P(StoreConformance, KeepsAndFindsWordsOfAnyLength) {
  const std::string word(5000, 'w');
  put(*store_, {.key = "long", .synopsis = word + " beside"});
  EXPECT_THAT(keys(*store_, word), ElementsAre("long"));
  EXPECT_THAT(keys(*store_, "beside"), ElementsAre("long"));
}

}  // namespace
}  // namespace cineloom::testing
