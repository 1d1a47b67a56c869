#include <fmt/format.h>

#include <cstdlib>

#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/key_options.h"
#include "store/sealing.h"

namespace cineloom::cli {
namespace {

namespace fs = std::filesystem;

struct NewKeyOptions {
  std::string file;
};

struct KeyOptions {
  privacy::KeyChoice key;
  bool is_data = false;
};

Expected<void> require_file(const Session& session) {
  if (session.store.empty()) return {};
  return std::unexpected(Error(ErrorCode::InvalidArgument, "a library in PostgreSQL is not sealed by Cineloom")
                             .advise("encrypt the server's disk, or keep the library in a folder: --data DIR"));
}

/// Beside the configuration and not in the library's folder, so that a copy of the one never holds the other.
fs::path default_key_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const fs::path folder = config != nullptr && *config != '\0' ? fs::path(config) : fs::path(home != nullptr ? home : ".") / ".config";
  return folder / "cineloom" / "library.key";
}

/// The key that was named, or the one that this machine has for its library, made if there is none.
Expected<privacy::KeyChoice> chosen_or_default(const privacy::KeyChoice& key) {
  if (!key.is_none()) return key;
  const privacy::KeyChoice own{.file = default_key_file()};
  std::error_code error;
  if (fs::exists(own.file, error)) return own;
  fs::create_directories(own.file.parent_path(), error);
  CINELOOM_TRY(privacy::make_key_file(own.file));
  return own;
}

std::string describe(const privacy::KeyChoice& key) {
  if (!key.passphrase_file.empty()) return fmt::format("the passphrase in '{}'", key.passphrase_file.string());
  if (!key.credential.empty()) return fmt::format("the systemd credential '{}'", key.credential);
  return fmt::format("'{}'", key.file.string());
}

void tell(const Session& session, const privacy::KeyChoice& key, const std::string& text) {
  print(session.format == Format::Json ? fmt::format("{{\"sealed\":true,\"key\":{}}}\n", json_string(describe(key))) : text + "\n");
}

Expected<void> new_key(Session& session, const NewKeyOptions& options) {
  CINELOOM_TRY(privacy::make_key_file(options.file));
  print(session.format == Format::Json ? fmt::format("{{\"key_file\":{}}}\n", json_string(options.file))
                                       : fmt::format("a new key is in '{}': keep a copy of it elsewhere, without it what it seals is lost\n", options.file));
  return {};
}

Expected<void> seal(Session& session, const KeyOptions& options) {
  CINELOOM_TRY(require_file(session));
  CINELOOM_TRY_ASSIGN(const privacy::KeyChoice key, chosen_or_default(options.key));
  Progress progress(default_progress());
  CINELOOM_TRY(seal_library(session.data, key, progress, session.cancel));
  tell(session, key,
       fmt::format("the library is sealed with {}: keep a copy of that elsewhere, without it what viewers did is lost.\n"
                   "Copies that were made before lie open as they did: make new ones and remove those.",
                   describe(key)));
  return {};
}

Expected<void> use(Session& session, const KeyOptions& options) {
  CINELOOM_TRY(require_file(session));
  CINELOOM_TRY(use_library_key(session.data, options.key));
  tell(session, options.key, fmt::format("the library opens with {}", describe(options.key)));
  return {};
}

Expected<void> rotate(Session& session, const KeyOptions& options) {
  CINELOOM_TRY(require_file(session));
  if (options.key.is_none() && !options.is_data) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "expected another key, or --data-keys").advise("cineloom keys new FILE, then: cineloom keys rotate --key-file FILE"));
  }
  int viewers = 0;
  std::int64_t cells = 0;
  if (!options.key.is_none()) { CINELOOM_TRY_ASSIGN(viewers, rotate_master_key(session.data, options.key)); }
  if (options.is_data) {
    Progress progress(default_progress());
    CINELOOM_TRY_ASSIGN(cells, rotate_data_keys(session.data, progress, session.cancel));
  }
  if (session.format == Format::Json) {
    print(fmt::format("{{\"keys_wrapped\":{},\"cells_sealed\":{}}}\n", viewers, cells));
    return {};
  }
  if (!options.key.is_none())
    print(fmt::format("{} viewers' keys are wrapped with {}; the key before opens older copies only\n", viewers, describe(options.key)));
  if (options.is_data) print(fmt::format("every viewer has a new key; {} cells are sealed anew\n", cells));
  return {};
}

std::string as_json(const SealingStatus& status) {
  return fmt::format(R"({{"sealed":{},"under_way":{},"key":{},"failure":{},"master_version":{},"data_version":{},"viewers":{},"keys":{},"outdated":{}}})"
                     "\n",
                     status.sealing == Sealing::Done, status.sealing == Sealing::UnderWay, json_string(status.key.is_none() ? "" : describe(status.key)),
                     json_string(status.failure), status.master_version, status.data_version, status.viewers, status.keys, status.outdated);
}

std::string as_text(const SealingStatus& status) {
  if (status.sealing == Sealing::None) return "the library is not sealed: what viewers did lies open in its file. Seal it with: cineloom keys seal\n";
  std::string text = fmt::format("{}, with {}\n", status.sealing == Sealing::Done ? "sealed" : "half sealed: opening the library goes on with it",
                                 status.key.is_none() ? "a key that nothing says the place of" : describe(status.key));
  text += fmt::format("owner's key {}, viewers' keys {}: {} of {} viewers have one, {} are due for rotation\n", status.master_version, status.data_version,
                      status.keys, status.viewers, status.outdated);
  return text + (status.failure.empty() ? "the key opens it\n" : status.failure + "\n");
}

Expected<void> tell_status(Session& session, const KeyOptions&) {
  CINELOOM_TRY(require_file(session));
  CINELOOM_TRY_ASSIGN(const SealingStatus status, sealing_status(session.data));
  print(session.format == Format::Json ? as_json(status) : as_text(status));
  return {};
}

}  // namespace

void add_key_commands(Commands& commands) {
  CLI::App* const keys = commands.group("keys", "keys that seal the library and its copies");
  commands.add<NewKeyOptions>(
      "new", "make a key file", [](CLI::App& command, NewKeyOptions& options) { command.add_option("file", options.file, "a new file")->required(); }, new_key,
      keys);
  commands.add<KeyOptions>(
      "seal", "seal what is kept of viewers; without a key named, with ~/.config/cineloom/library.key, which is made if it is missing",
      [](CLI::App& command, KeyOptions& options) { declare_key(command, options.key, "seal"); }, seal, keys);
  commands.add<KeyOptions>("status", "whether the library is sealed, and with which key", [](CLI::App&, KeyOptions&) {}, tell_status, keys);
  commands.add<KeyOptions>(
      "rotate", "another key for the owner, or for every viewer",
      [](CLI::App& command, KeyOptions& options) {
        declare_key(command, options.key, "wrap viewers' keys anew");
        command.add_flag("--data-keys", options.is_data, "give every viewer another key and seal everything anew; goes on where it was stopped");
      },
      rotate, keys);
  commands.add<KeyOptions>(
      "use", "say where the key of a sealed library is, as after a restore elsewhere",
      [](CLI::App& command, KeyOptions& options) { declare_key(command, options.key, "open"); }, use, keys);
}

}  // namespace cineloom::cli
