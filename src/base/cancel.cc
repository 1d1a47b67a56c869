#include "base/cancel.h"

namespace cineloom {

Expected<void> CancelToken::check() const {
  if (!is_cancelled()) return {};
  return fail(ErrorCode::Cancelled, "stopped because it was asked to");
}

}  // namespace cineloom
