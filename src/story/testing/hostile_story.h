#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "base/random.h"
#include "domain/story.h"

/// Stories whose names and words are what formats take for their own marks.
namespace cineloom::testing {

inline constexpr std::array<std::string_view, 60> kHostileWords{"plain words",
                                                                "\"quoted\"",
                                                                "it's",
                                                                "[[link]]",
                                                                "a->b",
                                                                "-> END",
                                                                "<- thread",
                                                                "<>glue",
                                                                "{hero}",
                                                                "{",
                                                                "}",
                                                                "|",
                                                                "#tag",
                                                                "# heading",
                                                                "// comment",
                                                                "/* block */",
                                                                "*/",
                                                                "*star",
                                                                "* item",
                                                                "+ plus",
                                                                "- minus",
                                                                "= stitch",
                                                                "=== knot ===",
                                                                "~ x = 1",
                                                                "\x54ODO: it",
                                                                "INCLUDE x.ink",
                                                                "VAR x = 1",
                                                                "LIST l = a",
                                                                "EXTERNAL f()",
                                                                "\\",
                                                                "\\n",
                                                                "<b>bold</b>",
                                                                "&amp;",
                                                                "&",
                                                                "]]>",
                                                                "<!-- x -->",
                                                                "$var",
                                                                "_temp",
                                                                "\"\"\"",
                                                                "''i''",
                                                                ":: Passage",
                                                                "::",
                                                                "-->",
                                                                "00:01.000 --> 00:02.000",
                                                                "NOTE x",
                                                                "WEBVTT",
                                                                "1. one",
                                                                "---",
                                                                "@NAME",
                                                                "> right <",
                                                                "!bang",
                                                                "(beat)",
                                                                "~lyric",
                                                                "%%{init: {}}%%",
                                                                "end",
                                                                "subgraph x",
                                                                "李雷“说”：",
                                                                "🦊👩‍👩‍👧",
                                                                "مرحبا",
                                                                "\u202Eback"};

inline std::string hostile_text(Random& random, bool may_break) {
  std::string text;
  const std::uint64_t words = random.below(5);
  for (std::uint64_t i = 0; i < words; ++i) {
    text += kHostileWords[random.below(kHostileWords.size())];
    constexpr std::array<std::string_view, 8> kBetween{" ", "", " ", "\n", "\t", "\r\n", "\x01", "\xFF\xFE"};
    text += kBetween[random.below(may_break ? kBetween.size() : 3)];
  }
  return text;
}

inline LocalText hostile_label(Random& random) { return {.english = hostile_text(random, true), .chinese = hostile_text(random, true)}; }

/// `nodes` nodes without loops that can all be reached and all lead to an ending; half of the ids are hostile too.
inline Story hostile_story(Seed seed, std::size_t nodes) {
  Random random(seed);
  Story story{.request = {.language = seed % 2 == 0 ? "en" : "zh", .seed = seed}, .title = hostile_label(random)};
  for (int i = 0; i < 3; ++i) story.bible.characters.push_back({.name = hostile_text(random, true), .role = hostile_text(random, true)});
  for (std::size_t i = 0; i < nodes; ++i) {
    StoryNode node{.id = random.below(2) == 0 ? fmt::format("n{}", i) : hostile_text(random, false) + fmt::format("{}", i)};
    node.title = hostile_label(random);
    node.beat = hostile_text(random, true);
    node.text = hostile_text(random, true) + "\n" + hostile_text(random, true);
    if (random.below(3) == 0) node.footage.push_back({.file = "takes/" + hostile_text(random, true) + ".webm", .begin = FilmTime(1000), .end = FilmTime(5000)});
    story.graph.nodes.push_back(std::move(node));
  }
  story.graph.start = story.graph.nodes[0].id;
  // Each node behind the first hangs on one before it; some have a second way in.
  const auto connect = [&](std::size_t from, std::size_t to) {
    auto& choices = story.graph.nodes[from].choices;
    choices.push_back({.id = fmt::format("c{}", choices.size()), .label = hostile_label(random), .to = story.graph.nodes[to].id});
  };
  for (std::size_t i = 1; i < nodes; ++i) {
    connect(random.below(i), i);
    if (i > 1 && random.below(3) == 0) connect(random.below(i), i);
  }
  for (StoryNode& node : story.graph.nodes) {
    if (node.choices.empty()) {
      node.ending = hostile_label(random);
    } else {
      node.default_choice = node.choices[random.below(node.choices.size())].id;
    }
  }
  return story;
}

}  // namespace cineloom::testing
