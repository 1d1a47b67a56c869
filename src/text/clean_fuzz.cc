// Whatever the bytes, what is called clean is valid UTF-8 without carriage returns, and can be cleaned again.
#include "text/clean.h"

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto clean = cineloom::clean_text({reinterpret_cast<const char*>(data), size});
  if (!clean) return 0;
  CINELOOM_ASSERT(cineloom::is_valid_utf8(clean->text));
  CINELOOM_ASSERT(!clean->text.contains('\r'));
  CINELOOM_ASSERT(clean->text.empty() || cineloom::clean_text(clean->text).has_value());
  return 0;
}
