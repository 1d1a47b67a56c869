#pragma once

#include "report.h"

namespace cineloom::bench {

// The parts of this benchmark, each in a file of its own; each says itself what is missing.
void measure_accountants(Report& report);
void measure_private_learning(Report& report);
void measure_sensitivity(Report& report);
void measure_membership(Report& report);
void measure_linkage(Report& report);
void measure_erasure(Report& report);
void measure_sealing(Report& report);
void measure_login_flood(Report& report);

}  // namespace cineloom::bench
