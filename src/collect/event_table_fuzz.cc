// Whatever the bytes, a table that is read has names for its positions and finite values; a schema is sound or refused.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "base/assert.h"
#include "base/files.h"
#include "collect/event_table_reader.h"

namespace {

std::filesystem::path file() {
  static const cineloom::TemporaryFolder folder = *cineloom::TemporaryFolder::create();
  return folder.path() / "table";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ofstream(file(), std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  cineloom::Progress progress;
  const auto schema = cineloom::read_schema(file());
  CINELOOM_ASSERT(!schema || schema->events.scale.empty() || schema->events.scale.size() == 2);
  const auto table = cineloom::read_event_table(file(), {}, progress, cineloom::CancelToken());
  if (!table) return 0;
  for (const cineloom::TableEvent& event : table->events) {
    CINELOOM_ASSERT(static_cast<std::size_t>(event.user) < table->users.size() && static_cast<std::size_t>(event.item) < table->items.size());
    CINELOOM_ASSERT(std::isfinite(event.value));
  }
  return 0;
}
