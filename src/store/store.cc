#include "store/store.h"

namespace cineloom {

Expected<void> Store::put_model(std::string_view name, std::string_view bytes) {
  CINELOOM_TRY(add_model({.name = std::string(name), .bytes = bytes, .keep = 2}));
  return {};
}

Expected<std::optional<std::string>> Store::model(std::string_view name) {
  CINELOOM_TRY_ASSIGN(auto found, active_model(name));
  if (!found) return std::optional<std::string>();
  return std::optional(std::move(found->bytes));
}

}  // namespace cineloom
