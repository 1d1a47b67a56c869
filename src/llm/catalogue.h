#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "llm/model_home.h"

namespace cineloom::llm {

/// A model that can be fetched by its name.
struct CatalogueModel {
  std::string_view name;
  std::string_view url;
  std::string_view sha256;
  std::uint64_t bytes = 0;
  std::string_view license;
  std::string_view note;
};

/// Permissively licensed instruct models of 1.5 to 8 thousand million parameters.
const std::vector<CatalogueModel>& catalogue();

struct PullRequest {
  std::string what;    ///< a name of the catalogue, or an https address of a .gguf
  std::string sha256;  ///< that the file must have; empty = the catalogue's, or none for an address
};

/// Fetches a model into the home's folder, or the rest of one that was begun; it gets its name when it is whole, has its SHA-256 and a
/// sound header. Errors: InvalidArgument for another address; NotFound for a name that is not there; Unavailable (try again: it goes on);
/// ResourceExhausted without room; DataLoss if the bytes are others.
Expected<std::filesystem::path> pull_model(const ModelHome& home, const PullRequest& request, Progress& progress, const CancelToken& cancel);

/// Files of models in the home's folder.
std::vector<std::filesystem::path> models_in(const ModelHome& home);

}  // namespace cineloom::llm
