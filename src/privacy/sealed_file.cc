#include "privacy/sealed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <span>
#include <tuple>
#include <vector>

#include "base/files.h"

namespace cineloom::privacy {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;
using Stream = crypto_secretstream_xchacha20poly1305_state;

constexpr std::size_t kPiece = 64U << 10U;
constexpr std::size_t kExtra = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kStreamHeader = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::uint8_t kLast = crypto_secretstream_xchacha20poly1305_TAG_FINAL;
constexpr std::string_view kMagic = "CNLMSEAL";
constexpr std::uint8_t kVersion = 1;

/// What stands before the stream; every piece vouches for it.
struct Preamble {
  bool is_passphrase = false;
  Salt salt{};
  PassphraseCost cost;
};
constexpr std::size_t kPreamble = 8 + 1 + 1 + kSaltSize + 8 + 8;
using PreambleBytes = std::array<std::uint8_t, kPreamble>;

void put_number(std::uint8_t* at, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) at[i] = static_cast<std::uint8_t>(number >> (8 * i));
}
std::uint64_t number_at(const std::uint8_t* at) {
  std::uint64_t number = 0;
  for (int i = 7; i >= 0; --i) number = number << 8U | at[i];
  return number;
}

PreambleBytes to_bytes(const Preamble& preamble) {
  PreambleBytes bytes{};
  std::ranges::copy(kMagic, bytes.begin());
  bytes[8] = kVersion;
  bytes[9] = preamble.is_passphrase ? 1 : 0;
  std::ranges::copy(preamble.salt, bytes.begin() + 10);
  put_number(bytes.data() + 26, preamble.cost.passes);
  put_number(bytes.data() + 34, preamble.cost.memory_bytes);
  return bytes;
}

Expected<Preamble> from_bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kPreamble || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin()) || bytes[8] != kVersion || bytes[9] > 1) {
    return fail(ErrorCode::InvalidArgument, "expected a file that this program sealed");
  }
  Preamble preamble{.is_passphrase = bytes[9] == 1, .cost = {.passes = number_at(bytes.data() + 26), .memory_bytes = number_at(bytes.data() + 34)}};
  std::copy_n(bytes.begin() + 10, kSaltSize, preamble.salt.begin());
  return preamble;
}

/// A file that takes its name only once it is whole and synced.
class NewFile {
 public:
  static Expected<NewFile> make(const fs::path& target) {
    std::error_code error;
    if (fs::exists(target, error)) {
      return std::unexpected(Error(ErrorCode::Conflict, fmt::format("'{}' exists", target.string())).advise("name a file that does not exist"));
    }
    const fs::path partial = target.string() + ".partial";
    FileDescriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return fail(ErrorCode::Unavailable, fmt::format("cannot make '{}': {}", partial.string(), std::strerror(errno)));
    return NewFile(target, partial, std::move(file));
  }
  NewFile(NewFile&&) = default;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile() {
    if (file_.get() >= 0) std::ignore = ::unlink(partial_.c_str());  // it did not become whole
  }

  Expected<void> write(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return system_error(errno);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }
  Expected<void> finish() {
    if (::fsync(file_.get()) != 0) return system_error(errno);
    std::error_code error;
    fs::rename(partial_, target_, error);
    if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot write '{}': {}", target_.string(), error.message()));
    file_.close();
    const fs::path folder = target_.parent_path();
    const FileDescriptor place(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (place.get() >= 0) std::ignore = ::fsync(place.get());  // the file itself is safe already
    return {};
  }

 private:
  NewFile(fs::path target, fs::path partial, FileDescriptor file) : target_(std::move(target)), partial_(std::move(partial)), file_(std::move(file)) {}
  Expected<void> system_error(int code) const {
    const ErrorCode kind = code == ENOSPC || code == EDQUOT || code == EFBIG ? ErrorCode::ResourceExhausted : ErrorCode::Unavailable;
    return fail(kind, fmt::format("cannot write '{}': {}", target_.string(), std::strerror(code)));
  }
  fs::path target_;
  fs::path partial_;
  FileDescriptor file_;
};

/// Fills `bytes` as far as the file goes; gives how many there were.
Expected<std::size_t> read_full(int file, std::span<std::uint8_t> bytes) {
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorCode::Unavailable, fmt::format("cannot read: {}", std::strerror(errno)));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

/// Reads a file piece by piece and says of each whether it is the last; an empty file has one empty piece.
Expected<void> each_piece(int file, std::size_t piece, const std::function<Expected<void>(std::span<const std::uint8_t>, bool)>& take,
                          const CancelToken& cancel) {
  Bytes now(piece);
  Bytes next(piece);
  CINELOOM_TRY_ASSIGN(std::size_t size, read_full(file, now));
  for (;;) {
    CINELOOM_TRY(cancel.check());
    std::size_t following = 0;
    if (size == piece) { CINELOOM_TRY_ASSIGN(following, read_full(file, next)); }
    CINELOOM_TRY(take(std::span(now).first(size), following == 0));
    if (following == 0) return {};
    now.swap(next);
    size = following;
  }
}

std::unexpected<Error> changed() {
  return std::unexpected(Error(ErrorCode::DataLoss, "this key does not open the file, or the file was changed or cut off")
                             .advise("name the key it was sealed with, or take another copy"));
}

}  // namespace

bool is_sealed(const fs::path& file) {
  const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  PreambleBytes bytes{};
  return opened.get() >= 0 && read_full(opened.get(), bytes) == bytes.size() && from_bytes(bytes).has_value();
}

Expected<void> seal_file(const fs::path& plain, const fs::path& target, const KeySource& source, const CancelToken& cancel, const PassphraseCost& cost) {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started");
  const FileDescriptor file(::open(plain.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail(ErrorCode::NotFound, fmt::format("there is no file '{}'", plain.string()));
  Preamble preamble{.is_passphrase = source.is_passphrase, .cost = cost};
  randombytes_buf(preamble.salt.data(), preamble.salt.size());
  CINELOOM_TRY_ASSIGN(const MasterKey key, key_of(source, preamble.salt, cost));
  CINELOOM_TRY_ASSIGN(NewFile made, NewFile::make(target));
  const PreambleBytes head = to_bytes(preamble);
  Stream stream;
  std::array<std::uint8_t, kStreamHeader> header{};
  crypto_secretstream_xchacha20poly1305_init_push(&stream, header.data(), key.data());
  CINELOOM_TRY(made.write(head));
  CINELOOM_TRY(made.write(header));
  Bytes sealed(kPiece + kExtra);
  const auto put = [&](std::span<const std::uint8_t> piece, bool is_last) -> Expected<void> {
    crypto_secretstream_xchacha20poly1305_push(&stream, sealed.data(), nullptr, piece.data(), piece.size(), head.data(), head.size(), is_last ? kLast : 0);
    return made.write(std::span(sealed).first(piece.size() + kExtra));
  };
  const auto done = each_piece(file.get(), kPiece, put, cancel);
  sodium_memzero(&stream, sizeof(stream));
  CINELOOM_TRY(done);
  return made.finish();
}

Expected<void> open_sealed_file(const fs::path& sealed, const fs::path& target, const KeySource& source, const CancelToken& cancel) {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started");
  const FileDescriptor file(::open(sealed.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail(ErrorCode::NotFound, fmt::format("there is no file '{}'", sealed.string()));
  PreambleBytes head{};
  std::array<std::uint8_t, kStreamHeader> header{};
  CINELOOM_TRY(read_full(file.get(), head));
  CINELOOM_TRY_ASSIGN(const Preamble preamble, from_bytes(head));
  if (preamble.is_passphrase != source.is_passphrase) {
    return fail(ErrorCode::InvalidArgument,
                preamble.is_passphrase ? "the file was sealed with a passphrase" : "the file was sealed with a key, not a passphrase");
  }
  CINELOOM_TRY_ASSIGN(const std::size_t header_size, read_full(file.get(), header));
  if (header_size != header.size()) return changed();
  CINELOOM_TRY_ASSIGN(const MasterKey key, key_of(source, preamble.salt, preamble.cost));
  Stream stream;
  if (crypto_secretstream_xchacha20poly1305_init_pull(&stream, header.data(), key.data()) != 0) return changed();
  CINELOOM_TRY_ASSIGN(NewFile made, NewFile::make(target));
  Bytes plain(kPiece);
  const auto take = [&](std::span<const std::uint8_t> piece, bool is_last) -> Expected<void> {
    std::uint8_t tag = 0;
    if (piece.size() < kExtra ||
        crypto_secretstream_xchacha20poly1305_pull(&stream, plain.data(), nullptr, &tag, piece.data(), piece.size(), head.data(), head.size()) != 0) {
      return changed();
    }
    if ((tag == kLast) != is_last) return changed();
    return made.write(std::span(plain).first(piece.size() - kExtra));
  };
  const auto done = each_piece(file.get(), kPiece + kExtra, take, cancel);
  sodium_memzero(&stream, sizeof(stream));
  CINELOOM_TRY(done);
  return made.finish();
}

}  // namespace cineloom::privacy
