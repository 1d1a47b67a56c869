#include "fuse/film_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cineloom {
namespace {

using ::testing::HasSubstr;

/// Two shots at 24 frames a second that mix for twelve frames, in two scenes, one line.
FilmKnowledge small_film() {
  FilmKnowledge known;
  known.video = {.duration = FilmTime(10'000), .frames = 240, .frames_per_second = 24};
  known.video.shots = {{.first = {0, 0}, .last = {99, 99}, .begin = FilmTime(0), .end = FilmTime(4166), .palette = {{"#102030", 0.6}, {"#ffffff", 0.4}}},
                       {.first = {100, 100},
                        .last = {239, 239},
                        .begin = FilmTime(4166),
                        .end = FilmTime(10'000),
                        .transition_in = TransitionKind::Dissolve,
                        .transition_first = FrameTime{100, 100},
                        .transition_last = FrameTime{111, 111}}};
  known.timeline.scenes = {{.begin = FilmTime(0), .end = FilmTime(4166), .heading = "EXT. PIER - NIGHT", .characters = {"Mira"}},
                           {.begin = FilmTime(4166), .end = FilmTime(10'000), .first_shot = 1, .last_shot = 1}};
  known.timeline.lines = {{.begin = FilmTime(500), .end = FilmTime(1500), .speaker = "Mira", .text = "Look <there> & wait,\nplease."}};
  return known;
}

const Film kFilm{.key = "small-2020", .title = {.english = "Small"}};

std::string exported(FilmExport format) {
  const auto text = export_film(kFilm, small_film(), "small.mp4", format);
  EXPECT_TRUE(text) << text.error().describe();
  return text ? *text : "";
}

TEST(FilmExport, WritesAnEditDecisionListInFramesThatDoNotDrift) {
  const std::string text = exported(FilmExport::Edl);
  EXPECT_THAT(text, HasSubstr("001  AX       V     C           00:00:00:00 00:00:04:04 00:00:00:00 00:00:04:04"));
  EXPECT_THAT(text, HasSubstr("002  AX       V     D    012    00:00:04:04 00:00:10:00"));
}

TEST(FilmExport, WritesATimelineWithClipsTransitionsAndScenes) {
  const auto timeline = boost::json::parse(exported(FilmExport::Otio));
  const auto& stack = timeline.at("tracks").as_object();
  const auto& children = stack.at("children").at(0).at("children").as_array();
  ASSERT_EQ(children.size(), 3U);
  EXPECT_EQ(children[1].at("OTIO_SCHEMA").as_string(), "Transition.1");
  EXPECT_EQ(children[2].at("source_range").at("duration").at("value").as_double(), 140);
  EXPECT_EQ(children[0].at("media_reference").at("target_url").as_string(), "small.mp4");
  EXPECT_EQ(stack.at("markers").at(0).at("name").as_string(), "EXT. PIER - NIGHT");
  EXPECT_EQ(stack.at("markers").at(1).at("marked_range").at("start_time").at("value").as_double(), 100);
}

TEST(FilmExport, NamesScenesAsChaptersAndSpeakersAsVoices) {
  EXPECT_THAT(exported(FilmExport::Chapters), HasSubstr("00:00:00.000 --> 00:00:04.166\nEXT. PIER - NIGHT\n"));
  EXPECT_THAT(exported(FilmExport::Chapters), HasSubstr("Scene 2"));
  EXPECT_THAT(exported(FilmExport::Lines), HasSubstr("<v Mira>Look &lt;there&gt; &amp; wait, please."));
}

TEST(FilmExport, ListsShotsByFrames) {
  EXPECT_THAT(exported(FilmExport::Csv), HasSubstr("\r\n1,0,99,00:00:00.000,00:00:04.166,4.166,start,,,1.000,unknown,0.0000,0.0000,#102030 #ffffff\r\n"));
  const auto net = boost::json::parse(exported(FilmExport::MovieNet));
  EXPECT_EQ(net.at("shot").at(1).at(0).as_int64(), 100);
  EXPECT_EQ(net.at("scene").at(0).at("cast").at(0).as_string(), "Mira");
}

TEST(FilmExport, SaysWhatIsNotKnown) {
  for (const FilmExportName& name : kFilmExports) {
    const auto text = export_film(kFilm, {}, "", name.format);
    ASSERT_FALSE(text) << name.name;
    EXPECT_EQ(text.error().code(), ErrorCode::InvalidArgument);
    EXPECT_FALSE(text.error().next_step().empty());
  }
}

}  // namespace
}  // namespace cineloom
