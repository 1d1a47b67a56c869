#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom {

/// What a net of the user's own can be used for.
enum class NetKind { FaceDetector, FaceEmbedder, FrameLabels };
BOOST_DESCRIBE_ENUM(NetKind, FaceDetector, FaceEmbedder, FrameLabels)

enum class NetLayout { Nchw, Nhwc };
BOOST_DESCRIBE_ENUM(NetLayout, Nchw, Nhwc)
enum class NetColors { Rgb, Bgr };
BOOST_DESCRIBE_ENUM(NetColors, Rgb, Bgr)
enum class NetActivation { None, Sigmoid, Softmax };
BOOST_DESCRIBE_ENUM(NetActivation, None, Sigmoid, Softmax)

/// The one picture that a net takes: floats, (sample 0 .. 255 - mean) * scale.
struct NetInput {
  std::string name;
  int width = 0;   ///< 16 .. 2048
  int height = 0;
  NetLayout layout = NetLayout::Nchw;
  NetColors colors = NetColors::Rgb;
  std::vector<double> mean;   ///< of the three colours in the net's order; empty = 0
  std::vector<double> scale;  ///< likewise; empty = 1
};
BOOST_DESCRIBE_STRUCT(NetInput, (), (name, width, height, layout, colors, mean, scale))

/// Names of what a net gives; which of them count says its kind.
struct NetOutputs {
  std::vector<std::string> classes;  ///< of a detector as YuNet: a name a stride, [cells]
  std::vector<std::string> objects;  ///< [cells]; empty = the classes alone are the score
  std::vector<std::string> boxes;    ///< [cells, 4]: centre from the cell and logarithm of the size, in strides
  std::vector<std::string> points;   ///< [cells, 10]: eyes, nose, corners of the mouth; empty = there are none
  std::string vector;                ///< of an embedder
  std::string scores;                ///< of labels: one each
};
BOOST_DESCRIBE_STRUCT(NetOutputs, (), (classes, objects, boxes, points, vector, scores))

/// The small JSON file next to a net: what it is for and how it is spoken to (docs/formats/vision-nets.md).
struct NetSlot {
  NetKind kind = NetKind::FaceDetector;
  std::string model;  ///< file beside the slot, a plain name
  NetInput input;
  NetOutputs outputs;
  std::vector<int> strides{8, 16, 32};  ///< of a detector, samples
  std::optional<double> threshold;      ///< least score of a face, of a label; cosine of one person's faces; absent = 0.7, 0.3, 0.363
  double overlap = 0.3;                 ///< of two boxes that are one face, 0 .. 1
  std::vector<std::string> labels;
  NetActivation activation = NetActivation::None;  ///< what makes the outputs scores of labels
  int most = 3;                                    ///< labels a shot, 1 .. 20

  [[nodiscard]] double least() const;
  /// All outputs that are asked for, in a fixed order.
  [[nodiscard]] std::vector<std::string> output_names() const;
};
BOOST_DESCRIBE_STRUCT(NetSlot, (), (kind, model, input, outputs, strides, threshold, overlap, labels, activation, most))

/// Errors: InvalidArgument with what is missing or out of range.
Expected<NetSlot> read_net_slot(std::string_view json);

}  // namespace cineloom
