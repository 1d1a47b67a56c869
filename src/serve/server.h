#pragma once

#include <filesystem>
#include <memory>

#include "accounts/accounts.h"
#include "base/expected.h"
#include "pipeline/cinema.h"
#include "pipeline/webhook_sender.h"
#include "serve/http_server.h"

namespace cineloom::serve {

struct ServerOptions {
  HttpOptions http;
  std::filesystem::path web;      ///< the built web client
  std::filesystem::path openapi;  ///< api/openapi.yaml
  accounts::AccountsOptions accounts = {};  ///< that lie beside the library
  bool leaves_jobs = false;       ///< to the worker nodes on the same store; without a shared store it has no effect
  DeliveryPatience webhook_patience = {};
};

/// The whole service: routes, jobs and events over one Cinema, which must outlive it.
class Server {
 public:
  /// Errors: Conflict if the port is taken.
  static Expected<std::unique_ptr<Server>> start(Cinema& cinema, const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// With which the first account may be made over the network, as long as there is none; empty where that is not possible or needed.
  [[nodiscard]] std::string_view setup_token() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cineloom::serve
