#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/expected.h"

namespace cineloom::privacy {

/// 32 bytes that only the owner of the library has. They are wiped when the value goes; they cannot be copied.
class MasterKey {
 public:
  static constexpr std::size_t kSize = 32;
  explicit MasterKey(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}
  MasterKey(MasterKey&& other) noexcept;
  MasterKey& operator=(MasterKey&&) = delete;
  ~MasterKey();

  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

 private:
  std::array<std::uint8_t, kSize> bytes_;
};

/// Where the owner's key comes from; one of the three.
struct KeyChoice {
  std::filesystem::path file;             ///< 64 hexadecimal digits, as `make_key_file` writes them; nobody else may read it
  std::filesystem::path passphrase_file;  ///< a passphrase, its first line
  std::string credential;                 ///< name of a systemd credential (LoadCredential=) with the same content as `file`
  [[nodiscard]] bool is_none() const { return file.empty() && passphrase_file.empty() && credential.empty(); }
};

/// How a passphrase is made into a key (argon2id, RFC 9106).
struct PassphraseCost {
  std::uint64_t passes = 3;
  std::uint64_t memory_bytes = 256ULL << 20U;
};
inline constexpr std::size_t kSaltSize = 16;
using Salt = std::array<std::uint8_t, kSaltSize>;
/// Errors: Unavailable if libsodium cannot be started.
Expected<Salt> new_salt();

/// What stands behind a choice: a key, or a passphrase that becomes one together with a salt.
struct KeySource {
  std::string secret;  ///< 32 bytes, or a passphrase; wiped by whoever owns it through `wipe`
  bool is_passphrase = false;
};
/// Errors: InvalidArgument for more or less than one choice, a file that others may read, or one that holds no key; NotFound.
Expected<KeySource> read_key(const KeyChoice& choice);
void wipe(std::string& secret);

/// Errors: InvalidArgument for a cost past 10 passes or 1 GiB, which nobody chose who meant well; ResourceExhausted without memory for it.
Expected<MasterKey> key_of(const KeySource& source, const Salt& salt, const PassphraseCost& cost);

/// Writes a new random key to a new file that only the owner may read. Errors: Conflict if the file exists.
Expected<void> make_key_file(const std::filesystem::path& file);

}  // namespace cineloom::privacy
