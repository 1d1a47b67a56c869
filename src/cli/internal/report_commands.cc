#include <fmt/format.h>

#include "base/files.h"
#include "cli/internal/commands.h"
#include "cli/internal/emotion_page.h"
#include "domain/json.h"
#include "pipeline/emotion_report.h"
#include "pipeline/llm_reader.h"

namespace cineloom::cli {
namespace {

struct EmotionOptions {
  EmotionReportRequest request;
  std::string out;
  std::string language = "en";
};

/// What a library knows of the film beside its reviews; a report needs none of it.
struct KnownFilm {
  Titles title;
  FilmKnowledge knowledge;
};

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

/// Also makes the request name the film by its key.
KnownFilm complete_from_library(const Session& session, EmotionReportRequest& request) {
  KnownFilm known;
  const auto cinema = session.open(Access::Read);
  if (!cinema) return known;
  const auto film = (*cinema)->find_film(request.film);
  if (!film) return known;
  request.film = film->key;
  known.title = film->title;
  if (auto knowledge = (*cinema)->knowledge(film->id)) known.knowledge = *std::move(knowledge);
  request.catalogue = catalogue_reviews((*cinema)->store(), film->id);
  return known;
}

/// As the page's readers call the film; its key where no library knows it.
std::string name_of(const Titles& title, const std::string& key, const std::string& language) {
  if (language == "zh" && !title.chinese.empty()) return title.chinese;
  return title.english.empty() ? key : title.english;
}

Expected<void> emotion(Session& session, const EmotionOptions& options) {
  EmotionReportRequest request = options.request;
  const KnownFilm known = complete_from_library(session, request);
  request.known = &known.knowledge;
  llm::SharedModel model(llm::home_of(session.data, session.resources, session.program));
  LlmReader reader(model, session.resources / "models" / "prompts", {}, session.cancel);
  CINELOOM_TRY_ASSIGN(EmotionReport report, report_emotions(request, session.resources / "models" / "text", &reader));
  if (!options.out.empty()) {
    EmotionReport shown = report;
    shown.film = name_of(known.title, report.film, options.language);
    CINELOOM_TRY(write_file(options.out, emotion_page(shown, options.language)));
  }
  if (session.format == Format::Json) {
    print(to_json(report) + "\n");
    return {};
  }
  print(fmt::format("{}: {} reviews, {:.0f} % positive ({:.0f} to {:.0f}), controversy {:.2f}\n", report.film, report.reviews, 100 * report.positive.share,
                    100 * report.positive.low, 100 * report.positive.high, report.controversy));
  for (const ReportedAspect& aspect : report.aspects) {
    print(fmt::format("  {:<12} {:3.0f} % of {} clauses praise it\n", aspect.positive.name, 100 * aspect.positive.share, aspect.positive.of));
  }
  if (!options.out.empty()) print(fmt::format("the page is in '{}'\n", options.out));
  return {};
}

}  // namespace

void add_report_commands(Commands& commands) {
  CLI::App* group = commands.group("report", "one self-contained page about one thing");
  commands.add<EmotionOptions>(
      "emotion", "how audiences feel about a film, from a file of reviews",
      [](CLI::App& command, EmotionOptions& options) {
        command.add_option("film", options.request.film, "title or key")->required();
        command.add_option("--reviews", options.request.reviews, "JSON lines with text, and film, language, stars where known")->required();
        command.add_option("-o,--out", options.out, "the page's file");
        command.add_option("--language", options.language, "of the page")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
        command.add_option("--minimum-group", options.request.minimum_group, "smaller groups are not shown")->check(CLI::Range(1, 1000))->capture_default_str();
      },
      emotion, group);
}

}  // namespace cineloom::cli
