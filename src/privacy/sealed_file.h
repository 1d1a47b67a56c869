#pragma once

#include <filesystem>

#include "base/cancel.h"
#include "base/expected.h"
#include "privacy/master_key.h"

namespace cineloom::privacy {

/// Files that only the owner's key opens, and in which nothing can be changed, left out or moved unseen (docs/formats/backups.md):
/// XChaCha20-Poly1305 in libsodium's secretstream, in pieces of 64 KiB, the last one marked.

/// True for a file that begins as a sealed one. False too for one that is not there.
bool is_sealed(const std::filesystem::path& file);

/// Seals a file into a new one, whole or not at all, synced to the disk. Errors: Conflict if `target` exists; NotFound; Cancelled;
/// ResourceExhausted on a full disk.
Expected<void> seal_file(const std::filesystem::path& plain, const std::filesystem::path& target, const KeySource& source, const CancelToken& cancel,
                         const PassphraseCost& cost = {});

/// The other way. Nothing is left at `target` if the file is not whole and unchanged. Errors: those of seal_file; DataLoss for another
/// key, or a file that was changed or cut off; InvalidArgument if it is no sealed file, or sealed with a key and a passphrase is given.
Expected<void> open_sealed_file(const std::filesystem::path& sealed, const std::filesystem::path& target, const KeySource& source, const CancelToken& cancel);

}  // namespace cineloom::privacy
