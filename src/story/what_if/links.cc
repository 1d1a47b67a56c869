// What each happening needs of those before it, and who dies.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "story/what_if/film_model.h"
#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

constexpr std::size_t kMostProviders = 8;
// Scenes: what was said longer ago names a place by chance.
constexpr int kStillInMind = 4;
// A thing in every other scene is furniture.
constexpr double kMostScenes = 0.08;
constexpr std::size_t kFewScenes = 4;

constexpr std::string_view kDefinite = "|the|this|that|these|those|";
// What is new, and what comes with its owner.
constexpr std::string_view kIndefinite = "|a|an|one|two|some|another|her|his|its|their|my|your|our|";
// Nouns that stand in any film and bind nothing.
constexpr std::string_view kCommon =
    "|man|woman|boy|girl|men|women|people|child|children|hand|hands|head|eye|eyes|face|arm|arms|back|foot|feet|leg|legs|hair|mouth|voice|shoulder|shoulders|"
    "finger|"
    "fingers|room|door|doors|house|home|street|road|car|window|table|chair|bed|floor|wall|way|side|end|beat|moment|time|day|night|morning|year|years|hour|"
    "hours|"
    "minute|minutes|second|thing|things|world|life|place|front|middle|top|bottom|edge|corner|camera|angle|shot|screen|scene|frame|view|close|title|father|"
    "mother|"
    "dad|mom|mommy|daddy|son|daughter|wife|husband|brother|sister|friend|family|name|word|words|story|stories|look|smile|step|silence|breath|kiss|"
    "same|other|others|first|last|next|old|new|little|big|right|left|whole|only|rest|one|own|fact|lot|bit|kind|sort|part|half|point|question|answer|idea|"
    "reason|truth|"
    "phone|light|lights|dark|darkness|air|sky|ground|water|sun|rain|wind|nothing|something|everything|crowd|line|turn|chance|job|work|money|day's|few|very|"
    "most|more|";

bool is_thing_word(const std::string& word) {
  return word.size() >= 3 && (word[0] < '0' || word[0] > '9') && !is_among(kCommon, word) && !word.ends_with("ly") && !is_among(kDefinite, word);
}

struct Use {
  std::string thing;
  bool is_new = false;  ///< "a lantern": it comes into the story here, whatever was before
};

std::string singular(std::string word) {
  if (word.size() > 4 && word.ends_with("s") && !word.ends_with("ss") && !word.ends_with("us")) word.pop_back();
  return word;
}

/// Nouns behind articles and possessives, as far as a closed grammar finds them: the last word before the phrase ends.
std::vector<Use> uses_in(std::span<const Word> words) {
  constexpr std::string_view kEnds =
      "|of|in|on|at|to|from|and|with|for|as|by|is|are|was|were|who|which|that|than|or|but|up|out|off|into|over|under|has|had|have|will|would|behind|before|"
      "until|"
      "comes|goes|looks|lies|stands|sits|again|back|down|through|across|he|she|it|they|we|you|i|so|not|a|an|the|her|his|its|their|my|your|our|";
  std::vector<Use> uses;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool is_new = is_among(kIndefinite, words[i].lower);
    if ((!is_new && !is_among(kDefinite, words[i].lower)) || words[i].ends_clause) continue;
    std::size_t last = i;
    for (std::size_t k = i + 1; k < words.size() && k < i + 5 && !is_among(kEnds, words[k].lower); ++k) {
      last = k;
      if (words[k].ends_clause) break;
    }
    const std::string noun = last > i ? singular(words[last].lower) : std::string();
    const bool is_name =
        last > i && words[last].text[0] >= 'A' && words[last].text[0] <= 'Z' && last == i + 1 && words[last].text.size() > 1 && words[last].text[1] >= 'a';
    if (is_thing_word(noun) && !is_name) uses.push_back({.thing = noun, .is_new = is_new});
  }
  return uses;
}

/// Gathers which things each happening uses and links each use to those before.
class ThingLinks {
 public:
  explicit ThingLinks(FilmModel& model) : model_(model) {
    for (const Happening& happening : model.happenings) {
      words_.push_back(words_of(happening.text));
      uses_.push_back(uses_in(words_.back()));
      for (const Use& use : uses_.back()) {
        scenes_[use.thing].insert(happening.scene);
        ++as_noun_[use.thing];
      }
      for (const Word& word : words_.back()) ++as_word_[singular(word.lower)];
    }
    // Words that mostly stand elsewhere than behind an article are no things, and people are none either.
    std::erase_if(scenes_, [this](const auto& entry) {
      return entry.second.size() < 2 || 2 * as_noun_[entry.first] < as_word_[entry.first] || is_somebody(entry.first);
    });
  }

  void link() {
    const std::size_t most = std::max(kFewScenes, static_cast<std::size_t>(kMostScenes * static_cast<double>(model_.present.size())));
    std::unordered_map<std::string, std::vector<int>> before;
    for (std::size_t i = 0; i < uses_.size(); ++i) {
      std::set<std::string> seen;
      for (const Word& word : words_[i]) note(i, singular(word.lower), before, most, seen);
      for (const Use& use : uses_[i]) {
        const auto scenes = scenes_.find(use.thing);
        const bool binds = scenes != scenes_.end() && scenes->second.size() <= most;
        if (binds && seen.insert("+" + use.thing).second) before[use.thing].push_back(static_cast<int>(i));
      }
    }
  }

 private:
  // Any word that is a thing elsewhere binds here, unless it comes in new.
  void note(std::size_t i, const std::string& word, const std::unordered_map<std::string, std::vector<int>>& before, std::size_t most,
            std::set<std::string>& seen) {
    const auto scenes = scenes_.find(word);
    if (scenes == scenes_.end() || scenes->second.size() > most || !seen.insert(word).second) return;
    const auto found = before.find(word);
    if (found == before.end() || std::ranges::any_of(uses_[i], [&](const Use& use) { return use.thing == word && use.is_new; })) return;
    Need need{.kind = NeedKind::Thing, .what = word, .any_of = {found->second.front()}};
    for (std::size_t k = std::max<std::size_t>(found->second.size(), kMostProviders) - kMostProviders; k < found->second.size(); ++k) {
      if (found->second[k] != need.any_of.back()) need.any_of.push_back(found->second[k]);
    }
    const Happening& user = model_.happenings[i];
    // What is only shown needs nobody to have brought it.
    if (!user.is_spoken() && user.actors.empty()) return;
    need.is_soft = std::ranges::all_of(need.any_of, [this](int one) { return model_.happenings[static_cast<std::size_t>(one)].is_spoken(); });
    model_.happenings[i].needs.push_back(std::move(need));
  }

  [[nodiscard]] bool is_somebody(const std::string& word) const { return model_.cast.find(word) >= 0 || !model_.cast.mentions(word).empty(); }

  FilmModel& model_;
  std::vector<std::vector<Word>> words_;
  std::vector<std::vector<Use>> uses_;
  std::map<std::string, std::set<int>> scenes_;
  std::unordered_map<std::string, int> as_noun_;
  std::unordered_map<std::string, int> as_word_;
};

// A line that leans back stands on what was said or done right before it, by somebody else.
void link_answers(FilmModel& model) {
  auto& all = model.happenings;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!all[i].is_spoken() || all[i - 1].scene != all[i].scene || !leans_back(all[i].text)) continue;
    all[i].needs.push_back({.kind = NeedKind::Answer, .what = {}, .any_of = {static_cast<int>(i) - 1}});
  }
}

/// Words of a place by which it can be spoken of.
std::vector<std::string> place_words(const Scene& scene) {
  constexpr std::string_view kPlain =
      "|house|room|street|road|hall|hallway|kitchen|bedroom|bathroom|office|outside|inside|front|back|yard|backyard|door|night|day|later|near|the|upstairs|"
      "downstairs|various|further|along|another|town|city|edge|corner|porch|roof|floor|version|story|reality|opening|titles|";
  std::vector<std::string> words;
  for (const Word& word : words_of(scene.place)) {
    if (word.lower.size() >= 4 && !is_among(kPlain, word.lower) && !is_among(kCommon, word.lower)) words.push_back(singular(word.lower));
  }
  return words;
}

// Whoever goes where nobody was before must have heard of the place, or seen something of it: any one mention is enough.
void link_places(FilmModel& model) {
  std::unordered_map<std::string, std::vector<int>> told;  // by word: where it is named
  std::unordered_map<std::string, std::set<std::string>> wanted;
  for (const Scene& scene : model.film->timeline.scenes) {
    for (const std::string& word : place_words(scene)) wanted[word];
  }
  std::set<std::string> visited;
  int entered = -1;
  for (std::size_t i = 0; i < model.happenings.size(); ++i) {
    Happening& happening = model.happenings[i];
    if (happening.scene != entered) {
      entered = happening.scene;
      Need need{.kind = NeedKind::Way, .what = model.film->timeline.scenes[static_cast<std::size_t>(entered)].place, .any_of = {}};
      bool is_new = true;
      for (const std::string& word : place_words(model.film->timeline.scenes[static_cast<std::size_t>(entered)])) {
        is_new = visited.insert(word).second && is_new;
        for (const int teller : told[word]) {
          const bool is_recent = entered - model.happenings[static_cast<std::size_t>(teller)].scene <= kStillInMind;
          const bool is_known = std::ranges::find(need.any_of, teller) != need.any_of.end();
          if (is_recent && !is_known && need.any_of.size() < kMostProviders) need.any_of.push_back(teller);
        }
      }
      std::ranges::sort(need.any_of);
      if (is_new && !need.any_of.empty()) happening.needs.push_back(std::move(need));
    }
    for (const Word& word : words_of(happening.text)) {
      const std::string plain = singular(word.lower);
      if (wanted.contains(plain) && !visited.contains(plain)) told[plain].push_back(static_cast<int>(i));
    }
  }
}

/// The words that say what an event did: of its title and effects, without names, articles and the like.
std::set<std::string> deed_words(const FilmModel& model, const PlotEvent& event) {
  constexpr std::string_view kEmpty =
      "|the|a|an|is|has|with|and|to|at|of|in|on|his|her|its|their|it|him|them|may|be|no|longer|was|elsewhere|within|reach|left|where|knows|";
  std::set<std::string> words;
  std::string text = event.title;
  for (const std::string& effect : event.effects) text += " " + effect;
  for (const Word& word : words_of(text)) {
    if (!is_among(kEmpty, word.lower) && model.cast.find(word.lower) < 0) words.insert(stem(word.lower));
  }
  return words;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kPast = {{{"blew", "blow"},
                                                                                  {"took", "tak"},
                                                                                  {"gave", "giv"},
                                                                                  {"broke", "break"},
                                                                                  {"threw", "throw"},
                                                                                  {"held", "hold"},
                                                                                  {"lit", "light"},
                                                                                  {"left", "leav"},
                                                                                  {"stole", "steal"},
                                                                                  {"hid", "hid"},
                                                                                  {"lost", "los"},
                                                                                  {"found", "find"},
                                                                                  {"shot", "shoot"},
                                                                                  {"freed", "fre"}}};

std::string deed_stem(const std::string& word) {
  for (const auto& [past, present] : kPast) {
    if (word == past) return std::string(present);
  }
  return stem(word);
}

// Causes of the plot, and later lines that speak of what an event did: its thing and its deed in one sentence.
void link_events(FilmModel& model) {
  const auto& events = model.film->plot.events;
  std::vector<int> tellers(events.size(), -1);
  for (std::size_t i = 0; i < model.happenings.size(); ++i) {
    for (const int event : model.happenings[i].events) tellers[static_cast<std::size_t>(event)] = static_cast<int>(i);
  }
  std::unordered_map<std::string, std::vector<std::size_t>> by_word;
  std::vector<std::set<std::string>> deeds;
  for (std::size_t e = 0; e < events.size(); ++e) {
    deeds.push_back(deed_words(model, events[e]));
    for (const std::string& word : deeds.back()) by_word[word].push_back(e);
  }
  for (std::size_t i = 0; i < model.happenings.size(); ++i) {
    Happening& happening = model.happenings[i];
    std::set<int> causes;
    for (const int event : happening.events) {
      for (const int cause : events[static_cast<std::size_t>(event)].causes) {
        if (cause >= 0 && static_cast<std::size_t>(cause) < tellers.size()) causes.insert(tellers[static_cast<std::size_t>(cause)]);
      }
    }
    std::map<std::size_t, std::set<std::string>> shared;
    for (const Word& word : words_of(happening.text)) {
      const std::string plain = deed_stem(word.lower);
      const auto found = by_word.find(plain);
      if (found == by_word.end() || found->second.size() > kMostProviders) continue;
      for (const std::size_t event : found->second) shared[event].insert(plain);
    }
    for (const auto& [event, words] : shared) {
      if (words.size() >= 2 && happening.is_spoken()) causes.insert(tellers[event]);
    }
    for (const int cause : causes) {
      // Causes that point forward or at themselves come of damaged findings: they bind nothing.
      if (cause >= 0 && cause < static_cast<int>(i)) happening.needs.push_back({.kind = NeedKind::Event, .what = {}, .any_of = {cause}});
    }
  }
}

constexpr std::string_view kMourning = "|funeral|cemetery|grave|gravesite|graveside|coffin|burial|mourning|mourners|tombstone|hearse|wake|";
constexpr std::string_view kDying = "|dies|dead|dying|killed|drowns|";

bool mourns(const FilmModel& model, const Happening& happening) {
  const auto has = [](std::string_view text) {
    return std::ranges::any_of(words_of(text), [](const Word& word) { return is_among(kMourning, word.lower) && word.lower != "wake"; });
  };
  return has(model.film->timeline.scenes[static_cast<std::size_t>(happening.scene)].heading) || (!happening.is_spoken() && has(happening.text));
}

/// Whether an event or a sentence of action says that the character dies there.
bool tells_death(const FilmModel& model, const Happening& happening, int who) {
  if (happening.is_spoken()) return false;
  for (const int event : happening.events) {
    for (const std::string& effect : model.film->plot.events[static_cast<std::size_t>(event)].effects) {
      if (effect == model.cast.name(who) + " may be dead") return true;
    }
  }
  const std::vector<Word> words = words_of(happening.text);
  return std::ranges::any_of(words, [](const Word& word) { return is_among(kDying, word.lower); });
}

/// The last happening of the next two scenes that mourns; the death itself if none does.
int mourned_after(const FilmModel& model, int death) {
  int last = death;
  const int scene = model.happenings[static_cast<std::size_t>(death)].scene;
  for (std::size_t i = static_cast<std::size_t>(death) + 1; i < model.happenings.size() && model.happenings[i].scene <= scene + 2; ++i) {
    if (mourns(model, model.happenings[i])) last = static_cast<int>(i);
  }
  return last;
}

}  // namespace

void find_needs(FilmModel& model) {
  link_answers(model);
  ThingLinks(model).link();
  link_places(model);
  link_events(model);
}

// Somebody dies where action says so and they do nothing afterwards; or, if there is a funeral, the most important one who is gone by then.
void find_deaths(FilmModel& model) {
  std::vector<int> last(static_cast<std::size_t>(model.cast.size()), -1);
  int first_mourning = -1;
  int last_mourning = -1;
  for (std::size_t i = 0; i < model.happenings.size(); ++i) {
    const bool is_mourning = mourns(model, model.happenings[i]);
    if (is_mourning && first_mourning < 0 && 2 * i > model.happenings.size()) first_mourning = static_cast<int>(i);
    if (is_mourning) last_mourning = static_cast<int>(i);
    for (const int who : model.happenings[i].actors) {
      if (!is_mourning) last[static_cast<std::size_t>(who)] = static_cast<int>(i);
    }
  }
  int mourned = -1;
  for (int who = 0; who < model.cast.size(); ++who) {
    const int end = last[static_cast<std::size_t>(who)];
    if (end < 0) continue;
    if (model.happenings[static_cast<std::size_t>(end)].actors.size() == 1 && tells_death(model, model.happenings[static_cast<std::size_t>(end)], who))
      model.deaths.push_back({.character = who, .happening = end, .mourned_until = mourned_after(model, end)});
    constexpr double kMainPart = 0.05;
    const bool is_gone = first_mourning >= 0 && end < first_mourning && 4 * end > 3 * static_cast<int>(model.happenings.size());
    if (is_gone && model.cast.importance(who) >= kMainPart && (mourned < 0 || model.cast.importance(who) > model.cast.importance(mourned))) mourned = who;
  }
  if (mourned < 0) return;
  std::erase_if(model.deaths, [&](const Death& death) { return death.character == mourned; });
  model.deaths.push_back({.character = mourned, .happening = last[static_cast<std::size_t>(mourned)], .mourned_until = last_mourning});
}

}  // namespace cineloom::what_if
