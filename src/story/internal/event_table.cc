#include "story/internal/event_table.h"

#include <algorithm>

#include "story/internal/footage_stock.h"

namespace cineloom::story {
namespace {

constexpr double kGenreLiking = 0.12;  // of a genre's theme against the viewer's
constexpr std::array kHarms = {"wounded", "hurt", "held", "dead", "broken"};

bool contains(const std::vector<std::string>& list, const std::string& name) { return std::ranges::find(list, name) != list.end(); }

bool is_within(const ContentRating& rating, const ContentRating& most) {
  return rating.violence <= most.violence && rating.fear <= most.fear && rating.sex <= most.sex && rating.drugs <= most.drugs &&
         rating.language <= most.language;
}

/// True of an event after which one of these is held, hurt or worse.
bool harms(const EventSchema& schema, const std::vector<std::string>& people) {
  return std::ranges::any_of(schema.adds, [&](const std::string& text) {
    const Fact fact = parse_fact(text);
    const bool is_harm = std::ranges::find(kHarms, fact.predicate) != kHarms.end();
    return is_harm && (contains(people, fact.object) || (fact.object.empty() && contains(people, fact.subject)));
  });
}

bool is_allowed(const EventSchema& schema, const StoryRequest& request) {
  const bool fits_genre = schema.genres.empty() || contains(schema.genres, request.genre.empty() ? "adventure" : request.genre);
  return fits_genre && schema.age <= request.max_age_rating && is_within(schema.rating, request.max_rating) && !contains(request.never, schema.name) &&
         !harms(schema, request.protects);
}

double theme_value(const std::map<std::string, double>& values, const std::string& theme) {
  const auto found = values.find(theme);
  return found == values.end() ? 0 : found->second;
}

double liking_of(const EventSchema& schema, const StoryRequest& request, const GenreData* genre) {
  double sum = 0;
  for (const std::string& theme : schema.themes) {
    sum += theme_value(request.taste, theme) + (genre != nullptr ? kGenreLiking * theme_value(genre->themes, theme) : 0);
  }
  return schema.themes.empty() ? 0 : std::clamp(sum / static_cast<double>(schema.themes.size()), -1.0, 1.0);
}

PeopleBits people_of(const std::vector<std::string>& roles) {
  PeopleBits bits;
  for (std::size_t i = 0; i < kPeople.size(); ++i) bits[i] = contains(roles, kPeople[i]);
  return bits;
}

/// Nobody is at two places, and nothing belongs to two.
bool is_exclusive(const Fact& a, const Fact& b) {
  if (a.predicate != b.predicate || a == b) return false;
  return (a.predicate == "at" && a.subject == b.subject) || (a.predicate == "has" && a.object == b.object);
}

}  // namespace

EventTable::EventTable(const SchemaLibrary& library, const StoryRequest& request) {
  const GenreData* genre = library.find_genre(request.genre.empty() ? "adventure" : request.genre);
  const FootageStock stock(request.bible);
  for (const EventSchema& schema : library.schemas) {
    if (!is_allowed(schema, request)) continue;
    add(schema, request, genre);
    if (stock.shows(schema)) events_.back().liking += kFootageLiking;
  }
  is_torn_ = std::ranges::any_of(request.must, [this](const std::string& name) { return find(name) == events_.size(); });
  exclude();
  mark_help();
  for (std::size_t i = 0; i < facts_.size(); ++i) setups_[i] = contains(library.setups, facts_[i].predicate);
  for (std::size_t i = 0; i < kPeople.size(); ++i) {
    const auto goals = library.goals.find(kPeople[i]);
    if (goals == library.goals.end()) continue;
    for (const SchemaGoal& goal : goals->second) {
      if (const auto known = numbers_.find(parse_fact(goal.fact)); known != numbers_.end()) wants_[i][known->second] = static_cast<float>(goal.weight);
    }
  }
}

void EventTable::add(const EventSchema& schema, const StoryRequest& request, const GenreData* genre) {
  Event event{.schema = &schema};
  event.needs = bits_of(schema.needs, event.need_list);
  event.adds = bits_of(schema.adds, event.add_list);
  event.removes = bits_of(schema.removes, event.remove_list);
  event.actors = people_of(schema.actors);
  event.hidden_from = people_of(schema.hidden_from);
  event.liking = liking_of(schema, request, genre);
  event.is_goal_act = event.actors.any() && schema.motive == "goal";
  event.is_of_genre = schema.genres.size() == 1;
  event.is_must = contains(request.must, schema.name);
  events_.push_back(std::move(event));
}

/// What cannot be true together with what an event adds, it ends.
void EventTable::exclude() {
  for (Event& event : events_) {
    for (const std::uint8_t added : event.add_list) {
      for (std::size_t other = 0; other < facts_.size(); ++other) {
        if (!is_exclusive(facts_[added], facts_[other]) || event.removes[other]) continue;
        event.removes.set(other);
        event.remove_list.push_back(static_cast<std::uint8_t>(other));
      }
    }
  }
}

/// An event that makes possible one that must be told helps; one that makes that possible helps half as much.
void EventTable::mark_help() {
  for (int depth = 0; depth < 3; ++depth) {
    for (Event& event : events_) {
      for (const Event& later : events_) {
        const double worth = later.is_must ? 1 : later.help;
        if (worth > 0 && (event.adds & later.needs).any()) event.help = std::max(event.help, worth / 2);
      }
    }
  }
}

std::size_t EventTable::number_of(const std::string& text) {
  const Fact fact = parse_fact(text);
  const auto [place, is_new] = numbers_.emplace(fact, facts_.size());
  if (is_new) facts_.push_back(fact);
  return place->second;
}

FactBits EventTable::bits_of(const std::vector<std::string>& facts, std::vector<std::uint8_t>& list) {
  FactBits bits;
  for (const std::string& fact : facts) {
    const std::size_t number = number_of(fact);
    bits.set(number);
    list.push_back(static_cast<std::uint8_t>(number));
  }
  return bits;
}

FactBits EventTable::bits_of(const std::set<Fact>& facts) const {
  FactBits bits;
  for (const Fact& fact : facts) {
    if (const auto known = numbers_.find(fact); known != numbers_.end()) bits.set(known->second);
  }
  return bits;
}

std::vector<Fact> EventTable::facts_of(const FactBits& bits) const {
  std::vector<Fact> facts;
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    if (bits[i]) facts.push_back(facts_[i]);
  }
  return facts;
}

double EventTable::gain(std::size_t person, const Event& event, const FactBits& facts) const {
  const auto& wants = wants_[person];
  double gain = 0;
  for (const std::uint8_t fact : event.add_list) gain += facts[fact] ? 0 : static_cast<double>(wants[fact]);
  for (const std::uint8_t fact : event.remove_list) gain -= facts[fact] && !event.adds[fact] ? static_cast<double>(wants[fact]) : 0;
  return gain;
}

std::size_t EventTable::find(const std::string& schema) const {
  return static_cast<std::size_t>(std::ranges::find(events_, schema, [](const Event& event) { return event.schema->name; }) - events_.begin());
}

}  // namespace cineloom::story
