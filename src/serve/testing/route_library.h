#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/files.h"
#include "pipeline/cinema.h"
#include "pipeline/local_job_queue.h"
#include "serve/api.h"
#include "serve/testing/entrance.h"

namespace cineloom::serve::testing {

/// A library in a folder of its own with all that routes work with, as a server has it but for the sockets. Its time stands still until a test
/// moves it.
struct RouteLibrary {
  explicit RouteLibrary(const std::string& name)
      : folder(*TemporaryFolder::create(name)),
        cinema(*Cinema::open({.data = folder.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now; }})),
        jobs([this] { return now; }),
        training(*cinema, jobs) {
    enter({});
  }

  /// Whom the door lets in is forgotten, but for the accounts that lie in the folder.
  void enter(const GateOptions& options) {
    entrance.emplace(folder.path(), cinema->store(), [this] { return now; }, options);
  }
  [[nodiscard]] Store& store() const { return cinema->store(); }
  [[nodiscard]] ApiContext context(std::string_view setup_token = {}) {
    return {.cinema = *cinema,
            .jobs = jobs,
            .training = training,
            .model = model,
            .web = folder.path() / "web",
            .openapi = std::filesystem::path(CINELOOM_SOURCE_DIR) / "api" / "openapi.yaml",
            .accounts = *entrance->accounts,
            .gate = entrance->gate,
            .events = events,
            .setup_token = setup_token};
  }

  TemporaryFolder folder;
  Timestamp now = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema;
  LocalJobQueue jobs;
  BackgroundTraining training;
  llm::SharedModel model{{}};
  EventHub events;
  std::optional<Entrance> entrance;
};

}  // namespace cineloom::serve::testing
