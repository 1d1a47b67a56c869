// Whatever the file, what an import brings has names, stars in range and films for its events; its kind is in the first byte.
#include "collect/import.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/assert.h"
#include "base/cancel.h"
#include "base/progress.h"

namespace {

// Importers go by content, but some want the name that the service gives the file.
constexpr std::array kNames = {"ratings.csv", "u.data", "ratings.dat", "export.zip", "viewers.jsonl"};

std::filesystem::path folder() {
  static const std::filesystem::path made = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "cineloom-fuzz-XXXXXX").string();
    return std::filesystem::path(mkdtemp(pattern.data()));
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::filesystem::path file = folder() / kNames[data[0] % kNames.size()];
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data + 1), static_cast<std::streamsize>(size - 1));
  cineloom::Progress progress;
  const auto batch = cineloom::read_import(file, {}, progress, cineloom::CancelToken());
  std::filesystem::remove(file);
  if (!batch) {
    CINELOOM_ASSERT(!batch.error().message().empty());
    return 0;
  }
  std::set<std::string> keys;
  for (const cineloom::Film& film : batch->films) keys.insert(film.key);
  for (const cineloom::ImportedEvent& event : batch->events) {
    CINELOOM_ASSERT(keys.contains(event.film_key));
    CINELOOM_ASSERT(event.event.kind != cineloom::EventKind::Rate || (event.event.value && *event.event.value >= 0.5 && *event.event.value <= 5));
  }
  return 0;
}
