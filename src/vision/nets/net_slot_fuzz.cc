#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "vision/nets/net_slot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto slot = cineloom::read_net_slot({reinterpret_cast<const char*>(data), size});
  if (slot) CINELOOM_ASSERT(!slot->output_names().empty());
  return 0;
}
