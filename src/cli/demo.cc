#include "cli/demo.h"

#include <fmt/format.h>

#include "cli/internal/show.h"
#include "cli/terminal_plot.h"
#include "domain/json.h"
#include "pipeline/loop.h"

namespace cineloom::cli {
namespace {

constexpr std::string_view kFilm = "the-moon-in-the-reeds";
constexpr std::string_view kMood = "rough week, want to laugh but nothing stupid";

Expected<std::vector<Film>> films_of(Cinema& cinema, const Recommendation& recommendation) {
  std::vector<Film> films;
  for (const Pick& pick : recommendation.picks) {
    CINELOOM_TRY_ASSIGN(Film film, cinema.store().film(pick.film));
    films.push_back(std::move(film));
  }
  return films;
}

std::string chapter(int number, std::string_view title) { return fmt::format("\n{}\n", bold(fmt::format("{}. {}", number, title))); }

Expected<void> print_evening(Cinema& cinema, const Evening& evening) {
  print(chapter(1, "What was collected"));
  print(fmt::format("  {} films, {} ratings by simulated viewers\n", evening.films, evening.ratings));
  print(chapter(2, "What was seen, heard and read"));
  print(show_film(evening.film) + show_summary(evening.film, evening.knowledge));
  print(chapter(3, "What happens in it"));
  print(show_plot(evening.knowledge));
  print(chapter(4, "What if? A new story with its characters"));
  print(show_story(evening.story));
  print(chapter(5, "How well it predicts"));
  print(show_evaluation(evening.evaluation));
  print(chapter(6, fmt::format("Tonight, for somebody who says \"{}\"", kMood)));
  CINELOOM_TRY_ASSIGN(const auto before, films_of(cinema, evening.before));
  print(show_mood(evening.before.mood) + show_picks(evening.before, before));
  print(chapter(7, fmt::format("After rating {} with {}", evening.rated.title.english, stars(4.5))));
  CINELOOM_TRY_ASSIGN(const auto after, films_of(cinema, evening.after));
  print(show_picks(evening.after, after) + "\n");
  return {};
}

}  // namespace

Expected<void> tell_demo(Session& session, Cinema& cinema) {
  Progress progress(default_progress());
  const EveningPlan plan{.library = session.resources / "demo" / "library",
                         .film = std::string(kFilm),
                         .viewer = "Simulated viewer 001",
                         .mood = std::string(kMood),
                         .story = {.arc = ArcShape::ManInAHole, .language = "en", .seed = 2}};
  CINELOOM_TRY_ASSIGN(const Evening evening, live_through(cinema, plan, progress, session.cancel));
  if (session.format == Format::Json) {
    print(to_json(evening.after) + "\n");
    return {};
  }
  return print_evening(cinema, evening);
}

}  // namespace cineloom::cli
