// Shots against what people marked, and camera movements against what the demo film was drawn from.
#include <fmt/format.h>

#include <array>

#include "base/json.h"
#include "parts.h"
#include "vision/testing/shot_truth.h"
#include "vision/video_analyzer.h"

namespace cineloom::bench {
namespace {

using cineloom::testing::ShotScore;

Expected<VideoFindings> watch(const std::filesystem::path& path) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor film, FileDescriptor::open_for_reading(path));
  Progress progress;
  return analyze_video(film, {}, progress, {});
}

struct Clip {
  std::string name;
  std::filesystem::path film;
  testing::ShotTruth truth;
};

std::vector<Clip> clips() {
  std::vector<Clip> all;
  for (const auto& [name, film] :
       std::array<std::pair<const char*, const char*>, 3>{{{"news", "news.mp4"}, {"climate", "climate.mp4"}, {"big_buck_bunny", "big_buck_bunny_360p.mp4"}}}) {
    all.push_back({name, films_folder() / film, testing::read_shot_truth(films_folder() / (std::string(name) + ".shots.json"))});
  }
  const auto truth = demo_folder() / "the-moon-in-the-reeds.truth.json";
  all.push_back({"demo", demo_folder() / "the-moon-in-the-reeds.mp4", testing::read_demo_truth(truth)});
  return all;
}

std::string text_of(const std::string& name, const ShotScore& score) {
  return fmt::format("{} {:.3f} ({} false, {} missed, gradual {}/{})", name, score.f1(), score.false_alarms, score.misses, score.gradual_hits,
                     score.gradual_events);
}

}  // namespace

void measure_shots(Report& report) {
  ShotScore total;
  double least = 1;
  std::string note;
  for (const Clip& clip : clips()) {
    const auto findings = watch(clip.film);
    if (!findings || clip.truth.events.empty()) return report.add_missing("shots_f1_micro", "no film or no truth of " + clip.name);
    const ShotScore score = testing::score_shots(testing::detections_of(*findings), clip.truth);
    total.add(score);
    least = std::min(least, score.f1());
    note += (note.empty() ? "" : "; ") + text_of(clip.name, score);
  }
  const auto events = static_cast<std::uint64_t>(total.hits + total.misses);
  report.add({.key = "shots_f1_micro", .value = total.f1(), .n = events, .note = note, .bound = Bound{.97, .98, true}});
  report.add({.key = "shots_f1_min", .value = least, .n = 4, .note = "the worst clip", .bound = Bound{.90, .95, true}});
  report.add({.key = "gradual_recall",
              .value = static_cast<double>(total.gradual_hits) / std::max(1, total.gradual_events),
              .n = static_cast<std::uint64_t>(total.gradual_events),
              .note = "cut weights fitted leaving each film out; thresholds of the blend test on these clips, so tuned",
              .bound = Bound{.85, .95, true}});
}

void measure_camera(Report& report) {
  const auto findings = watch(demo_folder() / "the-moon-in-the-reeds.mp4");
  const auto text = read_file(demo_folder() / "the-moon-in-the-reeds.truth.json");
  if (!findings || !text) return report.add_missing("demo_camera_accuracy", "no demo film");
  const auto truth = boost::json::parse(*text);
  std::uint64_t right = 0;
  std::uint64_t shots = 0;
  std::string wrong;
  for (const auto& drawn : truth.at("shots").as_array()) {
    const std::int64_t middle = (drawn.at("first").as_int64() + drawn.at("last").as_int64()) / 2;
    const auto shot = std::ranges::find_if(findings->shots, [&](const Shot& found) { return found.first.ordinal <= middle && middle <= found.last.ordinal; });
    const std::string name = shot == findings->shots.end() ? "none" : json::enum_name(shot->camera);
    ++shots;
    if (name == drawn.at("camera").as_string().c_str()) ++right;
    else wrong += fmt::format("{}{}: {} for {}", wrong.empty() ? "" : ", ", shots, name, drawn.at("camera").as_string().c_str());
  }
  report.add({.key = "demo_camera_accuracy",
              .value = static_cast<double>(right) / static_cast<double>(std::max<std::uint64_t>(1, shots)),
              .n = shots,
              .note = wrong.empty() ? "every shot" : "wrong: " + wrong,
              .bound = Bound{.85, .95, true}});
}

}  // namespace cineloom::bench
