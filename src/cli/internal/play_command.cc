#include <fmt/format.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/files.h"
#include "base/json.h"
#include "cli/internal/commands.h"
#include "cli/internal/story_files.h"
#include "cli/story_game.h"
#include "cli/terminal_plot.h"
#include "pipeline/story_import.h"

namespace cineloom::cli {
namespace {

constexpr std::size_t kColumns = 88;

struct PlayOptions {
  std::string story;
  std::string view = "scene";
};

/// What the game itself says.
struct GameWords {
  std::string_view help;
  std::string_view number_please;  ///< with {} for the greatest
  std::string_view over;           ///< with {} for endings seen and all of them
  std::string_view at_start;
  std::string_view saved;
};
constexpr GameWords kEnglish{"a number chooses; u back, r from the beginning, m map, s FILE save, l FILE load, q end",
                             "a number from 1 to {}, please, or ? for help", "{} of {} endings seen. u back, r from the beginning, m map, q end",
                             "there is nothing to take back", "saved"};
constexpr GameWords kChinese{"输入数字做选择；u 退回，r 重新开始，m 分支图，s 文件名 保存，l 文件名 读取，q 结束", "请输入 1 到 {} 的数字，或输入 ? 看帮助",
                             "已看过 {} / {} 个结局。u 退回，r 重新开始，m 分支图，q 结束", "没有可以退回的选择", "已保存"};

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
    if (letter != '\r') line += letter;
  }
}

/// A game at a terminal, or with answers from a pipe: there, what is no answer at an ending ends the game, and the end of input takes the
/// default choices.
class Table {
 public:
  Table(Session& session, const Story& story)
      : session_(session),
        story_(story),
        game_(story),
        is_chinese_(story.request.language == "zh"),
        words_(is_chinese_ ? kChinese : kEnglish),
        has_player_(::isatty(STDIN_FILENO) == 1) {}

  Expected<void> play() {
    if (session_.format == Format::Text) print(bold(told(story_.title)) + "\n\n");
    if (has_player_) say(words_.help);
    tell();
    for (bool goes_on = true; goes_on;) {
      std::ignore = std::fflush(stdout);  // whoever answers through a pipe must see the question
      if (has_player_) std::ignore = std::fputs("> ", stderr);
      CINELOOM_TRY_ASSIGN(const auto answer, read_line(session_.cancel));
      if (!answer) return end_of_input();
      CINELOOM_TRY_ASSIGN(goes_on, obey(*answer));
    }
    return {};
  }

 private:
  [[nodiscard]] const std::string& told(const LocalText& text) const { return is_chinese_ ? text.chinese : text.english; }

  static void say(std::string_view text) { std::ignore = std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data()); }

  /// Tells the node, and those behind it where there is nothing to choose.
  void tell() {
    for (;;) {
      const StoryNode& node = game_.node();
      print(session_.format == Format::Json ? json::write(node) + "\n" : show(node));
      if (node.choices.size() != 1) break;
      game_.choose(0);
    }
    if (game_.is_over() && has_player_) say(fmt::format(fmt::runtime(words_.over), game_.endings_seen(), game_.endings()));
  }

  [[nodiscard]] std::string show(const StoryNode& node) const {
    std::string text = wrap(node.text, kColumns) + "\n";
    if (node.ending) text += fmt::format("— {} —\n", told(*node.ending));
    if (node.choices.size() < 2) return text;
    for (std::size_t i = 0; i < node.choices.size(); ++i) text += fmt::format("  {}  {}\n", bold(std::to_string(i + 1)), told(node.choices[i].label));
    return text + "\n";
  }

  /// Gives false when the game is to end. Errors are told and the game goes on.
  Expected<bool> obey(const std::string& answer) {
    const std::size_t begin = answer.find_first_not_of(' ');
    const std::string order = begin == std::string::npos ? "" : answer.substr(begin);
    const std::string file = order.size() > 2 && order[1] == ' ' ? order.substr(2) : "";
    if (order == "q") return false;
    if (order == "u") return go(game_.undo());
    if (order == "r") {
      game_.restart();
      return go(true);
    }
    if (order == "m") {
      print(game_.map() + "\n");
    } else if (order == "?" || order == "h") {
      say(words_.help);
    } else if (order.starts_with("s ") && !file.empty()) {
      report_on(write_file(file, game_.save()));
    } else if (order.starts_with("l ") && !file.empty()) {
      return load(file);
    } else {
      return choose(order);
    }
    return true;
  }

  bool go(bool has_moved) {
    if (has_moved) tell();
    if (!has_moved) say(words_.at_start);
    return true;
  }

  bool load(const std::string& file) {
    const auto text = read_file(file, 1U << 20U);
    const auto loaded = text ? game_.load(*text) : Expected<void>(std::unexpected(text.error()));
    if (!loaded) say(loaded.error().describe());
    if (loaded) tell();
    return true;
  }

  void report_on(const Expected<void>& done) const { say(done ? std::string(words_.saved) : done.error().describe()); }

  bool choose(const std::string& order) {
    if (game_.is_over()) {
      if (has_player_) say(words_.help);
      return has_player_;
    }
    std::size_t number = 0;
    for (const char letter : order) number = letter >= '0' && letter <= '9' && number < 1000 ? number * 10 + static_cast<std::size_t>(letter - '0') : 10'000;
    if (number >= 1 && game_.choose(number - 1)) {
      if (session_.format == Format::Text) print("\n");
      tell();
    } else {
      say(fmt::format(fmt::runtime(words_.number_please), game_.node().choices.size()));
    }
    return true;
  }

  // Nobody chooses any more: the default choices are taken.
  Expected<void> end_of_input() {
    while (!has_player_ && !game_.is_over()) {
      CINELOOM_TRY(session_.cancel.check());
      const auto& choices = game_.node().choices;
      const auto usual = std::ranges::find(choices, game_.node().default_choice, &StoryChoice::id);
      if (usual == choices.end()) return {};
      game_.choose(static_cast<std::size_t>(usual - choices.begin()));
      tell();
    }
    return {};
  }

  Session& session_;
  const Story& story_;
  StoryGame game_;
  bool is_chinese_;
  GameWords words_;
  bool has_player_;
};

Expected<void> play(Session& session, const PlayOptions& options) {
  CINELOOM_TRY_ASSIGN(const Story story, load_story(session, options.story));
  if (const auto faults = judge_story(story).faults; !faults.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("the story has {} faults, so it might never end", faults.size()))
                               .advise("see them with: cineloom story check " + options.story));
  }
  CINELOOM_TRY_ASSIGN(const StoryLines lines, lines_of(story, options.view, session.resources));
  const Story seen = with_lines(story, lines);
  return Table(session, seen).play();
}

}  // namespace

void add_play_command(Commands& commands) {
  commands.add<PlayOptions>(
      "play", "read it, choosing as you go: with undo, a map, and saved games",
      [](CLI::App& command, PlayOptions& options) {
        command.add_option("story", options.story, "its number, or a file of story export --format json")->required();
        command.add_option("--view", options.view, kViewHelp)->check(CLI::IsMember({"scene", "dialogue", "synopsis"}))->capture_default_str();
      },
      play, commands.group("story", ""));
}

}  // namespace cineloom::cli
