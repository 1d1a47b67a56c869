#include "ranks/open_ranks.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace cineloom {
namespace {

constexpr const char* kLibrary = "libcineloom_mpi.so";

std::filesystem::path find_library(const std::filesystem::path& program) {
  const auto folder = program.parent_path();
  for (const auto& place : {folder, folder.parent_path() / "lib" / "cineloom"}) {
    if (std::error_code ignored; std::filesystem::exists(place / kLibrary, ignored)) return place / kLibrary;
  }
  return {};
}

std::unexpected<Error> unavailable(const std::string& why) {
  return std::unexpected(Error(ErrorCode::Unavailable, why).advise("build with Open MPI (libopenmpi-dev), or train in one process"));
}

}  // namespace

bool is_launched_in_ranks() {
  constexpr std::array kVariables{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"};
  return std::ranges::any_of(kVariables, [](const char* name) { return std::getenv(name) != nullptr; });
}

// The library stays open: MPI's threads may outlive the ranks.
Expected<std::unique_ptr<LaunchedRanks>> open_ranks(const std::filesystem::path& program) {
  const auto path = find_library(program);
  if (path.empty()) return unavailable(std::string(kLibrary) + " is not beside the program");
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) return unavailable(std::string("the library for MPI cannot be opened: ") + ::dlerror());
  auto* const open = reinterpret_cast<OpenMpi*>(::dlsym(library, kOpenMpi));
  if (open == nullptr) return unavailable(path.filename().string() + " is of another version");
  std::unique_ptr<LaunchedRanks> ranks(open());
  if (!ranks) return unavailable("MPI cannot begin");
  return ranks;
}

}  // namespace cineloom
