// Whatever the bytes, what is found of a plot lies inside them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "plot/told_plot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const ToldPlot told = read_told_plot({reinterpret_cast<const char*>(data), size}, nullptr);
  for (const ToldEvent& event : told.events) {
    if (event.span.begin >= event.span.end || event.span.end > size) std::abort();
    if (event.cause && (*event.cause < 0 || static_cast<std::size_t>(*event.cause) >= told.events.size())) std::abort();
  }
  for (const ToldPerson& person : told.people) {
    for (const Span& mention : person.mentions) {
      if (mention.end > size) std::abort();
    }
  }
  return 0;
}
