#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/show.h"
#include "cli/internal/story_files.h"
#include "domain/json.h"
#include "pipeline/story_bible.h"
#include "pipeline/story_formats.h"
#include "pipeline/story_import.h"
#include "pipeline/story_telling.h"

namespace cineloom::cli {
namespace {

struct NewStoryOptions {
  StoryRequest request{.language = "en"};
  std::string arc = "man_in_a_hole";
  std::string screenplay;
  std::string bible;
  std::string film;
  std::string viewer;
  std::string mood;
  std::string policy = "lift";
  std::vector<std::string> likes;
  std::vector<std::string> dislikes;
  std::string tell_with = "templates";
};

constexpr std::array<std::pair<std::string_view, TellWith>, 3> kTellers = {
    {{"templates", TellWith::Templates}, {"embedded", TellWith::Embedded}, {"model", TellWith::Model}}};

Expected<void> print_story(const Session& session, const Story& story) {
  print(session.format == Format::Json ? to_json(story) + "\n" : show_story(story));
  if (session.format == Format::Text) print(faint(fmt::format("play it with: cineloom story play {}\n", story.id.number())));
  return {};
}

Expected<StoryRequest> request_of(const NewStoryOptions& options) {
  StoryRequest request = options.request;
  const auto arc = json::enum_from_name<ArcShape>(options.arc);
  if (!arc) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no arc", options.arc))
                               .advise("use rags_to_riches, tragedy, man_in_a_hole, icarus, cinderella or oedipus"));
  }
  request.arc = *arc;
  for (const std::string& theme : options.likes) request.taste[theme] = 1;
  for (const std::string& theme : options.dislikes) request.taste[theme] = -1;
  return request;
}

/// The bible of the file that is named, if one is. Errors: those of reading it.
Expected<void> take_bible(const Session& session, const NewStoryOptions& options, StoryRequest& request) {
  if (!options.bible.empty()) {
    CINELOOM_TRY_ASSIGN(const std::string text, read_file(options.bible, 4U << 20U));
    CINELOOM_TRY_ASSIGN_IN(request.bible, read_bible(text), "reading " + options.bible);
  } else if (!options.screenplay.empty()) {
    CINELOOM_TRY_ASSIGN(request.bible, bible_of_screenplay(options.screenplay, session.resources, session.cancel));
  }
  return {};
}

/// The request as it suits the viewer it is for. Errors: NotFound.
Expected<void> fit(Cinema& cinema, const NewStoryOptions& options, StoryRequest& request) {
  if (options.viewer.empty()) return {};
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema.find_viewer(options.viewer));
  const auto policy = json::enum_from_name<MoodPolicy>(options.policy);
  CINELOOM_TRY_ASSIGN(request, cinema.fit_story(request, viewer.id, options.mood, policy.value_or(MoodPolicy::Lift)));
  return {};
}

/// Has a language model tell the story where one is asked for, and prints it.
Expected<void> tell_and_print(Session& session, Cinema& cinema, const NewStoryOptions& options, const Story& story, Progress& progress) {
  const TellWith with = std::ranges::find(kTellers, options.tell_with, &std::pair<std::string_view, TellWith>::first)->second;
  if (with == TellWith::Templates) return print_story(session, story);
  CINELOOM_TRY_ASSIGN(const story::Retelling retelling, cinema.tell_story(story.id, with, progress, session.cancel));
  CINELOOM_TRY(print_story(session, retelling.story));
  if (session.format == Format::Text) print(faint(describe_telling(with, retelling) + "\n"));
  return {};
}

Expected<void> new_story(Session& session, const NewStoryOptions& options) {
  CINELOOM_TRY_ASSIGN(StoryRequest request, request_of(options));
  CINELOOM_TRY(take_bible(session, options, request));
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY(fit(*cinema, options, request));
  if (!options.film.empty()) {
    CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
    request.source = film.id;
  }
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const Story story, cinema->write_story(request, progress, session.cancel));
  return tell_and_print(session, *cinema, options, story, progress);
}

struct ContinueOptions {
  std::int64_t story = 0;
  std::vector<std::string> choices;
  NewStoryOptions wanted;
};

Expected<void> continue_one(Session& session, const ContinueOptions& options) {
  CINELOOM_TRY_ASSIGN(StoryRequest request, request_of(options.wanted));
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const Story before, cinema->story(StoryId(options.story)));
  request.language = before.request.language;
  if (request.genre.empty()) request.genre = before.request.genre;
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const Story story, cinema->continue_story(before.id, options.choices, request, progress, session.cancel));
  return tell_and_print(session, *cinema, options.wanted, story, progress);
}

struct StoryOptions {
  std::string story;
  std::string view = "scene";
};

Expected<void> check(Session& session, const StoryOptions& options) {
  CINELOOM_TRY_ASSIGN(const Story story, load_story(session, options.story));
  const StoryVerdict verdict = judge_story(story);
  if (session.format == Format::Json) {
    print(fmt::format("{{\"faults\":{},\"advice\":{}}}\n", json::write(verdict.faults), json::write(verdict.advice)));
  } else {
    for (const StoryFinding& finding : verdict.faults) print(fmt::format("{} at {}: {}\n", bold(finding.kind), finding.node, finding.what));
    for (const StoryFinding& finding : verdict.advice) print(faint(fmt::format("{} at {}: {}\n", finding.kind, finding.node, finding.what)));
    if (verdict.faults.empty()) print("sound: every node can be reached and leads to an ending, nothing contradicts\n");
  }
  if (!verdict.faults.empty()) return fail(ErrorCode::InvalidArgument, fmt::format("the story has {} faults", verdict.faults.size()));
  return {};
}

struct ExportOptions {
  std::string story;
  std::string format = "ink";
  std::string output;
  std::vector<std::string> choices;
  std::string view = "scene";
};

Expected<void> export_one(Session& session, const ExportOptions& options) {
  CINELOOM_TRY_ASSIGN(const StoryFormat format, find_story_format(options.format));
  const bool is_shown = options.output.empty();
  if (is_shown && format.is_binary && (session.format == Format::Json || ::isatty(STDOUT_FILENO) == 1)) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no text to be printed", format.name)).advise("name a file with --output"));
  }
  CINELOOM_TRY_ASSIGN(const Story story, load_story(session, options.story));
  CINELOOM_TRY_ASSIGN(const StoryLines lines, lines_of(story, options.view, session.resources));
  CINELOOM_TRY_ASSIGN(const std::string text, export_story(story, options.format, options.choices, lines));
  if (!is_shown) {
    CINELOOM_TRY(write_file(options.output, text));
    print(session.format == Format::Json ? fmt::format("{{\"output\":{}}}\n", json_string(options.output)) : fmt::format("written to {}\n", options.output));
    return {};
  }
  print(session.format == Format::Json ? fmt::format("{{\"format\":{},\"text\":{}}}\n", json_string(options.format), json_string(text)) : text);
  return {};
}

struct ImportOptions {
  std::string file;
};

Expected<void> import_one(Session& session, const ImportOptions& options) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(options.file, 64U << 20U));
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN_IN(const Story story, cinema->import_story(text), "reading " + options.file);
  return print_story(session, story);
}

Expected<void> show_one(Session& session, const StoryOptions& options) {
  CINELOOM_TRY_ASSIGN(Story story, load_story(session, options.story));
  CINELOOM_TRY_ASSIGN(const StoryLines lines, lines_of(story, options.view, session.resources));
  return print_story(session, with_lines(std::move(story), lines));
}

void declare_new(CLI::App& command, NewStoryOptions& options) {
  command.add_option("--arc", options.arc, "rags_to_riches, tragedy, man_in_a_hole, icarus, cinderella, oedipus")->capture_default_str();
  command.add_option("--genre", options.request.genre, "adventure, crime, romance, science fiction, fantasy, drama");
  command.add_option("--premise", options.request.premise, "a sentence; its names and places are used");
  command.add_option("--language", options.request.language, "en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
  command.add_option("--seed", options.request.seed, "same seed, same story")->capture_default_str();
  command.add_option("--decisions", options.request.decisions, "choice points on a path")->check(CLI::Range(0, 15))->capture_default_str();
  command.add_option("--tell-with", options.tell_with, "who puts it into words: templates, embedded (English only) or model, the one of 'cineloom llm use'")
      ->check(CLI::IsMember({"templates", "embedded", "model"}))
      ->capture_default_str();
  command.add_option("--age", options.request.max_age_rating, "nothing beyond this age on any path")->capture_default_str();
  command.add_option("--nodes", options.request.nodes, "at most so many nodes, 16 to 2000; 0 = as many as the decisions ask for")->capture_default_str();
  command.add_option("--point-of-view", options.request.point_of_view, "hero, ally, foe or mentor: tells it as 'I'");
  command.add_option("--style", options.request.style, "terse or talkative");
  command.add_option("--structure", options.request.structure, "three_acts, freytag, save_the_cat, heros_journey, kishotenketsu, propp");
  command.add_option("--must", options.request.must, "events that every path tells")->delimiter(',');
  command.add_option("--never", options.request.never, "events that no path tells")->delimiter(',');
  command.add_option("--protect", options.request.protects, "hero, ally, foe or mentor: comes to no harm")->delimiter(',');
  command.add_option("--like", options.likes, "themes to tell more of: friendship, love, mystery, ...")->delimiter(',');
  command.add_option("--dislike", options.dislikes, "themes to tell less of")->delimiter(',');
  command.add_option("--for", options.viewer, "a viewer: themes of the films they rated well");
  command.add_option("--mood", options.mood, "what the viewer says of tonight; with --for")->needs("--for");
  command.add_option("--policy", options.policy, "what to do about the mood")->check(CLI::IsMember({"lift", "match", "catharsis"}))->capture_default_str();
}

constexpr const char* kWhichStory = "its number, or a file of story export --format json";

void declare_story(CLI::App& command, StoryOptions& options) { command.add_option("story", options.story, kWhichStory)->required(); }

void declare_view(CLI::App& command, std::string& view) {
  command.add_option("--view", view, kViewHelp)->check(CLI::IsMember({"scene", "dialogue", "synopsis"}))->capture_default_str();
}

void declare_show(CLI::App& command, StoryOptions& options) {
  declare_story(command, options);
  declare_view(command, options.view);
}

void declare_continue(CLI::App& command, ContinueOptions& options) {
  command.add_option("story", options.story, "its number")->required();
  command.add_option("--choices", options.choices, "ids of the choices on the way to the ending it goes on from; the default ones otherwise")->delimiter(',');
  StoryRequest& request = options.wanted.request;
  command.add_option("--arc", options.wanted.arc, "rags_to_riches, tragedy, man_in_a_hole, icarus, cinderella, oedipus")->capture_default_str();
  command.add_option("--seed", request.seed, "same seed, same story")->capture_default_str();
  command.add_option("--decisions", request.decisions, "choice points on a path")->check(CLI::Range(0, 15))->capture_default_str();
  command.add_option("--age", request.max_age_rating, "nothing beyond this age on any path")->capture_default_str();
}

void declare_export(CLI::App& command, ExportOptions& options) {
  command.add_option("story", options.story, kWhichStory)->required();
  command.add_option("--format", options.format, story_format_names())->capture_default_str();
  command.add_option("-o,--output", options.output, "file; stdout without it");
  command.add_option("--choices", options.choices, "ids of the choices to take, for formats of one way (srt, vtt, edl, otio); the default ones otherwise")
      ->delimiter(',');
  declare_view(command, options.view);
}

}  // namespace

void add_story_commands(Commands& commands) {
  CLI::App* story = commands.group("story", "write, bend, check, play and export stories");
  commands.add<NewStoryOptions>(
      "new", "write a new story",
      [](CLI::App& command, NewStoryOptions& options) {
        declare_new(command, options);
        auto* bible = command.add_option("--bible", options.bible, "file of 'story bible', changed by hand or not: who there is, where, and what is so");
        auto* screenplay = command.add_option("--screenplay", options.screenplay, "Fountain, FDX or text whose people and places are used")->excludes(bible);
        command.add_option("--film", options.film, "an analysed film whose people and places are used")->excludes(bible)->excludes(screenplay);
      },
      new_story, story);
  commands.add<ContinueOptions>("continue", "write what comes after one of its endings", declare_continue, continue_one, story);
  commands.add<StoryOptions>("show", "print a story", declare_show, show_one, story);
  commands.add<StoryOptions>("check", "look for faults: dead ends, contradictions, choices without effect", declare_story, check, story);
  commands.add<ExportOptions>("export", "write it for other programs", declare_export, export_one, story);
  commands.add<ImportOptions>(
      "import", "keep a story that was exported as JSON, if it is sound",
      [](CLI::App& command, ImportOptions& options) { command.add_option("file", options.file, "of story export --format json")->required(); }, import_one,
      story);
}

}  // namespace cineloom::cli
