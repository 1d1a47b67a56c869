#include "sentiment/learning/polarity_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "sentiment/learning/dense_logistic.h"
#include "sentiment/polarity.h"

namespace cineloom {
namespace {

constexpr std::size_t kCalibrationPoints = 24;

class Trainer {
 public:
  Trainer(std::span<const LabelledText> labelled, std::span<const std::string_view> unlabelled, const PolarityTraining& options, Progress& progress,
          const CancelToken& cancel)
      : labelled_(labelled), options_(options), progress_(progress), cancel_(cancel) {
    for (const LabelledText& text : labelled) {
      texts_.push_back(text.text);
      labels_.push_back(text.label);
    }
    texts_.insert(texts_.end(), unlabelled.begin(), unlabelled.end());
  }

  Expected<TrainedPolarity> run() {
    progress_.begin("counting n-grams");
    index_ = FeatureIndex::build(texts_, options_.ngrams, texts_.size() > labelled_.size() ? options_.least_texts : options_.least_labelled);
    rows_ = index_.rows(texts_);
    progress_.finish();
    count_labelled();
    CINELOOM_TRY(find_unseen_margins());
    CINELOOM_TRY(learn_vectors());
    CINELOOM_TRY(join());
    return finish();
  }

 private:
  void count_labelled() {
    is_weighted_.assign(index_.size(), 0);
    std::vector<int> counts(index_.size(), 0);
    for (std::size_t text = 0; text < labelled_.size(); ++text) {
      for (const std::uint32_t column : rows_.row(text)) ++counts[column];
    }
    for (std::size_t i = 0; i < counts.size(); ++i) is_weighted_[i] = counts[i] >= options_.least_labelled ? 1 : 0;
  }

  LinearWeights fit(std::span<const std::uint32_t> examples) const {
    std::vector<float> ratios = bayes_ratios(rows_, labels_, examples, index_.size());
    for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] *= static_cast<float>(is_weighted_[i]);
    return train_linear(rows_, labels_, examples, ratios, options_.linear);
  }

  Expected<void> find_unseen_margins() {
    unseen_.assign(labelled_.size(), 0.0F);
    const auto folds = static_cast<std::size_t>(options_.folds);
    progress_.begin("learning from labelled texts", options_.folds + 1, "fits");
    for (std::size_t fold = 0; fold < folds; ++fold) {
      CINELOOM_TRY(cancel_.check());
      std::vector<std::uint32_t> examples;
      for (std::size_t i = 0; i < labelled_.size(); ++i) {
        if (i % folds != fold) examples.push_back(static_cast<std::uint32_t>(i));
      }
      const LinearWeights weights = fit(examples);
      for (std::size_t i = fold; i < labelled_.size(); i += folds)
        unseen_[i] = static_cast<float>(apply_linear(weights, rows_, i, options_.linear.length_exponent));
      progress_.advance();
    }
    std::vector<std::uint32_t> all(labelled_.size());
    std::iota(all.begin(), all.end(), 0U);
    weights_ = fit(all);
    progress_.finish();
    return {};
  }

  Expected<void> learn_vectors() {
    if (texts_.size() < options_.least_for_vectors) return {};
    CINELOOM_TRY_ASSIGN(vectors_, train_ngram_vectors(rows_, index_.text_counts(), options_.vectors, progress_, cancel_));
    return {};
  }

  [[nodiscard]] std::size_t dimensions() const { return vectors_.empty() ? 0 : static_cast<std::size_t>(options_.vectors.dimensions); }

  /// Weighs the margins of unseen texts against the vectors.
  Expected<void> join() {
    const std::size_t size = dimensions();
    std::vector<float> features;
    const std::vector<float> vectors = size == 0 ? std::vector<float>() : text_vectors(labelled_rows(), vectors_, options_.vectors.dimensions);
    for (std::size_t i = 0; i < labelled_.size(); ++i) {
      features.push_back(unseen_[i]);
      features.insert(features.end(), vectors.begin() + static_cast<std::ptrdiff_t>(i * size), vectors.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
    }
    CINELOOM_TRY_ASSIGN(joint_, fit_logistic(features, size + 1, labels_, options_.stack_regularization));
    for (std::size_t i = 0; i < labelled_.size(); ++i) {
      double sum = joint_.bias;
      for (std::size_t f = 0; f <= size; ++f) sum += joint_.weights[f] * static_cast<double>(features[i * (size + 1) + f]);
      unseen_[i] = static_cast<float>(sum);
    }
    return {};
  }

  [[nodiscard]] SparseRows labelled_rows() const {
    SparseRows rows = rows_;
    rows.starts.resize(labelled_.size() + 1);
    rows.columns.resize(rows.starts.back());
    rows.lengths.resize(labelled_.size());
    return rows;
  }

  /// Both parts of the answer as weights of n-grams.
  Expected<TrainedPolarity> finish() const {
    std::vector<NgramModel::Entry> entries;
    const std::size_t size = dimensions();
    for (std::size_t column = 0; column < index_.size(); ++column) {
      double from_vector = 0;
      for (std::size_t i = 0; i < size; ++i) from_vector += joint_.weights[i + 1] * static_cast<double>(vectors_[column * size + i]);
      const float own = static_cast<float>(joint_.weights[0]) * weights_.weights[column];
      entries.push_back({.hash = index_.hashes()[column], .weights = {own, static_cast<float>(from_vector)}});
    }
    std::vector<ModelOutput> outputs = {
        {.name = "ngrams", .bias = joint_.bias + joint_.weights[0] * weights_.bias, .length_exponent = options_.linear.length_exponent},
        {.name = "vectors", .length_exponent = 0.5}};
    CINELOOM_TRY_ASSIGN(const std::string model, NgramModel::pack(options_.ngrams, std::move(outputs), entries, options_.least_step));
    TrainedPolarity trained{.bytes = PolarityModel::pack(model, calibrate()), .ngrams = entries.size()};
    std::size_t right = 0;
    for (std::size_t i = 0; i < labelled_.size(); ++i) right += (unseen_[i] > 0) == (labels_[i] > 0) ? 1U : 0U;
    trained.unseen_accuracy = static_cast<double>(right) / static_cast<double>(labelled_.size());
    return trained;
  }

  /// Means over groups of texts with neighbouring margins, pooled until nothing falls (isotonic regression).
  [[nodiscard]] std::vector<CalibrationPoint> calibrate() const {
    std::vector<std::size_t> order(labelled_.size());
    std::iota(order.begin(), order.end(), 0UZ);
    std::ranges::sort(order, {}, [this](std::size_t i) { return std::pair(unseen_[i], i); });
    const std::size_t groups = std::clamp<std::size_t>(order.size() / 20, 1, kCalibrationPoints);
    std::vector<Pool> pools;
    for (std::size_t group = 0; group < groups; ++group) {
      Pool pool;
      for (std::size_t i = order.size() * group / groups; i < order.size() * (group + 1) / groups; ++i) pool.add(unseen_[order[i]], labelled_[order[i]]);
      pools.push_back(pool);
      while (pools.size() > 1 && pools[pools.size() - 2].is_above(pools.back())) {
        pools[pools.size() - 2].join(pools.back());
        pools.pop_back();
      }
    }
    std::vector<CalibrationPoint> points;
    for (const Pool& pool : pools) points.push_back(pool.point());
    return points;
  }

  struct Pool {
    double count = 0;
    double margin = 0;
    double positive = 0;
    double stars = 0;
    double rated = 0;

    void add(float at, const LabelledText& text) {
      count += 1;
      margin += static_cast<double>(at);
      positive += text.label > 0 ? 1 : 0;
      rated += text.stars > 0 ? 1 : 0;
      stars += static_cast<double>(text.stars);
    }
    void join(const Pool& other) {
      count += other.count;
      margin += other.margin;
      positive += other.positive;
      stars += other.stars;
      rated += other.rated;
    }
    /// Half an example of each kind keeps the ends away from certainty.
    [[nodiscard]] double probability() const { return (positive + 0.5) / (count + 1); }
    /// Without stars the probability stands for them.
    [[nodiscard]] double mean_stars() const { return rated > 0 ? stars / rated : 1 + 9 * probability(); }
    [[nodiscard]] bool is_above(const Pool& next) const { return probability() > next.probability() || mean_stars() > next.mean_stars(); }
    [[nodiscard]] CalibrationPoint point() const { return {.margin = margin / count, .probability = probability(), .stars = mean_stars()}; }
  };

  std::span<const LabelledText> labelled_;
  const PolarityTraining& options_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::vector<std::string_view> texts_;  ///< labelled ones first
  std::vector<float> labels_;
  FeatureIndex index_;
  SparseRows rows_;
  std::vector<char> is_weighted_;
  std::vector<float> unseen_;  ///< answers for labelled texts by models that had not seen them
  LinearWeights weights_;
  std::vector<float> vectors_;
  LogisticFit joint_;
};

}  // namespace

Expected<TrainedPolarity> train_polarity(std::span<const LabelledText> labelled, std::span<const std::string_view> unlabelled, const PolarityTraining& options,
                                         Progress& progress, const CancelToken& cancel) {
  const auto positives = std::ranges::count_if(labelled, [](const LabelledText& text) { return text.label > 0; });
  if (labelled.size() < 20 || positives < 5 || static_cast<std::size_t>(positives) + 5 > labelled.size()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument,
                                 fmt::format("expected at least 20 labelled texts, 5 of each kind, found {} with {} positive", labelled.size(), positives))
                               .advise("bring more reviews with stars or labels"));
  }
  return Trainer(labelled, unlabelled, options, progress, cancel).run();
}

}  // namespace cineloom
