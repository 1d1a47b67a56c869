#include "privacy/webhook_signature.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cineloom::privacy {
namespace {

// The worked example of the Standard Webhooks libraries.
TEST(WebhookSignature, IsThatOfTheSpecificationsExample) {
  const Secret secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const auto signature = sign_webhook(secret, {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek", .seconds = 1614265330, .body = R"({"test": 2432232314})"});
  ASSERT_TRUE(signature) << signature.error().describe();
  EXPECT_EQ(*signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, ChangesWithIdTimeAndBody) {
  const auto secret = new_webhook_secret();
  ASSERT_TRUE(secret);
  const auto one = sign_webhook(*secret, {.id = "a", .seconds = 1, .body = "x"});
  EXPECT_EQ(*one, *sign_webhook(*secret, {.id = "a", .seconds = 1, .body = "x"}));
  EXPECT_NE(*one, *sign_webhook(*secret, {.id = "b", .seconds = 1, .body = "x"}));
  EXPECT_NE(*one, *sign_webhook(*secret, {.id = "a", .seconds = 2, .body = "x"}));
  EXPECT_NE(*one, *sign_webhook(*secret, {.id = "a", .seconds = 1, .body = "y"}));
  EXPECT_NE(*one, *sign_webhook(*new_webhook_secret(), {.id = "a", .seconds = 1, .body = "x"}));
}

TEST(WebhookSignature, RefusesWhatIsNoSecretWithoutTellingIt) {
  for (const char* text : {"", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64 at all!!!!!!!!!!!!!!!!!!!!!!"}) {
    const auto signature = sign_webhook(Secret(text), {.id = "a", .seconds = 1, .body = ""});
    ASSERT_FALSE(signature) << text;
    EXPECT_EQ(signature.error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(signature.error().describe().find("MfKQ"), std::string::npos);
  }
  EXPECT_EQ(fmt::format("{}", *new_webhook_secret()), Secret::kRedacted);
}

}  // namespace
}  // namespace cineloom::privacy
