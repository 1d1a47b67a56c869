#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "media/media_reader.h"
#include "vision/face_cascade.h"

namespace cineloom {

/// A square where a cascade fires, in samples of the plane.
struct CascadeHit {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  int votes = 0;  ///< windows that agree
};

/// Slides a cascade over a picture in all sizes. Keeps its buffers, so one object serves one thread; the cascade must outlive it.
class CascadeScanner {
 public:
  explicit CascadeScanner(const FaceCascade& cascade) : cascade_(&cascade) {}

  /// Where at least `least_votes` windows of like place and size agree, the most votes first.
  std::vector<CascadeHit> scan(const PlaneView& plane, int least_votes);

 private:
  void scan_size(const PlaneView& plane, double factor, std::vector<CascadeHit>& windows);

  const FaceCascade* cascade_;
  std::vector<std::uint8_t> small_;
  std::vector<std::int32_t> sums_;
  std::vector<std::uint32_t> squares_;
  std::vector<std::int32_t> offsets_;
  std::pair<std::int32_t, std::int32_t> laid_for_;    ///< stride and odd plane that they fit
  std::vector<std::uint8_t> passed_;
};

namespace internal {

inline constexpr std::int32_t kCorners = 4;  ///< of a rectangle

/// The sums over everything above and to the left, even columns in a plane of their own, then the odd ones: windows that lie two columns apart
/// then read neighbours.
struct SplitIntegral {
  const std::int32_t* sums = nullptr;
  const std::uint32_t* squares = nullptr;  ///< modulo 2^32
  std::int32_t stride = 0;                 ///< between two rows of one plane
  std::int32_t odd = 0;                    ///< from the even plane to the odd one

  [[nodiscard]] std::int32_t at(std::int32_t x, std::int32_t y) const { return y * stride + x / 2 + (x % 2 != 0 ? odd : 0); }
};

/// Windows 0 .. count-1 of a row, two columns apart, the first with its corner at entry `corner`: sets passed[i].
/// `offsets`: the corners of the window without its border, then of the three rectangles of each feature, as entries from the window's corner.
void run_cascade(const FaceCascade& cascade, const SplitIntegral& integral, const std::int32_t* offsets, std::int32_t corner, std::int32_t count,
                 std::uint8_t* passed);

}  // namespace internal
}  // namespace cineloom
