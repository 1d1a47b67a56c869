#pragma once

#include <cstddef>
#include <vector>

#include "base/bytes.h"
#include "media/jpeg.h"
#include "vision/keyframes.h"

/// What watching remembers, as bytes: each mark holds what came since the one before it. They are read back by the same program only.
namespace cineloom {

/// The values from index `from` on, and where they belong.
template <class T>
void put_tail(ByteWriter& out, const std::vector<T>& values, std::size_t from) {
  out.put(static_cast<std::uint64_t>(from));
  out.put(std::vector<T>(values.begin() + static_cast<std::ptrdiff_t>(from), values.end()));
}

/// Puts them in their place; false if they do not fit what is there.
template <class T>
[[nodiscard]] bool take_tail(ByteReader& in, std::vector<T>& values) {
  std::uint64_t from = 0;
  std::vector<T> tail;
  in.take(from);
  in.take(tail);
  if (in.is_short() || from > values.size()) return false;
  values.resize(from);
  values.insert(values.end(), tail.begin(), tail.end());
  return true;
}

void put(ByteWriter& out, const Picture& picture);
void take(ByteReader& in, Picture& picture);
void put(ByteWriter& out, const KeyframeCandidate& candidate);
void take(ByteReader& in, KeyframeCandidate& candidate);

/// Lists of values that have put() and take() of their own; each index may come once, in order.
template <class T, class Put>
void put_new(ByteWriter& out, const std::vector<T>& values, std::size_t from, Put put_one) {
  out.put(static_cast<std::uint64_t>(values.size() - from));
  for (std::size_t i = from; i < values.size(); ++i) put_one(out, values[i]);
}
template <class T, class Take>
void take_new(ByteReader& in, std::vector<T>& values, Take take_one) {
  std::uint64_t count = 0;
  in.take(count);
  for (std::uint64_t i = 0; i < count && !in.is_short(); ++i) take_one(in, values.emplace_back());
}

}  // namespace cineloom
