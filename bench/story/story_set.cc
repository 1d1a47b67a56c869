#include "story_set.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "base/random.h"
#include "story/story_engine.h"

namespace cineloom::bench {
namespace {

constexpr std::array kArcs{ArcShape::RagsToRiches, ArcShape::Tragedy, ArcShape::ManInAHole, ArcShape::Icarus, ArcShape::Cinderella, ArcShape::Oedipus};
constexpr Seed kFirstSeed = 1001;  // the planner's weights were set on those from 1 to 200
constexpr std::array<std::string_view, 6> kGenres{"adventure", "crime", "romance", "science fiction", "fantasy", "drama"};

}  // namespace

Expected<SchemaLibrary> story_library() { return SchemaLibrary::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models" / "story"); }

StoryRequest story_request(int number) {
  const auto index = static_cast<std::size_t>(number);
  StoryRequest request{.arc = kArcs[index % kArcs.size()], .language = number % 2 == 0 ? "en" : "zh"};
  request.genre = kGenres[index / kArcs.size() % kGenres.size()];
  request.seed = kFirstSeed + index / kArcs.size();
  // The language must not go with the arc.
  if (number / static_cast<int>(kArcs.size()) % 2 == 1) request.language = request.language == "en" ? "zh" : "en";
  return request;
}

std::optional<Written> write_timed(const StoryRequest& request, const SchemaLibrary& library) {
  Progress progress;
  const auto begin = std::chrono::steady_clock::now();
  auto story = write_story(request, library, progress, {});
  if (!story) return std::nullopt;
  return Written{*std::move(story), std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count()};
}

double share_point(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace cineloom::bench
