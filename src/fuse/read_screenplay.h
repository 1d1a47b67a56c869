#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/screenplay.h"

namespace cineloom {

enum class ScreenplayFormat { Fountain, FinalDraft, PlainText };

struct ScreenplayReading {
  Screenplay screenplay;
  ScreenplayFormat format = ScreenplayFormat::Fountain;
  double score = 0;                   ///< how much it looks like a screenplay, 0 .. 1
  std::vector<std::string> warnings;  ///< what makes the reading doubtful
};

/// Reads a screenplay whatever it is, by its content: Final Draft, Fountain, or plain text (also saved web pages and the text
/// of PDF files). Final Draft files may be in any encoding that XML declares; all else is UTF-8.
/// Errors: InvalidArgument if there is no screenplay in it, with the reason.
Expected<ScreenplayReading> read_screenplay(std::string_view bytes);

}  // namespace cineloom
