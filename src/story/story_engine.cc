#include "story/story_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "math/statistics.h"
#include "story/checker.h"
#include "story/internal/casting.h"
#include "story/internal/footage_stock.h"
#include "story/internal/graph_teller.h"
#include "story/internal/request.h"

namespace cineloom {
namespace {

using story::Cast;
using story::EventTable;
using story::GraphTeller;
using story::Lattice;
using story::Plan;
using story::Planner;

/// A story as far as it is known before its events are.
struct Frame {
  Cast cast;
  Bible bible;
  std::set<std::string> told;  ///< schemas that were told before
};

const StoryNode* find_node(const StoryGraph& graph, const std::string& id) {
  const auto found = std::ranges::find(graph.nodes, id, &StoryNode::id);
  return found == graph.nodes.end() ? nullptr : &*found;
}

/// The nodes of a way from the first on. Errors: InvalidArgument.
Expected<std::vector<const StoryNode*>> nodes_on(const Story& story, const std::vector<std::string>& way) {
  std::vector<const StoryNode*> nodes;
  for (const std::string& id : way) {
    const bool is_next =
        nodes.empty() ? id == story.graph.start : std::ranges::find(nodes.back()->choices, id, &StoryChoice::to) != nodes.back()->choices.end();
    const StoryNode* node = is_next ? find_node(story.graph, id) : nullptr;
    if (node == nullptr) return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is not the next node of this way", id));
    nodes.push_back(node);
  }
  if (nodes.empty()) return fail(ErrorCode::InvalidArgument, "a way has at least one node");
  return nodes;
}

void measure_arc(Story& story, const Planner& planner, const Plan& plan) {
  story.achieved_arc.assign(plan.fortune.begin(), plan.fortune.begin() + static_cast<std::ptrdiff_t>(plan.length));
  story.requested_arc.clear();
  for (std::size_t step = 0; step < plan.length; ++step) story.requested_arc.push_back(planner.fortune_wanted(step));
  story.arc_correlation = pearson(story.requested_arc, story.achieved_arc);
}

Expected<Story> write_in(const Frame& frame, const StoryRequest& request, const SchemaLibrary& library, Progress& progress, const CancelToken& cancel) {
  progress.begin("planning", 2, "steps");
  Story story{.request = request, .bible = frame.bible, .realizer = "templates"};
  const EventTable table(library, request);
  const Planner planner(table, request.arc, request.seed);
  Plan beginning(table.bits_of(beginning_of(story)));
  for (const std::string& name : frame.told) {
    if (const std::size_t event = table.find(name); event < table.events().size()) beginning.told.set(event);
  }
  const auto plan = planner.best_of_several(beginning);
  if (!plan) return std::unexpected(story::explain_refusal(request, library, beginning_of(story)));
  progress.advance();
  Lattice lattice(table, planner, static_cast<std::size_t>(request.decisions), story::most_nodes(request));
  CINELOOM_TRY(lattice.grow(*plan, beginning, cancel));
  story.graph = GraphTeller(request, library, table, frame.cast).tell(lattice);
  story::FootageStock(story.bible).dress(story.graph);
  story.title = story::title_of(frame.cast, request, library);
  measure_arc(story, planner, *plan);
  story.findings = faults_of(story);
  progress.finish();
  return story;
}

/// The plan that told these nodes. Errors: InvalidArgument where an event is not in the table.
Expected<Plan> plan_of(const std::vector<const StoryNode*>& nodes, const EventTable& table, const Planner& planner, const Plan& beginning) {
  Plan plan = beginning;
  for (const StoryNode* node : nodes) {
    for (const StoryEvent& event : node->events) {
      const std::size_t number = table.find(event.schema);
      if (number == table.events().size())
        return fail(ErrorCode::InvalidArgument, fmt::format("'{}' was seen and does not fit what is asked now", event.schema));
      if (plan.length + 1 >= story::kSteps) return fail(ErrorCode::InvalidArgument, "nothing is left to plan");
      plan = planner.extend(plan, number, 0);
    }
  }
  return plan;
}

/// The graph with everything behind `last` replaced by what follows the first, empty node of `more`.
void graft(StoryGraph& graph, const std::string& last, StoryGraph more, const std::string& mark) {
  const auto rename = [&](const std::string& id) { return fmt::format("{}{}", mark, id); };
  for (StoryNode& node : more.nodes) {
    node.id = rename(node.id);
    for (StoryChoice& choice : node.choices) choice.to = rename(choice.to);
  }
  StoryNode& at = *std::ranges::find(graph.nodes, last, &StoryNode::id);
  at.choices = more.nodes.front().choices;
  at.default_choice = more.nodes.front().default_choice;
  at.question = more.nodes.front().question;
  graph.nodes.insert(graph.nodes.end(), std::make_move_iterator(more.nodes.begin() + 1), std::make_move_iterator(more.nodes.end()));
  std::set<std::string> reached;
  std::vector<std::string> open = {graph.start};
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    if (!reached.insert(id).second) continue;
    for (const StoryChoice& choice : find_node(graph, id)->choices) open.push_back(choice.to);
  }
  std::erase_if(graph.nodes, [&](const StoryNode& node) { return !reached.contains(node.id); });
}

/// A mark that no node's id begins with.
std::string new_mark(const StoryGraph& graph) {
  for (int turn = 1;; ++turn) {
    std::string mark = fmt::format("r{}", turn);
    if (std::ranges::none_of(graph.nodes, [&](const StoryNode& node) { return node.id.starts_with(mark + "n"); })) return mark;
  }
}

}  // namespace

// Control points at even distances, joined by lines.
double arc_target(ArcShape shape, double at) {
  const auto between = [at](std::initializer_list<double> points) {
    const double place = at * static_cast<double>(points.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(place), points.size() - 2);
    return std::lerp(points.begin()[index], points.begin()[index + 1], place - static_cast<double>(index));
  };
  switch (shape) {
    case ArcShape::RagsToRiches: return between({-0.6, -0.2, 0.2, 0.6, 0.9});
    case ArcShape::Tragedy: return between({0.6, 0.3, 0, -0.4, -0.8});
    case ArcShape::ManInAHole: return between({0.4, 0, -0.6, -0.4, 0.2, 0.8});
    case ArcShape::Icarus: return between({-0.3, 0.2, 0.7, 0.2, -0.6});
    case ArcShape::Cinderella: return between({-0.4, 0.3, 0.5, -0.5, -0.2, 0.8});
    case ArcShape::Oedipus: return between({0.4, -0.2, -0.4, 0.2, 0.3, -0.7});
  }
  return 0;
}

std::set<Fact> beginning_of(const Story& story) { return {story.bible.facts.begin(), story.bible.facts.end()}; }

Expected<Story> write_story(const StoryRequest& request, const SchemaLibrary& library, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(story::check_request(request, library));
  Frame frame{.cast = story::choose_cast(request, library), .bible = {}, .told = {}};
  frame.bible = story::bible_of(frame.cast, request, library);
  return write_in(frame, request, library, progress, cancel);
}

Expected<std::vector<StoryRelaxation>> story_relaxations(const StoryRequest& request, const SchemaLibrary& library) {
  CINELOOM_TRY(story::check_request(request, library));
  const Story asked{.bible = story::bible_of(story::choose_cast(request, library), request, library)};
  return story::smallest_relaxations(request, library, beginning_of(asked));
}

StoryOffers story_offers(const SchemaLibrary& library) {
  StoryOffers offers;
  for (const StructureData& structure : library.structures) {
    OfferedStructure& offered = offers.structures.emplace_back(structure.name, structure.label, std::vector<LocalText>());
    for (const StructureBeat& beat : structure.beats) offered.beats.push_back(beat.label);
  }
  for (const EventSchema& schema : library.schemas) {
    offers.events.emplace_back(schema.name, schema.label, schema.valence, schema.age, schema.rating, schema.genres);
  }
  return offers;
}

Expected<Story> continue_story(const Story& before, const std::vector<std::string>& way, const StoryRequest& request, const SchemaLibrary& library,
                               Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(story::check_request(request, library));
  CINELOOM_TRY_ASSIGN(const auto nodes, nodes_on(before, way));
  if (!nodes.back()->choices.empty()) return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is no ending", way.back()));
  Frame frame{.cast = story::cast_of(before.bible, before.request.language), .bible = before.bible, .told = {}};
  std::set<Fact> facts = beginning_of(before);
  for (const StoryNode* node : nodes) {
    for (const StoryEvent& event : node->events) {
      for (const Fact& fact : event.removed) facts.erase(fact);
      facts.insert(event.added.begin(), event.added.end());
      frame.told.insert(event.schema);
    }
  }
  frame.bible.facts.assign(facts.begin(), facts.end());
  return write_in(frame, request, library, progress, cancel);
}

Expected<Story> replan_unseen(const Story& story, const std::vector<std::string>& seen, const StoryRequest& request, const SchemaLibrary& library,
                              const CancelToken& cancel) {
  CINELOOM_TRY(story::check_request(request, library));
  CINELOOM_TRY_ASSIGN(const auto nodes, nodes_on(story, seen));
  const EventTable table(library, request);
  const Planner planner(table, request.arc, request.seed, story::kLiveEffort);
  CINELOOM_TRY_ASSIGN(const Plan prefix, plan_of(nodes, table, planner, Plan(table.bits_of(beginning_of(story)))));
  const auto plan = planner.complete(prefix);
  if (!plan || !planner.tells_all(*plan)) return std::unexpected(story::explain_refusal(request, library, beginning_of(story)));
  const auto decisions_seen = std::ranges::count_if(nodes, [](const StoryNode* node) { return node->choices.size() > 1; });
  const auto decisions = std::max<std::ptrdiff_t>(1, request.decisions - decisions_seen + 1);
  Lattice lattice(table, planner, static_cast<std::size_t>(decisions), story::most_nodes(request));
  CINELOOM_TRY(lattice.grow(*plan, prefix, cancel));
  Story anew = story;
  anew.request = request;
  const Cast cast = story::cast_of(story.bible, request.language);
  graft(anew.graph, seen.back(), GraphTeller(request, library, table, cast).tell(lattice), new_mark(story.graph));
  story::FootageStock(anew.bible).dress(anew.graph);
  measure_arc(anew, planner, *plan);
  anew.findings = faults_of(anew);
  return anew;
}

Expected<Story> retell_node(Story story, const std::string& node, Seed seed, const SchemaLibrary& library) {
  const auto found = std::ranges::find(story.graph.nodes, node, &StoryNode::id);
  if (found == story.graph.nodes.end()) return fail(ErrorCode::NotFound, fmt::format("the story has no node '{}'", node));
  const Cast cast = story::cast_of(story.bible, story.request.language);
  const std::vector<StoryEvent> events = std::exchange(found->events, {});
  found->text.clear();
  for (const StoryEvent& event : events) {
    const auto schema = std::ranges::find(library.schemas, event.schema, &EventSchema::name);
    if (schema == library.schemas.end()) return fail(ErrorCode::NotFound, fmt::format("the schema '{}' is gone", event.schema));
    story::append_telling(*found, event, story::tell(*schema, cast, story.request, derive_seed(seed, node)), story.request.language);
    found->events.push_back(event);
  }
  return story;
}

}  // namespace cineloom
