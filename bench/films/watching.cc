// What watching a film costs beside decoding it: processor time, wall time on two cores, memory, and how fast a scout is.
// Each run is a process of its own (this program behind --run), so that its time and memory are its own.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "parts.h"
#include "vision/scout.h"
#include "vision/video_analyzer.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 7;
constexpr double kFilmSeconds = 60;
constexpr double kWholeSeconds = 596.45;

class BlindLooker final : public FrameLooker {
 public:
  void begin_stretch() override {}
  std::unique_ptr<FrameNote> look(const FrameView&) override { return std::make_unique<FrameNote>(); }
};

class Nobody final : public MediaConsumer {
 public:
  std::unique_ptr<FrameLooker> make_looker() override { return std::make_unique<BlindLooker>(); }
  Expected<void> begin(const MediaFormat&) override { return {}; }
  Expected<void> take_frame(SeenFrame) override { return {}; }
  Expected<void> take_audio(const AudioBlock&) override { return {}; }
};

Expected<void> decode(const FileDescriptor& film, const MediaOptions& options) {
  Nobody nobody;
  Progress progress;
  CINELOOM_TRY(read_media(film, nobody, options, progress, {}));
  return {};
}

Expected<void> watch(const FileDescriptor& film, VideoOptions options) {
  Progress progress;
  CINELOOM_TRY_ASSIGN(options.faces.cascades, load_face_cascades(default_face_folder()));
  CINELOOM_TRY_ASSIGN(const VideoFindings findings, analyze_video(film, options, progress, {}));
  if (findings.shots.empty()) return fail(ErrorCode::Internal, "expected shots, found none");
  return {};
}

Expected<void> scout(const FileDescriptor& film, const VideoOptions& options) {
  Progress progress;
  CINELOOM_TRY_ASSIGN(const VideoFindings findings, scout_video(film, options, progress, {}));
  if (findings.keyframes.empty()) return fail(ErrorCode::Internal, "expected pictures, found none");
  return {};
}

struct Mode {
  std::string_view name;
  Expected<void> (*run)(const FileDescriptor& film);
};
constexpr std::array kModes{
    Mode{"decode-all", [](const FileDescriptor& film) { return decode(film, {}); }},
    Mode{"decode", [](const FileDescriptor& film) { return decode(film, {.sound = Sound::Ignore}); }},
    Mode{"watch", [](const FileDescriptor& film) { return watch(film, {}); }},
    Mode{"watch-2", [](const FileDescriptor& film) { return watch(film, {.media = {.decoder_threads = 2}}); }},
    Mode{"scout", [](const FileDescriptor& film) { return scout(film, {}); }},
    Mode{"key-frames", [](const FileDescriptor& film) { return decode(film, {.sound = Sound::Ignore, .frames = Frames::KeyFramesOnly}); }},
};
struct Run {
  double processor_s = 0;
  double wall_s = 0;
  double peak_mb = 0;
};

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

/// Starts this program again for one run. Nothing if it failed.
std::optional<Run> run_alone(std::string_view mode, const fs::path& film) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/proc/self/exe", "bench_films", "--run", std::string(mode).c_str(), film.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return Run{.processor_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
             .wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
             .peak_mb = static_cast<double>(usage.ru_maxrss) / 1024};
}

/// A minute of Big Buck Bunny at 720p, made once; the file as it is where there is no encoder.
fs::path film_of_720p() {
  const fs::path source = films_folder() / "big_buck_bunny_360p.mp4";
  const fs::path film = fs::path(CINELOOM_BINARY_DIR) / "big-buck-bunny-720p.mp4";
  if (fs::exists(film)) return film;
  const std::string command = fmt::format(
      "ffmpeg -v error -y -ss 60 -t {} -i '{}' -vf scale=1280:720 -c:v libx264 -preset medium -crf 20 -c:a copy '{}.part.mp4' && mv '{}.part.mp4' '{}'",
      kFilmSeconds, source.string(), film.string(), film.string(), film.string());
  return std::system(command.c_str()) == 0 ? film : source;
}

using Runs = std::map<std::string_view, std::vector<Run>>;

std::optional<Runs> run_all(const fs::path& film) {
  Runs runs;
  for (int round = 0; round < kRounds; ++round) {
    for (const Mode& mode : kModes) {
      const auto run = run_alone(mode.name, film);
      if (!run) return std::nullopt;
      runs[mode.name].push_back(*run);
    }
  }
  return runs;
}

/// Median over the rounds of one mode beside another that ran in the same moment: the machine's speed drifts.
double ratio(const Runs& runs, std::string_view mode, std::string_view other, double Run::* part) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < runs.at(mode).size(); ++round) ratios.push_back(runs.at(mode)[round].*part / (runs.at(other)[round].*part));
  return median(std::move(ratios));
}

double least(const Runs& runs, std::string_view mode, double Run::* part) { return std::ranges::min(runs.at(mode), {}, part).*part; }

}  // namespace

void measure_watching(Report& report) {
  const fs::path film = film_of_720p();
  const auto runs = run_all(film);
  if (!runs) return report.add_missing("cpu_over_decode", "no film to watch");
  const double decode = least(*runs, "decode", &Run::processor_s);
  const double all = least(*runs, "decode-all", &Run::processor_s);
  const double watch = least(*runs, "watch", &Run::processor_s);
  report.add({.key = "cpu_over_decode",
              .value = ratio(*runs, "watch", "decode", &Run::processor_s),
              .n = kRounds,
              .note = fmt::format("{}: {:.2f} over {:.2f} processor s of the picture alone; {:.3f} over picture and sound ({:.2f})", film.filename().string(),
                                  watch, decode, ratio(*runs, "watch", "decode-all", &Run::processor_s), all),
              .bound = Bound{1.15, 1.08}});
  const double one = least(*runs, "watch", &Run::wall_s);
  const double two = least(*runs, "watch-2", &Run::wall_s);
  report.add({.key = "speedup_2cores",
              .value = ratio(*runs, "watch", "watch-2", &Run::wall_s),
              .n = kRounds,
              .note = fmt::format("{:.2f} s, {:.2f} s", one, two),
              .bound = Bound{1.8, 1.9, true}});
  const double scout = least(*runs, "scout", &Run::wall_s);
  const double length = film.filename().string().contains("720p") ? kFilmSeconds : kWholeSeconds;
  report.add({.key = "scout_x_realtime",
              .value = length / scout,
              .n = kRounds,
              .note = fmt::format("{:.0f} s of film in {:.3f} s, start of the process included; decoding the key frames alone {:.3f} s", length, scout,
                                  least(*runs, "key-frames", &Run::wall_s)),
              .bound = Bound{300, 400, true}});
  report.add({.key = "peak_rss_mb",
              .value = std::max(least(*runs, "watch", &Run::peak_mb), least(*runs, "watch-2", &Run::peak_mb)),
              .unit = "MB",
              .n = kRounds,
              .note = fmt::format("one thread {:.0f}, two {:.0f}", least(*runs, "watch", &Run::peak_mb), least(*runs, "watch-2", &Run::peak_mb)),
              .bound = Bound{128, 100}});
}

int run_watching(std::string_view mode, const fs::path& path) {
  const auto chosen = std::ranges::find(kModes, mode, &Mode::name);
  const auto film = FileDescriptor::open_for_reading(path);
  if (chosen == kModes.end() || !film) return 1;
  return chosen->run(*film) ? 0 : 1;
}

}  // namespace cineloom::bench
