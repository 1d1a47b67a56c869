#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "vision/testing/onnx_writer.h"

/// Nets with no learned weight, in the shapes of those that people have.
namespace cineloom::testing {

inline constexpr int kTinySide = 64;
inline constexpr int kTinyCell = 8;

/// As YuNet with one stride: a cell of 8 x 8 samples is a face as far as it is white, its box twice the cell, its points around the middle.
inline std::string tiny_detector() {
  constexpr std::int64_t kCells = std::int64_t{kTinySide / kTinyCell} * (kTinySide / kTinyCell);
  constexpr std::size_t kSamples = std::size_t{3} * kTinyCell * kTinyCell;
  const std::vector<std::int64_t> strides{kTinyCell, kTinyCell};
  const auto blind = [&](std::int64_t outputs) { return std::vector<float>(static_cast<std::size_t>(outputs) * kSamples, 0.0F); };
  const float size = std::log(2.0F);
  return OnnxWriter("input", {1, 3, kTinySide, kTinySide})
      .floats("mean", {1, 3, kTinyCell, kTinyCell}, std::vector<float>(kSamples, 1.0F / (255.0F * static_cast<float>(kSamples))))
      .floats("no_box", {4, 3, kTinyCell, kTinyCell}, blind(4))
      .floats("box_bias", {4}, {0.5F, 0.5F, size, size})
      .floats("no_points", {10, 3, kTinyCell, kTinyCell}, blind(10))
      .floats("point_bias", {10}, {0.2F, 0.2F, 0.8F, 0.2F, 0.5F, 0.5F, 0.25F, 0.8F, 0.75F, 0.8F})
      .integers("one", {1, kCells, 1})
      .integers("four", {1, kCells, 4})
      .integers("ten", {1, kCells, 10})
      .node("Conv", {"input", "mean"}, "bright", "strides", strides)
      .node("Reshape", {"bright", "one"}, "cls_8")
      .node("Reshape", {"bright", "one"}, "obj_8")
      .node("Conv", {"input", "no_box", "box_bias"}, "boxes", "strides", strides)
      .node("Transpose", {"boxes"}, "boxes_last", "perm", {0, 2, 3, 1})
      .node("Reshape", {"boxes_last", "four"}, "bbox_8")
      .node("Conv", {"input", "no_points", "point_bias"}, "points", "strides", strides)
      .node("Transpose", {"points"}, "points_last", "perm", {0, 2, 3, 1})
      .node("Reshape", {"points_last", "ten"}, "kps_8")
      .output("cls_8")
      .output("obj_8")
      .output("bbox_8")
      .output("kps_8")
      .write();
}

/// The mean of each colour: [1, 3].
inline std::string tiny_colors(std::int64_t side) {
  return OnnxWriter("data", {1, 3, side, side})
      .integers("three", {1, 3})
      .node("GlobalAveragePool", {"data"}, "means")
      .node("Reshape", {"means", "three"}, "colors")
      .output("colors")
      .write();
}

inline constexpr std::string_view kDetectorSlot = R"({"kind":"face_detector","model":"detector.onnx",
  "input":{"name":"input","width":64,"height":64,"layout":"nchw","colors":"bgr"},
  "outputs":{"classes":["cls_8"],"objects":["obj_8"],"boxes":["bbox_8"],"points":["kps_8"]},"strides":[8],"threshold":0.7})";
inline constexpr std::string_view kEmbedderSlot = R"({"kind":"face_embedder","model":"embedder.onnx",
  "input":{"name":"data","width":112,"height":112,"colors":"rgb"},"outputs":{"vector":"colors"},"threshold":0.95})";
inline constexpr std::string_view kLabelsSlot = R"({"kind":"frame_labels","model":"labels.onnx",
  "input":{"name":"data","width":32,"height":32,"colors":"rgb","scale":[0.00392156862,0.00392156862,0.00392156862]},
  "outputs":{"scores":"colors"},"labels":["red","green","blue"],"threshold":0.5,"most":2})";

/// All three with their slots.
inline bool write_tiny_nets(const std::filesystem::path& folder) {
  return write_file(folder / "a-detector.json", kDetectorSlot) && write_file(folder / "detector.onnx", tiny_detector()) &&
         write_file(folder / "b-embedder.json", kEmbedderSlot) && write_file(folder / "embedder.onnx", tiny_colors(112)) &&
         write_file(folder / "c-labels.json", kLabelsSlot) && write_file(folder / "labels.onnx", tiny_colors(32));
}

}  // namespace cineloom::testing
