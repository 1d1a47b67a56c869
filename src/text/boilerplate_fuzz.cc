// Whatever a page holds, what is kept of it lies inside it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "text/boilerplate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const std::string_view page(reinterpret_cast<const char*>(data), size);
  const MappedText main = main_text_mapped(page);
  if (main.source.source({.begin = 0, .end = main.text.size()}).end > size) std::abort();
  if (is_html_page(page) && page.empty()) std::abort();
  return 0;
}
