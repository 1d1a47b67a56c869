#include "text/source_map.h"

#include <algorithm>
#include <utility>

namespace cineloom {

void SourceMap::add(std::size_t text, std::size_t source) {
  if (text == 0 && source == 0) return;
  const Piece last = pieces_.empty() ? Piece{} : pieces_.back();
  const Piece next{.text_begin = last.text_begin + last.text, .source_begin = last.source_begin + last.source, .text = text, .source = source};
  // Only what was kept can be cut anywhere, so only that is joined; what left nothing is remembered with what left nothing before.
  const bool joins = !pieces_.empty() && ((last.text == last.source && text == source) || (last.text == 0 && text == 0));
  if (!joins) {
    pieces_.push_back(next);
    return;
  }
  pieces_.back().text += text;
  pieces_.back().source += source;
}

const SourceMap::Piece* SourceMap::piece_at(std::size_t at) const {
  const auto after = std::ranges::upper_bound(pieces_, at, {}, &Piece::text_begin);
  return after == pieces_.begin() ? nullptr : &*(after - 1);
}

std::size_t SourceMap::source_begin(std::size_t at) const {
  const Piece* piece = piece_at(at);
  if (piece == nullptr) return at;
  if (at >= piece->text_begin + piece->text) return piece->source_begin + piece->source;
  return piece->source_begin + (piece->text == piece->source ? at - piece->text_begin : 0);
}

std::size_t SourceMap::source_end(std::size_t end) const {
  const Piece* piece = piece_at(end - 1);
  if (piece == nullptr) return end;
  const std::size_t inside = std::min(end - piece->text_begin, piece->text);
  return piece->source_begin + (piece->text == piece->source ? inside : piece->source);
}

Span SourceMap::source(Span text) const {
  const std::size_t begin = source_begin(text.begin);
  if (text.end <= text.begin) return {.begin = begin, .end = begin};
  return {.begin = begin, .end = std::max(begin, source_end(text.end))};
}

SourceMap SourceMap::then(const SourceMap& next) const {
  if (next.pieces_.empty()) return *this;
  if (pieces_.empty()) return next;
  SourceMap joined;
  std::size_t reached = 0;  // bytes of the original that are mapped
  const auto add = [&](std::size_t text, std::size_t until) {
    joined.add(text, until - reached);
    reached = until;
  };
  for (const Piece& piece : next.pieces_) {
    const std::size_t end = piece.source_begin + piece.source;
    if (piece.text != piece.source) {
      add(piece.text, piece.source == 0 ? reached : std::max(reached, source_end(end)));
      continue;
    }
    // A kept run is cut where this map's pieces are.
    for (std::size_t at = piece.source_begin; at < end;) {
      const Piece* own = piece_at(at);
      const std::size_t stop = std::min(end, std::max(own == nullptr ? end : own->text_begin + own->text, at + 1));
      if (source_begin(at) > reached) joined.add(0, source_begin(at) - std::exchange(reached, source_begin(at)));
      add(stop - at, std::max(reached, source_end(stop)));
      at = stop;
    }
  }
  return joined;
}

}  // namespace cineloom
