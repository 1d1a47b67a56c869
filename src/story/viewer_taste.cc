#include "story/viewer_taste.h"

#include <algorithm>
#include <optional>
#include <set>

namespace cineloom {
namespace {

constexpr double kStarsForWhole = 2;  // above or below the viewer's mean
constexpr double kLike = 0.6;
constexpr double kHide = -0.8;
constexpr double kAbandon = -0.3;
constexpr double kPrior = 2;          // films that would have to be neither liked nor disliked

/// What a signal says of what is told, -1 .. 1, and the share of the old liking that it replaces.
struct Weight {
  double value = 0;
  double share = 0;
};

Weight weight_of(StorySignal signal) {
  switch (signal) {
    case StorySignal::Skip: return {-1, 0.25};
    case StorySignal::SeekBack: return {0.6, 0.1};
    case StorySignal::Dwell: return {0.5, 0.1};
    case StorySignal::Like: return {1, 0.3};
    case StorySignal::Dislike: return {-1, 0.35};
    case StorySignal::Choose: return {0.8, 0.15};
  }
  return {};
}

std::optional<double> mean_stars(const std::vector<Event>& events) {
  double sum = 0;
  int count = 0;
  for (const Event& event : events) {
    if (event.kind != EventKind::Rate || !event.value) continue;
    sum += *event.value;
    ++count;
  }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::optional<double> liking_of(const Event& event, double mean) {
  switch (event.kind) {
    case EventKind::Rate: return event.value ? std::optional(std::clamp((*event.value - mean) / kStarsForWhole, -1.0, 1.0)) : std::nullopt;
    case EventKind::Like: return kLike;
    case EventKind::Hide: return kHide;
    case EventKind::Abandon: return kAbandon;
    default: return std::nullopt;
  }
}

/// Story themes that a film's themes and genres stand for, each once.
std::set<std::string> themes_of(const Film& film, const SchemaLibrary& library) {
  std::set<std::string> themes;
  for (const auto* words : {&film.themes, &film.genres}) {
    for (const std::string& word : *words) {
      if (const auto meant = library.film_themes.find(word); meant != library.film_themes.end()) themes.insert(meant->second.begin(), meant->second.end());
    }
  }
  return themes;
}

}  // namespace

std::vector<FilmLiking> likings_of(const std::vector<Event>& events, const std::map<FilmId, Film>& films) {
  std::vector<FilmLiking> likings;
  const double mean = mean_stars(events).value_or(0);
  for (const Event& event : events) {
    const auto film = films.find(event.film);
    const auto liking = liking_of(event, mean);
    if (film != films.end() && liking) likings.push_back({&film->second, *liking});
  }
  return likings;
}

ThemeTaste taste_from_films(const std::vector<FilmLiking>& likings, const SchemaLibrary& library) {
  ThemeTaste taste;
  std::map<std::string, double> films;
  for (const FilmLiking& each : likings) {
    for (const std::string& theme : themes_of(*each.film, library)) {
      taste[theme] += each.liking;
      films[theme] += 1;
    }
  }
  double most = 0;
  for (auto& [theme, liking] : taste) {
    liking /= films[theme] + kPrior;
    most = std::max(most, std::abs(liking));
  }
  // What somebody likes most counts whole, however sparing they are with stars.
  if (most > 0) {
    for (auto& [theme, liking] : taste) liking /= most;
  }
  return taste;
}

ThemeTaste taste_after(ThemeTaste taste, const StoryGraph& graph, const std::vector<HeardSignal>& signals) {
  for (const HeardSignal& heard : signals) {
    const auto node = std::ranges::find(graph.nodes, heard.node, &StoryNode::id);
    if (node == graph.nodes.end()) continue;
    std::set<std::string> themes;
    for (const StoryEvent& event : node->events) themes.insert(event.themes.begin(), event.themes.end());
    const Weight weight = weight_of(heard.signal);
    for (const std::string& theme : themes) taste[theme] += weight.share * (weight.value - taste[theme]);
  }
  return taste;
}

ArcShape arc_for(const Feeling& mood, MoodPolicy policy) {
  const bool is_low = mood.valence < 0;
  switch (policy) {
    case MoodPolicy::Lift: return is_low ? ArcShape::RagsToRiches : ArcShape::ManInAHole;
    case MoodPolicy::Match: return !is_low ? ArcShape::Cinderella : mood.arousal > 0.5 ? ArcShape::Icarus : ArcShape::Tragedy;
    case MoodPolicy::Catharsis: return is_low ? ArcShape::ManInAHole : ArcShape::Oedipus;
  }
  return ArcShape::ManInAHole;
}

}  // namespace cineloom
