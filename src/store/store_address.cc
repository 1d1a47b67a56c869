#include "store/store_address.h"

#include <string>

#include "store/account_store.h"
#include "store/shared_work.h"

#ifdef CINELOOM_HAS_POSTGRES
#include "store/postgres/accounts.h"
#include "store/postgres_store.h"
#endif

namespace cineloom {
#ifndef CINELOOM_HAS_POSTGRES
namespace {

std::unexpected<Error> without_postgres() {
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, "this program was built without PostgreSQL").advise("install libpq-dev and build again, or name a folder with --data"));
}

}  // namespace
#endif

bool is_server_address(std::string_view address) { return address.starts_with("postgresql://") || address.starts_with("postgres://"); }

Expected<std::unique_ptr<Store>> open_store(std::string_view address, StoreAccess access) {
  if (!is_server_address(address)) return open_sqlite_store(std::filesystem::path(address), access);
#ifdef CINELOOM_HAS_POSTGRES
  return open_postgres_store(std::string(address), access);
#else
  return without_postgres();
#endif
}

Expected<std::unique_ptr<AccountStore>> open_account_store(std::string_view address) {
  if (!is_server_address(address)) return open_account_file(std::filesystem::path(address));
#ifdef CINELOOM_HAS_POSTGRES
  return postgres::open_accounts(std::string(address));
#else
  return without_postgres();
#endif
}

SharedWork* shared_work(Store& store) { return dynamic_cast<SharedWork*>(&store); }

}  // namespace cineloom
