#include "store/internal/announcements.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json.h"
#include "privacy/password.h"

namespace cineloom::store {
namespace {

constexpr std::size_t kMostUrl = 2000;
constexpr std::size_t kMostData = 64U << 10U;

std::string moment(Timestamp at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), (at - seconds).count());
}

}  // namespace

Expected<void> require_sound(const NewWebhook& webhook) {
  if (webhook.url.empty() || webhook.url.size() > kMostUrl)
    return fail(ErrorCode::InvalidArgument, fmt::format("url: expected 1 to {} bytes, found {}", kMostUrl, webhook.url.size()));
  const bool is_known =
      !webhook.topics.empty() && webhook.topics.size() <= topic::kAll.size() &&
      std::ranges::all_of(webhook.topics, [](const std::string& wanted) { return std::ranges::find(topic::kAll, wanted) != topic::kAll.end(); });
  if (is_known) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("topics: expected some of {}, each once, found {}", fmt::join(topic::kAll, ", "),
                                                      webhook.topics.empty() ? "none" : fmt::format("{}", fmt::join(webhook.topics, ", "))));
}

Expected<void> require_sound(const Announcement& announcement) {
  if (announcement.data.size() <= kMostData) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("a message: expected up to {} bytes, found {}", kMostData, announcement.data.size()));
}

Expected<void> require_room(const Webhook& webhook) {
  if (webhook.state == WebhookState::Disabled)
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("webhook {} is disabled: {}", webhook.id.number(), webhook.cause)).advise("enable it first"));
  if (webhook.waiting < WebhookStore::kMostWaiting) return {};
  return fail(ErrorCode::ResourceExhausted, fmt::format("{} deliveries wait for webhook {} already", webhook.waiting, webhook.id.number()));
}

std::string body_of(const Announcement& announcement) {
  return fmt::format(R"({{"type":"{}","timestamp":"{}","data":{}}})", announcement.topic, moment(announcement.at), announcement.data);
}

Expected<std::string> new_message_id() {
  CINELOOM_TRY_ASSIGN(const Secret id, privacy::new_token("msg_"));
  return std::string(id.reveal());
}

Announcement announcement_of(const Event& event) { return {.topic = topic::kEventCreated, .at = event.at, .viewer = event.viewer, .data = json::write(event)}; }

Announcement announcement_of(const Slate& slate) {
  boost::json::value data = json::to_value(slate);
  data.as_object().erase("context");
  return {.topic = topic::kRecommendationShown, .at = slate.at, .viewer = slate.viewer, .data = boost::json::serialize(data)};
}

Announcement announcement_of(const Job& job) { return {.topic = topic::kJobFinished, .at = job.finished.value_or(job.created), .data = json::write(job)}; }

}  // namespace cineloom::store
