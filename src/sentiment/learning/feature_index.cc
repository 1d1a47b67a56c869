#include "sentiment/learning/feature_index.h"

#include <algorithm>

namespace cineloom {
namespace {

constexpr unsigned kTopBits = 16;

/// Sorted hashes with at least so many equal ones, and how many each had.
void count_runs(const std::vector<std::uint64_t>& sorted, int least, std::vector<std::uint64_t>& hashes, std::vector<std::uint32_t>& counts) {
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin + 1;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    if (end - begin >= static_cast<std::size_t>(least)) {
      hashes.push_back(sorted[begin]);
      counts.push_back(static_cast<std::uint32_t>(end - begin));
    }
    begin = end;
  }
}

}  // namespace

FeatureIndex FeatureIndex::build(std::span<const std::string_view> texts, const NgramOptions& options, int least_texts) {
  FeatureIndex index;
  index.options_ = options;
  // By the top two bits, so that only a quarter of all occurrences is in memory at once.
  for (std::uint64_t part = 0; part < 4; ++part) {
    NgramReader reader(options);
    std::vector<std::uint64_t> all;
    for (const std::string_view text : texts) {
      for (const std::uint64_t hash : reader.read(text)) {
        if (hash >> 62U == part) all.push_back(hash);
      }
    }
    std::ranges::sort(all);
    count_runs(all, least_texts, index.hashes_, index.counts_);
  }
  index.firsts_.assign((1U << kTopBits) + 1, 0);
  for (const std::uint64_t hash : index.hashes_) ++index.firsts_[(hash >> (64 - kTopBits)) + 1];
  for (std::size_t i = 1; i < index.firsts_.size(); ++i) index.firsts_[i] += index.firsts_[i - 1];
  return index;
}

std::optional<std::uint32_t> FeatureIndex::find(std::uint64_t hash) const {
  const auto top = hash >> (64 - kTopBits);
  const auto begin = hashes_.begin() + firsts_[top];
  const auto end = hashes_.begin() + firsts_[top + 1];
  const auto found = std::lower_bound(begin, end, hash);
  if (found == end || *found != hash) return std::nullopt;
  return static_cast<std::uint32_t>(found - hashes_.begin());
}

SparseRows FeatureIndex::rows(std::span<const std::string_view> texts) const {
  SparseRows rows;
  NgramReader reader(options_);
  for (const std::string_view text : texts) {
    const auto first = static_cast<std::ptrdiff_t>(rows.columns.size());
    const auto hashes = reader.read(text);
    for (const std::uint64_t hash : hashes) {
      if (const auto column = find(hash)) rows.columns.push_back(*column);
    }
    rows.lengths.push_back(static_cast<std::uint32_t>(hashes.size()));
    std::sort(rows.columns.begin() + first, rows.columns.end());
    rows.starts.push_back(rows.columns.size());
  }
  return rows;
}

}  // namespace cineloom
