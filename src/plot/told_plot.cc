#include "plot/told_plot.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <set>

#include "base/utf8.h"
#include "plot/internal/place_words.h"
#include "plot/internal/sentences.h"
#include "plot/internal/told_chinese.h"

namespace cineloom {
namespace {

using plot::lower;

constexpr std::size_t kMostRanked = 400;
constexpr std::size_t kKeySentences = 5;
constexpr int kRankSweeps = 30;
constexpr double kDamping = 0.85;
constexpr std::size_t kMostRelations = 50;

struct Word {
  std::string text;
  Span span;  ///< of the whole text
  bool is_capital = false;
  bool ends_clause = false;  ///< a comma or a stop stands behind it
};

struct Sentence {
  Span span;
  std::vector<Word> words;
};

bool is_letter(char letter) { return std::isalpha(static_cast<unsigned char>(letter)) != 0 || static_cast<unsigned char>(letter) >= 0x80; }

Sentence take_apart(std::string_view text, std::string_view sentence) {
  const auto begin = static_cast<std::size_t>(sentence.data() - text.data());
  Sentence result{.span = {.begin = begin, .end = begin + sentence.size()}, .words = {}};
  for (std::size_t at = 0; at < sentence.size();) {
    std::size_t end = at;
    while (end < sentence.size() && (is_letter(sentence[end]) || (end > at && sentence[end] == '-'))) ++end;
    if (end == at) {
      if (!result.words.empty() && std::string_view(",;:.!?()\"").contains(sentence[at])) result.words.back().ends_clause = true;
      ++at;
      continue;
    }
    const std::string_view word = sentence.substr(at, end - at);
    // The ending of "Sethe's" is no word.
    if (word != "s" || at == 0 || sentence[at - 1] != '\'') {
      result.words.push_back({.text = std::string(word),
                              .span = {.begin = begin + at, .end = begin + end},
                              .is_capital = std::isupper(static_cast<unsigned char>(word.front())) != 0,
                              .ends_clause = false});
    }
    at = end;
  }
  return result;
}

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_title(std::string_view word) {
  constexpr std::array<std::string_view, 12> kTitles = {"Mr", "Mrs", "Ms", "Miss", "Dr", "Sir", "Lord", "Lady", "Captain", "Professor", "King", "Queen"};
  return is_one_of(word, kTitles);
}

bool is_no_name(std::string_view word) {
  constexpr std::array<std::string_view, 44> kWords = {
      "I",    "He",    "She",  "It",    "They",  "We",     "The",     "A",       "An",       "This",      "That",       "These",   "Those",   "There",   "His",
      "Her",  "Their", "When", "While", "After", "Before", "As",      "At",      "In",       "On",        "But",        "And",     "However", "Later",   "Then",
      "Once", "One",   "With", "For",   "To",    "From",   "Despite", "Because", "Although", "Meanwhile", "Eventually", "Finally", "English", "American"};
  constexpr std::array<std::string_view, 19> kDays = {"Monday",    "Tuesday",  "Wednesday", "Thursday", "Friday",   "Saturday", "Sunday",
                                                      "January",   "February", "March",     "April",    "May",      "June",     "July",
                                                      "September", "October",  "November",  "December", "Christmas"};
  return is_one_of(word, kWords) || is_one_of(word, kDays);
}

/// A run of capitals in a sentence.
struct Mention {
  std::string name;
  std::size_t sentence = 0;
  std::size_t first = 0;  ///< word
  std::size_t last = 0;
  Span span;
  bool is_at_beginning = false;
};

std::vector<Mention> mentions_in(const std::vector<Sentence>& sentences) {
  std::vector<Mention> mentions;
  for (std::size_t s = 0; s < sentences.size(); ++s) {
    const auto& words = sentences[s].words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!words[i].is_capital || is_no_name(words[i].text)) continue;
      Mention mention{.name = words[i].text, .sentence = s, .first = i, .last = i, .span = words[i].span, .is_at_beginning = i == 0};
      while (mention.last + 1 < words.size() && words[mention.last + 1].is_capital && !is_no_name(words[mention.last + 1].text) &&
             (!words[mention.last].ends_clause || is_title(words[mention.last].text))) {
        ++mention.last;
        mention.name += " " + words[mention.last].text;
      }
      mention.span.end = words[mention.last].span.end;
      i = mention.last;
      mentions.push_back(std::move(mention));
    }
  }
  return mentions;
}

/// Words that stand small somewhere are no names, even where a sentence begins with them; neither is what only ever begins sentences once.
void leave_out_common(std::vector<Mention>& mentions, const std::vector<Sentence>& sentences) {
  std::set<std::string> small;
  std::map<std::string, int> inside;
  for (const Sentence& sentence : sentences) {
    for (const Word& word : sentence.words) {
      if (!word.is_capital) small.insert(word.text);
    }
  }
  std::map<std::string, int> all;
  for (const Mention& mention : mentions) {
    inside[mention.name] += mention.is_at_beginning ? 0 : 1;
    ++all[mention.name];
  }
  std::erase_if(mentions, [&](const Mention& mention) {
    const bool is_single = mention.first == mention.last;
    const bool is_known = inside[mention.name] > 0 || (all[mention.name] > 1 && !mention.name.ends_with("ly"));
    return is_single && mention.is_at_beginning && (small.contains(lower(mention.name)) || !is_known);
  });
}

bool is_verb(std::string_view word);

/// How often a name stands as places do, and as people do.
struct Standing {
  int all = 0;
  int as_place = 0;
  int as_person = 0;
};

void note_standing(const Mention& mention, const Sentence& sentence, Standing& standing) {
  const auto& words = sentence.words;
  const std::string before = mention.first > 0 && !words[mention.first - 1].ends_clause ? lower(words[mention.first - 1].text) : "";
  constexpr std::array<std::string_view, 9> kInside = {"in", "at", "near", "throughout", "across", "outside", "inside", "around", "through"};
  const bool stands_in = is_one_of(before, kInside);
  const bool is_titled = is_title(words[mention.first].text);
  const std::size_t next = mention.last + 1;
  const bool does = !words[mention.last].ends_clause && next < words.size() && !words[next].is_capital && is_verb(words[next].text);
  ++standing.all;
  standing.as_place += stands_in ? 1 : 0;
  standing.as_person += is_titled || (does && !stands_in) ? 1 : 0;
}

/// Towns, countries and houses are no people: known ones, those with a place's last word, and those that one is in and that do nothing.
void leave_out_places(std::vector<Mention>& mentions, const std::vector<Sentence>& sentences) {
  std::map<std::string, Standing> standings;
  for (const Mention& mention : mentions) note_standing(mention, sentences[mention.sentence], standings[mention.name]);
  std::erase_if(mentions, [&](const Mention& mention) {
    const Standing& standing = standings.at(mention.name);
    const std::string_view last = std::string_view(mention.name).substr(mention.name.rfind(' ') + 1);
    if (is_one_of(mention.name, plot::kPlaces) || (last.size() < mention.name.size() && is_one_of(last, plot::kPlaceEndings))) {
      return standing.as_person <= standing.as_place || standing.as_person == 0;
    }
    return standing.as_place > 0 && standing.as_person == 0 && standing.as_place * 2 >= standing.all;
  });
}

std::vector<std::string> words_of_name(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char letter : name) {
    if (letter == ' ') words.emplace_back();
    else words.back() += letter;
  }
  std::erase_if(words, [](const std::string& word) { return is_title(word); });
  return words;
}

/// Forms of one name by their words: "Denver" is "Amy Denver" if only one longer name has it.
std::map<std::string, std::string> fullest_names(const std::vector<Mention>& mentions) {
  std::map<std::string, int> counts;
  for (const Mention& mention : mentions) ++counts[mention.name];
  std::map<std::string, std::vector<std::string>> longer;  // by word, the names of more words
  for (const auto& [name, count] : counts) {
    const auto words = words_of_name(name);
    if (words.size() < 2) continue;
    for (const std::string& word : words) longer[word].push_back(name);
  }
  std::map<std::string, std::string> fullest;
  for (const auto& [name, count] : counts) {
    fullest[name] = name;
    const auto words = words_of_name(name);
    if (words.size() != 1) continue;
    const auto found = longer.find(words.front());
    // A name that is used far more often than the longer one is somebody of their own.
    if (found != longer.end() && found->second.size() == 1 && counts[found->second.front()] * 8 >= count) fullest[name] = found->second.front();
  }
  return fullest;
}

std::vector<ToldPerson> people_of(const std::vector<Mention>& mentions, const std::map<std::string, std::string>& fullest) {
  std::map<std::string, ToldPerson> people;
  std::map<std::string, std::map<std::string, int>> forms;
  for (const Mention& mention : mentions) {
    const std::string& name = fullest.at(mention.name);
    people[name].name = name;
    people[name].mentions.push_back(mention.span);
    ++forms[name][mention.name];
  }
  std::vector<ToldPerson> list;
  for (auto& [name, person] : people) {
    std::vector<std::pair<int, std::string>> aliases;
    for (const auto& [form, count] : forms[name]) {
      if (form != name) aliases.emplace_back(-count, form);
    }
    std::ranges::sort(aliases);
    person.aliases.reserve(aliases.size());
    for (auto& [count, form] : aliases) person.aliases.push_back(std::move(form));
    list.push_back(std::move(person));
  }
  std::ranges::stable_sort(list, std::greater(), [](const ToldPerson& person) { return person.mentions.size(); });
  return list;
}

std::vector<ToldRelation> relations_of(const std::vector<Mention>& mentions, const std::map<std::string, std::string>& fullest,
                                       const std::vector<Sentence>& sentences) {
  std::map<std::pair<std::string, std::string>, ToldRelation> relations;
  for (std::size_t begin = 0; begin < mentions.size();) {
    std::set<std::string> present;
    std::size_t end = begin;
    // Sentences that list a village pair too many to mean anything.
    for (; end < mentions.size() && mentions[end].sentence == mentions[begin].sentence; ++end) {
      if (present.size() < 6) present.insert(fullest.at(mentions[end].name));
    }
    for (auto a = present.begin(); a != present.end(); ++a) {
      for (auto b = std::next(a); b != present.end(); ++b) {
        ToldRelation& relation = relations[{*a, *b}];
        if (relation.sentences++ == 0) relation = {.a = *a, .b = *b, .sentences = 1, .first = sentences[mentions[begin].sentence].span};
      }
    }
    begin = end;
  }
  std::vector<ToldRelation> list;
  for (auto& [pair, relation] : relations) list.push_back(std::move(relation));
  std::ranges::stable_sort(list, std::greater(), &ToldRelation::sentences);
  if (list.size() > kMostRelations) list.resize(kMostRelations);
  return list;
}

bool is_verb(std::string_view word) {
  constexpr std::array<std::string_view, 30> kIrregular = {"met",   "left", "told",  "took",  "gave",  "fell", "found", "ran",   "went",  "came",
                                                           "saw",   "got",  "won",   "lost",  "led",   "fled", "hid",   "sent",  "kept",  "fought",
                                                           "broke", "shot", "stole", "wrote", "began", "held", "let",   "slept", "swore", "chose"};
  constexpr std::array<std::string_view, 13> kNever = {"is", "was", "has", "does", "his", "this", "its", "as", "us", "thus", "perhaps", "always", "used"};
  if (word.size() < 3 || is_one_of(word, kNever)) return false;
  return is_one_of(word, kIrregular) || (word.ends_with("s") && !word.ends_with("ss")) || word.ends_with("ed");
}

bool ends_object(std::string_view word) {
  constexpr std::array<std::string_view, 22> kWords = {"and",  "but", "who",  "which", "that", "when", "while", "because", "after", "before", "as",
                                                       "with", "in",  "into", "at",    "on",   "from", "by",    "for",     "where", "so",     "then"};
  return is_one_of(word, kWords);
}

/// What a clause begins with if it tells of a reason.
bool is_caused(const std::vector<Word>& words, std::size_t at) {
  constexpr std::array<std::string_view, 6> kBefore = {"therefore", "consequently", "thus", "result", "retaliation", "response"};
  for (std::size_t i = 0; i < std::min<std::size_t>(at, 4); ++i) {
    if (is_one_of(lower(words[i].text), kBefore)) return true;
  }
  return false;
}

bool opens_reason(const std::vector<Word>& words, std::size_t begin, std::size_t end) {
  constexpr std::array<std::string_view, 4> kReasons = {"because", "after", "since", "when"};
  for (std::size_t i = begin; i < end; ++i) {
    if (is_one_of(lower(words[i].text), kReasons)) return true;
  }
  return false;
}

class Events {
 public:
  Events(const std::vector<Sentence>& sentences, const std::map<std::string, std::string>& fullest) : sentences_(sentences), fullest_(fullest) {}

  std::vector<ToldEvent> read(const std::vector<Mention>& mentions) {
    for (const Mention& mention : mentions) add(mention, mentions);
    return std::move(events_);
  }

 private:
  void add(const Mention& mention, const std::vector<Mention>& mentions) {
    const auto& words = sentences_[mention.sentence].words;
    std::size_t verb = mention.last + 1;
    while (verb < words.size() && verb < mention.last + 3 && (words[verb].text.ends_with("ly") || words[verb].text == "then" || words[verb].text == "also"))
      ++verb;
    if (words[mention.last].ends_clause || verb >= words.size() || words[verb].is_capital || !is_verb(words[verb].text)) return;
    ToldEvent event{.subject = fullest_.at(mention.name),
                    .verb = words[verb].text,
                    .object = {},
                    .span = {.begin = mention.span.begin, .end = words[verb].span.end},
                    .cause = {}};
    add_object(event, mention, verb, mentions);
    link(event, mention, verb);
    events_.push_back(std::move(event));
    places_.push_back({.sentence = mention.sentence, .word = mention.first});
  }

  void add_object(ToldEvent& event, const Mention& mention, std::size_t verb, const std::vector<Mention>& mentions) const {
    const auto& words = sentences_[mention.sentence].words;
    std::size_t i = verb;
    while (i + 1 < words.size() && i < verb + 5 && !words[i].ends_clause && !ends_object(words[i + 1].text)) {
      ++i;
      event.object += (event.object.empty() ? "" : " ") + words[i].text;
      event.span.end = words[i].span.end;
    }
    for (auto next = &mention + 1; next < mentions.data() + mentions.size() && next->sentence == mention.sentence && next->first <= i; ++next) {
      if (next->first > verb) {
        event.object = fullest_.at(next->name);
        return;
      }
    }
  }

  // "A because B" makes B the cause of A, "After B, A" too; "As a result, A" takes what was told last.
  void link(ToldEvent& event, const Mention& mention, std::size_t verb) {
    const auto& words = sentences_[mention.sentence].words;
    if (events_.empty()) return;
    const int last = static_cast<int>(events_.size()) - 1;
    if (is_caused(words, mention.first)) event.cause = last;
    if (places_.back().sentence != mention.sentence || verb == 0) return;
    const std::size_t before = places_.back().word;
    if (opens_reason(words, 0, before)) event.cause = last;
    // The reason stands behind what it brought about, so the earlier event gets a cause that follows in the text.
    if (opens_reason(words, before, mention.first)) events_[static_cast<std::size_t>(last)].cause = last + 1;
  }

  struct Place {
    std::size_t sentence = 0;
    std::size_t word = 0;
  };
  const std::vector<Sentence>& sentences_;
  const std::map<std::string, std::string>& fullest_;
  std::vector<ToldEvent> events_;
  std::vector<Place> places_;
};

/// The beginning of a longer Latin word, the pairs of characters of a Han one.
void add_stems(std::string_view word, std::set<std::string>& stems) {
  if (static_cast<unsigned char>(word.front()) < 0xE3) {
    if (word.size() > 3) stems.insert(lower(word).substr(0, 6));
    return;
  }
  std::string before;
  while (!word.empty()) {
    const auto letter = decode_utf8(word).value_or(DecodedCharacter{.code_point = 0, .bytes = 1});
    const bool is_wide = is_han(letter.code_point);
    if (is_wide && !before.empty()) stems.insert(before + std::string(word.substr(0, letter.bytes)));
    before = is_wide ? std::string(word.substr(0, letter.bytes)) : "";
    word.remove_prefix(letter.bytes);
  }
}

/// TextRank (Mihalcea and Tarau 2004): sentences that share words with sentences that matter.
std::vector<Span> key_sentences(const std::vector<Sentence>& sentences) {
  const std::size_t count = std::min(sentences.size(), kMostRanked);
  std::vector<std::set<std::string>> stems(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (const Word& word : sentences[i].words) add_stems(word.text, stems[i]);
  }
  std::vector<std::vector<double>> likeness(count, std::vector<double>(count, 0));
  std::vector<double> sums(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto shared = std::ranges::count_if(stems[i], [&](const std::string& stem) { return stems[j].contains(stem); });
      const double length = std::log(1.0 + static_cast<double>(stems[i].size())) + std::log(1.0 + static_cast<double>(stems[j].size()));
      likeness[i][j] = likeness[j][i] = shared > 0 ? static_cast<double>(shared) / length : 0;
      sums[i] += likeness[i][j];
      sums[j] += likeness[i][j];
    }
  }
  std::vector<double> rank(count, 1);
  for (int sweep = 0; sweep < kRankSweeps; ++sweep) {
    std::vector<double> next(count, 1 - kDamping);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) next[j] += sums[i] > 0 ? kDamping * rank[i] * likeness[i][j] / sums[i] : 0;
    }
    rank = std::move(next);
  }
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return rank[i]; });
  order.resize(std::min(count, kKeySentences));
  std::ranges::sort(order);
  std::vector<Span> spans;
  spans.reserve(order.size());
  for (const std::size_t i : order) spans.push_back(sentences[i].span);
  return spans;
}

ToldPlot read_by_capitals(const std::vector<Sentence>& sentences) {
  std::vector<Mention> mentions = mentions_in(sentences);
  leave_out_common(mentions, sentences);
  leave_out_places(mentions, sentences);
  const auto fullest = fullest_names(mentions);
  return {.people = people_of(mentions, fullest),
          .relations = relations_of(mentions, fullest, sentences),
          .events = Events(sentences, fullest).read(mentions),
          .key_sentences = {},
          .turning_points = {}};
}

}  // namespace

ToldPlot read_told_plot(std::string_view text, const SynopsisTurnModel* turns) {
  std::vector<Sentence> sentences;
  for (const std::string_view sentence : plot::sentences_of(text)) sentences.push_back(take_apart(text, sentence));
  ToldPlot told = plot::is_chinese(text) ? plot::read_told_chinese(text) : read_by_capitals(sentences);
  told.key_sentences = key_sentences(sentences);
  if (turns == nullptr) return told;
  for (const SynopsisTurn& turn : turns->find(text)) told.turning_points.push_back({.kind = turn.kind, .span = turn.span, .confidence = turn.confidence});
  return told;
}

}  // namespace cineloom
