#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "story/what_if/film_model.h"

namespace cineloom::what_if {

enum class ChangeKind { Survive, Die, Absent, Otherwise, Instead, Ending, Tone, PointOfView, Rating, Era };
enum class Direction { Up, Down };
enum class Era { MiddleAges, Twenties, Future };

/// A change of the film as it was understood.
struct Change {
  ChangeKind kind = ChangeKind::Absent;
  std::string sentence;              ///< as it was given
  int character = -1;                ///< who it is about; for Instead: who gives the part up
  int other = -1;                    ///< for Instead: who takes it
  int happening = -1;                ///< Die: after it; Otherwise, Instead: what goes otherwise; -1 = everything of the character
  Direction direction = Direction::Up;  ///< Ending: happy or sad; Tone: lighter or darker
  int age = 0;                       ///< Rating
  Era era = Era::MiddleAges;
};

/// Reads a sentence of the small grammar (docs/formats/changes.md), English or Chinese. Nothing of it is ever told or obeyed but what the grammar
/// names: characters, events of the film, numbers.
/// Errors: InvalidArgument for a sentence outside the grammar, too long, or a change that the film leaves no room for (nobody dies who could survive);
/// NotFound with near names for somebody who is not in the film, and with the film's events for an event that is not.
Expected<Change> read_change(const FilmModel& model, const std::string& sentence);

/// The error that says who is in the film instead.
Error unknown_character(const FilmModel& model, std::string_view name);

/// Two changes that cannot both be.
struct Contradiction {
  std::size_t first = 0;
  std::size_t second = 0;
  std::string why;
};

std::vector<Contradiction> find_contradictions(std::span<const Change> changes, const FilmModel& model);

/// The fewest changes to leave out so that no contradiction is left, later ones first; at most twelve changes.
std::vector<std::size_t> smallest_relaxation(std::span<const Change> changes, std::span<const Contradiction> contradictions);

/// The change in words.
LocalText describe(const Change& change, const FilmModel& model);

/// Example sentences that are understood, of the film's own names.
std::vector<LocalText> change_forms(const FilmModel& model);

}  // namespace cineloom::what_if
