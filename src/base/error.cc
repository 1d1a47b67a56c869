#include "base/error.h"

#include <ranges>

namespace cineloom {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::ResourceExhausted:
      return "resource_exhausted";
    case ErrorCode::Unavailable:
      return "unavailable";
    case ErrorCode::DataLoss:
      return "data_loss";
    case ErrorCode::Cancelled:
      return "cancelled";
    case ErrorCode::Internal:
      return "internal";
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

std::string Error::describe() const {
  std::string text;
  for (const std::string& action : context_ | std::views::reverse) text += action + ": ";
  return text + message_;
}

}  // namespace cineloom
