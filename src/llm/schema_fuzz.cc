#include <cstddef>
#include <cstdint>
#include <string_view>

#include "llm/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto cut = bytes.find('\0');
  const auto schema = bytes.substr(0, cut);
  const auto grammar = cineloom::llm::grammar_of_schema(schema);
  const auto fits = cineloom::llm::check_schema(schema, cut == std::string_view::npos ? "{}" : bytes.substr(cut + 1));
  // Nothing can fit a schema that has no grammar.
  if (!grammar && fits) __builtin_trap();
  return 0;
}
