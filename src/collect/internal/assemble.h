#pragma once

#include <vector>

#include "collect/import.h"
#include "collect/internal/teller.h"

namespace cineloom::collect {

/// Puts together what several sources tell: films that are the same become one, also with those of the catalogue, each person gets
/// one name, and each event says where it comes from. The surest tellings of a film come first, so that a bare title finds them.
ImportBatch assemble(std::vector<Teller> tellers, const ImportOptions& options);

}  // namespace cineloom::collect
