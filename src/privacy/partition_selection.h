#pragma once

#include "privacy/gaussian_accountant.h"

namespace cineloom::privacy {

/// The largest probability with which a key that `viewers` viewers have may be told without breaking the loss: 0 for none, rising
/// (Desfontaines, Voss, Gipson and Mandayam 2022). epsilon > 0, 0 < delta < 1; each viewer counts for one key.
double keep_probability(long viewers, const PrivacyLoss& loss);

}  // namespace cineloom::privacy
