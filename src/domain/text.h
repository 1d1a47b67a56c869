#pragma once

#include <boost/describe.hpp>
#include <cstddef>
#include <string>

namespace cineloom {

/// Half-open byte range [begin, end) of a UTF-8 text that the context names.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};
BOOST_DESCRIBE_STRUCT(Span, (), (begin, end))

/// The same words for readers of English and of Chinese.
struct LocalText {
  std::string english;
  std::string chinese;
  friend bool operator==(const LocalText&, const LocalText&) = default;
};
BOOST_DESCRIBE_STRUCT(LocalText, (), (english, chinese))

}  // namespace cineloom
