#pragma once

#include <string>
#include <string_view>

#include "domain/film.h"

namespace cineloom {

/// Title and year as exports write them in one field: "Matrix, The (1999)" is {"The Matrix", 1999}.
struct TitleAndYear {
  std::string title;
  int year = 0;  ///< 0 = none given
};
TitleAndYear split_title(std::string_view text);

/// The stable key of a film: letters and digits of the title in lower case, then the year: "the-matrix-1999".
/// Accents fall away; characters of other scripts stay.
std::string film_key(std::string_view title, int year);

/// A title reduced to what identifies it: no case, accents, punctuation or leading article; "&" is "and", "II" is 2, full-width is ASCII.
std::string comparable_title(std::string_view title);

/// Lower case with accents folded to ASCII where that is possible; other scripts unchanged.
std::string fold_latin(std::string_view text);

}  // namespace cineloom
