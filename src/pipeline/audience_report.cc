#include "pipeline/audience_report.h"

#include "pipeline/emotion_page.h"
#include "pipeline/emotion_report.h"
#include "pipeline/llm_reader.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostCatalogueReviews = 20'000;

/// Reviews of the library's other films, so that the report knows what is usual.
std::vector<Review> catalogue_reviews(Store& store, FilmId film) {
  std::vector<Review> reviews;
  const auto films = store.all_films();
  for (std::size_t i = 0; films && i < films->size() && reviews.size() < kMostCatalogueReviews; ++i) {
    if ((*films)[i].id == film) continue;
    if (const auto own = store.reviews_of((*films)[i].id)) reviews.insert(reviews.end(), own->begin(), own->end());
  }
  return reviews;
}

}  // namespace

std::string ReportedFilm::name(const std::string& key, const std::string& language) const {
  if (language == "zh" && !title.chinese.empty()) return title.chinese;
  return title.english.empty() ? key : title.english;
}

Expected<ReportedFilm> complete_report(Cinema& cinema, EmotionReportRequest& request) {
  CINELOOM_TRY_ASSIGN(const Film film, cinema.find_film(request.film));
  ReportedFilm known{.title = film.title, .knowledge = {}};
  request.film = film.key;
  if (auto knowledge = cinema.knowledge(film.id)) known.knowledge = *std::move(knowledge);
  CINELOOM_TRY_ASSIGN(request.own, cinema.store().reviews_of(film.id));
  request.catalogue = catalogue_reviews(cinema.store(), film.id);
  return known;
}

Expected<std::string> audience_page(Cinema& cinema, FilmId film, const std::string& language, const CancelToken& cancel) {
  EmotionReportRequest request{.film = std::to_string(film.number())};
  CINELOOM_TRY_ASSIGN(const ReportedFilm known, complete_report(cinema, request));
  request.known = &known.knowledge;
  const std::filesystem::path models = cinema.options().resources / "models";
  LlmReader reader(cinema.language_model(), models / "prompts", {}, cancel);
  CINELOOM_TRY_ASSIGN(EmotionReport report, report_emotions(request, models / "text", &reader));
  report.film = known.name(report.film, language);
  return emotion_page(report, language);
}

}  // namespace cineloom
