#include "plot/internal/synopsis_features.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "base/hash.h"
#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

// Words are known by their beginnings, so that "decides" and "decided" are one.
constexpr std::size_t kStem = 5;
constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kWindow = 3;
constexpr float kNeighbour = 0.5F;

/// What a sentence is made of.
struct Sentence {
  std::set<std::string> stems;
  std::set<std::string> names;
  double length = 0;
};

bool is_capital(const std::string& word) { return std::isupper(static_cast<unsigned char>(word.front())) != 0; }

Sentence take_apart(std::string_view text) {
  Sentence sentence;
  const auto words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    // The first word is a capital's in any case.
    if (i > 0 && is_capital(words[i]) && words[i].size() > 1) sentence.names.insert(words[i]);
    else if (words[i].size() >= kShortestWord) sentence.stems.insert(lower(words[i]).substr(0, kStem));
  }
  sentence.length = std::log(1.0 + static_cast<double>(words.size()));
  return sentence;
}

double likeness(const std::map<std::string, int>& a, const std::map<std::string, int>& b) {
  double both = 0;
  double own_a = 0;
  double own_b = 0;
  for (const auto& [word, count] : a) {
    own_a += count * count;
    if (const auto found = b.find(word); found != b.end()) both += count * found->second;
  }
  for (const auto& [word, count] : b) own_b += count * count;
  return own_a > 0 && own_b > 0 ? both / std::sqrt(own_a * own_b) : 0;
}

/// How unlike the sentences before are to those from here on, 0 .. 1.
double change_at(std::span<const Sentence> sentences, std::size_t at) {
  std::map<std::string, int> before;
  std::map<std::string, int> after;
  for (std::size_t i = at >= kWindow ? at - kWindow : 0; i < std::min(at + kWindow, sentences.size()); ++i) {
    auto& bag = i < at ? before : after;
    for (const auto* words : {&sentences[i].stems, &sentences[i].names}) {
      for (const std::string& word : *words) ++bag[word];
    }
  }
  return 1 - likeness(before, after);
}

class Row {
 public:
  void add(std::string_view name, double value, FeatureGroup group) { features_.push_back({fnv1a64(name), static_cast<float>(value), group}); }
  std::vector<SynopsisFeature> take() && { return std::move(features_); }

 private:
  std::vector<SynopsisFeature> features_;
};

void add_place(Row& row, std::size_t at, std::size_t count) {
  const double x = 2 * (static_cast<double>(at) + 0.5) / static_cast<double>(count) - 1;
  row.add("#x", x, FeatureGroup::Place);
  row.add("#x2", x * x, FeatureGroup::Place);
  row.add("#x3", x * x * x, FeatureGroup::Place);
  row.add("#x4", x * x * x * x, FeatureGroup::Place);
  if (at == 0) row.add("#first", 1, FeatureGroup::Shape);
  if (at + 1 == count) row.add("#last", 1, FeatureGroup::Shape);
}

void add_words(Row& row, const Sentence& sentence, float value) {
  const auto scale = static_cast<float>(1 / std::sqrt(1.0 + static_cast<double>(sentence.stems.size())));
  for (const std::string& stem : sentence.stems) row.add(stem, static_cast<double>(value * scale), FeatureGroup::Word);
}

}  // namespace

std::vector<std::vector<SynopsisFeature>> synopsis_features(std::span<const std::string_view> texts) {
  std::vector<Sentence> sentences;
  double mean_length = 0;
  for (const std::string_view text : texts) {
    sentences.push_back(take_apart(text));
    mean_length += sentences.back().length / static_cast<double>(texts.size());
  }
  std::set<std::string> known;
  std::vector<std::vector<SynopsisFeature>> rows;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    const Sentence& sentence = sentences[i];
    Row row;
    add_place(row, i, sentences.size());
    row.add("#length", sentence.length - mean_length, FeatureGroup::Shape);
    row.add("#names", static_cast<double>(std::min<std::size_t>(sentence.names.size(), 4)) / 4, FeatureGroup::Shape);
    const auto fresh = std::ranges::count_if(sentence.names, [&](const std::string& name) { return known.insert(name).second; });
    row.add("#new", static_cast<double>(std::min<std::ptrdiff_t>(fresh, 3)) / 3, FeatureGroup::Shape);
    row.add("#change", change_at(sentences, i), FeatureGroup::Shape);
    add_words(row, sentence, 1);
    if (i > 0) add_words(row, sentences[i - 1], kNeighbour);
    if (i + 1 < sentences.size()) add_words(row, sentences[i + 1], kNeighbour);
    rows.push_back(std::move(row).take());
  }
  return rows;
}

// forward[k][i]: weight of all ways to place points 0 .. k in order with point k at i; backward likewise from the end. Scores lose
// their greatest value first, so that nothing overflows; each row is brought to a sum of 1.
std::vector<std::vector<double>> ordered_beliefs(std::span<const std::array<double, SynopsisTurnModel::kKinds>> scores) {
  constexpr std::size_t kKinds = SynopsisTurnModel::kKinds;
  const std::size_t count = scores.size();
  std::vector<std::vector<double>> weight(kKinds, std::vector<double>(count));
  for (std::size_t k = 0; k < kKinds; ++k) {
    double most = scores[0][k];
    for (const auto& row : scores) most = std::max(most, row[k]);
    for (std::size_t i = 0; i < count; ++i) weight[k][i] = std::exp(scores[i][k] - most) + 1e-12;
  }
  const auto scale = [](std::vector<double>& row) {
    double sum = 0;
    for (const double value : row) sum += value;
    for (double& value : row) value /= std::max(sum, 1e-300);
  };
  auto forward = weight;
  auto backward = weight;
  for (std::size_t k = 1; k < kKinds; ++k) {
    double reached = 0;
    double left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      forward[k][i] *= reached;
      reached += forward[k - 1][i];
      const std::size_t from_end = count - 1 - i;
      backward[kKinds - 1 - k][from_end] *= left;
      left += backward[kKinds - k][from_end];
    }
    scale(forward[k]);
    scale(backward[kKinds - 1 - k]);
  }
  for (std::size_t k = 0; k < kKinds; ++k) {
    for (std::size_t i = 0; i < count; ++i) forward[k][i] *= backward[k][i] / weight[k][i];
    scale(forward[k]);
  }
  return forward;
}

std::size_t middle_of(std::span<const double> beliefs) {
  double reached = 0;
  for (std::size_t i = 0; i < beliefs.size(); ++i) {
    reached += beliefs[i];
    if (reached >= 0.5) return i;
  }
  return beliefs.empty() ? 0 : beliefs.size() - 1;
}

}  // namespace cineloom::plot
