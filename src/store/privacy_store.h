#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

/// Something that was told of all viewers under differential privacy, as the ledger keeps it.
struct Release {
  std::int64_t id = 0;   ///< 0 = none yet
  Timestamp at;
  std::string what;      ///< "recommender"
  double mu = 0;         ///< of the one Gaussian release that it is worth, > 0
  double epsilon = 0;    ///< of it alone, at `delta`
  double delta = 0;
};

/// What was removed, by kind.
struct ErasedRows {
  int events = 0;
  int slates = 0;
  int forecasts = 0;
  int exposures = 0;
  int preferences = 0;
  int reviews = 0;   ///< those that bear the viewer's name
  int imports = 0;   ///< whose path was blanked because nothing of them is left
  int models = 0;    ///< versions that had learned from the viewer without differential privacy
};

/// The part of the store that keeps promises to viewers. The same promises as Store.
class PrivacyStore {
 public:
  virtual ~PrivacyStore() = default;

  /// Notes a release for good, before it is told. Errors: InvalidArgument unless mu > 0, epsilon >= 0 and 0 < delta < 1.
  virtual Expected<void> add_release(const Release& release) = 0;
  /// In order of time, then id.
  virtual Expected<std::vector<Release>> releases() = 0;

  /// All that is kept of a viewer, as one JSON object with a list of rows for each kind. Errors: NotFound.
  virtual Expected<std::string> viewer_data(ViewerId viewer) = 0;
  /// Removes a viewer and all that is kept of them, and the versions of `models` whose settings do not say "private": true; then
  /// writes the store's file anew and empties its journal, so that no byte of it is left in them. Takes time by the size of the store.
  /// Errors: NotFound; Unavailable if a reader holds the journal: then the rows are gone and the call may be made again for the bytes.
  virtual Expected<ErasedRows> erase_viewer(ViewerId viewer, std::span<const std::string> models) = 0;
};

/// The same in a copy that Store::backup made. The viewer is known by name; one that the copy lacks is no error.
/// Errors: NotFound for the file; DataLoss if it is no store; those of writing.
Expected<ErasedRows> erase_from_backup(const std::filesystem::path& file, std::string_view viewer, std::span<const std::string> models);

}  // namespace cineloom
