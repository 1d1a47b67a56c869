#pragma once

#include <optional>
#include <vector>

#include "media/internal/libav.h"
#include "media/media_reader.h"

namespace cineloom::libav {

/// Shows a decoded frame as three 8-bit planes: as it lies where it can, converted where it must be.
class PictureView {
 public:
  /// The view lives until the next call. Errors: DataLoss for a layout that cannot be shown.
  Expected<FrameView> show(const AVFrame& frame);

 private:
  Expected<FrameView> convert(const AVFrame& frame);

  ScalerPtr scaler_;
  FramePtr converted_;
};

}  // namespace cineloom::libav
