// Whatever the bytes of a blob: its readers agree on whether it is whole and how many ratings it has, each rating has stars that can be, and taking
// one out leaves the others.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "domain/event_value.h"
#include "store/internal/rating_blob.h"

namespace {

using namespace cineloom;
using namespace cineloom::store;

std::vector<Telling> unpacked(std::string_view bytes) {
  std::vector<Telling> tellings;
  const auto read = unpack_ratings(bytes, {.viewer = ViewerId(1), .origin = "set", .first = kFirstPackedEvent}, tellings);
  CINELOOM_ASSERT(read.has_value() == count_ratings(bytes).has_value());
  if (!read) tellings.clear();
  return tellings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<Telling> tellings = unpacked(bytes);
  if (tellings.empty()) return 0;
  CINELOOM_ASSERT(count_ratings(bytes) == static_cast<std::int64_t>(tellings.size()));
  for (const Telling& telling : tellings) CINELOOM_ASSERT(is_value_of(EventKind::Rate, telling.event.value));
  const auto removed = take_out_rating(bytes, kFirstPackedEvent, tellings.back().event.id);
  CINELOOM_ASSERT(removed && removed->was_there);
  const std::vector<Telling> rest = unpacked(removed->bytes);
  CINELOOM_ASSERT(rest.size() + 1 == tellings.size());
  for (std::size_t i = 0; i < rest.size(); ++i) CINELOOM_ASSERT(rest[i].event.at == tellings[i].event.at && rest[i].event.film == tellings[i].event.film);
  return 0;
}
