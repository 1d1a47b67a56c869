#include "plot/synopsis_turns.h"

#include <algorithm>
#include <cmath>

#include "base/bytes.h"
#include "base/sealed_bytes.h"
#include "plot/internal/sentences.h"
#include "plot/internal/synopsis_features.h"

// Bytes of a model: mark, list of features (u64), list of rows of five weights in the same order, checksum.
namespace cineloom {
namespace {

constexpr SealMark kMark{.magic = 0x50544C43, .version = 1};  // "CLTP"

double near(std::span<const double> beliefs, std::size_t at) {
  double sum = beliefs[at];
  if (at > 0) sum += beliefs[at - 1];
  if (at + 1 < beliefs.size()) sum += beliefs[at + 1];
  return std::min(sum, 1.0);
}

}  // namespace

std::string SynopsisTurnModel::pack(std::vector<Entry> entries) {
  std::ranges::sort(entries, {}, &Entry::feature);
  std::vector<std::uint64_t> features;
  std::vector<Row> rows;
  for (const Entry& entry : entries) {
    features.push_back(entry.feature);
    rows.push_back(entry.weights);
  }
  ByteWriter writer;
  writer.put(features);
  writer.put(rows);
  return seal(kMark, std::move(writer).take());
}

Expected<SynopsisTurnModel> SynopsisTurnModel::load(std::string_view bytes) {
  CINELOOM_TRY_ASSIGN_IN(const std::string_view body, unseal(kMark, bytes), "reading a model of turning points");
  ByteReader reader(body);
  std::vector<std::uint64_t> features;
  std::vector<Row> rows;
  reader.take(features);
  reader.take(rows);
  const auto is_finite = [](const Row& row) { return std::ranges::all_of(row, [](float weight) { return std::abs(weight) < 1e4F; }); };
  if (!reader.is_whole() || features.size() != rows.size() || !std::ranges::all_of(rows, is_finite)) {
    return fail(ErrorCode::DataLoss, "expected a row of numbers for each feature of a model of turning points");
  }
  SynopsisTurnModel model;
  for (std::size_t i = 0; i < features.size(); ++i) model.weights_.emplace(features[i], rows[i]);
  return model;
}

std::vector<SynopsisTurn> SynopsisTurnModel::find(std::span<const std::string_view> sentences) const {
  if (sentences.size() < kKinds) return {};
  std::vector<std::array<double, kKinds>> scores;
  for (const auto& features : plot::synopsis_features(sentences)) {
    auto& score = scores.emplace_back();
    for (const auto& feature : features) {
      const auto found = weights_.find(feature.feature);
      if (found == weights_.end()) continue;
      for (std::size_t k = 0; k < kKinds; ++k) score[k] += static_cast<double>(feature.value * found->second[k]);
    }
  }
  std::vector<SynopsisTurn> turns;
  const auto beliefs = plot::ordered_beliefs(scores);
  for (std::size_t k = 0; k < kKinds; ++k) {
    const std::size_t at = plot::middle_of(beliefs[k]);
    turns.push_back({.kind = static_cast<TurningPointKind>(k), .sentence = at, .confidence = near(beliefs[k], at)});
  }
  return turns;
}

std::vector<SynopsisTurn> SynopsisTurnModel::find(std::string_view synopsis) const {
  const auto sentences = plot::sentences_of(synopsis);
  std::vector<SynopsisTurn> turns = find(sentences);
  for (SynopsisTurn& turn : turns) {
    const std::string_view sentence = sentences[turn.sentence];
    turn.span.begin = static_cast<std::size_t>(sentence.data() - synopsis.data());
    turn.span.end = turn.span.begin + sentence.size();
  }
  return turns;
}

}  // namespace cineloom
