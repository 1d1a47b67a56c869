#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "plot/internal/parts.h"
#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

constexpr double kDamping = 0.85;
constexpr int kRankSweeps = 50;
// Answers bind closer than standing in the same scene.
constexpr double kAnswerWeight = 2;
constexpr FilmTime kLongestPause{8000};
constexpr std::ptrdiff_t kMostCharacters = 500;

using Weights = std::vector<std::vector<double>>;

std::map<std::string, std::size_t> positions(std::span<const Character> characters) {
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < characters.size(); ++i) index[characters[i].name] = i;
  return index;
}

/// Those of the scene's characters that have a position.
std::vector<std::size_t> known_in(const Scene& scene, const std::map<std::string, std::size_t>& index) {
  std::vector<std::size_t> present;
  for (const std::string& name : scene.characters) {
    if (const auto found = index.find(name); found != index.end()) present.push_back(found->second);
  }
  return present;
}

/// Calls visit(a, b, line) for each line that answers another speaker's line before it.
template <class Visit>
void for_each_answer(const Timeline& timeline, Visit visit) {
  for (std::size_t i = 1; i < timeline.lines.size(); ++i) {
    const Line& before = timeline.lines[i - 1];
    const Line& line = timeline.lines[i];
    const bool is_answer = !before.speaker.empty() && !line.speaker.empty() && before.speaker != line.speaker && before.scene == line.scene &&
                           line.begin - before.end < kLongestPause;
    if (is_answer) visit(before.speaker, line.speaker, line);
  }
}

Weights closeness(const Timeline& timeline, std::span<const Character> characters) {
  Weights weights(characters.size(), std::vector<double>(characters.size(), 0));
  const auto index = positions(characters);
  for (const Scene& scene : timeline.scenes) {
    const std::vector<std::size_t> present = known_in(scene, index);
    for (const std::size_t a : present) {
      for (const std::size_t b : present) weights[a][b] += a != b ? 1 : 0;
    }
  }
  for_each_answer(timeline, [&](const std::string& a, const std::string& b, const Line&) {
    if (!index.contains(a) || !index.contains(b)) return;
    weights[index.at(a)][index.at(b)] += kAnswerWeight;
    weights[index.at(b)][index.at(a)] += kAnswerWeight;
  });
  return weights;
}

std::vector<double> page_rank(const Weights& weights) {
  const std::size_t count = weights.size();
  std::vector<double> rank(count, 1.0 / static_cast<double>(std::max<std::size_t>(count, 1)));
  for (int sweep = 0; sweep < kRankSweeps; ++sweep) {
    std::vector<double> next(count, (1 - kDamping) / static_cast<double>(count));
    for (std::size_t from = 0; from < count; ++from) {
      double total = 0;
      for (const double weight : weights[from]) total += weight;
      for (std::size_t to = 0; to < count; ++to) {
        next[to] += kDamping * rank[from] * (total > 0 ? weights[from][to] / total : 1.0 / static_cast<double>(count));
      }
    }
    rank = std::move(next);
  }
  return rank;
}

/// Those with most lines, in order of their first one. What grows with the square of their number must not take all memory: in a file that somebody
/// made, every line may have a speaker of its own.
std::vector<Character> without_extras(std::vector<Character> characters) {
  if (std::ssize(characters) <= kMostCharacters) return characters;
  std::vector<int> lines(characters.size());
  std::ranges::transform(characters, lines.begin(), &Character::lines);
  std::ranges::nth_element(lines, lines.begin() + kMostCharacters - 1, std::greater());
  const int least = lines[kMostCharacters - 1];
  auto ties = static_cast<std::ptrdiff_t>(kMostCharacters) - std::ranges::count_if(characters, [&](const Character& one) { return one.lines > least; });
  std::erase_if(characters, [&](const Character& one) { return one.lines < least || (one.lines == least && ties-- <= 0); });
  return characters;
}

std::vector<Character> count_lines(const Timeline& timeline) {
  std::vector<Character> characters;
  std::map<std::string, std::size_t> index;
  for (const Line& line : timeline.lines) {
    if (line.speaker.empty()) continue;
    const auto [entry, is_new] = index.emplace(line.speaker, characters.size());
    if (is_new) characters.push_back({.name = line.speaker, .first = line.begin});
    Character& character = characters[entry->second];
    ++character.lines;
    character.words += static_cast<int>(words_of(line.text).size());
  }
  return without_extras(std::move(characters));
}

// Screenplays introduce somebody in capitals with a description behind a comma: "MIRA, twelve, a scarf as long as she is, walks".
std::string introduction(const Timeline& timeline, const std::string& name) {
  std::string upper = name;
  for (char& letter : upper) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  for (const Scene& scene : timeline.scenes) {
    for (const std::string_view sentence : sentences_of(scene.action)) {
      if (sentence.contains(upper)) return std::string(sentence);
    }
  }
  return "";
}

}  // namespace

std::vector<Character> find_characters(const Timeline& timeline) {
  std::vector<Character> characters = count_lines(timeline);
  const std::vector<double> rank = page_rank(closeness(timeline, characters));
  double total = 0;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    characters[i].importance = rank[i] * std::sqrt(static_cast<double>(characters[i].words + 1));
    characters[i].description = introduction(timeline, characters[i].name);
    total += characters[i].importance;
  }
  for (Character& character : characters) character.importance /= std::max(total, 1e-9);
  std::ranges::stable_sort(characters, std::greater(), &Character::importance);
  return characters;
}

std::vector<Relation> find_relations(const Timeline& timeline, std::span<const Character> characters) {
  const auto index = positions(characters);
  std::map<std::pair<std::size_t, std::size_t>, Relation> found;
  const auto relation = [&](std::size_t a, std::size_t b) -> Relation& {
    const auto key = std::minmax(a, b);
    Relation& entry = found[key];
    entry.a = characters[key.first].name;
    entry.b = characters[key.second].name;
    return entry;
  };
  for (const Scene& scene : timeline.scenes) {
    const std::vector<std::size_t> present = known_in(scene, index);
    for (std::size_t i = 0; i < present.size(); ++i) {
      for (std::size_t j = i + 1; j < present.size(); ++j) ++relation(present[i], present[j]).scenes_together;
    }
  }
  for_each_answer(timeline, [&](const std::string& a, const std::string& b, const Line& line) {
    if (!index.contains(a) || !index.contains(b)) return;
    Relation& entry = relation(index.at(a), index.at(b));
    ++entry.lines_between;
    entry.warmth += line.feeling.valence;
  });
  std::vector<Relation> relations;
  for (auto& [key, entry] : found) {
    if (entry.lines_between > 0) entry.warmth /= entry.lines_between;
    relations.push_back(entry);
  }
  std::ranges::stable_sort(relations, std::greater(), [](const Relation& r) { return r.lines_between * 2 + r.scenes_together; });
  return relations;
}

}  // namespace cineloom::plot
