#include "store/internal/vault.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <array>

namespace cineloom::sqlite {
namespace {

constexpr std::size_t kMostHeld = 65'536;  // some 9 MB

Expected<std::int64_t> number(Connection& connection, std::string_view question) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(question));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  const std::int64_t found = step == Statement::Step::Row ? statement->integer(0) : 0;
  statement->reset();
  return found;
}

std::unexpected<Error> no_viewer(ViewerId viewer) { return fail(ErrorCode::NotFound, fmt::format("there is no viewer {}", viewer.number())); }

std::unexpected<Error> other_key() {
  return std::unexpected(Error(ErrorCode::InvalidArgument, "this key does not open the library; nothing was changed")
                             .advise("name the key that it was sealed with: cineloom keys use --key-file FILE"));
}

privacy::CellPlace place_of(const Vault::Cell& cell, std::uint32_t version) {
  return {.table = cell.table, .column = cell.column, .row = cell.row, .owner = cell.viewer.number(), .version = version};
}

}  // namespace

std::string text_of_tag(std::int64_t tag) { return fmt::format("{:016x}", static_cast<std::uint64_t>(tag)); }

Expected<void> forget_key(Connection& connection, ViewerId viewer) {
  if (connection.vault() != nullptr) connection.vault()->forget(viewer);
  return {};
}

Expected<std::optional<SealingRow>> sealing_row(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const std::int64_t is_there, number(connection, "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='sealing'"));
  if (is_there == 0) return std::optional<SealingRow>();
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT state, is_passphrase, salt, passes, memory_bytes, master_version, household_version, household FROM sealing"));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<SealingRow>();
  SealingRow row{.state = static_cast<SealingState>(std::clamp<std::int64_t>(statement->integer(0), 1, 3)),
                 .is_passphrase = statement->integer(1) != 0,
                 .cost = {.passes = static_cast<std::uint64_t>(statement->integer(3)), .memory_bytes = static_cast<std::uint64_t>(statement->integer(4))},
                 .master_version = static_cast<std::uint32_t>(statement->integer(5)),
                 .household_version = static_cast<std::uint32_t>(statement->integer(6)),
                 .household = std::string(statement->text(7))};
  const std::string_view salt = statement->text(2);
  std::copy_n(salt.begin(), std::min(salt.size(), row.salt.size()), row.salt.begin());
  statement->reset();
  return std::optional(std::move(row));
}

Expected<void> put_sealing_row(Connection& connection, const SealingRow& row) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("INSERT OR REPLACE INTO sealing(id, state, is_passphrase, salt, passes, memory_bytes, master_version, "
                                         "household_version, household) VALUES(1,?,?,?,?,?,?,?,?)"));
  statement->bind(1, std::int64_t{std::to_underlying(row.state)});
  statement->bind(2, std::int64_t{row.is_passphrase ? 1 : 0});
  statement->bind_blob(3, {reinterpret_cast<const char*>(row.salt.data()), row.salt.size()});
  statement->bind(4, static_cast<std::int64_t>(row.cost.passes));
  statement->bind(5, static_cast<std::int64_t>(row.cost.memory_bytes));
  statement->bind(6, std::int64_t{row.master_version});
  statement->bind(7, std::int64_t{row.household_version});
  statement->bind_blob(8, row.household);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<std::shared_ptr<Vault>> Vault::open(const SealingRow& row, const privacy::KeySource& source) {
  if (row.is_passphrase != source.is_passphrase) return other_key();
  CINELOOM_TRY_ASSIGN(privacy::MasterKey master, privacy::key_of(source, row.salt, row.cost));
  return open_with(row, std::move(master));
}

Expected<std::shared_ptr<Vault>> Vault::twin(const SealingRow& row) const {
  std::array<std::uint8_t, privacy::MasterKey::kSize> bytes{};
  std::copy_n(master_.data(), bytes.size(), bytes.begin());
  privacy::MasterKey master(bytes);
  ::explicit_bzero(bytes.data(), bytes.size());
  return open_with(row, std::move(master));
}

Expected<std::shared_ptr<Vault>> Vault::open_with(const SealingRow& row, privacy::MasterKey master) {
  auto household = privacy::CellKey::unwrap(master, {.owner = 0, .version = row.household_version, .master_version = row.master_version}, row.household);
  if (!household) return other_key();
  return std::shared_ptr<Vault>(new Vault(std::move(master), row.master_version, {.key = *std::move(household), .version = row.household_version}));
}

Expected<const Vault::Held*> Vault::key_of(Connection& connection, ViewerId viewer) {
  if (viewer.is_none()) return &household_;
  if (const auto found = held_.find(viewer.number()); found != held_.end()) return &found->second;
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT version, wrapped FROM viewer_keys WHERE viewer=?"));
  statement->bind(1, viewer.number());
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return no_viewer(viewer);
  const auto version = static_cast<std::uint32_t>(statement->integer(0));
  auto key = privacy::CellKey::unwrap(master_, {.owner = viewer.number(), .version = version, .master_version = master_version_}, statement->text(1));
  statement->reset();
  if (!key) return fail_in(std::move(key).error(), fmt::format("opening the key of viewer {}", viewer.number()));
  if (held_.size() >= kMostHeld) held_.clear();
  return &held_.emplace(viewer.number(), Held{.key = *std::move(key), .version = version}).first->second;
}

Expected<void> Vault::make_key(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(privacy::CellKey key, privacy::CellKey::make());
  return put_key(connection, viewer, {.key = std::move(key), .version = household_.version});
}

// What was held is forgotten: a number may have belonged to somebody who was erased, or whose call was rolled back.
Expected<void> Vault::put_key(Connection& connection, ViewerId viewer, const Held& held) {
  forget(viewer);
  const std::string wrapped = held.key.wrap(master_, {.owner = viewer.number(), .version = held.version, .master_version = master_version_});
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("INSERT OR REPLACE INTO viewer_keys(viewer, version, wrapped) VALUES(?,?,?)"));
  statement->bind(1, viewer.number());
  statement->bind(2, std::int64_t{held.version});
  statement->bind_blob(3, wrapped);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<std::string> Vault::seal(Connection& connection, const Cell& cell, std::string_view plain) {
  CINELOOM_TRY_ASSIGN(const Held* held, key_of(connection, cell.viewer));
  return held->key.seal(place_of(cell, held->version), plain);
}

Expected<std::string> Vault::open(Connection& connection, const Cell& cell, std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(const Held* held, key_of(connection, cell.viewer));
  auto plain = held->key.open(place_of(cell, held->version), bytes);
  if (plain || cell.viewer.is_none()) return plain;
  // Another connection may have given the number to a new viewer since.
  forget(cell.viewer);
  CINELOOM_TRY_ASSIGN(held, key_of(connection, cell.viewer));
  return held->key.open(place_of(cell, held->version), bytes);
}

Expected<std::int64_t> Vault::tag(Connection& connection, ViewerId viewer, std::string_view purpose, std::string_view text) {
  CINELOOM_TRY_ASSIGN(const Held* held, key_of(connection, viewer));
  return held->key.tag(purpose, text);
}

Expected<std::int64_t> Vault::next_event(Connection& connection) {
  if (last_event_ == 0) {
    CINELOOM_TRY_ASSIGN(last_event_, number(connection, "SELECT coalesce(max(seq),0) FROM sqlite_sequence WHERE name IN ('events','sealed_events')"));
  }
  return ++last_event_;
}

}  // namespace cineloom::sqlite
