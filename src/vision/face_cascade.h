#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom {

/// A boosted cascade of Haar-like features (Viola and Jones 2001; Lienhart and Maydt 2002), as the files of OpenCV describe it.
/// A window passes a stage if the sum of its trees' leaves reaches the threshold; only windows that pass all are faces.
struct FaceCascade {
  struct Rectangle {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    float weight = 0;
  };
  struct Feature {
    std::array<Rectangle, 3> rectangles{};
    int count = 0;  ///< of rectangles, 1 .. 3
  };
  /// Goes left below the threshold. A child above zero is a node of the same tree, else the negated number of a leaf.
  struct Node {
    std::int32_t feature = 0;
    float threshold = 0;  ///< of the feature's value in a window brought to unit variance
    std::int32_t left = 0;
    std::int32_t right = 0;
  };
  struct Tree {
    std::int32_t first_node = 0;
    std::int32_t nodes = 0;
    std::int32_t first_leaf = 0;
  };
  struct Stage {
    std::int32_t first_tree = 0;
    std::int32_t trees = 0;
    float threshold = 0;
  };
  static constexpr int kMostNodes = 4;  ///< of a tree

  int width = 0;  ///< of the window, samples, 8 .. 64
  int height = 0;
  std::vector<Stage> stages;
  std::vector<Tree> trees;
  std::vector<Node> nodes;
  std::vector<float> leaves;
  std::vector<Feature> features;
};

/// Reads a cascade in the XML of OpenCV 2.4 and later. Errors: DataLoss if it is no such file, InvalidArgument if it uses local binary patterns or
/// tilted features.
Expected<FaceCascade> read_cascade(std::string_view xml);

/// Two cascades that were trained apart: what one finds and the other confirms is hardly ever a false alarm.
struct FaceCascades {
  FaceCascade finder;   ///< haarcascade_frontalface_alt2
  FaceCascade checker;  ///< haarcascade_frontalface_alt
};

/// Reads both from a folder of OpenCV's cascades. Errors: NotFound with a hint where they are not there; those of read_cascade.
Expected<std::shared_ptr<const FaceCascades>> load_face_cascades(const std::filesystem::path& folder);

/// Where Debian's package opencv-data puts them.
std::filesystem::path default_face_folder();

}  // namespace cineloom
