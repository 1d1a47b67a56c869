#include "media/media_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace cineloom {
namespace {

using ::testing::HasSubstr;

struct Shape : FrameNote {
  int width = 0;
  std::uint64_t sum = 0;  ///< of the luma
};

struct ShapeLooker : FrameLooker {
  void begin_stretch() override {}
  std::unique_ptr<FrameNote> look(const FrameView& frame) override {
    auto shape = std::make_unique<Shape>();
    shape->width = frame.luma.width;
    for (int y = 0; y < frame.luma.height; ++y) {
      for (const std::uint8_t value : frame.luma.row(y)) shape->sum += value;
    }
    return shape;
  }
};

struct Counter : MediaConsumer {
  MediaFormat format;
  std::int64_t samples = 0;
  std::vector<FrameTime> times;
  std::vector<std::uint64_t> sums;
  Expected<void> begin(const MediaFormat& given) override {
    format = given;
    return {};
  }
  std::unique_ptr<FrameLooker> make_looker() override { return std::make_unique<ShapeLooker>(); }
  Expected<void> take_frame(SeenFrame frame) override {
    times.push_back(frame.time);
    sums.push_back(dynamic_cast<const Shape&>(*frame.note).sum);
    return {};
  }
  Expected<void> take_audio(const AudioBlock& block) override {
    samples += static_cast<std::int64_t>(block.samples.size()) / 2;
    return {};
  }
};

std::filesystem::path shared(std::string_view name) { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data" / name; }

Expected<MediaSummary> read(const std::filesystem::path& path, MediaConsumer& consumer, const MediaOptions& options = {}, const CancelToken& cancel = {}) {
  CINELOOM_TRY_ASSIGN(const FileDescriptor film, FileDescriptor::open_for_reading(path));
  Progress progress;
  return read_media(film, consumer, options, progress, cancel);
}

Expected<MediaSummary> read_bytes(std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  CINELOOM_TRY(write_file(folder.path() / "film.mp4", bytes));
  Counter counter;
  return read(folder.path() / "film.mp4", counter);
}

TEST(MediaReader, SaysThatAMissingFilmIsMissing) {
  Counter counter;
  const auto summary = read("/nowhere/film.mp4", counter);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code(), ErrorCode::NotFound);
}

/// Keeps the marks with how many frames had come.
struct Marker : Counter {
  std::vector<std::pair<ReadingMark, std::size_t>> marks;
  Expected<void> take_mark(const ReadingMark& mark) override {
    marks.emplace_back(mark, times.size());
    return {};
  }
};

TEST(MediaReader, BeginsBehindAMarkWithTheSameFramesAndAllTheSound) {
  const auto film = std::filesystem::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4";
  Marker whole;
  const auto summary = read(film, whole, {.decoder_threads = 2});
  ASSERT_TRUE(summary) << summary.error().describe();
  ASSERT_GT(whole.marks.size(), 3U);
  EXPECT_EQ(whole.marks.back().second, whole.times.size()) << "the film's end is a mark too";
  for (const std::size_t at : {whole.marks.size() / 2, whole.marks.size() - 1}) {
    const auto& [mark, frames] = whole.marks[at];
    Counter rest;
    const auto again = read(film, rest, {.begin_behind = mark});
    ASSERT_TRUE(again) << again.error().describe();
    EXPECT_EQ(rest.times, std::vector(whole.times.begin() + static_cast<std::ptrdiff_t>(frames), whole.times.end()));
    EXPECT_EQ(rest.sums, std::vector(whole.sums.begin() + static_cast<std::ptrdiff_t>(frames), whole.sums.end()));
    EXPECT_EQ(rest.samples, whole.samples);
    EXPECT_EQ(again->frames, summary->frames);
    EXPECT_EQ(again->last, summary->last);
  }
}

TEST(MediaReader, RefusesATextFileWithAFilmsName) {
  const auto summary = read_bytes("This is a letter, not a film.\nIt only has a film's name.\n");
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(summary.error().message(), HasSubstr("expected a film"));
  EXPECT_FALSE(summary.error().next_step().empty());
}

TEST(MediaReader, RefusesAPlaylistThatPointsToOtherFiles) {
  const auto summary = read_bytes("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n");
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code(), ErrorCode::InvalidArgument);
}

TEST(MediaReader, RefusesAConcatenationScript) {
  const auto summary = read_bytes("ffconcat version 1.0\nfile '/etc/passwd'\n");
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code(), ErrorCode::InvalidArgument);
}

TEST(MediaReader, SaysThatAFilmCutOffBeforeItsIndexIsDamaged) {
  const auto whole = read_file(shared("films/chaplin.mp4"));
  if (!whole) GTEST_SKIP() << "no ../shared/data/films";
  const auto summary = read_bytes(std::string_view(*whole).substr(0, whole->size() / 3));
  if (summary) {
    EXPECT_FALSE(summary->warnings.empty());
  } else {
    EXPECT_EQ(summary.error().code(), ErrorCode::DataLoss) << summary.error().describe();
  }
}

TEST(MediaReader, NumbersEveryFrameInPresentationOrder) {
  Counter counter;
  const auto summary = read(shared("films/news.mp4"), counter);
  if (!summary && summary.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(summary) << summary.error().describe();
  EXPECT_EQ(summary->frames, 1380);
  ASSERT_EQ(counter.times.size(), 1380U);
  EXPECT_TRUE(std::ranges::is_sorted(counter.times, {}, &FrameTime::pts));
  EXPECT_EQ(counter.times.back().ordinal, 1379);
  EXPECT_TRUE(summary->warnings.empty());
}

TEST(MediaReader, GivesTheSameFramesWithAnyNumberOfThreads) {
  for (const auto* name : {"films/news.mp4", "films/chaplin.mp4", "films/sintel_clip.mpg", "films/no_duration.webm", "films/video_with_failing_audio.mp4"}) {
    SCOPED_TRACE(name);
    Counter one;
    const auto summary = read(shared(name), one);
    if (!summary && summary.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
    ASSERT_TRUE(summary) << summary.error().describe();
    Counter three;
    ASSERT_TRUE(read(shared(name), three, {.decoder_threads = 3}));
    EXPECT_EQ(one.times, three.times);
    EXPECT_EQ(one.sums, three.sums);
    EXPECT_EQ(one.samples, three.samples);
  }
}

TEST(MediaReader, LooksAtKeyFramesOnlyWhereThatIsEnough) {
  Counter all;
  const auto whole = read(shared("films/news.mp4"), all);
  if (!whole && whole.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(whole) << whole.error().describe();
  Counter few;
  const auto summary = read(shared("films/news.mp4"), few, {.frames = Frames::KeyFramesOnly});
  ASSERT_TRUE(summary) << summary.error().describe();
  EXPECT_GE(few.times.size(), 2U);
  EXPECT_LT(few.times.size() * 5, all.times.size());
  const auto known = [&](std::uint64_t sum) { return std::ranges::find(all.sums, sum) != all.sums.end(); };
  EXPECT_TRUE(std::ranges::all_of(few.sums, known));
}

TEST(MediaReader, HearsTheSoundInTheSamePass) {
  Counter counter;
  const auto summary = read(shared("films/chaplin.mp4"), counter);
  if (!summary && summary.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(summary) << summary.error().describe();
  EXPECT_TRUE(counter.format.has_audio);
  EXPECT_NEAR(static_cast<double>(counter.samples) / 48000.0, 9.64, 0.2);
}

TEST(MediaReader, ReadsAFilmThatDoesNotKnowItsLength) {
  Counter counter;
  const auto summary = read(shared("films/no_duration.webm"), counter);
  if (!summary && summary.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(summary) << summary.error().describe();
  EXPECT_GT(summary->frames, 10);
}

TEST(MediaReader, SaysThatAFilmIsEncrypted) {
  if (!std::filesystem::exists(shared("hostile-media"))) GTEST_SKIP() << "no ../shared/data/hostile-media";
  Counter counter;
  const auto summary = read(shared("hostile-media/video__h264__mov-3elist-encrypted.mp4"), counter);
  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().message(), testing::HasSubstr("encrypted")) << summary.error().describe();
  EXPECT_TRUE(counter.times.empty());
}

TEST(MediaReader, SeesAFilmWhoseSoundFails) {
  Counter counter;
  const auto summary = read(shared("films/video_with_failing_audio.mp4"), counter);
  if (!summary && summary.error().code() == ErrorCode::NotFound) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_TRUE(summary) << summary.error().describe();
  EXPECT_EQ(summary->frames, 280);
}

TEST(MediaReader, StopsWhenAsked) {
  Counter counter;
  CancelSource source;
  source.cancel();
  const auto summary = read(shared("films/news.mp4"), counter, {}, source.token());
  if (!std::filesystem::exists(shared("films/news.mp4"))) GTEST_SKIP() << "no ../shared/data/films";
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code(), ErrorCode::Cancelled);
}

TEST(MediaReader, RefusesPicturesOverTheLimit) {
  if (!std::filesystem::exists(shared("films/news.mp4"))) GTEST_SKIP() << "no ../shared/data/films";
  Counter counter;
  const auto summary = read(shared("films/news.mp4"), counter, MediaOptions{.max_pixels = 1000});
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code(), ErrorCode::ResourceExhausted);
}

}  // namespace
}  // namespace cineloom
