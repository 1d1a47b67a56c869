#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "domain/timeline.h"
#include "vision/palette.h"
#include "vision/thumbnail.h"

namespace cineloom {

/// Remembers the colours of a film, small enough to be kept for every half second of it.
class Swatches {
 public:
  /// `region`: the picture inside black bars. Frames come with rising ordinals.
  void add(const Thumbnail& thumbnail, const Region& region, std::int64_t ordinal);

  /// As of FeatureExtractor.
  void save(ByteWriter& out);
  [[nodiscard]] bool load(ByteReader& in);

  /// At most five colours of the frames [first, last]; where none of them was remembered, of the last one before.
  [[nodiscard]] std::vector<PaletteColor> palette(std::int64_t first, std::int64_t last);
  /// The mean colour of each of `parts` equal parts of `frames` frames, in order.
  [[nodiscard]] std::vector<PaletteColor> barcode(std::int64_t frames, int parts) const;

 private:
  static constexpr int kWidth = 32;
  static constexpr int kHeight = 18;
  static constexpr std::size_t kSize = std::size_t{kWidth} * kHeight;
  struct Swatch {
    std::int64_t ordinal = 0;
    std::array<std::uint8_t, kSize> luma{};
    std::array<std::uint8_t, kSize> blue{};
    std::array<std::uint8_t, kSize> red{};
  };

  std::vector<Swatch> swatches_;
  PaletteGatherer gatherer_;
  std::size_t saved_ = 0;
};

}  // namespace cineloom
