#pragma once

#include <filesystem>
#include <memory>

#include "base/ranks.h"

namespace cineloom {

/// Ranks of a launcher's program. Destroyed before finish(), as on the way out with an error, it ends the other ranks too: they would
/// wait for this one for ever.
class LaunchedRanks : public Ranks {
 public:
  /// Waits until all have come here; the last call.
  virtual Expected<void> finish() = 0;
};

/// Whether a launcher of MPI programs (mpirun, srun) started this process.
bool is_launched_in_ranks();

/// The ranks that this process is one of. `program`: its own file, beside which the library lies, or under ../lib/cineloom. Errors:
/// Unavailable if there is no such library, or it cannot begin.
Expected<std::unique_ptr<LaunchedRanks>> open_ranks(const std::filesystem::path& program);

/// What the library exports under `kOpenMpi`: the caller owns the ranks; null where MPI cannot begin.
using OpenMpi = LaunchedRanks*();
inline constexpr const char* kOpenMpi = "cineloom_open_mpi";

}  // namespace cineloom
