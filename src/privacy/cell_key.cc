#include "privacy/cell_key.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "base/assert.h"

namespace cineloom::privacy {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kSum = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kFormat = 1;
constexpr std::size_t kLongestNames = 64;
static_assert(CellKey::kExtra == 1 + kNonce + kSum);
static_assert(CellKey::kSealSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES && CellKey::kTagSize == crypto_shorthash_KEYBYTES);

/// What every sealed text vouches for beside itself.
class Context {
 public:
  explicit Context(std::string_view kind) { put(kind); }
  Context& put(std::string_view name) {
    std::memcpy(bytes_.data() + size_, name.data(), name.size());
    size_ += name.size();
    bytes_[size_++] = 0;
    return *this;
  }
  Context& put(std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_[size_++] = static_cast<std::uint8_t>(number >> (8 * i));
    return *this;
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return std::span(bytes_).first(size_); }

 private:
  std::array<std::uint8_t, kLongestNames + 40> bytes_{};
  std::size_t size_ = 0;
};

Context context_of(const CellPlace& place) {
  CINELOOM_ASSERT(place.table.size() + place.column.size() <= kLongestNames);
  Context context("cell");
  context.put(place.table).put(place.column);
  return context.put(static_cast<std::uint64_t>(place.row), 8).put(static_cast<std::uint64_t>(place.owner), 8).put(place.version, 4);
}

Context context_of(const KeyPlace& place) {
  return Context("dek").put(static_cast<std::uint64_t>(place.owner), 8).put(place.version, 4).put(place.master_version, 4);
}

std::string sealed(const std::uint8_t* key, const Context& context, std::string_view plain, const std::array<std::uint8_t, kNonce>& nonce) {
  std::string cell(plain.size() + CellKey::kExtra, kFormat);
  auto* bytes = reinterpret_cast<std::uint8_t*>(cell.data());
  std::ranges::copy(nonce, bytes + 1);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + 1 + kNonce, nullptr, reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size(),
                                             context.bytes().data(), context.bytes().size(), nullptr, nonce.data(), key);
  return cell;
}

/// Nothing if it was not sealed with this key for this context.
std::optional<std::string> opened(const std::uint8_t* key, const Context& context, std::string_view cell) {
  if (cell.size() < CellKey::kExtra || cell.front() != kFormat) return std::nullopt;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(cell.data());
  std::string plain(cell.size() - CellKey::kExtra, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<std::uint8_t*>(plain.data()), nullptr, nullptr, bytes + 1 + kNonce, cell.size() - 1 - kNonce,
                                                 context.bytes().data(), context.bytes().size(), bytes + 1, key) != 0) {
    return std::nullopt;
  }
  return plain;
}

/// Nonces are drawn many at a time: asking the system for each would cost as much as sealing.
std::array<std::uint8_t, kNonce> next_nonce() {
  constexpr std::size_t kDrawn = 128;
  thread_local std::array<std::array<std::uint8_t, kNonce>, kDrawn> nonces;
  thread_local std::size_t used = kDrawn;
  if (used == kDrawn) {
    randombytes_buf(nonces.data(), sizeof nonces);
    used = 0;
  }
  return nonces[used++];
}

}  // namespace

CellKey::CellKey(CellKey&& other) noexcept : bytes_(other.bytes_) { sodium_memzero(other.bytes_.data(), other.bytes_.size()); }

CellKey::~CellKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

Expected<CellKey> CellKey::make() {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started");
  Bytes bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  CellKey key(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

CellKey CellKey::renewed() const {
  Bytes bytes = bytes_;
  randombytes_buf(bytes.data(), kSealSize);
  CellKey key(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

std::string CellKey::wrap(const MasterKey& master, const KeyPlace& place) const {
  return sealed(master.data(), context_of(place), {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}, next_nonce());
}

Expected<CellKey> CellKey::unwrap(const MasterKey& master, const KeyPlace& place, std::string_view wrapped) {
  if (sodium_init() < 0) return fail(ErrorCode::Unavailable, "libsodium cannot be started");
  auto plain = opened(master.data(), context_of(place), wrapped);
  Bytes bytes{};
  if (!plain || plain->size() != bytes.size()) return fail(ErrorCode::DataLoss, "this key does not open what it should, or that was changed");
  std::memcpy(bytes.data(), plain->data(), bytes.size());
  CellKey key(bytes);
  wipe(*plain);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

std::string CellKey::seal(const CellPlace& place, std::string_view plain) const { return seal_with(place, plain, next_nonce()); }

std::string CellKey::seal_with(const CellPlace& place, std::string_view plain, const std::array<std::uint8_t, 24>& nonce) const {
  return sealed(bytes_.data(), context_of(place), plain, nonce);
}

Expected<std::string> CellKey::open(const CellPlace& place, std::string_view cell) const {
  auto plain = opened(bytes_.data(), context_of(place), cell);
  if (plain) return std::move(*plain);
  return std::unexpected(
      Error(ErrorCode::DataLoss, std::string("a sealed cell of ") + std::string(place.table) + " was changed or moved").advise("restore a backup"));
}

std::int64_t CellKey::tag(std::string_view purpose, std::string_view text) const {
  std::string bytes(purpose);
  bytes.push_back('\0');
  bytes.append(text);
  std::int64_t tag = 0;
  crypto_shorthash(reinterpret_cast<std::uint8_t*>(&tag), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), bytes_.data() + kSealSize);
  return tag;
}

}  // namespace cineloom::privacy
