// Trains the models of texts that the repository ships, from the development data; same data, same bytes.
//   train_text_models DATA_FOLDER OUT_FOLDER [PART...]     parts: polarity.en polarity.zh emotions.en emotions.zh affect.en affect.zh segmenter.zh
//                                                          turning_points
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_set>

#include "base/files.h"
#include "base/sha256.h"
#include "sentiment/learning/recipes.h"
#include "sentiment/text_feelings.h"
#include "text/segmenter_training.h"
#include "text_corpora.h"
#include "turning_synopses.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

struct Folders {
  fs::path data;
  fs::path out;
};

Expected<void> keep(const Folders& folders, const std::string& name, const std::string& bytes) {
  Sha256 hash;
  hash.add(bytes);
  fmt::print("{}: {} bytes, SHA-256 {}\n", name, bytes.size(), std::move(hash).finish());
  return write_file(folders.out / (name + ".bin"), bytes);
}

/// Progress on a terminal only: what the tool prints goes into model cards.
Progress& progress() {
  static Progress bar(default_progress());
  return bar;
}

Expected<void> train_polarity_of(const Folders& folders, const std::string& name, std::span<const corpora::RatedText> labelled,
                                 std::span<const corpora::RatedText> unlabelled, const PolarityTraining& options) {
  std::vector<LabelledText> texts;
  std::vector<std::string_view> more;
  for (const auto& text : labelled) texts.push_back({.text = text.text, .label = text.label, .stars = text.stars});
  for (const auto& text : unlabelled) more.emplace_back(text.text);
  CINELOOM_TRY_ASSIGN(const TrainedPolarity trained, train_polarity(texts, more, options, progress(), CancelToken()));
  fmt::print("{}: {} labelled and {} unlabelled texts, {} n-grams, accuracy on unseen parts {:.4f}\n", name, texts.size(), more.size(), trained.ngrams,
             trained.unseen_accuracy);
  return keep(folders, name, trained.bytes);
}

/// Neighbours in a file share their film or their shop, so parts of it are no fair samples; shuffled they are.
void shuffle(std::vector<corpora::RatedText>& texts) {
  Random random(1);
  for (std::size_t i = texts.size(); i > 1; --i) std::swap(texts[i - 1], texts[random.below(i)]);
}

Expected<void> english_polarity_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(auto labelled, corpora::read_imdb(folders.data, "train"));
  CINELOOM_TRY_ASSIGN(auto unlabelled, corpora::read_imdb(folders.data, "unlabelled"));
  CINELOOM_TRY_ASSIGN(const auto test, corpora::read_imdb(folders.data, "test"));
  fmt::print("polarity.en: {} and {} texts are also in the test part and left out\n", corpora::remove_shared(labelled, test),
             corpora::remove_shared(unlabelled, test));
  shuffle(labelled);
  return train_polarity_of(folders, "polarity.en", labelled, unlabelled, english_polarity());
}

Expected<void> chinese_polarity_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(auto labelled, corpora::read_chnsenticorp(folders.data, "train"));
  CINELOOM_TRY_ASSIGN(const auto more, corpora::read_chnsenticorp(folders.data, "dev"));
  CINELOOM_TRY_ASSIGN(const auto test, corpora::read_chnsenticorp(folders.data, "test"));
  labelled.insert(labelled.end(), more.begin(), more.end());
  fmt::print("polarity.zh: {} texts are also in the test part and left out\n", corpora::remove_shared(labelled, test));
  shuffle(labelled);
  return train_polarity_of(folders, "polarity.zh", labelled, {}, chinese_polarity());
}

std::vector<ClassedText> views_of(const std::vector<corpora::ClassedText>& texts) {
  std::vector<ClassedText> views;
  for (const auto& text : texts) views.push_back({.text = text.text, .classes = text.classes});
  return views;
}

Expected<void> english_emotion_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(auto texts, corpora::read_goemotions(folders.data, "train"));
  CINELOOM_TRY_ASSIGN(const auto dev, corpora::read_goemotions(folders.data, "dev"));
  CINELOOM_TRY_ASSIGN(const auto test, corpora::read_goemotions(folders.data, "test"));
  CINELOOM_TRY_ASSIGN(const auto names, corpora::goemotions_names(folders.data));
  texts.insert(texts.end(), dev.begin(), dev.end());
  std::unordered_set<std::string_view> tested;
  for (const auto& text : test) tested.insert(text.text);
  fmt::print("emotions.en: {} texts are also in the test part and left out\n",
             std::erase_if(texts, [&](const auto& text) { return tested.contains(text.text); }));
  CINELOOM_TRY_ASSIGN(const std::string bytes, train_emotions(views_of(texts), {}, names, english_emotions(), progress(), CancelToken()));
  return keep(folders, "emotions.en", bytes);
}

Expected<void> chinese_emotion_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(auto texts, corpora::read_weibo(folders.data, "train"));
  CINELOOM_TRY_ASSIGN(const auto dev, corpora::read_weibo(folders.data, "eval_labeled"));
  texts.insert(texts.end(), dev.begin(), dev.end());
  CINELOOM_TRY_ASSIGN(const std::string bytes, train_emotions(views_of(texts), {}, corpora::weibo_names(), chinese_emotions(), progress(), CancelToken()));
  return keep(folders, "emotions.zh", bytes);
}

Expected<void> train_affect_of(const Folders& folders, const std::string& language, const std::vector<corpora::FeltText>& texts, std::size_t typical,
                               std::span<const corpora::RatedText> background, const AffectTraining& options, SurfaceHints surface) {
  CINELOOM_TRY_ASSIGN(const std::string emotion_bytes, read_file(folders.out / fmt::format("emotions.{}.bin", language)));
  CINELOOM_TRY_ASSIGN(const std::string polarity_bytes, read_file(folders.out / fmt::format("polarity.{}.bin", language)));
  CINELOOM_TRY_ASSIGN(const EmotionModel emotions, EmotionModel::load(emotion_bytes));
  CINELOOM_TRY_ASSIGN(const PolarityModel polarity, PolarityModel::load(polarity_bytes));
  std::vector<std::vector<float>> hints;
  for (const auto& text : texts) hints.push_back(feeling_hints(text.text, emotions, polarity, surface));
  std::vector<FeltText> views;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    views.push_back({.text = texts[i].text, .feeling = texts[i].feeling, .hints = hints[i], .is_typical = i < typical});
  }
  std::vector<std::string_view> more;
  for (const auto& text : background) more.emplace_back(text.text);
  CINELOOM_TRY_ASSIGN(const std::string bytes, train_affect(views, more, options, progress(), CancelToken()));
  return keep(folders, "affect." + language, bytes);
}

Expected<void> english_affect_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(auto texts, corpora::read_emobank(folders.data));
  std::erase_if(texts, [](const auto& text) { return text.part == "test"; });
  CINELOOM_TRY_ASSIGN(auto background, corpora::read_english_background(folders.data));
  for (const auto& text : texts) background.push_back({.text = text.text});
  return train_affect_of(folders, "en", texts, texts.size(), background, english_affect(), SurfaceHints::With);
}

Expected<void> chinese_affect_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(auto texts, corpora::read_chinese_emobank(folders.data, "CVAT"));
  const std::size_t typical = texts.size();
  for (const char* kind : {"CVAS", "CVAP"}) {  // words are held out
    CINELOOM_TRY_ASSIGN(const auto more, corpora::read_chinese_emobank(folders.data, kind));
    texts.insert(texts.end(), more.begin(), more.end());
  }
  CINELOOM_TRY_ASSIGN(const auto background, corpora::read_chinese_background(folders.data));
  return train_affect_of(folders, "zh", texts, typical, background, chinese_affect(), SurfaceHints::Without);
}

std::string without_blanks(std::string_view line) {
  std::string text;
  for (const char letter : line) {
    if (letter != ' ') text += letter;
  }
  return text;
}

Expected<void> segmenter_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(const std::string all, corpora::read_packed(folders.data / "peoples_daily_1998_segmented.txt.xz"));
  CINELOOM_TRY_ASSIGN(const std::string test, corpora::read_packed(folders.data / "sighan_pku_test_gold.utf8.xz"));
  CINELOOM_TRY_ASSIGN(const std::string words, corpora::read_packed(folders.data / "sighan_pku_training_words.utf8.xz"));
  std::unordered_set<std::string> tested;
  for (const std::string& line : corpora::lines_of(test)) tested.insert(without_blanks(line));
  std::vector<std::string> lines = corpora::lines_of(all);
  const std::size_t shared = std::erase_if(lines, [&](const std::string& line) { return tested.contains(without_blanks(line)); });
  fmt::print("segmenter.zh: {} lines, {} that are also in the test part left out\n", lines.size(), shared);
  CINELOOM_TRY_ASSIGN(const std::string bytes, train_segmenter(lines, corpora::lines_of(words), {}, progress(), CancelToken()));
  return keep(folders, "segmenter.zh", bytes);
}

Expected<void> turning_point_model(const Folders& folders) {
  CINELOOM_TRY_ASSIGN(const auto synopses, corpora::read_marked_synopses(folders.data, "train"));
  CINELOOM_TRY_ASSIGN(const std::string bytes, train_turning_points(synopses, {}, CancelToken()));
  return keep(folders, "turning_points", bytes);
}

struct Part {
  std::string_view name;
  Expected<void> (*train)(const Folders&);
};
// The models of valence and arousal stand on the others.
constexpr std::array kParts{Part{"polarity.en", english_polarity_model}, Part{"polarity.zh", chinese_polarity_model},
                            Part{"emotions.en", english_emotion_model},  Part{"emotions.zh", chinese_emotion_model},
                            Part{"affect.en", english_affect_model},     Part{"affect.zh", chinese_affect_model},
                            Part{"segmenter.zh", segmenter_model},       Part{"turning_points", turning_point_model}};

int train(std::span<char*> arguments) {
  if (arguments.size() < 3) {
    fmt::print(stderr, "usage: train_text_models DATA_FOLDER OUT_FOLDER [PART...]\n");
    return 2;
  }
  const Folders folders{.data = arguments[1], .out = arguments[2]};
  const auto wanted = arguments.subspan(3);
  for (const Part& part : kParts) {
    if (!wanted.empty() && std::ranges::find(wanted, part.name) == wanted.end()) continue;
    if (const auto done = part.train(folders); !done) {
      fmt::print(stderr, "train_text_models: {}: {}\n", part.name, done.error().describe());
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace cineloom

int main(int count, char** arguments) { return cineloom::train({arguments, static_cast<std::size_t>(count)}); }
