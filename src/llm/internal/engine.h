#pragma once

#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.h"
#include "llm/internal/llama.h"
#include "llm/internal/orders.h"
#include "llm/internal/writer.h"

namespace cineloom::llm {

/// Runs many requests on one llama.cpp context: in every step each running answer gets a token and a waiting prompt a piece.
/// Sequences keep what they evaluated, so that a prompt that begins alike begins there. One thread.
class Engine {
 public:
  using Send = std::function<Expected<void>(const Report&)>;

  /// The model from an open file, already confined. Errors: DataLoss for a model that cannot be used, ResourceExhausted.
  static Expected<std::unique_ptr<Engine>> load(std::FILE* file, const LoadOrder& order, Send send);

  void take(Order order);
  [[nodiscard]] bool is_idle() const { return running_.empty() && waiting_.empty(); }
  /// One step of all that runs. Errors: those of sending.
  Expected<void> step();
  [[nodiscard]] int context_of_one() const { return context_of_one_; }

 private:
  /// What a sequence of the context holds, and for whom.
  struct Sequence {
    std::vector<llama_token> known;
    bool is_busy = false;
    std::uint64_t used = 0;
  };
  struct Task {
    std::unique_ptr<Order> order;  ///< writers hold on to it
    std::vector<llama_token> prompt;
    std::size_t evaluated = 0;  ///< of the prompt, with what was known
    int reused = 0;
    std::vector<std::size_t> sequences;  ///< one per candidate; the first evaluates the prompt
    std::vector<std::unique_ptr<Writer>> writers;
  };

  Engine(ModelPtr model, ContextPtr context, const LoadOrder& order, Send send);

  Expected<std::vector<llama_token>> tokens_of(const Order& order) const;
  Expected<std::vector<llama_token>> tokens_of_chat(const std::vector<ChatTurn>& turns) const;
  void start_waiting();
  void start(Task task);
  std::size_t pick_sequence(const std::vector<llama_token>& prompt);
  void free_cells(std::size_t wanted);
  void forget_everything();
  void fill_batch();
  void add(llama_token token, std::size_t position, std::size_t sequence, bool is_asked);
  void copy_prompt(Task& task);
  Expected<void> decode();
  Expected<void> write_tokens();
  Expected<void> finish(Task& task);
  void release(Task& task);
  void cancel(std::int64_t id);
  Expected<void> embed(const Order& order);
  Expected<void> score(const Order& order);
  Expected<void> refuse(std::int64_t id, const Error& error);

  ModelPtr model_;
  ContextPtr context_;
  ContextPtr embedder_;
  const llama_vocab* vocabulary_;
  LoadOrder options_;
  Send send_;
  BatchPtr batch_;
  int context_of_one_;
  std::size_t cells_;
  std::vector<Sequence> sequences_;
  std::vector<Task> running_;
  std::deque<Task> waiting_;
  std::uint64_t clock_ = 0;
  std::size_t prefill_piece_ = 64;
  std::size_t prefill_in_batch_ = 0;
};

}  // namespace cineloom::llm
