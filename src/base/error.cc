#include "base/error.h"

#include <ranges>

namespace cineloom {
namespace {

std::string_view usual_advice(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument: return "correct the input; `cineloom COMMAND --help` and /openapi.yaml say what is expected";
    case ErrorCode::NotFound: return "check the name or number; ask for the list to see what there is";
    case ErrorCode::Conflict: return "look at its present state, then decide again";
    case ErrorCode::ResourceExhausted: return "make room or ask for less, then try again";
    case ErrorCode::Unavailable: return "try again in a while";
    case ErrorCode::DataLoss: return "get the file again from where it came, or bring back a backup";
    case ErrorCode::Cancelled: return "start it again when you like; nothing is half done";
    case ErrorCode::Internal: return "report this text together with what you did";
  }
  return "report this text together with what you did";
}

}  // namespace

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument: return "invalid_argument";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::Conflict: return "conflict";
    case ErrorCode::ResourceExhausted: return "resource_exhausted";
    case ErrorCode::Unavailable: return "unavailable";
    case ErrorCode::DataLoss: return "data_loss";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Internal: return "internal";
  }
  return "internal";
}

Error Error::in(std::string_view action) && {
  context_.emplace_back(action);
  return std::move(*this);
}

Error Error::advise(std::string_view next_step) && {
  if (next_step_.empty()) next_step_ = next_step;
  return std::move(*this);
}

std::string_view Error::advice() const { return next_step_.empty() ? usual_advice(code_) : next_step_; }

std::string Error::describe() const {
  std::string text;
  for (const std::string& action : context_ | std::views::reverse) text += action + ": ";
  return text + message_;
}

}  // namespace cineloom
