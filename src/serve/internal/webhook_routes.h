#pragma once

#include "serve/api.h"

namespace cineloom::serve {

/// Routes by which an admin says whom to tell of what happens.
void add_webhook_routes(Router& router, const ApiContext& context);

}  // namespace cineloom::serve
