#include "mutations.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "story/checker.h"
#include "story/story_engine.h"
#include "story/testing/mutations.h"

namespace cineloom::bench {
namespace {

constexpr int kMutants = 100;
constexpr int kTries = 20'000;
constexpr Seed kStories = 24;

std::vector<Story> sound_stories(const SchemaLibrary& library) {
  constexpr std::array kArcs{ArcShape::RagsToRiches, ArcShape::Tragedy, ArcShape::ManInAHole, ArcShape::Icarus, ArcShape::Cinderella, ArcShape::Oedipus};
  std::vector<Story> stories;
  for (Seed seed = 1; seed <= kStories; ++seed) {
    Progress progress;
    auto story = write_story({.arc = kArcs[seed % kArcs.size()], .language = seed % 2 == 0 ? "en" : "zh", .seed = seed}, library, progress, {});
    if (story && faults_of(*story).empty()) stories.push_back(*std::move(story));
  }
  return stories;
}

}  // namespace

void measure_mutations(Report& report) {
  const auto library = SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story");
  const std::vector<Story> stories = library ? sound_stories(*library) : std::vector<Story>();
  if (stories.empty()) return report.add_missing("mutants_caught", "no sound story to break");
  int made = 0;
  int caught = 0;
  std::string missed;
  for (const testing::Mutation& mutation : testing::mutations()) {
    const auto count = testing::count_caught(mutation, stories, kMutants, kTries, [](const Story& story) { return check_story(story); });
    made += count.made;
    caught += count.caught;
    if (count.caught < count.made || count.made < kMutants) missed += fmt::format(" {} ({} of {})", mutation.name, count.caught, count.made);
  }
  report.add(
      {.key = "mutants_caught",
       .value = made == 0 ? 0 : static_cast<double>(caught) / made,
       .n = static_cast<std::uint64_t>(made),
       .note = fmt::format("{} operators over {} sound stories{}{}", testing::mutations().size(), stories.size(), missed.empty() ? "" : "; short:", missed),
       .bound = Bound{1, 1, true}});
}

}  // namespace cineloom::bench
