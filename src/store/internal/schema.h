#pragma once

#include "store/internal/sqlite.h"

namespace cineloom::sqlite {

enum class SchemaAge { Current, Older };
/// Errors: DataLoss if the file is another program's, or newer than this program.
Expected<SchemaAge> schema_age(Connection& connection);

/// Brings a store to the newest schema, one transaction per step. Errors: those of schema_age.
Expected<void> migrate(Connection& connection);

/// Writes the least that reaches the disk, and changes nothing; inside a transaction.
Expected<void> write_little(Connection& connection);

}  // namespace cineloom::sqlite
