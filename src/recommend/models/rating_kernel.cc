#include "recommend/models/rating_kernel.h"

// Vectors of eight floats in gcc's notation; with the clones below the compiler makes one AVX
// instruction of each operation, or two of SSE where the processor has no more. Measured by
// bench_recommend --only ratings. Not under the sanitizers: the code that picks a clone runs before
// they are ready.
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CINELOOM_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CINELOOM_VECTOR_CLONES
#endif

namespace cineloom {
namespace {

using Vector [[gnu::vector_size(kRatingLanes * sizeof(float))]] = float;

}  // namespace

CINELOOM_VECTOR_CLONES
RatingEvidence gather_rating_evidence(std::span<const std::int32_t> other, std::span<float> residuals, const RatingLanes* old_design, const RatingLanes& shift,
                                      const RatingLanes* design) {
  const Vector moved = *reinterpret_cast<const Vector*>(&shift);
  Vector products{};
  Vector s0{};
  Vector s1{};
  Vector s2{};
  Vector s3{};
  Vector s4{};
  Vector s5{};
  Vector s6{};
  Vector s7{};
  const std::int32_t* place = other.data();
  float* residual = residuals.data();
  const std::size_t count = other.size();
  for (std::size_t at = 0; at < count; ++at) {
    const Vector old = *reinterpret_cast<const Vector*>(old_design + place[at]) * moved;
    const float rest = residual[at] - (((old[0] + old[4]) + (old[2] + old[6])) + ((old[1] + old[5]) + (old[3] + old[7])));
    residual[at] = rest;
    const float* scalar = design[place[at]].values.data();
    const Vector value = *reinterpret_cast<const Vector*>(design + place[at]);
    products += value * rest;
    s0 += value * scalar[0];
    s1 += value * scalar[1];
    s2 += value * scalar[2];
    s3 += value * scalar[3];
    s4 += value * scalar[4];
    s5 += value * scalar[5];
    s6 += value * scalar[6];
    s7 += value * scalar[7];
  }
  RatingEvidence evidence{};
  const auto put = [&evidence](std::size_t row, const Vector& values) { *reinterpret_cast<Vector*>(&evidence.squares[row]) = values; };
  put(0, s0);
  put(1, s1);
  put(2, s2);
  put(3, s3);
  put(4, s4);
  put(5, s5);
  put(6, s6);
  put(7, s7);
  *reinterpret_cast<Vector*>(&evidence.products) = products;
  return evidence;
}

RatingEvidence gather_rating_evidence_plainly(std::span<const std::int32_t> other, std::span<float> residuals, const RatingLanes* old_design,
                                              const RatingLanes& shift, const RatingLanes* design) {
  RatingEvidence evidence{};
  for (std::size_t at = 0; at < other.size(); ++at) {
    for (std::size_t lane = 0; lane < kRatingLanes; ++lane) residuals[at] -= old_design[other[at]].values[lane] * shift.values[lane];
    const RatingLanes& value = design[other[at]];
    for (std::size_t row = 0; row < kRatingLanes; ++row) {
      evidence.products.values[row] += value.values[row] * residuals[at];
      for (std::size_t column = 0; column < kRatingLanes; ++column) evidence.squares[row].values[column] += value.values[row] * value.values[column];
    }
  }
  return evidence;
}

CINELOOM_VECTOR_CLONES
void take_out_shift(std::span<const std::int32_t> other, std::span<float> residuals, const RatingLanes* design, const RatingLanes& shift) {
  const Vector moved = *reinterpret_cast<const Vector*>(&shift);
  for (std::size_t at = 0; at < other.size(); ++at) {
    const Vector old = *reinterpret_cast<const Vector*>(design + other[at]) * moved;
    residuals[at] -= ((old[0] + old[4]) + (old[2] + old[6])) + ((old[1] + old[5]) + (old[3] + old[7]));
  }
}

CINELOOM_VECTOR_CLONES
void add_products(std::span<const RatingPlace> places, const RatingLanes* users, const RatingLanes* items, std::span<float> scores) {
  for (std::size_t at = 0; at < places.size(); ++at) {
    const Vector products = *reinterpret_cast<const Vector*>(users + places[at].user_group) * *reinterpret_cast<const Vector*>(items + places[at].item_group);
    scores[at] += ((products[0] + products[4]) + (products[2] + products[6])) + ((products[1] + products[5]) + (products[3] + products[7]));
  }
}

RatingPull sum_pulls(std::span<const std::int32_t> rows, const RatingPull* pulls) {
  // Four sums at once: each addition would wait for the one before it.
  constexpr std::size_t kSums = 4;
  std::array<RatingPull, kSums> sums{};
  const std::int32_t* row = rows.data();
  std::size_t at = 0;
  for (; at + kSums <= rows.size(); at += kSums) {
    for (std::size_t sum = 0; sum < kSums; ++sum) {
      sums[sum].product += pulls[row[at + sum]].product;
      sums[sum].square += pulls[row[at + sum]].square;
    }
  }
  for (; at < rows.size(); ++at) {
    sums[0].product += pulls[row[at]].product;
    sums[0].square += pulls[row[at]].square;
  }
  return {.product = (sums[0].product + sums[1].product) + (sums[2].product + sums[3].product),
          .square = (sums[0].square + sums[1].square) + (sums[2].square + sums[3].square)};
}

void move_pulls(std::span<const std::int32_t> rows, RatingPull* pulls, float move) {
  for (const std::int32_t row : rows) pulls[row].product -= move * pulls[row].square;
}

}  // namespace cineloom
