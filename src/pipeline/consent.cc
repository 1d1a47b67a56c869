#include "pipeline/consent.h"

#include <mutex>

#include "base/json.h"

namespace cineloom {
namespace {

constexpr std::string_view kLog = "consents";  // the setting of a viewer that holds the log
constexpr std::size_t kLongestVersion = 100;

// Two lines that come at once are both kept.
std::mutex& adding() {
  static std::mutex mutex;
  return mutex;
}

Expected<std::vector<Consent>> read_log(Store& store, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const auto text, store.preference(viewer, kLog));
  if (!text) return std::vector<Consent>();
  return json::read<std::vector<Consent>>(*text);
}

}  // namespace

Expected<void> note_consent(Store& store, ViewerId viewer, const Consent& consent) {
  if (consent.text_version.empty() || consent.text_version.size() > kLongestVersion) {
    return fail(ErrorCode::InvalidArgument, "text_version: expected 1 to 100 bytes that name the words that were agreed to");
  }
  const std::lock_guard lock(adding());
  CINELOOM_TRY_ASSIGN(auto log, consents_of(store, viewer));
  log.push_back(consent);
  return store.put_preference(viewer, kLog, json::write(log));
}

Expected<std::vector<Consent>> consents_of(Store& store, ViewerId viewer) {
  CINELOOM_TRY(store.viewer(viewer));
  return read_log(store, viewer);
}

Standing standing_of(const std::vector<Consent>& log, ConsentTopic topic) {
  Standing standing = Standing::NeverAsked;
  for (const Consent& line : log) {
    if (line.topic == topic) standing = line.is_given ? Standing::Given : Standing::Withdrawn;
  }
  return standing;
}

}  // namespace cineloom
