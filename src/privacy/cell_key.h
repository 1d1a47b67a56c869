#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "privacy/master_key.h"

namespace cineloom::privacy {

/// Where a cell stands. Sealed bytes open at this place only (docs/formats/sealed-cells.md).
struct CellPlace {
  std::string_view table;     ///< table and column together at most 64 bytes
  std::string_view column;
  std::int64_t row = 0;
  std::int64_t owner = 0;     ///< number of the viewer; 0 = the household
  std::uint32_t version = 1;  ///< of the owner's key
};

/// Whose key is wrapped, and for which master key.
struct KeyPlace {
  std::int64_t owner = 0;
  std::uint32_t version = 1;
  std::uint32_t master_version = 1;
};

/// What one viewer's cells are sealed with (XChaCha20-Poly1305), and what makes tags by which rows are found without opening them
/// (SipHash-2-4). Both halves are wiped when the value goes; they cannot be copied. Const calls may be made from several threads.
class CellKey {
 public:
  static constexpr std::size_t kExtra = 1 + 24 + 16;  ///< bytes that sealing adds
  static constexpr std::size_t kSealSize = 32;
  static constexpr std::size_t kTagSize = 16;
  using Bytes = std::array<std::uint8_t, kSealSize + kTagSize>;

  explicit CellKey(const Bytes& bytes) : bytes_(bytes) {}
  CellKey(CellKey&& other) noexcept;
  CellKey& operator=(CellKey&&) = delete;
  ~CellKey();

  /// From the system's randomness. Errors: Unavailable if libsodium cannot be started.
  static Expected<CellKey> make();
  /// Another key for the same cells; the tags stay as they are.
  [[nodiscard]] CellKey renewed() const;

  /// The key itself, sealed with the master key.
  [[nodiscard]] std::string wrap(const MasterKey& master, const KeyPlace& place) const;
  /// Errors: DataLoss for another master key or place, or bytes that were changed.
  static Expected<CellKey> unwrap(const MasterKey& master, const KeyPlace& place, std::string_view wrapped);

  [[nodiscard]] std::string seal(const CellPlace& place, std::string_view plain) const;
  /// The same with nonces that the caller chose; never twice the same with one key. For golden tests.
  [[nodiscard]] std::string seal_with(const CellPlace& place, std::string_view plain, const std::array<std::uint8_t, 24>& nonce) const;
  /// Errors: DataLoss unless the bytes were sealed with this key for this place.
  [[nodiscard]] Expected<std::string> open(const CellPlace& place, std::string_view cell) const;

  /// The same for the same purpose and text, and without the key like a random number.
  [[nodiscard]] std::int64_t tag(std::string_view purpose, std::string_view text) const;

 private:
  Bytes bytes_;
};

}  // namespace cineloom::privacy
