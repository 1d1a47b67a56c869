#include "privacy/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <tuple>

#include "base/files.h"

namespace cineloom::privacy {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLongestKeyFile = 4096;
constexpr std::uint64_t kMostPasses = 10;
constexpr std::uint64_t kMostMemory = 1ULL << 30U;

Expected<void> require_private(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no file '{}'", file.string())).advise("make one with: cineloom keys new FILE"));
  }
  if ((status.st_mode & 077U) == 0) return {};
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("'{}' may be read by others", file.string())).advise(fmt::format("chmod 600 '{}'", file.string())));
}

Expected<std::string> key_in(const fs::path& file) {
  CINELOOM_TRY_ASSIGN(std::string text, read_file(file, kLongestKeyFile));
  std::array<std::uint8_t, MasterKey::kSize> bytes{};
  std::size_t size = 0;
  const bool is_hex = sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), " \r\n", &size, nullptr) == 0;
  wipe(text);
  std::string key(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  sodium_memzero(bytes.data(), bytes.size());
  if (is_hex && size == MasterKey::kSize) return key;
  wipe(key);
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' holds no key: expected 64 hexadecimal digits", file.string()))
                             .advise("make one with: cineloom keys new FILE"));
}

Expected<std::string> passphrase_in(const fs::path& file) {
  CINELOOM_TRY(require_private(file));
  CINELOOM_TRY_ASSIGN(std::string text, read_file(file, kLongestKeyFile));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (!text.empty()) return text;
  return fail(ErrorCode::InvalidArgument, fmt::format("'{}' begins with an empty line: expected a passphrase", file.string()));
}

Expected<fs::path> credential_file(const std::string& name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || name.contains('/')) {
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("systemd gave this program no credential '{}'", name))
                               .advise(fmt::format("add LoadCredential={}:/path/to/key to the unit", name)));
  }
  return fs::path(folder) / name;
}

}  // namespace

MasterKey::MasterKey(MasterKey&& other) noexcept : bytes_(other.bytes_) { sodium_memzero(other.bytes_.data(), other.bytes_.size()); }

MasterKey::~MasterKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

Expected<KeySource> read_key(const KeyChoice& choice) {
  const int chosen = static_cast<int>(!choice.file.empty()) + static_cast<int>(!choice.passphrase_file.empty()) + static_cast<int>(!choice.credential.empty());
  if (chosen != 1) return fail(ErrorCode::InvalidArgument, "expected one of a key file, a passphrase and a credential");
  KeySource source{.secret = {}, .is_passphrase = !choice.passphrase_file.empty()};
  if (source.is_passphrase) {
    CINELOOM_TRY_ASSIGN(source.secret, passphrase_in(choice.passphrase_file));
    return source;
  }
  fs::path file = choice.file;
  if (!choice.credential.empty()) { CINELOOM_TRY_ASSIGN(file, credential_file(choice.credential)); }
  if (choice.credential.empty()) { CINELOOM_TRY(require_private(file)); }
  CINELOOM_TRY_ASSIGN(source.secret, key_in(file));
  return source;
}

Expected<MasterKey> key_of(const KeySource& source, const Salt& salt, const PassphraseCost& cost) {
  std::array<std::uint8_t, MasterKey::kSize> bytes{};
  if (!source.is_passphrase) {
    if (source.secret.size() != bytes.size()) return fail(ErrorCode::InvalidArgument, "expected a key of 32 bytes");
    std::memcpy(bytes.data(), source.secret.data(), bytes.size());
  } else {
    if (cost.passes < 1 || cost.passes > kMostPasses || cost.memory_bytes < crypto_pwhash_MEMLIMIT_MIN || cost.memory_bytes > kMostMemory) {
      return fail(ErrorCode::InvalidArgument, fmt::format("expected at most {} passes over {} bytes", kMostPasses, kMostMemory));
    }
    static_assert(kSaltSize == crypto_pwhash_SALTBYTES);
    if (crypto_pwhash(bytes.data(), bytes.size(), source.secret.data(), source.secret.size(), salt.data(), cost.passes,
                      static_cast<std::size_t>(cost.memory_bytes), crypto_pwhash_ALG_ARGON2ID13) != 0) {
      return fail(ErrorCode::ResourceExhausted, fmt::format("there are no {} bytes of memory for the passphrase", cost.memory_bytes));
    }
  }
  MasterKey key(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

Expected<Salt> new_salt() {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started");
  Salt salt{};
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

Expected<void> make_key_file(const fs::path& file) {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started");
  const FileDescriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made.get() < 0 && errno == EEXIST) {
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("'{}' exists", file.string())).advise("name a file that does not exist"));
  }
  if (made.get() < 0) return fail(ErrorCode::Unavailable, fmt::format("cannot make '{}': {}", file.string(), std::strerror(errno)));
  std::array<std::uint8_t, MasterKey::kSize> bytes{};
  std::array<char, 2 * MasterKey::kSize + 1> text{};
  randombytes_buf(bytes.data(), bytes.size());
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.back() = '\n';
  const bool is_written = ::write(made.get(), text.data(), text.size()) == std::ssize(text) && ::fsync(made.get()) == 0;
  sodium_memzero(bytes.data(), bytes.size());
  sodium_memzero(text.data(), text.size());
  if (is_written) return {};
  std::ignore = ::unlink(file.c_str());  // half a key is none
  return fail(ErrorCode::ResourceExhausted, fmt::format("cannot write '{}'", file.string()));
}

}  // namespace cineloom::privacy
