#pragma once

#include "recommend/models/ials.h"

namespace cineloom {

/// The factors of both sides on their way; each call is one half of a sweep, so that a test can watch the loss between them.
class IalsTraining {
 public:
  /// `seen` is borrowed.
  IalsTraining(const SparseMatrix& seen, const IalsOptions& options);

  /// Best users for the items as they stand. Errors: Cancelled.
  Expected<void> solve_users(Progress& progress, const CancelToken& cancel);
  /// Best items for the users as they stand. Errors: Cancelled.
  Expected<void> solve_items(Progress& progress, const CancelToken& cancel);

  [[nodiscard]] const Matrix& users() const { return users_; }
  [[nodiscard]] const Matrix& items() const { return items_; }
  [[nodiscard]] Matrix take_items() && { return std::move(items_); }

 private:
  const SparseMatrix& by_user_;
  SparseMatrix by_item_;
  IalsOptions options_;
  Matrix users_;
  Matrix items_;
};

}  // namespace cineloom
