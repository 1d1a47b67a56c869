#include "plot/learning/turning_point_training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "plot/internal/synopsis_features.h"

namespace cineloom {
namespace {

constexpr std::size_t kKinds = SynopsisTurnModel::kKinds;

struct Cell {
  std::size_t column = 0;
  double value = 0;
};

/// A synopsis as rows of columns, and what share of each point each sentence should get.
struct Example {
  std::vector<std::vector<Cell>> rows;
  std::array<std::vector<double>, kKinds> wanted;
};

/// The features that are kept, in the order of their hashes.
struct Columns {
  std::map<std::uint64_t, std::size_t> index;
  std::vector<double> penalty;
};

using Rows = std::vector<std::vector<plot::SynopsisFeature>>;

std::vector<Rows> features_of(std::span<const MarkedSynopsis> synopses) {
  std::vector<Rows> all;
  for (const MarkedSynopsis& synopsis : synopses) {
    const std::vector<std::string_view> sentences(synopsis.sentences.begin(), synopsis.sentences.end());
    all.push_back(plot::synopsis_features(sentences));
  }
  return all;
}

Columns choose_columns(std::span<const MarkedSynopsis> synopses, const std::vector<Rows>& features, const TurningPointTraining& options) {
  std::map<std::uint64_t, std::pair<std::set<std::string>, plot::FeatureGroup>> films;
  for (std::size_t i = 0; i < features.size(); ++i) {
    for (const auto& row : features[i]) {
      for (const auto& feature : row) {
        auto& known = films[feature.feature];
        known.first.insert(synopses[i].film);
        known.second = feature.group;
      }
    }
  }
  Columns columns;
  for (const auto& [feature, known] : films) {
    const bool is_word = known.second == plot::FeatureGroup::Word;
    if (is_word && known.first.size() < static_cast<std::size_t>(options.least_films)) continue;
    columns.index.emplace(feature, columns.penalty.size());
    columns.penalty.push_back(is_word ? options.word_penalty : known.second == plot::FeatureGroup::Place ? options.place_penalty : options.shape_penalty);
  }
  return columns;
}

std::vector<double> wanted_shares(const std::vector<std::size_t>& marks, std::size_t count) {
  std::vector<double> shares(count, 0);
  for (const std::size_t mark : marks) shares[mark] = 1;
  const auto marked = static_cast<double>(std::ranges::count(shares, 1.0));
  for (double& share : shares) share /= marked;
  return shares;
}

std::vector<Example> examples_of(std::span<const MarkedSynopsis> synopses, const std::vector<Rows>& features, const Columns& columns) {
  std::vector<Example> examples;
  for (std::size_t i = 0; i < features.size(); ++i) {
    Example example;
    for (const auto& row : features[i]) {
      auto& cells = example.rows.emplace_back();
      for (const auto& feature : row) {
        if (const auto found = columns.index.find(feature.feature); found != columns.index.end())
          cells.push_back({found->second, static_cast<double>(feature.value)});
      }
    }
    for (std::size_t k = 0; k < kKinds; ++k) example.wanted[k] = wanted_shares(synopses[i].turns[k], features[i].size());
    examples.push_back(std::move(example));
  }
  return examples;
}

/// Adds what one synopsis says about the weights of point k: expected features minus wanted ones.
void add_gradient(const Example& example, std::size_t k, const std::vector<double>& weights, std::vector<double>& gradient) {
  std::vector<double> shares;
  for (const auto& row : example.rows) {
    double score = 0;
    for (const Cell& cell : row) score += cell.value * weights[cell.column];
    shares.push_back(score);
  }
  const double most = *std::ranges::max_element(shares);
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - most);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double excess = shares[i] / sum - example.wanted[k][i];
    for (const Cell& cell : example.rows[i]) gradient[cell.column] += excess * cell.value;
  }
}

/// Adam (Kingma and Ba 2015) over whole sweeps, with a rate that falls to nothing.
Expected<std::vector<double>> fit(std::span<const Example> examples, std::size_t k, const Columns& columns, const TurningPointTraining& options,
                                  const CancelToken& cancel) {
  constexpr double kRate = 0.1;
  constexpr double kFirst = 0.9;
  constexpr double kSecond = 0.99;
  const std::size_t size = columns.penalty.size();
  std::vector<double> weights(size, 0);
  std::vector<double> mean(size, 0);
  std::vector<double> square(size, 0);
  for (int step = 1; step <= options.steps; ++step) {
    CINELOOM_TRY(cancel.check());
    std::vector<double> gradient(size, 0);
    for (const Example& example : examples) add_gradient(example, k, weights, gradient);
    const double rate = kRate * (1 - static_cast<double>(step - 1) / options.steps);
    for (std::size_t j = 0; j < size; ++j) {
      const double slope = gradient[j] / static_cast<double>(examples.size()) + columns.penalty[j] * weights[j];
      mean[j] = kFirst * mean[j] + (1 - kFirst) * slope;
      square[j] = kSecond * square[j] + (1 - kSecond) * slope * slope;
      weights[j] -= rate * (mean[j] / (1 - std::pow(kFirst, step))) / (std::sqrt(square[j] / (1 - std::pow(kSecond, step))) + 1e-8);
    }
  }
  return weights;
}

bool is_sound(const MarkedSynopsis& synopsis) {
  return synopsis.sentences.size() >= kKinds && std::ranges::all_of(synopsis.turns, [&](const auto& marks) {
           return !marks.empty() && std::ranges::all_of(marks, [&](std::size_t mark) { return mark < synopsis.sentences.size(); });
         });
}

}  // namespace

Expected<std::string> train_turning_points(std::span<const MarkedSynopsis> synopses, const TurningPointTraining& options, const CancelToken& cancel) {
  if (synopses.empty() || !std::ranges::all_of(synopses, is_sound)) {
    return fail(ErrorCode::InvalidArgument, "expected synopses of five sentences and more with all five turning points marked in them");
  }
  const std::vector<Rows> features = features_of(synopses);
  const Columns columns = choose_columns(synopses, features, options);
  const std::vector<Example> examples = examples_of(synopses, features, columns);
  std::vector<SynopsisTurnModel::Entry> entries(columns.penalty.size());
  for (const auto& [feature, column] : columns.index) entries[column].feature = feature;
  for (std::size_t k = 0; k < kKinds; ++k) {
    CINELOOM_TRY_ASSIGN(const auto weights, fit(examples, k, columns, options, cancel));
    for (std::size_t j = 0; j < weights.size(); ++j) entries[j].weights[k] = static_cast<float>(weights[j]);
  }
  return SynopsisTurnModel::pack(std::move(entries));
}

std::array<double, kKinds> mean_places(std::span<const MarkedSynopsis> synopses) {
  std::array<double, kKinds> places{};
  for (const MarkedSynopsis& synopsis : synopses) {
    for (std::size_t k = 0; k < kKinds; ++k) {
      double place = 0;
      for (const std::size_t mark : synopsis.turns[k]) place += static_cast<double>(mark) / static_cast<double>(synopsis.turns[k].size());
      places[k] += place / static_cast<double>(synopsis.sentences.size()) / static_cast<double>(synopses.size());
    }
  }
  return places;
}

}  // namespace cineloom
