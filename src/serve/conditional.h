#pragma once

#include "serve/http.h"

namespace cineloom::serve {

/// Gives an answer to GET that is there as a whole its validator (ETag), and turns it into 304 without a body where If-None-Match (RFC 9110, 13.1.2)
/// says that the asker has it already. Where the answer says nothing of caches, they may keep it for the asker alone and must ask each time. All other
/// answers stay as they are.
HttpResponse with_validator(const HttpRequest& request, HttpResponse response);

}  // namespace cineloom::serve
