// Whatever the bytes, they are a model that answers or they are refused; and whatever the text, a model's answers lie inside it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/hash.h"
#include "plot/synopsis_turns.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const SynopsisTurnModel own = *SynopsisTurnModel::load(SynopsisTurnModel::pack({{.feature = fnv1a64("#x"), .weights = {-3, -1, 0, 1, 3}}}));
  for (const SynopsisTurn& turn : own.find(bytes)) {
    if (turn.span.begin >= turn.span.end || turn.span.end > size) std::abort();
  }
  if (const auto model = SynopsisTurnModel::load(bytes)) {
    if (model->find("One comes. Two go. Three meet. Four fight. Five rest.").size() != SynopsisTurnModel::kKinds) std::abort();
  }
  return 0;
}
