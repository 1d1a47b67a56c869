#include "pipeline/subtitle_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "pipeline/library_files.h"
#include "pipeline/screenplay_file.h"

namespace cineloom {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A folder of side files.
class SubtitleFiles : public ::testing::Test {
 protected:
  std::filesystem::path put(const std::string& name, std::string_view bytes) {
    const auto path = folder_->path() / name;
    EXPECT_TRUE(write_file(path, bytes));
    return path;
  }

  Expected<TemporaryFolder> folder_ = TemporaryFolder::create();
};

struct EncodedFile {
  std::string_view encoding;
  std::string_view bytes;
  std::string_view second;  ///< text of its second cue
};
const std::vector<EncodedFile> kEncoded = {
    {"GBK",
     "1\n00:00:01,000 --> 00:00:03,000\n\xCD\xD0\xB1\xF6\xA3\xAC\xC4\xE3\xD4\xDA\xCC\xDD\xD7\xD3\xC9\xCF\xCB\xAF\xD7\xC5\xC1\xCB\xA1\xA3\n\n2\n00:00:04,000 --> 00:00:06,000\n\xCE\xD2\xD4\xDA\xC8\xC3\xD1\xDB\xBE\xA6\xD0\xAA\xD2\xBB\xD0\xAA\xA1\xA3\n"sv,
     "我在让眼睛歇一歇。"},
    {"Big5",
     "1\n00:00:01,000 --> 00:00:03,000\n\xA6\xAB\xBB\xAB\xA1"
     "A\xA7"
     "A\xA6"
     "b\xB1\xE8\xA4l\xA4W\xBA\xCE\xB5\xDB\xA4"
     "F\xA1"
     "C\n\n2\n00:00:04,000 --> 00:00:06,000\n\xA4\xEB\xABG\xB9\xB3\xBF\xDF\xA4@\xBC\xCB\xA1"
     "A\xBEj\xA4"
     "F\xB4N\xB7|\xA6^\xAE"
     "a\xA1"
     "C\n"sv,
     "月亮像貓一樣，餓了就會回家。"},
    {"Shift-JIS",
     "1\n00:00:01,000 --> 00:00:03,000\n\x82\xCD\x82\xB5\x82\xB2\x82\xCC\x8F\xE3\x82\xC5\x96\xB0\x82\xC1\x82\xC4\x82\xA2\x82\xE9\x82\xCC\x81"
     "A\x83g\x83r\x83\x93\x81"
     "B\n\n2\n00:00:04,000 --> 00:00:06,000\n\x96\xDA\x82\xF0\x8Bx\x82\xDF\x82\xC4\x82\xA2\x82\xE9\x82\xBE\x82\xAF\x82\xBE\x81"
     "B\n"sv,
     "目を休めているだけだ。"},
    {"Windows-1251",
     "1\n00:00:01,000 --> 00:00:03,000\n\xD2\xFB \xF1\xEF\xE8\xF8\xFC \xED\xE0 \xEB\xE5\xF1\xF2\xED\xE8\xF6\xE5, \xD2\xEE\xE1\xE8\xED.\n\n2\n00:00:04,000 --> 00:00:06,000\n\xDF \xEF\xF0\xEE\xF1\xF2\xEE \xE7\xE0\xEA\xF0\xFB\xEB \xE3\xEB\xE0\xE7\xE0.\n"sv,
     "Я просто закрыл глаза."},
    {"Latin-1",
     "1\n00:00:01,000 --> 00:00:03,000\nTu dors sur l'\xE9"
     "chelle, Tobin.\n\n2\n00:00:04,000 --> 00:00:06,000\nJe repose mes yeux fatigu\xE9s, \xE7"
     "a va.\n"sv,
     "Je repose mes yeux fatigués, ça va."},
    {"UTF-16LE with mark",
     "\xFF\xFE"
     "1\x00\n\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "1\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00 \x00-\x00-\x00>\x00 \x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "3\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00\n\x00Xb\xD3\x8C\x0C\xFF`O(W\xAFhP[\nNawW\x84\x86N\x02"
     "0\n\x00\n\x00"
     "2\x00\n\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "4\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00 \x00-\x00-\x00>\x00 \x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "6\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00\n\x00\x08g\xAEN\xCFP\x93\x8C\x00N#j\x0C\xFF\x13\x99\x86N1\\\x03g\xDEV\xB6[\x02"
     "0\n\x00"sv,
     "月亮像貓一樣，餓了就會回家。"},
    {"UTF-16LE",
     "1\x00\n\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "1\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00 \x00-\x00-\x00>\x00 \x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "3\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00\n\x00o0W0T0n0\nNg0 wc0f0D0\x8B"
     "0n0\x01"
     "0\xC8"
     "0\xD3"
     "0\xF3"
     "0\x02"
     "0\n\x00\n\x00"
     "2\x00\n\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "4\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00 \x00-\x00-\x00>\x00 \x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "6\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00\n\x00\xEEv\x92"
     "0\x11O\x81"
     "0f0D0\x8B"
     "0`0Q0`0\x02"
     "0\n\x00"sv,
     "目を休めているだけだ。"},
    {"UTF-16BE",
     "\x00"
     "1\x00\n\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "1\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00 \x00-\x00-\x00>\x00 \x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "3\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00\n\x04\"\x04K\x00 \x04"
     "A\x04?\x04"
     "8\x04H\x04L\x00 \x04=\x04"
     "0\x00 \x04;\x04"
     "5\x04"
     "A\x04"
     "B\x04=\x04"
     "8\x04"
     "F\x04"
     "5\x00,\x00 \x04\"\x04>\x04"
     "1\x04"
     "8\x04=\x00.\x00\n\x00\n\x00"
     "2\x00\n\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "4\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00 \x00-\x00-\x00>\x00 \x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "0\x00:\x00"
     "0\x00"
     "6\x00,\x00"
     "0\x00"
     "0\x00"
     "0\x00\n\x04/\x00 \x04?\x04@\x04>\x04"
     "A\x04"
     "B\x04>\x00 \x04"
     "7\x04"
     "0\x04:\x04@\x04K\x04;\x00 \x04"
     "3\x04;\x04"
     "0\x04"
     "7\x04"
     "0\x00.\x00\n"sv,
     "Я просто закрыл глаза."},
    {"UTF-8 with mark",
     "\xEF\xBB\xBF"
     "1\n00:00:01,000 --> 00:00:03,000\n\xE6\x89\x98\xE5\xAE\xBE\xEF\xBC\x8C\xE4\xBD\xA0\xE5\x9C\xA8\xE6\xA2\xAF\xE5\xAD\x90\xE4\xB8\x8A\xE7\x9D\xA1\xE7\x9D\x80\xE4\xBA\x86\xE3\x80\x82\n\n2\n00:00:04,000 --> 00:00:06,000\n\xE6\x88\x91\xE5\x9C\xA8\xE8\xAE\xA9\xE7\x9C\xBC\xE7\x9D\x9B\xE6\xAD\x87\xE4\xB8\x80\xE6\xAD\x87\xE3\x80\x82\n"sv,
     "我在让眼睛歇一歇。"},
    {"UTF-8 encoded twice",
     "1\n00:00:01,000 --> 00:00:03,000\nTu dors sur l'\xC3\x83\xC2\xA9"
     "chelle, Tobin.\n\n2\n00:00:04,000 --> 00:00:06,000\nJe repose mes yeux fatigu\xC3\x83\xC2\xA9s, \xC3\x83\xC2\xA7"
     "a va.\n"sv,
     "Je repose mes yeux fatigués, ça va."},
    {"Chinese UTF-8 encoded twice",
     "1\n00:00:01,000 --> 00:00:03,000\n\xC3\xA6\xC2\x89\xC2\x98\xC3\xA8\xC2\xB3\xC2\x93\xC3\xAF\xC2\xBC\xC2\x8C\xC3\xA4\xC2\xBD\xC2\xA0\xC3\xA5\xC2\x9C\xC2\xA8\xC3\xA6\xC2\xA2\xC2\xAF\xC3\xA5\xC2\xAD\xC2\x90\xC3\xA4\xC2\xB8\xC2\x8A\xC3\xA7\xC2\x9D\xC2\xA1\xC3\xA8\xC2\x91\xC2\x97\xC3\xA4\xC2\xBA\xC2\x86\xC3\xA3\xC2\x80\xC2\x82\n\n2\n00:00:04,000 --> 00:00:06,000\n\xC3\xA6\xC2\x9C\xC2\x88\xC3\xA4\xC2\xBA\xC2\xAE\xC3\xA5\xC2\x83\xC2\x8F\xC3\xA8\xC2\xB2\xC2\x93\xC3\xA4\xC2\xB8\xC2\x80\xC3\xA6\xC2\xA8\xC2\xA3\xC3\xAF\xC2\xBC\xC2\x8C\xC3\xA9\xC2\xA4\xC2\x93\xC3\xA4\xC2\xBA\xC2\x86\xC3\xA5\xC2\xB0\xC2\xB1\xC3\xA6\xC2\x9C\xC2\x83\xC3\xA5\xC2\x9B\xC2\x9E\xC3\xA5\xC2\xAE\xC2\xB6\xC3\xA3\xC2\x80\xC2\x82\n"sv,
     "月亮像貓一樣，餓了就會回家。"},
};

TEST_F(SubtitleFiles, AreReadInEveryEncodingWithoutLosingACue) {
  for (const EncodedFile& file : kEncoded) {
    const auto cues = read_subtitle_file(put("film.srt", file.bytes).string());
    ASSERT_TRUE(cues) << file.encoding;
    ASSERT_EQ(cues->size(), 2U) << file.encoding;
    EXPECT_EQ(cues->back().text, file.second) << file.encoding;
  }
}

TEST(SubtitleName, SaysLanguageAndPurpose) {
  const auto language = [](const char* name) { return read_subtitle_name(name).language; };
  EXPECT_EQ(language("film.zh.srt"), "zh");
  EXPECT_EQ(language("film.zh-Hans.forced.srt"), "zh-Hans");
  EXPECT_EQ(language("Film (2003).eng.sdh.srt"), "en");
  EXPECT_EQ(language("film.English.srt"), "en");
  EXPECT_EQ(language("film.pt-BR.default.ass"), "pt-BR");
  EXPECT_EQ(language("film.hi.srt"), "hi");
  EXPECT_EQ(language("film.en.hi.srt"), "en");
  EXPECT_EQ(language("sintel-en.vtt"), "en");
  EXPECT_EQ(language("sintel_de.srt"), "de");
  EXPECT_EQ(language("the.wizard.of.oz.srt"), "und");
  EXPECT_EQ(language("film.srt"), "und");
  EXPECT_TRUE(read_subtitle_name("film.en.hi.srt").is_for_deaf);
  EXPECT_TRUE(read_subtitle_name("film.foreign.fr.srt").is_forced);
}

constexpr std::string_view kEnglish = "1\n00:00:01,000 --> 00:00:03,000\nThree nights now, and there is no moon over the harbour.\n";
constexpr std::string_view kFrench = "1\n00:00:01,000 --> 00:00:03,000\nTrois nuits maintenant, et toujours pas de lune sur le port.\n";

TEST_F(SubtitleFiles, AreChosenByTheLanguageOfTheScreenplayAndWhole) {
  put("film.mp4", "x");
  put("film.en.forced.srt", kEnglish);
  put("film.fr.srt", kFrench);
  put("film.en.vtt", kEnglish);
  const FilmFiles files = files_beside(folder_->path() / "film.mp4");
  EXPECT_EQ(files.subtitles.size(), 3U);
  EXPECT_THAT(read_spoken_subtitles(files, "fr", {}, CancelToken())->origin, HasSubstr("film.fr.srt"));
  EXPECT_THAT(read_spoken_subtitles(files, "en", {}, CancelToken())->origin, HasSubstr("film.en.vtt"));
  EXPECT_THAT(read_spoken_subtitles(files, "", {}, CancelToken())->origin, HasSubstr("film.en.vtt"));
}

TEST_F(SubtitleFiles, AreToldByTheirTextWhereTheNameIsSilent) {
  put("film.1.srt", kFrench);
  put("film.2.srt", kEnglish);
  put("film.mp4", "x");
  const auto track = read_spoken_subtitles(files_beside(folder_->path() / "film.mp4"), "en", {}, CancelToken());
  ASSERT_TRUE(track);
  EXPECT_EQ(track->language, "en");
  EXPECT_EQ(track->cues.front().language, "en");
}

TEST_F(SubtitleFiles, ThatCannotBeReadArePassedOverWithAWarning) {
  put("film.mp4", "x");
  put("film.en.srt", "no timed text");
  put("film.fr.srt", kFrench);
  const auto track = read_spoken_subtitles(files_beside(folder_->path() / "film.mp4"), "en", {}, CancelToken());
  ASSERT_TRUE(track);
  EXPECT_EQ(track->language, "fr");
  EXPECT_THAT(track->warnings, ElementsAre(HasSubstr("film.en.srt")));
}

TEST_F(SubtitleFiles, OfPicturesAreNoText) {
  put("film.mp4", "x");
  put("film.idx", "# VobSub index file");
  put("film.sub", "\x00\x00\x01\xBA"sv);
  EXPECT_TRUE(files_beside(folder_->path() / "film.mp4").subtitles.empty());
}

TEST_F(SubtitleFiles, LieBesideTheRichestScreenplay) {
  put("film.mp4", "x");
  put("film.txt", "INT. HALL - DAY\n\nBOB\nHello.\n");
  EXPECT_THAT(files_beside(folder_->path() / "film.mp4").screenplay, HasSubstr("film.txt"));
  put("film.fountain", "INT. HALL - DAY\n\nBOB\nHello.\n");
  EXPECT_THAT(files_beside(folder_->path() / "film.mp4").screenplay, HasSubstr("film.fountain"));
}

TEST_F(SubtitleFiles, ScreenplaysAreReadInEveryEncodingToo) {
  const auto latin = read_screenplay_file(put("a.txt", "INT. CAF\xC9 - DAY\n\nREN\xC9\nJe suis \xE0 la fen\xEAtre, tu sais, et je regarde passer les gens.\n"));
  ASSERT_TRUE(latin);
  EXPECT_EQ(latin->screenplay.elements[1].text, "REN\u00C9");
  EXPECT_EQ(screenplay_language(latin->screenplay), "fr");
  EXPECT_FALSE(read_screenplay_file(put("b.txt", "")));
}

}  // namespace
}  // namespace cineloom
