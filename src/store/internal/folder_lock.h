#pragma once

#include <filesystem>

#include "base/files.h"

namespace cineloom::sqlite {

/// Makes this process the one that writes in a library's folder, for as long as the descriptor is open. It is taken before SQLite sees the
/// file: two writers on one folder must never meet. Errors: Conflict if another one does; Unavailable if nothing can be written there.
Expected<FileDescriptor> lock_folder(const std::filesystem::path& folder);

}  // namespace cineloom::sqlite
