#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/model_version.h"

/// What every store decides alike of the versions that it keeps of a model.
namespace cineloom::store {

/// A version with what only the store needs.
struct ModelRow {
  std::int64_t id = 0;
  std::optional<std::int64_t> hash;  ///< of its bytes; none for models that were kept before hashes were
  ModelVersion version;
};

/// A hash as the signed integer that databases know.
std::int64_t hash_of(std::string_view bytes);
/// These are the bytes that were stored.
bool is_whole(const ModelRow& row, std::string_view bytes);

/// `all` is newest first in all of these. Null where there is none.
const ModelRow* active_of(const std::vector<ModelRow>& all);
/// The first good one below a number.
const ModelRow* good_before(const std::vector<ModelRow>& all, int number);
/// Errors: NotFound.
Expected<ModelRow> version_in(const std::vector<ModelRow>& all, std::string_view name, int number);
/// The number of the good one before the active one. Errors: NotFound.
Expected<int> number_before(const std::vector<ModelRow>& all, std::string_view name);
/// Errors: DataLoss for one that is known to be damaged.
Expected<void> require_good(const ModelVersion& version);
/// `used` answers in the place of `active`.
std::string damage_warning(const ModelVersion& active, const ModelVersion& used);

}  // namespace cineloom::store
