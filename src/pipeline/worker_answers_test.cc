#include "pipeline/worker_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "base/json.h"
#include "domain/json.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Shot shot(int number) {
  return {.first = {.pts = number * 512, .ordinal = number * 10},
          .last = {.pts = number * 512 + 500, .ordinal = number * 10 + 9},
          .begin = FilmTime(number * 400),
          .end = FilmTime(number * 400 + 400),
          .palette = {{.color = "#0a0b0c", .share = 1}},
          .labels = {{.label = "a beach", .score = 0.9, .slot = "places"}}};
}

/// Two shots, the second with somebody in it.
VideoFindings small() {
  VideoFindings video{.duration = FilmTime(800), .frames = 20, .frames_per_second = 25, .width = 320, .height = 180, .shots = {shot(0), shot(1)}};
  video.keyframes = {{.frame = {.pts = 20, .ordinal = 2}, .at = FilmTime(80), .shot = 0, .file = "keyframe-00001.jpg"}};
  video.faces = {{.frame = {.pts = 600, .ordinal = 12}, .at = FilmTime(480), .shot = 1, .confidence = 0.9, .person = 0}};
  video.people = {{.faces = 1, .shots = {1}, .file = "person-001.jpg"}};
  video.trickplay = {.width = 320, .height = 180, .count = 1, .files = {"trickplay-0.jpg"}};
  video.loudness = {{.at = FilmTime(0), .lufs = -23}};
  video.tension = {{.at = FilmTime(0), .tension = 0.5}};
  video.barcode = {{.color = "#ffffff", .share = 1}};
  return video;
}

TEST(WorkerAnswers, TakesFindingsAsTheyWereSent) {
  const auto read = read_findings(to_json(small()));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(to_json(*read), to_json(small()));
  const auto nothing = read_findings("{}");
  EXPECT_TRUE(nothing) << "a film without shots, sound and people: " << nothing.error().describe();
}

TEST(WorkerAnswers, TakesPicturesWithoutShotsOfAFirstImpressionAlone) {
  VideoFindings video = small();
  video.keyframes.front().shot = -1;
  EXPECT_FALSE(read_findings(to_json(video)));
  video.is_scouted = true;
  EXPECT_TRUE(read_findings(to_json(video)));
}

TEST(WorkerAnswers, RefusesFindingsThatCannotBe) {
  const std::vector<std::pair<const char*, std::function<void(VideoFindings&)>>> lies = {
      {"a time base", [](VideoFindings& video) { video.time_base.denominator = 0; }},
      {"a length", [](VideoFindings& video) { video.duration = FilmTime(std::int64_t{1} << 62U); }},
      {"a length", [](VideoFindings& video) { video.frames = -1; }},
      {"a rate", [](VideoFindings& video) { video.frames_per_second = 1e300; }},
      {"a size", [](VideoFindings& video) { video.width = 1 << 30; }},
      {"shots", [](VideoFindings& video) { std::swap(video.shots[0], video.shots[1]); }},
      {"shots", [](VideoFindings& video) { video.shots[0].end = FilmTime(-1); }},
      {"shots", [](VideoFindings& video) { video.shots[1].begin = video.shots[1].end = FilmTime(std::int64_t{1} << 62U); }},
      {"shots", [](VideoFindings& video) { video.shots[0].motion = 2; }},
      {"shots", [](VideoFindings& video) { video.shots[0].last.ordinal = std::numeric_limits<std::int64_t>::max(); }},
      {"shots", [](VideoFindings& video) { video.shots[0].palette[0].color = "url(#x)"; }},
      {"a colour", [](VideoFindings& video) { video.barcode[0].color = "#fff"; }},
      {"a keyframe", [](VideoFindings& video) { video.keyframes[0].shot = 2; }},
      {"a keyframe", [](VideoFindings& video) { video.keyframes[0].file = "../../library/cineloom.sqlite"; }},
      {"a face", [](VideoFindings& video) { video.faces[0].person = 1; }},
      {"a face", [](VideoFindings& video) { video.faces[0].shot = -1; }},
      {"a person", [](VideoFindings& video) { video.people[0].shots = {0, 2}; }},
      {"a person", [](VideoFindings& video) { video.people[0].file = "/etc/passwd"; }},
      {"pictures for a seek bar", [](VideoFindings& video) { video.trickplay.columns = 0; }},
      {"pictures for a seek bar", [](VideoFindings& video) { video.trickplay.files[0] = "..jpg"; }},
      {"a sound", [](VideoFindings& video) { video.loudness[0].lufs = -1e300; }},
      {"a sound", [](VideoFindings& video) { video.sound.speech = {1.5}; }},
      {"a tension", [](VideoFindings& video) { video.tension[0].tension = -1; }},
      {"a stretch", [](VideoFindings& video) { video.end_credits = FilmSpan{.begin = FilmTime(9), .end = FilmTime(1)}; }},
  };
  for (const auto& [what, tell] : lies) {
    VideoFindings video = small();
    tell(video);
    const auto read = read_findings(to_json(video));
    ASSERT_FALSE(read) << what;
    EXPECT_EQ(read.error().code(), ErrorCode::DataLoss);
    EXPECT_THAT(read.error().message(), HasSubstr(what));
  }
}

TEST(WorkerAnswers, ShowsWordsAsText) {
  VideoFindings video = small();
  video.warnings = {"frame 3\x1B[2J is damaged\nreally"};
  video.shots[0].labels[0].label = "a\tbeach";
  const auto read = read_findings(to_json(video));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_THAT(read->warnings, ElementsAre("frame 3[2J is damaged really"));
  EXPECT_EQ(read->shots[0].labels[0].label, "a beach");
}

TEST(WorkerAnswers, TakesCuesInOrderOfTime) {
  const SubtitleTrack track{.cues = {{.begin = FilmTime(0), .end = FilmTime(900), .text = "Good\x07 morning.\nSit down."},
                                     {.begin = FilmTime(500), .end = FilmTime(1400), .text = "No.", .speaker = "ANNA"}},
                            .language = "en"};
  const auto read = read_track(json::write(track));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->cues[0].text, "Good morning.\nSit down.");
  EXPECT_EQ(read->cues[1].speaker, "ANNA");
  const auto all = read_tracks(json::write(std::vector{track, track}));
  ASSERT_TRUE(all) << all.error().describe();
  EXPECT_EQ(all->size(), 2U);
}

TEST(WorkerAnswers, RefusesCuesThatCannotBe) {
  const auto cue = [](std::int64_t begin, std::int64_t end) { return Cue{.begin = FilmTime(begin), .end = FilmTime(end), .text = "x"}; };
  for (const auto& cues : {std::vector{cue(-1, 5)}, std::vector{cue(5, 1)}, std::vector{cue(9, 10), cue(0, 5)}, std::vector{cue(0, 36'000'001)},
                           std::vector(200'001, cue(0, 1))}) {
    EXPECT_FALSE(read_track(json::write(SubtitleTrack{.cues = cues})));
    EXPECT_FALSE(read_tracks(json::write(std::vector{SubtitleTrack{.cues = cues}})));
  }
}

TEST(WorkerAnswers, KnowsNamesThatStayInTheirFolder) {
  for (const char* name : {"keyframe-00001.jpg", "a b.jpg", "片.jpg"}) EXPECT_TRUE(is_picture_name(name)) << name;
  for (const char* name : {"", ".jpg", "..jpg", "a/b.jpg", "/a.jpg", "a\nb.jpg", "a\x7F.jpg", "a.html", "a.js"}) EXPECT_FALSE(is_picture_name(name)) << name;
  EXPECT_FALSE(is_picture_name(std::string(256, 'a') + ".jpg"));
}

}  // namespace
}  // namespace cineloom
