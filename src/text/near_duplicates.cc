#include "text/near_duplicates.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "base/utf8.h"

namespace cineloom {
namespace {

constexpr std::size_t kRun = 3;
// Candidates share at least this part of the smaller sketch; far less than near duplicates do.
constexpr std::size_t kShare = 16;

std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93ULL;
  return value ^ (value >> 32U);
}

bool is_letter(unsigned char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9'); }
bool is_mark(char32_t c) { return (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3040) || (c >= 0xFF01 && c <= 0xFF0F) || c == 0xA0; }

std::vector<std::uint64_t> words_of(std::string_view text) {
  std::vector<std::uint64_t> words;
  std::uint64_t word = 0;
  const auto end_word = [&] {
    if (word != 0) words.push_back(mixed(word));
    word = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      // Letters of either case differ in one bit.
      if (is_letter(byte)) word = (word + (byte | 0x20U)) * 0x100000001B3ULL;
      else end_word();
      ++at;
      continue;
    }
    const auto decoded = decode_utf8(text.substr(at));
    const char32_t c = decoded ? decoded->code_point : 0xA0;
    if (is_mark(c)) {
      end_word();
    } else if (c >= 0x2E80) {
      end_word();
      words.push_back(mixed(c));
    } else {
      word = (word + c) * 0x100000001B3ULL;
    }
    at += decoded ? decoded->bytes : 1;
  }
  end_word();
  return words;
}

/// Hashes of the runs of three words, ascending, each once; of shorter texts of what there is.
std::vector<std::uint64_t> runs_of(const std::vector<std::uint64_t>& words) {
  std::vector<std::uint64_t> runs;
  for (std::size_t i = 0; i < words.size() && (i + kRun <= words.size() || i == 0); ++i) {
    std::uint64_t run = 1;
    for (std::size_t k = i; k < std::min(i + kRun, words.size()); ++k) run = mixed(run * 0x9E3779B97F4A7C15ULL + words[k]);
    runs.push_back(run);
  }
  std::ranges::sort(runs);
  runs.erase(std::ranges::unique(runs).begin(), runs.end());
  return runs;
}

std::vector<std::uint64_t> sorted(std::vector<std::uint64_t> values) {
  std::ranges::sort(values);
  return values;
}

/// Of ascending lists; what is in a list several times counts as often.
double similarity(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::size_t both = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (*left == *right) ++both;
    const bool moves_left = *left <= *right;
    const bool moves_right = *right <= *left;
    left += moves_left ? 1 : 0;
    right += moves_right ? 1 : 0;
  }
  const std::size_t either = a.size() + b.size() - both;
  return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace

std::vector<NearDuplicate> find_near_duplicates(std::span<const std::string_view> texts, const DuplicateOptions& options) {
  std::vector<std::vector<std::uint64_t>> runs(texts.size());
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> owners;
  std::vector<NearDuplicate> found;
  std::unordered_map<std::uint32_t, std::size_t> shared;
  for (std::size_t second = 0; second < texts.size(); ++second) {
    runs[second] = runs_of(words_of(texts[second]));
    const std::size_t own = std::min(options.sketch, runs[second].size());
    shared.clear();
    for (std::size_t i = 0; i < own; ++i) {
      auto& list = owners[runs[second][i]];
      if (list.size() < options.most_texts) {
        for (const std::uint32_t first : list) ++shared[first];
      }
      if (list.size() <= options.most_texts) list.push_back(static_cast<std::uint32_t>(second));
    }
    const std::size_t before = found.size();
    for (const auto& [first, count] : shared) {
      const std::size_t smaller = std::min(own, std::min(options.sketch, runs[first].size()));
      if (count * kShare < smaller) continue;
      if (similarity(runs[first], runs[second]) < options.least_runs) continue;
      const double alike = similarity(sorted(words_of(texts[first])), sorted(words_of(texts[second])));
      if (alike >= options.least_words) found.push_back({.first = first, .second = second, .similarity = alike});
    }
    std::sort(found.begin() + static_cast<std::ptrdiff_t>(before), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  std::ranges::stable_sort(found, {}, &NearDuplicate::first);
  return found;
}

}  // namespace cineloom
