#include "fuse/internal/words.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/utf8.h"

namespace cineloom::fuse {
namespace {

constexpr std::size_t kAnchorWords = 3;
// Gaps between anchors larger than this are deleted or rewritten scenes, not worth a table.
constexpr std::size_t kLargestTable = 4'000'000;

struct Anchor {
  int left = 0;
  int right = 0;
};

using WordIds = std::vector<std::uint64_t>;

WordIds ids_of(const std::vector<std::string>& words) {
  WordIds ids(words.size());
  std::ranges::transform(words, ids.begin(), [](const std::string& word) { return fnv1a64(word); });
  return ids;
}

std::uint64_t run_id(const WordIds& words, std::size_t at) {
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < kAnchorWords; ++i) id = id * 0x9E3779B97F4A7C15ULL + words[at + i];
  return id;
}

/// Position of each run of words that occurs once; -1 for one that occurs more often.
std::unordered_map<std::uint64_t, int> unique_runs(const WordIds& words) {
  std::unordered_map<std::uint64_t, int> positions;
  for (std::size_t at = 0; at + kAnchorWords <= words.size(); ++at) {
    const auto [entry, is_new] = positions.emplace(run_id(words, at), static_cast<int>(at));
    if (!is_new) entry->second = -1;
  }
  return positions;
}

/// The longest chain of anchors that rises on both sides (patience sorting).
std::vector<Anchor> rising(const std::vector<Anchor>& anchors) {
  std::vector<std::size_t> tails;
  std::vector<int> before(anchors.size(), -1);
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    const auto place = std::ranges::lower_bound(tails, anchors[i].right, {}, [&](std::size_t tail) { return anchors[tail].right; });
    if (place != tails.begin()) before[i] = static_cast<int>(*(place - 1));
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<Anchor> chain;
  for (int i = tails.empty() ? -1 : static_cast<int>(tails.back()); i >= 0; i = before[static_cast<std::size_t>(i)]) {
    chain.push_back(anchors[static_cast<std::size_t>(i)]);
  }
  std::ranges::reverse(chain);
  return chain;
}

std::vector<Anchor> find_anchors(const WordIds& left, const WordIds& right) {
  const auto left_runs = unique_runs(left);
  const auto right_runs = unique_runs(right);
  std::vector<Anchor> anchors;
  for (const auto& [run, position] : left_runs) {
    const auto found = right_runs.find(run);
    if (position >= 0 && found != right_runs.end() && found->second >= 0) anchors.push_back({.left = position, .right = found->second});
  }
  std::ranges::sort(anchors, {}, &Anchor::left);
  return rising(anchors);
}

/// Half-open piece of both sides.
struct Gap {
  std::size_t left_begin;
  std::size_t left_end;
  std::size_t right_begin;
  std::size_t right_end;
};

/// Longest common subsequence inside a gap, written into `matches`.
void align_gap(const WordIds& left, const WordIds& right, const Gap& gap, std::vector<int>& matches) {
  const std::size_t rows = gap.left_end - gap.left_begin;
  const std::size_t columns = gap.right_end - gap.right_begin;
  if (rows == 0 || columns == 0 || rows * columns > kLargestTable) return;
  std::vector<std::uint16_t> table((rows + 1) * (columns + 1), 0);
  const auto cell = [&](std::size_t row, std::size_t column) -> std::uint16_t& { return table[row * (columns + 1) + column]; };
  for (std::size_t row = rows; row-- > 0;) {
    for (std::size_t column = columns; column-- > 0;) {
      const bool is_same = left[gap.left_begin + row] == right[gap.right_begin + column];
      cell(row, column) = is_same ? static_cast<std::uint16_t>(cell(row + 1, column + 1) + 1) : std::max(cell(row + 1, column), cell(row, column + 1));
    }
  }
  for (std::size_t row = 0, column = 0; row < rows && column < columns;) {
    if (left[gap.left_begin + row] == right[gap.right_begin + column]) {
      matches[gap.left_begin + row++] = static_cast<int>(gap.right_begin + column++);
    } else if (cell(row + 1, column) >= cell(row, column + 1)) {
      ++row;
    } else {
      ++column;
    }
  }
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U' ', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (is_han(c)) {
      flush();
      words.emplace_back(text.substr(0, decoded.bytes));
    } else if (c < 0x80 && std::isalnum(static_cast<int>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<int>(c)));
    } else if (c >= 0xC0 && c < 0x2000) {
      word += text.substr(0, decoded.bytes);
    } else if (c != U'\'' && c != 0x2019) {  // "don't" and "dont" are one word in careless subtitles
      flush();
    }
    text.remove_prefix(decoded.bytes);
  }
  flush();
  return words;
}

std::vector<int> align_words(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const WordIds left_ids = ids_of(left);
  const WordIds right_ids = ids_of(right);
  std::vector<int> matches(left.size(), -1);
  std::size_t left_at = 0;
  std::size_t right_at = 0;
  for (const Anchor& anchor : find_anchors(left_ids, right_ids)) {
    const auto anchor_left = static_cast<std::size_t>(anchor.left);
    const auto anchor_right = static_cast<std::size_t>(anchor.right);
    if (anchor_left < left_at || anchor_right < right_at) continue;  // overlaps the anchor before
    align_gap(left_ids, right_ids, {left_at, anchor_left, right_at, anchor_right}, matches);
    matches[anchor_left] = anchor.right;
    left_at = anchor_left + 1;
    right_at = anchor_right + 1;
  }
  align_gap(left_ids, right_ids, {left_at, left.size(), right_at, right.size()}, matches);
  return matches;
}

}  // namespace cineloom::fuse
