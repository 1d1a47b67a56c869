#pragma once

#include "pipeline/cinema.h"
#include "pipeline/job_queue.h"

namespace cineloom {

/// Analyses that were asked for are noted in the library's folder jobs/, one small file each, until they end: a program that is stopped or
/// killed goes on with them when it starts again (what was watched until then is in the watch journal). In a store that several programs share
/// the queue is kept itself, and nothing is noted.

/// Notes the film and submits its analysis. Errors: NotFound; those of writing the note.
Expected<Job> submit_analysis(Cinema& cinema, JobQueue& jobs, FilmId film);
/// Submits again what was not finished; what was begun three times and never ended is given up. Gives how many. Errors: Unavailable if the
/// folder cannot be read.
Expected<int> resume_analyses(Cinema& cinema, JobQueue& jobs);
/// Somebody does not want it any more.
void forget_analysis(const Cinema& cinema, FilmId film);

}  // namespace cineloom
