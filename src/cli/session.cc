#include "cli/session.h"

#include <cstdlib>

namespace cineloom::cli {
namespace {

namespace fs = std::filesystem;

fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

}  // namespace

Expected<std::unique_ptr<Cinema>> Session::open(Access access) const {
  constexpr std::int64_t kQuickly = 50'000;  // events that are learned from in some seconds
  return Cinema::open({.data = data,
                       .resources = resources,
                       .program = program,
                       .nets = from_environment("CINELOOM_NETS"),
                       .onnx_runtime = from_environment("CINELOOM_ONNXRUNTIME"),
                       .is_read_only = access == Access::Read,
                       .first_look = access == Access::Serve ? std::optional(kQuickly) : std::nullopt,
                       .now = {},
                       .store = store});
}

Expected<fs::path> find_resources(const fs::path& program) {
  std::error_code error;
  if (const fs::path chosen = from_environment("CINELOOM_RESOURCES"); !chosen.empty()) return chosen;
  // build/release/cineloom in a source tree, or bin/cineloom beside share/cineloom.
  for (fs::path folder = program.parent_path(); folder != folder.parent_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / "models" / "story", error)) return folder;
    if (fs::exists(folder / "share" / "cineloom" / "models", error)) return folder / "share" / "cineloom";
  }
  return std::unexpected(Error(ErrorCode::NotFound, "the folder with models/ and demo/ is not beside the program").advise("set CINELOOM_RESOURCES to it"));
}

fs::path default_data_folder() {
  if (const fs::path data = from_environment("XDG_DATA_HOME"); !data.empty()) return data / "cineloom";
  const fs::path home = from_environment("HOME");
  return (home.empty() ? fs::path(".") : home / ".local" / "share") / "cineloom";
}

}  // namespace cineloom::cli
