#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "llm/backend.h"

namespace cineloom::llm {

struct RemoteOptions {
  std::string url;                          ///< "http://127.0.0.1:8080" or "https://host/path"; /v1/... is added
  std::string model;                        ///< the name that the server knows it by; empty = the first it lists
  std::string key_variable = "CINELOOM_LLM_KEY";  ///< environment variable that holds the key
  std::filesystem::path key_file;           ///< or a file with the key alone
  std::vector<std::string> allowed_hosts;   ///< besides this machine; anything else is refused
  std::size_t most_bytes = 16U << 20U;      ///< of one answer
  std::chrono::milliseconds retry_pause{500};   ///< before a server that was busy is asked again, if it names no time
  std::chrono::seconds rest{30};            ///< nothing is sent for this long after five failures in a row
};

/// A model behind an OpenAI-compatible server. Plain http only to this machine; addresses are looked up once, checked and kept;
/// redirects are not followed; the key appears in no message. A busy server (429, 503) is asked again twice, only as long as nothing
/// of an answer came. Answers under a schema are checked here and asked for once more if they do not fit.
/// Errors: InvalidArgument for an address that is not allowed; Unavailable if the name is not found.
Expected<std::unique_ptr<LlmBackend>> open_remote(const RemoteOptions& options);

}  // namespace cineloom::llm
