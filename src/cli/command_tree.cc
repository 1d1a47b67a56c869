#include "cli/command_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

namespace cineloom::cli {
namespace {

/// Calls `take` with every command and the words that lead to it, the program first with none.
void for_each_command(const CommandText& command, const std::string& path, const std::function<void(const CommandText&, const std::string&)>& take) {
  take(command, path);
  for (const CommandText& child : command.commands) for_each_command(child, path.empty() ? child.name : path + " " + child.name, take);
}

/// What may be typed after a command: those below it and its options.
std::string words_of(const CommandText& command) {
  std::vector<std::string> words;
  for (const CommandText& child : command.commands) words.push_back(child.name);
  for (const OptionText& option : command.options) words.insert(words.end(), option.names.begin(), option.names.end());
  return fmt::format("{}", fmt::join(words, " "));
}

/// A text inside single quotes of a shell.
std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

/// Text of roff: backslashes, and dots and quotes that begin a line, are commands there.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '\\') escaped += "\\e";
    else if (letter == '-') escaped += "\\-";
    else escaped += letter;
  }
  return (escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" : "") + escaped;
}

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
  return text;
}

std::string option_in_manual(const OptionText& option) {
  std::string names;
  for (const std::string& name : option.names) names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
  const std::string value = option.value.empty() ? "" : fmt::format("{}\\fI{}\\fR", names.empty() ? "" : " ", roff(option.value));
  return fmt::format(".TP\n{}{}\n{}\n", names, value, roff(option.help));
}

}  // namespace

std::string bash_completion(const CommandText& program) {
  std::string places;
  std::string cases;
  for_each_command(program, "", [&](const CommandText& command, const std::string& path) {
    if (!path.empty()) places += fmt::format("{}{}", places.empty() ? "" : "|", shell_quoted(path));
    cases += fmt::format("    {}) words={} ;;\n", shell_quoted(path), shell_quoted(words_of(command)));
  });
  return fmt::format(R"(_{0}() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" place="" word words=""
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "${{place:+$place }}$word" in
      {1}) place="${{place:+$place }}$word" ;;
    esac
  done
  case "$place" in
{2}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $current != -* && -n $place ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _{0} {0}
)",
                     program.name, places, cases);
}

std::string zsh_completion(const CommandText& program) { return "autoload -U +X bashcompinit && bashcompinit\n" + bash_completion(program); }

std::string fish_completion(const CommandText& program) {
  std::string text;
  for_each_command(program, "", [&](const CommandText& command, const std::string& path) {
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) condition = fmt::format("__fish_seen_subcommand_from {}", path.substr(path.rfind(' ') == std::string::npos ? 0 : path.rfind(' ') + 1));
    for (const CommandText& child : command.commands)
      text += fmt::format("complete -c {} -n {} -a {} -d {}\n", program.name, shell_quoted(condition), child.name, shell_quoted(child.help));
    for (const OptionText& option : command.options) {
      std::string names;
      for (const std::string& name : option.names)
        names += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2)) : fmt::format(" -s {}", name.substr(1));
      if (!names.empty())
        text += fmt::format("complete -c {} -n {}{}{} -d {}\n", program.name, shell_quoted(condition), names, option.value.empty() ? "" : " -r",
                            shell_quoted(option.help));
    }
  });
  return text;
}

std::string manual_page(const CommandText& program, const std::string& version) {
  std::string text = fmt::format(".TH {} 1 \"\" \"{} {}\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B {}\n[options] command ...\n.SH OPTIONS\n", upper(program.name),
                                 program.name, version, program.name, roff(program.help), program.name);
  for (const OptionText& option : program.options) text += option_in_manual(option);
  text += ".SH COMMANDS\n";
  for_each_command(program, "", [&](const CommandText& command, const std::string& path) {
    if (path.empty()) return;
    text += fmt::format(".SS {}\n{}\n", roff(path), roff(command.help));
    for (const OptionText& option : command.options) text += option_in_manual(option);
  });
  return text + ".SH EXIT STATUS\n0 done, 1 failed with cause and next step on standard error, 2 wrong arguments, 130 interrupted.\n";
}

}  // namespace cineloom::cli
