#include "vision/nets/vision_nets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <string>

#include "vision/faces.h"
#include "vision/internal/face_grid.h"
#include "vision/people.h"
#include "vision/testing/tiny_nets.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kDetectorSlot;
using testing::kEmbedderSlot;
using testing::kLabelsSlot;
using ::testing::SizeIs;

/// Fetched by ./dev test.
std::string library() { return (fs::path(CINELOOM_SOURCE_DIR) / ".cache/onnxruntime/libonnxruntime.so.1").string(); }

#define CINELOOM_NEEDS_ONNX_RUNTIME() \
  if (!fs::exists(library())) GTEST_SKIP() << "no ONNX Runtime: ./dev test fetches it into " << library()

std::string changed(std::string_view slot, std::string_view what, std::string_view by) {
  std::string text(slot);
  return text.replace(text.find(what), what.size(), by);
}

TEST(NetSlot, SaysHowANetIsSpokenTo) {
  const auto slot = read_net_slot(kDetectorSlot);
  ASSERT_TRUE(slot) << slot.error().describe();
  EXPECT_EQ(slot->kind, NetKind::FaceDetector);
  EXPECT_EQ(slot->input.colors, NetColors::Bgr);
  EXPECT_THAT(slot->output_names(), ElementsAre("cls_8", "bbox_8", "obj_8", "kps_8"));
  EXPECT_DOUBLE_EQ(slot->least(), 0.7);
  EXPECT_DOUBLE_EQ(read_net_slot(changed(kEmbedderSlot, R"(,"threshold":0.95)", ""))->least(), 0.363);
}

TEST(NetSlot, RefusesWhatCannotWork) {
  const auto refusal = [](std::string_view slot, std::string_view what, std::string_view by) {
    const auto read = read_net_slot(changed(slot, what, by));
    return read ? std::string("taken") : read.error().describe();
  };
  EXPECT_THAT(refusal(kDetectorSlot, "face_detector", "house_detector"), HasSubstr("kind"));
  EXPECT_THAT(refusal(kDetectorSlot, "detector.onnx", "../detector.onnx"), HasSubstr("beside the slot"));
  EXPECT_THAT(refusal(kDetectorSlot, "detector.onnx", ""), HasSubstr("beside the slot"));
  EXPECT_THAT(refusal(kDetectorSlot, R"("width":64)", R"("width":100000)"), HasSubstr("16 to 2048"));
  EXPECT_THAT(refusal(kDetectorSlot, R"("strides":[8])", R"("strides":[8,16])"), HasSubstr("2 names"));
  EXPECT_THAT(refusal(kDetectorSlot, R"("strides":[8])", R"("strides":[0])"), HasSubstr("strides"));
  EXPECT_THAT(refusal(kDetectorSlot, R"(["kps_8"])", R"(["kps_8","kps_16"])"), HasSubstr("outputs.points"));
  EXPECT_THAT(refusal(kDetectorSlot, "0.7", "7"), HasSubstr("threshold"));
  EXPECT_THAT(refusal(kEmbedderSlot, R"("vector":"colors")", R"("vector":"")"), HasSubstr("outputs.vector"));
  EXPECT_THAT(refusal(kLabelsSlot, R"(["red","green","blue"])", "[]"), HasSubstr("labels"));
  EXPECT_THAT(refusal(kLabelsSlot, R"("most":2)", R"("most":0)"), HasSubstr("most"));
  EXPECT_THAT(refusal(kLabelsSlot, R"("scale":[0.00392156862,)", R"("scale":[)"), HasSubstr("input.scale"));
}

/// A detector's outputs over 2 x 2 cells of 32 samples, all silent.
struct Grid {
  NetSlot slot = *read_net_slot(changed(kDetectorSlot, R"("strides":[8])", R"("strides":[32])"));
  std::vector<std::vector<float>> outputs{std::vector<float>(4), std::vector<float>(16), std::vector<float>(4), std::vector<float>(40)};

  void see(std::size_t cell, float score) { outputs[0][cell] = outputs[2][cell] = score; }
};

TEST(FaceGrid, TakesTheSurestOfBoxesThatOverlap) {
  Grid grid;
  grid.see(0, 0.8F);
  grid.see(1, 0.9F);
  grid.outputs[1][0] = 1;  // its middle lies at the beginning of the other's cell
  const auto spots = read_face_grid(grid.slot, grid.outputs, {});
  ASSERT_THAT(spots, SizeIs(1));
  EXPECT_NEAR(spots[0].confidence, 0.9, 1e-6);
  EXPECT_EQ(spots[0].box, (PictureArea{0.25, 0, 0.75, 0.25}));
}

TEST(FaceGrid, PlacesFacesInTheFrameAndNotInTheNetsPicture) {
  Grid grid;
  grid.see(2, 1);
  const auto spots = read_face_grid(grid.slot, grid.outputs, {.values = {}, .used_width = 1, .used_height = 0.75});
  ASSERT_THAT(spots, SizeIs(1));
  EXPECT_NEAR(spots[0].box.top, 16.0 / 48, 1e-9);
  EXPECT_NEAR((*spots[0].points)[0].y, 32.0 / 48, 1e-9);
}

TEST(FaceGrid, SeesNothingInNumbersThatAreNone) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  Grid grid;
  grid.see(0, kNone);
  grid.see(1, 1);
  grid.outputs[1][4] = kNone;
  grid.see(2, 1);
  grid.outputs[3][20] = kNone;
  grid.see(3, 1);
  grid.outputs[1][14] = grid.outputs[1][15] = 1e30F;
  const auto spots = read_face_grid(grid.slot, grid.outputs, {});
  ASSERT_THAT(spots, SizeIs(1)) << "only the far too large one is left, cut to the picture";
  EXPECT_EQ(spots[0].box, PictureArea{});
  grid.outputs[1].pop_back();
  EXPECT_THAT(read_face_grid(grid.slot, grid.outputs, {}), IsEmpty());
}

/// A grey picture with coloured squares.
class PaintedFrame {
 public:
  static constexpr int kWidth = 128;
  static constexpr int kHeight = 128;

  void square(int left, int top, int size, std::uint8_t luma, std::uint8_t blue, std::uint8_t red) {
    for (int y = top; y < top + size; ++y) {
      for (int x = left; x < left + size; ++x) {
        luma_[at(x, y, kWidth)] = luma;
        blue_[at(x / 2, y / 2, kWidth / 2)] = blue;
        red_[at(x / 2, y / 2, kWidth / 2)] = red;
      }
    }
  }
  [[nodiscard]] FrameView view() const {
    return {.luma = {luma_, kWidth, kHeight, kWidth}, .blue = {blue_, kWidth / 2, kHeight / 2, kWidth / 2}, .red = {red_, kWidth / 2, kHeight / 2, kWidth / 2}};
  }
  [[nodiscard]] Picture small() const { return {.width = kWidth, .height = kHeight, .luma = luma_, .blue = blue_, .red = red_}; }

 private:
  static std::size_t at(int x, int y, int width) { return static_cast<std::size_t>(y * width + x); }
  std::vector<std::uint8_t> luma_ = std::vector<std::uint8_t>(std::size_t{kWidth} * kHeight, 60);
  std::vector<std::uint8_t> blue_ = std::vector<std::uint8_t>(std::size_t{kWidth} * kHeight / 4, 128);
  std::vector<std::uint8_t> red_ = std::vector<std::uint8_t>(std::size_t{kWidth} * kHeight / 4, 128);
};

TEST(NetPicture, HasTheColoursOfTheFrameInTheOrderThatTheNetWants) {
  PaintedFrame frame;
  frame.square(0, 0, 128, 81, 90, 240);  // red of BT.601
  NetInput input{.name = "x", .width = 16, .height = 16, .layout = NetLayout::Nhwc, .colors = NetColors::Bgr, .mean = {0, 0, 55}, .scale = {1, 1, 2}};
  const NetPicture picture = fit_picture(frame.view(), 2, input, Fit::Whole);
  EXPECT_DOUBLE_EQ(picture.used_height, 0.5);
  EXPECT_NEAR(static_cast<double>(picture.values[0]), 0, 3);
  EXPECT_NEAR(static_cast<double>(picture.values[2]), (255 - 55) * 2, 5);
  EXPECT_FLOAT_EQ(picture.values.back(), -110) << "below the frame it is black";
}

TEST(NetPicture, TurnsAFaceUpright) {
  PaintedFrame frame;
  frame.square(80, 20, 20, 235, 128, 128);  // a bright mark above the right eye
  // The head lies on its side: the eyes one above the other, the mouth to the left of them.
  const FacePoints points{{{0.6, 0.3}, {0.6, 0.6}, {0.45, 0.45}, {0.3, 0.33}, {0.3, 0.57}}};
  const NetPicture picture = align_face(frame.view(), 1, points, {.name = "x", .width = 112, .height = 112});
  const auto brightness = [&](int x, int y) { return static_cast<double>(picture.values[static_cast<std::size_t>(y * 112 + x)]); };
  // The mark lies beyond the upper eye, away from the mouth: above the left eye of the upright face.
  EXPECT_GT(brightness(28, 35), 200);
  EXPECT_LT(brightness(84, 35), 100);
  EXPECT_LT(brightness(28, 95), 100);
}

std::shared_ptr<const VisionNets> tiny_nets(std::vector<std::string>& warnings) {
  const auto folder = TemporaryFolder::create();
  if (!folder || !testing::write_tiny_nets(folder->path())) return nullptr;
  return VisionNets::open(read_net_files(folder->path(), library()), warnings);
}

TEST(VisionNets, FindFacesKnowThemAndNameWhatIsSeen) {
  CINELOOM_NEEDS_ONNX_RUNTIME();
  std::vector<std::string> warnings;
  const auto nets = tiny_nets(warnings);
  ASSERT_TRUE(nets) << ::testing::PrintToString(warnings);
  EXPECT_THAT(warnings, IsEmpty());
  ASSERT_THAT(nets->uses(), SizeIs(3));
  EXPECT_EQ(nets->uses()[0].task, "face_detector");
  EXPECT_THAT(nets->uses()[0].sha256, SizeIs(64));
  PaintedFrame frame;
  frame.square(32, 64, 16, 235, 128, 128);  // one cell of the detector, white
  FaceFinder finder({.cascades = nullptr, .nets = nets});
  const auto faces = finder.find(frame.view(), frame.small());
  ASSERT_THAT(faces, SizeIs(1));
  // Two cells wide, around the middle of the white one.
  EXPECT_NEAR(faces[0].box.left, 24.0 / 128, 1e-6);
  EXPECT_NEAR(faces[0].box.top, 56.0 / 128, 1e-6);
  EXPECT_NEAR(faces[0].box.right, 56.0 / 128, 1e-6);
  EXPECT_GT(faces[0].confidence, 0.95);
  ASSERT_THAT(faces[0].print, SizeIs(3));
  frame.square(0, 0, 128, 81, 90, 240);
  EXPECT_THAT(nets->name(nets->label_scores(frame.view(), 1)), ElementsAre(::testing::Field(&ShotLabel::label, "red")));
}

TEST(VisionNets, TellPeopleApartByTheirPrints) {
  CINELOOM_NEEDS_ONNX_RUNTIME();
  std::vector<std::string> warnings;
  const auto nets = tiny_nets(warnings);
  ASSERT_TRUE(nets);
  // Two colours of faces, each seen in two shots in places of different texture.
  std::vector<WatchedFace> faces;
  std::vector<Shot> shots(4);
  for (int i = 0; i < 4; ++i) {
    PaintedFrame frame;
    const bool is_red = i % 2 == 0;
    frame.square(30, 30, 64, 120, 90, is_red ? 200 : 90);
    WatchedFace face{.frame = {100 * i, 100 * i}, .at = FilmTime(4000 * i), .look = {}, .jpeg = {}};
    shots[static_cast<std::size_t>(i)].first = face.frame;
    face.look.box = {0.25, 0.25, 0.7, 0.7};
    face.look.texture[static_cast<std::size_t>(i)] = 1;
    face.look.print = nets->print_of(frame.view(), 1, {.box = face.look.box, .confidence = 1, .points = {}});
    faces.push_back(std::move(face));
  }
  const PeopleFindings found = tell_people_apart(faces, shots, nets->same_person());
  ASSERT_THAT(found.people, SizeIs(2));
  EXPECT_THAT(found.people[0].shots, ElementsAre(0, 2));
  EXPECT_THAT(found.people[1].shots, ElementsAre(1, 3));
  std::ranges::for_each(faces, [](WatchedFace& face) { face.look.print.clear(); });
  EXPECT_THAT(tell_people_apart(faces, shots).people, IsEmpty()) << "by their looks nobody is known again";
}

TEST(VisionNets, BringNoThreadsOfTheirOwn) {
  CINELOOM_NEEDS_ONNX_RUNTIME();
  const auto threads = [] { return std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator()); };
  const auto before = threads();
  std::vector<std::string> warnings;
  const auto nets = tiny_nets(warnings);
  ASSERT_TRUE(nets);
  EXPECT_THAT(nets->label_scores(PaintedFrame().view(), 1), SizeIs(3));
  EXPECT_EQ(threads(), before) << "a thread from before the confinement would stay free";
}

TEST(VisionNets, ThatDoNotFitTheirSlotsAreLeftOutWithTheCause) {
  CINELOOM_NEEDS_ONNX_RUNTIME();
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder && testing::write_tiny_nets(folder->path()));
  const auto write = [&](std::string_view name, std::string_view text) { ASSERT_TRUE(write_file(folder->path() / name, text)); };
  write("d-garbage.json", changed(kLabelsSlot, "labels.onnx", "garbage.onnx"));
  write("garbage.onnx", "this is no net");
  write("e-labels.json", changed(kLabelsSlot, R"("blue"])", R"("blue","grey"])"));
  write("f-missing.json", changed(kLabelsSlot, "labels.onnx", "missing.onnx"));
  write("g-second.json", kDetectorSlot);
  write("h-outputs.json", changed(kLabelsSlot, R"("scores":"colors")", R"("scores":"numbers")"));
  write("i-shape.json", changed(kLabelsSlot, R"("width":32)", R"("width":48)"));
  write("j-words.json", "{");
  std::vector<std::string> warnings;
  const auto nets = VisionNets::open(read_net_files(folder->path(), library()), warnings);
  ASSERT_TRUE(nets);
  EXPECT_THAT(nets->uses(), SizeIs(3));
  EXPECT_THAT(warnings, ::testing::UnorderedElementsAre(HasSubstr("'d-garbage.json' is not used: ONNX Runtime says"), HasSubstr("expected 4 scores"),
                                                        HasSubstr("missing.onnx"), HasSubstr("another face_detector"), HasSubstr("'h-outputs.json'"),
                                                        HasSubstr("'i-shape.json'"), HasSubstr("'j-words.json'")));
}

TEST(VisionNets, AreNotMissedWhereThereAreNone) {
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder);
  std::vector<std::string> warnings;
  EXPECT_EQ(VisionNets::open(read_net_files(folder->path(), "/nowhere/lib.so"), warnings), nullptr);
  EXPECT_EQ(VisionNets::open(read_net_files(folder->path() / "nothing", ""), warnings), nullptr);
  EXPECT_THAT(warnings, IsEmpty());
}

TEST(VisionNets, SayWhenThereIsNothingToRunThem) {
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder && testing::write_tiny_nets(folder->path()));
  for (const char* library : {"/nowhere/libonnxruntime.so.1", "libc.so.6"}) {
    std::vector<std::string> warnings;
    EXPECT_EQ(VisionNets::open(read_net_files(folder->path(), library), warnings), nullptr);
    ASSERT_THAT(warnings, SizeIs(1));
    EXPECT_THAT(warnings[0], HasSubstr("ONNX Runtime"));
  }
}

}  // namespace
}  // namespace cineloom
