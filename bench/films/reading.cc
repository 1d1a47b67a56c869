// Reading films: screenplays of every format, subtitles, and who says what where.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <ctime>

#include "base/files.h"
#include "base/json.h"
#include "fuse/fdx.h"
#include "fuse/fountain.h"
#include "fuse/plain_script.h"
#include "fuse/testing/degraded_film.h"
#include "fuse/testing/screenplays.h"
#include "fuse/testing/wild_layout.h"
#include "fuse/timeline.h"
#include "media/subtitles.h"
#include "parts.h"
#include "pipeline/screenplay_file.h"
#include "pipeline/subtitle_files.h"
#include "vision/video_analyzer.h"

namespace cineloom::bench {

/// What the demo film's generator knows of it.
struct TrueScene {
  std::int64_t first = 0;
};
BOOST_DESCRIBE_STRUCT(TrueScene, (), (first))

struct TrueSpeech {
  std::string speaker;
  FilmTime begin{0};
  FilmTime end{0};
};
BOOST_DESCRIBE_STRUCT(TrueSpeech, (), (speaker, begin, end))

struct Truth {
  std::vector<TrueScene> scenes;
  std::vector<TrueSpeech> lines;
};
BOOST_DESCRIBE_STRUCT(Truth, (), (scenes, lines))

namespace {

namespace fs = std::filesystem;

constexpr double kFramesPerSecond = 24;
constexpr double kSceneTolerance = 24;  // frames
constexpr std::size_t kTimedBytes = 5'000'000;
constexpr int kRounds = 5;
constexpr std::string_view kDemo = "the-moon-in-the-reeds";

bool is_same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

Expected<Timeline> read_demo() {
  const fs::path film = demo_folder() / fmt::format("{}.mp4", kDemo);
  CINELOOM_TRY_ASSIGN(const ScreenplayReading script, read_screenplay_file(fs::path(film).replace_extension(".fountain")));
  CINELOOM_TRY_ASSIGN(const std::vector<Cue> cues, read_subtitle_file(fs::path(film).replace_extension(".en.srt").string()));
  CINELOOM_TRY_ASSIGN(const FileDescriptor opened, FileDescriptor::open_for_reading(film));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const VideoFindings video, analyze_video(opened, {}, progress, {}));
  return fuse_timeline({.screenplay = &script.screenplay, .cues = cues, .video = &video}, {});
}

double speaker_accuracy(const Timeline& timeline, const Truth& truth) {
  double right = 0;
  for (const TrueSpeech& speech : truth.lines) {
    const FilmTime middle = (speech.begin + speech.end) / 2;
    const auto found = std::ranges::find_if(timeline.lines, [&](const Line& line) { return line.begin <= middle && middle <= line.end; });
    right += found != timeline.lines.end() && is_same_name(found->speaker, speech.speaker) ? 1 : 0;
  }
  return right / static_cast<double>(truth.lines.size());
}

/// Each true beginning is matched once, within a second.
double scene_f1(const Timeline& timeline, const Truth& truth) {
  std::vector<double> found;
  for (const Scene& scene : timeline.scenes) found.push_back(static_cast<double>(scene.begin.count()) * kFramesPerSecond / 1000);
  const double count = static_cast<double>(found.size() + truth.scenes.size());
  double matched = 0;
  for (const TrueScene& scene : truth.scenes) {
    const auto near = std::ranges::find_if(found, [&](double frame) { return std::abs(frame - static_cast<double>(scene.first)) <= kSceneTolerance; });
    if (near == found.end()) continue;
    found.erase(near);
    matched += 1;
  }
  return count > 0 ? 2 * matched / count : 0;
}

void measure_demo(Report& report) {
  const auto text = read_file(demo_folder() / fmt::format("{}.truth.json", kDemo));
  const auto truth = text ? json::read<Truth>(*text) : Expected<Truth>(std::unexpected(text.error()));
  const auto timeline = read_demo();
  if (!truth || !timeline) {
    report.add_missing("demo_speaker_accuracy, demo_scene_f1", truth ? timeline.error().describe() : truth.error().describe());
    return;
  }
  report.add({.key = "demo_speaker_accuracy",
              .value = speaker_accuracy(*timeline, *truth),
              .n = truth->lines.size(),
              .note = "lines of the generated truth",
              .bound = Bound{.must = 0.95, .aim = 1, .is_least = true}});
  report.add({.key = "demo_scene_f1",
              .value = scene_f1(*timeline, *truth),
              .n = truth->scenes.size(),
              .note = "beginnings within a second",
              .bound = Bound{.must = 0.9, .aim = 1, .is_least = true}});
}

/// Films made from Big Fish's own dialogue: 10, 20 and 30 % of the words changed, a tenth of the scenes each left out,
/// improvised and moved.
void measure_speakers(Report& report, const Screenplay& screenplay) {
  std::vector<double> coverages;
  std::vector<double> precisions;
  std::vector<double> scenes;
  std::size_t lines = 0;
  for (const double changed : {0.1, 0.2, 0.3}) {
    for (const std::uint64_t seed : {11U, 12U, 13U}) {
      const fuse::DegradedFilm film = fuse::FilmDegrader(screenplay, {.changed_words = changed, .seed = seed}).degrade();
      const auto timeline = fuse_timeline({.screenplay = &film.screenplay, .cues = film.cues}, {});
      if (!timeline) continue;
      const fuse::SpeakerScore score = fuse::score_speakers(*timeline, film.truth);
      coverages.push_back(score.coverage);
      precisions.push_back(score.precision);
      scenes.push_back(score.scenes);
      lines += score.lines;
    }
  }
  const std::string note = "lines with their true speaker; subtitles made from the screenplay: 10-30 % of words changed, scenes cut, added, moved";
  report.add({.key = "bigfish_speaker_coverage",
              .value = std::ranges::min(coverages),
              .n = lines,
              .note = note + "; worst of 9",
              .bound = Bound{.must = 0.8, .aim = 0.9, .is_least = true}});
  report.add({.key = "bigfish_speaker_precision",
              .value = std::ranges::min(precisions),
              .n = lines,
              .note = "of the lines that got a speaker; worst of 9",
              .bound = Bound{.must = 0.97, .aim = 0.99, .is_least = true}});
  report.add({.key = "bigfish_scene_accuracy", .value = std::ranges::min(scenes), .n = lines, .note = "lines in a scene with the true heading; worst of 9"});
}

void measure_suites(Report& report) {
  const auto fountain = fuse::screenplay_files(".fountain");
  const auto fdx = fuse::screenplay_files(".fdx");
  double parsed = 0;
  double exact = 0;
  for (const fs::path& file : fountain) {
    const auto text = read_file(file);
    const auto screenplay = text ? parse_fountain(*text) : Expected<Screenplay>(std::unexpected(text.error()));
    parsed += screenplay ? 1 : 0;
    exact += screenplay && write_fountain(*screenplay, *text) == *text ? 1 : 0;
  }
  for (const fs::path& file : fdx) parsed += read_screenplay_file(file) ? 1 : 0;
  const std::size_t files = fountain.size() + fdx.size();
  report.add({.key = "suites_parsed",
              .value = parsed / static_cast<double>(files),
              .n = files,
              .note = "Fountain and FDX",
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
  report.add({.key = "fountain_round_trip",
              .value = exact / static_cast<double>(fountain.size()),
              .n = fountain.size(),
              .note = "files given back byte by byte",
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
}

/// Names and headings of a screenplay, for comparing two readings.
std::vector<std::string> names_and_headings(const Screenplay& screenplay) {
  std::vector<std::string> found;
  for (const ScreenplayElement& element : screenplay.elements) {
    if (element.kind != ElementKind::CharacterCue && element.kind != ElementKind::SceneHeading) continue;
    std::string key;
    for (const std::string& word : fuse::words_of(element.text)) key += word + " ";
    found.push_back(std::move(key));
  }
  std::ranges::sort(found);
  return found;
}

void measure_wild(Report& report, const Screenplay& screenplay) {
  const std::vector<std::string> wanted = names_and_headings(screenplay);
  double worst = 1;
  const auto styles = fuse::wild_styles();
  for (const fuse::WildStyle& style : styles) {
    const auto script = parse_plain_script(fuse::WildRenderer(screenplay, style).render());
    const std::vector<std::string> found = script ? names_and_headings(script->screenplay) : std::vector<std::string>();
    std::vector<std::string> common;
    std::ranges::set_intersection(found, wanted, std::back_inserter(common));
    worst = std::min(worst, 2 * static_cast<double>(common.size()) / static_cast<double>(found.size() + wanted.size()));
  }
  report.add({.key = "plain_script_f1",
              .value = worst,
              .n = styles.size(),
              .note = "names and headings of Big Fish laid out in every style; the worst",
              .bound = Bound{.must = 0.98, .aim = 1, .is_least = true}});
}

/// Processor time of one call, the median of several.
double seconds_of(const auto& work) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    const std::clock_t begin = std::clock();
    work();
    seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return median(std::move(seconds));
}

std::string repeated(const std::string& text) {
  std::string all;
  while (all.size() < kTimedBytes) all += text + "\n\n";
  return all;
}

std::string many_cues(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("{}\n{:02}:{:02}:{:02},000 --> {:02}:{:02}:{:02},900\n<i>This is what number {} says.</i>\n\n", i + 1, i / 36'000, i / 600 % 60,
                        i / 10 % 60, i / 36'000, i / 600 % 60, i / 10 % 60, i);
  }
  return text;
}

void measure_speed(Report& report, const std::string& text, const Screenplay& screenplay) {
  const auto add = [&](std::string_view key, const std::string& bytes, const auto& parse) {
    if (!parse(bytes)) return report.add_missing(std::string(key), "it did not read what it should");
    const double seconds = seconds_of([&] { std::ignore = parse(bytes); });
    report.add({.key = std::string(key),
                .value = static_cast<double>(bytes.size()) / 1e6 / seconds,
                .unit = "MB/s",
                .n = kRounds,
                .note = fmt::format("{:.1f} MB, one core", static_cast<double>(bytes.size()) / 1e6)});
  };
  const std::string large = repeated(text);
  add("fountain_mb_per_s", large, [](const std::string& bytes) { return parse_fountain(bytes).has_value(); });
  const auto parsed = parse_fountain(large);
  add("fountain_write_mb_per_s", large, [&](const std::string& bytes) { return write_fountain(*parsed, bytes).size() == bytes.size(); });
  add("fdx_mb_per_s", write_fdx(*parsed), [](const std::string& bytes) { return parse_fdx(bytes).has_value(); });
  add("plain_script_mb_per_s", repeated(fuse::WildRenderer(screenplay, fuse::wild_styles().front()).render()),
      [](const std::string& bytes) { return parse_plain_script(bytes).has_value(); });
  add("subtitles_mb_per_s", many_cues(100'000), [](const std::string& bytes) { return read_subtitles(bytes, "en")->cues.size() == 100'000; });
}

void measure_alignment_time(Report& report, const Screenplay& screenplay) {
  const fuse::DegradedFilm film = fuse::FilmDegrader(screenplay, {}).degrade();
  const double seconds = seconds_of([&] { std::ignore = fuse_timeline({.screenplay = &film.screenplay, .cues = film.cues}, {}); });
  report.add({.key = "alignment_ms",
              .value = 1000 * seconds,
              .unit = "ms",
              .n = kRounds,
              .note = fmt::format("{} cues of a whole film, one core", film.cues.size()),
              .bound = Bound{.must = 1100, .aim = 100}});
}

}  // namespace

void measure_reading(Report& report) {
  measure_demo(report);
  const fs::path file = fuse::screenplay_folder() / "Big Fish.fountain";
  const auto text = read_file(file);
  if (!text) {
    report.add_missing("bigfish_speaker_coverage, suites_parsed, plain_script_f1, fountain_mb_per_s", text.error().describe());
    return;
  }
  report.add_data(file);
  const auto screenplay = parse_fountain(*text);
  measure_speakers(report, *screenplay);
  measure_suites(report);
  measure_wild(report, *screenplay);
  measure_speed(report, *text, *screenplay);
  measure_alignment_time(report, *screenplay);
}

}  // namespace cineloom::bench
