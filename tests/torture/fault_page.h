#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/expected.h"
#include "fault_control.h"

namespace cineloom::torture {

/// A control page in a file, and the environment that makes a program obey it for files in `folder`.
class FaultPage {
 public:
  /// Errors: Unavailable.
  static Expected<FaultPage> make(const std::filesystem::path& file, const std::filesystem::path& folder);
  FaultPage(FaultPage&& other) noexcept;
  FaultPage& operator=(FaultPage&&) = delete;
  ~FaultPage();

  [[nodiscard]] FaultControl& control() const { return *control_; }
  [[nodiscard]] const std::vector<std::string>& environment() const { return environment_; }
  /// No fault, and no call counted yet.
  void reset() const;

 private:
  FaultPage(FaultControl* control, std::vector<std::string> environment) : control_(control), environment_(std::move(environment)) {}
  FaultControl* control_;
  std::vector<std::string> environment_;
};

}  // namespace cineloom::torture
