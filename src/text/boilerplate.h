#pragma once

#include <string_view>

#include "text/source_map.h"

namespace cineloom {

/// True for a page or a piece of one, as a browser saves it; "<br>" and "<b>" alone make no page.
bool is_html_page(std::string_view text);

/// What a page says, without what stands around it: scripts, navigation, forms, heads and feet, blocks of links, lines that ask for cookies,
/// sharing or signing in. Blocks are parted by a line end; entities are resolved. A page of nothing else stays as it is, without tags.
/// Linear in the length of the page.
MappedText main_text_mapped(std::string_view html);

}  // namespace cineloom
