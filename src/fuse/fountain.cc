#include "fuse/fountain.h"

#include "base/utf8.h"
#include "fuse/internal/fountain_parser.h"

namespace cineloom {

Expected<Screenplay> parse_fountain(std::string_view text) {
  if (!is_valid_utf8(text)) { return std::unexpected(Error(ErrorCode::InvalidArgument, "expected a screenplay in UTF-8").advise("save it as UTF-8")); }
  Screenplay screenplay = fuse::parse_fountain_text(text, fuse::TitlePage::MayStandFirst).screenplay;
  if (screenplay.elements.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "there is no screenplay in this text").advise("scenes begin with INT. or EXT., see fountain.io/syntax"));
  }
  return screenplay;
}

}  // namespace cineloom
