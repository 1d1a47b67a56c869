#pragma once

#include <string>
#include <string_view>

namespace cineloom {

struct PlainCueText {
  std::string text;     ///< lines joined by '\n', without markup and blanks at their ends
  std::string speaker;  ///< of a WebVTT voice tag
};

/// Takes away <tags>, {\overrides} and character references. A '<' that opens no tag stays.
PlainCueText strip_markup(std::string_view raw);

}  // namespace cineloom
