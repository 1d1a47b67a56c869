#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/clean.h"
#include "text/encoding.h"
#include "text/language.h"
#include "text/near_duplicates.h"
#include "text/segment.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  for (const Span& span : segment_words(text)) found.emplace_back(text.substr(span.begin, span.end - span.begin));
  return found;
}

TEST(CleanText, ReadsUtf8WithAndWithoutMark) {
  EXPECT_EQ(clean_text("\xEF\xBB\xBF"
                       "caf\xC3\xA9\r\nb")
                ->text,
            "café\nb");
  EXPECT_EQ(clean_text("")->text, "");
}

TEST(CleanText, ReadsUtf16ByItsForm) {
  using namespace std::string_view_literals;
  EXPECT_EQ(clean_text("\xFF\xFE"
                       "h\0i\0"sv)
                ->text,
            "hi");
  EXPECT_EQ(clean_text("h\0e\0l\0l\0o\0"sv)->encoding, "UTF-16LE");
}

TEST(CleanText, ReadsChineseInGb18030) {
  const auto clean = clean_text("\xD5\xE2\xB2\xBF\xB5\xE7\xD3\xB0\xBA\xDC\xBA\xC3\xBF\xB4\xA3\xAC\xCE\xD2\xBA\xDC\xCF\xB2\xBB\xB6\xA1\xA3");
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->text, "这部电影很好看，我很喜欢。");
}

TEST(CleanText, RefusesWhatIsNoText) {
  using namespace std::string_view_literals;
  EXPECT_EQ(clean_text("a\0b\0\0\0\0\0cd"sv).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(clean_text("\x01=\0\xFA"sv).error().code(), ErrorCode::InvalidArgument);  // statistics take it for a Latin text
}

TEST(DecodeText, LeavesAllButTheEncodingAlone) {
  EXPECT_EQ(decode_text("<v Esme>Hi\r\n")->text, "<v Esme>Hi\r\n");
  EXPECT_EQ(decode_text("\xEF\xBB\xBFHi")->text, "Hi");
}

TEST(DecodeText, TakesASecondEncodingOffUtf8) {
  const auto decoded = decode_text(
      "Je repose mes yeux fatigu\xC3\x83\xC2\xA9s, \xC3\x83\xC2\xA7"
      "a va.");
  EXPECT_EQ(decoded->text, "Je repose mes yeux fatigués, ça va.");
  EXPECT_EQ(decoded->encoding, "UTF-8 encoded twice");
  EXPECT_EQ(decode_text("N\xC3\x83O, JO\xC3\x83O")->text, "NÃO, JOÃO");
}

TEST(DetectEncoding, TellsChineseEncodingsFromTwentyBytes) {
  EXPECT_EQ(detect_encoding("\xD5\xE2\xB2\xBF\xB5\xE7\xD3\xB0\xBA\xDC\xBA\xC3\xBF\xB4\xA3\xAC\xCE\xD2\xBA\xDC"), "GB18030");  // 这部电影很好看，我很
  EXPECT_EQ(detect_encoding("\xB3\x6F\xB3\xA1\xB9\x71\xBC\x76\xAB\xDC\xA6\x6E\xAC\xDD\xA1\x41\xA7\xDA\xAB\xDC"), "BIG5");     // 這部電影很好看，我很
  EXPECT_EQ(detect_encoding("这部电影很好看，我\xE5\xBE"), "UTF-8");  // cut inside a character
}

TEST(DetectEncoding, LeavesWesternTextsToStatistics) {
  EXPECT_EQ(detect_encoding("Le fabuleux destin d'Am\xE9lie Poulain, \xE0 voir et \xE0 revoir"), "WINDOWS-1252");
}

TEST(StripHtml, TakesLinearTimeWhateverTheBrackets) {
  EXPECT_EQ(strip_html(std::string(3'000'000, '<')).size(), 3'000'000U);
  EXPECT_EQ(strip_html(std::string(3'000'000, 'x')).size(), 3'000'000U);
}

TEST(FindNearDuplicates, FindsCopiesWithChangedWordsAndNoOthers) {
  const std::string a = "The heron stood in the reeds while the moon went down behind the hill, and nobody in the village heard the bell ring that night.";
  const std::string b = "The heron stood in the reeds while a moon went down behind the hill and nobody in our village heard the bell ring that night";
  const std::vector<std::string_view> texts = {a, "Something else entirely was going on at the other end of the long and winding road.", b, "", ""};
  const auto found = find_near_duplicates(texts);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].first, 0U);
  EXPECT_EQ(found[0].second, 2U);
  EXPECT_GT(found[0].similarity, 0.5);
}

TEST(FindNearDuplicates, ComparesChineseByCharacters) {
  const std::vector<std::string_view> texts = {"这部电影的画面非常漂亮，故事也很感人。", "这部电影的画面非常漂亮，故事很感人！", "今天天气不错，我们去公园。"};
  ASSERT_EQ(find_near_duplicates(texts).size(), 1U);
}

TEST(StripHtml, TakesTagsAndKeepsWhatOnlyLooksLikeOne) { EXPECT_EQ(strip_html("a<br />b <i>c</i> &amp; 1 < 2"), "a\nb c & 1 < 2"); }

TEST(DetectLanguage, TellsEnglishFromChinese) {
  EXPECT_EQ(detect_language("今天有点难过").code, "zh");
  EXPECT_EQ(detect_language("rough week, want to laugh").code, "en");
  EXPECT_EQ(detect_language("🙂 !!").code, "und");
}

TEST(SegmentWords, GivesWordsOfBothLanguages) {
  EXPECT_THAT(words("The moon, gone."), ElementsAre("The", "moon", "gone"));
  EXPECT_THAT(words("我喜欢电影"), ElementsAre("我", "喜欢", "电影"));
}

TEST(SegmentSentences, SplitsAtStops) {
  const std::string_view text = "One here. Two there! 三。四。";
  EXPECT_EQ(segment_sentences(text).size(), 4U);
}

}  // namespace
}  // namespace cineloom
