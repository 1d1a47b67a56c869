#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "domain/feeling.h"
#include "domain/told_plot.h"
#include "llm/model_home.h"
#include "sentiment/claims.h"

namespace cineloom {

/// What became of the questions that a language model was asked.
struct LlmTally {
  std::string model;    ///< its name; empty until one was asked
  int taken = 0;        ///< answers that held against their texts
  int refused = 0;      ///< that did not
  int unanswered = 0;   ///< it was too slow, too busy or away
  std::string why;      ///< the last answer was refused or missing
};

struct LlmReaderOptions {
  int most_reviews = 200;                       ///< that are asked about; 0 = none
  std::chrono::seconds mood_deadline{15};       ///< somebody waits for the answer
  std::chrono::seconds text_deadline{120};      ///< of a review or a plot
  int failures = 3;                             ///< in a row, answers refused or missing, until it is left alone, >= 1
  std::chrono::seconds rest{60};                ///< for this long
};

/// Lets the language model that somebody chose ('cineloom llm use') read texts. Every answer is held against its text; what does not hold,
/// does not come in time or was asked of no model is nothing, and the trained models read instead. What was asked before is remembered.
/// The embedded story model is not asked: it tells events and reads nothing. Thread-safe.
class LlmReader {
 public:
  /// `model` must outlive this; prompts: models/prompts.
  LlmReader(llm::SharedModel& model, std::filesystem::path prompts, LlmReaderOptions options = {}, CancelToken cancel = {});

  /// Of texts of at most 4,000 characters in English ("en") or simplified Chinese ("zh").
  std::optional<Mood> mood(std::string_view sentence);
  std::optional<ReviewClaims> review(std::string_view text, std::string_view language);
  std::optional<ToldPlot> plot(std::string_view text);

  [[nodiscard]] LlmTally tally() const;

 private:
  /// The answer as JSON, if there is a model that gives one.
  std::optional<std::string> ask(std::string_view task, std::string_view text, std::string_view language, std::chrono::seconds deadline, int tokens);
  [[nodiscard]] bool is_asked_for(std::string_view text) const;
  void note(Expected<void> result, bool is_answer);
  template <class T>
  std::optional<T> held(std::string_view task, std::string_view text, std::string_view language, std::chrono::seconds deadline, int tokens,
                        Expected<T> (*check)(std::string_view answer, std::string_view text));

  llm::SharedModel& model_;
  std::filesystem::path prompts_;
  LlmReaderOptions options_;
  CancelToken cancel_;
  mutable std::mutex mutex_;
  LlmTally tally_;
  int reviews_ = 0;
  int failures_ = 0;
  std::chrono::steady_clock::time_point rests_until_;
  std::map<std::string, std::string> answers_;  ///< by task, language and text
};

}  // namespace cineloom
