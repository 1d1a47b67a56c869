#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

#include "base/random.h"
#include "vision/internal/cell_sums.h"
#include "vision/loudness.h"
#include "vision/palette.h"
#include "vision/thumbnail.h"

namespace cineloom {
namespace {

std::vector<float> sine(double hertz, double peak, int seconds) {
  std::vector<float> samples;
  for (int i = 0; i < seconds * 48000; ++i) {
    const auto value = static_cast<float>(peak * std::sin(2 * std::numbers::pi * hertz * i / 48000));
    samples.insert(samples.end(), {value, value});
  }
  return samples;
}

TEST(Loudness, MeasuresTheReferenceToneOfTheStandard) {
  // EBU Tech 3341, case 1: a 1 kHz tone at -23 dBFS in both channels has -23 LUFS.
  LoudnessMeter meter;
  meter.add(sine(1000, std::pow(10, -23.0 / 20), 10), FilmTime(0));
  const auto curve = meter.curve();
  ASSERT_EQ(curve.size(), 10U);
  EXPECT_NEAR(curve[5].lufs, -23.0, 0.1);
  EXPECT_EQ(curve[5].at, FilmTime(5000));
}

TEST(Loudness, HearsAGapAsSilence) {
  LoudnessMeter meter;
  meter.add(sine(1000, 0.5, 2), FilmTime(0));
  meter.add(sine(1000, 0.5, 2), FilmTime(10'000));
  const auto curve = meter.curve();
  ASSERT_EQ(curve.size(), 12U);
  EXPECT_EQ(curve[6].lufs, -70);
  EXPECT_GT(curve[11].lufs, -15);
}

TEST(Loudness, OutlivesDamagedSamples) {
  LoudnessMeter meter;
  meter.add(std::vector<float>{NAN, INFINITY, -INFINITY, 1e30F}, FilmTime(0));
  meter.add(sine(1000, 0.5, 4), FilmTime(0));
  EXPECT_GT(meter.curve().at(2).lufs, -15);
}

TEST(Palette, FindsTheColorsAndTheirShares) {
  PaletteGatherer palette;
  for (int i = 0; i < 750; ++i) palette.add(63, 102, 240);   // red in BT.709, rounded
  for (int i = 0; i < 250; ++i) palette.add(32, 240, 118);   // blue
  const auto colors = palette.colors();
  ASSERT_EQ(colors.size(), 2U);
  EXPECT_NEAR(colors[0].share, 0.75, 1e-9);
  EXPECT_EQ(colors[0].color, "#ff0100");
  EXPECT_EQ(colors[1].color, "#0100ff");
}

TEST(Palette, OfNothingIsEmpty) { EXPECT_TRUE(PaletteGatherer().colors().empty()); }

TEST(Thumbnail, TakesPicturesSmallerThanItsGrid) {
  const std::vector<std::uint8_t> samples = {10, 20, 30, 40};
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {4, 1}, {1, 4}}) {
    const PlaneView plane{samples, width, height, width};
    const Thumbnail thumbnail = make_thumbnail({.luma = plane});
    EXPECT_EQ(thumbnail.luma.front(), 10);
    EXPECT_EQ(thumbnail.blue.front(), 128);
  }
}

TEST(Thumbnail, AveragesEachCell) {
  std::vector<std::uint8_t> samples(192UL * 108);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = i % 2 == 0 ? 100 : 50;
  const Thumbnail thumbnail = make_thumbnail({.luma = {samples, 192, 108, 192}});
  EXPECT_EQ(std::accumulate(thumbnail.luma.begin(), thumbnail.luma.end(), 0) / kThumbWidth / kThumbHeight, 75);
}

TEST(Letterbox, IsFoundFromWhatWasLit) {
  Thumbnail thumbnail;
  for (int y = 8; y < 46; ++y) std::fill_n(thumbnail.luma.begin() + y * kThumbWidth, kThumbWidth, std::uint8_t{90});
  LetterboxFinder finder;
  EXPECT_EQ(finder.picture(), Region{});
  finder.look(thumbnail);
  EXPECT_EQ(finder.picture(), (Region{0, 8, kThumbWidth, 46}));
}

TEST(CellSums, AreThoseOfTheDefinitionForEveryWidth) {
  Random random(3);
  for (const auto& [cells, samples] : {std::pair(96, 1280),
                                       {48, 640},
                                       {96, 1920},
                                       {96, 3840},
                                       {32, 41},
                                       {48, 96},
                                       {320, 1280},
                                       {320, 640},
                                       {96, 854},
                                       {52, 96},
                                       {3, 64},
                                       {5, 63},
                                       {7, 17},
                                       {96, 20},
                                       {1, 1},
                                       {10, 160},
                                       {6, 99},
                                       {32, 48},
                                       {160, 1120}}) {
    SCOPED_TRACE(cells * 10'000 + samples);
    const CellSums sums(cells, samples);
    for (int count = 1; count <= CellSums::kMostRows; ++count) {
      // Rows of their very own length: what reads behind one is seen by the address sanitizer.
      std::vector<std::vector<std::uint8_t>> rows(static_cast<std::size_t>(count), std::vector<std::uint8_t>(static_cast<std::size_t>(samples)));
      std::vector<const std::uint8_t*> pointers;
      for (auto& row : rows) {
        for (auto& value : row) value = static_cast<std::uint8_t>(random.below(256));
        pointers.push_back(row.data());
      }
      std::vector<std::int32_t> fast(static_cast<std::size_t>(cells), -1);
      std::vector<std::int32_t> plain(static_cast<std::size_t>(cells), -1);
      sums.add(pointers.data(), count, fast.data());
      sums.add_plainly(pointers.data(), count, plain.data());
      EXPECT_EQ(fast, plain);
    }
  }
}

}  // namespace
}  // namespace cineloom
