#include "recommend/internal/lenders.h"

namespace cineloom {
namespace {

ItemLoan loan_for(std::int32_t item, NearestFilms& rated, int most) {
  ItemLoan loan{.item = item, .likes = {}, .weights = {}};
  double total = 1;  // one imagined average film keeps a single like from deciding
  for (const NearestFilms::Neighbour& like : rated.of(item, most)) {
    loan.likes.push_back(like.film);
    loan.weights.push_back(like.likeness);
    total += like.likeness;
  }
  for (double& weight : loan.weights) weight /= total;
  return loan;
}

}  // namespace

void lend_factors(BayesianFactorization& stars, const ContentModel& content, int most, const std::function<bool(std::int32_t)>& is_needy) {
  std::vector<bool> is_rated;
  for (std::int32_t item = 0; item < stars.items(); ++item) is_rated.push_back(stars.item_ratings(item) > 0);
  NearestFilms rated(content, is_rated);
  std::vector<ItemLoan> loans;
  for (std::int32_t item = 0; item < stars.items(); ++item) {
    if (is_needy(item)) loans.push_back(loan_for(item, rated, most));
  }
  stars.lend(loans);
}

}  // namespace cineloom
