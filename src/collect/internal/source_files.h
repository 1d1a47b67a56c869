#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/expected.h"

namespace cineloom::collect {

/// The files of an import by their path inside it; a single top folder that holds everything is left out of the names.
using SourceFiles = std::map<std::string, std::string>;

/// Reads a file, a folder or a zip archive (by content). At most 64 files of 512 MiB and 2 GiB together are kept, counted as
/// unpacked; only names that end in .csv, .dat, .data, .item, .json, .jsonl, .user are read from archives and folders.
/// Errors: NotFound, InvalidArgument (empty), DataLoss (truncated archive), ResourceExhausted (limits), Cancelled.
Expected<SourceFiles> read_source(const std::filesystem::path& path, const CancelToken& cancel);

/// The file with this name, or whose path ends in '/' and this name; nullptr if there is none.
const std::string* find_file(const SourceFiles& files, std::string_view name);

}  // namespace cineloom::collect
