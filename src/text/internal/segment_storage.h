#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "text/chinese_segmenter.h"

namespace cineloom::segmentation {

/// Whole weights, as they are stored: rows by key, none twice.
struct PlainWeights {
  template <std::size_t Size>
  struct Row {
    std::uint64_t key = 0;
    std::array<std::int8_t, Size> values{};
  };
  struct Character {
    char32_t code_point = 0;
    std::array<std::int16_t, Weights::kNear * kPlaces> values{};
  };
  std::vector<Character> characters;
  std::array<std::int16_t, Weights::kPatterns * kPlaces> patterns{};
  std::array<std::array<std::int16_t, kPlaces>, kPlaces> transitions{};
  std::array<std::int16_t, Weights::kListed * kPlaces> listed{};
  std::vector<std::uint64_t> words;  ///< keys of the word list
  std::vector<Row<Weights::kPairs * kPlaces>> pairs;
  std::vector<Row<kPlaces>> arounds;
};

std::string pack_segmenter(const PlainWeights& plain);
/// Errors: DataLoss if the bytes are damaged, cut short, or of another version.
Expected<Weights> unpack_segmenter(std::string_view bytes);

}  // namespace cineloom::segmentation
