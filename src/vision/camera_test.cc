#include "vision/camera.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cineloom {
namespace {

/// A wall of soft spots seen through a window that slides and grows.
Thumbnail view(double left, double top, double scale) {
  Thumbnail picture;
  for (int y = 0; y < kThumbHeight; ++y) {
    for (int x = 0; x < kThumbWidth; ++x) {
      const double u = (x - kThumbWidth / 2.0) / scale + left;
      const double v = (y - kThumbHeight / 2.0) / scale + top;
      const double tone =
          120 + 35 * std::sin(0.35 * u) * std::cos(0.31 * v) + 25 * std::sin(0.13 * u + 0.5 * std::sin(0.2 * v)) + 20 * std::cos(0.23 * v - 0.05 * u);
      picture.luma[static_cast<std::size_t>(y * kThumbWidth + x)] = static_cast<std::uint8_t>(std::lround(tone));
    }
  }
  shrink({picture.luma, kThumbWidth, kThumbHeight, kThumbWidth}, kHalfWidth, kHalfHeight, picture.small_luma.data());
  picture.blue.fill(128);
  picture.red.fill(128);
  return picture;
}

template <class Path>
CameraMotion motion_of(Path path) {
  FeatureExtractor extractor(25);
  for (int i = 0; i < 75; ++i) extractor.push(path(i));
  std::vector<CameraStep> steps;
  std::vector<CameraStep> slow_steps;
  for (const FrameFeatures& frame : extractor.finish()) {
    if (frame.camera) steps.push_back(*frame.camera);
    if (frame.slow_camera) slow_steps.push_back(*frame.slow_camera);
  }
  return name_camera_motion(steps, slow_steps, 25);
}

TEST(Camera, StandsStill) {
  EXPECT_EQ(motion_of([](int) { return view(0, 0, 1); }), CameraMotion::Static);
}

TEST(Camera, PansToTheSideItLooksAt) {
  EXPECT_EQ(motion_of([](int i) { return view(0.6 * i, 0, 1); }), CameraMotion::PanRight);
  EXPECT_EQ(motion_of([](int i) { return view(-0.6 * i, 0, 1); }), CameraMotion::PanLeft);
}

TEST(Camera, TiltsUpAndDown) {
  EXPECT_EQ(motion_of([](int i) { return view(0, 0.4 * i, 1); }), CameraMotion::TiltDown);
  EXPECT_EQ(motion_of([](int i) { return view(0, -0.4 * i, 1); }), CameraMotion::TiltUp);
}

TEST(Camera, ZoomsInAndOut) {
  EXPECT_EQ(motion_of([](int i) { return view(0, 0, 1 + 0.008 * i); }), CameraMotion::ZoomIn);
  EXPECT_EQ(motion_of([](int i) { return view(0, 0, 1.6 - 0.008 * i); }), CameraMotion::ZoomOut);
}

TEST(Camera, SeesItCreep) {
  EXPECT_EQ(motion_of([](int i) { return view(0.04 * i, 0, 1); }), CameraMotion::PanRight);
  EXPECT_EQ(motion_of([](int i) { return view(0, 0, 1 + 0.0006 * i); }), CameraMotion::ZoomIn);
}

TEST(Camera, SaysNothingAboutAnEmptyPicture) {
  Thumbnail grey;
  grey.luma.fill(120);
  EXPECT_EQ(motion_of([&](int) { return grey; }), CameraMotion::Unknown);
  EXPECT_EQ(name_camera_motion({}, {}, 25), CameraMotion::Unknown);
}

}  // namespace
}  // namespace cineloom
