#include "base/nearest_name.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace cineloom {
namespace {

/// Levenshtein's distance, row by row.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0UZ);
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(std::string_view word, std::span<const std::string> names) {
  const auto nearest = std::ranges::min_element(names, {}, [&](const std::string& name) { return edits(word.substr(0, 64), name); });
  return nearest == names.end() ? std::string() : *nearest;
}

Error unknown_name(std::string_view kind, std::string_view word, std::span<const std::string> names) {
  return Error(ErrorCode::InvalidArgument, fmt::format("there is no {} '{}'", kind, word))
      .advise(fmt::format("did you mean '{}'? there are: {}", nearest_name(word, names), fmt::join(names, ", ")));
}

}  // namespace cineloom
