#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "base/files.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kMinutes = 4;
constexpr std::string_view kFound = "it never saw: ";

struct PipeCloser {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};

std::string what_is_said_by(const std::string& command) {
  const std::unique_ptr<std::FILE, PipeCloser> pipe(::popen(command.c_str(), "r"));
  std::string output;
  char part[4096];
  while (pipe && std::fgets(part, sizeof part, pipe.get()) != nullptr) output += part;
  return output;
}

/// The last third of the first novel: what nobody trained events on.
std::string own_text(const fs::path& novels) {
  std::ifstream in(novels);
  std::string line;
  std::getline(in, line);
  return line.substr(line.size() * 2 / 3);
}

}  // namespace

/// What `cineloom llm tune` gains on a text of one author: the model is trained further on it and judged by its end.
void measure_tuning(Report& report) {
  const char* named = std::getenv("CINELOOM_STORY_SET");
  const fs::path source = CINELOOM_SOURCE_DIR;
  const std::string text = own_text((named != nullptr ? fs::path(named) : source / "build" / "story-model") / "plain.novels.txt");
  const auto folder = TemporaryFolder::create();
  if (text.empty() || !folder || !write_file(folder->path() / "own.txt", text)) return report.add_missing("tune_perplexity_ratio", "no training texts");
  const std::string output = what_is_said_by(fmt::format(
      "/usr/bin/python3 '{}' --model '{}' --out '{}' --minutes {} '{}' 2>&1", (source / "tools" / "train_story_model" / "tune.py").string(),
      (source / "models" / "story" / "story.gguf").string(), (folder->path() / "tuned.gguf").string(), kMinutes, (folder->path() / "own.txt").string()));
  const auto at = output.rfind(kFound);
  double before = 0;
  double after = 0;
  if (at == std::string::npos || std::sscanf(output.c_str() + at + kFound.size(), "%lf -> %lf", &before, &after) != 2 || before <= 0)
    return report.add_missing("tune_perplexity_ratio", output.substr(0, 200));
  report.add(
      {"tune_perplexity_ratio", after / before, "", 1,
       fmt::format("'cineloom llm tune' on the last third of a novel, {} minutes: {:.1f} -> {:.1f} per token of events of its end", kMinutes, before, after),
       Bound{.must = .99, .aim = .9}});
}

}  // namespace cineloom::bench
