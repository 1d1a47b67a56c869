#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.h"

namespace cineloom {

/// An owned picture, 8 bits a sample; chroma has half the width and height, rounded up. Rows lie dense.
struct Picture {
  int width = 0;
  int height = 0;
  bool is_full_range = false;      ///< luma 0 .. 255 instead of 16 .. 235
  std::vector<std::uint8_t> luma;  ///< width * height
  std::vector<std::uint8_t> blue;  ///< Cb
  std::vector<std::uint8_t> red;   ///< Cr
};

struct JpegOptions {
  int quantizer = 4;  ///< 1 (best) .. 31
};

/// The picture as the bytes of a JPEG file; same picture, same bytes.
/// Errors: InvalidArgument if sizes disagree, Internal if the encoder fails.
Expected<std::string> encode_jpeg(const Picture& picture, const JpegOptions& options = {});

}  // namespace cineloom
