#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/progress.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

BOOST_DESCRIBE_STRUCT(ProgressUpdate, (), (stage, unit, done, total, units_per_second, seconds_left, is_finished))

using JobId = Id<struct JobTag>;

enum class JobKind { Analyze, Train, Import };
BOOST_DESCRIBE_ENUM(JobKind, Analyze, Train, Import)

enum class JobState { Waiting, Running, Done, Failed, Cancelled };
BOOST_DESCRIBE_ENUM(JobState, Waiting, Running, Done, Failed, Cancelled)

/// Long work that somebody can watch and stop.
struct Job {
  JobId id;
  JobKind kind = JobKind::Analyze;
  std::string title;     ///< what it works on, for people
  FilmId film;           ///< none if it is not about one film
  JobState state = JobState::Waiting;
  ProgressUpdate progress;
  std::string cause;     ///< of a failure
  std::string next_step;
  Timestamp created;
  std::optional<Timestamp> finished;
};
BOOST_DESCRIBE_STRUCT(Job, (), (id, kind, title, film, state, progress, cause, next_step, created, finished))

}  // namespace cineloom
