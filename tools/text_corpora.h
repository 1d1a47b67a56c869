#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/feeling.h"

/// The public text collections that models are trained and measured on, as they lie in the folder of development data.
namespace cineloom::corpora {

struct RatedText {
  std::string text;
  float label = 0;  ///< -1, 1; 0 = not known
  float stars = 0;  ///< 1 .. 10; 0 = not known
};

struct ClassedText {
  std::string text;
  std::uint32_t classes = 0;  ///< bit k = class k
};

struct FeltText {
  std::string text;
  Feeling feeling;   ///< valence -1 .. 1, arousal 0 .. 1
  std::string part;  ///< "train", "dev", "test", or the number of a fold
};

/// A file as it is inside its compression; a member of an archive where one is named. Errors: NotFound.
Expected<std::string> read_packed(const std::filesystem::path& file, const std::string& member = "");

/// Movie reviews, part "train", "test" or "unlabelled"; of equal texts the first stays.
Expected<std::vector<RatedText>> read_imdb(const std::filesystem::path& folder, const std::string& part);
/// Removes texts that are also in `others`; gives how many.
std::size_t remove_shared(std::vector<RatedText>& texts, std::span<const RatedText> others);
/// Chinese reviews of hotels, books and laptops, part "train", "dev" or "test".
Expected<std::vector<RatedText>> read_chnsenticorp(const std::filesystem::path& folder, const std::string& part);

/// Short comments with 28 classes, part "train", "dev" or "test".
Expected<std::vector<ClassedText>> read_goemotions(const std::filesystem::path& folder, const std::string& part);
Expected<std::vector<std::string>> goemotions_names(const std::filesystem::path& folder);
/// Chinese posts with one of six classes, part "train", "eval_labeled" or "test_labeled".
Expected<std::vector<ClassedText>> read_weibo(const std::filesystem::path& folder, const std::string& part);
std::vector<std::string> weibo_names();

/// English sentences with their parts.
Expected<std::vector<FeltText>> read_emobank(const std::filesystem::path& folder);
/// Chinese texts in five folds ("CVAT"), or sentences ("CVAS"), phrases ("CVAP") and words ("CVAW"), in simplified characters.
Expected<std::vector<FeltText>> read_chinese_emobank(const std::filesystem::path& folder, const std::string& kind);

/// Paragraphs of public domain novels, short ones joined to some 25 words and long ones cut at some 150; `folder` is beside the texts.
Expected<std::vector<RatedText>> read_novels(const std::filesystem::path& folder);
/// English texts without labels that speak of feelings in other ways than reviews alone: reviews, novels, comments of the training part.
Expected<std::vector<RatedText>> read_english_background(const std::filesystem::path& folder);

/// Chinese texts without labels: the training parts of the reviews and posts, and newspaper lines.
Expected<std::vector<RatedText>> read_chinese_background(const std::filesystem::path& folder);

struct TurningSynopsis {
  std::string film;
  std::vector<std::string> sentences;
  std::vector<std::vector<std::size_t>> turns;  ///< sentences of each of the five points
};
/// Film synopses with turning points (TRIPOD), part "train" or "test".
Expected<std::vector<TurningSynopsis>> read_tripod(const std::filesystem::path& folder, const std::string& part);

/// Non-empty lines, without their ends.
std::vector<std::string> lines_of(std::string_view text);

}  // namespace cineloom::corpora
