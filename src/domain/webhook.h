#pragma once

#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

using WebhookId = Id<struct WebhookTag>;
using DeliveryId = Id<struct DeliveryTag>;

/// What other programs can be told of, as their messages name it.
namespace topic {
inline constexpr std::string_view kEventCreated = "event.created";                ///< a viewer did something with a film; not what imports bring
inline constexpr std::string_view kRecommendationShown = "recommendation.shown";  ///< a viewer was shown a list
inline constexpr std::string_view kFilmAnalysed = "film.analysed";
inline constexpr std::string_view kModelSwitched = "model.switched";              ///< another model answers
inline constexpr std::string_view kJobFinished = "job.finished";                  ///< done, failed or cancelled
inline constexpr std::string_view kTest = "webhook.test";                         ///< only when it is asked for
inline constexpr std::array kAll{kEventCreated, kRecommendationShown, kFilmAnalysed, kModelSwitched, kJobFinished};
}  // namespace topic

enum class WebhookState { Active, Disabled };
BOOST_DESCRIBE_ENUM(WebhookState, Active, Disabled)

/// An address that is told of what happens.
struct Webhook {
  WebhookId id;
  std::string url;
  std::vector<std::string> topics;          ///< of topic::kAll, at least one
  bool may_be_private = false;              ///< the owner allows this machine and private networks, and plain HTTP there
  WebhookState state = WebhookState::Active;
  std::string cause;                        ///< why it was disabled
  Timestamp created;
  std::optional<Timestamp> failing_since;   ///< of the deliveries that failed with none between them that did not
  std::optional<Timestamp> old_secret_until;  ///< messages are signed with the secret before the present one too, until then
  int waiting = 0;                          ///< deliveries not made yet
  int dropped = 0;                          ///< messages that were not kept because too many waited
};
BOOST_DESCRIBE_STRUCT(Webhook, (), (id, url, topics, may_be_private, state, cause, created, failing_since, old_secret_until, waiting, dropped))

enum class DeliveryState { Waiting, Delivered, GivenUp };
BOOST_DESCRIBE_ENUM(DeliveryState, Waiting, Delivered, GivenUp)

/// One message to one address, and what became of it.
struct WebhookDelivery {
  DeliveryId id;
  std::string message;                ///< "msg_...": the same in every attempt
  std::string topic;
  Timestamp created;
  DeliveryState state = DeliveryState::Waiting;
  int attempts = 0;
  std::optional<Timestamp> due;       ///< of the next attempt
  std::optional<Timestamp> ended;
  int status = 0;                     ///< of the last answer; 0 = none came
  std::string cause;                  ///< why the last attempt failed
};
BOOST_DESCRIBE_STRUCT(WebhookDelivery, (), (id, message, topic, created, state, attempts, due, ended, status, cause))

}  // namespace cineloom
