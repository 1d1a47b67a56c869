#pragma once

#include <filesystem>
#include <string>

#include "base/expected.h"

namespace cineloom::bench {

/// How large a made library is.
struct LibrarySize {
  int films = 0;
  int viewers = 0;
  int ratings = 0;  ///< >= films: every film has one
};

/// "Made Film 7", and when it was made; `film` from 1.
std::string made_title(int film);
int made_year(int film);

/// A library of generated films, viewers and ratings in `data`, imported as anybody's would be. Errors: those of the import.
Expected<void> fill_library(const std::filesystem::path& data, const LibrarySize& size);
/// The same, learned from. Errors also: those of the training.
Expected<void> make_library(const std::filesystem::path& data, const LibrarySize& size);

}  // namespace cineloom::bench
