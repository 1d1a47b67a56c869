#include "vision/internal/lettering.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace cineloom {
namespace {

constexpr int kBlock = 8;
constexpr int kRise = 24;    // of luma from one sample to the next: the edge of a letter
constexpr int kWidest = 4;   // samples of a stroke
constexpr int kLeastRows = 2;
constexpr int kLeastStrokes = 3;
constexpr int kPlain = 14;   // of luma within a block

struct Block {
  int strokes = 0;
  int rows = 0;      ///< with a stroke
  int contrast = 0;  ///< sum of absolute horizontal differences
  int range = 0;
};

/// A rise at x and a fall within the width of a stroke.
bool has_stroke(const std::uint8_t* row, int x) {
  if (row[x + 1] - row[x] < kRise) return false;
  for (int end = x + 1; end <= x + kWidest; ++end) {
    if (row[end] - row[end + 1] >= kRise) return true;
  }
  return false;
}

Block measure(const Picture& picture, int left, int top) {
  Block block;
  int least = 255;
  int most = 0;
  for (int y = top; y < top + kBlock; ++y) {
    const std::uint8_t* row = picture.luma.data() + static_cast<std::ptrdiff_t>(y) * picture.width;
    int strokes = 0;
    for (int x = left; x < left + kBlock; ++x) {
      least = std::min<int>(least, row[x]);
      most = std::max<int>(most, row[x]);
      block.contrast += std::abs(row[x + 1] - row[x]);
      if (has_stroke(row, x)) ++strokes;
    }
    block.strokes += strokes;
    block.rows += strokes > 0 ? 1 : 0;
  }
  block.range = most - least;
  return block;
}

}  // namespace

Lettering measure_lettering(const Picture& picture) {
  int blocks = 0;
  int plain = 0;
  int lettered = 0;
  double contrast = 0;
  double in_letters = 0;
  for (int top = 0; top + kBlock <= picture.height; top += kBlock) {
    for (int left = 0; left + kBlock + kWidest + 1 < picture.width; left += kBlock) {
      const Block block = measure(picture, left, top);
      const bool has_letters = block.rows >= kLeastRows && block.strokes >= kLeastStrokes;
      ++blocks;
      plain += block.range < kPlain ? 1 : 0;
      lettered += has_letters ? 1 : 0;
      contrast += block.contrast;
      in_letters += has_letters ? block.contrast : 0;
    }
  }
  if (blocks == 0 || contrast <= 0) return {};
  return {.plain = 1.0 * plain / blocks, .lettered = 1.0 * lettered / blocks, .edges = in_letters / contrast};
}

}  // namespace cineloom
