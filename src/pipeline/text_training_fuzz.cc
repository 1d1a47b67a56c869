// Whatever a file of labelled reviews holds, a model is made of it or it is refused: then there is none.
#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "base/assert.h"
#include "base/files.h"
#include "pipeline/text_training.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  static const TemporaryFolder folder = *TemporaryFolder::create();
  const std::filesystem::path model = folder.path() / "model";
  const TextTrainingRequest request{.reviews = folder.path() / "reviews", .unlabelled = {}, .out = model};
  CINELOOM_ASSERT(write_file(request.reviews, std::string_view(reinterpret_cast<const char*>(data), size)).has_value());
  Progress progress;
  const auto trained = train_text_model(request, progress, CancelToken());
  std::error_code error;
  CINELOOM_ASSERT(std::filesystem::remove(model, error) == trained.has_value());
  if (trained) CINELOOM_ASSERT(trained->positive > 0 && trained->negative > 0 && trained->unseen_accuracy >= 0 && trained->unseen_accuracy <= 1);
  return 0;
}
