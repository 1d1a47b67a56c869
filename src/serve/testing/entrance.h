#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "serve/gatekeeper.h"

namespace cineloom::serve::testing {

/// Hashing that tests can pay for, without limits to its pace.
inline accounts::AccountsOptions quick_accounts(std::function<Timestamp()> now = {}) {
  accounts::AccountsOptions options;
  options.cost = {.passes = 1, .memory_bytes = 8192};
  options.hashing = {.per_second = 1e6, .burst = 1000, .waiting = 1000};
  options.now = std::move(now);
  return options;
}

/// The accounts of a folder and who watches over the routes; borrows the store.
struct Entrance {
  Entrance(const std::filesystem::path& folder, Store& store, std::function<Timestamp()> now = {}, const GateOptions& options = {})
      : accounts(*accounts::Accounts::open(folder, quick_accounts(std::move(now)))), gate(*accounts, store, options) {}

  std::unique_ptr<accounts::Accounts> accounts;
  Gatekeeper gate;
};

/// What a handler answers, also one that takes its time.
inline HttpResponse answer_of(HttpResponse response) {
  class Waiting final : public ResponseWriter {
   public:
    void answer(HttpResponse whole) override { told = std::move(whole); }
    void begin(HttpResponse head) override { told = std::move(head); }
    void piece(std::string_view bytes) override { told.body += bytes; }
    [[nodiscard]] const CancelToken& gone() const override { return never; }
    HttpResponse told;
    CancelToken never;
  };
  if (!response.produce) return response;
  Waiting writer;
  response.produce(writer);
  return std::move(writer.told);
}

}  // namespace cineloom::serve::testing
