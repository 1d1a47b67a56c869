#pragma once

#include <array>
#include <cstdint>

#include "vision/frame_features.h"
#include "vision/thumbnail.h"

namespace cineloom {

inline constexpr int kGridCells = 16;
inline constexpr int kToneBins = 16;
inline constexpr int kTintBins = 8;
inline constexpr int kBins = kToneBins + 2 * kTintBins;

/// Colour histograms of a frame's picture, whole and by the cells of a 4 x 4 grid; each sums to 1 per channel.
struct ColorHistograms {
  std::array<float, kBins> whole{};
  std::array<std::array<float, kBins>, kGridCells> cells{};
};

struct PreparedFrame {
  Thumbnail thumbnail;
  ColorHistograms colors;
};

/// Where a block of the newer frame lies in the older one, and what that does not explain.
struct BlockMatch {
  float dx = 0;
  float dy = 0;
  float residual = 0;  ///< mean absolute difference at the best place
  float texture = 0;   ///< mean absolute horizontal and vertical gradient of the block
  int x = 0;           ///< centre of the block, from the middle of the thumbnail
  int y = 0;
};

inline constexpr int kBlock = 8;
inline constexpr int kMaxBlocks = (kThumbWidth / kBlock) * (kThumbHeight / kBlock);

struct BlockField {
  std::array<BlockMatch, kMaxBlocks> blocks;
  int count = 0;
};

ColorHistograms count_colors(const Thumbnail& thumbnail, const Region& region);
float mean_difference(const Thumbnail& older, const Thumbnail& newer, const Region& region);
enum class Precision { Whole, Fraction };

/// Full search of +-`reach` samples around no motion; ties go to the shorter way. reach 0 .. 8. Fractions of a sample
/// come from a parabola through the differences beside the best place; the residual stays that of the whole sample.
BlockField match_blocks(const Thumbnail& older, const Thumbnail& newer, const Region& region, int reach, Precision precision = Precision::Whole);
float mean_residual(const BlockField& field);
float median_residual(const BlockField& field);
/// Motion search only where the plain difference says that something changed; elsewhere the residual is the difference.
Difference compare(const PreparedFrame& older, const PreparedFrame& newer, const Region& region);

}  // namespace cineloom
