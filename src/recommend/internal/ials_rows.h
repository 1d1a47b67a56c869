#pragma once

#include <string_view>

#include "recommend/models/ials.h"

/// One side of the alternation: each row by itself, so that rows may be shared out among threads and machines.
namespace cineloom::ials_rows {

/// Errors: InvalidArgument for terms, options or weights out of range; an empty matrix is fine.
Expected<void> check(const FoldInTerms& terms);
Expected<void> check(const SparseMatrix& seen, const IalsOptions& options);

/// Fills first factors from the seed and the name of the side.
void draw(Matrix& factors, const IalsOptions& options, std::string_view side);

/// Best rows of `solved` [rows of `seen`, k] for the other side as it stands, in the basis in which what all rows share is diagonal:
/// `fixed` [columns of `seen`, k] is turned into it. Errors: Cancelled.
Expected<void> solve(const SparseMatrix& seen, Matrix& fixed, Matrix& solved, const IalsOptions& options, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom::ials_rows
