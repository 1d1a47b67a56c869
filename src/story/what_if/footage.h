#pragma once

#include "domain/film_cut.h"
#include "story/what_if/film_model.h"

namespace cineloom::what_if {

/// Puts a cut together: footage that follows on without a gap becomes one stretch; cards last as long as they take to read.
class CutBuilder {
 public:
  CutBuilder(const FilmModel& model, std::string file) : model_(model), file_(std::move(file)) {}

  void add_footage(const Happening& happening, const LocalText& why);
  /// A card that stands where `happening` begins.
  void add_card(const Happening& happening, LocalText card, const LocalText& why);
  [[nodiscard]] FilmCut take(LocalText title) &&;

 private:
  const FilmModel& model_;
  std::string file_;
  FilmCut cut_;
};

/// The shot at a time, -1 where there are none.
int shot_at(const FilmKnowledge& film, FilmTime at);

/// How long the film is: of its footage, or of its scenes where it was never shot.
FilmTime length_of(const FilmKnowledge& film);

}  // namespace cineloom::what_if
