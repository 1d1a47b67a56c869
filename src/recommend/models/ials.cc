#include "recommend/models/ials.h"

#include <algorithm>
#include <string>
#include <utility>

#include "math/eigen_basis.h"
#include "recommend/internal/ials_rows.h"
#include "recommend/models/ials_training.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;

Expected<void> check(const SparseMatrix& seen, const IalsOptions& options) {
  CINELOOM_TRY(ials_rows::check(seen, options));
  if (const Matrix* first = options.first_items;
      first != nullptr && (std::cmp_not_equal(first->rows(), seen.column_count) || std::cmp_not_equal(first->columns(), options.factors))) {
    return fail(ErrorCode::InvalidArgument, "the first items must be one row of factors per item");
  }
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  return {};
}

}  // namespace

Expected<Ials> Ials::fit(const SparseMatrix& seen, const IalsOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, options));
  IalsTraining training(seen, options);
  const std::int64_t rows_a_sweep = seen.row_count() + seen.column_count;
  progress.begin("fitting factors", options.sweeps * rows_a_sweep + seen.row_count(), "rows");
  for (std::int32_t sweep = 0; sweep < options.sweeps; ++sweep) {
    CINELOOM_TRY(training.solve_users(progress, cancel));
    CINELOOM_TRY(training.solve_items(progress, cancel));
  }
  CINELOOM_TRY(training.solve_users(progress, cancel));
  Ials model;
  model.users_ = training.users();
  model.fold_in_ = FoldIn(std::move(training).take_items(), options.terms, options.threads);
  rotate(model.users_, model.fold_in_.rotation(), options.threads);
  progress.finish();
  return model;
}

Expected<Ials> Ials::fit_automatically(const SparseMatrix& seen, IalsOptions options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(options.terms, choose_terms(seen, options, progress, cancel));
  return fit(seen, options, progress, cancel);
}

Ials Ials::around(FoldIn items) {
  Ials model;
  model.fold_in_ = std::move(items);
  return model;
}

void Ials::score(std::span<const HistoryEntry> history, std::span<float> scores) const { fold_in_.score(fold_in_.fold_in(history), scores); }

Ials Ials::rearranged(ItemOrigins origins) const {
  Ials moved;
  moved.fold_in_ = FoldIn(cineloom::rearranged(item_factors(), origins), fold_in_.terms(), 0);
  return moved;
}

void Ials::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(fold_in_.terms());
  out.put(static_cast<std::uint64_t>(item_factors().rows()));
  out.put(static_cast<std::uint64_t>(item_factors().columns()));
  out.put(std::vector<float>(item_factors().values().begin(), item_factors().values().end()));
}

Expected<Ials> Ials::read(ByteReader& in) {
  std::uint32_t format = 0;
  FoldInTerms terms;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  std::vector<float> values;
  in.take(format);
  in.take(terms);
  in.take(rows);
  in.take(columns);
  in.take(values);
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "not a stored iALS model of format 1");
  if (columns < 1 || columns > 4096 || rows != values.size() / columns || values.size() % columns != 0)
    return fail(ErrorCode::DataLoss, "iALS model: item factors do not fill their shape");
  if (!FoldIn::are_factors(values)) return fail(ErrorCode::DataLoss, "iALS model: a factor is out of range");
  if (const auto valid = ials_rows::check(terms); !valid) return fail(ErrorCode::DataLoss, "iALS model: " + valid.error().message());
  Matrix items(rows, columns);
  std::ranges::copy(values, items.values().begin());
  Ials model;
  model.fold_in_ = FoldIn(std::move(items), terms, 0);
  return model;
}

double ials_loss(const SparseMatrix& seen, const Matrix& users, const Matrix& items, const FoldInTerms& terms) {
  const auto user_gram = gram_of(users, 1);
  const auto item_gram = gram_of(items, 1);
  double loss = 0;
  for (std::size_t i = 0; i < user_gram.size(); ++i) loss += static_cast<double>(terms.unobserved_weight) * user_gram[i] * item_gram[i];
  const auto squared_length = [](std::span<const float> row) {
    double sum = 0;
    for (const float value : row) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum;
  };
  std::vector<std::size_t> item_events(items.rows(), 0);
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    const auto row = users.row(static_cast<std::size_t>(user));
    std::size_t events = 0;
    for (std::size_t i = 0; i < seen.row_size(user); ++i) {
      const auto item = static_cast<std::size_t>(seen.row_columns(user)[i]);
      double score = 0;
      for (std::size_t j = 0; j < row.size(); ++j) score += static_cast<double>(row[j]) * static_cast<double>(items.at(item, j));
      const float weight = seen.row_values(user)[i];
      loss += static_cast<double>(weight) * (1 - score) * (1 - score);
      events += weight > 0 ? 1 : 0;
      item_events[item] += weight > 0 ? 1 : 0;
    }
    loss += static_cast<double>(terms.ridge(events, items.rows())) * squared_length(row);
  }
  for (std::size_t item = 0; item < items.rows(); ++item)
    loss += static_cast<double>(terms.ridge(item_events[item], users.rows())) * squared_length(items.row(item));
  return loss;
}

}  // namespace cineloom
