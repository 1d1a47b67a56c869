#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"

namespace cineloom {

inline constexpr std::string_view kFindings = "films";  ///< of a library: a folder for each analysed film, staged beside

/// A folder that is filled aside and then takes its place at once, so that nobody ever finds half of it. Used by one thread.
class StagedFolder {
 public:
  /// An empty folder inside `parent`, which is made if it is missing. It is removed with the value unless it was put in place.
  /// Errors: Unavailable, ResourceExhausted.
  static Expected<StagedFolder> create(const std::filesystem::path& parent);

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  /// Becomes the folder `name` of the parent; what had the name before is removed with this value.
  Expected<void> put_in_place(const std::string& name);

  /// Removes what a power cut left of stages; nobody else may be staging.
  static void remove_leftovers(const std::filesystem::path& parent);

 private:
  explicit StagedFolder(TemporaryFolder folder) : folder_(std::move(folder)) {}

  TemporaryFolder folder_;
};

}  // namespace cineloom
