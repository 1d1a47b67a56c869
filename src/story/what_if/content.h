#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace cineloom::what_if {

enum class Content { Fear, Violence, Sex, Drugs, Language };

/// The kind of that name: "fear", "violence", "sex", "drugs", "language". Errors: InvalidArgument with all names.
Expected<Content> content_named(std::string_view name);

/// What it is called in Chinese.
std::string_view chinese_name(Content content);

/// What a text shows or says that not everybody wants to see, by closed lists of words, English and Chinese.
std::vector<Content> content_of(std::string_view text);

/// The least age a text is fit for: 0, 6, 12 or 16.
int age_of(std::string_view text);

}  // namespace cineloom::what_if
