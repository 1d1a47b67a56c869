#ifdef CINELOOM_HAS_LLAMA
#include "llm/internal/writer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "base/utf8.h"

namespace cineloom::llm {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
/// A text whose last four tokens came this often before is going in circles.
constexpr int kMostRepeats = 3;
constexpr std::size_t kPenaltyWindow = 64;

/// Where the last character that is not whole begins; the size if all are.
std::size_t whole_end(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t needs = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
    return needs > back ? text.size() - back : text.size();
  }
  return text.size();
}

/// Whether the bytes are UTF-8, but for a last character that is not whole yet: then one of the fillings makes it so.
bool begins_utf8(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return true;
  for (const char filling : {'\x80', '\xBF'}) {
    for (std::size_t count = 1; count <= 3; ++count) {
      if (is_valid_utf8(std::string(bytes) + std::string(count, filling))) return true;
    }
  }
  return false;
}

}  // namespace

Expected<std::unique_ptr<Writer>> Writer::start(const llama_vocab* vocabulary, const Order& order, int candidate) {
  std::unique_ptr<Writer> writer(new Writer(vocabulary, order));
  if (!order.grammar.empty()) {
    writer->grammar_.reset(llama_sampler_init_grammar(vocabulary, order.grammar.c_str(), "root"));
    if (!writer->grammar_) return fail(ErrorCode::InvalidArgument, "the grammar of the answer is not taken by llama.cpp");
  }
  writer->make_chain(candidate);
  writer->candidates_.resize(static_cast<std::size_t>(llama_vocab_n_tokens(vocabulary)));
  writer->note_controls();
  for (const std::string& wanted : order.wanted) {
    if (auto tokens = tokenize(vocabulary, wanted, true); !tokens.empty()) writer->wishes_.push_back({std::move(tokens)});
  }
  return writer;
}

/// Control tokens that may not be written, where some may, and those that end the text.
void Writer::note_controls() {
  std::vector<bool> is_allowed(candidates_.size(), order_.controls.empty());
  for (const std::string& control : order_.controls) {
    for (const llama_token token : tokenize(vocabulary_, control, true)) is_allowed[static_cast<std::size_t>(token)] = true;
  }
  for (std::size_t i = 0; i < is_allowed.size(); ++i) {
    const auto token = static_cast<llama_token>(i);
    if (llama_vocab_is_eog(vocabulary_, token)) {
      ends_.push_back(token);
    } else if (!is_allowed[i] && llama_vocab_is_control(vocabulary_, token)) {
      refused_.push_back(token);
    }
  }
}

void Writer::make_chain(int candidate) {
  chain_.reset(llama_sampler_chain_init(llama_sampler_chain_default_params()));
  const auto add = [this](llama_sampler* sampler) { llama_sampler_chain_add(chain_.get(), sampler); };
  if (order_.temperature <= 0) {
    if (order_.repeat_penalty > 1)
      add(llama_sampler_init_penalties(llama_vocab_n_tokens(vocabulary_), kPenaltyWindow, static_cast<float>(order_.repeat_penalty), 0, 0));
    return add(llama_sampler_init_greedy());
  }
  if (order_.top_k > 0) add(llama_sampler_init_top_k(order_.top_k));
  if (order_.repeat_penalty > 1)
    add(llama_sampler_init_penalties(llama_vocab_n_tokens(vocabulary_), kPenaltyWindow, static_cast<float>(order_.repeat_penalty), 0, 0));
  add(llama_sampler_init_top_p(static_cast<float>(order_.top_p), 1));
  add(llama_sampler_init_temp(static_cast<float>(order_.temperature)));
  // The all-ones seed would mean a random one.
  add(llama_sampler_init_dist(static_cast<std::uint32_t>(derive_seed(order_.seed, static_cast<std::uint64_t>(candidate)) % 0xFFFFFFFFU)));
}

void Writer::choose(std::span<const float> logits) {
  for (std::size_t i = 0; i < candidates_.size(); ++i) candidates_[i] = {static_cast<llama_token>(i), logits[i], 0};
  weigh();
  const llama_token token = pick();
  if (token < 0) {
    finish_ = "stop";  // nothing is left that the grammar takes
    return;
  }
  take(token, llm::log_probability(logits, token));
}

/// Refuses control tokens that were not asked for and an early end, favours what is still wanted.
void Writer::weigh() {
  for (const llama_token token : refused_) candidates_[static_cast<std::size_t>(token)].logit = kNever;
  const bool is_open = order_.must_end_sentence && (text_.empty() || std::string_view(".!?\"'").find(text_.back()) == std::string_view::npos);
  if (static_cast<int>(tokens_.size()) < order_.min_tokens || is_open) {
    for (const llama_token token : ends_) candidates_[static_cast<std::size_t>(token)].logit = kNever;
  }
  for (const Wish& wish : wishes_) {
    if (wish.is_met) continue;
    candidates_[static_cast<std::size_t>(wish.tokens[wish.come])].logit += static_cast<float>(order_.favour * (wish.come == 0 ? 1 : 3));
  }
}

llama_token Writer::pick() {
  const llama_token token = sample(candidates_);
  if (!grammar_ || (token >= 0 && fits_grammar(token) && is_whole_with(token))) return token;
  // The likely choice does not fit: what does not is taken out before choosing again.
  llama_token_data_array strict{candidates_.data(), candidates_.size(), -1, false};
  llama_sampler_apply(grammar_.get(), &strict);
  while (std::ranges::any_of(candidates_, [](const llama_token_data& one) { return one.logit > kNever; })) {
    const llama_token next = sample(candidates_);
    if (next < 0 || is_whole_with(next)) return next;
    candidates_[static_cast<std::size_t>(next)].logit = kNever;
  }
  return -1;
}

llama_token Writer::sample(std::vector<llama_token_data> candidates) {
  llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
  llama_sampler_apply(chain_.get(), &array);
  return array.selected < 0 || array.data[array.selected].logit == kNever ? -1 : array.data[array.selected].id;
}

/// Tokens may be single bytes, and grammars look at what they mean, not at whether it is written as it should be.
bool Writer::is_whole_with(llama_token token) const {
  const std::size_t begin = text_.size() - std::min<std::size_t>(text_.size(), 3);
  std::size_t start = begin;
  while (start < text_.size() && (static_cast<unsigned char>(text_[start]) & 0xC0U) == 0x80U) ++start;
  return llama_vocab_is_eog(vocabulary_, token) || begins_utf8(text_.substr(start) + piece_of(vocabulary_, token, false));
}

bool Writer::fits_grammar(llama_token token) {
  llama_token_data one{token, 1, 0};
  llama_token_data_array array{&one, 1, -1, false};
  llama_sampler_apply(grammar_.get(), &array);
  return array.data[0].logit > kNever;
}

void Writer::take(llama_token token, double log_probability) {
  log_probability_ += log_probability;
  tokens_.push_back(token);
  llama_sampler_accept(chain_.get(), token);
  if (llama_vocab_is_eog(vocabulary_, token)) {
    finish_ = "stop";
    return;
  }
  if (grammar_) llama_sampler_accept(grammar_.get(), token);
  note_wishes(token);
  text_ += piece_of(vocabulary_, token, !order_.controls.empty());
  look_for_end();
}

void Writer::note_wishes(llama_token token) {
  for (Wish& wish : wishes_) {
    if (wish.is_met) continue;
    wish.come = wish.tokens[wish.come] == token ? wish.come + 1 : wish.tokens[0] == token ? 1 : 0;
    wish.is_met = wish.come == wish.tokens.size();
    if (wish.is_met) wish.come = 0;
  }
}

void Writer::look_for_end() {
  for (const std::string& stop : order_.stops) {
    const auto at = text_.find(stop, sent_);
    if (at == std::string::npos) continue;
    text_.resize(at);
    finish_ = "stop";
  }
  if (!finish_.empty()) return;
  if (order_.grammar.empty() && repeats()) finish_ = "repetition";
  if (static_cast<int>(tokens_.size()) >= order_.max_tokens) finish_ = "length";
}

bool Writer::repeats() const {
  constexpr std::size_t kLength = 4;
  if (tokens_.size() < kLength * (kMostRepeats + 1)) return false;
  const std::span<const llama_token> tail(tokens_.end() - kLength, tokens_.end());
  int found = 0;
  for (std::size_t i = 0; i + kLength < tokens_.size(); ++i)
    found += std::equal(tail.begin(), tail.end(), tokens_.begin() + static_cast<std::ptrdiff_t>(i)) ? 1 : 0;
  return found >= kMostRepeats;
}

std::string Writer::take_certain_text() {
  std::size_t end = whole_end(text_);
  if (is_done()) {
    end = text_.size();
  } else {
    std::size_t longest = 0;
    for (const std::string& stop : order_.stops) longest = std::max(longest, stop.size());
    if (longest > 1) end = std::min(end, text_.size() - std::min(text_.size(), longest - 1));
    while (end > sent_ && end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) --end;
  }
  if (end <= sent_) return {};
  std::string piece = to_valid_utf8(std::string_view(text_).substr(sent_, end - sent_));
  sent_ = end;
  return piece;
}

CandidateReport Writer::report() const {
  return {.text = to_valid_utf8(text_),
          .finish = finish_.empty() ? "length" : finish_,
          .tokens = static_cast<int>(tokens_.size()),
          .log_probability = log_probability_};
}

}  // namespace cineloom::llm
#endif
