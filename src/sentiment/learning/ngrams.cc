#include "sentiment/learning/ngrams.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "base/utf8.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kStart = 0xCBF29CE484222325ULL;
constexpr std::uint64_t kPrime = 0x100000001B3ULL;
constexpr std::size_t kLongestTag = 64;

constexpr std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93ULL;
  return value ^ (value >> 32U);
}

enum class Kind : unsigned char { Blank, Mark, Letter, Wide };

struct Letters {
  std::array<Kind, 256> kind{};
  std::array<unsigned char, 256> lower{};
  constexpr Letters() {
    for (unsigned i = 0; i < 256; ++i) {
      const bool is_upper = i >= 'A' && i <= 'Z';
      const bool is_letter = is_upper || (i >= 'a' && i <= 'z') || (i >= '0' && i <= '9');
      kind[i] = i >= 0x80 ? Kind::Wide : i <= ' ' || i == 0x7F ? Kind::Blank : is_letter ? Kind::Letter : Kind::Mark;
      lower[i] = static_cast<unsigned char>(is_upper ? i - 'A' + 'a' : i);
    }
  }
};
constexpr Letters kLetters;

Kind kind_of(char byte) { return kLetters.kind[static_cast<unsigned char>(byte)]; }
constexpr std::uint64_t step(std::uint64_t hash, unsigned char byte) { return (hash ^ byte) * kPrime; }

/// Past the tag that starts here, or the same place if none does.
std::size_t after_tag(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || (kind_of(text[at + 1]) != Kind::Letter && text[at + 1] != '/')) return at;
  const auto close = text.substr(at, kLongestTag).find('>');
  return close == std::string_view::npos ? at : at + close + 1;
}

bool is_apostrophe(char32_t c) { return c == 0x2019 || c == 0x02BC; }
bool is_separate(char32_t c) { return is_han(c) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0x1F000 && c < 0x20000) || (c >= 0x2600 && c < 0x27C0); }
bool is_wide_mark(char32_t c) { return (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3040) || (c >= 0xFF01 && c <= 0xFF0F) || c == 0xA0 || c == 0xFEFF; }
// Full-width forms are their ASCII letters.
char32_t folded(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

}  // namespace

void NgramReader::add_unit(std::uint64_t hash, std::size_t begin, std::size_t end) {
  if (count_ == units_.size()) units_.resize(units_.size() * 2 + 256);
  units_[count_++] = {.hash = hash, .begin = static_cast<std::uint32_t>(begin), .end = static_cast<std::uint32_t>(end)};
}

std::size_t NgramReader::read_word(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  const auto stem_length = static_cast<std::size_t>(options_.stem);
  std::uint64_t hash = kStart;
  std::uint64_t stem = 0;
  while (at < text.size()) {
    if (at - begin == stem_length) stem = hash;
    const auto byte = static_cast<unsigned char>(text[at]);
    const Kind kind = kLetters.kind[byte];
    if (kind == Kind::Letter) [[likely]] {
      hash = step(hash, kLetters.lower[byte]);
      ++at;
    } else if (byte == '\'' && at + 1 < text.size() && kind_of(text[at + 1]) == Kind::Letter) {
      hash = step(hash, byte);
      ++at;
    } else if (kind == Kind::Wide) {
      const auto decoded = decode_utf8(text.substr(at));
      if (!decoded || is_separate(decoded->code_point)) break;
      const char32_t c = is_apostrophe(decoded->code_point) ? U'\'' : folded(decoded->code_point);
      if (is_wide_mark(decoded->code_point) && c != U'\'') break;
      hash = c < 0x80 ? step(hash, kLetters.lower[c]) : mixed(hash ^ c);
      at += decoded->bytes;
    } else {
      break;
    }
  }
  add_unit(mixed(hash), begin, at);
  if (stem_length > 0) {
    stems_.resize(count_, 0);
    stems_.back() = stem == 0 || stem == hash ? 0 : mixed(stem + 1);
  }
  return at;
}

std::size_t NgramReader::read_wide(std::string_view text, std::size_t at) {
  const auto decoded = decode_utf8(text.substr(at));
  if (!decoded) return at + 1;
  const char32_t c = decoded->code_point;
  if (!is_separate(c) && !is_wide_mark(c)) return read_word(text, at);
  const bool is_mark = is_wide_mark(c);
  if (!is_mark || (options_.keeps_punctuation && c != 0x3000)) add_unit(mixed(kStart ^ folded(c)), at, at + decoded->bytes);
  return at + decoded->bytes;
}

void NgramReader::find_units(std::string_view text) {
  count_ = 0;
  stems_.clear();
  text = text.substr(0, std::numeric_limits<std::uint32_t>::max());
  for (std::size_t at = 0; at < text.size();) {
    switch (kind_of(text[at])) {
      case Kind::Letter: at = read_word(text, at); break;
      case Kind::Wide: at = read_wide(text, at); break;
      case Kind::Blank: ++at; break;
      case Kind::Mark: {
        const std::size_t next = text[at] == '<' ? after_tag(text, at) : at;
        if (next == at && options_.keeps_punctuation) add_unit(mixed(kStart ^ static_cast<unsigned char>(text[at])), at, at + 1);
        at = std::max(next, at + 1);
      }
    }
  }
}

template <class Visit>
[[gnu::always_inline]] inline void NgramReader::for_each(Visit visit) const {
  // A length known when compiling makes the inner loop straight code.
  switch (options_.longest) {
    case 1: return for_each_up_to<1>(visit);
    case 2: return for_each_up_to<2>(visit);
    case 3: return for_each_up_to<3>(visit);
    default: return for_each_up_to<4>(visit);
  }
}

template <std::size_t Longest, class Visit>
[[gnu::always_inline]] inline void NgramReader::for_each_up_to(Visit visit) const {
  const Unit* units = units_.data();
  for (std::size_t last = 0; last < count_; ++last) {
    std::uint64_t hash = units[last].hash;
    visit(hash, last, last);
    if (last < stems_.size() && stems_[last] != 0) visit(stems_[last], last, last);
    for (std::size_t more = 1; more < Longest; ++more) {
      if (more > last) break;
      hash = mixed((hash + more) * 0x9E3779B97F4A7C15ULL ^ units[last - more].hash);
      visit(hash, last - more, last);
    }
  }
}

std::span<const std::uint64_t> NgramReader::read(std::string_view text) {
  find_units(text);
  const std::size_t most = count_ * static_cast<std::size_t>(options_.longest) + stems_.size();
  if (distinct_.size() < most) distinct_.resize(most);
  const std::size_t slots = std::bit_ceil(most * 2 + 1);
  seen_.assign(slots, 0);
  std::uint64_t* out = distinct_.data();
  std::uint32_t* seen = seen_.data();
  for_each([&](std::uint64_t hash, std::size_t, std::size_t) __attribute__((always_inline)) {
    const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32U) | 1U;
    std::size_t slot = hash & (slots - 1);
    while (seen[slot] != 0 && seen[slot] != tag) slot = (slot + 1) & (slots - 1);
    if (seen[slot] == tag) return;
    seen[slot] = tag;
    *out++ = hash;
  });
  return std::span(distinct_).first(static_cast<std::size_t>(out - distinct_.data()));
}

std::vector<NgramReader::Occurrence> NgramReader::occurrences(std::string_view text) {
  find_units(text);
  std::vector<Occurrence> found;
  for_each([&](std::uint64_t hash, std::size_t first, std::size_t last) {
    found.push_back({.hash = hash, .span = {.begin = units_[first].begin, .end = units_[last].end}, .units = static_cast<int>(last - first) + 1});
  });
  return found;
}

}  // namespace cineloom
