// What a language model answers is held against its text; nothing it says may point outside.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "plot/plot_claims.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find('\n');
  const std::string_view text = input.substr(0, cut);
  const auto told = check_plot_claims(cut == std::string_view::npos ? std::string_view() : input.substr(cut + 1), text);
  if (!told) return 0;
  for (const ToldEvent& event : told->events) {
    if (event.span.begin >= event.span.end || event.span.end > text.size()) std::abort();
    if (event.cause && static_cast<std::size_t>(*event.cause) >= told->events.size()) std::abort();
  }
  for (const ToldPerson& person : told->people) {
    if (person.mentions.empty() || person.mentions.back().end > text.size()) std::abort();
  }
  return 0;
}
