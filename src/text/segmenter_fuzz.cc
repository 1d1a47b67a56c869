// Whatever the bytes: as a model they are refused or work, as a text they are cut into words that lie in it.
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "base/assert.h"
#include "text/chinese_segmenter.h"
#include "text/segmenter_training.h"

namespace {

const cineloom::ChineseSegmenter& small_segmenter() {
  static const auto segmenter = [] {
    const std::vector<std::string> lines = {"我 喜欢 电影 。", "我们 看 书 。"};
    cineloom::Progress progress;
    return *cineloom::ChineseSegmenter::load(*cineloom::train_segmenter(lines, {}, {.least_pairs = 1, .least_arounds = 1}, progress, cineloom::CancelToken()));
  }();
  return segmenter;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto model = cineloom::ChineseSegmenter::load(bytes)) std::ignore = model->segment("我们看电影，2024年。");
  cineloom::Gazetteer gazetteer;
  gazetteer.add(bytes.substr(0, 9));
  std::size_t end = 0;
  for (const auto& word : small_segmenter().segment(bytes, &gazetteer)) {
    CINELOOM_ASSERT(word.begin >= end && word.begin < word.end && word.end <= bytes.size());
    end = word.end;
  }
  return 0;
}
