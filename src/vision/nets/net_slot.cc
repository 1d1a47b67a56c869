#include "vision/nets/net_slot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostLabels = 20'000;
constexpr std::size_t kMostStrides = 8;

std::unexpected<Error> wrong(std::string what) { return fail(ErrorCode::InvalidArgument, std::move(what)); }

bool is_file_name(const std::string& name) { return !name.empty() && !name.starts_with('.') && name.find('/') == std::string::npos; }

Expected<void> check_colors(const std::vector<double>& values, std::string_view name) {
  const bool is_good = values.empty() || (values.size() == 3 && std::ranges::all_of(values, [](double value) { return std::isfinite(value); }));
  if (!is_good) return wrong(fmt::format("expected three numbers in input.{}", name));
  return {};
}

Expected<void> check_input(const NetInput& input) {
  const auto is_size = [](int size) { return size >= 16 && size <= 2048; };
  if (input.name.empty()) return wrong("expected input.name, found none");
  if (!is_size(input.width) || !is_size(input.height))
    return wrong(fmt::format("expected an input of 16 to 2048 samples, found {} x {}", input.width, input.height));
  CINELOOM_TRY(check_colors(input.mean, "mean"));
  return check_colors(input.scale, "scale");
}

Expected<void> check_detector(const NetSlot& slot) {
  const std::size_t count = slot.strides.size();
  const auto fits = [&](int stride) { return stride >= 1 && stride <= std::min(slot.input.width, slot.input.height); };
  if (count == 0 || count > kMostStrides || !std::ranges::all_of(slot.strides, fits)) return wrong("expected strides of 1 to the size of the input");
  const NetOutputs& names = slot.outputs;
  if (names.classes.size() != count || names.boxes.size() != count) return wrong(fmt::format("expected {} names in outputs.classes and outputs.boxes", count));
  for (const auto* optional : {&names.objects, &names.points}) {
    if (!optional->empty() && optional->size() != count) return wrong(fmt::format("expected {} names, or none, in outputs.objects and outputs.points", count));
  }
  return {};
}

Expected<void> check_outputs(const NetSlot& slot) {
  if (slot.kind == NetKind::FaceDetector) return check_detector(slot);
  if (slot.kind == NetKind::FaceEmbedder && slot.outputs.vector.empty()) return wrong("expected outputs.vector, found none");
  if (slot.kind != NetKind::FrameLabels) return {};
  if (slot.outputs.scores.empty()) return wrong("expected outputs.scores, found none");
  if (slot.labels.empty() || slot.labels.size() > kMostLabels) return wrong(fmt::format("expected 1 to {} labels, found {}", kMostLabels, slot.labels.size()));
  if (slot.most < 1 || slot.most > 20) return wrong("expected most to be 1 to 20");
  return {};
}

}  // namespace

double NetSlot::least() const {
  if (threshold) return *threshold;
  return kind == NetKind::FaceDetector ? 0.7 : kind == NetKind::FaceEmbedder ? 0.363 : 0.3;
}

std::vector<std::string> NetSlot::output_names() const {
  if (kind == NetKind::FaceEmbedder) return {outputs.vector};
  if (kind == NetKind::FrameLabels) return {outputs.scores};
  std::vector<std::string> names;
  for (const auto* some : {&outputs.classes, &outputs.boxes, &outputs.objects, &outputs.points}) names.insert(names.end(), some->begin(), some->end());
  return names;
}

Expected<NetSlot> read_net_slot(std::string_view json) {
  CINELOOM_TRY_ASSIGN(NetSlot slot, json::read<NetSlot>(json));
  if (!is_file_name(slot.model)) return wrong("expected model to name a file beside the slot");
  CINELOOM_TRY(check_input(slot.input));
  CINELOOM_TRY(check_outputs(slot));
  if (!std::isfinite(slot.least()) || std::abs(slot.least()) > 1) return wrong("expected a threshold of -1 to 1");
  if (!(slot.overlap >= 0 && slot.overlap <= 1)) return wrong("expected an overlap of 0 to 1");
  return slot;
}

}  // namespace cineloom
