#include "text/chinese_segmenter.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/utf8.h"
#include "text/internal/segment_features.h"
#include "text/internal/segment_storage.h"

namespace cineloom {
namespace {

using namespace segmentation;

constexpr std::size_t kLongestEntry = 32;
// Longer stretches without a blank are cut; the memory that one takes stays small, and a cut every 64k characters harms nobody.
constexpr std::size_t kLongestStretch = 1U << 16U;
constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::min() / 4;
// Stronger than any sum of weights of one character.
constexpr std::int16_t kGazetteerBonus = 4000;

constexpr std::size_t kNearValues = Weights::kNear * kPlaces;
using Row4 [[gnu::vector_size(8)]] = std::int16_t;
using Row16 [[gnu::vector_size(32)]] = std::int16_t;
using Bytes4 [[gnu::vector_size(4)]] = std::int8_t;
using Bytes16 [[gnu::vector_size(16)]] = std::int8_t;

template <class Vector, class Value>
void add_row(std::int16_t* scores, const Value* row) {
  Vector sum;
  std::memcpy(&sum, scores, sizeof sum);
  if constexpr (std::is_same_v<Value, std::int16_t>) {
    Vector values;
    std::memcpy(&values, row, sizeof values);
    sum += values;
  } else {
    std::conditional_t<std::is_same_v<Vector, Row4>, Bytes4, Bytes16> values;
    std::memcpy(&values, row, sizeof values);
    sum += __builtin_convertvector(values, Vector);
  }
  std::memcpy(scores, &sum, sizeof sum);
}

/// Index of a key's row in an open table, or nothing.
template <class Rows>
const typename Rows::value_type* row_of(const std::vector<std::uint16_t>& prints, const Rows& rows, std::uint64_t key) {
  const std::size_t mask = prints.size() - 1;
  for (std::size_t slot = key & mask;; slot = (slot + 1) & mask) {
    if (prints[slot] == print_of(key)) return &rows[slot];
    if (prints[slot] == 0) return nullptr;
  }
}

/// Scores and back-pointers of one stretch; kept between stretches.
struct Lattice {
  std::vector<std::int16_t> scores;  ///< [kPadding + characters + kPadding, kPlaces]
  std::vector<std::array<unsigned char, kPlaces>> from;
  std::vector<unsigned char> places;
  ListedWords listed;
};
constexpr std::size_t kPadding = 3;

/// Pairs whose rows were asked of memory some characters before they are needed.
constexpr std::size_t kAhead = 8;

void prefetch(const Weights& weights, const std::vector<char32_t>& c, std::size_t at) {
  if (at == 0 || at + 1 >= c.size()) return;
  __builtin_prefetch(&weights.pair_prints[pair_key(c[at], c[at + 1]) & (weights.pair_prints.size() - 1)]);
  __builtin_prefetch(&weights.pair_rows[pair_key(c[at], c[at + 1]) & (weights.pair_rows.size() - 1)]);
  const std::size_t mask = weights.around_prints.size() - 1;
  for (const std::uint64_t key : {around_key(c[at - 1], c[at + 1]), triple_key(c[at - 1], c[at], c[at + 1])}) {
    __builtin_prefetch(&weights.around_prints[key & mask]);
    __builtin_prefetch(&weights.around_rows[key & mask]);
  }
}

std::size_t pattern_in(const Characters& stretch, std::size_t i) {
  const auto& c = stretch.code_points;
  const bool is_last = i + 1 >= c.size();
  return pattern_of(i == 0 ? kMarkKind : stretch.kinds[i - 1], stretch.kinds[i], is_last ? kMarkKind : stretch.kinds[i + 1], !is_last && c[i] == c[i + 1],
                    i >= 2 && c[i] == c[i - 2]);
}

void score_listed(const Weights& weights, const Characters& stretch, Lattice& lattice) {
  const std::size_t mask = weights.word_prints.size() - 1;
  // Latin letters, digits and marks are in no listed word.
  const auto can_be_listed = [&](std::size_t i) { return stretch.kinds[i] == 0 || stretch.kinds[i] > kMarkKind; };
  find_listed(stretch.code_points, lattice.listed, can_be_listed, [&](std::uint64_t key) {
    const std::uint16_t print = print_of(key);
    std::size_t slot = key & mask;
    if ((weights.word_hints[slot] & hint_of(print)) == 0) [[likely]]
      return false;
    while (weights.word_prints[slot] != 0 && weights.word_prints[slot] != print) slot = (slot + 1) & mask;
    return weights.word_prints[slot] != 0;
  });
  for (std::size_t i = 0; i < stretch.code_points.size(); ++i) {
    std::int16_t* here = lattice.scores.data() + (i + kPadding) * kPlaces;
    for (std::size_t kind = 0; kind < 3; ++kind) add_row<Row4>(here, weights.listed.data() + listed_row(kind, lattice.listed.lengths[i][kind]) * kPlaces);
  }
}

void score(const Weights& weights, const Characters& stretch, Lattice& lattice) {
  const auto& c = stretch.code_points;
  lattice.scores.assign((c.size() + 2 * kPadding + 2) * kPlaces, 0);
  for (std::size_t i = 0; i < c.size(); ++i) {
    prefetch(weights, c, i + kAhead);
    const std::uint16_t id = c[i] < weights.ids.size() ? weights.ids[c[i]] : 0;
    std::int16_t* here = lattice.scores.data() + (i + kPadding) * kPlaces;
    const std::int16_t* near = weights.characters.data() + id * kNearValues;
    add_row<Row16>(here - 2 * kPlaces, near);
    add_row<Row4>(here + 2 * kPlaces, near + 16);
    add_row<Row4>(here, weights.patterns.data() + pattern_in(stretch, i) * kPlaces);
    if (i + 1 == c.size()) break;
    if (const auto* row = row_of(weights.pair_prints, weights.pair_rows, pair_key(c[i], c[i + 1]))) add_row<Row16>(here - kPlaces, row->data());
    if (i == 0) continue;
    for (const std::uint64_t key : {around_key(c[i - 1], c[i + 1]), triple_key(c[i - 1], c[i], c[i + 1])}) {
      if (const auto* row = row_of(weights.around_prints, weights.around_rows, key)) { add_row<Row4>(here, row->data()); }
    }
  }
}

void prefer(const Gazetteer& gazetteer, const Characters& stretch, Lattice& lattice) {
  for (std::size_t i = 0; i < stretch.originals.size();) {
    const std::size_t length = gazetteer.longest_at(stretch.originals, i);
    for (std::size_t k = 0; k < length; ++k) {
      const Place place = k == 0 ? Place::Begin : k + 1 == length ? Place::End : Place::Middle;
      auto& value = lattice.scores[(i + k + kPadding) * kPlaces + static_cast<std::size_t>(place)];
      value = static_cast<std::int16_t>(value + kGazetteerBonus);
    }
    i += std::max<std::size_t>(length, 1);
  }
}

// Begin and Middle go on to Middle or End; End and Single to Begin or Single.
void decode(const Weights& weights, std::size_t count, Lattice& lattice) {
  lattice.from.resize(count);
  lattice.places.resize(count);
  std::array<std::int32_t, kPlaces> best{};
  const std::int16_t* scores = lattice.scores.data() + kPadding * kPlaces;
  for (std::size_t place = 0; place < kPlaces; ++place) best[place] = place == 0 || place == 3 ? scores[place] : kNever;
  const auto& step = weights.transitions;
  for (std::size_t i = 1; i < count; ++i) {
    const std::int16_t* own = scores + i * kPlaces;
    // Each place has two that may come before it.
    const bool from_end = best[2] + step[2][0] >= best[3] + step[3][0];
    const bool from_begin = best[0] + step[0][1] >= best[1] + step[1][1];
    const bool ends_begin = best[0] + step[0][2] >= best[1] + step[1][2];
    const bool single_after_end = best[2] + step[2][3] >= best[3] + step[3][3];
    lattice.from[i] = {static_cast<unsigned char>(from_end ? 2 : 3), static_cast<unsigned char>(from_begin ? 0 : 1),
                       static_cast<unsigned char>(ends_begin ? 0 : 1), static_cast<unsigned char>(single_after_end ? 2 : 3)};
    const std::array<std::int32_t, kPlaces> next = {
        std::max(best[2] + step[2][0], best[3] + step[3][0]) + own[0], std::max(best[0] + step[0][1], best[1] + step[1][1]) + own[1],
        std::max(best[0] + step[0][2], best[1] + step[1][2]) + own[2], std::max(best[2] + step[2][3], best[3] + step[3][3]) + own[3]};
    best = next;
  }
  std::size_t place = best[2] >= best[3] ? 2 : 3;
  for (std::size_t i = count; i-- > 0;) {
    lattice.places[i] = static_cast<unsigned char>(place);
    if (i > 0) place = lattice.from[i][place];
  }
}

/// Takes the next stretch off the front of the text; empty at its end.
void take_stretch(const Weights& weights, std::string_view text, std::size_t& at, Characters& stretch) {
  stretch.code_points.clear();
  stretch.kinds.clear();
  stretch.originals.clear();
  stretch.begins.clear();
  while (at < text.size() && stretch.code_points.size() < kLongestStretch) {
    const auto decoded = decode_utf8(text.substr(at));
    const char32_t c = decoded ? decoded->code_point : 0;
    const bool is_blank = c <= U' ' || c == 0x3000 || c == 0xA0 || c == 0xFEFF;
    if (is_blank && !stretch.code_points.empty()) break;
    if (!is_blank) {
      stretch.originals.push_back(folded_width(c));
      stretch.code_points.push_back(model_character(c));
      stretch.kinds.push_back(c < weights.kinds.size() ? weights.kinds[stretch.code_points.back()] : static_cast<unsigned char>(kMarkKind));
      stretch.begins.push_back(static_cast<std::uint32_t>(at));
    }
    at += decoded ? decoded->bytes : 1;
  }
  stretch.begins.push_back(static_cast<std::uint32_t>(at));
}

}  // namespace

void Gazetteer::add(std::string_view word) {
  std::u32string characters;
  while (!word.empty()) {
    const auto decoded = decode_utf8(word);
    if (!decoded) return;
    characters += folded_width(decoded->code_point);
    word.remove_prefix(decoded->bytes);
  }
  if (characters.size() < 2 || characters.size() > kLongestEntry) return;
  longest_ = std::max(longest_, characters.size());
  beginnings_.insert(characters.front());
  words_.insert(std::move(characters));
}

std::size_t Gazetteer::longest_at(std::span<const char32_t> characters, std::size_t first) const {
  if (!beginnings_.contains(characters[first])) return 0;
  for (std::size_t length = std::min(longest_, characters.size() - first); length >= 2; --length) {
    if (words_.contains(
            std::u32string(characters.begin() + static_cast<std::ptrdiff_t>(first), characters.begin() + static_cast<std::ptrdiff_t>(first + length))))
      return length;
  }
  return 0;
}

std::vector<Span> ChineseSegmenter::segment(std::string_view text, const Gazetteer* gazetteer) const {
  std::vector<Span> words;
  Characters stretch;
  Lattice lattice;
  text = text.substr(0, std::numeric_limits<std::uint32_t>::max());
  for (std::size_t at = 0; at < text.size();) {
    take_stretch(weights_, text, at, stretch);
    const std::size_t count = stretch.code_points.size();
    if (count == 0) continue;
    score(weights_, stretch, lattice);
    score_listed(weights_, stretch, lattice);
    if (gazetteer != nullptr && !gazetteer->empty()) prefer(*gazetteer, stretch, lattice);
    decode(weights_, count, lattice);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (lattice.places[i] != 2 && lattice.places[i] != 3) continue;
      words.push_back({.begin = stretch.begins[begin], .end = stretch.begins[i + 1]});
      begin = i + 1;
    }
  }
  return words;
}

Expected<ChineseSegmenter> ChineseSegmenter::load(std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(Weights weights, unpack_segmenter(bytes));
  ChineseSegmenter segmenter;
  segmenter.weights_ = std::move(weights);
  return segmenter;
}

}  // namespace cineloom
