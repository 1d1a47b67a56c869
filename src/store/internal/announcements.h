#pragma once

#include <string>

#include "domain/event.h"
#include "domain/job.h"
#include "domain/slate.h"
#include "store/webhook_store.h"

/// What every store tells other programs, with the same words.
namespace cineloom::store {

/// Errors: InvalidArgument with what was expected and found.
Expected<void> require_sound(const NewWebhook& webhook);
Expected<void> require_sound(const Announcement& announcement);

/// Errors: Conflict if the address is disabled; ResourceExhausted if too much waits for it.
Expected<void> require_room(const Webhook& webhook);

/// {"type", "timestamp", "data"} as Standard Webhooks asks for.
std::string body_of(const Announcement& announcement);
/// "msg_" and 256 random bits. Errors: Unavailable.
Expected<std::string> new_message_id();

Announcement announcement_of(const Event& event);
/// Without its context, which may say what somebody felt.
Announcement announcement_of(const Slate& slate);
/// Of a job that has ended.
Announcement announcement_of(const Job& job);

}  // namespace cineloom::store
