#ifdef CINELOOM_HAS_LLAMA
#include "llm/internal/llama.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace cineloom::llm {
namespace {

/// e^x for x <= 0: two to the whole part by its bits, the rest by a polynomial of sixth degree.
inline float fast_exp(float x) {
  constexpr float kLog2E = 1.44269504F;
  const float scaled = std::max(x * kLog2E, -126.0F);
  const auto whole = static_cast<std::int32_t>(scaled - 0.5F);
  const float f = (scaled - static_cast<float>(whole)) * 0.69314718F;
  const float rest = 1 + f * (1 + f * (0.5F + f * (1.0F / 6 + f * (1.0F / 24 + f * (1.0F / 120 + f * (1.0F / 720))))));
  return rest * std::bit_cast<float>((whole + 127) << 23);
}

}  // namespace

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
  // Summed in lanes, so that the compiler can take several at once; 1e-6 of the sum is lost at most.
  constexpr std::size_t kLanes = 16;
  float lanes[kLanes] = {};
  std::size_t at = 0;
  for (; at + kLanes <= logits.size(); at += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += fast_exp(logits[at + lane] - top);
  }
  double sum = 0;
  for (const float lane : lanes) sum += static_cast<double>(lane);
  for (; at < logits.size(); ++at) sum += static_cast<double>(fast_exp(logits[at] - top));
  return static_cast<double>(logits[static_cast<std::size_t>(token)] - top) - std::log(sum);
}

}  // namespace cineloom::llm
#endif
