#pragma once

#include <map>
#include <string>

#include "output/film_writer.h"

namespace film {

/// Renders everything into `folder`: main cut, takes, subtitles, truth, branches, SHA256SUMS.
Expected<void> render_library(const std::string& folder);
/// Renders again into a scratch folder and holds the sums against those in `folder`.
/// The result is the number of files that differ.
Expected<int> check_library(const std::string& folder);
/// Reads the texts in `folder` and checks what other programs rely on; prints each failure.
/// The result is the number of failures.
Expected<int> verify_library(const std::string& folder);

Expected<std::string> read_file(const std::string& path);
Expected<void> write_file(const std::string& path, const std::string& text);
/// Hexadecimal SHA-256 of a file.
Expected<std::string> sha256_of(const std::string& path);

}  // namespace film
