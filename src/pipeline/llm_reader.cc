#include "pipeline/llm_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "llm/prompts.h"
#include "plot/plot_claims.h"

namespace cineloom {
namespace {

// Prompts cut longer texts, and half a text is not what was asked about.
constexpr std::size_t kMostCharacters = 4000;
constexpr std::size_t kMostAnswers = 512;
constexpr int kFewTokens = 1024;
constexpr int kManyTokens = 4096;

std::string_view script_of(std::string_view text) {
  const bool has_han = std::ranges::any_of(text, [](char byte) { return static_cast<unsigned char>(byte) >= 0xE3; });
  return has_han ? "zh" : "en";
}

/// Whether somebody chose a model; nobody is asked otherwise.
bool is_chosen(const llm::SharedModel& model) {
  const auto choice = llm::read_choice(model.home());
  return choice && (!choice->file.empty() || !choice->url.empty());
}

}  // namespace

LlmReader::LlmReader(llm::SharedModel& model, std::filesystem::path prompts, LlmReaderOptions options, CancelToken cancel)
    : model_(model), prompts_(std::move(prompts)), options_(options), cancel_(std::move(cancel)) {}

LlmTally LlmReader::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

bool LlmReader::is_asked_for(std::string_view text) const {
  if (text.empty() || count_characters(text) > kMostCharacters || !is_chosen(model_)) return false;
  const std::lock_guard lock(mutex_);
  return failures_ < options_.failures || std::chrono::steady_clock::now() >= rests_until_;
}

void LlmReader::note(Expected<void> result, bool is_answer) {
  const std::lock_guard lock(mutex_);
  if (result) {
    ++tally_.taken;
    failures_ = 0;
    return;
  }
  ++(is_answer ? tally_.refused : tally_.unanswered);
  tally_.why = result.error().describe();
  if (++failures_ >= options_.failures) rests_until_ = std::chrono::steady_clock::now() + options_.rest;
}

std::optional<std::string> LlmReader::ask(std::string_view task, std::string_view text, std::string_view language, std::chrono::seconds deadline, int tokens) {
  const auto answered = [&]() -> Expected<std::string> {
    CINELOOM_TRY_ASSIGN(const llm::Prompt prompt, llm::read_prompt(prompts_, task, language));
    CINELOOM_TRY_ASSIGN(const auto model, model_.get());
    {
      const std::lock_guard lock(mutex_);
      tally_.model = model->info().name;
    }
    llm::ChatRequest request = llm::fill_prompt(prompt, {{"text", std::string(text)}});
    request.sampling = {.max_tokens = tokens, .temperature = 0};
    request.deadlines = {.first_token = deadline, .idle = deadline, .total = deadline};
    CINELOOM_TRY_ASSIGN(llm::Answer answer, model->chat(request, {}, cancel_));
    return std::move(answer.text);
  }();
  if (answered) return *answered;
  // Who stops the work says nothing about the model.
  if (answered.error().code() != ErrorCode::Cancelled) note(std::unexpected(answered.error()), false);
  return std::nullopt;
}

template <class T>
std::optional<T> LlmReader::held(std::string_view task, std::string_view text, std::string_view language, std::chrono::seconds deadline, int tokens,
                                 Expected<T> (*check)(std::string_view answer, std::string_view text)) {
  const std::string key = fmt::format("{}.{}\n{}", task, language, text);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = answers_.find(key); known != answers_.end()) {
      auto again = check(known->second, text);
      return again ? std::optional(*std::move(again)) : std::nullopt;
    }
  }
  auto answer = ask(task, text, language, deadline, tokens);
  if (!answer) return std::nullopt;
  auto checked = check(*answer, text);
  note(checked ? Expected<void>() : std::unexpected(checked.error()), true);
  const std::lock_guard lock(mutex_);
  if (answers_.size() >= kMostAnswers) answers_.clear();
  answers_.emplace(key, *std::move(answer));
  return checked ? std::optional(*std::move(checked)) : std::nullopt;
}

std::optional<Mood> LlmReader::mood(std::string_view sentence) {
  if (!is_asked_for(sentence)) return std::nullopt;
  return held("read_mood", sentence, script_of(sentence), options_.mood_deadline, kFewTokens, check_mood_claims);
}

std::optional<ReviewClaims> LlmReader::review(std::string_view text, std::string_view language) {
  const std::string_view code = language.substr(0, language.find_first_of("-_"));
  if ((code != "en" && code != "zh") || !is_asked_for(text)) return std::nullopt;
  const std::string key = fmt::format("read_review.{}\n{}", code, text);
  {
    const std::lock_guard lock(mutex_);
    if (!answers_.contains(key) && ++reviews_ > options_.most_reviews) return std::nullopt;
  }
  return held("read_review", text, code, options_.text_deadline, kFewTokens, check_review_claims);
}

std::optional<ToldPlot> LlmReader::plot(std::string_view text) {
  if (!is_asked_for(text)) return std::nullopt;
  return held("read_plot", text, script_of(text), options_.text_deadline, kManyTokens, check_plot_claims);
}

}  // namespace cineloom
