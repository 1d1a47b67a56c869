#pragma once

#include "report.h"

/// The parts of `./dev bench serve`; each adds its figures, or why there are none.
namespace cineloom::bench {

void measure_formats(Report& report);     ///< import_formats, golden_merge_wrong
void measure_file_names(Report& report);  ///< guessit_agreement and others against GuessIt as an oracle
void measure_identity(Report& report);    ///< films found again by title and year
void measure_large_import(Report& report);  ///< import_25m_s
void measure_bulk(Report& report);  ///< bulk_events_per_s
void measure_idle(Report& report);  ///< idle_sse_added_ms
void measure_small_load(Report& report);  ///< p99_ms_1000rps_2k
void measure_nodes(Report& report);  ///< node_kill_lost
void measure_open_load(Report& report);  ///< p99_ms_1000rps_100k
void measure_ranks(Report& report);  ///< mpi_bit_identical

}  // namespace cineloom::bench
