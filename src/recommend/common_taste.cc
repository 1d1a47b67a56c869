#include "recommend/common_taste.h"

#include <array>
#include <cstdint>
#include <unordered_map>

#include "recommend/internal/taste_data.h"
#include "recommend/models/factors_in_ranks.h"

namespace cineloom {
namespace {

Expected<WatchMeaning> watching_of_all(std::span<const Event> own, Ranks& ranks) {
  const EventCounts counts = count_events(own);
  std::array<std::int64_t, 2> sums{counts.all, counts.spoken};
  CINELOOM_TRY(ranks.sum(sums));
  return meaning_of_watching(EventCounts{.all = sums[0], .spoken = sums[1]});
}

Expected<std::vector<double>> seen_of_all(std::span<const Past> pasts, std::size_t films, Ranks& ranks) {
  std::vector<std::int64_t> counts;
  for (const double count : taste_data::seen_counts(pasts, films)) counts.push_back(static_cast<std::int64_t>(count));
  CINELOOM_TRY(ranks.sum(counts));
  return std::vector<double>(counts.begin(), counts.end());
}

}  // namespace

Expected<CommonTaste> learn_in_ranks(std::span<const Film> films, std::span<const Event> own, Ranks& ranks, const IalsOptions& options, Progress& progress,
                                     const CancelToken& cancel) {
  std::unordered_map<FilmId, std::int32_t> positions;
  for (std::size_t i = 0; i < films.size(); ++i) positions[films[i].id] = static_cast<std::int32_t>(i);
  CommonTaste taste;
  CINELOOM_TRY_ASSIGN(taste.watching, watching_of_all(own, ranks));
  const std::vector<Past> pasts = taste_data::pasts_of(own, positions, taste.watching);
  CINELOOM_TRY_ASSIGN(taste.seen, seen_of_all(pasts, films.size(), ranks));
  const SparseMatrix liking = taste_data::liking_matrix(pasts, static_cast<std::int32_t>(films.size()));
  auto events = static_cast<std::int64_t>(liking.size());
  CINELOOM_TRY(ranks.sum({&events, 1}));
  if (events == 0) return taste;
  CINELOOM_TRY_ASSIGN(taste.likes, fit_in_ranks(liking, ranks, options, progress, cancel));
  return taste;
}

}  // namespace cineloom
