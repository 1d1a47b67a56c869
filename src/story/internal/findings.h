#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/story.h"

namespace cineloom::story {

/// Gathers what is found; past kMost nothing more is kept.
class Findings {
 public:
  static constexpr std::size_t kMost = 10'000;

  void add(std::string kind, const std::string& node, std::string what) {
    if (found_.size() < kMost) found_.push_back({.kind = std::move(kind), .node = node, .what = std::move(what)});
  }
  [[nodiscard]] std::vector<StoryFinding> take() { return std::move(found_); }

 private:
  std::vector<StoryFinding> found_;
};

}  // namespace cineloom::story
