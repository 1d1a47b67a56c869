#pragma once

#include "recommend/evaluation/model_registry.h"

/// The kinds of models by family; each function adds its own to the registry.
namespace cineloom {

void add_simple_kinds(std::vector<ModelKind>& kinds);
void add_neighbour_kinds(std::vector<ModelKind>& kinds);
void add_factor_kinds(std::vector<ModelKind>& kinds);
void add_cold_kinds(std::vector<ModelKind>& kinds);

/// A fitted model moved to the heap behind its interface; errors go on.
template <class Base, class Model>
Expected<std::unique_ptr<Base>> boxed(Expected<Model> fitted) {
  if (!fitted) return std::unexpected(std::move(fitted).error());
  return std::make_unique<Model>(*std::move(fitted));
}

/// The training data as a flat list.
std::vector<Interaction> flat(const Interactions& interactions);

}  // namespace cineloom
