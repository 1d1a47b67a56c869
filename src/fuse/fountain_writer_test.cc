#include <gtest/gtest.h>

#include <array>

#include "base/files.h"
#include "base/random.h"
#include "fuse/fountain.h"
#include "fuse/internal/fountain_parser.h"
#include "fuse/testing/screenplays.h"

namespace cineloom {
namespace {

using enum ElementKind;

/// What an element says, without where it stood.
std::string said(const Screenplay& screenplay) {
  std::string all;
  for (const TitlePageEntry& entry : screenplay.title_page) {
    all += entry.key + ":";
    for (const std::string& value : entry.values) all += value + "|";
  }
  for (const ScreenplayElement& element : screenplay.elements) {
    all += "\n" + std::to_string(static_cast<int>(element.kind)) + "<" + element.text + ">" + element.extension + "#" + element.scene_number + "#" +
           std::to_string(element.depth) + (element.is_dual ? "^" : "");
  }
  return all;
}

Screenplay parse(std::string_view text) { return fuse::parse_fountain_text(text, fuse::TitlePage::MayStandFirst).screenplay; }

template <std::size_t N>
std::string_view any_of(Random& random, const std::array<std::string_view, N>& choices) {
  return choices[random.below(N)];
}

/// Pieces that look like something else, so that their marks matter.
constexpr std::array<std::string_view, 46> kPieces = {"INT. HOUSE - DAY",
                                                      "ext. quay",
                                                      ".VOID",
                                                      "... wait",
                                                      ". NO",
                                                      "BOB",
                                                      "@McAvoy",
                                                      "BOB (V.O.) ^",
                                                      "(softly)",
                                                      "Hello.",
                                                      "CUT TO:",
                                                      "CUT TO: ",
                                                      "> FADE",
                                                      "> END <",
                                                      "~la",
                                                      "# Act",
                                                      "## Part",
                                                      "= so",
                                                      "===",
                                                      "==",
                                                      "[[note]]",
                                                      "[[two\nlines]]",
                                                      "/* cut */",
                                                      "/*",
                                                      "*/",
                                                      "[[",
                                                      "]]",
                                                      "!BANG",
                                                      "!",
                                                      "@",
                                                      ">",
                                                      "23",
                                                      "Title: x",
                                                      "FADE IN:",
                                                      "  ",
                                                      "\t",
                                                      "    indented",
                                                      "#1#",
                                                      " #12A#",
                                                      "^",
                                                      "(",
                                                      "é",
                                                      "ÉVA",
                                                      "月亮",
                                                      "He says: no",
                                                      "x [[in]] y"};
constexpr std::array<std::string_view, 8> kEnds = {"\n", "\n", "\n\n", "\n\n", "\r\n", "\r", "\n\n\n", ""};

std::string random_fountain(Random& random) {
  std::string text = random.below(8) == 0 ? "\xEF\xBB\xBF" : "";
  for (std::size_t i = random.below(14); i-- > 0;) text.append(any_of(random, kPieces)).append(any_of(random, kEnds));
  return text;
}

TEST(FountainWriter, GivesAnyUnchangedTextBackByteByByte) {
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_fountain(random);
    ASSERT_EQ(write_fountain(parse(text), text), text);
  }
}

TEST(FountainWriter, GivesEveryFileOfTheSuitesBackByteByByte) {
  auto files = fuse::screenplay_files(".fountain");
  files.push_back(fuse::demo_screenplay());
  for (const auto& file : files) {
    const auto text = read_file(file);
    ASSERT_TRUE(text);
    EXPECT_TRUE(write_fountain(parse(*text), *text) == *text) << file;
  }
  if (files.size() == 1) GTEST_SKIP() << "../shared/data is not here";
}

/// Texts that need their mark in one place or another.
constexpr std::array<std::string_view, 15> kTexts = {"He waits.", "INT. HOUSE", "BOB",     "BOB\nwaits.", "CUT TO:",  ".38 special", "!so",      "# 5 men",
                                                     "~wave~",    "@home",      "> there", "= equal",     "Title: x", "  far in",    "A\n#b\n~c"};
constexpr std::array<std::string_view, 6> kNames = {"BOB", "McAvoy", "23", "OLD MAN", "@ME", "月"};
constexpr std::array<std::string_view, 6> kSpeech = {"Hello.", "INT. NO", "BOB", "One\n\nTwo", "!", "# x"};

void add_speech(Random& random, std::vector<ScreenplayElement>& elements) {
  ScreenplayElement name{.kind = CharacterCue, .text = std::string(any_of(random, kNames)), .is_dual = random.below(4) == 0};
  if (random.below(3) == 0) name.extension = "V.O.";
  elements.push_back(std::move(name));
  if (random.below(3) == 0) elements.push_back({.kind = Parenthetical, .text = "softly"});
  if (random.below(4) == 0) elements.push_back({.kind = Note, .text = "who?"});
  if (random.below(5) > 0) elements.push_back({.kind = Dialogue, .text = std::string(any_of(random, kSpeech))});
  if (random.below(4) == 0) elements.push_back({.kind = Lyrics, .text = "la la"});
}

void add_block(Random& random, std::vector<ScreenplayElement>& elements) {
  const std::string text(any_of(random, kTexts));
  switch (random.below(10)) {
    case 0:
      elements.push_back({.kind = SceneHeading, .text = random.below(2) == 0 ? "INT. A - DAY" : "ROOM", .scene_number = random.below(2) == 0 ? "1A" : ""});
      break;
    case 1: elements.push_back({.kind = Transition, .text = random.below(2) == 0 ? "CUT TO:" : "Fade out."}); break;
    case 2: elements.push_back({.kind = Section, .text = "Part", .depth = 1 + static_cast<int>(random.below(3))}); break;
    case 3: elements.push_back({.kind = Boneyard, .text = "INT. GONE\n\nBOB\n"}); break;
    case 4: elements.push_back({.kind = PageBreak}); break;
    case 5: elements.push_back({.kind = Centered, .text = "THE END"}); break;
    case 6:
    case 7: add_speech(random, elements); break;
    default: elements.push_back({.kind = Action, .text = text}); break;
  }
}

Screenplay random_screenplay(Random& random) {
  Screenplay screenplay;
  if (random.below(3) == 0) screenplay.title_page = {{.key = "Title", .values = {"One"}}, {.key = "Contact", .values = {"a", "b"}}};
  for (std::size_t i = 1 + random.below(9); i-- > 0;) add_block(random, screenplay.elements);
  return screenplay;
}

TEST(FountainWriter, WritesElementsSoThatTheyAreReadBackTheSame) {
  Random random(6);
  for (int i = 0; i < 20'000; ++i) {
    const Screenplay screenplay = random_screenplay(random);
    const std::string text = write_fountain(screenplay);
    ASSERT_EQ(said(parse(text)), said(screenplay)) << text;
  }
}

/// Changes some elements: another text, a new block before, or the block away.
Screenplay edited(Random& random, const Screenplay& from) {
  Screenplay screenplay{.title_page = from.title_page, .elements = {}};
  if (random.below(5) == 0) screenplay.title_page.push_back({.key = "Draft date", .values = {"today"}});
  bool drops_speech = false;
  for (const ScreenplayElement& element : from.elements) {
    const bool is_said = element.kind == Dialogue || element.kind == Parenthetical || element.kind == Lyrics || element.kind == Note;
    const bool starts_block = !is_said;
    if (starts_block && random.below(6) == 0) add_block(random, screenplay.elements);
    drops_speech = is_said ? drops_speech : random.below(6) == 0;
    if (drops_speech) continue;
    screenplay.elements.push_back(element);
    if (element.kind == Action && random.below(4) == 0) screenplay.elements.back().text = any_of(random, kTexts);
    if (element.kind == CharacterCue && random.below(4) == 0) screenplay.elements.back().text = any_of(random, kNames);
    if (element.kind == Dialogue && random.below(4) == 0) screenplay.elements.back().text = any_of(random, kSpeech);
  }
  return screenplay;
}

TEST(FountainWriter, WritesChangesIntoTheOriginalSoThatAllIsReadBack) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string original = write_fountain(random_screenplay(random));
    const Screenplay changed = edited(random, parse(original));
    const std::string text = write_fountain(changed, original);
    ASSERT_EQ(said(parse(text)), said(changed)) << original << "----\n" << text;
  }
}

TEST(FountainWriter, LeavesTheLayoutOfWhatWasNotTouched) {
  const std::string original = "Title:  Odd\n\n\n\tCUT TO:\n\n\n  int. hall\nHe waits.\n\n\t\tBOB  (V.O.)\n\tHi. [[keep]]\n\nThe end.\n\n\n";
  Screenplay screenplay = parse(original);
  ASSERT_EQ(screenplay.elements.back().text, "The end.");
  screenplay.elements.back().text = "INT. END";
  EXPECT_EQ(write_fountain(screenplay, original), "Title:  Odd\n\n\n\tCUT TO:\n\n\n  int. hall\nHe waits.\n\n\t\tBOB  (V.O.)\n\tHi. [[keep]]\n\n!INT. END\n");
}

TEST(FountainWriter, WritesAMegabyteOfNotesInLinearTime) {
  std::string text;
  while (text.size() < 1'000'000) text += "[[x]]\n\n";
  Screenplay screenplay = parse(text);
  EXPECT_TRUE(write_fountain(screenplay, text) == text);
  EXPECT_EQ(said(parse(write_fountain(screenplay))), said(screenplay));
}

TEST(FountainWriter, WritesFiveMegabytesInLinearTime) {
  std::string text;
  while (text.size() < 5'000'000) text += "INT. HALL - DAY\n\nHe waits.\n\nBOB\n(low)\nHi [[x]].\n\n";
  Screenplay screenplay = parse(text);
  EXPECT_TRUE(write_fountain(screenplay, text) == text);
  for (ScreenplayElement& element : screenplay.elements) element.source = {};
  EXPECT_GT(write_fountain(screenplay, text).size(), 4'000'000U);
}

}  // namespace
}  // namespace cineloom
