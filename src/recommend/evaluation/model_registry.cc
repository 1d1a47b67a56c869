#include "recommend/evaluation/model_registry.h"

#include "base/nearest_name.h"
#include "recommend/internal/model_kinds.h"

namespace cineloom {

std::span<const ModelKind> model_kinds() {
  static const std::vector<ModelKind> kinds = [] {
    std::vector<ModelKind> all;
    add_simple_kinds(all);
    add_neighbour_kinds(all);
    add_factor_kinds(all);
    add_cold_kinds(all);
    return all;
  }();
  return kinds;
}

Expected<const ModelKind*> find_model_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const ModelKind& kind : model_kinds()) {
    if (kind.name == name) return &kind;
    names.push_back(kind.name);
  }
  return std::unexpected(unknown_name("model", name, names));
}

Settings default_settings(std::span<const Tunable> tunables) {
  Settings settings;
  for (const Tunable& tunable : tunables) {
    if (tunable.initial) settings[tunable.name] = *tunable.initial;
  }
  return settings;
}

}  // namespace cineloom
