#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

/// What the two ends of `cineloom worker llm` say to each other, as JSON.
namespace cineloom::llm {

/// A piece of a prompt: control tokens are only recognised where the program wrote them.
struct PromptPart {
  std::string text;
  bool has_control = false;
};
BOOST_DESCRIBE_STRUCT(PromptPart, (), (text, has_control))

struct ChatTurn {
  std::string role;  ///< "system", "user", "assistant"
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ChatTurn, (), (role, text))

/// The first order; answered by Ready or Failed.
struct LoadOrder {
  std::uint64_t memory_bytes = 0;  ///< of address space
  int context = 0;                 ///< tokens of all requests together
  int sequences = 8;
  int threads = 1;
};
BOOST_DESCRIBE_STRUCT(LoadOrder, (), (memory_bytes, context, sequences, threads))

enum class OrderKind { Generate, Embed, Tokenize, Score, Cancel };
BOOST_DESCRIBE_ENUM(OrderKind, Generate, Embed, Tokenize, Score, Cancel)

struct Order {
  std::int64_t id = 0;
  OrderKind kind = OrderKind::Generate;
  std::vector<ChatTurn> turns;        ///< Generate: a conversation, or
  std::vector<PromptPart> prompt;     ///< a prompt; also for Embed, Tokenize, Score
  std::string continuation;           ///< Score: what follows the prompt; control tokens are recognised
  int candidates = 1;
  int max_tokens = 256;
  int min_tokens = 0;                 ///< the end is refused before
  double temperature = 0.8;
  double top_p = 0.95;
  int top_k = 40;
  double repeat_penalty = 1;
  std::uint64_t seed = 1;
  bool is_exact = false;              ///< nothing known from before is used, and pieces of a prompt have a fixed size
  std::string grammar;
  std::vector<std::string> stops;
  std::vector<std::string> wanted;    ///< texts whose tokens are favoured until they came
  double favour = 0;                  ///< added to their logits
  std::vector<std::string> controls;  ///< control tokens that may be written, and are shown
  bool must_end_sentence = false;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, kind, turns, prompt, continuation, candidates, max_tokens, min_tokens, temperature, top_p, top_k, repeat_penalty, seed, is_exact,
                       grammar, stops, wanted, favour, controls, must_end_sentence))

enum class ReportKind { Ready, Piece, Done, Vector, Tokens, Failed };
BOOST_DESCRIBE_ENUM(ReportKind, Ready, Piece, Done, Vector, Tokens, Failed)

struct CandidateReport {
  std::string text;
  std::string finish;  ///< "stop", "length", "repetition"
  int tokens = 0;
  double log_probability = 0;
};
BOOST_DESCRIBE_STRUCT(CandidateReport, (), (text, finish, tokens, log_probability))

struct Report {
  std::int64_t id = 0;
  ReportKind kind = ReportKind::Failed;
  std::string text;                    ///< Piece; Ready: devices and system
  std::vector<CandidateReport> candidates;
  int prompt_tokens = 0;
  int evaluated_tokens = 0;
  std::vector<float> vector;
  std::vector<std::int32_t> tokens;
  double log_probability = 0;          ///< Score
  double processor_seconds = 0;        ///< Done: of the child since it began
  int context = 0;                     ///< Ready: of one request
  std::string error_code;              ///< Failed
  std::string error;
  std::string advice;
};
BOOST_DESCRIBE_STRUCT(Report, (),
                      (id, kind, text, candidates, prompt_tokens, evaluated_tokens, vector, tokens, log_probability, processor_seconds, context, error_code,
                       error, advice))

/// A report as a child wrote it; a model file that broke into the child would speak through it. What is told of a failure becomes one line that can
/// be shown. Errors: DataLoss for what is no report, or has counts below zero.
Expected<Report> read_report(std::string_view json);
/// Whether a report can be the end of this order: its kind, and as many candidates, numbers or tokens as were asked for. Errors: DataLoss.
Expected<void> check_answer(const Order& order, const Report& report);
/// The same for the load order. Errors: DataLoss.
Expected<void> check_ready(const Report& report);

}  // namespace cineloom::llm
