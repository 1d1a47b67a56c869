#include "math/top_k.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/assert.h"
#include "math/internal/rounded_query.h"

namespace cineloom {
namespace {

/// In eight sums, which need not wait for each other.
double product(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kSums = 8;
  std::array<double, kSums> sums{};
  std::size_t at = 0;
  for (; at + kSums <= a.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) sums[i] += static_cast<double>(a[at + i]) * static_cast<double>(b[at + i]);
  }
  for (; at < a.size(); ++at) sums[0] += static_cast<double>(a[at]) * static_cast<double>(b[at]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

bool is_better(const ScoredIndex& a, const ScoredIndex& b) { return a.score > b.score || (a.score == b.score && a.index < b.index); }

std::vector<ScoredIndex> best_of(std::vector<ScoredIndex> all, std::size_t count) {
  const std::size_t kept = std::min(count, all.size());
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(kept), is_better);
  all.resize(kept);
  return all;
}

bool is_allowed(std::span<const std::uint64_t> allowed, std::size_t index) { return allowed.empty() || (allowed[index / 64] >> index % 64 & 1U) != 0; }

}  // namespace

TopK::TopK(const Matrix& rows) : rows_(rows), rounded_(rows.rows(), rows.columns()) {
  for (std::size_t i = 0; i < rows.rows(); ++i) rounded_.set(i, rows.row(i));
}

// With u and v as their bytes say u' and v':  |u.v - u'.v'| = |u.(v - v') + (u - u').v'| <= |u| |v - v'| + |u - u'| |v'|.
std::vector<std::int32_t> TopK::scan(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const {
  CINELOOM_ASSERT(query.size() == rows_.columns() && (allowed.empty() || allowed.size() * 64 >= rows_.rows()));
  std::vector<std::int32_t> indices;
  const float step = step_of(query);
  if (!(step > 0)) {  // all products are zero: the first rows are the best
    for (std::size_t i = 0; i < rows_.rows() && indices.size() < count; ++i) {
      if (is_allowed(allowed, i)) indices.push_back(static_cast<std::int32_t>(i));
    }
    return indices;
  }
  const RoundedQuery rounded = rounded_.rounded(query, step);
  float threshold = 0;
  for (const ScanCandidate& candidate : scan_bytes(rounded_.view(), rounded.view, count, allowed, threshold)) {
    if (candidate.upper >= threshold) indices.push_back(candidate.index);
  }
  return indices;
}

std::vector<ScoredIndex> TopK::best(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const {
  if (count == 0 || rows_.rows() == 0) return {};
  std::vector<ScoredIndex> found;
  for (const std::int32_t index : scan(query, count, allowed))
    found.push_back({.index = index, .score = product(query, rows_.row(static_cast<std::size_t>(index)))});
  return best_of(std::move(found), count);
}

std::size_t TopK::candidates(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const {
  return count == 0 || rows_.rows() == 0 ? 0 : scan(query, count, allowed).size();
}

std::vector<ScoredIndex> best_rows_plainly(const Matrix& rows, std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) {
  std::vector<ScoredIndex> all;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    if (is_allowed(allowed, i)) all.push_back({.index = static_cast<std::int32_t>(i), .score = product(query, rows.row(i))});
  }
  return best_of(std::move(all), count);
}

}  // namespace cineloom
