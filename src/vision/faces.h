#pragma once

#include <array>
#include <memory>
#include <vector>

#include "domain/timeline.h"
#include "media/jpeg.h"
#include "media/media_reader.h"
#include "vision/face_cascade.h"
#include "vision/nets/vision_nets.h"

namespace cineloom {

/// What tells one face from another: without a trained net square roots of shares, so that a dot product says how alike two are.
struct FaceLook {
  static constexpr int kCells = 5;       ///< of the face, in a row and in a column
  static constexpr int kPatterns = 59;   ///< uniform local binary patterns of eight neighbours (Ojala 2002)
  static constexpr int kClothes = 36;    ///< six steps of Cb and of Cr below the chin

  PictureArea box;                  ///< of the frame
  double confidence = 0;            ///< 0 .. 1, from the windows that agree
  std::array<float, static_cast<std::size_t>(kCells* kCells* kPatterns)> texture{};  ///< of length 1
  std::array<float, static_cast<std::size_t>(kClothes)> clothes{};                   ///< of length 1; zero where they lie outside the picture
  std::vector<float> print;  ///< of length 1, from a net of the user's own; empty = there is none
};

/// What faces are found and known with; either may be absent, and a net goes before the cascades.
struct FaceTools {
  std::shared_ptr<const FaceCascades> cascades;
  std::shared_ptr<const VisionNets> nets;

  [[nodiscard]] bool can_find() const { return cascades || (nets && nets->finds_faces()); }
};

/// Finds faces: with the cascades frontal ones of an eighth of the picture's height and more. One object serves one thread.
class FaceFinder {
 public:
  /// The tools must be able to find.
  explicit FaceFinder(FaceTools tools);
  ~FaceFinder();
  FaceFinder(FaceFinder&&) noexcept;
  FaceFinder& operator=(FaceFinder&&) noexcept;

  /// The surest first. `small`: the same frame, a few hundred samples wide.
  std::vector<FaceLook> find(const FrameView& frame, const Picture& small);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cineloom
