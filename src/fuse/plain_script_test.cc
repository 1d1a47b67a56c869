#include "fuse/plain_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/files.h"
#include "fuse/fdx.h"
#include "fuse/fountain.h"
#include "fuse/internal/plain_layout.h"
#include "fuse/internal/words.h"
#include "fuse/read_screenplay.h"
#include "fuse/testing/screenplays.h"
#include "fuse/testing/wild_layout.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using enum ElementKind;

using Bag = std::map<std::string, int>;

/// F1 of two bags of things.
double agreement(const Bag& found, const Bag& wanted) {
  double common = 0;
  double all = 0;
  for (const auto& [key, count] : wanted) common += found.contains(key) ? std::min(count, found.at(key)) : 0;
  for (const auto& [key, count] : wanted) all += count;
  for (const auto& [key, count] : found) all += count;
  return all > 0 ? 2 * common / all : 1;
}

std::string difference(const Bag& found, const Bag& wanted) {
  std::string text;
  for (const auto& [key, count] : wanted) {
    const int there = found.contains(key) ? found.at(key) : 0;
    if (there < count) text += "\n  missing " + std::to_string(count - there) + " x " + key;
  }
  for (const auto& [key, count] : found) {
    const int there = wanted.contains(key) ? wanted.at(key) : 0;
    if (there < count) text += "\n  too many " + std::to_string(count - there) + " x " + key;
  }
  return text;
}

struct Bags {
  Bag headings;
  Bag names;
  Bag said;  ///< speaker and word
};

std::string words(const std::string& text) {
  std::string joined;
  for (const std::string& word : fuse::words_of(text)) joined += word + " ";
  return joined;
}

Bags bags_of(const Screenplay& screenplay) {
  Bags bags;
  std::string speaker;
  for (const auto& element : screenplay.elements) {
    if (element.kind == SceneHeading) ++bags.headings[words(element.text)];
    if (element.kind == CharacterCue) ++bags.names[speaker = words(element.text)];
    if (element.kind != Dialogue) continue;
    for (const std::string& word : fuse::words_of(element.text)) ++bags.said[speaker + ": " + word];
  }
  return bags;
}

/// `short_least` holds for names at column 0 with an empty line behind them: on three pages every slug looks like a name.
void comes_back(const std::filesystem::path& file, double usual_least, double short_least) {
  const auto text = read_file(file);
  if (!text) GTEST_SKIP() << file << " is not here";
  const auto wanted = parse_fountain(*text);
  ASSERT_TRUE(wanted);
  Bags truth = bags_of(*wanted);
  // A slug without INT. or EXT. cannot be told from other words in capitals.
  std::erase_if(truth.headings, [](const auto& entry) { return !entry.first.starts_with("int") && !entry.first.starts_with("ext"); });
  for (const fuse::WildStyle& style : fuse::wild_styles()) {
    const double least = style.speaker == 0 && style.has_blank_behind_names ? short_least : usual_least;
    const std::string wild = fuse::WildRenderer(*wanted, style).render();
    const auto reading = parse_plain_script(wild);
    ASSERT_TRUE(reading) << style.name;
    const Bags found = bags_of(reading->screenplay);
    EXPECT_GE(agreement(found.headings, truth.headings), least) << style.name << difference(found.headings, truth.headings);
    EXPECT_GE(agreement(found.names, truth.names), least) << style.name << difference(found.names, truth.names);
    EXPECT_GE(agreement(found.said, truth.said), least) << style.name;
    EXPECT_GT(reading->score, 0.8) << style.name;
  }
}

TEST(PlainScript, ReadsBigFishInEveryStyleOfTheWild) { comes_back(fuse::screenplay_folder() / "Big Fish.fountain", 0.98, 0.98); }
TEST(PlainScript, ReadsBrickAndSteelInEveryStyleOfTheWild) { comes_back(fuse::screenplay_folder() / "Brick_&_Steel.fountain", 0.98, 0.9); }
TEST(PlainScript, ReadsTheDemoFilmInEveryStyleOfTheWild) { comes_back(fuse::demo_screenplay(), 0.98, 0.98); }

TEST(PlainScript, CutsNumbersOffBothMargins) {
  EXPECT_EQ(fuse::wild_heading("12A  INT. HOUSE - NIGHT      12A").text, "INT. HOUSE - NIGHT");
  EXPECT_EQ(fuse::wild_heading("12A  INT. HOUSE - NIGHT      12A").number, "12A");
  EXPECT_EQ(fuse::wild_heading("INT. ROOM 12").text, "INT. ROOM 12");
  EXPECT_EQ(fuse::wild_heading("7. EXT. ROAD").number, "7");
  EXPECT_EQ(fuse::wild_heading("12 ANGRY MEN").text, "");
}

TEST(PlainScript, TakesSlugsThatEndInATimeForHeadings) {
  EXPECT_EQ(fuse::wild_heading("14  THE KITCHEN -- NIGHT").text, "THE KITCHEN -- NIGHT");
  EXPECT_EQ(fuse::wild_heading("SPACE - CONTINUOUS").text, "SPACE - CONTINUOUS");
  EXPECT_EQ(fuse::wild_heading("The kitchen - night").text, "");
  EXPECT_EQ(fuse::wild_heading("A PHONE RINGS - AGAIN").text, "");
}

TEST(PlainScript, ReadsTranscripts) {
  std::string text = "KITCHEN - NIGHT\n\n";
  for (int i = 0; i < 8; ++i) text += "MIRA: Where did the moon\ngo tonight?\n\nOLD TOBIN (V.O.): Into the reeds.\n[He sits down.]\n\n";
  const auto script = parse_plain_script(text);
  ASSERT_TRUE(script);
  const auto& elements = script->screenplay.elements;
  ASSERT_GE(elements.size(), 6U);
  EXPECT_EQ(elements[1].text, "MIRA");
  EXPECT_EQ(elements[2].text, "Where did the moon go tonight?");
  EXPECT_EQ(elements[3].text, "OLD TOBIN");
  EXPECT_EQ(elements[3].extension, "V.O.");
  EXPECT_EQ(elements[5].kind, Action);
}

TEST(PlainScript, KnowsCallsThatOnlyLookLikeNames) {
  for (const char* line : {"FADE TO BLACK.", "THE END", "CUT TO:", "LATER", "BOOM!", "INT. CAR", "A - B - C - D - E - F - G", "MONTAGE"}) {
    EXPECT_FALSE(fuse::may_name_speaker(line)) << line;
  }
  for (const char* line : {"MIRA", "OLD MAN #2 (V.O.)", "DR. BENNETT"}) EXPECT_TRUE(fuse::may_name_speaker(line)) << line;
}

TEST(PlainScript, SaysThatThereIsNoScreenplayHere) {
  for (const char* text :
       {"", "<html><body>Sorry, this script was removed. Back to <a href=x>index</a></body></html>", "Dear diary, today I saw a film.\n\nIt was good.\n"}) {
    const auto reading = read_screenplay(text);
    ASSERT_FALSE(reading) << text;
    EXPECT_THAT(reading.error().describe(), HasSubstr("no screenplay here"));
  }
  EXPECT_THAT(read_screenplay("%PDF-1.7 ...").error().next_step(), HasSubstr("pdftotext"));
}

TEST(PlainScript, TakesAMegabyteOfAnyShapeInLinearTime) {
  for (const std::string& piece :
       {std::string("BOB\n"), std::string("12.\n"), std::string("word "), std::string("<b"), std::string("<script>"), std::string("<!--"),
        std::string("(MORE)\nBOB\n"), std::string("(a\n"), std::string("&"), std::string("\t"), std::string("INT. A\n\n     BOB\n   Hi\n")}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    std::ignore = parse_plain_script(text);
  }
}

TEST(ReadScreenplay, TellsFormatsByTheirContent) {
  const auto text = read_file(fuse::demo_screenplay());
  ASSERT_TRUE(text);
  const auto screenplay = parse_fountain(*text);
  EXPECT_EQ(read_screenplay(*text)->format, ScreenplayFormat::Fountain);
  EXPECT_EQ(read_screenplay(write_fdx(*screenplay))->format, ScreenplayFormat::FinalDraft);
  for (const fuse::WildStyle& style : fuse::wild_styles()) {
    const auto reading = read_screenplay(fuse::WildRenderer(*screenplay, style).render());
    ASSERT_TRUE(reading) << style.name;
    EXPECT_GE(agreement(bags_of(reading->screenplay).said, bags_of(*screenplay).said), 0.98) << style.name;
  }
}

TEST(ReadScreenplay, TakesTheFountainSuitesForFountain) {
  for (const auto& file : fuse::screenplay_files(".fountain")) {
    const auto reading = read_screenplay(*read_file(file));
    const auto found = parse_fountain(*read_file(file));
    const Bags bags = bags_of(*found);
    if (bags.names.empty() && bags.headings.empty()) continue;
    ASSERT_TRUE(reading) << file;
    EXPECT_EQ(reading->format, ScreenplayFormat::Fountain) << file << bags.names.size() << difference(bags_of(reading->screenplay).names, bags.names);
  }
}

}  // namespace
}  // namespace cineloom
