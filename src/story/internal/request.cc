#include "story/internal/request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "story/bible.h"
#include "story/internal/planner.h"

namespace cineloom::story {
namespace {

constexpr std::size_t kMostPremise = 2000;  // bytes
constexpr int kFewestNodes = 16;
constexpr int kMostNodes = 2000;
constexpr std::size_t kMostDemands = 24;
constexpr int kAnyAge = 18;

std::unexpected<Error> refuse(std::string what) { return fail(ErrorCode::InvalidArgument, std::move(what)); }

Expected<void> check_numbers(const StoryRequest& request) {
  if (request.decisions < 0 || request.decisions >= static_cast<int>(kSteps)) return refuse(fmt::format("a path has 0 to {} decisions", kSteps - 1));
  if (request.nodes != 0 && (request.nodes < kFewestNodes || request.nodes > kMostNodes)) {
    return refuse(fmt::format("a story has {} to {} nodes, or 0 for as many as its decisions ask for", kFewestNodes, kMostNodes));
  }
  if (request.premise.size() > kMostPremise) return refuse(fmt::format("a premise has at most {} bytes", kMostPremise));
  for (const auto& [theme, liking] : request.taste) {
    if (!(std::abs(liking) <= 1)) return refuse(fmt::format("the liking of '{}' is -1 to 1", theme));
  }
  return {};
}

Expected<void> check_names(const StoryRequest& request, const SchemaLibrary& library) {
  if (request.must.size() + request.never.size() + request.protects.size() > kMostDemands) return refuse(fmt::format("at most {} demands", kMostDemands));
  for (const auto* names : {&request.must, &request.never}) {
    for (const std::string& name : *names) {
      if (std::ranges::find(library.schemas, name, &EventSchema::name) == library.schemas.end()) return refuse(fmt::format("there is no event '{}'", name));
    }
  }
  for (const std::string& name : request.must) {
    if (std::ranges::find(request.never, name) != request.never.end()) return refuse(fmt::format("'{}' must be told and never be told", name));
  }
  std::vector<std::string> people = request.protects;
  if (!request.point_of_view.empty()) people.push_back(request.point_of_view);
  for (const std::string& role : people) {
    if (std::ranges::find(kPeople, role) == kPeople.end()) return refuse(fmt::format("'{}' is nobody: hero, ally, foe or mentor", role));
  }
  if (!request.style.empty() && request.style != "terse" && request.style != "talkative")
    return refuse(fmt::format("'{}' is no style: terse or talkative", request.style));
  return {};
}

/// A request with one demand left out.
struct Relaxed {
  StoryDemand demand;
  StoryRequest request;
};

std::vector<Relaxed> relaxed(const StoryRequest& request) {
  std::vector<Relaxed> others;
  const auto leave_out = [&](std::vector<std::string> StoryRequest::* list, const char* kind) {
    for (std::size_t i = 0; i < (request.*list).size(); ++i) {
      StoryRequest other = request;
      (other.*list).erase((other.*list).begin() + static_cast<std::ptrdiff_t>(i));
      others.push_back({.demand = {.kind = kind, .name = (request.*list)[i]}, .request = std::move(other)});
    }
  };
  leave_out(&StoryRequest::must, "must");
  leave_out(&StoryRequest::never, "never");
  leave_out(&StoryRequest::protects, "protects");
  if (request.max_age_rating < kAnyAge) {
    others.push_back({.demand = {.kind = "max_age_rating", .name = {}}, .request = request});
    others.back().request.max_age_rating = kAnyAge;
  }
  if (request.max_rating != kAnyContent) {
    others.push_back({.demand = {.kind = "max_rating", .name = {}}, .request = request});
    others.back().request.max_rating = kAnyContent;
  }
  return others;
}

std::string words_for(const StoryDemand& demand, const StoryRequest& request) {
  if (demand.kind == "must") return fmt::format("that it must tell '{}'", demand.name);
  if (demand.kind == "never") return fmt::format("that it must not tell '{}'", demand.name);
  if (demand.kind == "protects") return fmt::format("the protection of '{}'", demand.name);
  return demand.kind == "max_age_rating" ? fmt::format("the age of {}", request.max_age_rating) : "the limits of content";
}

bool is_possible(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning) {
  const EventTable table(library, request);
  const auto plan = Planner(table, request.arc, request.seed).complete(Plan(table.bits_of(beginning)));
  const auto is_told = [&](const std::string& name) {
    const std::size_t event = table.find(name);
    return event < table.events().size() && plan->told[event];
  };
  return plan && std::ranges::all_of(request.must, is_told);
}

/// Each demand without which a plan fits.
std::vector<StoryRelaxation> enough_alone(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning) {
  std::vector<StoryRelaxation> found;
  for (const auto& [demand, other] : relaxed(request)) {
    if (is_possible(other, library, beginning)) found.push_back({.without = {demand}});
  }
  return found;
}

/// All pairs with the first demand of which there are any.
std::vector<StoryRelaxation> enough_in_pairs(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning) {
  std::vector<StoryRelaxation> found;
  const auto singles = relaxed(request);
  for (auto single = singles.begin(); found.empty() && single != singles.end(); ++single) {
    for (const auto& [more, another] : relaxed(single->request)) {
      if (is_possible(another, library, beginning)) found.push_back({.without = {single->demand, more}});
    }
  }
  return found;
}

Error refusal_without(const StoryRelaxation& relaxation, const StoryRequest& request) {
  std::vector<std::string> words;
  for (const StoryDemand& demand : relaxation.without) words.push_back(words_for(demand, request));
  return Error(ErrorCode::Unavailable, fmt::format("no plan fits everything that was asked; one would without {}", fmt::join(words, " and ")));
}

}  // namespace

Expected<void> check_request(const StoryRequest& request, const SchemaLibrary& library) {
  if (request.language != "en" && request.language != "zh") {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("stories are told in 'en' and 'zh', not in '{}'", request.language)).advise("choose en or zh"));
  }
  if (!request.genre.empty() && !library.genres.empty() && library.find_genre(request.genre) == nullptr) {
    std::vector<std::string> names;
    std::ranges::transform(library.genres, std::back_inserter(names), &GenreData::name);
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no genre of stories", request.genre)).advise(fmt::format("choose {}", fmt::join(names, ", "))));
  }
  if (!request.structure.empty() && library.find_structure(request.structure) == nullptr) return refuse(fmt::format("'{}' is no structure", request.structure));
  CINELOOM_TRY(check_numbers(request));
  CINELOOM_TRY(check_bible(request.bible, library));
  return check_names(request, library);
}

std::vector<StoryRelaxation> smallest_relaxations(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning) {
  if (is_possible(request, library, beginning)) return {};
  auto found = enough_alone(request, library, beginning);
  return found.empty() ? enough_in_pairs(request, library, beginning) : found;
}

Error explain_refusal(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning) {
  if (const auto alone = enough_alone(request, library, beginning); !alone.empty()) return refusal_without(alone.front(), request).advise("leave that out");
  for (const Fact& fact : request.bible.facts) {
    std::set<Fact> without = beginning;
    without.erase(fact);
    if (!is_possible(request, library, without)) continue;
    return Error(ErrorCode::Unavailable, fmt::format("no plan fits everything that was asked; one would if '{} {} {}' were not so at the beginning",
                                                     fact.predicate, fact.subject, fact.object))
        .advise("leave that out of the bible");
  }
  if (const auto pairs = enough_in_pairs(request, library, beginning); !pairs.empty()) return refusal_without(pairs.front(), request).advise("leave those out");
  return Error(ErrorCode::Unavailable, "no plan fits what was asked").advise("ask for less");
}

std::size_t most_nodes(const StoryRequest& request) {
  if (request.nodes > 0) return static_cast<std::size_t>(request.nodes);
  constexpr std::size_t kUsual = 64;  // where a tree of all decisions would be larger
  return request.decisions > 5 ? kUsual : (std::size_t{2} << request.decisions) - 1;
}

}  // namespace cineloom::story
