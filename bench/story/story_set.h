#pragma once

#include <optional>

#include "domain/story.h"
#include "report.h"
#include "story/schema.h"

/// The stories that are measured, and parts of the measuring.
namespace cineloom::bench {

struct Written {
  Story story;
  double milliseconds = 0;
};

/// The library of the repository. Errors: as SchemaLibrary::load.
Expected<SchemaLibrary> story_library();

/// The n-th request of the set: six arcs, six genres, two languages, a seed for each six.
StoryRequest story_request(int number);

/// Nothing where the story is refused.
std::optional<Written> write_timed(const StoryRequest& request, const SchemaLibrary& library);

/// The value at a share of the sorted ones.
double share_point(std::vector<double> values, double share);

void measure_constraints(Report& report);
void measure_replanning(Report& report);
void measure_viewers(Report& report);
void measure_large_graph(Report& report);

}  // namespace cineloom::bench
