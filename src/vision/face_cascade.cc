#include "vision/face_cascade.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <pugixml.hpp>
#include <span>
#include <string>
#include <utility>

#include "base/files.h"

namespace cineloom {
namespace {

constexpr int kSmallestWindow = 8;
constexpr int kLargestWindow = 64;
constexpr std::size_t kMostParts = 1U << 16U;  // stages, trees, features; the largest cascades in use have a tenth

Error broken(std::string_view what) { return {ErrorCode::DataLoss, fmt::format("this is no cascade of Haar features: {}", what)}; }

/// All numbers in the text of an element; nothing if there is something else in it, such as "nan" or "inf".
std::optional<std::vector<float>> numbers_of(const pugi::xml_node& element) {
  const std::string_view text = element.text().get();
  std::vector<float> numbers;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    if (std::string_view(" \t\r\n").contains(*at)) {
      ++at;
      continue;
    }
    float value = 0;
    const auto [end, error] = std::from_chars(at, text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
    numbers.push_back(value);
    at = end;
  }
  return numbers;
}

/// A place, a size or an index; nothing for what is no whole number or larger than any of them.
std::optional<std::int32_t> whole(float number) {
  if (!(std::abs(number) <= static_cast<float>(kMostParts)) || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int32_t>(number);
}

/// The whole numbers at the begin of a row of numbers.
template <std::size_t kCount>
std::optional<std::array<std::int32_t, kCount>> whole_numbers(std::span<const float> numbers) {
  std::array<std::int32_t, kCount> all{};
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto one = whole(numbers[i]);
    if (!one) return std::nullopt;
    all[i] = *one;
  }
  return all;
}

class CascadeReader {
 public:
  explicit CascadeReader(const pugi::xml_node& root) : root_(root) {}

  Expected<FaceCascade> read() {
    if (std::string_view(root_.child("featureType").text().get()) != "HAAR")
      return std::unexpected(Error(ErrorCode::InvalidArgument, "this cascade is not made of Haar features").advise("use one of OpenCV's haarcascade files"));
    cascade_.width = root_.child("width").text().as_int();
    cascade_.height = root_.child("height").text().as_int();
    if (std::min(cascade_.width, cascade_.height) < kSmallestWindow || std::max(cascade_.width, cascade_.height) > kLargestWindow)
      return std::unexpected(broken("its window has no size"));
    for (const auto& feature : root_.child("features").children("_")) CINELOOM_TRY(add_feature(feature));
    for (const auto& stage : root_.child("stages").children("_")) CINELOOM_TRY(add_stage(stage));
    if (cascade_.stages.empty()) return std::unexpected(broken("it has no stages"));
    return std::move(cascade_);
  }

 private:
  Expected<void> add_feature(const pugi::xml_node& element) {
    if (element.child("tilted").text().as_int() != 0) return fail(ErrorCode::InvalidArgument, "cascades with tilted features cannot be used");
    FaceCascade::Feature feature;
    for (const auto& part : element.child("rects").children("_")) {
      const auto numbers = numbers_of(part);
      if (!numbers || numbers->size() != 5 || feature.count == 3) return std::unexpected(broken("a rectangle"));
      const auto place = whole_numbers<4>(*numbers);
      if (!place) return std::unexpected(broken("a rectangle"));
      const FaceCascade::Rectangle rectangle{(*place)[0], (*place)[1], (*place)[2], (*place)[3], (*numbers)[4]};
      const bool is_inside = rectangle.x >= 0 && rectangle.y >= 0 && rectangle.width > 0 && rectangle.height > 0 &&
                             rectangle.x + rectangle.width <= cascade_.width && rectangle.y + rectangle.height <= cascade_.height;
      if (!is_inside) return std::unexpected(broken("a rectangle outside the window"));
      feature.rectangles[static_cast<std::size_t>(feature.count++)] = rectangle;
    }
    if (feature.count == 0 || cascade_.features.size() == kMostParts) return std::unexpected(broken("a feature"));
    cascade_.features.push_back(feature);
    return {};
  }

  Expected<void> add_stage(const pugi::xml_node& element) {
    FaceCascade::Stage stage{.first_tree = static_cast<std::int32_t>(cascade_.trees.size()), .threshold = element.child("stageThreshold").text().as_float()};
    for (const auto& tree : element.child("weakClassifiers").children("_")) {
      CINELOOM_TRY(add_tree(tree));
      ++stage.trees;
    }
    if (stage.trees == 0) return std::unexpected(broken("an empty stage"));
    cascade_.stages.push_back(stage);
    return {};
  }

  Expected<void> add_tree(const pugi::xml_node& element) {
    const auto nodes = numbers_of(element.child("internalNodes"));
    const auto leaves = numbers_of(element.child("leafValues"));
    if (!nodes || !leaves || nodes->empty() || nodes->size() % 4 != 0 || nodes->size() / 4 > FaceCascade::kMostNodes ||
        leaves->size() != nodes->size() / 4 + 1 || cascade_.trees.size() == kMostParts) {
      return std::unexpected(broken("a tree"));
    }
    const auto count = static_cast<std::int32_t>(nodes->size() / 4);
    cascade_.trees.push_back({static_cast<std::int32_t>(cascade_.nodes.size()), count, static_cast<std::int32_t>(cascade_.leaves.size())});
    for (std::int32_t i = 0; i < count; ++i) {
      const auto four = std::span(*nodes).subspan(static_cast<std::size_t>(i) * 4, 4);
      const auto links = whole_numbers<3>(four);
      if (!links) return std::unexpected(broken("a node"));
      const FaceCascade::Node node{(*links)[2], four[3], (*links)[0], (*links)[1]};
      // Children come behind their parent, so a tree can be worked out from its end.
      const auto is_child = [&](std::int32_t child) { return child > 0 ? child > i && child < count : -child <= count; };
      const bool is_sound = is_child(node.left) && is_child(node.right) && node.feature >= 0 && std::cmp_less(node.feature, cascade_.features.size());
      if (!is_sound) return std::unexpected(broken("a node"));
      cascade_.nodes.push_back(node);
    }
    cascade_.leaves.insert(cascade_.leaves.end(), leaves->begin(), leaves->end());
    return {};
  }

  pugi::xml_node root_;
  FaceCascade cascade_;
};

}  // namespace

Expected<FaceCascade> read_cascade(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return std::unexpected(broken("it is no XML"));
  const pugi::xml_node root = document.child("opencv_storage").child("cascade");
  if (!root) return std::unexpected(broken("there is no cascade in it"));
  return CascadeReader(root).read();
}

Expected<std::shared_ptr<const FaceCascades>> load_face_cascades(const std::filesystem::path& folder) {
  auto cascades = std::make_shared<FaceCascades>();
  for (const auto& [name, cascade] :
       {std::pair("haarcascade_frontalface_alt2.xml", &cascades->finder), std::pair("haarcascade_frontalface_alt.xml", &cascades->checker)}) {
    const auto xml = read_file(folder / name);
    if (!xml) return std::unexpected(Error(xml.error()).advise("install the package opencv-data: it has the features that faces are found with"));
    CINELOOM_TRY_ASSIGN_IN(*cascade, read_cascade(*xml), name);
  }
  return cascades;
}

std::filesystem::path default_face_folder() { return "/usr/share/opencv4/haarcascades"; }

}  // namespace cineloom
