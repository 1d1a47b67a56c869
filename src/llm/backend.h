#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/random.h"

/// Language models, wherever they run.
namespace cineloom::llm {

enum class Role { System, User, Assistant };
/// As chat templates and servers name it: "system", "user" or "assistant".
std::string_view name_of_role(Role role);

struct Message {
  Role role = Role::User;
  std::string text;
};

/// How tokens are chosen.
struct Sampling {
  int max_tokens = 256;        ///< 1 .. 32768; an answer under a schema may take as many as its longest form needs
  double temperature = 0.8;    ///< 0 .. 2; 0 = always the likeliest
  double top_p = 0.95;         ///< (0, 1]
  int top_k = 40;              ///< 0 = all
  double repeat_penalty = 1;   ///< 1 = none, up to 2
  Seed seed = 1;
  /// The same seed gives the same text on the same machine, as long as nothing runs beside it: the whole prompt is evaluated again,
  /// because what is known from before may differ in the last bits of its numbers.
  bool is_exact = false;
  std::vector<std::string> stops;  ///< the text ends before the first of them; at most 8
};

/// How long each part of an answer may take.
struct Deadlines {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds first_token{120'000};
  std::chrono::milliseconds idle{60'000};  ///< between two pieces of text
  std::chrono::milliseconds total{600'000};
};

struct ChatRequest {
  std::vector<Message> messages;
  Sampling sampling;
  std::string schema;  ///< a JSON schema that the answer must fit; empty = free text
  Deadlines deadlines;
};

struct CompletionRequest {
  std::string prompt;
  Sampling sampling;
  std::string schema;
  Deadlines deadlines;
};

enum class Finish { Stop, Length, Repetition };

struct Answer {
  std::string text;
  Finish finish = Finish::Stop;
  int prompt_tokens = 0;
  int evaluated_tokens = 0;     ///< of the prompt; the others were still known from an earlier request
  int completion_tokens = 0;
  double processor_seconds = 0; ///< that the model's process has used so far, 0 where it is not known
  double log_probability = 0;   ///< natural logarithm, summed over the tokens; 0 where it is not known
};

/// What a model is and can do.
struct ModelInfo {
  std::string name;
  std::string architecture;
  int context = 0;          ///< tokens of one request, prompt and answer together; 0 = not known
  bool can_embed = false;
  bool is_local = false;    ///< nothing leaves this machine
};

/// Takes text as it comes, on the thread that asked; whole characters only. An error ends the answer and is passed on.
using TextSink = std::function<Expected<void>(std::string_view piece)>;

/// One language model. Thread-safe: requests of several threads run side by side and do not disturb each other.
/// Errors of all: InvalidArgument for a request that cannot be, ResourceExhausted if it is too long or a deadline passed,
/// Unavailable if the model cannot be reached, Cancelled, DataLoss if it answers nonsense.
class LlmBackend {
 public:
  virtual ~LlmBackend() = default;

  [[nodiscard]] virtual ModelInfo info() const = 0;
  virtual Expected<Answer> chat(const ChatRequest& request, const TextSink& sink, const CancelToken& cancel) = 0;
  virtual Expected<Answer> complete(const CompletionRequest& request, const TextSink& sink, const CancelToken& cancel) = 0;
  /// A vector of length 1 for each text. Errors: also InvalidArgument for a model that has none.
  virtual Expected<std::vector<std::vector<float>>> embed(const std::vector<std::string>& texts, const CancelToken& cancel) = 0;
  /// How many tokens the text has; servers that do not say are answered for with an upper bound.
  virtual Expected<int> count_tokens(std::string_view text) = 0;
  /// Whether it answers now.
  virtual Expected<void> health() = 0;
};

/// Errors: InvalidArgument with the member that is out of range.
Expected<void> check(const Sampling& sampling);

}  // namespace cineloom::llm
