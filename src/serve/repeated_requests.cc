#include "serve/repeated_requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

constexpr std::size_t kLongestKey = 255;

bool may_not_be_repeated(const HttpRequest& request) { return request.method == "POST" || request.method == "PATCH"; }

/// One visitor's key is another one's only by chance.
std::string visitor_of(const HttpRequest& request) {
  return request.visitor.kind == Visitor::Kind::Account ? fmt::format("{}", request.visitor.account.id.number()) : "household";
}

/// Parts follow each other with their lengths, so that none can stand for a piece of the next.
std::string fingerprint_of(const HttpRequest& request) {
  Sha256 sum;
  const auto add = [&sum](std::string_view part) { sum.add(fmt::format("{} {}", part.size(), part)); };
  add(request.method);
  add(request.path);
  for (const auto& [name, value] : request.query) {
    add(name);
    add(value);
  }
  add(request.body);
  return std::move(sum).finish();
}

HttpResponse refusal(int status, ErrorCode code, std::string_view cause, std::string next_step) {
  return problem(status, Error(code, std::string(cause)).advise(std::move(next_step)));
}

bool sets_cookie(const HttpResponse& response) {
  return std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Set-Cookie"; });
}

/// Whether giving it again says the same as doing it again would.
bool is_lasting(const HttpResponse& response) {
  const bool is_there = !response.file && !response.produce && !response.is_event_stream;
  return is_there && response.status < 500 && response.status != 429 && !sets_cookie(response);
}

}  // namespace

HttpResponse RepeatedRequests::answer(const HttpRequest& request, Time now, const std::function<HttpResponse()>& make) {
  const std::string_view said = request.header("idempotency-key");
  if (said.empty() || !may_not_be_repeated(request) || request.visitor.kind == Visitor::Kind::Nobody) return make();
  if (said.size() > kLongestKey) {
    return refusal(400, ErrorCode::InvalidArgument, "the Idempotency-Key is too long", fmt::format("send at most {} characters, as of a UUID", kLongestKey));
  }
  const std::string key = fmt::format("{} {}", visitor_of(request), said);
  if (auto response = known(key, fingerprint_of(request), now)) return *std::move(response);
  HttpResponse response = make();
  end(key, response, now);
  return response;
}

std::optional<HttpResponse> RepeatedRequests::known(const std::string& key, const std::string& fingerprint, Time now) {
  const std::lock_guard lock(mutex_);
  while (!ages_.empty() && now - ages_.front().at > limits_.keep) forget_oldest();
  const auto [found, is_new] = kept_.try_emplace(key, Kept{.fingerprint = fingerprint, .response = {}});
  if (is_new) return std::nullopt;
  const Kept& kept = found->second;
  if (kept.fingerprint != fingerprint) {
    return refusal(422, ErrorCode::InvalidArgument, "another request came under this Idempotency-Key", "give every new request a key of its own");
  }
  if (!kept.response) {
    return refusal(409, ErrorCode::Conflict, "the first request with this Idempotency-Key is still being answered", "ask again in a moment");
  }
  HttpResponse again = *kept.response;
  again.headers.emplace_back("Idempotent-Replayed", "true");
  return again;
}

void RepeatedRequests::end(const std::string& key, const HttpResponse& response, Time now) {
  const std::lock_guard lock(mutex_);
  if (!is_lasting(response) || response.body.size() > limits_.bytes) {
    kept_.erase(key);
    return;
  }
  kept_[key].response = response;
  bytes_ += response.body.size();
  ages_.push_back({.at = now, .key = key});
  while (ages_.size() > limits_.answers || bytes_ > limits_.bytes) forget_oldest();
}

void RepeatedRequests::forget_oldest() {
  const auto oldest = kept_.find(ages_.front().key);
  bytes_ -= oldest->second.response->body.size();
  kept_.erase(oldest);
  ages_.pop_front();
}

}  // namespace cineloom::serve
