#pragma once

#include <string_view>

#include "domain/screenplay.h"

namespace cineloom::fuse {

enum class TitlePage { MayStandFirst, None };

struct FountainParse {
  Screenplay screenplay;
  std::size_t title_end = 0;  ///< end of the title page's last line; 0 = there is none
};

/// Any UTF-8 text as Fountain; never fails. Notes and boneyards inside a line follow the element they stand in; their spans
/// lie inside its span. All other spans rise and do not overlap; between them stand blanks and line ends only.
FountainParse parse_fountain_text(std::string_view text, TitlePage title_page);

}  // namespace cineloom::fuse
