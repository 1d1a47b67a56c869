#pragma once

#include <cstddef>
#include <span>

namespace cineloom {

/// Cholesky of small symmetric positive definite matrices, k 1 .. about 1024, row-major [k, k], lower triangle L with A = L L'.
/// The upper triangle is neither read nor kept. Any thread.
enum class Definite { No, Yes };

/// Turns the lower triangle of A into L. Definite::No when a pivot is not positive: A is then spoilt.
Definite factor_cholesky(std::span<float> matrix, std::size_t size);
/// x = L^-1 x.
void solve_lower(std::span<const float> factor, std::span<float> x);
/// x = L^-T x.
void solve_lower_transposed(std::span<const float> factor, std::span<float> x);
/// x = A^-1 x.
void solve_cholesky(std::span<const float> factor, std::span<float> x);

/// L of A + x x', in k^2 steps of 3 flops (Gill, Golub, Murray and Saunders 1974, by rotations). `x` is spoilt.
void update_cholesky(std::span<float> factor, std::span<float> x);
/// L of A - x x'. Definite::No when that is not safely positive definite (a pivot would lose most of its digits): the factor is
/// then spoilt, build it anew. `x` is spoilt.
Definite downdate_cholesky(std::span<float> factor, std::span<float> x);

/// The plain loop in double that factor_cholesky is tested against.
Definite factor_cholesky_plainly(std::span<float> matrix, std::size_t size);

}  // namespace cineloom
