#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "domain/feeling.h"
#include "sentiment/feeling_sources.h"

namespace cineloom {

/// What a viewer's sentence, English or (simplified) Chinese, says about them and about tonight: their feeling, what they wish to
/// feel, and conditions on the film (minutes, genres wanted and not, company, language). What they want to feel is not what they
/// feel, and what somebody else feels is neither. Every finding points to its words. An empty sentence gives uncertainty 1.
Mood read_mood(std::string_view sentence, const FeelingSources& sources);

/// A feeling that the viewer had a while ago.
struct PastFeeling {
  Feeling feeling;
  std::chrono::seconds age{0};  ///< >= 0
};

/// The mood with what is left of earlier feelings of the same visit: each counts half after `half_life` (> 0), and all of them only
/// for what the sentence leaves open. They never make a mood surer than `kSurestMemory`.
inline constexpr double kSurestMemory = 0.5;
Mood with_memory(Mood mood, std::span<const PastFeeling> past, std::chrono::seconds half_life = std::chrono::minutes(45));

}  // namespace cineloom
