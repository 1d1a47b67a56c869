#include "sentiment/learning/affect_training.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "math/posterior.h"
#include "sentiment/affect.h"

namespace cineloom {
namespace {

/// Linear regression of `targets` on rows [texts, features], standardised within; one L2 weight per feature.
AffectModel::Joint fit_joint(std::span<const float> rows, std::span<const float> targets, std::span<const double> regularization) {
  const std::size_t features = regularization.size();
  const auto count = static_cast<double>(targets.size());
  std::vector<double> mean(features, 0);
  std::vector<double> deviation(features, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) mean[i % features] += static_cast<double>(rows[i]) / count;
  for (std::size_t i = 0; i < rows.size(); ++i) deviation[i % features] += std::pow(static_cast<double>(rows[i]) - mean[i % features], 2) / count;
  for (double& value : deviation) value = std::sqrt(value) + 1e-9;
  std::vector<double> precision(regularization.begin(), regularization.end());
  precision.push_back(1e-6);
  Posterior posterior(precision);
  std::vector<float> row(features + 1, 1.0F);
  for (std::size_t text = 0; text < targets.size(); ++text) {
    for (std::size_t f = 0; f < features; ++f) row[f] = static_cast<float>((static_cast<double>(rows[text * features + f]) - mean[f]) / deviation[f]);
    posterior.add(row, static_cast<double>(targets[text]));
  }
  posterior.solve();
  AffectModel::Joint joint{.bias = posterior.weights()[features]};
  for (std::size_t f = 0; f < features; ++f) {
    joint.weights.push_back(posterior.weights()[f] / deviation[f]);
    joint.bias -= joint.weights[f] * mean[f];
  }
  return joint;
}

/// Vectors of n-grams from texts without labels.
struct Background {
  FeatureIndex index;
  std::vector<float> vectors;
  std::size_t size = 0;  ///< dimensions; 0 = none were learned
};

Expected<Background> learn_background(std::span<const std::string_view> texts, const AffectTraining& options, Progress& progress, const CancelToken& cancel) {
  Background background;
  if (texts.empty()) return background;
  NgramOptions ngrams = options.ngrams;
  ngrams.longest = options.longest_background;
  background.index = FeatureIndex::build(texts, ngrams, options.least_background);
  const SparseRows rows = background.index.rows(texts);
  CINELOOM_TRY_ASSIGN(background.vectors, train_ngram_vectors(rows, background.index.text_counts(), options.vectors, progress, cancel));
  background.size = static_cast<std::size_t>(options.vectors.dimensions);
  return background;
}

/// The n-grams of both kinds with what they add to the four outputs.
std::vector<NgramModel::Entry> entries_of(const FeatureIndex& own, const std::array<LinearWeights, 2>& weights, const Background& background,
                                          const std::array<AffectModel::Joint, 2>& joints, std::size_t first_vector) {
  std::unordered_map<std::uint64_t, std::vector<float>> rows;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto weight = [&](std::size_t k) { return i < weights[k].weights.size() ? weights[k].weights[i] : 0.0F; };
    rows[own.hashes()[i]] = {weight(0), weight(1), 0, 0};
  }
  for (std::size_t i = 0; i < background.index.size() && background.size > 0; ++i) {
    auto& row = rows.try_emplace(background.index.hashes()[i], std::vector<float>(4, 0.0F)).first->second;
    for (std::size_t k = 0; k < 2; ++k) {
      double sum = 0;
      for (std::size_t d = 0; d < background.size; ++d) {
        sum += joints[k].weights[first_vector + d] * static_cast<double>(background.vectors[i * background.size + d]);
      }
      row[2 + k] = static_cast<float>(sum);
    }
  }
  std::vector<NgramModel::Entry> entries;
  entries.reserve(rows.size());
  for (auto& [hash, row] : rows) entries.push_back({.hash = hash, .weights = std::move(row)});
  std::ranges::sort(entries, {}, &NgramModel::Entry::hash);
  return entries;
}

struct OwnAnswers {
  std::vector<float> unseen;
  LinearWeights weights;
};

/// Rare n-grams say more of a text than common ones.
std::vector<float> rarities(const FeatureIndex& index, std::size_t texts, double exponent) {
  std::vector<float> factors;
  if (exponent <= 0) return factors;
  for (const std::uint32_t count : index.text_counts()) {
    factors.push_back(static_cast<float>(std::pow(std::log(static_cast<double>(texts + 1) / count) / 2, exponent)));
  }
  return factors;
}

Expected<OwnAnswers> answer(const SparseRows& rows, std::span<const float> targets, std::span<const float> factors, const AffectTraining& options,
                            const LinearOptions& linear, const CancelToken& cancel) {
  OwnAnswers answers{.unseen = std::vector<float>(targets.size())};
  const auto folds = static_cast<std::size_t>(options.folds);
  for (std::size_t fold = 0; fold < folds; ++fold) {
    CINELOOM_TRY(cancel.check());
    std::vector<std::uint32_t> examples;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (i % folds != fold) examples.push_back(static_cast<std::uint32_t>(i));
    }
    const LinearWeights weights = train_linear(rows, targets, examples, factors, linear);
    for (std::size_t i = fold; i < targets.size(); i += folds) answers.unseen[i] = static_cast<float>(apply_linear(weights, rows, i, linear.length_exponent));
  }
  std::vector<std::uint32_t> all(targets.size());
  std::iota(all.begin(), all.end(), 0U);
  answers.weights = train_linear(rows, targets, all, factors, linear);
  return answers;
}

}  // namespace

Expected<std::string> train_affect(std::span<const FeltText> texts, std::span<const std::string_view> background_texts, const AffectTraining& options,
                                   Progress& progress, const CancelToken& cancel) {
  if (texts.size() < 20) return fail(ErrorCode::InvalidArgument, "expected at least 20 texts to learn feelings from");
  std::vector<std::string_view> plain;
  std::array<std::vector<float>, 2> targets;
  const std::size_t hints = texts.front().hints.size();
  for (const FeltText& text : texts) {
    if (text.hints.size() != hints) return fail(ErrorCode::InvalidArgument, "expected as many hints for each text");
    plain.push_back(text.text);
    targets[0].push_back(static_cast<float>(text.feeling.valence));
    targets[1].push_back(static_cast<float>(text.feeling.arousal));
  }
  CINELOOM_TRY_ASSIGN(const Background background, learn_background(background_texts, options, progress, cancel));
  progress.begin("learning valence and arousal");
  const FeatureIndex index = FeatureIndex::build(plain, options.ngrams, options.least_texts);
  const SparseRows rows = index.rows(plain);
  std::array<OwnAnswers, 2> own;
  const std::vector<float> factors = rarities(index, plain.size(), options.rarity_exponent);
  for (std::size_t k = 0; k < 2; ++k) {
    LinearOptions linear = options.linear;
    if (k == 1) linear.cost = options.arousal_cost;
    CINELOOM_TRY_ASSIGN(own[k], answer(rows, targets[k], factors, options, linear, cancel));
  }
  SparseRows vector_rows;
  if (background.size > 0) {
    vector_rows = background.index.rows(plain);
    vector_rows.lengths = rows.lengths;  // the table divides all its outputs by the length of its own n-grams
  }
  const std::vector<float> vectors = background.size > 0 ? text_vectors(vector_rows, background.vectors, options.vectors.dimensions) : std::vector<float>();

  std::vector<float> joint_rows;
  std::array<std::vector<float>, 2> joint_targets;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i].is_typical) continue;
    for (std::size_t k = 0; k < 2; ++k) joint_targets[k].push_back(targets[k][i]);
    joint_rows.insert(joint_rows.end(), {own[0].unseen[i], own[1].unseen[i], own[0].unseen[i] * own[0].unseen[i]});
    joint_rows.insert(joint_rows.end(), texts[i].hints.begin(), texts[i].hints.end());
    const auto vector = vectors.begin() + static_cast<std::ptrdiff_t>(i * background.size);
    joint_rows.insert(joint_rows.end(), vector, vector + static_cast<std::ptrdiff_t>(background.size));
  }
  std::vector<double> regularization(AffectModel::kOwn + hints, options.joint_regularization);
  regularization.resize(regularization.size() + background.size, options.vector_regularization);
  std::array<AffectModel::Joint, 2> joints = {fit_joint(joint_rows, joint_targets[0], regularization), fit_joint(joint_rows, joint_targets[1], regularization)};
  const auto entries = entries_of(index, {own[0].weights, own[1].weights}, background, joints, AffectModel::kOwn + hints);
  for (auto& joint : joints) joint.weights.resize(AffectModel::kOwn + hints);

  const double exponent = options.linear.length_exponent;
  std::vector<ModelOutput> outputs = {{.name = "valence", .bias = own[0].weights.bias, .length_exponent = exponent},
                                      {.name = "arousal", .bias = own[1].weights.bias, .length_exponent = exponent},
                                      {.name = "valence by vectors", .length_exponent = 0.5},
                                      {.name = "arousal by vectors", .length_exponent = 0.5}};
  CINELOOM_TRY_ASSIGN(const std::string model, NgramModel::pack(options.ngrams, std::move(outputs), entries, options.least_step));
  progress.finish();
  return AffectModel::pack(model, joints[0], joints[1]);
}

}  // namespace cineloom
