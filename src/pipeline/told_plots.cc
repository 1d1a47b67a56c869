#include "pipeline/told_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "domain/json.h"
#include "pipeline/llm_reader.h"
#include "plot/told_plot.h"
#include "sentiment/arc.h"
#include "text/clean.h"
#include "text/script.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kLargestPlot = 16U << 20U;
constexpr double kCalm = 0.25;  // the arousal of an evening that does not move

Expected<FilmArcs> read_arcs(Store& store) {
  CINELOOM_TRY_ASSIGN(const auto films, store.films_with_knowledge("all"));
  FilmArcs arcs;
  for (const FilmId film : films) {
    CINELOOM_TRY_ASSIGN(const auto text, store.knowledge(film, "all"));
    if (!text) continue;
    auto known = from_json<FilmKnowledge>(*text);
    if (known && !known->arc.empty()) arcs.emplace(film, std::move(known->arc));
  }
  return arcs;
}

}  // namespace

Expected<ReadPlot> read_plot_file(const std::filesystem::path& file, const std::filesystem::path& models, LlmReader* model) {
  const std::string action = fmt::format("reading '{}'", file.string());
  CINELOOM_TRY_ASSIGN_IN(const std::string bytes, read_file(file, kLargestPlot), action);
  CINELOOM_TRY_ASSIGN_IN(CleanText clean, decode_text(bytes), action);
  CINELOOM_TRY_ASSIGN(const std::string model_bytes, read_file(models / "turning_points.bin"));
  CINELOOM_TRY_ASSIGN(const SynopsisTurnModel turns, SynopsisTurnModel::load(model_bytes));
  ReadPlot read{.text = std::move(clean.text), .plot = {}};
  // Without the tables traditional characters are read as they stand.
  if (const auto script = SimplifiedScript::open()) read.text = script->convert(read.text);
  if (auto told = model != nullptr ? model->plot(read.text) : std::nullopt) {
    read.plot = *std::move(told);
    read.is_by_model = true;
    // A model that leaves the turning points open leaves them to the trained one.
    if (read.plot.turning_points.empty()) read.plot.turning_points = read_told_plot(read.text, &turns).turning_points;
    return read;
  }
  read.plot = read_told_plot(read.text, &turns);
  return read;
}

// Asked before reading, so that what changes meanwhile is read again.
Expected<std::shared_ptr<const FilmArcs>> FilmCourses::arcs(Store& store) {
  const std::lock_guard lock(mutex_);
  const auto revisions = store.revisions(ViewerId());
  if (arcs_ && revisions && films_ == revisions->films) return arcs_;
  CINELOOM_TRY_ASSIGN(FilmArcs read, read_arcs(store));
  films_ = revisions ? std::optional(revisions->films) : std::nullopt;
  arcs_ = std::make_shared<const FilmArcs>(std::move(read));
  return arcs_;
}

std::unordered_map<FilmId, double> course_likenesses(const FilmArcs& arcs, std::span<const double> drawn) {
  std::unordered_map<FilmId, double> likenesses;
  for (const auto& [film, arc] : arcs) likenesses.emplace(film, arc_likeness(drawn, arc));
  return likenesses;
}

Feeling feeling_of_drawing(std::span<const double> drawn) {
  double sum = 0;
  double moved = 0;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    sum += drawn[i];
    if (i > 0) moved += std::abs(drawn[i] - drawn[i - 1]);
  }
  const double steps = std::max(1.0, static_cast<double>(drawn.size()) - 1);
  return {.valence = drawn.empty() ? 0 : sum / static_cast<double>(drawn.size()), .arousal = std::min(1.0, kCalm + moved / steps)};
}

Expected<std::vector<ArcMatch>> find_films_by_arc(Store& store, FilmCourses& courses, std::span<const double> drawn, std::size_t count) {
  if (drawn.size() < 2 || std::ranges::max(drawn) - std::ranges::min(drawn) <= 0) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "expected two and more values that are not all the same").advise("draw an evening: 0,0.5,-0.8,0.6"));
  }
  CINELOOM_TRY_ASSIGN(const auto arcs, courses.arcs(store));
  std::vector<ArcMatch> matches;
  for (const auto& [id, likeness] : course_likenesses(*arcs, drawn)) {
    CINELOOM_TRY_ASSIGN(Film film, store.film(id));
    matches.push_back({.film = std::move(film), .likeness = likeness});
  }
  std::ranges::sort(matches, {}, [](const ArcMatch& match) { return match.film.id; });
  std::ranges::stable_sort(matches, std::greater(), &ArcMatch::likeness);
  if (matches.size() > count) matches.resize(count);
  return matches;
}

}  // namespace cineloom
