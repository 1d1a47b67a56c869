// Whatever lies where a journal should: what is read as marks comes back after more are written, and a journal of other bytes begins empty. The file
// has its head before the bytes, or where the first of them is odd the bytes alone.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>

#include "base/assert.h"
#include "base/files.h"
#include "pipeline/watch_journal.h"

namespace {

using namespace cineloom;
namespace fs = std::filesystem;

struct Place {
  TemporaryFolder folder = *TemporaryFolder::create();
  fs::path file;
  std::string head;

  Place() {
    std::ignore = WatchJournal::open(folder.path(), "film", "key");
    file = fs::directory_iterator(folder.path())->path();
    head = *read_file(file);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  CINELOOM_ASSERT(write_file(place.file, (data[0] % 2 == 0 ? place.head : std::string()) + std::string(bytes)).has_value());
  auto marks = [] {
    WatchJournal journal = WatchJournal::open(place.folder.path(), "film", "key");
    auto found = journal.marks();
    journal.append("more");
    return found;
  }();
  marks.emplace_back("more");
  CINELOOM_ASSERT(WatchJournal::open(place.folder.path(), "film", "key").marks() == marks);
  return 0;
}
