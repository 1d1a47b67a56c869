// Whatever a server answers, what goes into addresses is an identity, and texts are short.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "pipeline/jellyfin_replies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto items = jellyfin::items_in(body)) {
    for (const jellyfin::Item& item : *items) CINELOOM_ASSERT(jellyfin::is_identity(item.id) && item.year >= 0 && item.name.size() <= 1000);
  }
  if (const auto user = jellyfin::user_in(body, "Ana"); user && *user) CINELOOM_ASSERT(jellyfin::is_identity(**user));
  if (const auto made = jellyfin::identity_in(body)) CINELOOM_ASSERT(jellyfin::is_identity(*made));
  return 0;
}
