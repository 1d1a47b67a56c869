// Writing and reading a BayesianFactorization.
#include <algorithm>
#include <cmath>

#include "recommend/models/bayesian_factorization.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kMagic = 0x3153474E49544152ULL;  // "RATINGS1"
constexpr std::uint64_t kMostSamples = 64;
constexpr std::uint64_t kMostWidth = 257;

void write_values(ByteWriter& writer, const Matrix& matrix) { writer.put(std::vector<float>(matrix.values().begin(), matrix.values().end())); }

Matrix take_values(ByteReader& reader, std::size_t rows, std::size_t columns, bool& is_sound) {
  std::vector<float> values;
  reader.take(values);
  is_sound = is_sound && values.size() == rows * columns && std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
  if (!is_sound) return {};
  Matrix matrix(rows, columns);
  std::ranges::copy(values, matrix.values().begin());
  return matrix;
}

std::vector<double> take_row(ByteReader& reader, std::size_t width, bool is_positive, bool& is_sound) {
  std::vector<double> values;
  reader.take(values);
  is_sound =
      is_sound && values.size() == width && std::ranges::all_of(values, [&](double value) { return std::isfinite(value) && (!is_positive || value > 0); });
  return values;
}

RatingSample take_sample(ByteReader& reader, std::size_t items, std::size_t width, bool& is_sound) {
  RatingSample sample;
  reader.take(sample.mean);
  reader.take(sample.noise_precision);
  is_sound = is_sound && std::isfinite(sample.mean) && std::isfinite(sample.noise_precision) && sample.noise_precision > 0;
  sample.prior_means = take_row(reader, width, false, is_sound);
  sample.prior_precisions = take_row(reader, width, true, is_sound);
  sample.item_spread = take_row(reader, width, true, is_sound);
  sample.items = take_values(reader, items, width, is_sound);
  sample.implicit = take_values(reader, items, width, is_sound);
  return sample;
}

}  // namespace

// magic, width, samples, scale, widening, counts; then each sample.
void BayesianFactorization::write(ByteWriter& writer) const {
  writer.put(kMagic);
  writer.put(static_cast<std::uint64_t>(samples_.empty() ? 0 : samples_[0].prior_means.size()));
  writer.put(static_cast<std::uint64_t>(samples_.size()));
  writer.put(least_);
  writer.put(most_);
  writer.put(widening_);
  writer.put(counts_);
  for (const RatingSample& sample : samples_) {
    writer.put(sample.mean);
    writer.put(sample.noise_precision);
    writer.put(sample.prior_means);
    writer.put(sample.prior_precisions);
    writer.put(sample.item_spread);
    write_values(writer, sample.items);
    write_values(writer, sample.implicit);
  }
}

Expected<BayesianFactorization> BayesianFactorization::read(ByteReader& reader) {
  BayesianFactorization model;
  std::uint64_t magic = 0;
  std::uint64_t width = 0;
  std::uint64_t samples = 0;
  reader.take(magic);
  reader.take(width);
  reader.take(samples);
  reader.take(model.least_);
  reader.take(model.most_);
  reader.take(model.widening_);
  reader.take(model.counts_);
  bool is_sound = magic == kMagic && width >= 1 && width <= kMostWidth && samples >= 1 && samples <= kMostSamples && std::isfinite(model.least_) &&
                  std::isfinite(model.most_) && model.least_ <= model.most_ && std::isfinite(model.widening_) && model.widening_ > 0 &&
                  std::ranges::all_of(model.counts_, [](std::int32_t count) { return count >= 0; });
  for (std::uint64_t sample = 0; is_sound && !reader.is_short() && sample < samples; ++sample) {
    model.samples_.push_back(take_sample(reader, model.counts_.size(), static_cast<std::size_t>(width), is_sound));
  }
  if (reader.is_short() || !is_sound) return std::unexpected(Error(ErrorCode::DataLoss, "the stored rating model is not whole").advise("run 'cineloom train'"));
  return model;
}

}  // namespace cineloom
