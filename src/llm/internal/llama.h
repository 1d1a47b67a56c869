#pragma once

#include <llama.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

/// Owners of llama.cpp's handles.
namespace cineloom::llm {

struct LlamaDeleter {
  void operator()(llama_model* model) const { llama_model_free(model); }
  void operator()(llama_context* context) const { llama_free(context); }
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using ModelPtr = std::unique_ptr<llama_model, LlamaDeleter>;
using ContextPtr = std::unique_ptr<llama_context, LlamaDeleter>;
using SamplerPtr = std::unique_ptr<llama_sampler, LlamaDeleter>;

struct BatchDeleter {
  void operator()(llama_batch* batch) const {
    llama_batch_free(*batch);
    delete batch;  // made by make_batch
  }
};
using BatchPtr = std::unique_ptr<llama_batch, BatchDeleter>;
BatchPtr make_batch(int tokens);
/// Adds a token; there is room.
void add_token(llama_batch& batch, llama_token token, llama_pos position, llama_seq_id sequence, bool is_asked);

/// Without the token that begins texts; control tokens are read as plain text unless `has_control`.
std::vector<llama_token> tokenize(const llama_vocab* vocabulary, std::string_view text, bool has_control);
/// The token's bytes, which may be half a character; control tokens are empty unless shown.
std::string piece_of(const llama_vocab* vocabulary, llama_token token, bool is_control_shown);
/// ln of the probability of `token` under these logits.
double log_probability(std::span<const float> logits, llama_token token);

}  // namespace cineloom::llm
