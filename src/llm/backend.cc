#include "llm/backend.h"

namespace cineloom::llm {
namespace {

std::unexpected<Error> out_of_range(std::string_view what) { return fail(ErrorCode::InvalidArgument, std::string(what) + " is out of range"); }

}  // namespace

std::string_view name_of_role(Role role) { return role == Role::System ? "system" : role == Role::Assistant ? "assistant" : "user"; }

Expected<void> check(const Sampling& sampling) {
  if (sampling.max_tokens < 1 || sampling.max_tokens > 32768) return out_of_range("max_tokens (1 .. 32768)");
  if (!(sampling.temperature >= 0 && sampling.temperature <= 2)) return out_of_range("temperature (0 .. 2)");
  if (!(sampling.top_p > 0 && sampling.top_p <= 1)) return out_of_range("top_p (0 .. 1)");
  if (sampling.top_k < 0) return out_of_range("top_k (0 or more)");
  if (!(sampling.repeat_penalty >= 1 && sampling.repeat_penalty <= 2)) return out_of_range("repeat_penalty (1 .. 2)");
  if (sampling.stops.size() > 8) return out_of_range("stop (at most 8 texts)");
  for (const std::string& stop : sampling.stops) {
    if (stop.empty() || stop.size() > 256) return out_of_range("stop (1 .. 256 bytes each)");
  }
  return {};
}

}  // namespace cineloom::llm
