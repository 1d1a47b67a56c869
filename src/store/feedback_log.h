#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/experiment.h"
#include "domain/forecast.h"
#include "domain/slate.h"

namespace cineloom {

/// How long shown lists are kept; both limits hold.
struct SlateRetention {
  int per_viewer = 1000;                ///< newest slates of a viewer, 1 .. 1000000
  std::chrono::days age{400};           ///< older ones than this before the newest of the viewer go, > 0
};

struct SlateQuery {
  ViewerId viewer;                      ///< none = all viewers
  std::optional<Timestamp> since;
  int limit = 100'000;                  ///< newest that many, 1 .. 1000000
};

/// What became of a forecast that was to be locked.
struct LockReceipt {
  Forecast kept;        ///< the forecast that counts: the first one locked
  bool is_new = false;  ///< it is the one that was given
};

/// The part of the store that remembers what was shown, forecast and tried. The same promises as Store: one transaction per
/// call, thread-safe, the same errors beside those named here.
class FeedbackLog {
 public:
  virtual ~FeedbackLog() = default;

  /// Keeps what was shown and drops what is past its retention. The same key from a viewer gives the id it had before and
  /// changes nothing. Errors: NotFound for an unknown viewer or film; InvalidArgument for a slate without items, positions
  /// that are not 1, 2, ..., a film twice, a propensity outside (0, 1], or a score that is not finite.
  virtual Expected<SlateId> put_slate(const Slate& slate, const SlateRetention& retention = {}) = 0;
  /// In order of time, then id.
  virtual Expected<std::vector<Slate>> slates(const SlateQuery& query) = 0;

  /// Locks a forecast; the first lock of a viewer and film stands for good, a later one changes nothing.
  /// Errors: Conflict once the viewer has rated the film; NotFound for an unknown viewer or film; InvalidArgument for stars
  /// outside 0.5 .. 5 or an interval that does not hold them.
  virtual Expected<LockReceipt> lock_forecast(const Forecast& forecast) = 0;
  /// Locks those of the forecasts whose film is neither rated nor forecast yet, and passes over the others; gives how many were
  /// new. Errors: NotFound and InvalidArgument as above; then none is locked.
  virtual Expected<int> lock_new_forecasts(std::span<const Forecast> forecasts) = 0;
  /// In order of locking; viewer none = all viewers.
  virtual Expected<std::vector<Forecast>> forecasts(ViewerId viewer) = 0;

  /// Begins an experiment. The same again changes nothing. Errors: Conflict if another one has the name; InvalidArgument if
  /// name or salt are empty, there are fewer than two variants, names repeat, or shares do not add up to 1.
  virtual Expected<void> put_experiment(const Experiment& experiment) = 0;
  /// Ends it; its log stays. Errors: NotFound, Conflict if it has ended.
  virtual Expected<Experiment> stop_experiment(std::string_view name, Timestamp at) = 0;
  /// In order of beginning, then name.
  virtual Expected<std::vector<Experiment>> experiments() = 0;
  /// Notes that a viewer met a variant; only the first of an experiment counts. Errors: NotFound for an unknown experiment,
  /// variant or viewer; Conflict if the experiment has ended.
  virtual Expected<void> add_exposure(const Exposure& exposure) = 0;
  /// In order of time, then viewer.
  virtual Expected<std::vector<Exposure>> exposures(std::string_view experiment) = 0;

  /// Keeps a viewer's setting as JSON; replaces what was there. Errors: NotFound for an unknown viewer, InvalidArgument for an
  /// empty name or text that is not JSON.
  virtual Expected<void> put_preference(ViewerId viewer, std::string_view name, std::string_view json) = 0;
  virtual Expected<std::optional<std::string>> preference(ViewerId viewer, std::string_view name) = 0;
};

}  // namespace cineloom
