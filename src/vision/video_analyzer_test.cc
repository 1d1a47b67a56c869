#include "vision/video_analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <tuple>

#include "base/random.h"
#include "confine/sandbox.h"
#include "confine/testing/own_words.h"
#include "confine/worker_process.h"
#include "domain/json.h"
#include "vision/testing/shot_truth.h"
#include "vision/testing/tiny_nets.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using testing::detections_of;
using testing::read_demo_truth;
using testing::read_shot_truth;
using testing::score_shots;
using testing::ShotScore;

fs::path shared(std::string_view name) { return fs::path(CINELOOM_SOURCE_DIR) / "../shared/data" / name; }

Expected<VideoFindings> analyze(const fs::path& path, const VideoOptions& options = {}) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor film, FileDescriptor::open_for_reading(path));
  Progress progress;
  return analyze_video(film, options, progress, {});
}

std::string onnx_runtime() { return (fs::path(CINELOOM_SOURCE_DIR) / ".cache/onnxruntime/libonnxruntime.so.1").string(); }

/// Runs before main: a test starts this very program as its confined worker.
const bool kIsChild = [] {
  if (!own_words().contains("--worker-child")) return false;
  WorkerChannel channel;
  // The request names a folder of nets, or nothing.
  const auto folder = channel.receive_request();
  NetFiles nets = folder && !folder->empty() ? read_net_files(*folder, onnx_runtime()) : NetFiles();
  const SandboxLimits limits{.memory_bytes = 1ULL << 30U};
  const auto level = confine_this_process(limits);
  Progress progress(channel.progress_sink());
  VideoOptions options;
  std::vector<std::string> warnings;
  if (level) options.faces.nets = VisionNets::open(std::move(nets), warnings);
  auto findings = level ? analyze_video(FileDescriptor(kWorkerInput), options, progress, {}) : Expected<VideoFindings>(std::unexpected(level.error()));
  if (findings) {
    findings->warnings.insert(findings->warnings.end(), warnings.begin(), warnings.end());
    std::ignore = channel.send_result(to_json(*findings));  // the parent sees the end of the channel otherwise
  } else {
    std::ignore = channel.send_error(findings.error());
  }
  ::_exit(0);
}();

TEST(VideoAnalyzer, FindsTheShotsThatPeopleMarked) {
  if (!fs::exists(shared("films/news.shots.json"))) GTEST_SKIP() << "no ../shared/data/films";
  ShotScore total;
  for (const auto* name : {"news", "climate", "big_buck_bunny"}) {
    const bool is_long = std::string_view(name) == "big_buck_bunny";
    const auto findings = analyze(shared(std::string("films/") + name + (is_long ? "_360p.mp4" : ".mp4")));
    ASSERT_TRUE(findings) << findings.error().describe();
    const ShotScore here = score_shots(detections_of(*findings), read_shot_truth(shared(std::string("films/") + name + ".shots.json")));
    std::cout << name << ": F1 " << here.f1() << ", false alarms " << here.false_alarms << ", misses " << here.misses << ", gradual " << here.gradual_hits
              << "/" << here.gradual_events << "\n";
    EXPECT_GE(here.f1(), 0.9) << name;
    total.add(here);
  }
  std::cout << "micro F1 " << total.f1() << "\n";
  EXPECT_GE(total.f1(), 0.97);
  EXPECT_GE(total.gradual_hits, total.gradual_events * 85 / 100);
}

TEST(VideoAnalyzer, FindsEveryShotOfTheDemoFilm) {
  const fs::path folder = fs::path(CINELOOM_SOURCE_DIR) / "demo/library";
  const auto findings = analyze(folder / "the-moon-in-the-reeds.mp4");
  ASSERT_TRUE(findings) << findings.error().describe();
  const ShotScore found = score_shots(detections_of(*findings), read_demo_truth(folder / "the-moon-in-the-reeds.truth.json"));
  EXPECT_GE(found.f1(), 0.97) << found.false_alarms << " false alarms, " << found.misses << " misses";
  EXPECT_EQ(findings->keyframes.size(), findings->shots.size());
}

void expect_consistent(const VideoFindings& findings) {
  ASSERT_FALSE(findings.shots.empty());
  EXPECT_EQ(findings.shots.front().first.ordinal, 0);
  EXPECT_EQ(findings.shots.back().last.ordinal, findings.frames - 1);
  for (std::size_t i = 1; i < findings.shots.size(); ++i) {
    EXPECT_EQ(findings.shots[i].first.ordinal, findings.shots[i - 1].last.ordinal + 1);
    EXPECT_EQ(findings.shots[i].begin, findings.shots[i - 1].end);
    EXPECT_GT(findings.shots[i].first.pts, findings.shots[i - 1].last.pts);
  }
  for (const Keyframe& keyframe : findings.keyframes) {
    const Shot& shot = findings.shots.at(static_cast<std::size_t>(keyframe.shot));
    EXPECT_GE(keyframe.frame, shot.first);
    EXPECT_LE(keyframe.frame, shot.last);
  }
}

TEST(VideoAnalyzer, GivesEveryShotAPaletteAndAKeyframe) {
  std::vector<std::string> pictures;
  VideoOptions options;
  options.take_keyframe = [&](const Keyframe&, std::string_view jpeg) -> Expected<void> {
    pictures.emplace_back(jpeg);
    return {};
  };
  const auto findings = analyze(shared("films/news.mp4"), options);
  if (!findings && findings.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(findings) << findings.error().describe();
  expect_consistent(*findings);
  EXPECT_EQ(findings->keyframes.size(), findings->shots.size());
  ASSERT_EQ(pictures.size(), findings->keyframes.size());
  for (const std::string& picture : pictures) EXPECT_TRUE(picture.starts_with("\xFF\xD8") && picture.ends_with("\xFF\xD9"));
  for (const Shot& shot : findings->shots) {
    double shares = 0;
    for (const PaletteColor& color : shot.palette) shares += color.share;
    EXPECT_NEAR(shares, 1, 1e-6);
  }
}

TEST(VideoAnalyzer, WatchesShortOddFilms) {
  if (!fs::exists(shared("films"))) GTEST_SKIP() << "no ../shared/data/films";
  for (const auto* name : {"no_duration.webm", "video_with_failing_audio.mp4", "sintel_clip.mpg"}) {
    const auto findings = analyze(shared("films") / name);
    ASSERT_TRUE(findings) << name << ": " << findings.error().describe();
    expect_consistent(*findings);
    EXPECT_GT(findings->duration, FilmTime(500)) << name;
  }
}

TEST(VideoAnalyzer, GivesTheSameFindingsInsideAConfinedWorker) {
  const auto path = shared("films/video_with_failing_audio.mp4");
  const auto plain = analyze(path);
  if (!plain && plain.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(plain) << plain.error().describe();
  const auto film = FileDescriptor::open_for_reading(path);
  Progress progress;
  const auto confined = run_worker({.arguments = {"--worker-child"}}, *film, "", {}, progress, {});
  ASSERT_TRUE(confined) << confined.error().describe();
  EXPECT_EQ(*confined, to_json(*plain));
}

TEST(VideoAnalyzer, LooksWithTheUsersNetsInsideAConfinedWorker) {
  const auto path = fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4";
  const auto film = FileDescriptor::open_for_reading(path);
  if (!film || !fs::exists(onnx_runtime())) GTEST_SKIP() << "needs the demo film and " << onnx_runtime() << ", which ./dev test fetches";
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder && testing::write_tiny_nets(folder->path()));
  ASSERT_TRUE(write_file(folder->path() / "d-garbage.json", testing::kLabelsSlot));
  ASSERT_TRUE(write_file(folder->path() / "labels.onnx", "no net"));
  Progress progress;
  const auto answer = run_worker({.arguments = {"--worker-child"}}, *film, folder->path().string(), {}, progress, {});
  ASSERT_TRUE(answer) << answer.error().describe();
  const auto confined = from_json<VideoFindings>(*answer);
  ASSERT_TRUE(confined) << confined.error().describe();
  ASSERT_EQ(confined->warnings.size(), 2U) << "both slots of the garbage";
  ASSERT_EQ(confined->nets.size(), 2U);
  EXPECT_FALSE(confined->faces.empty()) << "bright places are faces to this net";
  EXPECT_FALSE(confined->people.empty());
  VideoOptions options;
  std::vector<std::string> warnings;
  options.faces.nets = VisionNets::open(read_net_files(folder->path(), onnx_runtime()), warnings);
  auto plain = analyze(path, options);
  ASSERT_TRUE(plain) << plain.error().describe();
  plain->warnings = warnings;
  EXPECT_EQ(*answer, to_json(*plain));
}

TEST(VideoAnalyzer, NamesShotsByTheUsersNets) {
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder && testing::write_tiny_nets(folder->path()));
  if (!fs::exists(onnx_runtime())) GTEST_SKIP() << "needs " << onnx_runtime() << ", which ./dev test fetches";
  VideoOptions options;
  std::vector<std::string> warnings;
  options.faces.nets = VisionNets::open(read_net_files(folder->path(), onnx_runtime()), warnings);
  const auto film = analyze(fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4", options);
  ASSERT_TRUE(film) << film.error().describe();
  int named = 0;
  for (const Shot& shot : film->shots) {
    for (const ShotLabel& label : shot.labels) {
      ++named;
      EXPECT_GE(label.score, 0.5);
      EXPECT_EQ(label.slot, "c-labels.json");
    }
    // The mean of red, green and blue is above a half in a bright shot: then one of them is.
    EXPECT_TRUE(shot.brightness < 0.62 || !shot.labels.empty()) << shot.first.ordinal;
  }
  EXPECT_GT(named, 0);
}

TEST(VideoAnalyzer, AnswersWhereverAFilmIsCutOffOrBytesAreWrong) {
  const auto whole = read_file(shared("films/chaplin.mp4"));
  if (!whole) GTEST_SKIP() << "no ../shared/data/films";
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder);
  Random random(1);
  for (int variant = 0; variant < 24; ++variant) {
    SCOPED_TRACE(variant);
    std::string bytes = *whole;
    if (variant % 2 == 0) bytes.resize(1 + bytes.size() * static_cast<std::size_t>(variant) / 24);
    for (int flip = 0; variant % 2 == 1 && flip < 1 << (variant / 3); ++flip) bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    const auto path = folder->path() / "film.mp4";
    ASSERT_TRUE(write_file(path, bytes));
    const auto findings = analyze(path, {.media = {.decoder_threads = 2}});
    if (findings) expect_consistent(*findings);
    else EXPECT_FALSE(findings.error().message().empty());
  }
}

TEST(VideoAnalyzer, FindsTheSameWithAnyNumberOfThreads) {
  const fs::path film = fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4";
  const auto one = analyze(film, {.take_sheet = [](const std::string&, std::string_view) -> Expected<void> { return {}; }});
  const auto three = analyze(film, {.media = {.decoder_threads = 3}, .take_sheet = [](const std::string&, std::string_view) -> Expected<void> { return {}; }});
  ASSERT_TRUE(one) << one.error().describe();
  ASSERT_TRUE(three) << three.error().describe();
  EXPECT_EQ(to_json(*one), to_json(*three));
  EXPECT_EQ(one->trickplay.count, 24);
  EXPECT_EQ(one->trickplay.files.size(), 1U);
}

/// Everything a watching gives: its findings and its pictures, in order of their names.
struct Watched {
  std::string findings;
  std::map<std::string, std::string> pictures;
};

/// Watches, and is stopped where it has left `most_marks`.
Expected<Watched> watch_until(const fs::path& path, std::vector<std::string>& marks, std::size_t most_marks, int threads) {
  Watched watched;
  VideoOptions options{.media = {.decoder_threads = threads}, .mark_every = std::chrono::milliseconds(0), .marks = marks};
  options.take_sheet = [&](const std::string& file, std::string_view jpeg) -> Expected<void> {
    watched.pictures[file] = jpeg;
    return {};
  };
  options.take_portrait = options.take_sheet;
  options.take_keyframe = [&](const Keyframe& keyframe, std::string_view jpeg) { return options.take_sheet(keyframe.file, jpeg); };
  if (auto cascades = load_face_cascades(default_face_folder())) options.faces.cascades = *std::move(cascades);
  options.take_mark = [&](std::string_view mark) -> Expected<void> {
    if (marks.size() == most_marks) return fail(ErrorCode::Cancelled, "stopped");
    marks.emplace_back(mark);
    return {};
  };
  CINELOOM_TRY_ASSIGN(const VideoFindings findings, analyze(path, options));
  watched.findings = to_json(findings);
  return watched;
}

TEST(VideoAnalyzer, GoesOnWhereItWasStoppedAsIfItHadNotBeen) {
  const fs::path film = fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4";
  std::vector<std::string> all;
  const auto whole = watch_until(film, all, 100'000, 2);
  ASSERT_TRUE(whole) << whole.error().describe();
  ASSERT_GT(all.size(), 8U);
  std::vector<std::string> marks;
  // Stopped early, in the middle, twice in a row at the same place, late; with other numbers of threads.
  for (const std::size_t stop : {std::size_t{1}, all.size() / 2, all.size() / 2, all.size() - 2}) {
    const auto part = watch_until(film, marks, stop, stop % 2 == 0 ? 1 : 2);
    ASSERT_FALSE(part);
    ASSERT_EQ(part.error().code(), ErrorCode::Cancelled) << part.error().describe();
    ASSERT_EQ(marks.size(), stop);
  }
  const auto rest = watch_until(film, marks, 100'000, 1);
  ASSERT_TRUE(rest) << rest.error().describe();
  EXPECT_EQ(rest->findings, whole->findings);
  EXPECT_EQ(rest->pictures, whole->pictures);
}

TEST(VideoAnalyzer, RefusesMarksThatAreNone) {
  const fs::path film = fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4";
  std::vector<std::string> marks;
  const auto part = watch_until(film, marks, 1, 1);
  ASSERT_FALSE(marks.empty());
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, marks[0].size() / 2, marks[0].size() - 1}) {
    std::vector<std::string> damaged{marks[0].substr(0, size)};
    const auto watched = watch_until(film, damaged, 1, 1);
    ASSERT_FALSE(watched) << size;
    EXPECT_EQ(watched.error().code(), ErrorCode::DataLoss) << size << ": " << watched.error().describe();
  }
}

TEST(VideoAnalyzer, FindsCreditsBlackAndLoudnessOfAWholeFilm) {
  const auto film = analyze(shared("films/big_buck_bunny_360p.mp4"), {.media = {.decoder_threads = 2}});
  if (!film && film.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(film) << film.error().describe();
  ASSERT_TRUE(film->end_credits);
  EXPECT_NEAR(static_cast<double>(film->end_credits->begin.count()), 491'000, 2000);  // the names begin after the iris closes
  EXPECT_NEAR(static_cast<double>(film->end_credits->end.count()), 580'000, 2000);    // and a scene comes after them
  EXPECT_EQ(film->black.size(), 5U);
  EXPECT_EQ(film->picture, PictureArea{});
  // As FFmpeg's ebur128 filter measures the same file.
  EXPECT_NEAR(film->sound.integrated_lufs, -28.1, 0.1);
  EXPECT_NEAR(film->sound.range_lu, 23.7, 0.3);
  EXPECT_NEAR(film->sound.peak_db, -3.6, 0.1);
  EXPECT_EQ(film->barcode.size(), 480U);
  EXPECT_EQ(film->tension.size(), 597U);
}

TEST(VideoAnalyzer, HearsSpeechWhereTheDemoFilmSpeaks) {
  const auto film = analyze(fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4");
  ASSERT_TRUE(film) << film.error().describe();
  EXPECT_FALSE(film->end_credits);
  const auto& speech = film->sound.speech;
  ASSERT_EQ(speech.size(), 24U);
  EXPECT_LT(speech[0], 0.2);  // titles and music; the first line comes at 13 s
  EXPECT_GT(speech[2], 0.4);
}

TEST(VideoAnalyzer, AnswersForDamagedAndRareFiles) {
  const fs::path folder = shared("hostile-media");
  if (!fs::exists(folder)) GTEST_SKIP() << "no ../shared/data/hostile-media";
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() < 600'000) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  // A tenth of them keeps the test short; the whole folder is asked for by the environment.
  const std::size_t step = std::getenv("CINELOOM_ALL_HOSTILE_MEDIA") != nullptr ? 1 : 10;
  int watched = 0;
  for (std::size_t i = 0; i < files.size(); i += step) {
    SCOPED_TRACE(files[i].string());
    const auto findings = analyze(files[i]);
    if (findings) {
      ++watched;
      expect_consistent(*findings);
    } else {
      EXPECT_FALSE(findings.error().message().empty());
      EXPECT_NE(findings.error().code(), ErrorCode::Internal) << findings.error().describe();
    }
  }
  std::cout << watched << " of " << (files.size() + step - 1) / step << " files could be watched\n";
}

}  // namespace
}  // namespace cineloom
