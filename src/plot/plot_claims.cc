#include "plot/plot_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "base/json.h"
#include "plot/internal/sentences.h"

namespace cineloom {
namespace {

struct PersonClaim {
  std::string name;
  std::vector<std::string> aliases;
};
BOOST_DESCRIBE_STRUCT(PersonClaim, (), (name, aliases))

struct EventClaim {
  std::string subject;
  std::string verb;
  std::string object;
  std::string quote;
  int cause = 0;
};
BOOST_DESCRIBE_STRUCT(EventClaim, (), (subject, verb, object, quote, cause))

struct TurnClaim {
  std::string kind;
  std::string quote;
};
BOOST_DESCRIBE_STRUCT(TurnClaim, (), (kind, quote))

struct PlotAnswer {
  std::optional<std::vector<PersonClaim>> people;
  std::optional<std::vector<EventClaim>> events;
  std::vector<std::string> key_sentences;
  std::vector<TurnClaim> turning_points;
};
BOOST_DESCRIBE_STRUCT(PlotAnswer, (), (people, events, key_sentences, turning_points))

constexpr std::size_t kMostClaims = 256;
// Names are looked for one by one; no language model is asked about more than this.
constexpr std::size_t kLongestText = 64U << 10U;
// A language model does not say how sure it is of a turning point; the middle says no more than that.
constexpr double kClaimed = 0.5;

std::unexpected<Error> does_not_hold(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

bool has_letter(std::string_view text) {
  return std::ranges::any_of(text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80 || std::isalpha(static_cast<unsigned char>(byte)) != 0; });
}

bool is_word_byte(char byte) { return std::isalnum(static_cast<unsigned char>(byte)) != 0; }

/// Places of a name that are no part of a longer Latin word.
std::vector<Span> places_of(std::string_view name, std::string_view text) {
  std::vector<Span> places;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
    const std::size_t end = at + name.size();
    const bool is_inner = at > 0 && is_word_byte(text[at - 1]) && is_word_byte(name.front());
    const bool goes_on = end < text.size() && is_word_byte(text[end]) && is_word_byte(name.back());
    if (!is_inner && !goes_on) places.push_back({.begin = at, .end = end});
  }
  return places;
}

/// Holds an answer against one text.
class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  Expected<ToldPlot> check(const PlotAnswer& answer) {
    const auto aliases = [](std::size_t sum, const PersonClaim& person) { return sum + person.aliases.size() + 1; };
    std::size_t claims = answer.events->size() + answer.key_sentences.size() + answer.turning_points.size();
    for (const PersonClaim& person : *answer.people) claims = aliases(claims, person);
    if (claims > kMostClaims) return does_not_hold("more is claimed than is asked for");
    for (const PersonClaim& person : *answer.people) CINELOOM_TRY(add_person(person));
    for (const EventClaim& event : *answer.events) CINELOOM_TRY(add_event(event, answer.events->size()));
    CINELOOM_TRY(put_events_in_order());
    for (const std::string& sentence : answer.key_sentences) {
      CINELOOM_TRY_ASSIGN(const Span span, find(sentence, 0));
      told_.key_sentences.push_back(span);
    }
    std::ranges::sort(told_.key_sentences, {}, &Span::begin);
    for (const TurnClaim& turn : answer.turning_points) CINELOOM_TRY(add_turn(turn));
    add_relations();
    std::ranges::stable_sort(told_.people, std::greater(), [](const ToldPerson& person) { return person.mentions.size(); });
    return std::move(told_);
  }

 private:
  Expected<Span> find(std::string_view quote, std::size_t from) const {
    const auto at = has_letter(quote) ? text_.find(quote, from) : std::string_view::npos;
    if (at == std::string_view::npos) return does_not_hold(fmt::format("the text has no '{}'", quote));
    return Span{.begin = at, .end = at + quote.size()};
  }

  Expected<void> add_person(const PersonClaim& claim) {
    ToldPerson person{.name = claim.name, .aliases = claim.aliases, .mentions = {}};
    std::vector<std::string_view> forms = {claim.name};
    forms.insert(forms.end(), claim.aliases.begin(), claim.aliases.end());
    // A longer form is found before the shorter one that stands in it.
    std::ranges::stable_sort(forms, std::greater(), &std::string_view::size);
    for (const std::string_view form : forms) {
      const auto places = has_letter(form) ? places_of(form, text_) : std::vector<Span>();
      if (places.empty()) return does_not_hold(fmt::format("the text names no '{}'", form));
      if (!forms_.insert(std::string(form)).second) return does_not_hold(fmt::format("'{}' is named twice", form));
      add_mentions(places, person.mentions);
    }
    told_.people.push_back(std::move(person));
    return {};
  }

  /// Those that stand in no longer form; both are sorted by their begin, so one walk over both is enough.
  static void add_mentions(const std::vector<Span>& places, std::vector<Span>& mentions) {
    std::vector<Span> fresh;
    std::size_t known = 0;
    std::size_t reach = 0;  // of the mentions that begin no later than the place
    for (const Span& place : places) {
      for (; known < mentions.size() && mentions[known].begin <= place.begin; ++known) reach = std::max(reach, mentions[known].end);
      if (place.end > reach) fresh.push_back(place);
    }
    const auto middle = static_cast<std::ptrdiff_t>(mentions.size());
    mentions.insert(mentions.end(), fresh.begin(), fresh.end());
    std::ranges::inplace_merge(mentions, mentions.begin() + middle, {}, &Span::begin);
  }

  [[nodiscard]] bool is_person(std::string_view name) const {
    return std::ranges::any_of(told_.people, [&](const ToldPerson& person) { return person.name == name; });
  }

  Expected<void> add_event(const EventClaim& claim, std::size_t count) {
    CINELOOM_TRY_ASSIGN(const Span span, find(claim.quote, 0));
    if (!is_person(claim.subject)) return does_not_hold(fmt::format("'{}' is nobody of the list", claim.subject));
    if (claim.verb.empty() || !claim.quote.contains(claim.verb)) return does_not_hold(fmt::format("'{}' does not say '{}'", claim.quote, claim.verb));
    if (!claim.object.empty() && !claim.quote.contains(claim.object) && !is_person(claim.object)) {
      return does_not_hold(fmt::format("'{}' does not say '{}'", claim.quote, claim.object));
    }
    ToldEvent event{.subject = claim.subject, .verb = claim.verb, .object = claim.object, .span = span, .cause = {}};
    const auto own = static_cast<int>(told_.events.size());
    if (claim.cause < 0 || static_cast<std::size_t>(claim.cause) > count || claim.cause - 1 == own) {
      return does_not_hold(fmt::format("there is no event {} to be the reason of event {}", claim.cause, own + 1));
    }
    if (claim.cause > 0) event.cause = claim.cause - 1;
    told_.events.push_back(std::move(event));
    return {};
  }

  /// By their places; reasons follow. Errors: InvalidArgument if events are the reasons of each other.
  Expected<void> put_events_in_order() {
    std::vector<std::size_t> order(told_.events.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return told_.events[i].span.begin; });
    std::vector<int> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);
    std::vector<ToldEvent> sorted;
    for (const std::size_t i : order) {
      sorted.push_back(std::move(told_.events[i]));
      if (auto& cause = sorted.back().cause) cause = place[static_cast<std::size_t>(*cause)];
    }
    told_.events = std::move(sorted);
    for (std::size_t i = 0; i < told_.events.size(); ++i) {
      std::size_t steps = 0;
      for (auto at = told_.events[i].cause; at; at = told_.events[static_cast<std::size_t>(*at)].cause) {
        if (++steps > told_.events.size()) return does_not_hold("events are the reasons of each other");
      }
    }
    return {};
  }

  Expected<void> add_turn(const TurnClaim& claim) {
    const auto kind = json::enum_from_name<TurningPointKind>(claim.kind);
    if (!kind) return does_not_hold(fmt::format("there is no turning point '{}'", claim.kind));
    const auto& turns = told_.turning_points;
    if (!turns.empty() && turns.back().kind >= *kind) return does_not_hold("turning points come in their order, each once");
    const auto span = find(claim.quote, turns.empty() ? 0 : turns.back().span.begin);
    if (!span) return std::unexpected(span.error());
    told_.turning_points.push_back({.kind = *kind, .span = *span, .confidence = kClaimed});
    return {};
  }

  /// The people of whom a sentence says something.
  [[nodiscard]] std::vector<std::size_t> present_in(Span sentence) const {
    std::vector<std::size_t> present;
    for (std::size_t i = 0; i < told_.people.size(); ++i) {
      const std::vector<Span>& mentions = told_.people[i].mentions;
      const auto from = std::ranges::lower_bound(mentions, sentence.begin, {}, &Span::begin);
      const auto found = std::find_if(from, mentions.end(), [&](Span mention) { return mention.begin >= sentence.end || mention.end <= sentence.end; });
      if (found != mentions.end() && found->begin < sentence.end) present.push_back(i);
    }
    return present;
  }

  void add_relations() {
    const std::size_t people = told_.people.size();
    std::vector<ToldRelation> pairs(people * people);
    for (const std::string_view sentence : plot::sentences_of(text_)) {
      const auto begin = static_cast<std::size_t>(sentence.data() - text_.data());
      const Span span{.begin = begin, .end = begin + sentence.size()};
      const std::vector<std::size_t> present = present_in(span);
      for (std::size_t a = 0; a < present.size(); ++a) {
        for (std::size_t b = a + 1; b < present.size(); ++b) count_pair(pairs[present[a] * people + present[b]], present[a], present[b], span);
      }
    }
    std::erase_if(pairs, [](const ToldRelation& pair) { return pair.sentences == 0; });
    std::ranges::sort(pairs, [](const ToldRelation& a, const ToldRelation& b) { return std::tie(b.sentences, a.a, a.b) < std::tie(a.sentences, b.a, b.b); });
    told_.relations = std::move(pairs);
  }

  void count_pair(ToldRelation& pair, std::size_t a, std::size_t b, Span sentence) const {
    if (pair.sentences++ > 0) return;
    const auto [first, second] = std::minmax(told_.people[a].name, told_.people[b].name);
    pair = {.a = first, .b = second, .sentences = 1, .first = sentence};
  }

  std::string_view text_;
  ToldPlot told_;
  std::set<std::string> forms_;
};

}  // namespace

Expected<ToldPlot> check_plot_claims(std::string_view answer, std::string_view text) {
  if (text.size() > kLongestText) return does_not_hold(fmt::format("expected a text of at most {} bytes", kLongestText));
  const auto read = json::read<PlotAnswer>(answer);
  if (!read) return does_not_hold("the answer is not as it was asked for: " + read.error().message());
  if (!read->people || !read->events || read->people->empty()) return does_not_hold("expected people and events");
  return Checker(text).check(*read);
}

}  // namespace cineloom
