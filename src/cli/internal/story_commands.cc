#include <fmt/format.h>

#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/show.h"
#include "cli/terminal_plot.h"
#include "domain/json.h"

namespace cineloom::cli {
namespace {

struct NewStoryOptions {
  StoryRequest request{.language = "en"};
  std::string arc = "man_in_a_hole";
  std::string film;
};

Expected<void> print_story(const Session& session, const Story& story) {
  print(session.format == Format::Json ? to_json(story) + "\n" : show_story(story));
  if (session.format == Format::Text) print(faint(fmt::format("play it with: cineloom story play {}\n", story.id.number())));
  return {};
}

Expected<void> new_story(Session& session, const NewStoryOptions& options) {
  StoryRequest request = options.request;
  const auto arc = json::enum_from_name<ArcShape>(options.arc);
  if (!arc) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no arc", options.arc))
                               .advise("use rags_to_riches, tragedy, man_in_a_hole, icarus, cinderella or oedipus"));
  }
  request.arc = *arc;
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  if (!options.film.empty()) {
    CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
    request.source = film.id;
  }
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const Story story, cinema->write_story(request, progress, session.cancel));
  return print_story(session, story);
}

struct StoryOptions {
  std::int64_t story = 0;
  std::string format = "ink";
  std::string output;
};

Expected<void> check(Session& session, const StoryOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const auto findings, cinema->check_story(StoryId(options.story)));
  if (session.format == Format::Json) {
    print(json::write(findings) + "\n");
  } else {
    for (const StoryFinding& finding : findings) print(fmt::format("{} at {}: {}\n", finding.kind, finding.node, finding.what));
    if (findings.empty()) print("sound: every node can be reached and leads to an ending, nothing contradicts\n");
  }
  if (!findings.empty()) return fail(ErrorCode::InvalidArgument, fmt::format("the story has {} faults", findings.size()));
  return {};
}

const StoryNode* find_node(const StoryGraph& graph, const std::string& id) {
  const auto found = std::ranges::find(graph.nodes, id, &StoryNode::id);
  return found == graph.nodes.end() ? nullptr : &*found;
}

const std::string& in_language(const LocalText& text, bool is_chinese) { return is_chinese ? text.chinese : text.english; }

/// What happens at a node, with its choices where there is something to choose.
void print_node(const Session& session, const StoryNode& node, bool is_chinese) {
  if (session.format == Format::Json) {
    print(json::write(node) + "\n");  // a line for each node that is reached
    return;
  }
  print(wrap(node.text, 88) + "\n");
  if (node.ending) print(fmt::format("— {} —\n", in_language(*node.ending, is_chinese)));
  if (node.choices.size() < 2) return;
  for (std::size_t i = 0; i < node.choices.size(); ++i) {
    print(fmt::format("  {}  {}\n", bold(std::to_string(i + 1)), in_language(node.choices[i].label, is_chinese)));
  }
}

/// A line from stdin without its end; nothing at the end of input. Errors: Cancelled, also while nobody types.
Expected<std::optional<std::string>> read_line(const CancelToken& cancel) {
  constexpr int kPatienceMilliseconds = 100;
  std::string line;
  for (;;) {
    CINELOOM_TRY(cancel.check());
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, kPatienceMilliseconds) <= 0) continue;
    char letter = 0;
    if (::read(STDIN_FILENO, &letter, 1) <= 0) return line.empty() ? std::nullopt : std::optional(line);
    if (letter == '\n') return line;
    line += letter;
  }
}

/// Waits until a number of a choice is given; end of input takes the default, null if there is none. Errors: Cancelled.
Expected<const StoryChoice*> ask(const StoryNode& node, const CancelToken& cancel) {
  std::ignore = std::fflush(stdout);  // whoever answers through a pipe must see the question
  for (;;) {
    CINELOOM_TRY_ASSIGN(const auto answer, read_line(cancel));
    if (!answer) break;
    if (answer->size() == 1 && (*answer)[0] >= '1' && static_cast<std::size_t>((*answer)[0] - '1') < node.choices.size()) {
      return &node.choices[static_cast<std::size_t>((*answer)[0] - '1')];
    }
    std::ignore = std::fprintf(stderr, "a number from 1 to %zu, please\n", node.choices.size());
  }
  const auto chosen = std::ranges::find(node.choices, node.default_choice, &StoryChoice::id);
  return chosen == node.choices.end() ? nullptr : &*chosen;
}

Expected<void> play(Session& session, const StoryOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Story story, cinema->story(StoryId(options.story)));
  const bool is_chinese = story.request.language == "zh";
  if (session.format == Format::Text) print(bold(in_language(story.title, is_chinese)) + "\n\n");
  for (const StoryNode* node = find_node(story.graph, story.graph.start); node != nullptr;) {
    CINELOOM_TRY(session.cancel.check());
    print_node(session, *node, is_chinese);
    if (node->choices.empty()) return {};
    const StoryChoice* choice = &node->choices.front();
    if (node->choices.size() > 1) { CINELOOM_TRY_ASSIGN(choice, ask(*node, session.cancel)); }
    node = choice == nullptr ? nullptr : find_node(story.graph, choice->to);
  }
  return {};
}

Expected<void> export_story(Session& session, const StoryOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const std::string text, cinema->export_story(StoryId(options.story), options.format));
  if (!options.output.empty()) {
    CINELOOM_TRY(write_file(options.output, text));
    print(session.format == Format::Json ? fmt::format("{{\"output\":{}}}\n", json_string(options.output)) : fmt::format("written to {}\n", options.output));
    return {};
  }
  print(session.format == Format::Json ? fmt::format("{{\"format\":{},\"text\":{}}}\n", json_string(options.format), json_string(text)) : text);
  return {};
}

Expected<void> show_one(Session& session, const StoryOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Story story, cinema->story(StoryId(options.story)));
  return print_story(session, story);
}

void declare_new(CLI::App& command, NewStoryOptions& options) {
  command.add_option("--arc", options.arc, "rags_to_riches, tragedy, man_in_a_hole, icarus, cinderella, oedipus")->capture_default_str();
  command.add_option("--genre", options.request.genre, "adventure, mystery, romance, ...");
  command.add_option("--premise", options.request.premise, "a sentence; its names and places are used");
  command.add_option("--language", options.request.language, "en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
  command.add_option("--seed", options.request.seed, "same seed, same story")->capture_default_str();
  command.add_option("--decisions", options.request.decisions, "choice points on a path")->check(CLI::Range(0, 6))->capture_default_str();
  command.add_option("--age", options.request.max_age_rating, "nothing beyond this age on any path")->capture_default_str();
}

void declare_story(CLI::App& command, StoryOptions& options) { command.add_option("story", options.story, "its number")->required(); }

}  // namespace

void add_story_commands(Commands& commands) {
  CLI::App* story = commands.group("story", "write, bend, check, play and export stories");
  commands.add<NewStoryOptions>("new", "write a new story", declare_new, new_story, story);
  commands.add<NewStoryOptions>(
      "whatif", "bend the plot of an analysed film",
      [](CLI::App& command, NewStoryOptions& options) {
        command.add_option("film", options.film, "title, key or number")->required();
        declare_new(command, options);
      },
      new_story, story);
  commands.add<StoryOptions>("show", "print a story", declare_story, show_one, story);
  commands.add<StoryOptions>("check", "look for faults: dead ends, contradictions, choices without effect", declare_story, check, story);
  commands.add<StoryOptions>("play", "read it, choosing as you go", declare_story, play, story);
  commands.add<StoryOptions>(
      "export", "write it for other programs",
      [](CLI::App& command, StoryOptions& options) {
        declare_story(command, options);
        command.add_option("--format", options.format, "ink, twee or fountain")->check(CLI::IsMember({"ink", "twee", "fountain"}))->capture_default_str();
        command.add_option("--output", options.output, "file; stdout without it");
      },
      export_story, story);
}

}  // namespace cineloom::cli
