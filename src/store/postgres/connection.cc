#include "store/postgres/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <charconv>
#include <map>

namespace cineloom::postgres {
namespace {

constexpr int kBinary = 1;

struct OptionsDeleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// The address as keywords. Errors: InvalidArgument; for one with a password in it, too.
Expected<std::map<std::string, std::string>> keywords_of(const std::string& address) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, OptionsDeleter> options(PQconninfoParse(address.c_str(), &message));
  if (!options) {
    PQfreemem(message);  // it may repeat the password
    return std::unexpected(Error(ErrorCode::InvalidArgument, "the store's address cannot be read").advise("write postgresql://user@host:port/database"));
  }
  std::map<std::string, std::string> words;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) words[option->keyword] = option->val;
  }
  if (!words.contains("password")) return words;
  return std::unexpected(Error(ErrorCode::InvalidArgument, "the store's address holds a password, which others could read in the list of processes")
                             .advise("leave it out, and put it into ~/.pgpass, a file that passfile= names, or PGPASSWORD"));
}

// A server that is gone without a word is noticed in some ten seconds, not in hours.
void add_defaults(std::map<std::string, std::string>& words) {
  const std::array<std::pair<const char*, const char*>, 6> defaults{{{"connect_timeout", "5"},
                                                                     {"keepalives_idle", "5"},
                                                                     {"keepalives_interval", "2"},
                                                                     {"keepalives_count", "3"},
                                                                     {"tcp_user_timeout", "10000"},
                                                                     {"application_name", "cineloom"}}};
  for (const auto& [word, value] : defaults) words.try_emplace(word, value);
  words["client_encoding"] = "UTF8";
}

ErrorCode code_of(std::string_view state) {
  const std::string_view kind = state.substr(0, 2);
  if (state == "53100" || state == "53200") return ErrorCode::ResourceExhausted;
  if (kind == "08" || kind == "57" || kind == "53" || kind == "25" || kind == "58" || kind == "40" || kind == "55") return ErrorCode::Unavailable;
  if (kind == "XX") return ErrorCode::DataLoss;
  // Values that no column or index can hold.
  if (kind == "22" || kind == "54") return ErrorCode::InvalidArgument;
  if (kind == "23" || kind == "P0") return ErrorCode::Conflict;
  return ErrorCode::Internal;
}

std::string_view next_step_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::ResourceExhausted: return "free some disk space on the database server and try again; nothing was changed";
    case ErrorCode::DataLoss: return "restore the database from a backup";
    case ErrorCode::Unavailable: return "check that the database server runs and can be reached";
    default: return "";
  }
}

std::string_view field(const pg_result* result, int which) {
  const char* text = PQresultErrorField(result, which);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// A reference to a row that is not there, from "Key (film)=(99) is not present in table "films"."; none for other failures.
std::optional<Error> missing_row(const pg_result* result) {
  const std::string_view detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  const auto begin = detail.find(")=(");
  const auto end = detail.find(") is not present in table \"");
  if (field(result, PG_DIAG_SQLSTATE) != "23503" || begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  std::string_view table = detail.substr(end + std::string_view(") is not present in table \"").size());
  table = table.substr(0, table.find('"'));
  if (table.ends_with('s')) table.remove_suffix(1);
  return Error(ErrorCode::NotFound, fmt::format("there is no {} {}", table, detail.substr(begin + 3, end - begin - 3)));
}

Trouble trouble_of(std::string_view state) {
  // Serialization failure, deadlock; and a unique key that another transaction took meanwhile is seen by the next try.
  if (state == "40001" || state == "40P01") return Trouble::Collided;
  if (state.starts_with("08") || state.starts_with("57P")) return Trouble::Lost;
  return Trouble::Refused;
}

}  // namespace

void Rows::Clearer::operator()(pg_result* result) const { PQclear(result); }

int Rows::size() const { return PQntuples(result_.get()); }
bool Rows::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
std::string_view Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}
std::optional<double> Rows::optional_real(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return real(row, column);
}
int Rows::changed() const {
  const std::string_view text(PQcmdTuples(result_.get()));
  int count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

void Connection::Closer::operator()(pg_conn* connection) const { PQfinish(connection); }

Expected<Connection> Connection::open(const std::string& address) {
  CINELOOM_TRY_ASSIGN(auto words, keywords_of(address));
  add_defaults(words);
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : words) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  Connection connection(PQconnectdbParams(names.data(), values.data(), 0));
  if (PQstatus(connection.connection_.get()) != CONNECTION_OK) {
    const std::string said(first_line(PQerrorMessage(connection.connection_.get())));
    return std::unexpected(Error(ErrorCode::Unavailable, said.empty() ? "no connection to the database server" : said)
                               .in("opening " + describe_address(address))
                               .advise("check that the server runs, that the database exists, and the password in ~/.pgpass or PGPASSWORD"));
  }
  PQsetNoticeProcessor(connection.connection_.get(), [](void*, const char*) {}, nullptr);
  // A commit that was told must survive a power cut, whatever the server's own default is.
  CINELOOM_TRY(connection.execute("SET synchronous_commit=on"));
  return connection;
}

Error Connection::failure(const pg_result* result) {
  if (result == nullptr || PQstatus(connection_.get()) != CONNECTION_OK) {
    trouble_ = Trouble::Lost;
    return Error(ErrorCode::Unavailable, fmt::format("the connection to the database was lost: {}", first_line(PQerrorMessage(connection_.get()))))
        .advise(next_step_of(ErrorCode::Unavailable));
  }
  const std::string_view state = field(result, PG_DIAG_SQLSTATE);
  trouble_ = trouble_of(state);
  if (auto missing = missing_row(result)) return *std::move(missing);
  const ErrorCode code = code_of(state);
  return Error(code, fmt::format("the database says: {} ({})", field(result, PG_DIAG_MESSAGE_PRIMARY), state)).advise(next_step_of(code));
}

Expected<Rows> Connection::checked(pg_result* result) {
  Rows rows(result);
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE: return rows;
    default: return std::unexpected(failure(result));
  }
}

Expected<std::string> Connection::prepared(std::string_view text, const Parameters& parameters) {
  if (const auto found = statements_.find(std::string(text)); found != statements_.end()) return found->second;
  std::string name = "s" + std::to_string(statements_.size());
  CINELOOM_TRY(checked(PQprepare(connection_.get(), name.c_str(), std::string(text).c_str(), parameters.size(), parameters.types().data())));
  statements_.emplace(std::string(text), name);
  return name;
}

Expected<Rows> Connection::run(std::string_view text, const Parameters& parameters) {
  trouble_ = Trouble::None;
  CINELOOM_TRY_ASSIGN(const std::string name, prepared(text, parameters));
  const std::vector<int> formats(static_cast<std::size_t>(parameters.size()), kBinary);
  return checked(
      PQexecPrepared(connection_.get(), name.c_str(), parameters.size(), parameters.pointers().data(), parameters.lengths().data(), formats.data(), kBinary));
}

Expected<void> Connection::each(std::string_view text, const Parameters& parameters, const std::function<Expected<void>(const Rows&)>& take) {
  trouble_ = Trouble::None;
  CINELOOM_TRY_ASSIGN(const std::string name, prepared(text, parameters));
  const std::vector<int> formats(static_cast<std::size_t>(parameters.size()), kBinary);
  const bool is_sent = PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.size(), parameters.pointers().data(), parameters.lengths().data(),
                                           formats.data(), kBinary) == 1;
  if (!is_sent) return std::unexpected(failure(nullptr));
  PQsetSingleRowMode(connection_.get());
  Expected<void> all;
  // The answer is read to its end also after a failure: the connection can then be used again.
  while (pg_result* result = PQgetResult(connection_.get())) {
    const auto rows = checked(result);
    if (!all) continue;
    if (!rows) all = std::unexpected(rows.error());
    else if (!rows->is_empty()) all = take(*rows);
  }
  return all;
}

Expected<void> Connection::execute(const std::string& text) {
  trouble_ = Trouble::None;
  CINELOOM_TRY(checked(PQexec(connection_.get(), text.c_str())));
  return {};
}

bool Connection::is_alive() {
  pollfd waiting{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
  // Something to read on a connection that asked nothing is its end, or a notice that tells of it.
  if (waiting.fd < 0) return false;
  if (::poll(&waiting, 1, 0) > 0 && PQconsumeInput(connection_.get()) == 0) return false;
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

Expected<std::optional<std::string>> Connection::wait_for_notification(std::chrono::milliseconds limit) {
  struct Freer {
    void operator()(PGnotify* notification) const { PQfreemem(notification); }
  };
  for (bool has_waited = false;; has_waited = true) {
    if (PQconsumeInput(connection_.get()) == 0) return std::unexpected(failure(nullptr));
    const std::unique_ptr<PGnotify, Freer> notification(PQnotifies(connection_.get()));
    if (notification) return std::optional<std::string>(std::in_place, notification->extra);
    if (has_waited) return std::optional<std::string>();
    pollfd waiting{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(limit.count())) == 0) return std::optional<std::string>();
  }
}

std::string describe_address(const std::string& address) {
  const auto words = keywords_of(address);
  if (!words) return "the database";
  const auto word = [&](const char* name, const char* otherwise) { return words->contains(name) ? words->at(name) : otherwise; };
  return fmt::format("the database '{}' at '{}'", word("dbname", "(default)"), word("host", "(local)"));
}

}  // namespace cineloom::postgres
