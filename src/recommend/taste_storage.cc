// Writing and reading TasteModels, also for films other than those they were trained on.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "recommend/internal/lenders.h"
#include "recommend/taste_models.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 3;

std::unexpected<Error> damaged() { return std::unexpected(Error(ErrorCode::DataLoss, "the stored model is not whole").advise("run 'cineloom train'")); }

bool is_sound(const BlendWeights& blend) {
  const double all[] = {blend.likes, blend.together, blend.next, blend.popularity, blend.content_variance, blend.spread};
  return std::ranges::all_of(all, [](double value) { return std::isfinite(value); }) && blend.content_variance >= 0 && blend.spread > 0;
}

bool are_shares(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value >= 0 && value <= 1; });
}

/// By film of the library its place among the model's, by key.
std::vector<std::int32_t> origins_of(std::span<const std::uint64_t> library, std::span<const std::uint64_t> trained) {
  std::unordered_map<std::uint64_t, std::int32_t> places;
  for (std::size_t place = 0; place < trained.size(); ++place) places.emplace(trained[place], static_cast<std::int32_t>(place));
  std::vector<std::int32_t> origins;
  for (const std::uint64_t key : library) {
    const auto found = places.find(key);
    origins.push_back(found == places.end() ? kNewItem : found->second);
  }
  return origins;
}

bool are_the_same(ItemOrigins origins, std::size_t trained) {
  std::vector<std::int32_t> same(trained);
  std::iota(same.begin(), same.end(), 0);
  return std::ranges::equal(origins, same);
}

}  // namespace

void TasteModels::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(keys_);
  out.put(watching_);
  out.put(blend_);
  out.put(popularity_);
  const bool has[] = {stars_.has_value(), likes_.has_value(), together_.has_value(), next_.has_value(), cold_.has_value()};
  for (const bool is_there : has) out.put(static_cast<std::uint8_t>(is_there));
  if (stars_) stars_->write(out);
  if (likes_) likes_->write(out);
  if (together_) together_->write(out);
  if (next_) next_->write(out);
  if (cold_) cold_->write(out);
}

Expected<void> TasteModels::read_parts(ByteReader& in) {
  std::uint8_t has[5] = {};
  in.take(watching_);
  in.take(blend_);
  in.take(popularity_);
  for (std::uint8_t& is_there : has) in.take(is_there);
  if (in.is_short() || std::to_underlying(watching_) > std::to_underlying(WatchMeaning::Liking) || !is_sound(blend_) || !are_shares(popularity_)) {
    return damaged();
  }
  if (has[0] != 0) { CINELOOM_TRY_ASSIGN(stars_, BayesianFactorization::read(in)); }
  if (has[1] != 0) { CINELOOM_TRY_ASSIGN(likes_, Ials::read(in)); }
  if (has[2] != 0) { CINELOOM_TRY_ASSIGN(together_, Ease::read(in)); }
  if (has[3] != 0) { CINELOOM_TRY_ASSIGN(next_, NextRidge::read(in)); }
  if (has[4] != 0) { CINELOOM_TRY_ASSIGN(cold_, ColdItems::read(in)); }
  return {};
}

bool TasteModels::fits(std::size_t films) const {
  const auto has_all = [&](const auto& model) { return !model || std::cmp_equal(model->items(), films); };
  const bool is_mapped =
      !cold_ || (likes_ && cold_->predict(ItemDescription(cold_->features().groups().size())).factors.size() == likes_->item_factors().columns());
  return popularity_.size() == films && has_all(stars_) && has_all(likes_) && has_all(together_) && has_all(next_) && is_mapped;
}

void TasteModels::rearrange(ItemOrigins origins) {
  popularity_ = rearranged(popularity_, origins, 0.0);
  for (std::size_t film = 0; film < origins.size(); ++film) is_new_[film] = origins[film] == kNewItem ? 1 : 0;
  if (stars_) {
    stars_ = std::move(*stars_).rearranged(origins);
    const auto is_needy = [&](std::int32_t film) { return is_new(film); };
    lend_factors(*stars_, content_, TasteOptions().lenders, is_needy);
  }
  if (likes_) likes_ = likes_->rearranged(origins);
  if (together_) together_ = std::move(*together_).rearranged(origins);
  if (next_) next_ = std::move(*next_).rearranged(origins);
}

Expected<TasteModels> TasteModels::read(std::span<const Film> films, ByteReader& in) {
  std::uint32_t format = 0;
  std::vector<std::uint64_t> trained;
  in.take(format);
  if (in.is_short()) return damaged();
  if (format != kFormat) { return std::unexpected(Error(ErrorCode::DataLoss, "the stored model was made by another version").advise("run 'cineloom train'")); }
  in.take(trained);
  TasteModels models(films);
  CINELOOM_TRY(models.read_parts(in));
  if (in.is_short() || !models.fits(trained.size())) return damaged();
  const std::vector<std::int32_t> origins = origins_of(models.keys_, trained);
  if (std::ranges::all_of(origins, [](std::int32_t origin) { return origin == kNewItem; })) {
    return std::unexpected(Error(ErrorCode::Conflict, "the stored model knows none of the library's films").advise("run 'cineloom train'"));
  }
  if (!are_the_same(origins, trained.size())) models.rearrange(origins);
  models.expect_cold_films(films);
  return models;
}

}  // namespace cineloom
