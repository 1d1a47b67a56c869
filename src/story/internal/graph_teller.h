#pragma once

#include <set>
#include <string>

#include "domain/story.h"
#include "story/internal/lattice.h"
#include "story/internal/telling.h"

namespace cineloom::story {

/// Tells a lattice: its nodes with texts, titles, questions, choices and names of endings.
class GraphTeller {
 public:
  GraphTeller(const StoryRequest& request, const SchemaLibrary& library, const EventTable& table, const Cast& cast)
      : request_(request), library_(library), table_(table), cast_(cast) {}

  [[nodiscard]] StoryGraph tell(const Lattice& lattice);

 private:
  void tell_event(const Plan& plan, std::size_t step, StoryNode& node) const;
  [[nodiscard]] StoryNode tell_node(const Lattice& lattice, std::size_t number);
  void add_choices(const Lattice& lattice, std::size_t number, StoryNode& node) const;
  [[nodiscard]] LocalText ending_of(const Lattice::Node& node);
  [[nodiscard]] std::string beat_at(std::size_t step) const;
  [[nodiscard]] std::string why(const Plan& plan, std::size_t step) const;

  const StoryRequest& request_;
  const SchemaLibrary& library_;
  const EventTable& table_;
  const Cast& cast_;
  std::set<std::string> endings_;  ///< that have been given
};

}  // namespace cineloom::story
