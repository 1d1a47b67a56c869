#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/text.h"

namespace cineloom {

/// How data is split and what is asked.
enum class Protocol { Strong, Next, Weak, Temporal, Ratings, Cold };

/// What every report says of a protocol.
struct ProtocolInfo {
  Protocol protocol = Protocol::Strong;
  std::string name;
  LocalText description;
  std::string main_metric;           ///< what models are compared and tuned by
  std::vector<std::string> metrics;  ///< all that are reported, main one first
  LocalText warning;               ///< what leaks or misleads even when all is done right
};

std::span<const ProtocolInfo> protocols();
/// Errors: InvalidArgument with the nearest name and all there are; sampled protocols of old papers are refused with the reason.
Expected<ProtocolInfo> find_protocol(std::string_view name);

}  // namespace cineloom
