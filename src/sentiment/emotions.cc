#include "sentiment/emotions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/bytes.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kMagic = 0x4D454C43;  // "CLEM"

}  // namespace

std::string EmotionModel::pack(std::string_view ngram_model, const std::vector<ClassLink>& links) {
  ByteWriter writer;
  writer.put(kMagic);
  writer.put(links);
  writer.put(ngram_model);
  return std::move(writer).take();
}

Expected<EmotionModel> EmotionModel::load(std::string_view bytes) {
  ByteReader reader(bytes);
  std::uint32_t magic = 0;
  std::vector<ClassLink> links;
  std::string ngram_model;
  reader.take(magic);
  reader.take(links);
  reader.take(ngram_model);
  const bool are_numbers =
      std::ranges::all_of(links, [](const auto& link) { return std::isfinite(link.slope) && std::isfinite(link.offset) && std::isfinite(link.threshold); });
  if (magic != kMagic || !reader.is_whole() || !are_numbers) return fail(ErrorCode::DataLoss, "expected an emotion model, found other bytes");
  CINELOOM_TRY_ASSIGN(NgramModel model, NgramModel::load(ngram_model));
  if (model.outputs().size() != links.size()) return fail(ErrorCode::DataLoss, "expected a link for each class of an emotion model");
  EmotionModel emotions(std::move(model));
  emotions.links_ = std::move(links);
  return emotions;
}

void EmotionModel::read(std::string_view text, NgramReader& reader, std::span<float> answers) const { model_.read(reader.read(text), answers); }

double EmotionModel::probability(std::size_t emotion, float answer) const {
  return 1 / (1 + std::exp(-(links_[emotion].slope * static_cast<double>(answer) + links_[emotion].offset)));
}

std::vector<EmotionWeight> EmotionModel::emotions(std::string_view text, NgramReader& reader) const {
  std::array<float, NgramModel::kMostOutputs> answers{};
  read(text, reader, std::span(answers).first(size()));
  std::vector<EmotionWeight> present;
  for (std::size_t i = 0; i < size(); ++i) {
    if (is_present(i, answers[i])) present.push_back({.name = std::string(name(i)), .weight = probability(i, answers[i])});
  }
  std::ranges::stable_sort(present, std::greater(), &EmotionWeight::weight);
  if (present.size() > 1) std::erase_if(present, [](const EmotionWeight& emotion) { return emotion.name == "neutral"; });
  return present;
}

}  // namespace cineloom
