#include "sentiment/lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "base/files.h"
#include "sentiment/internal/tokens.h"

namespace cineloom {
namespace {

using sentiment::Token;

// How far a negating word reaches, in words.
constexpr std::size_t kNegationReach = 3;
constexpr double kNegated = -0.6;
constexpr double kStrengthened = 1.4;
constexpr double kContrast = 2;

template <std::size_t Size>
bool is_one_of(const std::string& word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_negation(const std::string& word) {
  constexpr std::array<std::string_view, 16> kWords = {"not",     "no",     "never", "nothing", "without", "isn't", "wasn't", "don't",
                                                       "doesn't", "didn't", "can't", "won't",   "不",      "没",    "没有",   "别"};
  return is_one_of(word, kWords);
}

bool is_intensifier(const std::string& word) {
  constexpr std::array<std::string_view, 9> kWords = {"very", "so", "really", "truly", "too", "太", "很", "非常", "特别"};
  return is_one_of(word, kWords);
}

bool is_contrast(const std::string& word) {
  constexpr std::array<std::string_view, 7> kWords = {"but", "however", "yet", "但", "但是", "可是", "不过"};
  return is_one_of(word, kWords);
}

bool is_function_word(const std::string& word) { return is_negation(word) || is_intensifier(word) || is_contrast(word); }

/// Rows of tab-separated fields; lines that begin with '#' are comments.
Expected<std::vector<std::vector<std::string>>> read_rows(const std::filesystem::path& path, std::size_t fields) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(path));
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string> row;
    std::istringstream parts(line);
    for (std::string part; std::getline(parts, part, '\t');) row.push_back(part);
    if (row.size() != fields) {
      return fail(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected {} fields, found {}", path.string(), number, fields, row.size()));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

double number_of(const std::string& text) {
  double number = 0;
  std::ignore = std::from_chars(text.data(), text.data() + text.size(), number);  // a word without a number says nothing
  return number;
}

// "loved", "loves" and "scenes" are known by their stems; only Latin words have such endings.
const Feeling* find_word(const std::unordered_map<std::string, Feeling>& words, const std::string& word) {
  if (const auto found = words.find(word); found != words.end()) return &found->second;
  for (const std::string_view ending : {"s", "d", "ed", "ly", "ing"}) {
    if (word.size() < ending.size() + 3 || !word.ends_with(ending)) continue;
    if (const auto found = words.find(word.substr(0, word.size() - ending.size())); found != words.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace

Expected<FeelingLexicon> FeelingLexicon::load(const std::filesystem::path& folder) {
  FeelingLexicon lexicon;
  CINELOOM_TRY_ASSIGN(const auto feelings, read_rows(folder / "feelings.tsv", 4));
  for (const auto& row : feelings) lexicon.words_.emplace(row[0], Feeling{.valence = number_of(row[2]), .arousal = number_of(row[3])});
  CINELOOM_TRY_ASSIGN(const auto aspects, read_rows(folder / "aspects.tsv", 2));
  for (const auto& row : aspects) {
    std::istringstream words(row[1]);
    for (std::string word; words >> word;) lexicon.aspects_[word].push_back(row[0]);
  }
  return lexicon;
}

TextFeeling FeelingLexicon::read(std::string_view text) const {
  const auto tokens = sentiment::tokens_of(text, [this](const std::string& word) { return words_.contains(word) || is_function_word(word); });
  TextFeeling result{.feeling = {.valence = 0, .arousal = 0.2}};
  double weights = 0;
  double valence = 0;
  double arousal = 0;
  double weight = 1;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_contrast(tokens[i].word)) weight = kContrast;
    const Feeling* found = find_word(words_, tokens[i].word);
    if (found == nullptr || is_negation(tokens[i].word)) continue;
    FeelingHit hit{.span = tokens[i].span, .feeling = *found};
    for (std::size_t back = 1; back <= std::min(kNegationReach, i); ++back) {
      const Token& before = tokens[i - back];
      if (is_contrast(before.word)) break;
      if (is_negation(before.word) && !hit.is_negated) {
        hit.is_negated = true;
        hit.feeling.valence *= kNegated;
        hit.span.begin = before.span.begin;
      } else if (is_intensifier(before.word) && back == 1) {
        hit.feeling.valence = std::clamp(hit.feeling.valence * kStrengthened, -1.0, 1.0);
      }
    }
    valence += weight * hit.feeling.valence;
    arousal += weight * hit.feeling.arousal;
    weights += weight;
    result.hits.push_back(hit);
  }
  if (weights > 0) result.feeling = {.valence = valence / weights, .arousal = arousal / weights};
  return result;
}

std::vector<std::string> FeelingLexicon::aspects(std::string_view clause) const {
  std::vector<std::string> found;
  for (const Token& token : sentiment::tokens_of(clause, [this](const std::string& word) { return aspects_.contains(word); })) {
    const auto entry = aspects_.find(token.word);
    if (entry == aspects_.end()) continue;
    for (const std::string& aspect : entry->second) {
      if (std::ranges::find(found, aspect) == found.end()) found.push_back(aspect);
    }
  }
  return found;
}

}  // namespace cineloom
