#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/story_files.h"
#include "pipeline/story_bible.h"

namespace cineloom::cli {
namespace {

struct BibleOptions {
  std::string film;
  std::string premise;
  std::string screenplay;
  std::int64_t story = 0;
  std::string output;
};

Expected<Bible> bible_of(const Session& session, const BibleOptions& options) {
  if (!options.premise.empty()) return bible_of_premise(options.premise);
  if (!options.screenplay.empty()) return bible_of_screenplay(options.screenplay, session.resources, session.cancel);
  if (options.film.empty() && options.story == 0) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "a bible of what?").advise("name one with --film, --premise, --screenplay or --story"));
  }
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  if (options.story != 0) {
    CINELOOM_TRY_ASSIGN(Story story, cinema->story(StoryId(options.story)));
    return std::move(story.bible);
  }
  CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
  return cinema->story_bible(film.id);
}

Expected<void> write_bible(Session& session, const BibleOptions& options) {
  CINELOOM_TRY_ASSIGN(const Bible bible, bible_of(session, options));
  const std::string text = json::pretty(json::to_value(bible)) + "\n";
  if (options.output.empty()) {
    print(text);
    return {};
  }
  CINELOOM_TRY(write_file(options.output, text));
  print(session.format == Format::Json
            ? fmt::format("{{\"output\":{}}}\n", json_string(options.output))
            : fmt::format("written to {}; change it and tell a story of it with: cineloom story new --bible {}\n", options.output, options.output));
  return {};
}

struct FactsOptions {
  std::int64_t story = 0;
  std::string node;
};

/// "n3, n4 and 7 more".
std::string nodes_of(const FactSpan& span) {
  constexpr std::size_t kShown = 4;
  const auto shown = std::min(span.nodes.size(), kShown);
  const std::string first = fmt::format("{}", fmt::join(span.nodes.begin(), span.nodes.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return span.nodes.size() > shown ? fmt::format("{} and {} more", first, span.nodes.size() - shown) : first;
}

std::string named(const std::string& role, const Bible& bible) {
  const auto found = std::ranges::find(bible.characters, role, &BibleCharacter::role);
  return found == bible.characters.end() ? role : found->name;
}

std::string line_of(const FactSpan& span, const Bible& bible) {
  const std::string object = span.fact.object.empty() ? "" : ", " + named(span.fact.object, bible);
  std::string unaware;
  for (const BibleCharacter& character : bible.characters) {
    const bool knows = std::ranges::find(span.known_by, character.role) != span.known_by.end();
    if (!character.role.empty() && !knows) unaware += (unaware.empty() ? "" : ", ") + character.name;
  }
  return fmt::format("{:<36} {:<24} {}{}\n", fmt::format("{}({}{})", span.fact.predicate, named(span.fact.subject, bible), object),
                     span.since.empty() ? "from the beginning" : fmt::format("{} in {}", span.schema, span.since),
                     span.nodes.empty() ? faint("over in the same node") : nodes_of(span), unaware.empty() ? "" : faint("; unknown to " + unaware));
}

Expected<void> show_facts(Session& session, const FactsOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Story story, cinema->story(StoryId(options.story)));
  CINELOOM_TRY_ASSIGN(std::vector<FactSpan> facts, cinema->story_facts(story.id));
  if (!options.node.empty()) {
    if (std::ranges::find(story.graph.nodes, options.node, &StoryNode::id) == story.graph.nodes.end())
      return fail(ErrorCode::NotFound, fmt::format("the story has no node '{}'", options.node));
    std::erase_if(facts, [&](const FactSpan& span) { return std::ranges::find(span.nodes, options.node) == span.nodes.end(); });
  }
  if (session.format == Format::Json) {
    print(json::write(facts) + "\n");
    return {};
  }
  print(bold(fmt::format("{:<36} {:<24} {}", "so is", "since", "at the end of")) + "\n");
  for (const FactSpan& span : facts) print(line_of(span, story.bible));
  return {};
}

}  // namespace

void add_story_bible_commands(Commands& commands) {
  CLI::App* story = commands.group("story", "");
  commands.add<BibleOptions>(
      "bible", "people, places, things and facts for a story, as a file to change",
      [](CLI::App& command, BibleOptions& options) {
        command.add_option("--film", options.film, "of an analysed film");
        command.add_option("--premise", options.premise, "of a sentence or more: who does what to whom");
        command.add_option("--screenplay", options.screenplay, "of a screenplay: Fountain, FDX or text");
        command.add_option("--story", options.story, "of a story, by its number");
        command.add_option("-o,--output", options.output, "file; stdout without it");
      },
      write_bible, story);
  commands.add<FactsOptions>(
      "facts", "what is so in a story, since when, on which branches, and who does not know",
      [](CLI::App& command, FactsOptions& options) {
        command.add_option("story", options.story, "its number")->required();
        command.add_option("--node", options.node, "only what is so at the end of this node");
      },
      show_facts, story);
}

}  // namespace cineloom::cli
