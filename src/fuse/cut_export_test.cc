#include "fuse/cut_export.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace cineloom {
namespace {

using ::testing::HasSubstr;

VideoFindings two_shots() {
  VideoFindings video;
  for (const int shot : {0, 1}) {
    Shot one{.begin = FilmTime(shot * 4000), .end = FilmTime(shot * 4000 + 4000)};
    one.first.ordinal = shot * 100;
    one.last.ordinal = shot * 100 + 99;
    video.shots.push_back(one);
  }
  video.frames = 200;
  video.frames_per_second = 25;
  video.duration = FilmTime(8000);
  return video;
}

FilmCut cut_with_card() {
  FilmCut cut{.title = {"A & B\n", ""}, .stretches = {}, .summary = {}, .notes = {}};
  cut.stretches.push_back({.footage = {.file = "a.mp4", .begin = FilmTime(1000), .end = FilmTime(3000)},
                           .length = FilmTime(2000),
                           .card = {},
                           .why = {"as it was filmed", ""},
                           .scene = 0});
  cut.stretches.push_back({.footage = {.file = "a.mp4", .begin = FilmTime(4000), .end = FilmTime(4000)},
                           .length = FilmTime(3000),
                           .card = {"They <meet>.", "他们相遇。"},
                           .why = {},
                           .scene = 1});
  cut.stretches.push_back(
      {.footage = {.file = "a.mp4", .begin = FilmTime(4000), .end = FilmTime(8000)}, .length = FilmTime(4000), .card = {}, .why = {}, .scene = 1});
  return cut;
}

TEST(CutExport, AnEditListCountsFramesOfFilmAndCut) {
  const auto text = export_cut(cut_with_card(), two_shots(), "edl");
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("TITLE: A & B \n"));
  EXPECT_THAT(*text, HasSubstr("001  AX       V     C        00:00:01:00 00:00:03:00 00:00:00:00 00:00:02:00"));
  EXPECT_THAT(*text, HasSubstr("002  BL       V     C        00:00:00:00 00:00:03:00 00:00:02:00 00:00:05:00"));
  EXPECT_THAT(*text, HasSubstr("003  AX       V     C        00:00:04:00 00:00:08:00 00:00:05:00 00:00:09:00"));
  EXPECT_THAT(*text, HasSubstr("* COMMENT: They <meet>."));
}

TEST(CutExport, OpenTimelineIoHasClipsAndGaps) {
  const auto text = export_cut(cut_with_card(), two_shots(), "otio");
  ASSERT_TRUE(text);
  const auto value = boost::json::parse(*text);
  const auto& children = value.at("tracks").at("children").as_array().at(0).at("children").as_array();
  ASSERT_EQ(children.size(), 3U);
  EXPECT_EQ(children[1].at("OTIO_SCHEMA").as_string(), "Gap.1");
  EXPECT_EQ(children[2].at("source_range").at("start_time").at("value").as_double(), 100);
}

TEST(CutExport, PlaylistsAndCardsAreWrittenOnTheirOwnTimes) {
  EXPECT_THAT(*export_cut(cut_with_card(), {}, "m3u"), HasSubstr("#EXTVLCOPT:start-time=4.000\n#EXTVLCOPT:stop-time=8.000\na.mp4"));
  EXPECT_EQ(*export_cut(cut_with_card(), {}, "vtt"), "WEBVTT\n\n00:00:02.000 --> 00:00:05.000\nThey &lt;meet&gt;.\n");
}

TEST(CutExport, SaysWhatIsMissing) {
  EXPECT_THAT(export_cut(cut_with_card(), two_shots(), "avi").error().next_step(), HasSubstr("edl, otio, m3u, vtt"));
  EXPECT_THAT(export_cut(cut_with_card(), {}, "edl").error().message(), HasSubstr("no frames"));
  EXPECT_THAT(export_cut({}, two_shots(), "m3u").error().message(), HasSubstr("no footage"));
}

}  // namespace
}  // namespace cineloom
