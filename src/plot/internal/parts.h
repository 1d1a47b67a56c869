#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/knowledge.h"

/// The parts that extract_plot is made of.
namespace cineloom::plot {

/// Who speaks, most important first: importance is PageRank over who shares scenes and answers whom, times share of words.
std::vector<Character> find_characters(const Timeline& timeline);

/// How each pair stands: scenes together, answers, and the mean feeling of what they say to each other; strongest first.
std::vector<Relation> find_relations(const Timeline& timeline, std::span<const Character> characters);

/// What happens: sentences of action in which a character does something that changes what is true.
std::vector<PlotEvent> find_events(const Timeline& timeline, const Arc& arc, std::span<const Character> characters);

/// Where the story turns: five points, placed in order by dynamic programming over the expected position (Papalampidi et al.
/// 2019) and what is measured at each scene's beginning: change of the arc, tension, somebody new, something that happens.
std::vector<TurningPoint> find_turning_points(const Timeline& timeline, const Arc& arc, FilmTime duration, std::span<const PlotEvent> events);

/// One sentence of action for each turning point and the beginning, in order.
std::string write_synopsis(const Timeline& timeline, std::span<const PlotEvent> events, std::span<const TurningPoint> turns);

/// Valence and tension at a time, between the arc's points; zero for an empty arc.
ArcPoint arc_at(const Arc& arc, FilmTime time);

}  // namespace cineloom::plot
