#pragma once

#include <array>
#include <cstdint>

#include "domain/timeline.h"
#include "media/media_reader.h"

namespace cineloom {

inline constexpr int kThumbWidth = 96;
inline constexpr int kThumbHeight = 54;
inline constexpr int kHalfWidth = kThumbWidth / 2;
inline constexpr int kHalfHeight = kThumbHeight / 2;

/// A frame as small as shot detection needs it, whatever its size and shape was: the whole picture, stretched.
struct Thumbnail {
  std::array<std::uint8_t, kThumbWidth * kThumbHeight> luma{};
  std::array<std::uint8_t, kHalfWidth * kHalfHeight> small_luma{};
  std::array<std::uint8_t, kHalfWidth * kHalfHeight> blue{};  ///< 128 in grey pictures
  std::array<std::uint8_t, kHalfWidth * kHalfHeight> red{};
};

/// Part of a thumbnail, half-open, in luma samples; all four are even.
struct Region {
  int left = 0;
  int top = 0;
  int right = kThumbWidth;
  int bottom = kThumbHeight;
  friend bool operator==(const Region&, const Region&) = default;
};

/// Mean of each cell of a `width` x `height` grid laid over the plane; a cell smaller than a sample takes that sample.
/// Tall cells are read every few rows: four to eight rows a cell, which is enough for a mean.
void shrink(const PlaneView& plane, int width, int height, std::uint8_t* out);

/// A part of the plane, cut off at its edges; empty where nothing of it lies inside.
PlaneView cut(const PlaneView& plane, const PictureArea& area);

Thumbnail make_thumbnail(const FrameView& frame);

/// Finds the picture inside black bars: grows with everything lit that was seen so far and never shrinks, so that a
/// dark scene is not taken for a letterbox.
class LetterboxFinder {
 public:
  void look(const Thumbnail& thumbnail);
  /// The whole picture until something lit was seen, and when the lit part is too small to be one.
  [[nodiscard]] Region picture() const;

 private:
  std::array<bool, kThumbHeight> lit_rows_{};
  std::array<bool, kThumbWidth> lit_columns_{};
};

}  // namespace cineloom
