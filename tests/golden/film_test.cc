#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <cstdio>
#include <string>
#include <vector>

#include "base/files.h"
#include "demo_cinema.h"

namespace cineloom {
namespace {

constexpr double kFramesPerSecond = 24;
constexpr std::int64_t kSceneTolerance = 24;  // frames

const boost::json::object& truth() {
  static const boost::json::object parsed = boost::json::parse(*read_file(DemoCinema::library() / "the-moon-in-the-reeds.truth.json")).as_object();
  return parsed;
}

/// Share of matches in both lists, as F1; each truth is matched once.
double f1(std::vector<std::int64_t> found, const std::vector<std::int64_t>& wanted, std::int64_t tolerance) {
  const double count = static_cast<double>(found.size() + wanted.size());
  int matched = 0;
  for (const std::int64_t frame : wanted) {
    const auto near = std::ranges::find_if(found, [&](std::int64_t other) { return std::abs(other - frame) <= tolerance; });
    if (near == found.end()) continue;
    found.erase(near);
    ++matched;
  }
  return count == 0 ? 1 : 2 * matched / count;
}

/// Prints a figure for those who read the log, and gives it back.
double figure(const char* name, double value) {
  std::printf("      %s %.3f\n", name, value);
  return value;
}

bool is_gradual(std::string_view transition) { return transition == "dissolve" || transition == "fade_in"; }

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return text;
}

TEST(DemoFilm, EveryCutIsFoundOnItsFrame) {
  std::vector<std::int64_t> wanted;
  for (const auto& shot : truth().at("shots").as_array()) {
    if (shot.at("transition_in").as_string() == "cut") wanted.push_back(shot.at("first").as_int64());
  }
  std::vector<std::int64_t> found;
  for (const Shot& shot : DemoCinema::get().knowledge().video.shots) {
    if (shot.transition_in == TransitionKind::Cut) found.push_back(shot.first.ordinal);
  }
  EXPECT_GE(figure("demo_cut_f1", f1(found, wanted, 0)), 0.99);
}

TEST(DemoFilm, DissolvesAndFadesAreFoundWhereTheyAre) {
  std::vector<std::int64_t> wanted;
  for (const auto& shot : truth().at("shots").as_array()) {
    if (is_gradual(std::string(shot.at("transition_in").as_string()))) wanted.push_back(shot.at("first").as_int64());
  }
  std::vector<std::int64_t> found;
  for (const Shot& shot : DemoCinema::get().knowledge().video.shots) {
    if (shot.transition_in != TransitionKind::Cut && shot.transition_in != TransitionKind::Start) found.push_back(shot.first.ordinal);
  }
  EXPECT_GE(figure("demo_gradual_f1", f1(found, wanted, 12)), 0.95);
}

TEST(DemoFilm, CameraMovesAreNamedRightly) {
  const auto& shots = truth().at("shots").as_array();
  int right = 0;
  for (const Shot& shot : DemoCinema::get().knowledge().video.shots) {
    const std::int64_t middle = (shot.first.ordinal + shot.last.ordinal) / 2;
    const auto real = std::ranges::find_if(shots, [&](const auto& one) { return one.at("first").as_int64() <= middle && middle <= one.at("last").as_int64(); });
    if (real == shots.end()) continue;
    std::string name = boost::describe::enum_to_string(shot.camera, "");
    std::string wanted;  // "pan_left" is PanLeft
    for (const char letter : std::string(real->at("camera").as_string())) wanted += letter == '_' ? "" : std::string(1, letter);
    right += upper(name) == upper(wanted) ? 1 : 0;
  }
  // Pans over paper layers that slide against each other are still taken for zooms.
  EXPECT_GE(figure("demo_camera_accuracy", right / static_cast<double>(shots.size())), 0.8);
}

TEST(DemoFilm, ScenesBeginWhereTheyBegin) {
  std::vector<std::int64_t> wanted;
  for (const auto& scene : truth().at("scenes").as_array()) wanted.push_back(scene.at("first").as_int64());
  std::vector<std::int64_t> found;
  for (const Scene& scene : DemoCinema::get().knowledge().timeline.scenes)
    found.push_back(std::llround(static_cast<double>(scene.begin.count()) * kFramesPerSecond / 1000));
  EXPECT_GE(figure("demo_scene_f1", f1(found, wanted, kSceneTolerance)), 0.99);
}

TEST(DemoFilm, EveryLineHasItsSpeaker) {
  const auto& lines = truth().at("lines").as_array();
  int right = 0;
  for (const auto& line : lines) {
    const std::int64_t middle = (line.at("begin_ms").as_int64() + line.at("end_ms").as_int64()) / 2;
    const auto& found = DemoCinema::get().knowledge().timeline.lines;
    const auto spoken = std::ranges::find_if(found, [&](const Line& one) { return one.begin.count() <= middle && middle <= one.end.count(); });
    right += spoken != found.end() && upper(spoken->speaker) == line.at("speaker").as_string() ? 1 : 0;
  }
  EXPECT_GE(figure("demo_speaker_accuracy", right / static_cast<double>(lines.size())), 0.95);
}

TEST(DemoFilm, ItsPeopleAndItsGreatestDeedAreFound) {
  const Plot& plot = DemoCinema::get().knowledge().plot;
  std::vector<std::string> names;
  for (const Character& character : plot.characters) names.push_back(character.name);
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("Mira", "Tobin", "Quill", "Moon"));
  EXPECT_EQ(names.front(), "Mira");
  std::vector<std::string> effects;
  for (const PlotEvent& event : plot.events) effects.insert(effects.end(), event.effects.begin(), event.effects.end());
  EXPECT_THAT(effects, ::testing::Contains("the first flame is out"));
}

TEST(DemoFilm, ReviewsAreHeardInBothLanguages) {
  const AudienceOpinion& audience = DemoCinema::get().knowledge().audience;
  EXPECT_GE(audience.reviews, 80);
  const auto of = [&](const char* aspect) { return *std::ranges::find(audience.aspects, aspect, &AspectOpinion::aspect); };
  EXPECT_GT(of("picture").positive, of("picture").negative);
  EXPECT_LT(of("dialogue").positive, of("dialogue").negative);
}

}  // namespace
}  // namespace cineloom
