#include "text/source_map.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"
#include "text/clean.h"
#include "text/script.h"

namespace cineloom {
namespace {

std::string_view cut(std::string_view text, Span span) { return text.substr(span.begin, span.end - span.begin); }

/// The original's bytes behind the first place where a part stands in the cleaned text.
std::string_view source_of(std::string_view original, const CleanText& clean, std::string_view part) {
  const auto at = clean.text.find(part);
  return at == std::string::npos ? std::string_view("not found") : cut(original, clean.source.source({.begin = at, .end = at + part.size()}));
}

TEST(SourceMap, PointsThroughTagsEntitiesAndLineEnds) {
  const std::string original = "<p>Good &amp; loud</p>\r\nbut <b>not</b> sad";
  const CleanText clean = *clean_text(original);
  EXPECT_EQ(source_of(original, clean, "Good"), "Good");
  EXPECT_EQ(source_of(original, clean, "&"), "&amp;");
  EXPECT_EQ(source_of(original, clean, "& loud"), "&amp; loud");
  EXPECT_EQ(source_of(original, clean, "not sad"), "not</b> sad");
  EXPECT_EQ(source_of(original, clean, "\nbut"), "\r\nbut");
}

TEST(SourceMap, PointsThroughNormalForms) {
  const std::string original = "cafe\xCC\x81 \xEF\xBC\xA1\xEF\xBC\xA2 end";  // e with an accent behind it, full-width letters
  const CleanText clean = *clean_text(original, NormalForm::KC);
  EXPECT_EQ(clean.text, "caf\xC3\xA9 AB end");
  EXPECT_EQ(source_of(original, clean, "\xC3\xA9"), "e\xCC\x81");
  EXPECT_EQ(source_of(original, clean, "B end"), "\xEF\xBC\xA2 end");
}

TEST(SourceMap, PointsThroughEncodings) {
  const std::string original = "\xB5\xE7\xD3\xB0\xBA\xDC\xBA\xC3\xBF\xB4\xA3\xAC\xCE\xD2\xCF\xB2\xBB\xB6\xD5\xE2\xB8\xF6\xB9\xCA\xCA\xC2";  // GB18030
  const CleanText clean = *clean_text(original);
  ASSERT_EQ(clean.encoding, "GB18030");
  EXPECT_EQ(source_of(original, clean, "好看"), "\xBA\xC3\xBF\xB4");
  const std::string marked = "\xEF\xBB\xBFgood";
  EXPECT_EQ(source_of(marked, *clean_text(marked), "good"), "good");
}

TEST(SourceMap, PointsThroughTraditionalCharacters) {
  const SimplifiedScript script = *SimplifiedScript::open();
  const std::string original = "good: 這部電影很難過，因爲結局";
  const MappedText simple = script.convert_mapped(original);
  EXPECT_EQ(simple.text, script.convert(original));
  const auto at = simple.text.find("难过");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(cut(original, simple.source.source({.begin = at, .end = at + 6})), "難過");
}

// Cut from the original and cleaned alone, a range says what it said in the whole.
TEST(SourceMap, HoldsForAnyTextOfPieces) {
  constexpr std::string_view kPieces[] = {"word",  " ", "<b>", "</b>", "&lt;", "\r\n", "\r", "难过", "e\xCC\x81", "\xF0\x9F\x98\x80",
                                          "<br/>", "&", "<",   ">",    "ＡＢ", "\n"};
  Random random(7);
  for (int run = 0; run < 300; ++run) {
    std::string original;
    for (std::uint64_t i = random.below(40); i > 0; --i) original += kPieces[random.below(std::size(kPieces))];
    const CleanText clean = *clean_text(original, NormalForm::KC);
    for (const std::string_view word : {"word", "难过", "AB"}) {
      for (auto at = clean.text.find(word); at != std::string::npos; at = clean.text.find(word, at + 1)) {
        const Span span = clean.source.source({.begin = at, .end = at + word.size()});
        ASSERT_LE(span.end, original.size());
        EXPECT_EQ(clean_text(cut(original, span), NormalForm::KC)->text, word) << original;
      }
    }
    const Span whole = clean.source.source({.begin = 0, .end = clean.text.size()});
    EXPECT_LE(whole.end, original.size());
  }
}

TEST(SourceMap, TakesTimeThatGrowsWithTheText) {
  std::string bomb;
  for (int i = 0; i < 500'000; ++i) bomb += i % 2 == 0 ? "<" : "&lt;<i>";
  const CleanText clean = *clean_text(bomb);
  EXPECT_LE(clean.source.source({.begin = 0, .end = clean.text.size()}).end, bomb.size());
}

TEST(SourceMap, OfTheOriginalItselfChangesNothing) {
  const SourceMap map;
  EXPECT_TRUE(map.is_identity());
  EXPECT_EQ(map.source({.begin = 3, .end = 9}), (Span{.begin = 3, .end = 9}));
}

}  // namespace
}  // namespace cineloom
