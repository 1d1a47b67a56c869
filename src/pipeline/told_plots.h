#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/expected.h"
#include "domain/feeling.h"
#include "domain/told_plot.h"
#include "store/store.h"

namespace cineloom {

class LlmReader;

/// A told plot with the text that its findings point to: the file's, decoded and in simplified characters.
struct ReadPlot {
  std::string text;
  ToldPlot plot;
  bool is_by_model = false;  ///< a language model read it
};

/// Reads a synopsis from a text file with the models under `models`, or with a language model if its answer holds. Errors: NotFound; InvalidArgument for bytes that are no text; DataLoss for a
/// damaged model.
Expected<ReadPlot> read_plot_file(const std::filesystem::path& file, const std::filesystem::path& models, LlmReader* model = nullptr);

/// The course of feeling of each analysed film that has one.
using FilmArcs = std::unordered_map<FilmId, std::vector<ArcPoint>>;

/// Reads films' courses from what analysis found, once and again after films have changed: findings are long. Thread-safe.
class FilmCourses {
 public:
  /// Findings of another version are passed over. Errors: those of the store.
  Expected<std::shared_ptr<const FilmArcs>> arcs(Store& store);

 private:
  std::mutex mutex_;
  std::optional<std::uint64_t> films_;  ///< Revisions::films when they were read; nothing where the store does not count
  std::shared_ptr<const FilmArcs> arcs_;
};

/// How alike each of the films runs to `drawn`, -1 .. 1.
std::unordered_map<FilmId, double> course_likenesses(const FilmArcs& arcs, std::span<const double> drawn);

/// What an evening that is drawn asks for in general, whatever its course: as glad as it is on average, as stirring as it moves.
Feeling feeling_of_drawing(std::span<const double> drawn);

/// A film whose course of feeling runs like one that was drawn.
struct ArcMatch {
  Film film;
  double likeness = 0;  ///< -1 .. 1
};

/// The analysed films that run most like `drawn` (two and more values at even places of the evening), best first, at most `count`.
/// Errors: InvalidArgument for a flat or too short drawing.
Expected<std::vector<ArcMatch>> find_films_by_arc(Store& store, FilmCourses& courses, std::span<const double> drawn, std::size_t count);

}  // namespace cineloom
