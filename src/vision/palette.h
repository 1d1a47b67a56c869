#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/timeline.h"

namespace cineloom {

/// Gathers the colours of a shot, frame by frame, in constant memory.
class PaletteGatherer {
 public:
  PaletteGatherer();
  /// Adds one pixel, Y'CbCr of 8 bits in limited range.
  void add(std::uint8_t luma, std::uint8_t blue, std::uint8_t red);
  /// At most `count` colours that cover what was added, the largest share first; equal input, equal colours.
  [[nodiscard]] std::vector<PaletteColor> colors(int count = 5) const;
  void clear();

 private:
  struct Bin {
    std::int64_t samples = 0;
    std::int64_t luma = 0;
    std::int64_t blue = 0;
    std::int64_t red = 0;
  };
  std::vector<Bin> bins_;
};

/// "#rrggbb" of a colour in Y'CbCr of 8 bits, BT.709, limited range.
std::string color_name(double luma, double blue, double red);

}  // namespace cineloom
