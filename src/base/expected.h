#pragma once

#include <expected>
#include <utility>

#include "base/error.h"

namespace cineloom {

/// A value or an Error. Test it, then `*e`; never `.value()`, which throws.
template <class T>
using Expected = std::expected<T, Error>;

/// `return fail(ErrorCode::NotFound, "no film '...'")` in a function that gives Expected.
template <typename... Args>
[[nodiscard]] std::unexpected<Error> fail(Args&&... args) {
  return std::unexpected<Error>(std::in_place, std::forward<Args>(args)...);
}

/// Passes an error on with what the caller was doing added.
[[nodiscard]] inline std::unexpected<Error> fail_in(Error error, std::string_view action) { return std::unexpected<Error>(std::move(error).in(action)); }

}  // namespace cineloom

#define CINELOOM_CONCAT_INNER(a, b) a##b
#define CINELOOM_CONCAT(a, b) CINELOOM_CONCAT_INNER(a, b)

/// Leaves the function with the error of `expr`, or goes on.
#define CINELOOM_TRY(expr)                                                                                      \
  do {                                                                                                          \
    if (auto cineloom_try = (expr); !cineloom_try) { return std::unexpected(std::move(cineloom_try).error()); } \
  } while (false)

/// `CINELOOM_TRY_ASSIGN(const Header header, read_header(in))`: declares from the value or leaves with the error.
#define CINELOOM_TRY_ASSIGN(decl, expr)                                                                                                   \
  auto CINELOOM_CONCAT(cineloom_try_, __LINE__) = (expr);                                                                                 \
  if (!CINELOOM_CONCAT(cineloom_try_, __LINE__)) { return std::unexpected(std::move(CINELOOM_CONCAT(cineloom_try_, __LINE__)).error()); } \
  decl = *std::move(CINELOOM_CONCAT(cineloom_try_, __LINE__))

/// As CINELOOM_TRY_ASSIGN, with what the caller was doing added to the error.
#define CINELOOM_TRY_ASSIGN_IN(decl, expr, action)                                                                                                      \
  auto CINELOOM_CONCAT(cineloom_try_, __LINE__) = (expr);                                                                                               \
  if (!CINELOOM_CONCAT(cineloom_try_, __LINE__)) { return ::cineloom::fail_in(std::move(CINELOOM_CONCAT(cineloom_try_, __LINE__)).error(), (action)); } \
  decl = *std::move(CINELOOM_CONCAT(cineloom_try_, __LINE__))
