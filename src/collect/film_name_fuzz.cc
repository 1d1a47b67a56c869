// Whatever the path, a parsed name has valid text, a year that is one, and parts in range; the same path gives the same name.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/utf8.h"
#include "collect/film_name.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view path(reinterpret_cast<const char*>(data), size);
  const cineloom::FilmName name = cineloom::parse_film_name(path);
  CINELOOM_ASSERT(cineloom::is_valid_utf8(name.title) && cineloom::is_valid_utf8(name.alternative));
  CINELOOM_ASSERT(name.year == 0 || (name.year >= 1870 && name.year <= 2100));
  CINELOOM_ASSERT(name.part >= 0 && name.part < 100);
  CINELOOM_ASSERT(cineloom::parse_film_name(path).title == name.title);
  return 0;
}
