#pragma once

#include "base/error.h"
#include "serve/http.h"
#include "store/store_condition.h"

namespace cineloom::serve {

/// The HTTP status of an error: the one place where codes become statuses.
int status_of(ErrorCode code);

/// An error as application/problem+json (RFC 9457) with our members `cause` and `next_step`.
HttpResponse problem(const Error& error);
HttpResponse problem(int status, const Error& error);

/// What a store that takes nothing answers: 507 where its disk is full, 503 where it fails. The condition is not that of a writable one.
HttpResponse problem(const StoreCondition& condition);

}  // namespace cineloom::serve
