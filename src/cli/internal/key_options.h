#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "pipeline/privacy.h"

namespace cineloom::cli {

/// The three ways to name the owner's key; `purpose` says what it does to a copy.
inline void declare_key(CLI::App& command, privacy::KeyChoice& key, const std::string& purpose) {
  CLI::Option* const file = command.add_option("--key-file", key.file, purpose + " with the key in this file (keys new)");
  CLI::Option* const passphrase = command.add_option("--passphrase-file", key.passphrase_file, "with the passphrase in this file's first line");
  CLI::Option* const credential = command.add_option("--credential", key.credential, "with the key in this systemd credential");
  file->excludes(passphrase)->excludes(credential);
  passphrase->excludes(credential);
}

}  // namespace cineloom::cli
