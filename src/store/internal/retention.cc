// Details of old events and lists, which are let go by age.
#include "store/retention.h"

#include "store/internal/sealed.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

Expected<std::int64_t> number(Connection& connection, std::string_view question, std::int64_t value) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(question));
  statement->bind(1, value);
  CINELOOM_TRY(statement->step());
  const std::int64_t found = statement->integer(0);
  statement->reset();
  return found;
}

Expected<DetailReceipt> remove_open(Connection& connection, std::int64_t before, DetailRemoval removal) {
  DetailReceipt receipt;
  CINELOOM_TRY_ASSIGN(
      receipt.events,
      number(connection, "SELECT count(*) FROM events WHERE at<? AND (valence IS NOT NULL OR EXISTS(SELECT 1 FROM event_sources WHERE event=id))", before));
  CINELOOM_TRY_ASSIGN(receipt.slates, number(connection, "SELECT count(*) FROM slates WHERE at<? AND context<>''", before));
  if (removal == DetailRemoval::Count) return receipt;
  CINELOOM_TRY(connection.run("DELETE FROM event_sources WHERE event IN (SELECT id FROM events WHERE at<?)", before));
  CINELOOM_TRY(connection.run("UPDATE events SET valence=NULL, arousal=NULL WHERE at<? AND valence IS NOT NULL", before));
  CINELOOM_TRY(connection.run("UPDATE slates SET context='' WHERE at<? AND context<>''", before));
  return receipt;
}

Expected<std::int64_t> thin_events(Connection& connection, Timestamp before, DetailRemoval removal) {
  CINELOOM_TRY_ASSIGN(auto told, sealed::tellings(connection, ViewerId(), sealed::Which::All));
  std::int64_t thinned = 0;
  for (Telling& telling : told) {
    if (telling.event.at >= before || (!telling.event.mood && telling.raw.empty())) continue;
    ++thinned;
    telling.event.mood.reset();
    telling.raw.clear();
    if (removal == DetailRemoval::Remove) CINELOOM_TRY(sealed::reseal_event(connection, telling));
  }
  return thinned;
}

Expected<std::int64_t> thin_slates(Connection& connection, Timestamp before, DetailRemoval removal) {
  CINELOOM_TRY_ASSIGN(auto lists, slates(connection, {.viewer = {}, .since = {}, .limit = 1'000'000}));
  std::int64_t thinned = 0;
  for (Slate& slate : lists) {
    if (slate.at >= before || slate.context.empty()) continue;
    ++thinned;
    slate.context.clear();
    if (removal == DetailRemoval::Remove) CINELOOM_TRY(sealed::seal_slate(connection, slate));
  }
  return thinned;
}

}  // namespace

Expected<DetailReceipt> remove_detail(Connection& connection, Timestamp before, DetailRemoval removal) {
  if (connection.vault() == nullptr) return remove_open(connection, before.time_since_epoch().count(), removal);
  DetailReceipt receipt;
  CINELOOM_TRY_ASSIGN(receipt.events, thin_events(connection, before, removal));
  CINELOOM_TRY_ASSIGN(receipt.slates, thin_slates(connection, before, removal));
  return receipt;
}

}  // namespace cineloom::sqlite
