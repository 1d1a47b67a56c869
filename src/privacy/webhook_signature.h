#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/secret.h"

/// Signatures of messages to other programs, as Standard Webhooks 1.0 has them (https://www.standardwebhooks.com).
namespace cineloom::privacy {

/// 256 random bits as "whsec_" and base64. Errors: Unavailable if the system gives no randomness.
Expected<Secret> new_webhook_secret();

/// A message as it is signed.
struct SignedMessage {
  std::string_view id;         ///< without a full stop
  std::int64_t seconds = 0;    ///< since 1970, of this attempt
  std::string_view body;
};
/// "v1," and the base64 of HMAC-SHA256 over "id.seconds.body". Errors: InvalidArgument for a secret that is not "whsec_" and the base64 of
/// 24 to 64 bytes; never with the secret.
Expected<std::string> sign_webhook(const Secret& secret, const SignedMessage& message);

}  // namespace cineloom::privacy
