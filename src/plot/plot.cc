#include "plot/plot.h"

#include "plot/internal/parts.h"

namespace cineloom {

Expected<Plot> extract_plot(const Timeline& timeline, const Arc& arc, FilmTime duration, const CancelToken& cancel) {
  if (timeline.scenes.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "there are no scenes to find a plot in").advise("give subtitles, a screenplay or a film with shots"));
  }
  CINELOOM_TRY(cancel.check());
  Plot result;
  result.characters = plot::find_characters(timeline);
  result.relations = plot::find_relations(timeline, result.characters);
  result.events = plot::find_events(timeline, arc, result.characters);
  result.turning_points = plot::find_turning_points(timeline, arc, duration, result.events);
  result.synopsis = plot::write_synopsis(timeline, result.events, result.turning_points);
  return result;
}

}  // namespace cineloom
