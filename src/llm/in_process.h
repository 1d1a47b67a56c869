#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "llm/backend.h"
#include "llm/gguf.h"

namespace cineloom::llm {

struct InProcessOptions {
  std::filesystem::path program;  ///< this program, whose `worker llm` runs the model
  std::filesystem::path model;    ///< a GGUF file
  int context = 4096;             ///< tokens of all requests at once; 0 = as many as the model was made for
  int sequences = 8;              ///< requests and candidates side by side, 1 .. 64
  int threads = 0;                ///< 0 = the cores that are free less one
};

/// A prompt of which several tellings are wanted. Parts that this program wrote may hold control tokens.
struct CandidateRequest {
  struct Part {
    std::string text;
    bool has_control = false;
  };
  std::vector<Part> prompt;
  int candidates = 8;
  Sampling sampling;
  int min_tokens = 0;
  std::vector<std::string> wanted;    ///< favoured until they were written
  double favour = 0;                  ///< how much, in logits
  std::vector<std::string> controls;  ///< control tokens that may be written
  bool must_end_sentence = false;     ///< no end in the middle of a sentence, but for max_tokens
};

/// How likely a text is.
struct TextScore {
  double log_probability = 0;
  std::vector<std::int32_t> tokens;  ///< of the scored text
};

/// A model that llama.cpp runs in a confined child of this program. A child that dies takes its requests with it; the next one
/// starts another, until three died in a row. The file is checked before the child sees it.
class InProcessBackend : public LlmBackend {
 public:
  /// Errors: those of read_gguf_file; ResourceExhausted if the model does not fit into memory; Unavailable without llama.cpp;
  /// DataLoss if llama.cpp refuses it or dies of it.
  static Expected<std::unique_ptr<InProcessBackend>> open(const InProcessOptions& options);

  /// Candidates of one prompt in one batch, in the order of their seeds.
  virtual Expected<std::vector<Answer>> candidates(const CandidateRequest& request, const CancelToken& cancel) = 0;
  /// The likelihood of `text` behind the prompt.
  virtual Expected<TextScore> score(const std::vector<CandidateRequest::Part>& prompt, std::string_view text, const CancelToken& cancel) = 0;
  /// The tokens of a text in which control tokens are recognised, without the one that begins texts.
  virtual Expected<std::vector<std::int32_t>> tokenize(std::string_view text) = 0;
  [[nodiscard]] virtual const GgufHeader& header() const = 0;
};

/// Cores that may be given to a model: all that are free but one.
int model_threads();

}  // namespace cineloom::llm
