#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "cli/output.h"
#include "pipeline/cinema.h"

namespace cineloom::cli {

/// Serve: to write, and for people who wait: before the first training is done a first look answers.
enum class Access { Read, Write, Serve };

/// What every command shares: where the data is, how to answer, how to stop.
struct Session {
  std::filesystem::path data;       ///< --data; default $XDG_DATA_HOME/cineloom or ~/.local/share/cineloom
  std::filesystem::path resources;  ///< models/, demo/, web/: beside the program, in its source tree, or installed
  std::filesystem::path program;    ///< this program's own file
  Format format = Format::Text;
  CancelToken cancel;
  std::string store = {};           ///< --store: postgresql://...; empty = SQLite in `data`

  [[nodiscard]] Expected<std::unique_ptr<Cinema>> open(Access access) const;
};

/// The folder that holds models/ and demo/ for a program at this path. Errors: NotFound.
Expected<std::filesystem::path> find_resources(const std::filesystem::path& program);
std::filesystem::path default_data_folder();

}  // namespace cineloom::cli
