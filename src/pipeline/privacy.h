#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/cinema.h"
#include "privacy/master_key.h"
#include "store/privacy_store.h"
#include "store/restore.h"

namespace cineloom {

/// What viewers may ask for, and the ledger of what was told of all of them.

/// Everything that was told under differential privacy, added up.
struct PrivacyBudget {
  std::vector<Release> releases;  ///< oldest first
  double delta = 0;               ///< the largest of the releases'; what sums are told at
  double epsilon = 0;             ///< of all releases together
  double epsilon_of_year = 0;     ///< of those of the last 365 days
};
Expected<PrivacyBudget> privacy_budget(Store& store, Timestamp now);

/// Notes a release, unless the year's releases with it would go past `most_a_year`. Gives what they come to, at the release's delta.
/// Errors: ResourceExhausted.
Expected<double> charge(Store& store, const Release& release, std::optional<double> most_a_year);

/// Copies the store, and remembers where, so that an erasure finds the copy. With a key the copy is sealed (privacy/sealed_file.h), and
/// nothing of it lies in the clear outside of the library's folder. Errors: those of Store::backup, read_key and seal_file.
Expected<void> back_up(Cinema& cinema, const std::filesystem::path& target, const privacy::KeyChoice& key, const CancelToken& cancel);

/// Puts a copy in the place of the library in a folder, whole or not at all; no Cinema may be open there. Errors: NotFound for the copy;
/// InvalidArgument if it is sealed and there is no key, or the other way round; those of open_sealed_file and take_in_store.
Expected<RestoreReceipt> restore(const std::filesystem::path& copy, const std::filesystem::path& library, const privacy::KeyChoice& key, Replacing replacing,
                                 const CancelToken& cancel);

/// Removes a viewer from one copy by hand; a sealed one is opened beside the library and sealed again. Errors: those of restore and
/// erase_from_backup.
Expected<ErasedRows> erase_from_copy(const std::filesystem::path& copy, const std::filesystem::path& library, const std::string& viewer,
                                     const privacy::KeyChoice& key, const CancelToken& cancel);

/// What became of one copy when a viewer was erased.
struct ErasedCopy {
  std::filesystem::path file;
  bool is_clean = false;  ///< nothing of the viewer is left in it, or the file is gone
  std::string failure;    ///< why not
};

/// What was removed, for the viewer to keep.
struct ErasureReceipt {
  std::string viewer;
  Timestamp at;
  ErasedRows rows;
  std::vector<ErasedCopy> copies;  ///< that back_up made
  bool is_model_gone = false;      ///< the model in use had learned from the viewer; the next question trains anew
};
std::string to_json(const ErasureReceipt& receipt);

/// Removes a viewer: their account, rows, what models without differential privacy learned, and both from the copies that were made. Copies
/// that cannot be reached are named in the receipt and tried again by the next erasure of the same name. Errors: NotFound; Conflict if
/// the account is the only admin's among several; those of erase_viewer.
Expected<ErasureReceipt> erase_viewer(Cinema& cinema, const std::string& viewer);
Expected<ErasureReceipt> erase_viewer(Cinema& cinema, ViewerId viewer);

enum class ExportFormat { Json, Csv };
/// All that is kept of a viewer as JSON, or only what they did as a table. Errors: NotFound.
Expected<std::string> exported_viewer(Cinema& cinema, ViewerId viewer, ExportFormat format);

/// Writes all that is kept of a viewer to a new file: JSON, or only what they did as a table if its name ends in .csv.
/// Errors: NotFound; Conflict if the file exists.
Expected<void> export_viewer(Cinema& cinema, const std::string& viewer, const std::filesystem::path& target);

struct AnonymousRequest {
  int group = 20;          ///< viewers whose tastes become one, >= 5
  std::filesystem::path target;
};
struct AnonymousReceipt {
  int viewers = 0;
  int groups = 0;
  int rows = 0;
};
/// Writes what groups of alike viewers rated and liked, as CSV: group, film, how many of the group (in steps of a quarter), mean stars to
/// the half, year. No row speaks of fewer than a quarter of a group. Errors: InvalidArgument for fewer viewers than a group has.
Expected<AnonymousReceipt> export_anonymously(Cinema& cinema, const AnonymousRequest& request);

}  // namespace cineloom
