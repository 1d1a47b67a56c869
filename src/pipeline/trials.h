#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "domain/experiment.h"
#include "domain/ranking.h"
#include "store/store.h"

namespace cineloom {

/// By whom a list is made, beside what was wanted of it.
struct ListMaker {
  std::string ranker = "recommender";  ///< or the variants of running experiments (ranker_name)
  double ranker_chance = 1;            ///< with which a bandit chose it
  std::vector<Exposure> met;           ///< to be noted when the list is shown
};

/// How a viewer's list is made where nothing else is wanted.
struct Trial {
  ListMaker maker;
  RankingDials dials;
};

/// The dials that a variant's settings turn: mood_strength, variety, calibration, popularity, freshness, surprise, with the ranges of
/// RankingDials. Errors: InvalidArgument for another name or a number out of range.
Expected<RankingDials> dials_of(const Variant& variant, const RankingDials& initial = {});

/// Has the lists of viewers follow the experiments that run: shares or a bandit say by which variant, and its settings are the list's
/// unless the viewer wants something else. The bandit learns from what was shown, every ten minutes on a thread of its own. Thread-safe.
class Trials {
 public:
  /// The store must outlive it.
  explicit Trials(Store& store) : store_(store) {}
  Trials(const Trials&) = delete;
  Trials& operator=(const Trials&) = delete;

  /// Whatever is tried; nobody's lists are as always. What another process began or ended is known after a second. Errors: those of the store.
  Expected<Trial> of(ViewerId viewer, Timestamp now);
  /// An experiment began or ended here.
  void forget();
  /// Waits until the bandit is not learning.
  void settle();

 private:
  using Running = std::vector<Experiment>;
  Expected<std::shared_ptr<const Running>> running();
  /// The chances in use; has them made anew when they are old.
  std::vector<double> chances_of(const Experiment& experiment, Timestamp now);
  void learn(const Experiment& experiment, Timestamp now);

  Store& store_;
  std::mutex mutex_;
  std::condition_variable learned_;
  std::shared_ptr<const Running> running_;  // shared with who is reading it
  std::chrono::steady_clock::time_point read_at_;
  std::string adapted_;                     // the experiment that the chances are of
  std::vector<double> chances_;
  std::optional<Timestamp> learned_at_;
  bool is_learning_ = false;
  std::jthread learner_;                    // ends first
};

}  // namespace cineloom
