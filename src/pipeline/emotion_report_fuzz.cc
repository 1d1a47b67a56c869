// Whatever a file of reviews holds, it is reported on or refused with its line.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <tuple>

#include "base/files.h"
#include "pipeline/emotion_report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  static const TemporaryFolder folder = *TemporaryFolder::create();
  const std::filesystem::path file = folder.path() / "reviews";
  if (!write_file(file, std::string_view(reinterpret_cast<const char*>(data), size))) return 0;
  // The word list alone: models have a target of their own.
  static const std::filesystem::path words = [] {
    for (const char* name : {"feelings.tsv", "aspects.tsv"}) {
      std::error_code ignored;  // a target without its word list refuses everything, which is seen at once
      std::filesystem::copy_file(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text" / name, folder.path() / name, ignored);
    }
    return folder.path();
  }();
  std::ignore = report_emotions({.film = "f", .reviews = file}, words);
  return 0;
}
