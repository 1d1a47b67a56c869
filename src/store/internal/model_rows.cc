#include "store/internal/model_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace cineloom::store {

std::int64_t hash_of(std::string_view bytes) { return static_cast<std::int64_t>(fnv1a64(bytes)); }

// A model that was kept before hashes were has only its size to be checked by.
bool is_whole(const ModelRow& row, std::string_view bytes) {
  return std::cmp_equal(bytes.size(), row.version.size_bytes) && (!row.hash || *row.hash == hash_of(bytes));
}

const ModelRow* active_of(const std::vector<ModelRow>& all) {
  const auto found = std::ranges::find_if(all, [](const ModelRow& row) { return row.version.is_active; });
  return found == all.end() ? nullptr : &*found;
}

const ModelRow* good_before(const std::vector<ModelRow>& all, int number) {
  const auto found = std::ranges::find_if(all, [number](const ModelRow& row) { return row.version.number < number && row.version.state == ModelState::Good; });
  return found == all.end() ? nullptr : &*found;
}

Expected<ModelRow> version_in(const std::vector<ModelRow>& all, std::string_view name, int number) {
  const auto found = std::ranges::find(all, number, [](const ModelRow& row) { return row.version.number; });
  if (found != all.end()) return *found;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no version {} of the model '{}'", number, name))
                             .advise("list the versions that are kept: cineloom model list"));
}

Expected<int> number_before(const std::vector<ModelRow>& all, std::string_view name) {
  const ModelRow* const active = active_of(all);
  const ModelRow* const before = active == nullptr ? nullptr : good_before(all, active->version.number);
  if (before != nullptr) return before->version.number;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("the model '{}' has no version before the one in use", name))
                             .advise("train again; from then on there is a version to go back to"));
}

Expected<void> require_good(const ModelVersion& version) {
  if (version.state == ModelState::Good) return {};
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("version {} of the model '{}' is damaged", version.number, version.name))
                             .advise("use another version, or train anew: cineloom train"));
}

std::string damage_warning(const ModelVersion& active, const ModelVersion& used) {
  return fmt::format("version {} of the model '{}' is damaged; version {} answers instead", active.number, active.name, used.number);
}

}  // namespace cineloom::store
