#pragma once

#include "media/jpeg.h"

namespace cineloom {

/// How much of a picture looks like written words: bright strokes a few samples wide in rows, on a plain ground.
struct Lettering {
  double plain = 0;     ///< share of the picture's blocks without any contrast, 0 .. 1
  double lettered = 0;  ///< share of its blocks with strokes
  double edges = 0;     ///< share of all horizontal contrast that lies in blocks with strokes

  [[nodiscard]] bool is_writing() const { return edges > 0.35 && lettered > 0.015 && (plain > 0.4 || lettered > 0.35); }
};

/// Measures a picture some 320 samples wide.
Lettering measure_lettering(const Picture& picture);

}  // namespace cineloom
