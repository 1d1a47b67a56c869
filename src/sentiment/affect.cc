#include "sentiment/affect.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/bytes.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kMagic = 0x46414C43;  // "CLAF"
constexpr std::size_t kMostHints = 100;

bool is_sound(const AffectModel::Joint& joint) {
  return joint.weights.size() >= AffectModel::kOwn && joint.weights.size() <= kMostHints + AffectModel::kOwn && std::isfinite(joint.bias) &&
         std::ranges::all_of(joint.weights, [](double weight) { return std::isfinite(weight); });
}

double join(const AffectModel::Joint& joint, std::span<const float> own, std::span<const float> hints) {
  const auto valence = static_cast<double>(own[0]);
  double sum = joint.bias + joint.weights[0] * valence + joint.weights[1] * static_cast<double>(own[1]) + joint.weights[2] * valence * valence;
  for (std::size_t i = 0; i < hints.size(); ++i) sum += joint.weights[i + AffectModel::kOwn] * static_cast<double>(hints[i]);
  return sum;
}

}  // namespace

std::string AffectModel::pack(std::string_view ngram_model, const Joint& valence, const Joint& arousal) {
  ByteWriter writer;
  writer.put(kMagic);
  for (const Joint* joint : {&valence, &arousal}) {
    writer.put(joint->weights);
    writer.put(joint->bias);
  }
  writer.put(ngram_model);
  return std::move(writer).take();
}

Expected<AffectModel> AffectModel::load(std::string_view bytes) {
  ByteReader reader(bytes);
  std::uint32_t magic = 0;
  Joint valence;
  Joint arousal;
  std::string ngram_model;
  reader.take(magic);
  for (Joint* joint : {&valence, &arousal}) {
    reader.take(joint->weights);
    reader.take(joint->bias);
  }
  reader.take(ngram_model);
  const bool is_whole = magic == kMagic && reader.is_whole() && is_sound(valence) && is_sound(arousal) && valence.weights.size() == arousal.weights.size();
  if (!is_whole) return fail(ErrorCode::DataLoss, "expected a model of valence and arousal, found other bytes");
  CINELOOM_TRY_ASSIGN(NgramModel model, NgramModel::load(ngram_model));
  if (model.outputs().size() != kOutputs) return fail(ErrorCode::DataLoss, "expected four outputs of a model of valence and arousal");
  AffectModel affect(std::move(model));
  affect.valence_ = std::move(valence);
  affect.arousal_ = std::move(arousal);
  return affect;
}

Feeling AffectModel::read(std::string_view text, NgramReader& reader, std::span<const float> hints) const {
  std::array<float, kOutputs> own{};
  model_.read(reader.read(text), own);
  return {.valence = std::clamp(join(valence_, own, hints) + static_cast<double>(own[2]), -1.0, 1.0),
          .arousal = std::clamp(join(arousal_, own, hints) + static_cast<double>(own[3]), 0.0, 1.0)};
}

}  // namespace cineloom
