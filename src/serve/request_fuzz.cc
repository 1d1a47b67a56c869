// Whatever is asked for, a file lies inside its folder and a range inside its file.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/assert.h"
#include "base/beneath.h"
#include "serve/static_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::filesystem::path folder = std::filesystem::path(CINELOOM_SOURCE_DIR) / "docs";
  if (const auto file = cineloom::open_beneath(folder, text)) {
    const auto place = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file->get()));
    CINELOOM_ASSERT(place.string().starts_with(folder.string() + "/"));
  }
  const std::filesystem::path file = folder / "README.md";
  const auto response = cineloom::serve::file_response({.method = "GET", .path = "/", .headers = {{"range", text}}}, file);
  CINELOOM_ASSERT(response);
  if (response->file) CINELOOM_ASSERT(response->file->offset + response->file->size <= std::filesystem::file_size(file));
  return 0;
}
