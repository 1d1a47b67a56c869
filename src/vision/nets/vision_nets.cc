#include "vision/nets/vision_nets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "base/sha256.h"
#include "vision/internal/face_grid.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostSlotBytes = 1U << 20U;
constexpr std::uint64_t kMostModelBytes = 512U << 20U;
constexpr std::string_view kLibrary = "libonnxruntime.so.1";

std::vector<fs::path> slots_in(const fs::path& folder) {
  std::vector<fs::path> slots;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") slots.push_back(entry.path());
  }
  std::ranges::sort(slots);
  return slots;
}

std::string library_for(const fs::path& folder, const std::string& chosen) {
  if (!chosen.empty()) return chosen;
  std::error_code error;
  return fs::exists(folder / kLibrary, error) ? (folder / kLibrary).string() : std::string(kLibrary);
}

Expected<NetFiles::Net> read_net(const fs::path& slot) {
  NetFiles::Net net;
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(slot, kMostSlotBytes));
  CINELOOM_TRY_ASSIGN(net.slot, read_net_slot(text));
  CINELOOM_TRY_ASSIGN(net.bytes, read_file(slot.parent_path() / net.slot.model, kMostModelBytes));
  Sha256 hash;
  hash.add(net.bytes);
  net.use = {.slot = slot.filename().string(), .task = json::enum_name(net.slot.kind), .sha256 = std::move(hash).finish()};
  return net;
}

Expected<std::vector<std::vector<float>>> run(const NetSlot& slot, const OnnxModel& model, NetPicture& picture) {
  const auto [width, height] = std::pair<std::int64_t, std::int64_t>(slot.input.width, slot.input.height);
  const std::array<std::int64_t, 4> shape =
      slot.input.layout == NetLayout::Nchw ? std::array<std::int64_t, 4>{1, 3, height, width} : std::array<std::int64_t, 4>{1, height, width, 3};
  return model.run(picture.values, shape);
}

/// Whether the net answers as its slot promises, on a grey picture.
Expected<void> try_out(const NetSlot& slot, const OnnxModel& model) {
  NetPicture picture = fit_picture({}, 1, slot.input, Fit::Stretched);
  CINELOOM_TRY_ASSIGN(const auto outputs, run(slot, model, picture));
  if (outputs.size() != slot.output_names().size()) return fail(ErrorCode::InvalidArgument, "the net does not give all that its slot names");
  if (slot.kind == NetKind::FaceDetector && !fits_face_grid(slot, outputs))
    return fail(ErrorCode::InvalidArgument, "the net's outputs do not have the sizes that its slot's strides ask for");
  if (slot.kind == NetKind::FaceEmbedder && outputs[0].empty()) return fail(ErrorCode::InvalidArgument, "expected numbers for a face, found none");
  if (slot.kind == NetKind::FrameLabels && outputs[0].size() != slot.labels.size())
    return fail(ErrorCode::InvalidArgument, fmt::format("expected {} scores, one a label, found {}", slot.labels.size(), outputs[0].size()));
  return {};
}

void activate(std::vector<float>& scores, NetActivation activation) {
  if (activation == NetActivation::Sigmoid) std::ranges::for_each(scores, [](float& score) { score = 1 / (1 + std::exp(-score)); });
  if (activation != NetActivation::Softmax || scores.empty()) return;
  const float highest = std::ranges::max(scores);
  std::ranges::for_each(scores, [highest](float& score) { score = std::exp(score - highest); });
  const float sum = std::accumulate(scores.begin(), scores.end(), 0.0F);
  std::ranges::for_each(scores, [sum](float& score) { score /= sum; });
}

std::string not_used(std::string_view name, const Error& error) { return fmt::format("the net '{}' is not used: {}", name, error.describe()); }

}  // namespace

bool has_net_slots(const fs::path& folder) { return !slots_in(folder).empty(); }

NetFiles read_net_files(const fs::path& folder, const std::string& library) {
  NetFiles files;
  for (const fs::path& slot : slots_in(folder)) {
    auto net = read_net(slot);
    if (net) files.nets.push_back(*std::move(net));
    else files.warnings.push_back(not_used(slot.filename().string(), net.error()));
  }
  if (files.nets.empty()) return files;
  auto runtime = OnnxRuntime::load(library_for(folder, library));
  if (runtime) {
    files.runtime = *std::move(runtime);
  } else {
    files.warnings.push_back("the nets are not used: " + runtime.error().describe());
    files.nets.clear();
  }
  return files;
}

std::shared_ptr<const VisionNets> VisionNets::open(NetFiles files, std::vector<std::string>& warnings) {
  std::ranges::move(files.warnings, std::back_inserter(warnings));
  const std::shared_ptr<VisionNets> nets(new VisionNets);  // the constructor is private
  for (NetFiles::Net& net : files.nets) {
    const std::string name = net.use.slot;
    if (auto added = nets->add(std::move(net), files.runtime); !added) warnings.push_back(not_used(name, added.error()));
  }
  return nets->uses_.empty() ? nullptr : nets;
}

Expected<void> VisionNets::add(NetFiles::Net file, const std::shared_ptr<const OnnxRuntime>& runtime) {
  const NetKind kind = file.slot.kind;
  if ((kind == NetKind::FaceDetector && detector_) || (kind == NetKind::FaceEmbedder && embedder_))
    return fail(ErrorCode::Conflict, fmt::format("there is another {} before it", file.use.task));
  CINELOOM_TRY_ASSIGN(auto model, OnnxModel::open(runtime, file.bytes, file.slot.input.name, file.slot.output_names()));
  CINELOOM_TRY(try_out(file.slot, *model));
  Net net{.slot = std::move(file.slot), .model = std::move(model), .name = file.use.slot};
  if (kind == NetKind::FaceDetector) detector_ = std::move(net);
  else if (kind == NetKind::FaceEmbedder) embedder_ = std::move(net);
  else labellers_.push_back(std::move(net));
  uses_.push_back(std::move(file.use));
  return {};
}

std::vector<FaceSpot> VisionNets::find_faces(const FrameView& frame, double aspect) const {
  if (!detector_) return {};
  NetPicture picture = fit_picture(frame, aspect, detector_->slot.input, Fit::Whole);
  const auto outputs = run(detector_->slot, *detector_->model, picture);
  return outputs ? read_face_grid(detector_->slot, *outputs, picture) : std::vector<FaceSpot>();
}

std::vector<float> VisionNets::print_of(const FrameView& frame, double aspect, const FaceSpot& face) const {
  if (!embedder_) return {};
  NetPicture picture = align_face(frame, aspect, face.points.value_or(usual_points(face.box)), embedder_->slot.input);
  auto outputs = run(embedder_->slot, *embedder_->model, picture);
  if (!outputs || outputs->size() != 1) return {};
  std::vector<float>& print = outputs->front();
  const float length = std::sqrt(std::inner_product(print.begin(), print.end(), print.begin(), 0.0F));
  if (!(length > 0) || !std::isfinite(length)) return {};
  std::ranges::for_each(print, [length](float& value) { value /= length; });
  return std::move(print);
}

std::vector<float> VisionNets::label_scores(const FrameView& frame, double aspect) const {
  std::vector<float> all;
  for (const Net& net : labellers_) {
    NetPicture picture = fit_picture(frame, aspect, net.slot.input, Fit::Stretched);
    auto outputs = run(net.slot, *net.model, picture);
    if (!outputs || outputs->size() != 1 || outputs->front().size() != net.slot.labels.size()) return {};
    activate(outputs->front(), net.slot.activation);
    all.insert(all.end(), outputs->front().begin(), outputs->front().end());
  }
  return all;
}

std::vector<ShotLabel> VisionNets::name(const std::vector<float>& scores) const {
  std::vector<ShotLabel> named;
  std::size_t first = 0;
  for (const Net& net : labellers_) {
    std::vector<ShotLabel> own;
    for (std::size_t i = 0; i < net.slot.labels.size() && first + i < scores.size(); ++i) {
      const auto score = static_cast<double>(scores[first + i]);
      if (score >= net.slot.least()) own.push_back({.label = net.slot.labels[i], .score = score, .slot = net.name});
    }
    std::ranges::stable_sort(own, std::ranges::greater(), &ShotLabel::score);
    own.resize(std::min(own.size(), static_cast<std::size_t>(net.slot.most)));
    std::ranges::move(own, std::back_inserter(named));
    first += net.slot.labels.size();
  }
  return named;
}

}  // namespace cineloom
