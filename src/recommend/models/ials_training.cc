#include "recommend/models/ials_training.h"

#include <algorithm>

#include "recommend/internal/ials_rows.h"

namespace cineloom {
namespace {

void go_on_from(const Matrix& first, Matrix& factors) {
  for (std::size_t row = 0; row < factors.rows(); ++row) {
    if (std::ranges::any_of(first.row(row), [](float value) { return value != 0; })) std::ranges::copy(first.row(row), factors.row(row).begin());
  }
}

}  // namespace

IalsTraining::IalsTraining(const SparseMatrix& seen, const IalsOptions& options)
    : by_user_(seen),
      by_item_(seen.transposed()),
      options_(options),
      users_(static_cast<std::size_t>(seen.row_count()), static_cast<std::size_t>(options.factors)),
      items_(static_cast<std::size_t>(seen.column_count), static_cast<std::size_t>(options.factors)) {
  ials_rows::draw(users_, options, "users");
  ials_rows::draw(items_, options, "items");
  if (options.first_items != nullptr) go_on_from(*options.first_items, items_);
}

Expected<void> IalsTraining::solve_users(Progress& progress, const CancelToken& cancel) {
  return ials_rows::solve(by_user_, items_, users_, options_, progress, cancel);
}
Expected<void> IalsTraining::solve_items(Progress& progress, const CancelToken& cancel) {
  return ials_rows::solve(by_item_, users_, items_, options_, progress, cancel);
}

}  // namespace cineloom
