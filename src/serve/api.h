#pragma once

#include <filesystem>
#include <memory>

#include "llm/model_home.h"
#include "pipeline/background_training.h"
#include "pipeline/cinema.h"
#include "pipeline/job_queue.h"
#include "serve/event_hub.h"
#include "serve/gatekeeper.h"
#include "serve/router.h"

namespace cineloom::serve {

/// What the routes work with; all outlive the router.
struct ApiContext {
  Cinema& cinema;
  JobQueue& jobs;
  BackgroundTraining& training;
  llm::SharedModel& model;        ///< that answers under /v1
  std::filesystem::path web;      ///< the built web client; may be missing
  std::filesystem::path openapi;  ///< api/openapi.yaml
  accounts::Accounts& accounts;
  Gatekeeper& gate;               ///< that every request passes
  EventHub& events;               ///< that listeners hear
  std::string_view setup_token;   ///< with which the first account may be made over the network; empty = it may not
};

/// Every route of api/openapi.yaml, the media, and the web client.
Router make_router(const ApiContext& context);

}  // namespace cineloom::serve
