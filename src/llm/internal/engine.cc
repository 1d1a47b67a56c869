#ifdef CINELOOM_HAS_LLAMA
#include "llm/internal/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "base/json.h"

namespace cineloom::llm {
namespace {

constexpr int kBatch = 512;
/// A step should not take longer than this, so that a cancelled request ends soon.
constexpr double kStepSeconds = 0.08;
constexpr std::size_t kLeastPiece = 8;
constexpr std::size_t kExactPiece = 64;
/// Another sequence's beginning is copied where it is at least this much longer than our own.
constexpr std::size_t kWorthCopying = 16;
constexpr std::size_t kMostScored = 2048;

std::size_t common_prefix(const std::vector<llama_token>& a, const std::vector<llama_token>& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

/// llama.cpp's flash attention takes narrow heads slowly: with heads of 32, eight sequences cost half without it.
bool has_narrow_heads(const llama_model* model) { return llama_model_n_embd(model) < 64 * llama_model_n_head(model); }

llama_context_params context_params(const LoadOrder& order, const llama_model* model) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<std::uint32_t>(order.context);
  params.n_batch = kBatch;
  params.n_ubatch = kBatch;
  params.n_seq_max = static_cast<std::uint32_t>(order.sequences + 1);  // the last one scores
  params.n_threads = order.threads;
  params.n_threads_batch = order.threads;
  params.flash_attn_type = has_narrow_heads(model) ? LLAMA_FLASH_ATTN_TYPE_DISABLED : LLAMA_FLASH_ATTN_TYPE_AUTO;
  params.kv_unified = true;  // sequences share what they began with
  params.no_perf = true;
  return params;
}

}  // namespace

Expected<std::unique_ptr<Engine>> Engine::load(std::FILE* file, const LoadOrder& order, Send send) {
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  params.check_tensors = true;
  ModelPtr model(llama_model_load_from_file_ptr(file, params));
  if (!model)
    return std::unexpected(Error(ErrorCode::DataLoss, "llama.cpp does not take this model: its tensors are damaged or do not fit its architecture")
                               .advise("fetch it again and compare its SHA-256"));
  ContextPtr context(llama_init_from_model(model.get(), context_params(order, model.get())));
  if (!context) return fail(ErrorCode::ResourceExhausted, "there is no memory for the model's context");
  return std::unique_ptr<Engine>(new Engine(std::move(model), std::move(context), order, std::move(send)));
}

Engine::Engine(ModelPtr model, ContextPtr context, const LoadOrder& order, Send send)
    : model_(std::move(model)),
      context_(std::move(context)),
      vocabulary_(llama_model_get_vocab(model_.get())),
      options_(order),
      send_(std::move(send)),
      batch_(make_batch(kBatch)),
      context_of_one_(std::min(llama_model_n_ctx_train(model_.get()), static_cast<int>(llama_n_ctx(context_.get())))),
      cells_(llama_n_ctx(context_.get())),
      sequences_(static_cast<std::size_t>(order.sequences)) {}

void Engine::take(Order order) {
  const std::int64_t id = order.id;
  if (order.kind == OrderKind::Cancel) return cancel(id);
  Expected<void> done;
  if (order.kind == OrderKind::Embed) {
    done = embed(order);
  } else if (order.kind == OrderKind::Score) {
    done = score(order);
  } else {
    auto tokens = tokens_of(order);
    if (!tokens) {
      done = std::unexpected(tokens.error());
    } else if (order.kind == OrderKind::Tokenize) {
      done = send_({.id = id, .kind = ReportKind::Tokens, .tokens = *tokens});
    } else if (tokens->empty()) {
      done = fail(ErrorCode::InvalidArgument, "the prompt is empty");
    } else if (static_cast<int>(tokens->size()) + order.max_tokens > context_of_one_) {
      done =
          std::unexpected(Error(ErrorCode::ResourceExhausted, fmt::format("context_length_exceeded: {} tokens of prompt and {} of answer, the model holds {}",
                                                                          tokens->size(), order.max_tokens, context_of_one_))
                              .advise("shorten the text or ask for a shorter answer"));
    } else if (order.candidates < 1 || order.candidates > options_.sequences) {
      done = fail(ErrorCode::InvalidArgument, fmt::format("expected 1 to {} candidates", options_.sequences));
    } else {
      waiting_.push_back({.order = std::make_unique<Order>(std::move(order)), .prompt = *std::move(tokens)});
    }
  }
  if (!done) std::ignore = refuse(id, done.error());  // a parent that is gone shows at the next step
}

Expected<void> Engine::refuse(std::int64_t id, const Error& error) {
  return send_({.id = id,
                .kind = ReportKind::Failed,
                .error_code = std::string(name_of(error.code())),
                .error = error.message(),
                .advice = std::string(error.next_step())});
}

Expected<std::vector<llama_token>> Engine::tokens_of(const Order& order) const {
  if (!order.turns.empty() && llama_model_chat_template(model_.get(), nullptr) != nullptr) return tokens_of_chat(order.turns);
  std::vector<llama_token> tokens;
  if (order.kind != OrderKind::Tokenize && llama_vocab_get_add_bos(vocabulary_)) tokens.push_back(llama_vocab_bos(vocabulary_));
  // A model without a template only goes on with a text.
  std::vector<PromptPart> parts = order.prompt;
  for (const ChatTurn& turn : order.turns) parts.push_back({(parts.empty() ? "" : "\n") + turn.text, false});
  for (const PromptPart& part : parts) {
    const auto piece = tokenize(vocabulary_, part.text, part.has_control);
    tokens.insert(tokens.end(), piece.begin(), piece.end());
  }
  return tokens;
}

/// The template is filled with marks; what people wrote takes their place afterwards and never becomes a control token.
Expected<std::vector<llama_token>> Engine::tokens_of_chat(const std::vector<ChatTurn>& turns) const {
  std::vector<std::string> marks;
  std::vector<llama_chat_message> messages;
  for (std::size_t i = 0; i < turns.size(); ++i) marks.push_back(fmt::format("\x01{}\x02", i));
  for (std::size_t i = 0; i < turns.size(); ++i) messages.push_back({turns[i].role.c_str(), marks[i].c_str()});
  std::string text(4096 + 512 * turns.size(), '\0');
  const int length = llama_chat_apply_template(llama_model_chat_template(model_.get(), nullptr), messages.data(), messages.size(), true, text.data(),
                                               static_cast<std::int32_t>(text.size()));
  if (length < 0 || static_cast<std::size_t>(length) > text.size()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "the model's chat template is not among those that are known")
            .advise("use a model with a ChatML, Llama, Gemma, Phi or Mistral template, or serve it with llama-server --jinja and use its address"));
  }
  text.resize(static_cast<std::size_t>(length));
  std::vector<llama_token> tokens;
  const bool has_start = llama_vocab_get_add_bos(vocabulary_);
  if (has_start) tokens.push_back(llama_vocab_bos(vocabulary_));
  const auto append = [&](std::string_view part, bool has_control) {
    const auto piece = tokenize(vocabulary_, part, has_control);
    // Some templates write the first token themselves.
    const std::size_t skip = has_start && tokens.size() == 1 && !piece.empty() && piece[0] == tokens[0] ? 1 : 0;
    tokens.insert(tokens.end(), piece.begin() + static_cast<std::ptrdiff_t>(skip), piece.end());
  };
  std::size_t at = 0;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const auto mark = text.find(marks[i], at);
    if (mark == std::string::npos) continue;  // templates may leave a system message out
    append(std::string_view(text).substr(at, mark - at), true);
    append(turns[i].text, false);
    at = mark + marks[i].size();
  }
  append(std::string_view(text).substr(at), true);
  return tokens;
}

void Engine::start_waiting() {
  while (!waiting_.empty()) {
    const auto idle = static_cast<int>(std::ranges::count(sequences_, false, &Sequence::is_busy));
    const Task& next = waiting_.front();
    std::size_t needed = next.prompt.size() + static_cast<std::size_t>(next.order->max_tokens) * static_cast<std::size_t>(next.order->candidates);
    for (const Task& task : running_) needed += task.prompt.size() + static_cast<std::size_t>(task.order->max_tokens) * task.sequences.size();
    if (next.order->candidates > idle || (needed > cells_ && !running_.empty())) return;
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    free_cells(needed);
    if (task.order->is_exact && running_.empty()) forget_everything();
    start(std::move(task));
  }
}

/// Where the cells of a request lie decides in which order its sums are taken.
void Engine::forget_everything() {
  llama_memory_clear(llama_get_memory(context_.get()), false);
  for (Sequence& sequence : sequences_) sequence = Sequence();
}

void Engine::start(Task task) {
  running_.push_back(std::move(task));
  Task& started = running_.back();
  for (int i = 0; i < started.order->candidates; ++i) {
    auto writer = Writer::start(vocabulary_, *started.order, i);
    if (!writer) {
      std::ignore = refuse(started.order->id, writer.error());  // a parent that is gone shows at the next step
      release(started);
      running_.pop_back();
      return;
    }
    started.writers.push_back(*std::move(writer));
    const std::size_t sequence = i == 0 ? pick_sequence(started.order->is_exact ? std::vector<llama_token>(1, LLAMA_TOKEN_NULL) : started.prompt)
                                        : static_cast<std::size_t>(std::ranges::find(sequences_, false, &Sequence::is_busy) - sequences_.begin());
    sequences_[sequence].is_busy = true;
    sequences_[sequence].used = ++clock_;
    started.sequences.push_back(sequence);
  }
  started.evaluated = sequences_[started.sequences[0]].known.size();
  started.reused = static_cast<int>(started.evaluated);
}

/// The idle sequence that knows most of the prompt's beginning, cut to it; or one that copies it from a busy one.
std::size_t Engine::pick_sequence(const std::vector<llama_token>& prompt) {
  std::size_t best = sequences_.size();
  std::size_t best_length = 0;
  std::size_t source = sequences_.size();
  std::size_t source_length = 0;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    const std::size_t length = std::min(common_prefix(sequences_[i].known, prompt), prompt.size() - 1);
    if (length > source_length) source = i, source_length = length;
    if (sequences_[i].is_busy) continue;
    const bool is_better = best == sequences_.size() || length > best_length || (length == best_length && sequences_[i].used < sequences_[best].used);
    if (is_better) best = i, best_length = length;
  }
  const auto id = static_cast<llama_seq_id>(best);
  llama_memory_t memory = llama_get_memory(context_.get());
  if (source != best && source_length >= best_length + kWorthCopying) {
    llama_memory_seq_rm(memory, id, -1, -1);
    llama_memory_seq_cp(memory, static_cast<llama_seq_id>(source), id, 0, static_cast<llama_pos>(source_length));
    best_length = source_length;
  } else if (!llama_memory_seq_rm(memory, id, static_cast<llama_pos>(best_length), -1)) {
    llama_memory_seq_rm(memory, id, -1, -1);  // this kind of memory cannot be cut
    best_length = 0;
  }
  sequences_[best].known.assign(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(best_length));
  return best;
}

/// Forgets what idle sequences know, the longest unused first, until the requests have room.
void Engine::free_cells(std::size_t wanted) {
  while (true) {
    std::size_t kept = 0;
    Sequence* oldest = nullptr;
    for (Sequence& sequence : sequences_) {
      if (sequence.is_busy || sequence.known.empty()) continue;
      kept += sequence.known.size();
      if (oldest == nullptr || sequence.used < oldest->used) oldest = &sequence;
    }
    if (oldest == nullptr || kept + wanted <= cells_) return;
    llama_memory_seq_rm(llama_get_memory(context_.get()), static_cast<llama_seq_id>(oldest - sequences_.data()), -1, -1);
    oldest->known.clear();
  }
}

void Engine::add(llama_token token, std::size_t position, std::size_t sequence, bool is_asked) {
  add_token(*batch_, token, static_cast<llama_pos>(position), static_cast<llama_seq_id>(sequence), is_asked);
  sequences_[sequence].known.push_back(token);
}

void Engine::fill_batch() {
  batch_->n_tokens = 0;
  prefill_in_batch_ = 0;
  for (const Task& task : running_) {
    if (task.evaluated < task.prompt.size()) continue;
    for (std::size_t i = 0; i < task.writers.size(); ++i) {
      const Writer& writer = *task.writers[i];
      if (!writer.is_done()) add(writer.last(), task.prompt.size() + writer.count() - 1, task.sequences[i], true);
    }
  }
  for (Task& task : running_) {
    const std::size_t most = task.order->is_exact ? kExactPiece : prefill_piece_;
    while (task.evaluated < task.prompt.size() && prefill_in_batch_ < most && batch_->n_tokens < kBatch) {
      const bool is_last = task.evaluated + 1 == task.prompt.size();
      add(task.prompt[task.evaluated], task.evaluated, task.sequences[0], is_last);
      ++task.evaluated;
      ++prefill_in_batch_;
    }
  }
}

Expected<void> Engine::decode() {
  const auto begin = std::chrono::steady_clock::now();
  int code = llama_decode(context_.get(), *batch_);
  if (code == 1) {
    free_cells(cells_);
    code = llama_decode(context_.get(), *batch_);
  }
  if (code != 0) return fail(ErrorCode::ResourceExhausted, fmt::format("llama.cpp could not go on (code {})", code));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (prefill_in_batch_ >= kLeastPiece) {
    const double rate = static_cast<double>(batch_->n_tokens) / seconds;
    prefill_piece_ = std::clamp(static_cast<std::size_t>(rate * kStepSeconds), kLeastPiece, static_cast<std::size_t>(kBatch));
  }
  return {};
}

Expected<void> Engine::step() {
  start_waiting();
  if (running_.empty()) return {};
  fill_batch();
  if (batch_->n_tokens > 0) {
    if (auto done = decode(); !done) {
      for (Task& task : running_) {
        CINELOOM_TRY(refuse(task.order->id, done.error()));
        release(task);
        for (const std::size_t sequence : task.sequences) {
          llama_memory_seq_rm(llama_get_memory(context_.get()), static_cast<llama_seq_id>(sequence), -1, -1);
          sequences_[sequence].known.clear();
        }
      }
      running_.clear();
      return {};
    }
  }
  return write_tokens();
}

/// The candidates of a request begin with its prompt, evaluated once.
void Engine::copy_prompt(Task& task) {
  llama_memory_t memory = llama_get_memory(context_.get());
  for (std::size_t i = 1; i < task.sequences.size(); ++i) {
    llama_memory_seq_rm(memory, static_cast<llama_seq_id>(task.sequences[i]), -1, -1);
    llama_memory_seq_cp(memory, static_cast<llama_seq_id>(task.sequences[0]), static_cast<llama_seq_id>(task.sequences[i]), 0, -1);
    sequences_[task.sequences[i]].known = task.prompt;
  }
}

Expected<void> Engine::write_tokens() {
  const auto width = static_cast<std::size_t>(llama_vocab_n_tokens(vocabulary_));
  for (int row = 0; row < batch_->n_tokens; ++row) {
    if (batch_->logits[row] == 0) continue;
    const auto sequence = static_cast<std::size_t>(batch_->seq_id[row][0]);
    const auto task = std::ranges::find_if(running_, [&](const Task& one) { return std::ranges::find(one.sequences, sequence) != one.sequences.end(); });
    const std::span<const float> logits(llama_get_logits_ith(context_.get(), row), width);
    const auto index = static_cast<std::size_t>(std::ranges::find(task->sequences, sequence) - task->sequences.begin());
    const bool is_first = task->writers[0]->count() == 0 && index == 0;
    if (is_first) {
      copy_prompt(*task);
      for (const auto& writer : task->writers) writer->choose(logits);
    } else {
      task->writers[index]->choose(logits);
    }
    if (task->order->candidates > 1) continue;
    if (std::string piece = task->writers[0]->take_certain_text(); !piece.empty())
      CINELOOM_TRY(send_({.id = task->order->id, .kind = ReportKind::Piece, .text = std::move(piece)}));
  }
  for (Task& task : running_) {
    const bool is_done = task.evaluated == task.prompt.size() && std::ranges::all_of(task.writers, [](const auto& writer) { return writer->is_done(); });
    if (is_done) CINELOOM_TRY(finish(task));
  }
  std::erase_if(running_, [](const Task& task) { return task.sequences.empty(); });
  return {};
}

Expected<void> Engine::finish(Task& task) {
  Report report{.id = task.order->id,
                .kind = ReportKind::Done,
                .prompt_tokens = static_cast<int>(task.prompt.size()),
                .evaluated_tokens = static_cast<int>(task.prompt.size()) - task.reused};
  for (const auto& writer : task.writers) report.candidates.push_back(writer->report());
  report.processor_seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  release(task);
  task.sequences.clear();
  return send_(report);
}

void Engine::release(Task& task) {
  for (const std::size_t sequence : task.sequences) sequences_[sequence].is_busy = false;
}

void Engine::cancel(std::int64_t id) {
  std::erase_if(waiting_, [id](const Task& task) { return task.order->id == id; });
  const auto task = std::ranges::find_if(running_, [id](const Task& one) { return one.order->id == id; });
  if (task == running_.end()) return;
  release(*task);
  running_.erase(task);
}

Expected<void> Engine::embed(const Order& order) {
  if (!embedder_) {
    LoadOrder own{.context = std::min(context_of_one_, kBatch), .sequences = 0, .threads = options_.threads};
    llama_context_params params = context_params(own, model_.get());
    params.embeddings = true;
    params.pooling_type = LLAMA_POOLING_TYPE_MEAN;
    embedder_.reset(llama_init_from_model(model_.get(), params));
    if (!embedder_) return fail(ErrorCode::InvalidArgument, "this model gives no vectors");
  }
  CINELOOM_TRY_ASSIGN(const auto tokens, tokens_of(order));
  const auto most = static_cast<std::size_t>(std::min(context_of_one_, kBatch));
  if (tokens.empty() || tokens.size() > most)
    return fail(ErrorCode::ResourceExhausted, fmt::format("context_length_exceeded: expected 1 to {} tokens, found {}", most, tokens.size()));
  llama_memory_clear(llama_get_memory(embedder_.get()), true);
  const BatchPtr batch = make_batch(static_cast<int>(tokens.size()));
  for (std::size_t i = 0; i < tokens.size(); ++i) add_token(*batch, tokens[i], static_cast<llama_pos>(i), 0, true);
  if (llama_decode(embedder_.get(), *batch) != 0) return fail(ErrorCode::Internal, "llama.cpp could not read the text");
  const float* found = llama_get_embeddings_seq(embedder_.get(), 0);
  if (found == nullptr) return fail(ErrorCode::InvalidArgument, "this model gives no vectors");
  Report report{.id = order.id,
                .kind = ReportKind::Vector,
                .prompt_tokens = static_cast<int>(tokens.size()),
                .vector = std::vector<float>(found, found + llama_model_n_embd(model_.get()))};
  double squares = 0;
  for (const float value : report.vector) squares += static_cast<double>(value) * static_cast<double>(value);
  for (float& value : report.vector) value = static_cast<float>(static_cast<double>(value) / std::max(std::sqrt(squares), 1e-12));
  return send_(report);
}

/// The likelihood of a text behind a prompt, on a sequence of its own.
Expected<void> Engine::score(const Order& order) {
  CINELOOM_TRY_ASSIGN(std::vector<llama_token> tokens, tokens_of(order));
  const std::size_t prompt = tokens.size();
  const auto rest = tokenize(vocabulary_, order.continuation, true);
  tokens.insert(tokens.end(), rest.begin(), rest.end());
  if (prompt == 0 || rest.empty() || tokens.size() > kMostScored || tokens.size() > static_cast<std::size_t>(context_of_one_)) {
    return fail(ErrorCode::ResourceExhausted, "context_length_exceeded: the text to score is empty or too long");
  }
  free_cells(cells_);
  const auto id = static_cast<llama_seq_id>(options_.sequences);
  const auto width = static_cast<std::size_t>(llama_vocab_n_tokens(vocabulary_));
  llama_memory_seq_rm(llama_get_memory(context_.get()), id, -1, -1);
  double sum = 0;
  for (std::size_t begin = 0; begin + 1 < tokens.size(); begin += kBatch) {
    batch_->n_tokens = 0;
    const std::size_t end = std::min(begin + kBatch, tokens.size() - 1);
    for (std::size_t i = begin; i < end; ++i) add_token(*batch_, tokens[i], static_cast<llama_pos>(i), id, i + 1 >= prompt);
    if (llama_decode(context_.get(), *batch_) != 0) return fail(ErrorCode::ResourceExhausted, "llama.cpp has no room to score");
    for (std::size_t i = std::max(begin, prompt - 1); i < end; ++i) {
      sum += log_probability({llama_get_logits_ith(context_.get(), static_cast<std::int32_t>(i - begin)), width}, tokens[i + 1]);
    }
  }
  llama_memory_seq_rm(llama_get_memory(context_.get()), id, -1, -1);
  return send_({.id = order.id, .kind = ReportKind::Tokens, .prompt_tokens = static_cast<int>(prompt), .tokens = rest, .log_probability = sum});
}

}  // namespace cineloom::llm
#endif
