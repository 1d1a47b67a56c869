#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "llm/internal/llama.h"
#include "llm/internal/orders.h"

namespace cineloom::llm {

/// One answer in the making: chooses tokens from logits, keeps text and probability, knows when it is done.
class Writer {
 public:
  /// Errors: InvalidArgument for a grammar that llama.cpp does not take.
  static Expected<std::unique_ptr<Writer>> start(const llama_vocab* vocabulary, const Order& order, int candidate);

  /// Chooses the next token; nothing is chosen once it is done.
  void choose(std::span<const float> logits);

  [[nodiscard]] bool is_done() const { return !finish_.empty(); }
  [[nodiscard]] llama_token last() const { return tokens_.back(); }
  [[nodiscard]] std::size_t count() const { return tokens_.size(); }
  /// The text since the last call that is certain to stay: no half characters, no beginnings of stops.
  std::string take_certain_text();
  [[nodiscard]] CandidateReport report() const;

 private:
  Writer(const llama_vocab* vocabulary, const Order& order) : vocabulary_(vocabulary), order_(order) {}

  /// A wanted text and how many of its tokens just came.
  struct Wish {
    std::vector<llama_token> tokens;
    std::size_t come = 0;
    bool is_met = false;
  };

  void note_controls();
  void make_chain(int candidate);
  void weigh();
  llama_token pick();
  llama_token sample(std::vector<llama_token_data> candidates);
  bool fits_grammar(llama_token token);
  [[nodiscard]] bool is_whole_with(llama_token token) const;
  void take(llama_token token, double log_probability);
  void note_wishes(llama_token token);
  bool repeats() const;
  void look_for_end();

  const llama_vocab* vocabulary_;
  const Order& order_;  ///< owned by the task, which outlives this
  SamplerPtr chain_;
  SamplerPtr grammar_;
  std::vector<llama_token> refused_;
  std::vector<llama_token> ends_;
  std::vector<Wish> wishes_;
  std::vector<llama_token_data> candidates_;
  std::vector<llama_token> tokens_;
  std::string text_;
  std::size_t sent_ = 0;
  std::string finish_;
  double log_probability_ = 0;
};

}  // namespace cineloom::llm
