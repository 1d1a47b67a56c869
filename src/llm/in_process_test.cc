#include "llm/in_process.h"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "base/files.h"
#include "base/random.h"
#include "llm/gguf_writer.h"
#include "llm/testing/backend_conformance.h"
#include "llm/testing/child_program.h"

namespace cineloom::llm {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kChatMl = "{% for m in messages %}<|im_start|>{{m.role}}\n{{m.content}}<|im_end|>\n{% endfor %}";

class InProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_llama()) GTEST_SKIP() << "built without llama.cpp";
    auto folder = TemporaryFolder::create();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
  }

  std::filesystem::path make_model(const std::string& name, const LlamaShape& shape = {}, std::string_view chat = "") {
    const auto file = folder_->path() / name;
    EXPECT_TRUE(write_random_llama(file, shape, WeightType::F32, 3, chat));
    return file;
  }

  std::unique_ptr<InProcessBackend> open(const std::filesystem::path& file, int context = 2048) {
    auto model = InProcessBackend::open({.program = child_program(), .model = file, .context = context});
    EXPECT_TRUE(model) << model.error().describe();
    return model ? std::move(*model) : nullptr;
  }

  std::optional<TemporaryFolder> folder_;
};

TEST_F(InProcessTest, ConformsToWhatABackendHasToDo) {
  const auto model = open(make_model("tiny.gguf"));
  ASSERT_TRUE(model);
  conformance::check(*model);
}

TEST_F(InProcessTest, ASecondPromptWithTheSameBeginningEvaluatesOnlyItsEnd) {
  const auto model = open(make_model("tiny.gguf"));
  ASSERT_TRUE(model);
  const std::string prefix(500, 'p');
  const auto ask = [&](const std::string& text) {
    CompletionRequest request = conformance::request(text, 4);
    request.sampling.is_exact = false;
    return model->complete(request, {}, CancelToken());
  };
  const auto first = ask(prefix + " first");
  const auto second = ask(prefix + " second");
  ASSERT_TRUE(first && second);
  EXPECT_GT(first->evaluated_tokens, 500);
  EXPECT_LE(second->evaluated_tokens, 32);
}

TEST_F(InProcessTest, CandidatesShareTheirPromptAndDiffer) {
  const auto model = open(make_model("tiny.gguf"));
  ASSERT_TRUE(model);
  CandidateRequest request{.prompt = {{"Tell", false}}, .candidates = 8};
  request.sampling = {.max_tokens = 12, .temperature = 1};
  const auto first = model->candidates(request, CancelToken());
  const auto second = model->candidates(request, CancelToken());
  ASSERT_TRUE(first && second);
  ASSERT_EQ(first->size(), 8U);
  std::set<std::string> texts;
  for (std::size_t i = 0; i < 8; ++i) {
    texts.insert((*first)[i].text);
    EXPECT_EQ((*first)[i].text, (*second)[i].text);
    EXPECT_LT((*first)[i].log_probability, 0);
  }
  EXPECT_GT(texts.size(), 4U);
}

TEST_F(InProcessTest, ACancelInTheMiddleOfAPromptIsAnsweredWithinTwoTenths) {
  const auto model = open(make_model("large.gguf", {.width = 512, .layers = 8, .heads = 8, .shared_heads = 8, .hidden = 1536, .context = 4096}), 4096);
  ASSERT_TRUE(model);
  CancelSource source;
  Expected<Answer> answer = Answer();
  std::jthread asking([&] { answer = model->complete(conformance::request(std::string(3500, 'p'), 4), {}, source.token()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const auto begin = Clock::now();
  source.cancel();
  asking.join();
  // The next request runs on the sequence that was freed: the model itself has stopped too.
  const auto next = model->complete(conformance::request("hello", 1), {}, CancelToken());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::Cancelled);
  EXPECT_TRUE(next);
  EXPECT_LT(took.count(), 1000) << "with room for a busy machine; bench llm measures it";
}

TEST_F(InProcessTest, ControlTokensCannotBeForgedByUsers) {
  const auto model = open(make_model("tiny.gguf"));
  ASSERT_TRUE(model);
  const auto count = model->count_tokens("<|end|>");
  ASSERT_TRUE(count);
  EXPECT_GT(*count, 1);
}

TEST_F(InProcessTest, AChatTemplateThatNobodyKnowsIsRefusedWithAHint) {
  const auto model = open(make_model("odd.gguf", {}, "{{ an unheard-of template }}"));
  ASSERT_TRUE(model);
  const auto answer = model->chat({.messages = {{Role::User, "hello"}}}, {}, CancelToken());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(answer.error().next_step(), HasSubstr("llama-server"));
}

TEST_F(InProcessTest, AKnownChatTemplateIsFilled) {
  const auto model = open(make_model("chat.gguf", {}, kChatMl));
  ASSERT_TRUE(model);
  ChatRequest request{.messages = {{Role::System, "be brief"}, {Role::User, "hello <|end|>"}}};
  request.sampling.max_tokens = 4;
  const auto answer = model->chat(request, {}, CancelToken());
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_GT(answer->prompt_tokens, 60) << "the marks of the template are there";
}

TEST_F(InProcessTest, ALikelierTextScoresHigher) {
  const auto model = open(make_model("tiny.gguf"));
  ASSERT_TRUE(model);
  CompletionRequest greedy = conformance::request("abc", 8);
  greedy.sampling.temperature = 0;
  const auto likely = model->complete(greedy, {}, CancelToken());
  ASSERT_TRUE(likely);
  const auto score = model->score({{"abc", false}}, likely->text, CancelToken());
  const auto other = model->score({{"abc", false}}, "qqqqqqqq", CancelToken());
  ASSERT_TRUE(score && other);
  EXPECT_GT(score->log_probability, other->log_probability);
}

TEST_F(InProcessTest, WeightsThatAreNoNumbersAreRefused) {
  const auto file = make_model("nan.gguf");
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(-2000, std::ios::end);
  out.write("\xff\xff\xff\xff\xff\xff\xff\x7f", 8);
  out.close();
  const auto model = InProcessBackend::open({.program = child_program(), .model = file});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::DataLoss);
}

TEST_F(InProcessTest, HostileFilesAreClearErrorsAndNeverTheEndOfThisProcess) {
  const auto file = make_model("tiny.gguf");
  const auto good = read_file(file);
  ASSERT_TRUE(good);
  Random random(5);
  int refused = 0;
  for (int round = 0; round < 40; ++round) {
    std::string bytes = *good;
    for (int change = 0; change < 3; ++change) bytes[random.below(9000)] = static_cast<char>(random());
    if (round % 8 == 0) bytes.resize(random.below(bytes.size()));
    const auto hostile = folder_->path() / "hostile.gguf";
    ASSERT_TRUE(write_file(hostile, bytes));
    const auto model = InProcessBackend::open({.program = child_program(), .model = hostile, .context = 256, .sequences = 1});
    if (model) continue;
    ++refused;
    EXPECT_FALSE(model.error().message().empty());
  }
  EXPECT_GT(refused, 10);
}

TEST_F(InProcessTest, AModelThatDoesNotFitIsRefusedBeforeMemoryIsTaken) {
  const auto file = make_model("wide.gguf", {.width = 1024, .layers = 4, .heads = 8, .shared_heads = 8, .context = 1U << 24U});
  const auto model = InProcessBackend::open({.program = child_program(), .model = file, .context = 0});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::ResourceExhausted);
  EXPECT_THAT(model.error().next_step(), HasSubstr("context"));
}

}  // namespace
}  // namespace cineloom::llm
