#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fuse/internal/face_names.h"

namespace cineloom::fuse {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Four shots of a second each; people 0 and 1 are seen as said.
VideoFindings film_with_faces(std::initializer_list<std::pair<int, int>> person_in_shot) {
  VideoFindings video;
  for (int i = 0; i < 4; ++i) video.shots.push_back({.begin = FilmTime(1000 * i), .end = FilmTime(1000 * (i + 1))});
  video.people.resize(2);
  for (const auto& [person, shot] : person_in_shot) video.faces.push_back({.shot = shot, .person = person});
  return video;
}

Line line(int second, std::string speaker) {
  return {.begin = FilmTime(1000 * second + 200), .end = FilmTime(1000 * second + 800), .speaker = std::move(speaker), .text = "x", .confidence = 1};
}

TEST(FaceNames, AreThoseWhoSpeakWhileTheFaceIsSeen) {
  const auto video = film_with_faces({{0, 0}, {1, 1}, {0, 2}, {1, 3}});
  const std::vector lines{line(0, "Mira"), line(1, "Tobin"), line(2, "Mira"), line(3, "Tobin")};
  const auto names = name_people(lines, video);
  ASSERT_THAT(names, SizeIs(2));
  EXPECT_EQ(names[0].character, "Mira");
  EXPECT_EQ(names[1].character, "Tobin");
  EXPECT_EQ(names[1].lines, 2);
  EXPECT_DOUBLE_EQ(names[0].confidence, 1);
}

TEST(FaceNames, AreNotGuessedFromOneLineOrAnEvenVote) {
  const auto video = film_with_faces({{0, 0}, {0, 1}, {0, 2}, {0, 3}, {1, 0}});
  const std::vector lines{line(0, "Mira"), line(1, "Tobin"), line(2, "Mira"), line(3, "Tobin")};
  EXPECT_THAT(name_people(lines, video), IsEmpty());
}

TEST(FaceNames, TrustNoIndexOfTheWorker) {
  auto video = film_with_faces({{7, 0}, {0, 99}, {-1, -5}});
  const std::vector lines{line(0, "Mira"), line(0, "Mira")};
  EXPECT_THAT(name_people(lines, video), IsEmpty());
}

}  // namespace
}  // namespace cineloom::fuse
