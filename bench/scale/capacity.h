#pragma once

#include <cstdint>

namespace cineloom::bench {

/// What one thing costs, measured on this machine.
struct Constants {
  double event_bytes = 0;          ///< on disk, with its indices
  double viewer_bytes = 0;         ///< on disk, with the index of names
  double event_memory_bytes = 0;   ///< of a process that learns from all events
  double single_events_per_s = 0;  ///< each acknowledged alone, durable
  double bulk_events_per_s = 0;    ///< in thousands
  double jobs_per_s = 0;           ///< added, taken and ended
  double item_bytes = 0;           ///< a film on disk, with the places of its words
  double words_bytes = 0;          ///< the words themselves, which are soon all there; from two sizes of libraries
  // The next ones are of `./dev bench serve`, whose libraries take a training each: 2,000 and 100,000 films (docs/benchmarks.md).
  double answer_core_ms = 7.3;           ///< of a core for one list of picks that is made anew, at 2,000 films (picks_alone_ms_2k)
  double answer_core_ms_per_item = 1e-4; ///< for each film more: 17.3 ms at 100,000
  double item_memory_bytes = 8800;       ///< of each node: a model of 100,000 films takes 880 MB
  double node_memory_bytes = 120e6;      ///< of each node without films, with answers that are kept
};

/// Who uses it, and how; assumed, not measured.
struct Audience {
  double viewers = 0;
  double items = 2000;                ///< films that can be recommended
  double events_each = 200;           ///< of a history
  double events_a_day = 5;            ///< of a viewer
  double answers_a_day = 3;
  double peak = 4;                    ///< the busiest hour over the mean of the day
};

/// What prices were assumed, in euros a month.
struct Prices {
  double core = 8;
  double memory_gb = 2;
  double disk_gb = 0.08;
};

/// What that takes.
struct Need {
  double events_per_s = 0;       ///< at the peak
  double databases = 0;          ///< servers as fast as the measured one, at most 60 % busy at the peak
  double disk_gb = 0;            ///< of events, viewers and films
  double answer_core_ms = 0;     ///< of one list of picks
  double answer_cores = 0;       ///< of all nodes, at most 60 % busy at the peak
  double nodes = 0;              ///< of eight cores
  double node_memory_gb = 0;     ///< of each
  double training_memory_gb = 0; ///< of all processes that learn together
  double euros_a_month = 0;
};

Need need_of(const Constants& constants, const Audience& audience, const Prices& prices = {});

/// One simulated day of events, second by second: arrivals by chance around the day's curve, served by `databases` servers that each take
/// as many a second as was measured.
struct SimulatedDay {
  double events = 0;
  double longest_wait_s = 0;
  double p99_wait_s = 0;        ///< of the events, not of the seconds
};
SimulatedDay simulate_day(const Constants& constants, const Audience& audience, double databases, std::uint64_t seed);

}  // namespace cineloom::bench
