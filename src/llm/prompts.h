#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llm/backend.h"

namespace cineloom::llm {

/// A task for a language model, as models/prompts has it.
struct Prompt {
  std::string name;      ///< "tell_event.en"
  int version = 0;
  std::string schema;    ///< of the answer
  std::string system;
  std::string question;  ///< with {{data}} once
};

/// Errors: NotFound for a task or language that is not there; DataLoss for a file that is no prompt.
Expected<Prompt> read_prompt(const std::filesystem::path& folder, std::string_view task, std::string_view language);

/// What people, scripts and reviews say: name and text. Control characters go, long texts are cut at 4,000 characters.
using PromptData = std::vector<std::pair<std::string, std::string>>;

/// The conversation: the prompt's own words, and the data as escaped JSON between delimiters that it cannot close.
ChatRequest fill_prompt(const Prompt& prompt, const PromptData& data);

/// Asks and gives the answer as JSON that fits the prompt's schema, its texts made plain. Nothing in an answer is ever run or opened.
/// Errors: those of the backend; DataLoss for an answer that does not fit.
Expected<std::string> ask_prompt(LlmBackend& model, const Prompt& prompt, const PromptData& data, const Sampling& sampling, const CancelToken& cancel);

/// Text for people: without control, invisible and direction characters, without addresses and markup.
std::string plain_text(std::string_view text);

}  // namespace cineloom::llm
