#include "vision/shot_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cineloom {
namespace {

constexpr double kRate = 25;

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 16L, 235L)); }

/// A scene of waves and patches that differs with `seed`, moved by (dx, dy) samples.
Thumbnail scene(int seed, double dx = 0, double dy = 0) {
  Thumbnail picture;
  const double base = 90 + 37 * (seed % 3);
  for (int y = 0; y < kThumbHeight; ++y) {
    for (int x = 0; x < kThumbWidth; ++x) {
      const double u = x - dx + 17 * seed;
      const double v = y - dy + 29 * seed;
      const double waves = 30 * std::sin(u * (0.21 + 0.07 * seed)) * std::cos(v * (0.33 - 0.04 * seed)) + 20 * std::sin(0.09 * (u + v) * (seed + 1));
      picture.luma[static_cast<std::size_t>(y * kThumbWidth + x)] = to_byte(base + waves);
    }
  }
  shrink({picture.luma, kThumbWidth, kThumbHeight, kThumbWidth}, kHalfWidth, kHalfHeight, picture.small_luma.data());
  picture.blue.fill(to_byte(110 + 13 * (seed % 4)));
  picture.red.fill(to_byte(145 - 11 * (seed % 5)));
  return picture;
}

Thumbnail tone(std::uint8_t luma) {
  Thumbnail picture;
  picture.luma.fill(luma);
  picture.small_luma.fill(luma);
  picture.blue.fill(128);
  picture.red.fill(128);
  return picture;
}

Thumbnail blend(const Thumbnail& a, const Thumbnail& b, double share) {
  Thumbnail mixed;
  const auto mix = [share](const auto& from, const auto& to, auto& out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = to_byte(from[i] * (1 - share) + to[i] * share);
  };
  mix(a.luma, b.luma, mixed.luma);
  mix(a.small_luma, b.small_luma, mixed.small_luma);
  mix(a.blue, b.blue, mixed.blue);
  mix(a.red, b.red, mixed.red);
  return mixed;
}

enum class Edge { Upright, Level };

/// `to` behind an edge that has gone `share` of its way, `from` before it.
Thumbnail wiped(const Thumbnail& from, const Thumbnail& to, double share, Edge edge) {
  Thumbnail picture = from;
  const auto wipe = [&](const auto& behind, auto& out, int width, int height) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const bool is_behind = edge == Edge::Upright ? x < share * width : y < share * height;
        if (is_behind) out[static_cast<std::size_t>(y * width + x)] = behind[static_cast<std::size_t>(y * width + x)];
      }
    }
  };
  wipe(to.luma, picture.luma, kThumbWidth, kThumbHeight);
  wipe(to.small_luma, picture.small_luma, kHalfWidth, kHalfHeight);
  wipe(to.blue, picture.blue, kHalfWidth, kHalfHeight);
  wipe(to.red, picture.red, kHalfWidth, kHalfHeight);
  return picture;
}

/// A circle around the middle that has `share` of the way to the corners: `inner` in it, `outer` around it. `squeeze` as of a 4:3 film.
Thumbnail encircled(const Thumbnail& inner, const Thumbnail& outer, double share, double squeeze) {
  Thumbnail picture = outer;
  const auto draw = [&](const auto& from, auto& out, int width, int height) {
    const double middle_x = (width - 1) / 2.0;
    const double middle_y = (height - 1) / 2.0;
    const double radius = share * std::hypot(middle_x / squeeze, middle_y);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const bool is_inside = std::hypot((x - middle_x) / squeeze, y - middle_y) < radius;
        if (is_inside) out[static_cast<std::size_t>(y * width + x)] = from[static_cast<std::size_t>(y * width + x)];
      }
    }
  };
  draw(inner.luma, picture.luma, kThumbWidth, kThumbHeight);
  draw(inner.small_luma, picture.small_luma, kHalfWidth, kHalfHeight);
  draw(inner.blue, picture.blue, kHalfWidth, kHalfHeight);
  draw(inner.red, picture.red, kHalfWidth, kHalfHeight);
  return picture;
}

/// A small film in the making.
struct Reel {
  std::vector<Thumbnail> frames;

  Reel& hold(const Thumbnail& picture, int count) {
    frames.insert(frames.end(), static_cast<std::size_t>(count), picture);
    return *this;
  }
  Reel& dissolve(const Thumbnail& from, const Thumbnail& to, int count) {
    for (int i = 1; i <= count; ++i) frames.push_back(blend(from, to, i / (count + 1.0)));
    return *this;
  }
  /// Backwards when the edge comes from the right or from below.
  Reel& wipe(const Thumbnail& from, const Thumbnail& to, int count, Edge edge, bool is_backwards) {
    for (int i = 1; i <= count; ++i) {
      const double share = i / (count + 1.0);
      frames.push_back(is_backwards ? wiped(to, from, 1 - share, edge) : wiped(from, to, share, edge));
    }
    return *this;
  }
  Reel& iris(const Thumbnail& picture, const Thumbnail& around, int count, bool opens, double squeeze) {
    for (int i = 1; i <= count; ++i) {
      const double share = i / (count + 1.0);
      frames.push_back(encircled(picture, around, opens ? share : 1 - share, squeeze));
    }
    return *this;
  }
  [[nodiscard]] std::vector<Boundary> boundaries(double rate = kRate) const {
    FeatureExtractor extractor(rate);
    for (const Thumbnail& frame : frames) extractor.push(frame);
    return detect_boundaries(extractor.finish(), rate);
  }
};

TEST(ShotDetector, FindsIrisesThatCloseAndOpen) {
  for (const double squeeze : {1.0, 4.0 / 3}) {
    SCOPED_TRACE(squeeze);
    Reel reel;
    reel.hold(scene(1), 60).iris(scene(1), tone(16), 24, false, squeeze).hold(tone(16), 10).hold(scene(2), 60);
    const auto closes = reel.boundaries();
    ASSERT_EQ(closes.size(), 1U);
    EXPECT_EQ(closes[0].kind, TransitionKind::Wipe);
    EXPECT_NEAR(static_cast<double>(closes[0].first), 60, 5);
    EXPECT_NEAR(static_cast<double>(closes[0].last), 94, 5);
    const auto opens = Reel{}.hold(tone(16), 40).iris(scene(2), tone(16), 24, true, squeeze).hold(scene(2), 60).boundaries();
    ASSERT_EQ(opens.size(), 1U);
    EXPECT_EQ(opens[0].kind, TransitionKind::Wipe);
    EXPECT_EQ(opens[0].at, 0) << "the opening belongs to the first shot";
  }
}

TEST(ShotDetector, TakesNoFadeForAnIris) {
  const auto found = Reel{}.hold(scene(1), 60).dissolve(scene(1), tone(16), 24).hold(tone(16), 10).hold(scene(2), 60).boundaries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TransitionKind::FadeOut);
}

TEST(ShotDetector, FindsNothingInNothing) {
  EXPECT_TRUE(Reel{}.boundaries().empty());
  EXPECT_TRUE(Reel{}.hold(scene(1), 1).boundaries().empty());
}

TEST(ShotDetector, FindsACutAtTheFirstFrameOfTheNewShot) {
  const auto found = Reel{}.hold(scene(1), 40).hold(scene(2), 40).boundaries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, 40);
  EXPECT_EQ(found[0].kind, TransitionKind::Cut);
  EXPECT_GT(found[0].confidence, 0.9);
}

TEST(ShotDetector, TakesAFlashForNoCut) {
  Reel reel;
  reel.hold(scene(1), 40).hold(tone(235), 1).hold(scene(1), 40).hold(tone(230), 2).hold(scene(1), 40);
  EXPECT_TRUE(reel.boundaries().empty());
}

TEST(ShotDetector, TakesAPanForNoCut) {
  Reel reel;
  for (int i = 0; i < 100; ++i) reel.frames.push_back(scene(1, 1.7 * i));
  EXPECT_TRUE(reel.boundaries().empty());
}

TEST(ShotDetector, NamesADissolveAndItsExtent) {
  for (const int length : {12, 24, 40}) {
    const auto found = Reel{}.hold(scene(1), 60).dissolve(scene(1), scene(2), length).hold(scene(2), 60).boundaries();
    ASSERT_EQ(found.size(), 1U) << length;
    EXPECT_EQ(found[0].kind, TransitionKind::Dissolve) << length;
    EXPECT_NEAR(static_cast<double>(found[0].first), 60, 4) << length;
    EXPECT_NEAR(static_cast<double>(found[0].last), 59 + length, 4) << length;
  }
}

TEST(ShotDetector, NamesAWipeFromAnySideAndItsExtent) {
  for (const Edge edge : {Edge::Upright, Edge::Level}) {
    for (const bool is_backwards : {false, true}) {
      const auto found = Reel{}.hold(scene(1), 60).wipe(scene(1), scene(2), 20, edge, is_backwards).hold(scene(2), 60).boundaries();
      ASSERT_EQ(found.size(), 1U) << is_backwards;
      EXPECT_EQ(found[0].kind, TransitionKind::Wipe);
      EXPECT_NEAR(static_cast<double>(found[0].first), 60, 3);
      EXPECT_NEAR(static_cast<double>(found[0].last), 79, 3);
    }
  }
}

TEST(ShotDetector, TakesAThingThatCrossesThePictureForNoWipe) {
  Reel reel;
  reel.hold(scene(1), 40);
  for (int i = 0; i < 30; ++i) {
    Thumbnail picture = scene(1);
    for (int y = 20; y < 50; ++y) {
      for (int x = std::max(0, 4 * i - 20); x < std::min(kThumbWidth, 4 * i + 10); ++x) picture.luma[static_cast<std::size_t>(y * kThumbWidth + x)] = 230;
    }
    shrink({picture.luma, kThumbWidth, kThumbHeight, kThumbWidth}, kHalfWidth, kHalfHeight, picture.small_luma.data());
    reel.frames.push_back(picture);
  }
  EXPECT_TRUE(reel.hold(scene(1), 40).boundaries().empty());
}

TEST(ShotDetector, FindsADissolveAtSixtyFramesASecond) {
  const auto found = Reel{}.hold(scene(1), 150).dissolve(scene(1), scene(2), 70).hold(scene(2), 150).boundaries(60);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TransitionKind::Dissolve);
}

TEST(ShotDetector, JoinsAFadeOutAndAFadeInToOneTransition) {
  Reel reel;
  reel.hold(scene(1), 60).dissolve(scene(1), tone(16), 20).hold(tone(16), 10).dissolve(tone(16), scene(2), 20).hold(scene(2), 60);
  const auto found = reel.boundaries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TransitionKind::FadeIn);
  EXPECT_NEAR(static_cast<double>(found[0].first), 60, 4);
  EXPECT_NEAR(static_cast<double>(found[0].last), 109, 4);
}

TEST(ShotDetector, GivesTheOpeningFadeToTheFirstShot) {
  const auto found = Reel{}.hold(tone(16), 10).dissolve(tone(16), scene(2), 25).hold(scene(2), 60).boundaries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, 0);
  EXPECT_EQ(found[0].kind, TransitionKind::FadeIn);
}

TEST(ShotDetector, EndsTheLastShotWithItsFadeOut) {
  EXPECT_TRUE(Reel{}.hold(scene(2), 60).dissolve(scene(2), tone(16), 25).hold(tone(16), 20).boundaries().empty());
}

TEST(ShotDetector, TakesLightThatFadesOverOneSceneForNoDissolve) {
  Reel reel;
  reel.hold(scene(1), 60);
  for (int i = 1; i <= 30; ++i) reel.frames.push_back(blend(scene(1), tone(60), i / 60.0));
  reel.hold(reel.frames.back(), 60);
  EXPECT_TRUE(reel.boundaries().empty());
}

TEST(ShotDetector, SeesCutsInsideALetterbox) {
  const auto boxed = [](Thumbnail picture) {
    std::fill_n(picture.luma.begin(), kThumbWidth * 8, std::uint8_t{16});
    std::fill_n(picture.luma.end() - kThumbWidth * 8, kThumbWidth * 8, std::uint8_t{16});
    shrink({picture.luma, kThumbWidth, kThumbHeight, kThumbWidth}, kHalfWidth, kHalfHeight, picture.small_luma.data());
    return picture;
  };
  const auto found = Reel{}.hold(boxed(scene(1)), 40).hold(boxed(scene(2)), 40).boundaries();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, 40);
}

}  // namespace
}  // namespace cineloom
