#pragma once

#include "store/internal/sqlite.h"

namespace cineloom::sqlite {

/// Brings a store to the newest schema, one transaction per step. Errors: DataLoss if it is newer than this program.
Expected<void> migrate(Connection& connection);

}  // namespace cineloom::sqlite
