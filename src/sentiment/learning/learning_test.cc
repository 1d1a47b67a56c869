#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "sentiment/affect.h"
#include "sentiment/emotions.h"
#include "sentiment/learning/affect_training.h"
#include "sentiment/learning/dense_logistic.h"
#include "sentiment/learning/emotion_training.h"
#include "sentiment/learning/polarity_training.h"
#include "sentiment/polarity.h"

namespace cineloom {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> pieces(std::string_view text, const NgramOptions& options) {
  std::vector<std::string> found;
  NgramReader reader(options);
  for (const auto& occurrence : reader.occurrences(text)) found.emplace_back(text.substr(occurrence.span.begin, occurrence.span.end - occurrence.span.begin));
  return found;
}

TEST(NgramReader, GivesRunsOfWordsWithTheirBytes) { EXPECT_THAT(pieces("Not so bad!", {.longest = 2}), ElementsAre("Not", "so", "Not so", "bad", "so bad")); }

TEST(NgramReader, TakesHanCharactersOneByOneAndLatinWordsWhole) {
  EXPECT_THAT(pieces("看IMAX片", {.longest = 2}), ElementsAre("看", "IMAX", "看IMAX", "片", "IMAX片"));
}

TEST(NgramReader, CountsAnNgramOnceWhateverItsCaseAndMarkup) {
  NgramReader reader({.longest = 1});
  EXPECT_THAT(reader.read("Good<br />good GOOD <i>good</i>"), SizeIs(1));
  EXPECT_THAT(reader.read("a < b"), SizeIs(2));
  EXPECT_THAT(reader.read(""), SizeIs(0));
}

TEST(NgramReader, KnowsAWordByItsBeginningToo) {
  NgramReader reader({.longest = 1, .stem = 4});
  const auto first = std::vector(reader.read("boring").begin(), reader.read("boring").end());
  const auto second = std::vector(reader.read("boredom").begin(), reader.read("boredom").end());
  EXPECT_THAT(first, SizeIs(2));
  EXPECT_NE(first.front(), second.front());
  EXPECT_THAT(reader.read("good"), SizeIs(1));
}

TEST(NgramReader, LivesThroughBytesOfAllKinds) {
  Random random(7);
  NgramReader reader({.longest = 3, .keeps_punctuation = true, .stem = 5});
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::uint64_t i = random.below(60); i > 0; --i) text += static_cast<char>(random.below(256));
    for (const auto& occurrence : reader.occurrences(text)) {
      ASSERT_LT(occurrence.span.begin, occurrence.span.end);
      ASSERT_LE(occurrence.span.end, text.size());
    }
  }
}

TEST(NgramReader, TakesTimeInProportionToTheText) {
  NgramReader reader({.longest = 3});
  const std::string word(20'000'000, 'x');
  EXPECT_THAT(reader.read(word), SizeIs(1));
  const std::string tags(4'000'000, '<');
  EXPECT_THAT(reader.read(tags), SizeIs(0));
}

std::vector<NgramModel::Entry> some_entries(std::size_t count, std::size_t outputs, Seed seed) {
  Random random(seed);
  std::vector<NgramModel::Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    NgramModel::Entry entry{.hash = random()};
    for (std::size_t k = 0; k < outputs; ++k) entry.weights.push_back(static_cast<float>(random.normal()));
    entries.push_back(std::move(entry));
  }
  return entries;
}

class NgramModelSize : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Strides, NgramModelSize, ::testing::Values(1U, 2U, 3U, 28U, 30U));

TEST_P(NgramModelSize, AnswersWithTheSumOfItsWeightsToTheStep) {
  const std::size_t outputs = GetParam();
  const auto entries = some_entries(5000, outputs, 3);
  std::vector<ModelOutput> heads(outputs);
  for (std::size_t k = 0; k < outputs; ++k) heads[k] = {.name = "o" + std::to_string(k), .bias = 0.5, .length_exponent = k % 2 == 0 ? 0 : 0.5};
  const auto bytes = NgramModel::pack({.longest = 1}, heads, entries, 0);
  ASSERT_TRUE(bytes);
  const auto model = NgramModel::load(*bytes);
  ASSERT_TRUE(model) << model.error().describe();
  std::vector<float> answers(outputs);
  for (std::size_t first = 0; first + 7 < entries.size(); first += 7) {
    std::vector<std::uint64_t> ngrams = {12345, 999};  // unknown ones add nothing
    for (std::size_t i = first; i < first + 7; ++i) ngrams.push_back(entries[i].hash);
    model->read(ngrams, answers);
    for (std::size_t k = 0; k < outputs; ++k) {
      double sum = 0;
      for (std::size_t i = first; i < first + 7; ++i) sum += static_cast<double>(entries[i].weights[k]);
      const double expected = sum * (k % 2 == 0 ? 1 : 1 / 3.0) + 0.5;
      ASSERT_NEAR(static_cast<double>(answers[k]), expected, 7 * static_cast<double>(model->outputs()[k].scale));
    }
  }
}

TEST(NgramModel, RefusesBytesThatAreDamagedOrCutShort) {
  const auto bytes = *NgramModel::pack({.longest = 2}, {{.name = "a"}}, some_entries(50, 1, 1));
  ASSERT_TRUE(NgramModel::load(bytes));
  for (std::size_t length = 0; length < bytes.size(); length += 3) EXPECT_EQ(NgramModel::load(bytes.substr(0, length)).error().code(), ErrorCode::DataLoss);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_FALSE(NgramModel::load(damaged)) << at;
  }
}

TEST(NgramModel, ExplainsWithWordsThatDoNotOverlap) {
  NgramReader reader({.longest = 2});
  const auto hashes = reader.occurrences("bad film");
  const std::vector<NgramModel::Entry> entries = {{.hash = hashes[0].hash, .weights = {-2}}, {.hash = hashes[2].hash, .weights = {-3}}};
  const auto model = *NgramModel::load(*NgramModel::pack({.longest = 2}, {{.name = "a"}}, entries));
  const auto evidence = model.explain("What a bad film, bad again", 5);
  ASSERT_THAT(evidence, SizeIs(2));
  EXPECT_EQ(evidence[0].span, (Span{.begin = 7, .end = 15}));
  EXPECT_EQ(evidence[1].span, (Span{.begin = 17, .end = 20}));
  EXPECT_LT(evidence[0].weight, evidence[1].weight);
}

TEST(LinearTrainer, FindsTheRidgeSolutionOfOneFeature) {
  SparseRows rows;
  for (int i = 0; i < 4; ++i) {
    rows.columns.push_back(0);
    rows.starts.push_back(rows.columns.size());
    rows.lengths.push_back(1);
  }
  // Feature and bias are the same column: each takes half of y * n / (n + 1/(2 C) / 2).
  const std::vector<float> targets(4, 3.0F);
  const std::vector<std::uint32_t> all = {0, 1, 2, 3};
  const auto fit = train_linear(rows, targets, all, {}, {.loss = LinearLoss::SquaredError, .cost = 0.5, .sweeps = 200});
  EXPECT_NEAR(static_cast<double>(fit.weights[0]) + fit.bias, 3.0 * 8 / 9, 1e-3);
}

TEST(DenseLogistic, FindsAPlantedBoundary) {
  Random random(5);
  std::vector<float> rows;
  std::vector<float> labels;
  for (int i = 0; i < 4000; ++i) {
    const double x = random.normal();
    const double y = random.normal();
    rows.push_back(static_cast<float>(x));
    rows.push_back(static_cast<float>(y));
    labels.push_back(random.uniform() < 1 / (1 + std::exp(-(2 * x - y + 0.5))) ? 1.0F : -1.0F);
  }
  const auto fit = fit_logistic(rows, 2, labels, 0.1);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->weights[0], 2, 0.25);
  EXPECT_NEAR(fit->weights[1], -1, 0.2);
  EXPECT_NEAR(fit->bias, 0.5, 0.15);
  EXPECT_EQ(fit_logistic(rows, 3, labels, 0.1).error().code(), ErrorCode::InvalidArgument);
}

/// Reviews of made-up words; every tenth says the opposite of its label.
struct Reviews {
  std::vector<std::string> texts;
  std::vector<LabelledText> labelled;
  explicit Reviews(int count) {
    Random random(11);
    const std::vector<std::string> good = {"moving", "brilliant", "warm", "clever"};
    const std::vector<std::string> bad = {"dull", "stale", "noisy", "wooden"};
    for (int i = 0; i < count; ++i) {
      std::string text = "the film";
      const bool is_good = (i % 2 == 0) != (random.below(10) == 0);
      for (int word = 0; word < 6; ++word) {
        text += " w" + std::to_string(random.below(40));
        if (word % 2 == 0) text += " " + (is_good ? good : bad)[random.below(4)];
      }
      texts.push_back(text);
    }
    for (int i = 0; i < count; ++i)
      labelled.push_back({.text = texts[static_cast<std::size_t>(i)], .label = i % 2 == 0 ? 1.0F : -1.0F, .stars = i % 2 == 0 ? 9.0F : 2.0F});
  }
};

TEST(TrainPolarity, LearnsWhatPlantedWordsSay) {
  const Reviews reviews(600);
  Progress progress;
  const auto trained = train_polarity(reviews.labelled, {}, {}, progress, CancelToken());
  ASSERT_TRUE(trained) << trained.error().describe();
  EXPECT_NEAR(trained->unseen_accuracy, 0.9, 0.03);
  const auto model = PolarityModel::load(trained->bytes);
  ASSERT_TRUE(model) << model.error().describe();
  NgramReader reader = model->reader();
  const Polarity good = model->read("a moving and clever thing, warm", reader);
  const Polarity bad = model->read("dull, wooden and noisy", reader);
  EXPECT_GT(good.probability, 0.75);
  EXPECT_LT(bad.probability, 0.25);
  EXPECT_GT(good.stars, 7);
  EXPECT_LT(bad.stars, 4);
  const auto evidence = model->explain("it was dull", 1);
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence[0].span, (Span{.begin = 7, .end = 11}));
}

TEST(TrainPolarity, LearnsFromUnlabelledTextsToo) {
  const Reviews reviews(3000);
  std::vector<std::string_view> unlabelled;
  for (std::size_t i = 200; i < reviews.texts.size(); ++i) unlabelled.emplace_back(reviews.texts[i]);
  Progress progress;
  const PolarityTraining options{.vectors = {.dimensions = 16, .sweeps = 4, .learning_rate = 0.1}};
  const auto trained = train_polarity(std::span(reviews.labelled).first(200), unlabelled, options, progress, CancelToken());
  ASSERT_TRUE(trained) << trained.error().describe();
  EXPECT_GT(trained->unseen_accuracy, 0.85);
}

TEST(TrainPolarity, RefusesTooLittleAndStopsWhenAsked) {
  const Reviews reviews(600);
  Progress progress;
  EXPECT_EQ(train_polarity(std::span(reviews.labelled).first(10), {}, {}, progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
  CancelSource source;
  source.cancel();
  EXPECT_EQ(train_polarity(reviews.labelled, {}, {}, progress, source.token()).error().code(), ErrorCode::Cancelled);
}

TEST(PolarityModel, ItsProbabilityNeverFallsWithTheMargin) {
  const Reviews reviews(600);
  Progress progress;
  const auto model = *PolarityModel::load(train_polarity(reviews.labelled, {}, {}, progress, CancelToken())->bytes);
  NgramReader reader = model.reader();
  std::vector<Polarity> found;
  for (const std::string& text : reviews.texts) found.push_back(model.read(text, reader));
  std::ranges::sort(found, {}, &Polarity::margin);
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Polarity::probability));
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Polarity::stars));
}

TEST(TrainEmotions, FindsSeveralClassesInOneText) {
  std::vector<std::string> texts;
  std::vector<std::uint32_t> classes;
  Random random(2);
  for (int i = 0; i < 400; ++i) {
    const auto wanted = static_cast<std::uint32_t>(random.below(4));
    std::string text = "well w" + std::to_string(random.below(20));
    if ((wanted & 1U) != 0) text += " happy";
    if ((wanted & 2U) != 0) text += " afraid";
    texts.push_back(text);
    classes.push_back(wanted);
  }
  std::vector<ClassedText> classed;
  for (std::size_t i = 0; i < texts.size(); ++i) classed.push_back({.text = texts[i], .classes = classes[i]});
  const std::vector<std::string> names = {"joy", "fear", "neutral"};
  Progress progress;
  const auto bytes = train_emotions(classed, {}, std::span(names).first(2), {}, progress, CancelToken());
  ASSERT_TRUE(bytes) << bytes.error().describe();
  const auto model = *EmotionModel::load(*bytes);
  NgramReader reader = model.reader();
  EXPECT_THAT(model.emotions("well, happy and afraid", reader), SizeIs(2));
  EXPECT_THAT(model.emotions("well, w3", reader), SizeIs(0));
  EXPECT_EQ(model.emotions("so afraid", reader).front().name, "fear");
  EXPECT_FALSE(EmotionModel::load(bytes->substr(4)));
  EXPECT_EQ(train_emotions({}, {}, names, {}, progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
}

TEST(TrainAffect, FollowsWordsAndHints) {
  Random random(4);
  std::vector<std::string> texts;
  std::vector<float> hints;
  std::vector<Feeling> feelings;
  for (int i = 0; i < 500; ++i) {
    const bool is_loud = random.below(2) == 1;
    const double hint = random.normal() * 0.3;
    texts.push_back(std::string(is_loud ? "loud" : "quiet") + " thing w" + std::to_string(random.below(10)));
    hints.push_back(static_cast<float>(hint));
    feelings.push_back({.valence = hint, .arousal = is_loud ? 0.8 : 0.2});
  }
  std::vector<FeltText> felt;
  for (std::size_t i = 0; i < texts.size(); ++i) felt.push_back({.text = texts[i], .feeling = feelings[i], .hints = std::span(hints).subspan(i, 1)});
  Progress progress;
  const auto bytes = train_affect(felt, {}, {.linear = {.loss = LinearLoss::SquaredError, .cost = 1, .length_exponent = 0.5}}, progress, CancelToken());
  ASSERT_TRUE(bytes) << bytes.error().describe();
  const auto model = *AffectModel::load(*bytes);
  NgramReader reader = model.reader();
  const std::vector<float> up = {0.5F};
  const std::vector<float> down = {-0.5F};
  EXPECT_NEAR(model.read("loud thing", reader, up).arousal, 0.8, 0.15);
  EXPECT_NEAR(model.read("quiet thing", reader, up).arousal, 0.2, 0.15);
  EXPECT_NEAR(model.read("quiet thing", reader, up).valence, 0.5, 0.1);
  EXPECT_NEAR(model.read("quiet thing", reader, down).valence, -0.5, 0.1);
  EXPECT_FALSE(AffectModel::load(bytes->substr(0, bytes->size() / 2)));
}

}  // namespace
}  // namespace cineloom
