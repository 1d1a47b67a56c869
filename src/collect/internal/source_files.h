#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"

namespace cineloom::collect {

/// A text or document as it was found. Names are hints where contents are alike, never proof.
struct SourceFile {
  std::string name;     ///< inside its container, with '/' between folders
  std::string content;  ///< unpacked; UTF-16 is made UTF-8
};

/// What belongs together: a folder, an archive inside it or named by the user, or the files that were named one by one.
struct Container {
  std::string name;
  std::vector<SourceFile> files;  ///< by name; a single top folder that holds everything is left out of the names
};

/// Reads files, folders and archives (zip, tar, 7-Zip; gz, xz, bz2, zstd; archives in archives two deep), whatever the names say.
/// Pictures, films and other binary files are passed over. Limits count what is produced, since an archive's own claims prove
/// nothing: 8192 files, 1 GiB each, 2 GiB together, and past 64 MiB no more than 250 times the packed size.
/// Errors: NotFound, InvalidArgument (empty), DataLoss (damaged archive), ResourceExhausted (limits), Cancelled.
Expected<std::vector<Container>> read_sources(std::span<const std::filesystem::path> paths, const CancelToken& cancel);
/// The same for bytes that came over the network; `name` is what they are called in errors.
Expected<std::vector<Container>> read_source_bytes(std::string_view name, std::string bytes, const CancelToken& cancel);

/// The name without its folders: "lists/a.csv" is "a.csv".
std::string_view base_name(std::string_view name);
/// The file with this name; nullptr if there is none.
const SourceFile* find_file(const Container& container, std::string_view name);

}  // namespace cineloom::collect
