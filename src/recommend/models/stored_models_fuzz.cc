// Whatever was changed in a stored model, it is refused or answers: which model is in the first byte, what is changed in the rest.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "recommend/models/bayesian_factorization.h"
#include "recommend/models/cold_items.h"
#include "recommend/models/ease.h"
#include "recommend/models/ensemble.h"
#include "recommend/models/ials.h"
#include "recommend/models/next_item.h"
#include "recommend/models/next_ridge.h"
#include "recommend/testing/patched_bytes.h"

namespace cineloom {
namespace {

constexpr std::int32_t kUsers = 60;
constexpr std::int32_t kItems = 24;

Interactions events() {
  Random random(1);
  std::vector<Interaction> events;
  for (std::int32_t user = 0; user < kUsers; ++user) {
    for (std::int32_t step = 0; step < 9; ++step) {
      const auto item = static_cast<std::int32_t>(random.below(kItems));
      events.push_back({.user = user, .item = item, .value = static_cast<float>(1 + (user + item) % 5), .time = step});
    }
  }
  return *Interactions::from(events, kUsers, kItems);
}

template <class Model>
std::string bytes_of(const Model& model) {
  ByteWriter out;
  model.write(out);
  return std::move(out).take();
}

std::vector<ItemDescription> descriptions() {
  std::vector<ItemDescription> all;
  for (std::int32_t item = 0; item < kItems; ++item) all.push_back({{item % 2 == 0 ? "even" : "odd"}, {std::to_string(item)}});
  return all;
}

ColdItems cold_items(const SparseMatrix& seen, const Ials& backbone) {
  Progress progress;
  const auto described = descriptions();
  FeatureSpace space = *FeatureSpace::from({{.name = "kind"}, {.name = "number", .kind = FeatureKind::Number}}, described);
  return *ColdItems::fit({.seen = seen, .backbone = backbone.folding(), .descriptions = described}, std::move(space), {.passes = 0}, progress, {});
}

/// Bytes of a sound model of each kind.
std::array<std::string, 7> sound_models() {
  Progress progress;
  const Interactions known = events();
  const SparseMatrix seen = known.matrix();
  SparseMatrix likes = seen;
  for (float& value : likes.values) value = 1;
  const Ials ials = *Ials::fit(likes, {.factors = 4, .sweeps = 2, .terms = {}}, progress, {});
  SparseMatrix content{.column_count = 2};
  for (std::int32_t item = 0; item < kItems; ++item) {
    content.columns.push_back(item % 2);
    content.values.push_back(1);
    content.begins.push_back(content.columns.size());
  }
  return {bytes_of(ials),
          bytes_of(*Ease::fit(likes, {.regularization = 5.0F}, progress, {})),
          bytes_of(*BayesianFactorization::fit(known, {.factors = 3, .burn_in = 2, .sweeps = 4, .samples = 2, .item_features = {}}, progress, {})),
          bytes_of(*NextItem::fit(known, {}, progress, {})),
          bytes_of(*Ensemble::fit(likes, content, {.factors = 8, .sweeps = 2}, progress, {})),
          bytes_of(cold_items(likes, ials)),
          bytes_of(*NextRidge::fit(Sequences::of(known), {}, progress, {}))};
}

const std::vector<HistoryEntry> kHistory{{.item = 1, .value = 1, .time = 1}, {.item = 5, .value = 1, .time = 2}};

template <class Model>
void ask_scorer(const std::string& bytes) {
  ByteReader in(bytes);
  const auto model = Model::read(in);
  if (!model || model->items() <= kHistory.back().item || model->items() > 100'000) return;
  std::vector<float> scores(static_cast<std::size_t>(model->items()));
  model->score(kHistory, scores);
}

void ask_stars(const std::string& bytes) {
  ByteReader in(bytes);
  const auto model = BayesianFactorization::read(in);
  if (!model || model->items() <= kHistory.back().item) return;
  std::ignore = model->fold_in(kHistory).forecast(0);  // it must only come back
}

void ask_cold(const std::string& bytes) {
  ByteReader in(bytes);
  const auto model = ColdItems::read(in);
  if (!model || model->features().groups().size() != 2) return;
  const ColdItem item = model->predict({{"even"}, {"3"}});
  std::ignore = model->score(std::vector<float>(item.factors.size(), 1), item);
}

}  // namespace
}  // namespace cineloom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  if (size == 0) return 0;
  static const auto sound = sound_models();
  const std::size_t kind = data[0] % sound.size();
  const std::string bytes = testing::patched(sound[kind], std::span(data + 1, size - 1));
  switch (kind) {
    case 0: ask_scorer<Ials>(bytes); break;
    case 1: ask_scorer<Ease>(bytes); break;
    case 2: ask_stars(bytes); break;
    case 3: ask_scorer<NextItem>(bytes); break;
    case 4: ask_scorer<Ensemble>(bytes); break;
    case 5: ask_cold(bytes); break;
    default: ask_scorer<NextRidge>(bytes);
  }
  return 0;
}
