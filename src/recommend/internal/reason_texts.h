#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "domain/film.h"
#include "domain/text.h"
#include "recommend/models/content_model.h"

namespace cineloom {

// Computed causes in words, for readers of English and of Chinese. Effects are in stars, ranks 1-based.

LocalText because_text(const Film& seen, std::optional<double> stars, double effect, int rank, int rank_without);
LocalText together_text(std::span<const Film* const> seen, double effect, int rank, int rank_without);
LocalText against_text(const Film& seen, std::optional<double> stars, double effect, int rank, int rank_without);
LocalText shared_text(const SharedFeature& feature, const Film& seen);
LocalText mood_text(double worth);
LocalText wish_text(double worth);
LocalText surprise_text(double worth);
LocalText time_text(const Film& film, std::chrono::minutes longest);
/// Of a film that came after the training.
LocalText new_here_text();
/// `liked`: stars above the average film.
LocalText popular_text(double liked, int ratings);

/// In Chinese where there is a Chinese title, in English else.
const std::string& chinese_title(const Film& film);

}  // namespace cineloom
