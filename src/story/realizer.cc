#include "story/realizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "base/utf8.h"
#include "story/internal/casting.h"
#include "story/internal/telling.h"

namespace cineloom::story {
namespace {

constexpr std::size_t kMostBytes = 700;
constexpr int kMostFailures = 3;

std::string name_of(const std::string& role, const Cast& cast) {
  const auto found = cast.find(role);
  return found == cast.end() ? role : found->second;
}

Fact named(const Fact& fact, const Cast& cast) { return {fact.predicate, name_of(fact.subject, cast), fact.object.empty() ? "" : name_of(fact.object, cast)}; }

/// "the harbour" begins a sentence as "The harbour".
std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); });
  return out;
}

bool holds_name(std::string_view text, std::string_view name) { return !name.empty() && lowered(text).find(lowered(name)) != std::string::npos; }

/// Words with where each begins.
std::vector<std::pair<std::string, std::size_t>> words_of(std::string_view text) {
  std::vector<std::pair<std::string, std::size_t>> words;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    while (i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0) ++i;
    if (i > begin) words.emplace_back(text.substr(begin, i - begin), begin);
    if (i == begin) ++i;
  }
  return words;
}

/// True where somebody says "I" or "we".
bool is_first_person(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords = {"I", "me", "my", "mine", "myself", "we", "us", "our", "ours"};
  return text.contains("我") || std::ranges::any_of(words_of(text), [&](const auto& word) { return std::ranges::find(kWords, word.first) != kWords.end(); });
}

bool begins_sentence(std::string_view text, std::size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '"' || text[at - 1] == '\'')) --at;
  return at == 0 || text[at - 1] == '.' || text[at - 1] == '!' || text[at - 1] == '?';
}

/// A word with a capital, in the middle of a sentence, that is part of nobody's name.
std::string unknown_name(std::string_view text, const std::vector<std::string>& everybody) {
  for (const auto& [word, at] : words_of(text)) {
    if (word == "I" || std::isupper(static_cast<unsigned char>(word.front())) == 0 || begins_sentence(text, at)) continue;
    if (!std::ranges::any_of(everybody, [&](const std::string& name) { return holds_name(name, word); })) return word;
  }
  return {};
}

bool has_predicate(const std::vector<Fact>& facts, const std::string& predicate) {
  return std::ranges::any_of(facts, [&](const Fact& fact) { return fact.predicate == predicate; });
}

/// "prison-" is the beginning of a word, "dies" a whole one.
bool is_like(std::string_view word, std::string_view pattern) {
  return pattern.ends_with('-') ? word.starts_with(pattern.substr(0, pattern.size() - 1)) : word == pattern;
}

/// A word that claims what is not so.
std::string false_word(std::string_view text, const TellingTask& task, const Sayings& sayings) {
  const auto words = words_of(lowered(text));
  const auto find = [&](const std::vector<std::string>& patterns) {
    const auto found = std::ranges::find_if(
        words, [&](const auto& word) { return std::ranges::any_of(patterns, [&](const std::string& pattern) { return is_like(word.first, pattern); }); });
    return found == words.end() ? std::string() : found->first;
  };
  if (std::string word = find(sayings.never); !word.empty()) return word;
  for (const auto& [predicate, patterns] : sayings.words) {
    if (has_predicate(task.added, predicate) || has_predicate(task.known, predicate)) continue;
    std::string word = find(patterns);
    const bool is_true = std::ranges::any_of(sayings.words, [&](const auto& other) {
      return (has_predicate(task.added, other.first) || has_predicate(task.known, other.first)) &&
             std::ranges::any_of(other.second, [&](const std::string& pattern) { return is_like(word, pattern); });
    });
    if (!word.empty() && !is_true) return word;
  }
  return {};
}

std::string written(const Fact& fact) { return fmt::format("{}({}{}{})", fact.predicate, fact.subject, fact.object.empty() ? "" : ", ", fact.object); }

std::string fault_of_claims(const Told& told, const TellingTask& task) {
  for (const Fact& fact : task.added) {
    if (std::ranges::find(told.claims, fact) == told.claims.end()) return "does not say " + written(fact);
  }
  for (const Fact& fact : told.claims) {
    if (std::ranges::find(task.added, fact) == task.added.end() && std::ranges::find(task.known, fact) == task.known.end())
      return "claims what is not so: " + written(fact);
  }
  return {};
}

std::optional<SpokenFact> say(const Fact& fact, const Cast& cast, const Sayings& sayings) {
  const auto saying = std::ranges::find_if(
      sayings.facts, [&](const Saying& one) { return one.predicate == fact.predicate && (one.object.empty() || one.object == fact.object); });
  if (saying == sayings.facts.end()) return std::nullopt;
  const Fact names = named(fact, cast);
  const auto fill_in = [&](const std::string& what) { return what == "object" ? names.object : what; };
  return SpokenFact{.fact = names,
                    .verb = saying->verb,
                    .who = names.subject,
                    .whom = fill_in(saying->whom),
                    .thing = fill_in(saying->thing),
                    .with = fill_in(saying->with),
                    .place = fill_in(saying->place),
                    .keyword = saying->keyword};
}

/// Makes tasks of a story's events and has them told.
class Realizer {
 public:
  Realizer(const Story& story, const std::vector<Teller>& ladder, const SchemaLibrary& library, const Sayings& sayings)
      : cast_(cast_of(story.bible, story.request.language)),
        request_(story.request),
        ladder_(ladder),
        library_(library),
        sayings_(sayings),
        failures_(ladder.size()) {
    for (const auto& [role, name] : cast_) everybody_.push_back(name);
  }

  Expected<std::string> tell_node(const StoryNode& node, const CancelToken& cancel) {
    StoryNode anew{.id = node.id};
    std::vector<Fact> known;
    for (std::size_t i = 0; i < node.events.size(); ++i) {
      CINELOOM_TRY(cancel.check());
      CINELOOM_TRY_ASSIGN(const TellingTask task, task_of(node, i, known));
      CINELOOM_TRY_ASSIGN(const std::string told, climb(task));
      append_telling(anew, node.events[i], told, request_.language);
      anew.events.push_back(node.events[i]);
      known.insert(known.end(), task.added.begin(), task.added.end());
    }
    return anew.text;
  }

  Retelling result;

 private:
  Expected<TellingTask> task_of(const StoryNode& node, std::size_t index, const std::vector<Fact>& known) const {
    const StoryEvent& event = node.events[index];
    const auto schema = std::ranges::find(library_.schemas, event.schema, &EventSchema::name);
    if (schema == library_.schemas.end()) return fail(ErrorCode::NotFound, fmt::format("the schema '{}' is gone", event.schema));
    TellingTask task{.language = request_.language,
                     .known = known,
                     .plain = tell(*schema, cast_, request_, derive_seed(request_.seed, node.id)),
                     .narrator = request_.point_of_view.empty() ? "" : name_of(request_.point_of_view, cast_),
                     .style = request_.style,
                     .seed = derive_seed(derive_seed(request_.seed, node.id), index)};
    for (const auto* facts : {&event.preconditions, &event.removed, &event.added}) {
      for (const Fact& fact : *facts) (facts == &event.added ? task.added : task.known).push_back(named(fact, cast_));
    }
    add_names(event, task);
    for (const Fact& fact : event.added) {
      auto spoken = say(fact, cast_, sayings_);
      if (!spoken) {
        task.spoken.clear();
        break;
      }
      task.spoken.push_back(*std::move(spoken));
    }
    return task;
  }

  void add_names(const StoryEvent& event, TellingTask& task) const {
    constexpr std::array<std::string_view, 4> kAlways = {"home", "road", "lair", "secret"};
    std::set<std::string> may;
    std::set<std::string> must;
    for (const auto& [role, name] : cast_) {
      const bool is_always = std::ranges::find(kAlways, role) != kAlways.end();
      const auto has_part = [&](const std::vector<Fact>& facts) {
        return std::ranges::any_of(facts, [&](const Fact& fact) { return fact.subject == role || fact.object == role; });
      };
      if (!is_always && has_part(event.added)) must.insert(name);
      if (is_always || has_part(event.added) || has_part(event.preconditions) || has_part(event.removed)) may.insert(name);
    }
    task.must_name.assign(must.begin(), must.end());
    task.may_name.assign(may.begin(), may.end());
  }

  /// The first rung whose words hold; the template's if none do.
  Expected<std::string> climb(TellingTask task) {
    for (std::size_t rung = 0; rung < ladder_.size(); ++rung) {
      CINELOOM_TRY_ASSIGN(auto told, try_rung(rung, task));
      if (!told) continue;
      ++result.told_by[ladder_[rung].name];
      return *std::move(told);
    }
    ++result.told_by["templates"];
    return task.plain;
  }

  Expected<std::optional<std::string>> try_rung(std::size_t rung, TellingTask task) {
    const Teller& teller = ladder_[rung];
    if (std::ranges::find(teller.languages, task.language) == teller.languages.end()) return std::nullopt;
    task.fault.clear();
    for (int attempt = 0; attempt < teller.attempts && failures_[rung] < kMostFailures; ++attempt) {
      auto told = teller.tell(task);
      if (!told && told.error().code() == ErrorCode::Cancelled) return std::unexpected(told.error());
      if (!told && told.error().code() == ErrorCode::NotFound) return std::nullopt;  // it has no words for this event
      if (told) {
        failures_[rung] = 0;
        task.fault = fault_of(*told, task, everybody_, sayings_);
        if (task.fault.empty()) return std::move(told->text);
        ++result.faults[task.fault.substr(0, task.fault.find(':'))];
      } else {
        ++failures_[rung];
        ++result.faults[told.error().message()];
      }
      task.seed = derive_seed(task.seed, "again");
    }
    return std::nullopt;
  }

  Cast cast_;
  StoryRequest request_;
  const std::vector<Teller>& ladder_;
  const SchemaLibrary& library_;
  const Sayings& sayings_;
  std::vector<int> failures_;
  std::vector<std::string> everybody_;
};

}  // namespace

Expected<Sayings> Sayings::load(const std::filesystem::path& folder) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(folder / "sayings.json"));
  CINELOOM_TRY_ASSIGN_IN(Sayings sayings, json::read<Sayings>(text), "reading sayings.json");
  for (const Saying& saying : sayings.facts) {
    if (saying.predicate.empty() || saying.verb.empty()) return fail(ErrorCode::InvalidArgument, "sayings.json: expected a predicate and a verb in each");
  }
  return sayings;
}

std::string fault_of(const Told& told, const TellingTask& task, const std::vector<std::string>& everybody, const Sayings& sayings) {
  if (told.text.empty() || told.text.size() > kMostBytes || !is_valid_utf8(told.text)) return "empty, too long or no text";
  if (std::string fault = fault_of_claims(told, task); !fault.empty()) return fault;
  const auto is_named = [&](const std::string& name) { return name == task.narrator ? is_first_person(told.text) : holds_name(told.text, name); };
  for (const std::string& name : task.must_name) {
    if (!is_named(name)) return "does not name: " + name;
  }
  for (const std::string& name : everybody) {
    if (std::ranges::find(task.may_name, name) == task.may_name.end() && is_named(name)) return "names who has no part in it: " + name;
  }
  if (task.language != "en") return {};
  if (std::string name = unknown_name(told.text, everybody); !name.empty()) return "names somebody unknown: " + name;
  if (std::string word = false_word(told.text, task, sayings); !word.empty()) return "says what is not so: " + word;
  return {};
}

Expected<Retelling> retell_story(Story story, const std::vector<Teller>& ladder, const SchemaLibrary& library, const Sayings& sayings, Progress& progress,
                                 const CancelToken& cancel, const NodeListener& on_told) {
  Realizer realizer(story, ladder, library, sayings);
  progress.begin("telling", static_cast<std::int64_t>(story.graph.nodes.size()), "nodes");
  story.realizer = "templates";
  for (StoryNode& node : story.graph.nodes) {
    CINELOOM_TRY_ASSIGN(node.text, realizer.tell_node(node, cancel));
    if (on_told) on_told(node);
    progress.advance();
  }
  progress.finish();
  for (const Teller& teller : ladder) {
    if (story.realizer == "templates" && realizer.result.told_by[teller.name] > 0) story.realizer = teller.name;
  }
  realizer.result.story = std::move(story);
  return std::move(realizer.result);
}

}  // namespace cineloom::story
