#include "store/store.h"

#include "store/rating_counts.h"
#include "store/retention.h"
#include "store/store_condition.h"
#include "store/webhook_store.h"

namespace cineloom {

Expected<void> Store::put_model(std::string_view name, std::string_view bytes) {
  CINELOOM_TRY(add_model({.name = std::string(name), .bytes = bytes, .keep = 2}));
  return {};
}

Expected<std::optional<std::string>> Store::model(std::string_view name) {
  CINELOOM_TRY_ASSIGN(auto found, active_model(name));
  if (!found) return std::optional<std::string>();
  return std::optional(std::move(found->bytes));
}

StoreCondition condition_of(Store& store) {
  auto* const on_disk = dynamic_cast<StoreOnDisk*>(&store);
  return on_disk == nullptr ? StoreCondition() : on_disk->condition();
}

StoreCondition look_for_room(Store& store) {
  auto* const on_disk = dynamic_cast<StoreOnDisk*>(&store);
  return on_disk == nullptr ? StoreCondition() : on_disk->look_for_room();
}

WebhookStore& webhook_store(Store& store) { return dynamic_cast<WebhookStore&>(store); }

Expected<std::map<ViewerId, std::int64_t>> rating_counts(Store& store) { return dynamic_cast<RatingCounts&>(store).rating_counts(); }

Expected<WatchCounts> watch_counts(Store& store, Timestamp moment) { return dynamic_cast<RatingCounts&>(store).watch_counts(moment); }

Expected<DetailReceipt> remove_detail(Store& store, Timestamp before, DetailRemoval removal) {
  auto* const retention = dynamic_cast<DetailRetention*>(&store);
  if (retention != nullptr) return retention->remove_detail(before, removal);
  return fail(ErrorCode::InvalidArgument, "this store cannot let go of details");
}

}  // namespace cineloom
