#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "llm/backend.h"
#include "llm/in_process.h"

namespace cineloom::llm {

/// Where models lie and which one is used.
struct ModelHome {
  std::filesystem::path folder;    ///< of fetched models and the choice; a library's "llm"
  std::filesystem::path embedded;  ///< models/story/story.gguf, which comes with the program
  std::filesystem::path program;   ///< for the confined child
};
ModelHome home_of(const std::filesystem::path& data, const std::filesystem::path& resources, const std::filesystem::path& program);

/// The model that was chosen: a file, or a server. Neither = the embedded one.
struct ModelChoice {
  std::string file;                  ///< in the home's folder, or a path
  std::string url;
  std::string model;                 ///< the server's name for it
  std::vector<std::string> allowed_hosts;
  std::string key_file;
  int context = 4096;
};

/// Nothing chosen yet is the embedded model. Errors: DataLoss for a choice that cannot be read.
Expected<ModelChoice> read_choice(const ModelHome& home);
Expected<void> write_choice(const ModelHome& home, const ModelChoice& choice);
Expected<std::unique_ptr<LlmBackend>> open_choice(const ModelHome& home, const ModelChoice& choice);
/// The model that tells story events, in a child of its own.
Expected<std::unique_ptr<InProcessBackend>> open_embedded(const ModelHome& home, int sequences = 8);

/// The chosen model for a whole program, opened by the first who asks and again when the choice has changed. Thread-safe.
class SharedModel {
 public:
  explicit SharedModel(ModelHome home) : home_(std::move(home)) {}

  /// Shared by those who use it and this. Errors: those of opening.
  Expected<std::shared_ptr<LlmBackend>> get();
  [[nodiscard]] const ModelHome& home() const { return home_; }

 private:
  ModelHome home_;
  std::mutex mutex_;
  std::string opened_;
  std::shared_ptr<LlmBackend> model_;
};

}  // namespace cineloom::llm
