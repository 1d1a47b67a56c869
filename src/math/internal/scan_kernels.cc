// Every processor since 2011 has SSE4: the library's scalar fallback has no tiles.
#define HWY_BASELINE_TARGETS HWY_SSE4

#include "math/internal/scan_kernels.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "math/internal/scan_kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cineloom::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Whole = hn::ScalableTag<std::int32_t>;
using Sums = hn::Vec<Whole>;
using Real = hn::ScalableTag<float>;
using FourWhole = hn::FixedTag<std::int32_t, 4>;
constexpr std::size_t kVectorBytes = hn::MaxLanes(Whole()) * 4;
constexpr std::size_t kBlock = 64;   // rows to a word of the filter
constexpr std::size_t kBatch = 512;  // rows whose upper bits are read before the lower bits of those that may count: time for memory to answer
constexpr std::size_t kAhead = 4096;  // bytes fetched ahead of their use: what the processor fetches by itself is not enough

/// 16-bit products of unsigned and signed bytes, two neighbours added. Highway 1.0 has no such product yet.
HWY_INLINE Sums pair_products(Sums unsigned_bytes, Sums signed_bytes) {
#if HWY_TARGET <= HWY_AVX3
  return Sums{_mm512_maddubs_epi16(unsigned_bytes.raw, signed_bytes.raw)};
#elif HWY_TARGET <= HWY_AVX2
  return Sums{_mm256_maddubs_epi16(unsigned_bytes.raw, signed_bytes.raw)};
#else
  return Sums{_mm_maddubs_epi16(unsigned_bytes.raw, signed_bytes.raw)};
#endif
}

/// sum += the 16-bit parts, two neighbours added.
HWY_INLINE Sums add_pairs(Sums sum, Sums pairs) {
#if HWY_TARGET <= HWY_AVX3
  return hn::Add(sum, Sums{_mm512_madd_epi16(pairs.raw, _mm512_set1_epi16(1))});
#elif HWY_TARGET <= HWY_AVX2
  return hn::Add(sum, Sums{_mm256_madd_epi16(pairs.raw, _mm256_set1_epi16(1))});
#else
  return hn::Add(sum, Sums{_mm_madd_epi16(pairs.raw, _mm_set1_epi16(1))});
#endif
}

HWY_INLINE Sums add_16_bits(Sums a, Sums b) {
  const hn::Repartition<std::int16_t, Whole> d;
  return hn::BitCast(Whole(), hn::Add(hn::BitCast(d, a), hn::BitCast(d, b)));
}

/// Products of a row's bytes with the query's, one plane: 0 .. 15 times -127 .. 127. A lane of 16 bits takes eight pairs at most,
/// 8 * 2 * 15 * 127 < 2^15.
struct PlanePart {
  Sums first;   ///< the lower halves of the bytes
  Sums second;  ///< the upper ones
};

HWY_INLINE PlanePart unpack(const std::uint8_t* bytes) {
  const Whole d;
  const Sums mask = hn::Set(d, 0x0F0F0F0F);
  const Sums packed = hn::Load(d, reinterpret_cast<const std::int32_t*>(bytes));
  return {.first = hn::And(packed, mask), .second = hn::And(hn::ShiftRight<4>(packed), mask)};
}

/// One row's chunk, its bytes in order.
HWY_INLINE Sums add_chunk(Sums sum, const std::int8_t* query, const std::uint8_t* row) {
  const Whole d;
  Sums pairs = hn::Zero(d);
  HWY_UNROLL(4)
  for (std::size_t at = 0; at < kChunkBytes; at += kVectorBytes) {
    const PlanePart part = unpack(row + at);
    pairs = add_16_bits(pairs, pair_products(part.first, hn::Load(d, reinterpret_cast<const std::int32_t*>(query + at))));
    pairs = add_16_bits(pairs, pair_products(part.second, hn::Load(d, reinterpret_cast<const std::int32_t*>(query + kChunkBytes + at))));
  }
  return add_pairs(sum, pairs);
}

/// Four neighbouring bytes of the query in all lanes.
HWY_INLINE Sums spread(const std::int8_t* query) {
  std::int32_t four = 0;
  std::memcpy(&four, query, sizeof four);
  return hn::Set(Whole(), four);
}

/// The products of a group's rows, a row to a lane. Each step of 64 bytes holds four bytes of every row.
HWY_INLINE void group_products(const std::uint8_t* group, std::size_t chunks, const std::int8_t* query, std::int32_t* products) {
  constexpr std::size_t kParts = kGroupRows * 4 / kVectorBytes;
  constexpr std::size_t kSteps = 4;  // to eight pairs
  Sums sums[kParts];
  HWY_UNROLL(4)
  for (std::size_t i = 0; i < kParts; ++i) sums[i] = hn::Zero(Whole());
  for (std::size_t chunk = 0; chunk < chunks; ++chunk, query += kChunkBytes) {
    for (std::size_t round = 0; round < kChunkBytes / (4 * kSteps); ++round) {
      Sums pairs[kParts];
      HWY_UNROLL(4)
      for (std::size_t i = 0; i < kParts; ++i) pairs[i] = hn::Zero(Whole());
      HWY_UNROLL(4)
      for (std::size_t step = 0; step < kSteps; ++step, group += 4 * kGroupRows, query += 4) {
        const Sums first = spread(query);
        const Sums second = spread(query + kChunkBytes);
        hwy::Prefetch(group + kAhead);
        HWY_UNROLL(4)
        for (std::size_t i = 0; i < kParts; ++i) {
          const PlanePart part = unpack(group + i * kVectorBytes);
          pairs[i] = add_16_bits(pairs[i], add_16_bits(pair_products(part.first, first), pair_products(part.second, second)));
        }
      }
      HWY_UNROLL(4)
      for (std::size_t i = 0; i < kParts; ++i) sums[i] = add_pairs(sums[i], pairs[i]);
    }
  }
  HWY_UNROLL(4)
  for (std::size_t i = 0; i < kParts; ++i) hn::Store(sums[i], Whole(), products + i * kVectorBytes / 4);
}

/// The largest lower bounds, as a heap with the least of them in front.
class LowerBounds {
 public:
  explicit LowerBounds(std::size_t count) : count_(count) {}
  [[nodiscard]] float threshold() const { return bounds_.size() < count_ ? -std::numeric_limits<float>::infinity() : bounds_.front(); }
  void add(float bound) {
    if (bounds_.size() == count_) {
      if (bound <= bounds_.front()) return;
      std::ranges::pop_heap(bounds_, std::greater());
      bounds_.pop_back();
    }
    bounds_.push_back(bound);
    std::ranges::push_heap(bounds_, std::greater());
  }

 private:
  std::size_t count_;
  std::vector<float> bounds_;
};

/// What a row must reach: the count-th best lower bound so far.
class BestBar {
 public:
  explicit BestBar(std::size_t count) : lower_(count) {}
  [[nodiscard]] float of(std::size_t) const { return lower_.threshold(); }
  [[nodiscard]] hn::Vec<Real> of_rows(std::size_t) const { return hn::Set(Real(), lower_.threshold()); }
  void note(float bound) { lower_.add(bound); }

 private:
  LowerBounds lower_;
};

/// What a row must reach: a bar of its own.
class OwnBars {
 public:
  /// Up to the next multiple of kBlock.
  explicit OwnBars(const float* least) : least_(least) {}
  [[nodiscard]] float of(std::size_t row) const { return least_[row]; }
  [[nodiscard]] hn::Vec<Real> of_rows(std::size_t row) const { return hn::LoadU(Real(), least_ + row); }
  void note(float) {}

 private:
  const float* least_;
};

/// One question on its way through the rows.
template <class Bar>
class Scan {
 public:
  Scan(const ByteRows& rows, const ByteQuery& query, Bar bar) : rows_(rows), query_(query), bar_(std::move(bar)) {}

  /// Notes the rows of a block that its upper bits do not rule out, and fetches their lower bits. `open`: the rows that take part.
  void look(std::size_t block, std::uint64_t open) {
    HWY_ALIGN std::int32_t products[kBlock] = {};
    for (std::size_t i = 0; i < kBlock; i += kGroupRows) {
      if ((open >> i & 0xFFFFU) == 0) continue;
      group_products(rows_.high + (block + i) * rows_.chunks * kChunkBytes, rows_.chunks, query_.bytes, products + i);
    }
    for (std::uint64_t rest = open & reaching(block, products); rest != 0; rest &= rest - 1) {
      const auto i = static_cast<std::size_t>(__builtin_ctzll(rest));
      note(block + i, products[i]);
    }
  }

  /// Bounds the rows noted by all their bits.
  void settle() {
    for (std::size_t i = 0; i < noted_count_; ++i) {
      const std::size_t row = noted_[i].row;
      const float sum = 16 * static_cast<float>(noted_[i].product) + product_of(low(row));
      const float middle = query_.step * rows_.steps[row] * (sum - 127.5F * query_.sum);
      const float margin = query_.length * rows_.errors[row] + query_.error * rows_.lengths[row];
      if (!(middle + margin >= bar_.of(row))) continue;
      found_.push_back({.index = static_cast<std::int32_t>(row), .upper = middle + margin});
      bar_.note(middle - margin);
    }
    noted_count_ = 0;
  }

  [[nodiscard]] const Bar& bar() const { return bar_; }
  [[nodiscard]] std::vector<ScanCandidate> take_found() { return std::move(found_); }

 private:
  struct Noted {
    std::size_t row = 0;
    std::int32_t product = 0;  ///< by the upper bits
  };

  [[nodiscard]] const std::uint8_t* low(std::size_t row) const { return rows_.low + row * rows_.chunks * kChunkBytes; }

  /// The rows of a block whose upper bound reaches the threshold.
  [[nodiscard]] std::uint64_t reaching(std::size_t block, const std::int32_t* products) const {
    const Real d;
    const auto step = hn::Set(d, 16 * query_.step);
    const auto middle = hn::Set(d, 7.5F * query_.sum);
    const auto length = hn::Set(d, query_.length);
    const auto error = hn::Set(d, query_.error);
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < kBlock; i += hn::MaxLanes(d)) {
      const auto sums = hn::Sub(hn::ConvertTo(d, hn::Load(Whole(), products + i)), middle);
      const auto about = hn::Mul(hn::Mul(step, hn::Load(d, rows_.steps + block + i)), sums);
      const auto margin = hn::MulAdd(length, hn::Load(d, rows_.high_errors + block + i), hn::Mul(error, hn::Load(d, rows_.lengths + block + i)));
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(d, hn::Ge(hn::Add(about, margin), bar_.of_rows(block + i)), bits);
      std::uint16_t word = 0;
      std::memcpy(&word, bits, sizeof word);
      found |= std::uint64_t{word} << i;
    }
    return found;
  }

  void note(std::size_t row, std::int32_t product) {
    noted_[noted_count_++] = {.row = row, .product = product};
    for (std::size_t at = 0; at < rows_.chunks * kChunkBytes; at += 64) hwy::Prefetch(low(row) + at);
  }

  [[nodiscard]] float product_of(const std::uint8_t* row) const {
    Sums sum = hn::Zero(Whole());
    for (std::size_t chunk = 0; chunk < rows_.chunks; ++chunk) sum = add_chunk(sum, query_.bytes + chunk * kChunkValues, row + chunk * kChunkBytes);
    return static_cast<float>(hn::GetLane(hn::SumOfLanes(Whole(), sum)));
  }

  const ByteRows& rows_;
  const ByteQuery& query_;
  Bar bar_;
  std::array<Noted, kBatch> noted_;
  std::size_t noted_count_ = 0;
  std::vector<ScanCandidate> found_;
};

std::vector<ScanCandidate> ScanBytes(const ByteRows& rows, const ByteQuery& query, std::size_t count, std::span<const std::uint64_t> allowed,
                                     float& threshold) {
  Scan scan(rows, query, BestBar(count));
  for (std::size_t batch = 0; batch < rows.count; batch += kBatch) {
    for (std::size_t block = batch; block < std::min(rows.count, batch + kBatch); block += kBlock) {
      std::uint64_t open = allowed.empty() ? ~0ULL : allowed[block / kBlock];
      if (rows.count - block < kBlock) open &= (1ULL << (rows.count - block)) - 1;
      if (open != 0) scan.look(block, open);
    }
    scan.settle();
  }
  threshold = scan.bar().of(0);
  return scan.take_found();
}

/// The rows of a block with a bar that can be reached.
std::uint64_t open_rows(const float* least) {
  std::uint64_t open = 0;
  for (std::size_t i = 0; i < kBlock; ++i) open |= std::uint64_t{least[i] < std::numeric_limits<float>::infinity()} << i;
  return open;
}

/// `least`: to the next multiple of kBlock, infinity past the rows.
std::vector<ScanCandidate> ScanReaching(const ByteRows& rows, const ByteQuery& query, const float* least) {
  Scan scan(rows, query, OwnBars(least));
  for (std::size_t batch = 0; batch < rows.count; batch += kBatch) {
    for (std::size_t block = batch; block < std::min(rows.count, batch + kBatch); block += kBlock) {
      const std::uint64_t open = open_rows(least + block);
      if (open != 0) scan.look(block, open);
    }
    scan.settle();
  }
  return scan.take_found();
}

}  // namespace
}  // namespace cineloom::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cineloom {
namespace {

HWY_EXPORT(ScanBytes);
HWY_EXPORT(ScanReaching);

}  // namespace

std::vector<ScanCandidate> scan_bytes(const ByteRows& rows, const ByteQuery& query, std::size_t count, std::span<const std::uint64_t> allowed,
                                      float& threshold) {
  return HWY_DYNAMIC_DISPATCH(ScanBytes)(rows, query, count, allowed, threshold);
}

std::vector<ScanCandidate> scan_bytes_reaching(const ByteRows& rows, const ByteQuery& query, std::span<const float> least) {
  constexpr std::size_t kBlock = 64;
  std::vector<float> bars(least.begin(), least.end());
  bars.resize((least.size() + kBlock - 1) / kBlock * kBlock, std::numeric_limits<float>::infinity());
  return HWY_DYNAMIC_DISPATCH(ScanReaching)(rows, query, bars.data());
}

}  // namespace cineloom
#endif
