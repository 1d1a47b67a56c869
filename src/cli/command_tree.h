#pragma once

#include <string>
#include <vector>

namespace cineloom::cli {

/// An option as it is typed, or a place for words ("film") whose names are empty.
struct OptionText {
  std::vector<std::string> names;  ///< "-o", "--output"
  std::string value;               ///< what stands for its value; empty = it takes none
  std::string help;
};

/// A command with its options and the commands below it.
struct CommandText {
  std::string name;
  std::string help;
  std::vector<OptionText> options;
  std::vector<CommandText> commands;
};

/// Completion for a shell: "bash", "zsh" or "fish"; options and commands by where one is, else files.
std::string bash_completion(const CommandText& program);
std::string zsh_completion(const CommandText& program);
std::string fish_completion(const CommandText& program);

/// The program's manual page in section 1, as roff.
std::string manual_page(const CommandText& program, const std::string& version);

}  // namespace cineloom::cli
