#include "pipeline/library_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/files.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;

const std::string kFork = R"({"start": "a", "nodes": [
  {"id": "a", "title": {"en": "A", "zh": "甲"}, "footage": [{"file": "film.mp4", "begin_ms": 0, "end_ms": 900}], "question": {"en": "Where?", "zh": "去哪？"},
   "choices": [{"id": "left", "label": {"en": "Left", "zh": "左"}, "to": "b"}], "default": "left", "ending": null},
  {"id": "b", "title": {"en": "B", "zh": "乙"}, "footage": [], "question": null, "choices": [], "ending": {"en": "End", "zh": "终"}}]})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Branches, AreReadAsTheyAreWritten) {
  const auto graph = parse_branches(kFork);
  ASSERT_TRUE(graph) << graph.error().describe();
  ASSERT_EQ(graph->nodes.size(), 2U);
  EXPECT_EQ(graph->start, "a");
  EXPECT_EQ(graph->nodes[0].default_choice, "left");
  EXPECT_EQ(graph->nodes[0].choices[0].to, "b");
  EXPECT_EQ(graph->nodes[1].ending->chinese, "终");
}

TEST(Branches, ThatLeadNowhereAreRefusedWithTheirPlace) {
  const std::vector<std::pair<std::string, const char*>> wrong = {
      {"{}", "start and nodes"},
      {R"({"start": "a", "nodes": []})", "the start 'a' is no node"},
      {replaced(kFork, R"("id": "b")", R"("id": "a")"), "two nodes have the id 'a'"},
      {replaced(kFork, R"("to": "b")", R"("to": "c")"), "choice 'left' of 'a' leads to 'c'"},
      {replaced(kFork, R"("default": "left")", R"("default": "right")"), "the default 'right' of 'a'"},
      {replaced(kFork, "film.mp4", "../film.mp4"), "footage of 'a'"},
      {replaced(kFork, R"("end_ms": 900)", R"("end_ms": 0)"), "footage of 'a'"},
  };
  for (const auto& [text, words] : wrong) {
    const auto graph = parse_branches(text);
    ASSERT_FALSE(graph) << text;
    EXPECT_EQ(graph.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(graph.error().message(), HasSubstr(words));
  }
}

TEST(Branches, OfAFileAreToldOfWithItsName) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  ASSERT_TRUE(write_file(folder.path() / "film.branches.json", "[]"));
  const auto graph = read_branches(folder.path() / "film.branches.json");
  ASSERT_FALSE(graph);
  EXPECT_THAT(graph.error().describe(), HasSubstr("film.branches.json"));
}

}  // namespace
}  // namespace cineloom
