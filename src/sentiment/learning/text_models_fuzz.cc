// Whatever the bytes, loading a model says what is wrong or gives one that answers.
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "sentiment/affect.h"
#include "sentiment/emotions.h"
#include "sentiment/polarity.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kText = "Not a good film, 不好看 but loud!";
  if (const auto model = PolarityModel::load(bytes)) {
    NgramReader reader = model->reader();
    std::ignore = model->read(kText, reader);
    std::ignore = model->explain(kText, 3);
  }
  if (const auto model = EmotionModel::load(bytes)) {
    NgramReader reader = model->reader();
    std::ignore = model->emotions(kText, reader);
  }
  if (const auto model = AffectModel::load(bytes)) {
    NgramReader reader = model->reader();
    std::ignore = model->read(kText, reader, std::vector<float>(model->hints()));
  }
  std::ignore = NgramModel::load(bytes);
  NgramReader reader({.longest = 3, .keeps_punctuation = true, .stem = 4});
  std::ignore = reader.read(bytes);
  std::ignore = reader.occurrences(bytes);
  return 0;
}
