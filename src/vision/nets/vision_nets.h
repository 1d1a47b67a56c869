#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/timeline.h"
#include "media/media_reader.h"
#include "vision/nets/net_picture.h"
#include "vision/nets/net_slot.h"
#include "vision/nets/onnx_runtime.h"

namespace cineloom {

/// A face that a net found.
struct FaceSpot {
  PictureArea box;  ///< of the frame
  double confidence = 0;
  std::optional<FacePoints> points;
};

/// What lies in a folder of nets: read while the process may still open files.
struct NetFiles {
  struct Net {
    NetSlot slot;
    NetUse use;
    std::string bytes;
  };
  std::shared_ptr<const OnnxRuntime> runtime;
  std::vector<Net> nets;
  std::vector<std::string> warnings;  ///< which net is not used, and why
};

/// Whether the folder holds a slot; what is in it is not looked at.
bool has_net_slots(const std::filesystem::path& folder);

/// Every slot (*.json) of the folder with its model, by name, and the runtime for them. `library` empty = libonnxruntime.so.1 of the
/// folder, else the system's. A folder that is missing or without slots gives nothing, and nothing is opened.
NetFiles read_net_files(const std::filesystem::path& folder, const std::string& library);

/// The user's own nets, ready to look at frames. Thread-safe; the same frame, the same answer.
class VisionNets {
 public:
  /// Opens each net and tries it on a grey picture; one that fails is left out with a warning. What is opened is foreign: call it in a
  /// confined process. Null if none is left.
  static std::shared_ptr<const VisionNets> open(NetFiles files, std::vector<std::string>& warnings);
  VisionNets(const VisionNets&) = delete;
  VisionNets& operator=(const VisionNets&) = delete;

  [[nodiscard]] bool finds_faces() const { return detector_.has_value(); }
  [[nodiscard]] bool knows_faces() const { return embedder_.has_value(); }
  [[nodiscard]] bool names_frames() const { return !labellers_.empty(); }
  /// The cosine from which two prints are one person's.
  [[nodiscard]] double same_person() const { return embedder_ ? embedder_->slot.least() : 1; }
  [[nodiscard]] const std::vector<NetUse>& uses() const { return uses_; }

  /// The surest first; none if the net fails on this frame. `aspect`: width of the picture over its height as it is shown.
  [[nodiscard]] std::vector<FaceSpot> find_faces(const FrameView& frame, double aspect) const;
  /// Of length 1: the dot product of two says how alike they are. Empty if the net fails on it.
  [[nodiscard]] std::vector<float> print_of(const FrameView& frame, double aspect, const FaceSpot& face) const;
  /// The scores of all labels of all such nets.
  [[nodiscard]] std::vector<float> label_scores(const FrameView& frame, double aspect) const;
  /// The labels of a shot from the mean of its frames' scores, the surest first.
  [[nodiscard]] std::vector<ShotLabel> name(const std::vector<float>& scores) const;

 private:
  struct Net {
    NetSlot slot;
    std::shared_ptr<const OnnxModel> model;
    std::string name;
  };
  VisionNets() = default;
  Expected<void> add(NetFiles::Net file, const std::shared_ptr<const OnnxRuntime>& runtime);

  std::optional<Net> detector_;
  std::optional<Net> embedder_;
  std::vector<Net> labellers_;
  std::vector<NetUse> uses_;
};

}  // namespace cineloom
