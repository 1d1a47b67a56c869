#pragma once

#include <string>

#include "domain/emotion_report.h"
#include "pipeline/cinema.h"

namespace cineloom {

struct EmotionReportRequest;

/// What a library knows of a film beside its reviews; a report needs none of it.
struct ReportedFilm {
  Titles title;
  FilmKnowledge knowledge;
  /// As readers of that language ("en", "zh") call the film; `key` where nothing is known.
  [[nodiscard]] std::string name(const std::string& key, const std::string& language) const;
};

/// Makes the request name the film by its key, with what the library knows: its own reviews, those of its other films (20,000 at most), and the arc. Whoever
/// calls it keeps what it gives as long as the request. Errors: those of Cinema::find_film.
Expected<ReportedFilm> complete_report(Cinema& cinema, EmotionReportRequest& request);

/// How audiences feel about a film by the library's own reviews, as one self-contained page in "en" or "zh". Errors: those of report_emotions; NotFound.
Expected<std::string> audience_page(Cinema& cinema, FilmId film, const std::string& language, const CancelToken& cancel);

}  // namespace cineloom
