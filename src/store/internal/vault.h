#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/ids.h"
#include "privacy/cell_key.h"
#include "privacy/master_key.h"
#include "store/internal/sqlite.h"

namespace cineloom::sqlite {

/// How far a store is sealed; its row in `sealing`.
enum class SealingState : std::uint8_t { UnderWay = 1, ToBeScrubbed = 2, Done = 3 };

/// How the master key is made, and what it must open.
struct SealingRow {
  SealingState state = SealingState::UnderWay;
  bool is_passphrase = false;
  privacy::Salt salt{};
  privacy::PassphraseCost cost;
  std::uint32_t master_version = 1;
  std::uint32_t household_version = 1;
  std::string household;  ///< the household's key, wrapped
};
/// Nothing for a store that is not sealed, or that is older than sealing.
Expected<std::optional<SealingRow>> sealing_row(Connection& connection);
Expected<void> put_sealing_row(Connection& connection, const SealingRow& row);

/// The keys of a sealed store, for one connection; used by one thread at a time. Keys of viewers are kept unwrapped once they were needed.
class Vault {
 public:
  /// Errors: InvalidArgument if the key does not open the store.
  static Expected<std::shared_ptr<Vault>> open(const SealingRow& row, const privacy::KeySource& source);
  /// The same keys for another connection.
  Expected<std::shared_ptr<Vault>> twin(const SealingRow& row) const;

  struct Held {
    privacy::CellKey key;
    std::uint32_t version = 1;
  };
  /// Valid until the next call. Errors: NotFound for an unknown viewer; DataLoss if the wrapped key was changed. Viewer none = the household.
  Expected<const Held*> key_of(Connection& connection, ViewerId viewer);
  Expected<void> make_key(Connection& connection, ViewerId viewer);
  Expected<void> put_key(Connection& connection, ViewerId viewer, const Held& held);
  void forget(ViewerId viewer) { held_.erase(viewer.number()); }

  /// A cell of a viewer's, or with none of the household's.
  struct Cell {
    std::string_view table;
    std::string_view column;
    std::int64_t row = 0;
    ViewerId viewer;
  };
  Expected<std::string> seal(Connection& connection, const Cell& cell, std::string_view plain);
  /// Errors: DataLoss for bytes that were changed or moved.
  Expected<std::string> open(Connection& connection, const Cell& cell, std::string_view bytes);
  Expected<std::int64_t> tag(Connection& connection, ViewerId viewer, std::string_view purpose, std::string_view text);

  /// The number of the next event, on the connection that writes: greater than any that was given before.
  Expected<std::int64_t> next_event(Connection& connection);

  [[nodiscard]] const privacy::MasterKey& master() const { return master_; }
  [[nodiscard]] std::uint32_t master_version() const { return master_version_; }

 private:
  static Expected<std::shared_ptr<Vault>> open_with(const SealingRow& row, privacy::MasterKey master);
  Vault(privacy::MasterKey master, std::uint32_t master_version, Held household)
      : master_(std::move(master)), master_version_(master_version), household_(std::move(household)) {}

  privacy::MasterKey master_;
  std::uint32_t master_version_;
  Held household_;
  std::unordered_map<std::int64_t, Held> held_;
  std::int64_t last_event_ = 0;
};

/// The key of somebody who was erased is not kept for longer.
Expected<void> forget_key(Connection& connection, ViewerId viewer);

/// What stands in a text column beside a tag that finds the row.
std::string text_of_tag(std::int64_t tag);

}  // namespace cineloom::sqlite
