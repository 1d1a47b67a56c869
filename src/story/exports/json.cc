#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "base/json.h"
#include "base/markup.h"
#include "base/utf8.h"
#include "domain/json.h"
#include "story/exports/exports.h"
#include "story/internal/export_text.h"

namespace cineloom {
namespace {

namespace js = boost::json;

/// schema.org's words, and ours for what it has none for.
js::object context() {
  return {{"@version", 1.1},
          {"@vocab", "https://schema.org/"},
          {"cineloom", "urn:cineloom:story#"},
          {"beat", "cineloom:beat"},
          {"valence", "cineloom:valence"},
          {"tension", "cineloom:tension"},
          {"ending", "cineloom:ending"},
          {"start", js::object{{"@id", "cineloom:start"}, {"@type", "@id"}}},
          {"default", js::object{{"@id", "cineloom:default"}, {"@type", "@id"}}},
          {"leadsTo", js::object{{"@id", "cineloom:leadsTo"}, {"@type", "@id"}}},
          {"choices", js::object{{"@id", "cineloom:choice"}, {"@container", "@list"}}}};
}

js::array choices_of(const Story& story, const StoryNode& node, const std::string& self, const auto& address) {
  js::array choices;
  for (std::size_t i = 0; i < node.choices.size(); ++i) {
    choices.push_back(js::object{{"@type", "ChooseAction"},
                                 {"@id", fmt::format("{}.{}", self, i)},
                                 {"name", story::label_of(story, node.choices[i])},
                                 {"leadsTo", address(node.choices[i].to)}});
  }
  return choices;
}

js::object node_of(const Story& story, const StoryNode& node, const auto& address) {
  const std::string self = address(node.id);
  js::object object{{"@type", "Chapter"},
                    {"@id", self},
                    {"name", story::heading_of(story, node)},
                    {"text", printable(node.text)},
                    {"beat", one_line(node.beat)},
                    {"valence", node.valence},
                    {"tension", node.tension},
                    {"choices", choices_of(story, node, self, address)}};
  const auto usual = std::ranges::find(node.choices, node.default_choice, &StoryChoice::id);
  if (usual != node.choices.end()) object["default"] = fmt::format("{}.{}", self, usual - node.choices.begin());
  if (node.ending) object["ending"] = story::told(story, *node.ending);
  return object;
}

}  // namespace

std::string write_json_ld(const Story& story) {
  const story::NodeNames names(story.graph);
  std::string uuid = story::uuid_of(story);
  std::ranges::transform(uuid, uuid.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  const std::string self = "urn:uuid:" + uuid;
  const auto address = [&](const std::string& id) { return self + "#" + names[id]; };
  js::array nodes;
  for (const StoryNode& node : story.graph.nodes) nodes.push_back(node_of(story, node, address));
  js::array characters;
  for (const BibleCharacter& character : story.bible.characters)
    characters.push_back(js::object{{"@type", "Person"}, {"name", one_line(character.name)}, {"roleName", one_line(character.role)}});
  return json::pretty(js::object{{"@context", context()},
                                 {"@type", "CreativeWork"},
                                 {"@id", self},
                                 {"name", story::title_of(story)},
                                 {"inLanguage", story.request.language == "zh" ? "zh" : "en"},
                                 {"start", address(story.graph.start)},
                                 {"character", std::move(characters)},
                                 {"hasPart", std::move(nodes)}});
}

std::string write_story_json(const Story& story) { return to_valid_utf8(json::pretty(json::to_value(story))); }

}  // namespace cineloom
