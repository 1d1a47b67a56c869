#include "fuse/fdx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "fuse/fountain.h"
#include "fuse/testing/screenplays.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using enum ElementKind;

std::string fdx(std::string_view content) {
  return R"(<?xml version="1.0" encoding="UTF-8"?><FinalDraft DocumentType="Script" Version="5"><Content>)" + std::string(content) + "</Content></FinalDraft>";
}

std::vector<std::pair<ElementKind, std::string>> parts(const Screenplay& screenplay) {
  std::vector<std::pair<ElementKind, std::string>> found;
  for (const auto& element : screenplay.elements) found.emplace_back(element.kind, element.text);
  return found;
}

TEST(Fdx, ReadsOnlyTheParagraphsOfTheContent) {
  const auto screenplay = parse_fdx(fdx(R"(
    <Paragraph Number="4A" Type="Scene Heading"><SceneProperties><SceneArcBeats><CharacterArcBeat Name="DJ"><Paragraph><Text>arc</Text></Paragraph>
      </CharacterArcBeat></SceneArcBeats></SceneProperties><Text>INT. </Text><Text Style="Bold">STUDIO</Text></Paragraph>
    <Paragraph Type="Character"><Text Style="AllCaps">Dj</Text><Text> (O.S.)</Text></Paragraph>
    <Paragraph Type="Parenthetical"><Text>(bored)</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text>Hey &amp; </Text><Text Style="Italic">ho</Text></Paragraph>
    <Paragraph Type="Action" Alignment="Center"><Text>THE END</Text></Paragraph>
    <Paragraph Type="Unheard of"><Text>Kept.</Text></Paragraph>)"));
  ASSERT_TRUE(screenplay);
  EXPECT_THAT(parts(*screenplay), ElementsAre(Pair(SceneHeading, "INT. STUDIO"), Pair(CharacterCue, "Dj"), Pair(Parenthetical, "bored"),
                                              Pair(Dialogue, "Hey & ho"), Pair(Centered, "THE END"), Pair(Action, "Kept.")));
  EXPECT_EQ(screenplay->elements[0].scene_number, "4A");
  EXPECT_EQ(screenplay->elements[1].extension, "O.S.");
}

TEST(Fdx, PointsToTheParagraphsOfTheFile) {
  const std::string text = fdx(R"(<Paragraph Type="Action"><Text>One</Text></Paragraph><Paragraph Type="Action"><Text>Two</Text></Paragraph>)");
  const auto screenplay = parse_fdx(text);
  ASSERT_TRUE(screenplay);
  const Span span = screenplay->elements[1].source;
  EXPECT_EQ(text.substr(span.begin, span.end - span.begin), R"(<Paragraph Type="Action"><Text>Two</Text></Paragraph>)");
}

TEST(Fdx, KeepsDualDialogueNotesSummariesAndPagesOverWritingAndReading) {
  const auto screenplay = parse_fountain(
      "Title: One\nCredit: Written by\nAuthor: Two\n\n# Act\n\n= What happens\n\nINT. A - DAY #12#\n\nBOB (V.O.)\n(low)\nHi <there>.\n  \nYou.\n\nEVE "
      "^\nHo.\n\n[[why?]]\n\n===\n\n"
      "He sings:\n\nBOB\n~La la\n\n> Fade out.\n\n> END <\n");
  ASSERT_TRUE(screenplay);
  const auto again = parse_fdx(write_fdx(*screenplay));
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(write_fountain(*again), write_fountain(*screenplay));
}

TEST(Fdx, ReadsEveryFileOfTheSuiteLikeItsTwinInFountain) {
  const auto files = fuse::screenplay_files(".fdx");
  if (files.empty()) GTEST_SKIP() << "../shared/data is not here";
  for (const auto& file : files) {
    const auto bytes = read_file(file);
    ASSERT_TRUE(bytes);
    const auto screenplay = parse_fdx(*bytes);
    ASSERT_TRUE(screenplay) << file;
    const bool is_finder = file.stem().string().ends_with("-FI");
    const auto twin = parse_fountain(*read_file(file.parent_path() / (is_finder ? "TestFDX-FI.fountain" : "TestFDX-FD.fountain")));
    EXPECT_EQ(parts(*screenplay), parts(*twin)) << file;
    const bool has_title = !screenplay->title_page.empty();
    EXPECT_TRUE(!has_title || screenplay->title_page[0].values == std::vector<std::string>{"FDX Test Script"}) << file;
  }
}

TEST(Fdx, TakesBigFishThroughFdxAndBack) {
  const auto text = read_file(fuse::screenplay_folder() / "Big Fish.fountain");
  if (!text) GTEST_SKIP() << "../shared/data is not here";
  const auto screenplay = parse_fountain(*text);
  const auto again = parse_fdx(write_fdx(*screenplay));
  ASSERT_TRUE(again);
  auto wanted = parts(*screenplay);
  std::erase_if(wanted, [](const auto& part) { return part.first == Boneyard; });
  EXPECT_TRUE(parts(*again) == wanted);
}

TEST(Fdx, ExpandsNoEntitiesAndOpensNoFiles) {
  std::string bomb = R"(<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY file SYSTEM "file:///etc/passwd">)";
  for (char name = 'b'; name < 'k'; ++name) {
    bomb += std::string("<!ENTITY ") + name + " \"";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(name - 1) + ";";
    bomb += "\">";
  }
  bomb += R"(]><FinalDraft><Content><Paragraph Type="Action"><Text>&j; &file;</Text></Paragraph></Content></FinalDraft>)";
  const auto screenplay = parse_fdx(bomb);
  ASSERT_TRUE(screenplay);
  EXPECT_EQ(screenplay->elements[0].text, "&j; &file;");
}

TEST(Fdx, RefusesElementsThatLieTooDeep) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<Paragraph>";
  const auto open = parse_fdx("<FinalDraft><Content>" + deep);
  ASSERT_FALSE(open);
  for (int i = 0; i < 10'000; ++i) deep += "</Paragraph>";
  const auto closed = parse_fdx(fdx(deep));
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().describe(), HasSubstr("deep"));
}

TEST(Fdx, SaysThatOtherFilesAreNoScreenplay) {
  for (const std::string& bytes : {std::string(), std::string("<html></html>"), std::string("plain"), std::string("<FinalDraft>"), fdx("")}) {
    const auto screenplay = parse_fdx(bytes);
    ASSERT_FALSE(screenplay) << bytes;
    EXPECT_EQ(screenplay.error().code(), ErrorCode::InvalidArgument);
  }
  EXPECT_FALSE(parse_fdx(std::string(33U << 20U, ' ')));
}

}  // namespace
}  // namespace cineloom
