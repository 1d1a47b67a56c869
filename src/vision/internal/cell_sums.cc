// Every decoded sample that is read passes through here (bench_films --only watching): the widest registers there are do the work.
#include "vision/internal/cell_sums.h"

#include <algorithm>
#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cineloom {
namespace {

constexpr int kChunk = 16;       ///< samples
constexpr int kGroup = 4;        ///< cells
constexpr int kGroupSamples = 64;
constexpr int kWideCell = 8;     ///< mean samples from which a chunk a cell pays
constexpr int kWidestEven = 7;

std::size_t index(int number) { return static_cast<std::size_t>(number); }

/// Cells of just `kWidth` samples: no edges to look up, so that the compiler works on many at once.
template <int kWidth>
void add_equal(const std::uint8_t* row, int cells, std::int32_t* totals) {
  for (int cell = 0; cell < cells; ++cell) {
    std::int32_t sum = 0;
    for (int x = 0; x < kWidth; ++x) sum += row[cell * kWidth + x];
    totals[cell] += sum;
  }
}

#if defined(__x86_64__)
/// Sums of the bytes that count, by halves.
__m128i masked_sum(const std::uint8_t* from, __m128i mask) {
  return _mm_sad_epu8(_mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), mask), _mm_setzero_si128());
}

bool has_byte_shuffle() {
  static const bool has = __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  return has;
}

/// Four cells at once: each is brought into sixteen bytes of its own.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) void add_group(const std::uint8_t* const* rows, int count, int at, const std::uint8_t* indices,
                                                                      std::uint64_t mask, std::int32_t* totals) {
  const __m512i order = _mm512_loadu_si512(indices);
  __m512i sums = _mm512_setzero_si512();
  for (int row = 0; row < count; ++row) {
    const __m512i cells = _mm512_maskz_permutexvar_epi8(mask, order, _mm512_loadu_si512(rows[row] + at));
    sums = _mm512_add_epi64(sums, _mm512_sad_epu8(cells, _mm512_setzero_si512()));
  }
  alignas(64) std::int64_t halves[8];
  _mm512_store_si512(halves, sums);
  for (int cell = 0; cell < kGroup; ++cell) totals[cell] = static_cast<std::int32_t>(halves[2 * cell] + halves[2 * cell + 1]);
}
#endif

}  // namespace

CellSums::CellSums(int cells, int samples) : samples_(samples), begin_(index(cells)), end_(index(cells)) {
  for (int cell = 0; cell < cells; ++cell) {
    const auto edge = [&](int at) { return static_cast<int>(static_cast<std::int64_t>(at) * samples / cells); };
    begin_[index(cell)] = std::min(edge(cell), samples - 1);
    end_[index(cell)] = std::max(begin_[index(cell)] + 1, edge(cell + 1));
    widest_ = std::max(widest_, end_[index(cell)] - begin_[index(cell)]);
  }
#if defined(__x86_64__)
  if (samples >= kChunk && samples >= kWideCell * cells) way_ = Way::Wide;
#endif
  if (way_ == Way::Plain && samples % cells == 0 && samples / cells <= kWidestEven) way_ = Way::Even;
  if (way_ == Way::Wide) lay_chunks();
  if (way_ == Way::Wide && widest_ <= kChunk && samples >= kGroupSamples) lay_groups();
}

void CellSums::lay_chunks() {
  chunks_ = (widest_ + kChunk - 1) / kChunk;
  for (int cell = 0; cell < cells(); ++cell) {
    for (int chunk = 0; chunk < chunks_; ++chunk) {
      const int first = begin(cell) + chunk * kChunk;
      const int at = std::min(first, samples_ - kChunk);  // nothing behind the row is read
      chunk_at_.push_back(at);
      for (int x = at; x < at + kChunk; ++x) masks_.push_back(x >= first && x < std::min(end(cell), first + kChunk) ? 0xFF : 0);
    }
  }
}

void CellSums::lay_groups() {
  for (int first = 0; first + kGroup <= cells(); first += kGroup) {
    const int at = std::min(begin(first), samples_ - kGroupSamples);
    if (end(first + kGroup - 1) > at + kGroupSamples) return;
    group_at_.push_back(at);
    std::uint64_t mask = 0;
    for (int place = 0; place < kGroupSamples; ++place) {
      const int cell = first + place / kChunk;
      const int x = begin(cell) + place % kChunk;
      const bool counts = x < end(cell);
      group_index_.push_back(counts ? static_cast<std::uint8_t>(x - at) : 0);
      mask |= static_cast<std::uint64_t>(counts) << static_cast<unsigned>(place);
    }
    group_mask_.push_back(mask);
  }
}

void CellSums::add(const std::uint8_t* const* rows, int count, std::int32_t* totals) const {
  if (way_ == Way::Even) return add_even(rows, count, totals);
  if (way_ == Way::Plain) return add_plainly(rows, count, totals);
  add_chunks(rows, count, add_groups(rows, count, totals), totals);
}

void CellSums::add_plainly(const std::uint8_t* const* rows, int count, std::int32_t* totals) const {
  std::fill_n(totals, cells(), 0);
  for (int row = 0; row < count; ++row) {
    for (int cell = 0; cell < cells(); ++cell) {
      for (int x = begin(cell); x < end(cell); ++x) totals[cell] += rows[row][x];
    }
  }
}

void CellSums::add_even(const std::uint8_t* const* rows, int count, std::int32_t* totals) const {
  std::fill_n(totals, cells(), 0);
  for (int row = 0; row < count; ++row) {
    switch (widest_) {
      case 1: add_equal<1>(rows[row], cells(), totals); break;
      case 2: add_equal<2>(rows[row], cells(), totals); break;
      case 3: add_equal<3>(rows[row], cells(), totals); break;
      case 4: add_equal<4>(rows[row], cells(), totals); break;
      case 5: add_equal<5>(rows[row], cells(), totals); break;
      case 6: add_equal<6>(rows[row], cells(), totals); break;
      default: add_equal<kWidestEven>(rows[row], cells(), totals); break;
    }
  }
}

#if defined(__x86_64__)
/// The cells of whole groups; gives the first cell that is left.
int CellSums::add_groups(const std::uint8_t* const* rows, int count, std::int32_t* totals) const {
  if (group_at_.empty() || !has_byte_shuffle()) return 0;
  for (std::size_t group = 0; group < group_at_.size(); ++group) {
    add_group(rows, count, group_at_[group], group_index_.data() + group * kGroupSamples, group_mask_[group], totals + group * kGroup);
  }
  return static_cast<int>(group_at_.size()) * kGroup;
}

void CellSums::add_chunks(const std::uint8_t* const* rows, int count, int first, std::int32_t* totals) const {
  for (int cell = first; cell < cells(); ++cell) {
    __m128i sums = _mm_setzero_si128();
    for (int chunk = cell * chunks_; chunk < (cell + 1) * chunks_; ++chunk) {
      const __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(masks_.data() + index(chunk) * kChunk));
      for (int row = 0; row < count; ++row) sums = _mm_add_epi32(sums, masked_sum(rows[row] + chunk_at_[index(chunk)], mask));
    }
    totals[cell] = _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_unpackhi_epi64(sums, sums)));
  }
}
#else
int CellSums::add_groups(const std::uint8_t* const*, int, std::int32_t*) const { return 0; }
void CellSums::add_chunks(const std::uint8_t* const*, int, int, std::int32_t*) const {}
#endif

}  // namespace cineloom
