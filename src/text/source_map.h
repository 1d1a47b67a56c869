#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/text.h"

namespace cineloom {

/// Which bytes of an original each byte of a text came from, piece by piece. A text that is its original has an empty map.
class SourceMap {
 public:
  /// The next `text` bytes came from `source` bytes that follow those before; unlike lengths belong together as a whole.
  void add(std::size_t text, std::size_t source);
  /// The next bytes are the original's.
  void keep(std::size_t bytes) { add(bytes, bytes); }
  /// Bytes of the original that left nothing.
  void drop(std::size_t source) { add(0, source); }

  /// The original's bytes behind a range of the text, all that took part in it; an empty range stays empty.
  [[nodiscard]] Span source(Span text) const;
  /// The map of a text that was made of this one's text by `next`.
  [[nodiscard]] SourceMap then(const SourceMap& next) const;
  [[nodiscard]] bool is_identity() const { return pieces_.empty() || (pieces_.size() == 1 && pieces_[0].text == pieces_[0].source); }

 private:
  struct Piece {
    std::size_t text_begin = 0;
    std::size_t source_begin = 0;
    std::size_t text = 0;
    std::size_t source = 0;
  };
  [[nodiscard]] const Piece* piece_at(std::size_t at) const;
  [[nodiscard]] std::size_t source_begin(std::size_t at) const;
  [[nodiscard]] std::size_t source_end(std::size_t end) const;

  std::vector<Piece> pieces_;  ///< of the text, ascending; runs that are kept are one piece
};

/// A text with where it came from.
struct MappedText {
  std::string text;
  SourceMap source;

  void keep(std::string_view bytes) {
    text += bytes;
    source.keep(bytes.size());
  }
  void replace(std::string_view bytes, std::size_t original) {
    text += bytes;
    source.add(bytes.size(), original);
  }
};

}  // namespace cineloom
