#include "sentiment/polarity.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/bytes.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kMagic = 0x4C504C43;  // "CLPL"
constexpr std::size_t kMostPoints = 1000;

bool are_sound(const std::vector<CalibrationPoint>& points) {
  if (points.empty() || points.size() > kMostPoints) return false;
  const bool are_numbers = std::ranges::all_of(
      points, [](const auto& point) { return std::isfinite(point.margin) && std::isfinite(point.probability) && std::isfinite(point.stars); });
  return are_numbers && std::ranges::is_sorted(points, {}, &CalibrationPoint::margin);
}

double between(double low, double high, double share) { return low + share * (high - low); }

}  // namespace

std::string PolarityModel::pack(std::string_view ngram_model, const std::vector<CalibrationPoint>& calibration) {
  ByteWriter writer;
  writer.put(kMagic);
  writer.put(calibration);
  writer.put(ngram_model);
  return std::move(writer).take();
}

Expected<PolarityModel> PolarityModel::load(std::string_view bytes) {
  ByteReader reader(bytes);
  std::uint32_t magic = 0;
  std::vector<CalibrationPoint> calibration;
  std::string ngram_model;
  reader.take(magic);
  reader.take(calibration);
  reader.take(ngram_model);
  if (magic != kMagic || !reader.is_whole() || !are_sound(calibration)) return fail(ErrorCode::DataLoss, "expected a polarity model, found other bytes");
  CINELOOM_TRY_ASSIGN(NgramModel model, NgramModel::load(ngram_model));
  PolarityModel polarity(std::move(model));
  polarity.calibration_ = std::move(calibration);
  return polarity;
}

double PolarityModel::margin(std::string_view text, NgramReader& reader) const {
  std::array<float, NgramModel::kMostOutputs> answers{};
  model_.read(reader.read(text), std::span(answers).first(model_.outputs().size()));
  double sum = 0;
  for (std::size_t i = 0; i < model_.outputs().size(); ++i) sum += static_cast<double>(answers[i]);
  return sum;
}

Polarity PolarityModel::read(std::string_view text, NgramReader& reader) const {
  const double at = margin(text, reader);
  const auto above = std::ranges::upper_bound(calibration_, at, {}, &CalibrationPoint::margin);
  const auto& low = above == calibration_.begin() ? *above : *std::prev(above);
  const auto& high = above == calibration_.end() ? calibration_.back() : *above;
  const double width = high.margin - low.margin;
  const double share = width > 0 ? std::clamp((at - low.margin) / width, 0.0, 1.0) : 0;
  return {.margin = at, .probability = between(low.probability, high.probability, share), .stars = between(low.stars, high.stars, share)};
}

}  // namespace cineloom
