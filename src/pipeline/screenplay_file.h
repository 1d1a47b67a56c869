#pragma once

#include <filesystem>

#include "base/expected.h"
#include "fuse/read_screenplay.h"

namespace cineloom {

/// The screenplay in a file of any encoding and format. Errors: those of reading, decoding and parsing.
Expected<ScreenplayReading> read_screenplay_file(const std::filesystem::path& path);

/// The language its dialogue is in, BCP 47; "und" if it cannot be told.
std::string screenplay_language(const Screenplay& screenplay);

}  // namespace cineloom
