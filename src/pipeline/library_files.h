#pragma once

#include <filesystem>
#include <string_view>

#include "base/expected.h"
#include "domain/import.h"
#include "domain/story.h"

namespace cineloom {

/// The side files of a video: "film.mp4" goes with "film.fountain|fdx|txt|html", "film[.<language>][.<flags>].srt|vtt|ass|..." and
/// "film.branches.json".
FilmFiles files_beside(const std::filesystem::path& video);

/// Where a film's alternative takes lie: "film.mp4" has them in "film.takes".
std::filesystem::path takes_folder(const FilmFiles& files);

/// Adds to a library's batch the files of each film whose key is the stem of a video in the library's folder.
void add_library_files(const std::filesystem::path& folder, ImportBatch& batch);

/// Whether a piece of footage is named from the film's folder and ends behind its beginning, within a thousand hours.
bool is_footage(const FootagePiece& piece);

/// A graph of choices over footage (docs/formats/branches.md). Errors: InvalidArgument with the field; two nodes of one id; a start, choice or
/// default that names nothing; footage outside the film's folder or that ends before it begins.
Expected<StoryGraph> parse_branches(std::string_view text);
/// The same of a file of at most 16 MiB. Errors: those of reading; as parse_branches.
Expected<StoryGraph> read_branches(const std::filesystem::path& path);

}  // namespace cineloom
