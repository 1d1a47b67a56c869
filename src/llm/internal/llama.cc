#ifdef CINELOOM_HAS_LLAMA
#include "llm/internal/llama.h"

#include <algorithm>
#include <cmath>

namespace cineloom::llm {

BatchPtr make_batch(int tokens) { return BatchPtr(new llama_batch(llama_batch_init(tokens, 0, 1))); }

void add_token(llama_batch& batch, llama_token token, llama_pos position, llama_seq_id sequence, bool is_asked) {
  const int at = batch.n_tokens++;
  batch.token[at] = token;
  batch.pos[at] = position;
  batch.n_seq_id[at] = 1;
  batch.seq_id[at][0] = sequence;
  batch.logits[at] = is_asked ? 1 : 0;
}

std::vector<llama_token> tokenize(const llama_vocab* vocabulary, std::string_view text, bool has_control) {
  std::vector<llama_token> tokens(text.size() + 8);
  const auto length = static_cast<std::int32_t>(text.size());
  int count = llama_tokenize(vocabulary, text.data(), length, tokens.data(), static_cast<std::int32_t>(tokens.size()), false, has_control);
  if (count < 0) {
    tokens.resize(static_cast<std::size_t>(-count));
    count = llama_tokenize(vocabulary, text.data(), length, tokens.data(), static_cast<std::int32_t>(tokens.size()), false, has_control);
  }
  tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
  return tokens;
}

std::string piece_of(const llama_vocab* vocabulary, llama_token token, bool is_control_shown) {
  std::string piece(64, '\0');
  int length = llama_token_to_piece(vocabulary, token, piece.data(), static_cast<std::int32_t>(piece.size()), 0, is_control_shown);
  if (length < 0) {
    piece.resize(static_cast<std::size_t>(-length));
    length = llama_token_to_piece(vocabulary, token, piece.data(), static_cast<std::int32_t>(piece.size()), 0, is_control_shown);
  }
  piece.resize(static_cast<std::size_t>(std::max(length, 0)));
  return piece;
}

double log_probability(std::span<const float> logits, llama_token token) {
  const float top = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit - top));
  return static_cast<double>(logits[static_cast<std::size_t>(token)] - top) - std::log(sum);
}

}  // namespace cineloom::llm
#endif
