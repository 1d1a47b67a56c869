#include "store/store_address.h"

#include <string>

#include "store/shared_work.h"

#ifdef CINELOOM_HAS_POSTGRES
#include "store/postgres_store.h"
#endif

namespace cineloom {

bool is_server_address(std::string_view address) { return address.starts_with("postgresql://") || address.starts_with("postgres://"); }

Expected<std::unique_ptr<Store>> open_store(std::string_view address, StoreAccess access) {
  if (!is_server_address(address)) return open_sqlite_store(std::filesystem::path(address), access);
#ifdef CINELOOM_HAS_POSTGRES
  return open_postgres_store(std::string(address), access);
#else
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, "this program was built without PostgreSQL").advise("install libpq-dev and build again, or name a folder with --data"));
#endif
}

SharedWork* shared_work(Store& store) { return dynamic_cast<SharedWork*>(&store); }

}  // namespace cineloom
