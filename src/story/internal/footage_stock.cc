#include "story/internal/footage_stock.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "story/internal/event_table.h"

namespace cineloom::story {
namespace {

using Roles = std::set<std::string>;

void add_person(const std::string& role, Roles& roles) {
  if (std::ranges::find(kPeople, role) != kPeople.end()) roles.insert(role);
}

Roles people_of(const EventSchema& schema) {
  Roles roles(schema.actors.begin(), schema.actors.end());
  for (const std::string& text : schema.adds) {
    const Fact fact = parse_fact(text);
    add_person(fact.subject, roles);
    add_person(fact.object, roles);
  }
  return roles;
}

Roles people_of(const StoryEvent& event) {
  Roles roles(event.actors.begin(), event.actors.end());
  for (const Fact& fact : event.added) {
    add_person(fact.subject, roles);
    add_person(fact.object, roles);
  }
  return roles;
}

bool has_all(const Roles& all, const Roles& some) { return std::ranges::includes(all, some); }

}  // namespace

FootageStock::FootageStock(const Bible& bible) {
  std::map<std::string, std::string> roles;
  for (const BibleCharacter& character : bible.characters) roles.emplace(character.name, character.role);
  for (const BibleScene& scene : bible.scenes) {
    Scene known{.roles = {}, .of = &scene};
    for (const std::string& name : scene.people) {
      if (const auto role = roles.find(name); role != roles.end()) add_person(role->second, known.roles);
    }
    if (!known.roles.empty() && scene.piece.end > scene.piece.begin) scenes_.push_back(std::move(known));
  }
}

bool FootageStock::shows(const EventSchema& schema) const {
  const Roles people = people_of(schema);
  return !people.empty() && std::ranges::any_of(scenes_, [&](const Scene& scene) { return has_all(scene.roles, people); });
}

void FootageStock::dress(StoryGraph& graph) const {
  std::vector<int> shown(scenes_.size(), 0);
  for (StoryNode& node : graph.nodes) {
    if (!node.footage.empty()) continue;
    for (const StoryEvent& event : node.events) {
      const Scene* scene = best_for(event, shown);
      if (scene == nullptr) continue;
      ++shown[static_cast<std::size_t>(scene - scenes_.data())];
      node.footage.push_back(scene->of->piece);
    }
  }
}

const FootageStock::Scene* FootageStock::best_for(const StoryEvent& event, const std::vector<int>& shown) const {
  constexpr double kShownBefore = 1;  // beside distances of fortune, 0 .. 2, and of tension, 0 .. 1
  constexpr double kOthers = 0.3;
  const Roles people = people_of(event);
  if (people.empty()) return nullptr;
  const Scene* best = nullptr;
  double least = 0;
  for (std::size_t i = 0; i < scenes_.size(); ++i) {
    const Scene& scene = scenes_[i];
    if (!has_all(scene.roles, people)) continue;
    const double cost = kShownBefore * shown[i] + kOthers * static_cast<double>(scene.roles.size() - people.size()) +
                        std::abs(scene.of->valence - event.valence) + std::abs(scene.of->tension - event.tension);
    if (best == nullptr || cost < least) {
      best = &scene;
      least = cost;
    }
  }
  return best;
}

}  // namespace cineloom::story
