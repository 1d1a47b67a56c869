#pragma once

#include <filesystem>
#include <string_view>

#include "base/expected.h"
#include "base/files.h"

namespace cineloom {

/// Opens a regular file beneath a folder for reading, by a name that anybody may have chosen. The kernel itself keeps the way inside
/// (openat2): neither "..", nor absolute names, nor links lead out, also if somebody changes the folder meanwhile. Where the kernel
/// cannot, links are not followed at all. Errors: NotFound for whatever is no file there; Unavailable if the folder cannot be opened.
Expected<FileDescriptor> open_beneath(const std::filesystem::path& folder, std::string_view name);

}  // namespace cineloom
