#include "sentiment/internal/mood_clauses.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "sentiment/internal/mood_words.h"

namespace cineloom::sentiment {
namespace {

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_person(std::string_view word) { return is_one_of(word, kFirstPersons) || is_one_of(word, kOthers); }
bool is_han(std::string_view word) { return !word.empty() && static_cast<unsigned char>(word.front()) >= 0x80; }

/// "and", "和" and the like go on with what the clause before began; who begins anew names a person: "she left and i feel awful".
bool begins_clause(std::string_view rest) {
  constexpr std::array<std::string_view, 13> kStarts = {" and i ",  " and i'm ",  " and my ", " so i ", " but i ", " because ", " and she ",
                                                        " and he ", " and they ", " and we ", "所以",   "因为",    "而我"};
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return rest.starts_with(start); });
}

// The clauses of the text, cut again where a new person begins.
std::vector<Span> cut(std::string_view lower) {
  std::vector<Span> cut;
  for (const Span& clause : clauses_of(lower)) {
    std::size_t begin = clause.begin;
    for (std::size_t at = clause.begin + 1; at < clause.end; ++at) {
      if (!begins_clause(lower.substr(at, std::min<std::size_t>(clause.end - at, 12)))) continue;
      cut.push_back({.begin = begin, .end = at});
      begin = at;
    }
    cut.push_back({.begin = begin, .end = clause.end});
  }
  if (cut.empty()) cut.push_back({.begin = 0, .end = lower.size()});
  return cut;
}

// A denial reaches this far, in words; Han words are short.
constexpr std::size_t kReach = 4;

}  // namespace

MoodClauses::MoodClauses(std::string_view sentence) : lower_(sentence) {
  for (char& letter : lower_) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  for (auto at = lower_.find("\xE2\x80\x99"); at != std::string::npos; at = lower_.find("\xE2\x80\x99", at + 1)) lower_.replace(at, 3, "'  ");
  // No word of contrast, and of the same length.
  for (auto at = lower_.find("anything but"); at != std::string::npos; at = lower_.find("anything but", at + 1)) lower_.replace(at, 12, "anything not");
  clauses_ = cut(lower_);
  tokens_ = tokens_of(lower_, [](const std::string& word) { return is_person(word) || is_one_of(word, kDenials) || is_one_of(word, kTogether); });
}

bool MoodClauses::is_whole_word(std::size_t at, std::size_t size) const {
  if (is_han(std::string_view(lower_).substr(at, size))) return true;
  const auto is_letter = [&](std::size_t place) { return place < lower_.size() && std::isalpha(static_cast<unsigned char>(lower_[place])) != 0; };
  return (at == 0 || !is_letter(at - 1)) && !is_letter(at + size);
}

std::vector<Span> MoodClauses::find(std::string_view word) const {
  std::vector<Span> found;
  for (auto at = lower_.find(word); at != std::string::npos; at = lower_.find(word, at + 1)) {
    if (is_whole_word(at, word.size())) found.push_back({.begin = at, .end = at + word.size()});
  }
  return found;
}

const Span& MoodClauses::clause_at(std::size_t at) const {
  const auto after = std::ranges::upper_bound(clauses_, at, {}, &Span::begin);
  return after == clauses_.begin() ? clauses_.front() : *(after - 1);
}

std::vector<std::string_view> MoodClauses::before(const Span& clause, std::size_t at) const {
  const std::size_t begin = clause.begin;
  std::vector<std::string_view> words;
  for (auto token = std::ranges::lower_bound(tokens_, begin, {}, [](const Token& known) { return known.span.begin; });
       token != tokens_.end() && token->span.end <= at; ++token) {
    words.emplace_back(token->word);
  }
  return words;
}

bool MoodClauses::has_before(const Span& clause, std::size_t at, std::string_view phrase) const {
  const std::size_t begin = clause.begin;
  // The phrase may end in the word itself: "想笑".
  const std::string_view text = std::string_view(lower_).substr(begin, at - begin + (is_han(phrase) ? 3 : 0));
  for (auto found = text.find(phrase); found != std::string_view::npos; found = text.find(phrase, found + 1)) {
    if (is_whole_word(begin + found, phrase.size())) return true;
  }
  return false;
}

Stance MoodClauses::stance(std::size_t at) const { return stance(clause_at(at), at); }
Holder MoodClauses::holder(std::size_t at) const { return holder(clause_at(at), at); }

Stance MoodClauses::stance(const Span& clause, std::size_t at) const {
  constexpr std::array<std::string_view, 6> kOrders = {"not", "no", "nothing", "without", "不要", "别"};
  if (std::ranges::any_of(kWishes, [&](std::string_view wish) { return has_before(clause, at, wish); })) return Stance::Wish;
  const auto words = before(clause, at);
  const auto first = std::ranges::find_if(words, [](std::string_view word) { return word != "but" && word != "and" && word != "please"; });
  return first != words.end() && is_one_of(*first, kOrders) ? Stance::Order : Stance::State;
}

Holder MoodClauses::holder(const Span& clause, std::size_t at) const {
  const auto words = before(clause, at);
  for (std::size_t i = words.size(); i-- > 0;) {
    if (is_one_of(words[i], kFirstPersons)) return Holder::Viewer;
    if (!is_one_of(words[i], kOthers)) continue;
    // "me and my wife", "我和朋友": together with the viewer.
    const std::size_t joint = i > 0 && words[i - 1] == "my" ? 2 : 1;
    if (i >= joint && is_one_of(words[i - joint], kTogether)) continue;
    return Holder::Other;
  }
  return Holder::Viewer;
}

bool MoodClauses::is_denied(std::size_t at) const {
  const auto words = before(clause_at(at), at);
  const std::size_t first = words.size() > kReach ? words.size() - kReach : 0;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (is_one_of(words[i], kDenials)) return true;
  }
  return false;
}

bool MoodClauses::is_past(std::size_t at) const {
  constexpr std::array<std::string_view, 6> kOver = {"watched", "saw", "have seen", "看过", "看了", "刚看"};
  return std::ranges::any_of(kOver, [&](std::string_view over) { return has_before(clause_at(at), at, over); });
}

bool MoodClauses::is_subject(Span span) const {
  const Span& clause = clause_at(span.begin);
  const auto words = before(clause, span.begin);
  const bool is_alone = words.empty() || (words.size() == 1 && (words.front() == "my" || words.front() == "我" || words.front() == "我的"));
  const std::string_view rest = std::string_view(lower_).substr(span.end, clause.end - span.end);
  const bool goes_on = rest.find_first_not_of(" ,.!?") != std::string_view::npos;
  constexpr std::array<std::string_view, 5> kPresent = {" are with", " is with", " are here", " is here", "在"};
  return is_alone && goes_on && std::ranges::none_of(kPresent, [&](std::string_view here) { return rest.starts_with(here); });
}

std::vector<Span> MoodClauses::own_states() const {
  std::vector<Span> own;
  for (const Span& clause : clauses_) {
    if (clause.end > clause.begin && stance(clause, clause.end) == Stance::State && holder(clause, clause.end) == Holder::Viewer) own.push_back(clause);
  }
  return own;
}

}  // namespace cineloom::sentiment
