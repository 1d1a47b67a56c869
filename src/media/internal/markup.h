#pragma once

#include <string>
#include <string_view>

namespace cineloom {

/// A tag of HTML or XML as it stands in a text that nobody vouches for.
struct MarkupTag {
  std::string_view name;        ///< as written, without '/' and namespace prefix
  std::string_view attributes;
  std::size_t begin = 0;        ///< of '<'
  std::size_t end = 0;          ///< behind '>'; 0 = there is no further tag
  bool is_closing = false;
};

/// The next tag from `from` on. A '<' that nothing closes within 2,000 bytes is text.
MarkupTag next_tag(std::string_view text, std::size_t from);

/// The value of an attribute, with or without namespace prefix and quotes; empty if it is not there.
std::string_view attribute(std::string_view attributes, std::string_view name);

bool is_same_word(std::string_view a, std::string_view b);  ///< whatever the case

}  // namespace cineloom
