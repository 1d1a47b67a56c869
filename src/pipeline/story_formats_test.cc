#include "pipeline/story_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "base/utf8.h"
#include "fuse/fdx.h"
#include "fuse/fountain.h"
#include "pipeline/story_import.h"
#include "story/checker.h"
#include "story/exports/exports.h"
#include "story/story_engine.h"
#include "story/testing/hostile_story.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

constexpr std::size_t kHostile = 12;

Story ordinary(Seed seed, const std::string& language) {
  static const auto library = SchemaLibrary::load(fs::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  Progress progress;
  auto story = write_story({.arc = ArcShape::Icarus, .language = language, .seed = seed}, *library, progress, {});
  EXPECT_TRUE(story) << story.error().describe();
  return *std::move(story);
}

/// Ordinary and hostile ones, some with footage.
const std::map<std::string, Story>& stories() {
  static const std::map<std::string, Story> all = [] {
    std::map<std::string, Story> made{{"english", ordinary(3, "en")}, {"chinese", ordinary(4, "zh")}};
    for (std::size_t i = 0; i < kHostile; ++i) made.emplace("hostile" + std::to_string(i), testing::hostile_story(i, 2 + i));
    return made;
  }();
  return all;
}

std::string output_of(const std::string& command, int* status = nullptr) {
  std::string output;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[4096];
  for (std::size_t read = 0; (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, read);
  const int ended = ::pclose(pipe);
  if (status != nullptr) *status = ended;
  return output;
}

bool is_installed(const std::string& program) {
  int status = 0;
  std::ignore = output_of("command -v " + program, &status);  // where it lies does not matter
  return status == 0;
}

std::size_t choices_of(const Story& story) {
  std::size_t choices = 0;
  for (const StoryNode& node : story.graph.nodes) choices += node.choices.size();
  return choices;
}

std::size_t count_of(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++count;
  return count;
}

/// No word of a story looks like it in a subtitle file, whatever it was.
std::size_t cues_of(const Story& story) { return count_of(" --> ", *export_story(story, "vtt")); }

/// Writes all stories in a format; gives the files by the stories' names.
std::map<std::string, fs::path> write_all(const fs::path& folder, std::string_view format) {
  std::map<std::string, fs::path> files;
  for (const auto& [name, story] : stories()) {
    const auto text = export_story(story, format);
    if (!text) continue;  // cut lists of stories without footage
    const fs::path file = folder / (name + std::string(find_story_format(format)->ending));
    EXPECT_TRUE(write_file(file, *text));
    files.emplace(name, file);
  }
  return files;
}

void expect_same(const Screenplay& read, const Screenplay& written, const std::string& name) {
  for (std::size_t i = 0; i < std::min(read.elements.size(), written.elements.size()); ++i) {
    ASSERT_EQ(read.elements[i].text, written.elements[i].text) << name << " " << i;
    ASSERT_EQ(read.elements[i].kind, written.elements[i].kind) << name << " " << written.elements[i].text;
  }
  EXPECT_EQ(read.elements.size(), written.elements.size()) << name;
}

TEST(StoryFormats, AreWrittenForEveryStoryAsValidTextAndAlwaysTheSame) {
  for (const auto& [name, story] : stories()) {
    for (const StoryFormat& format : story_formats()) {
      const auto text = export_story(story, format.name);
      if (!text) {
        EXPECT_THAT(text.error().describe(), HasSubstr("footage")) << name << " " << format.name;
        continue;
      }
      EXPECT_EQ(*text, *export_story(story, format.name)) << name << " " << format.name;
      if (format.is_binary) continue;
      EXPECT_TRUE(is_valid_utf8(*text)) << name << " " << format.name;
      EXPECT_FALSE(text->contains('\x01')) << name << " " << format.name;
    }
  }
}

TEST(StoryFormats, RefuseWhatTheyCannotWrite) {
  EXPECT_EQ(export_story(ordinary(1, "en"), "pdf").error().code(), ErrorCode::InvalidArgument);
  Story broken = ordinary(1, "en");
  broken.graph.nodes[0].choices[0].to = "nowhere";
  for (const StoryFormat& format : story_formats()) EXPECT_EQ(export_story(broken, format.name).error().code(), ErrorCode::InvalidArgument) << format.name;
  EXPECT_FALSE(export_story(ordinary(1, "en"), "srt", {"no such choice"}));
  EXPECT_FALSE(export_story(ordinary(1, "en"), "ink", {"a"}));
}

TEST(StoryFormats, TellTheWayThatWasChosen) {
  const Story story = ordinary(3, "en");
  const auto& choices = story.graph.nodes[0].choices;
  ASSERT_GE(choices.size(), 2U);
  EXPECT_NE(*export_story(story, "srt", {choices[0].id}), *export_story(story, "srt", {choices[1].id}));
  EXPECT_EQ(*export_story(story, "srt", {story.graph.nodes[0].default_choice}), *export_story(story, "srt"));
}

TEST(StoryFormats, FountainIsReadBackElementByElement) {
  for (const auto& [name, story] : stories()) {
    const auto parsed = parse_fountain(*export_story(story, "fountain"));
    ASSERT_TRUE(parsed) << name;
    expect_same(*parsed, screenplay_of(story), name);
  }
}

TEST(StoryFormats, FinalDraftIsReadBackElementByElement) {
  for (const auto& [name, story] : stories()) {
    const auto parsed = parse_fdx(*export_story(story, "fdx"));
    ASSERT_TRUE(parsed) << name;
    expect_same(*parsed, screenplay_of(story), name);
  }
}

TEST(StoryFormats, FinalDraftIsWellFormedForXmllint) {
  if (!is_installed("xmllint")) GTEST_SKIP() << "xmllint (libxml2-utils) is not installed";
  const auto folder = TemporaryFolder::create();
  for (const auto& [name, file] : write_all(folder->path(), "fdx")) EXPECT_EQ(output_of("xmllint --noout --nonet '" + file.string() + "'"), "") << name;
}

TEST(StoryFormats, GraphvizDrawsEachNodeAndChoice) {
  if (!is_installed("dot")) GTEST_SKIP() << "dot (graphviz) is not installed";
  const auto folder = TemporaryFolder::create();
  for (const auto& [name, file] : write_all(folder->path(), "dot")) {
    const std::string plain = "\n" + output_of("dot -Tplain '" + file.string() + "'");
    EXPECT_EQ(count_of("\nnode n", plain), stories().at(name).graph.nodes.size()) << name << plain.substr(0, 300);
    EXPECT_EQ(count_of("\nedge n", plain), choices_of(stories().at(name))) << name;
  }
}

TEST(StoryFormats, EpubsHaveNoFaultForEpubcheck) {
  if (!is_installed("epubcheck")) GTEST_SKIP() << "epubcheck is not installed";
  const auto folder = TemporaryFolder::create();
  const auto files = write_all(folder->path(), "epub");
  int status = 0;
  const std::string said = output_of("java -jar \"$(command -v epubcheck)\" --failonwarnings '" + files.at("hostile11").string() + "'", &status);
  EXPECT_EQ(status, 0) << said;
}

TEST(StoryFormats, SubRipIsReadByFfprobeCueByCue) {
  if (!is_installed("ffprobe")) GTEST_SKIP() << "ffprobe (ffmpeg) is not installed";
  const auto folder = TemporaryFolder::create();
  for (const auto& [name, file] : write_all(folder->path(), "srt")) {
    const std::size_t cues = cues_of(stories().at(name));
    if (cues == 0) continue;  // nothing is told on this way
    EXPECT_EQ(output_of("ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 '" + file.string() + "'"),
              std::to_string(cues) + "\n")
        << name;
  }
}

TEST(StoryFormats, OtherProgramsReadWhatIsWritten) {
  const fs::path web = fs::path(CINELOOM_SOURCE_DIR) / "web";
  if (!fs::exists(web / "node_modules" / "extwee") || !is_installed("node")) GTEST_SKIP() << "the web packages are not installed: ./dev test fetches them";
  const auto folder = TemporaryFolder::create();
  std::size_t files = 0;
  for (const char* format : {"ink", "twee", "fountain", "vtt", "mermaid", "jsonld"}) files += write_all(folder->path(), format).size();
  for (const auto& [name, story] : stories()) {
    const boost::json::object expected{{"nodes", story.graph.nodes.size()},
                                       {"endings", std::ranges::count_if(story.graph.nodes, [](const StoryNode& node) { return node.choices.empty(); })},
                                       {"choices", choices_of(story)},
                                       {"cues", cues_of(story)}};
    ASSERT_TRUE(write_file(folder->path() / (name + ".expected"), boost::json::serialize(expected)));
  }
  const std::string said = output_of("node '" + (web / "tests" / "story_exports.mjs").string() + "' '" + folder->path().string() + "'");
  EXPECT_EQ(count_of("\"problems\":[]", said), files) << said;
}

TEST(StoryImport, GivesBackWhatWasExported) {
  for (const char* language : {"en", "zh"}) {
    const Story story = ordinary(5, language);
    const auto again = import_story(*export_story(story, "json"));
    ASSERT_TRUE(again) << again.error().describe();
    for (const char* format : {"ink", "twee", "markdown", "fountain"}) EXPECT_EQ(*export_story(*again, format), *export_story(story, format));
    EXPECT_EQ(check_story(*again).size(), check_story(story).size());
  }
}

TEST(StoryImport, RefusesWhatIsNoSoundStory) {
  const auto refusal = [](const std::function<void(Story&)>& spoil) {
    Story story = ordinary(5, "en");
    spoil(story);
    const auto read = import_story(*export_story(story, "json"));
    return read ? std::string("accepted") : read.error().describe();
  };
  EXPECT_THAT(refusal([](Story& s) { s.graph.nodes[0].default_choice = "none"; }), HasSubstr("no_default"));
  EXPECT_THAT(refusal([](Story& s) { s.request.language = "fr"; }), HasSubstr("language"));
  EXPECT_THAT(refusal([](Story& s) { s.graph.nodes[1].valence = 7; }), HasSubstr("range"));
  EXPECT_THAT(refusal([](Story& s) { s.graph.nodes[1].footage.push_back({.file = "../etc", .end = FilmTime(5)}); }), HasSubstr("footage"));
  EXPECT_THAT(refusal([](Story& s) { s.graph.nodes[1].footage.push_back({.file = "a.webm", .end = FilmTime::max()}); }), HasSubstr("footage"));
  EXPECT_THAT(refusal([](Story& s) { s.graph.nodes[1].footage.assign(25, {.file = "a.webm", .end = std::chrono::hours(1)}); }), HasSubstr("longer than a day"));
  EXPECT_THAT(refusal([](Story& s) { s.title = {}; }), HasSubstr("title"));
  EXPECT_FALSE(import_story("[]"));
  EXPECT_FALSE(import_story("{"));
  EXPECT_THAT(import_story(R"({"title":{"english":"x","chinese":"x","french":"x"}})").error().describe(), HasSubstr("title.french"));
}

}  // namespace
}  // namespace cineloom
