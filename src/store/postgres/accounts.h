#pragma once

#include <memory>
#include <string>

#include "store/account_store.h"

namespace cineloom::postgres {

/// The accounts in a database, shared by all nodes; `address` as open_postgres_store takes it. Errors: those of open_postgres_store.
Expected<std::unique_ptr<AccountStore>> open_accounts(const std::string& address);

}  // namespace cineloom::postgres
