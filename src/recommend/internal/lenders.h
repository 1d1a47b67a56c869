#pragma once

#include <functional>

#include "recommend/models/bayesian_factorization.h"
#include "recommend/models/content_model.h"

namespace cineloom {

/// Films for which `is_needy` get the factors of up to `most` rated films that are like them.
void lend_factors(BayesianFactorization& stars, const ContentModel& content, int most, const std::function<bool(std::int32_t)>& is_needy);

}  // namespace cineloom
