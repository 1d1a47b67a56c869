#include "cli/command_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

#include "base/files.h"

namespace cineloom::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

CommandText program() {
  const OptionText help{.names = {"-h", "--help"}, .value = "", .help = "print it's help"};
  return {.name = "loom",
          .help = "weaves",
          .options = {help},
          .commands = {{.name = "story",
                        .help = "stories",
                        .options = {help},
                        .commands = {{.name = "new", .help = "a new one", .options = {{.names = {"--seed"}, .value = "N", .help = ".first"}}, .commands = {}}}},
                       {.name = "scan", .help = "find", .options = {help}, .commands = {}}}};
}

struct Closer {
  void operator()(std::FILE* file) const { pclose(file); }
};

/// What bash offers for words typed so far, the last of which is being completed.
std::string offered(const std::string& words) {
  const auto folder = *TemporaryFolder::create("cineloom-completion");
  EXPECT_TRUE(write_file(folder.path() / "loom.bash", bash_completion(program())));
  const std::string command = "cd " + folder.path().string() + " && bash -c 'source ./loom.bash; COMP_WORDS=(loom " + words +
                              "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _loom; echo \"${COMPREPLY[@]}\"'";
  const std::unique_ptr<std::FILE, Closer> pipe(popen(command.c_str(), "r"));
  std::array<char, 512> line{};
  return std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr ? "" : line.data();
}

TEST(CommandTree, CompletesCommandsAndOptionsWhereOneIs) {
  EXPECT_EQ(offered("s"), "story scan\n");
  EXPECT_EQ(offered("story n"), "new\n");
  EXPECT_EQ(offered("story new --"), "--seed\n");
  EXPECT_EQ(offered("story --"), "--help\n");
}

TEST(CommandTree, DescribesEveryCommandToFishAndToReaders) {
  EXPECT_THAT(fish_completion(program()), AllOf(HasSubstr("-n '__fish_seen_subcommand_from new' -l seed -r -d '.first'"), HasSubstr("'print it'\\''s help'")));
  const std::string page = manual_page(program(), "1.0");
  EXPECT_THAT(page, AllOf(HasSubstr(".SS story new\na new one\n"), HasSubstr("\\fB\\-\\-seed\\fR \\fIN\\fR\n\\&.first"), Not(HasSubstr("\n.first"))));
}

}  // namespace
}  // namespace cineloom::cli
