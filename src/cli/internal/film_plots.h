#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/internal/eval_plots.h"
#include "domain/film.h"
#include "domain/knowledge.h"

/// An analysed film as pictures: SVG documents that stand alone. `language` "en" or "zh".
namespace cineloom::cli {

/// Every shot's keyframe in a grid with its time, way in and length. `pictures`: the film's folder of keyframes; what is missing is left blank.
std::string storyboard_plot(const Film& film, const FilmKnowledge& knowledge, const std::filesystem::path& pictures, const std::string& language);
/// Length of every shot over the film, and the running mean: the film's pace.
std::string shot_length_plot(const Film& film, const VideoFindings& video, const std::string& language);
/// The film's colours from first to last.
std::string barcode_plot(const Film& film, const VideoFindings& video, const std::string& language);
/// Valence by words and picture, tension by picture and sound, over the scenes.
std::string arc_plot(const Film& film, const FilmKnowledge& knowledge, const std::string& language);
/// Who shares scenes with whom: dots by importance, lines by scenes together.
std::string network_plot(const Film& film, const Plot& plot, const std::string& language);

/// All that there is something to draw of.
std::vector<NamedPlot> film_plots(const Film& film, const FilmKnowledge& knowledge, const std::filesystem::path& pictures, const std::string& language);

}  // namespace cineloom::cli
