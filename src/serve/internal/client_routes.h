#pragma once

#include "serve/api.h"

/// Routes for the clients of other programs, each kind in its own words.
namespace cineloom::serve {

void add_mcp_routes(Router& router, const ApiContext& context);
void add_delivery_routes(Router& router, const ApiContext& context);
void add_gorse_routes(Router& router, const ApiContext& context);
/// Counts every answer of the router, for whoever asks.
void add_metrics_route(Router& router, const ApiContext& context);

}  // namespace cineloom::serve
