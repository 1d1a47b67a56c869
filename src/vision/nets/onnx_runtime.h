#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom {

/// A library of ONNX Runtime, opened at run time: nothing is linked. It stays until the process ends. Thread-safe.
class OnnxRuntime {
 public:
  /// `library`: a path, or a name that the system's loader knows. Call it before the process is confined, and while it has one thread:
  /// the library is told through the environment that it must not report home.
  /// Errors: NotFound if it does not open; InvalidArgument if it is no ONNX Runtime, or one too old.
  static Expected<std::shared_ptr<const OnnxRuntime>> load(const std::string& library);
  ~OnnxRuntime();
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

  /// As it says itself, e.g. "1.30.0".
  [[nodiscard]] const std::string& version() const;

 private:
  friend class OnnxModel;
  struct State;
  explicit OnnxRuntime(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A net with one input and some outputs, all floats. run() may be called from several threads; the same input gives the same output.
class OnnxModel {
 public:
  /// `bytes`: an ONNX file; hostile ones are for a confined process. Errors: InvalidArgument with the runtime's own words.
  static Expected<std::shared_ptr<const OnnxModel>> open(std::shared_ptr<const OnnxRuntime> runtime, std::string_view bytes, std::string input,
                                                         std::vector<std::string> outputs);
  ~OnnxModel();
  OnnxModel(const OnnxModel&) = delete;
  OnnxModel& operator=(const OnnxModel&) = delete;

  /// The values of each output, whatever its shape. `input` is only read. Errors: InvalidArgument with the runtime's own words.
  [[nodiscard]] Expected<std::vector<std::vector<float>>> run(std::span<float> input, std::span<const std::int64_t> shape) const;

 private:
  struct State;
  explicit OnnxModel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cineloom
