#include "serve/problem.h"

#include <fmt/format.h>

#include "base/json_text.h"

namespace cineloom::serve {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "The request is not right";
    case 401: return "Somebody must sign in";
    case 403: return "This is not allowed";
    case 404: return "There is no such thing";
    case 405: return "This method is not offered here";
    case 409: return "The state is another";
    case 413: return "The request is too large";
    case 422: return "The request cannot be followed";
    case 429: return "A limit is reached";
    case 499: return "The work was cancelled";
    case 503: return "Not to be had right now";
    case 507: return "There is no room on the disk";
    default: return "Something of ours failed";
  }
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument: return 400;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::Conflict: return 409;
    case ErrorCode::ResourceExhausted: return 429;
    case ErrorCode::Cancelled: return 499;
    case ErrorCode::Unavailable: return 503;
    case ErrorCode::DataLoss:
    case ErrorCode::Internal: return 500;
  }
  return 500;
}

HttpResponse problem(const Error& error) { return problem(status_of(error.code()), error); }

HttpResponse problem(int status, const Error& error) {
  return {.status = status,
          .content_type = "application/problem+json",
          .body = fmt::format(R"({{"type":"about:blank#{}","title":{},"status":{},"detail":{},"cause":{},"next_step":{}}})", name_of(error.code()),
                              json_string(title_of(status)), status, json_string(error.describe()), json_string(error.message()), json_string(error.advice()))};
}

HttpResponse problem(const StoreCondition& condition) { return problem(condition.mode == StoreCondition::Mode::Full ? 507 : 503, *condition.cause); }

}  // namespace cineloom::serve
