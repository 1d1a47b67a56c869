#include "store/postgres/jobs.h"

#include <fmt/format.h>

#include "base/json.h"
#include "store/internal/announcements.h"
#include "store/postgres/tables.h"
#include "store/postgres/webhooks.h"

namespace cineloom::postgres {
namespace {

constexpr int kMostDeaths = 3;
constexpr int kRemembered = 1000;

constexpr std::string_view kColumns = "id, kind, title, film, state, progress, cause, next_step, created, finished, attempts";

Expected<Job> job_at(const Rows& rows, int row) {
  const auto kind = json::enum_from_name<JobKind>(rows.text(row, 1));
  const auto state = json::enum_from_name<JobState>(rows.text(row, 4));
  if (!kind || !state) return fail(ErrorCode::DataLoss, fmt::format("job {} has an unknown kind or state", rows.integer(row, 0)));
  CINELOOM_TRY_ASSIGN(const auto progress, json::read<ProgressUpdate>(rows.text(row, 5)));
  Job job{.id = JobId(rows.integer(row, 0)),
          .kind = *kind,
          .title = std::string(rows.text(row, 2)),
          .film = FilmId(rows.integer(row, 3)),
          .state = *state,
          .progress = progress,
          .cause = std::string(rows.text(row, 6)),
          .next_step = std::string(rows.text(row, 7)),
          .created = timestamp_of(rows.integer(row, 8))};
  if (!rows.is_null(row, 9)) job.finished = timestamp_of(rows.integer(row, 9));
  return job;
}

Expected<Job> only_job(const Rows& rows, JobId id) {
  if (rows.is_empty()) return fail(ErrorCode::NotFound, fmt::format("there is no job {}", id.number()));
  return job_at(rows, 0);
}

// A hint that spares the others the waiting; what counts is in the table.
Expected<void> tell_of_jobs(Connection& connection) {
  CINELOOM_TRY(connection.run("SELECT pg_notify('cineloom', 'jobs')"));
  return {};
}

/// Tells other programs of those that have ended.
Expected<void> announce_ends(Connection& connection, const Rows& rows) {
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(const Job job, job_at(rows, row));
    if (job.finished) CINELOOM_TRY(announce(connection, store::announcement_of(job)));
  }
  return {};
}

Expected<void> give_up_on_deadly_jobs(Connection& connection, Timestamp now) {
  CINELOOM_TRY_ASSIGN(const Rows ended,
                      connection.run(fmt::format("UPDATE jobs SET state=CASE WHEN stop THEN 'cancelled' ELSE 'failed' END, finished=$1, "
                                                 "cause='the programs that worked on it died', next_step='look into their logs, then start it again' "
                                                 "WHERE state='running' AND lease_until<clock_timestamp() AND (stop OR attempts>=$2) RETURNING {}",
                                                 kColumns),
                                     Parameters(milliseconds_of(now), kMostDeaths)));
  return announce_ends(connection, ended);
}

}  // namespace

Expected<Job> add_job(Connection& connection, const NewSharedJob& job, Timestamp now) {
  const std::string kind = json::enum_name(job.kind);
  if (job.replaces_waiting) {
    CINELOOM_TRY_ASSIGN(const Rows replaced,
                        connection.run(fmt::format("UPDATE jobs SET state='cancelled', cause='a newer request took its place', finished=$2 "
                                                   "WHERE kind=$1 AND state='waiting' RETURNING {}",
                                                   kColumns),
                                       Parameters(kind, milliseconds_of(now))));
    CINELOOM_TRY(announce_ends(connection, replaced));
  }
  CINELOOM_TRY_ASSIGN(
      const Rows rows,
      connection.run(fmt::format("INSERT INTO jobs(kind, title, film, progress, created) VALUES($1, $2, $3, $4::json, $5) RETURNING {}", kColumns),
                     Parameters(kind, job.title, job.film.number(), json::write(ProgressUpdate()), milliseconds_of(now))));
  CINELOOM_TRY(connection.run("DELETE FROM jobs WHERE finished IS NOT NULL AND id<$1", Parameters(rows.integer(0, 0) - kRemembered)));
  CINELOOM_TRY(tell_of_jobs(connection));
  return job_at(rows, 0);
}

Expected<std::vector<Job>> jobs(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(fmt::format("SELECT {} FROM jobs ORDER BY id DESC LIMIT 100", kColumns)));
  std::vector<Job> found;
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(Job job, job_at(rows, row));
    found.push_back(std::move(job));
  }
  return found;
}

Expected<Job> find_job(Connection& connection, JobId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(fmt::format("SELECT {} FROM jobs WHERE id=$1", kColumns), Parameters(id.number())));
  return only_job(rows, id);
}

Expected<Job> cancel_job(Connection& connection, JobId id, Timestamp now) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(fmt::format("UPDATE jobs SET stop=true, finished=CASE WHEN state='waiting' THEN $2 END, "
                                                                  "state=CASE WHEN state='waiting' THEN 'cancelled' ELSE state END "
                                                                  "WHERE id=$1 AND finished IS NULL RETURNING {}",
                                                                  kColumns),
                                                      Parameters(id.number(), milliseconds_of(now))));
  if (rows.is_empty()) {
    CINELOOM_TRY(find_job(connection, id));
    return fail(ErrorCode::Conflict, fmt::format("job {} has ended already", id.number()));
  }
  CINELOOM_TRY(announce_ends(connection, rows));
  CINELOOM_TRY(tell_of_jobs(connection));
  return job_at(rows, 0);
}

Expected<std::optional<TakenJob>> take_job(Connection& connection, std::chrono::milliseconds lease, Timestamp now) {
  CINELOOM_TRY(give_up_on_deadly_jobs(connection, now));
  // Who takes at the same time passes over what is being taken. A lease may have run out since the statement before.
  CINELOOM_TRY_ASSIGN(
      const Rows rows,
      connection.run(fmt::format("UPDATE jobs SET state='running', attempts=attempts+1, lease_until=clock_timestamp() + make_interval(secs=>$1) "
                                 "WHERE id=(SELECT id FROM jobs WHERE state='waiting' OR "
                                 "(state='running' AND lease_until<clock_timestamp() AND attempts<$2 AND NOT stop) "
                                 "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING {}",
                                 kColumns),
                     Parameters(static_cast<double>(lease.count()) / 1000, kMostDeaths)));
  if (rows.is_empty()) return std::optional<TakenJob>();
  CINELOOM_TRY_ASSIGN(Job job, job_at(rows, 0));
  return std::optional(TakenJob{.job = std::move(job), .attempt = static_cast<int>(rows.integer(0, 10))});
}

Expected<LeaseState> keep_job(Connection& connection, const TakenJob& taken, const ProgressUpdate& progress, std::chrono::milliseconds lease) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("UPDATE jobs SET progress=$3::json, lease_until=clock_timestamp() + make_interval(secs=>$4) "
                                     "WHERE id=$1 AND attempts=$2 AND state='running' RETURNING stop",
                                     Parameters(taken.job.id.number(), taken.attempt, json::write(progress), static_cast<double>(lease.count()) / 1000)));
  if (rows.is_empty()) return LeaseState::Lost;
  return rows.integer(0, 0) != 0 ? LeaseState::StopWanted : LeaseState::Held;
}

Expected<void> end_job(Connection& connection, const TakenJob& taken, const JobEnd& end, Timestamp now) {
  const bool is_given_back = end.state == JobState::Waiting;
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(fmt::format("UPDATE jobs SET state=$3, cause=$4, next_step=$5, finished=nullif($6,0), lease_until=NULL, "
                                                                  "attempts=CASE WHEN $3='waiting' THEN attempts-1 ELSE attempts END "
                                                                  "WHERE id=$1 AND attempts=$2 AND state='running' RETURNING {}",
                                                                  kColumns),
                                                      Parameters(taken.job.id.number(), taken.attempt, json::enum_name(end.state), end.cause, end.next_step,
                                                                 is_given_back ? std::int64_t{0} : milliseconds_of(now))));
  if (rows.is_empty()) return fail(ErrorCode::Conflict, fmt::format("job {} was taken up by another node", taken.job.id.number()));
  CINELOOM_TRY(announce_ends(connection, rows));
  return tell_of_jobs(connection);
}

Expected<void> note_library_change(Connection& connection) {
  CINELOOM_TRY(connection.run("UPDATE library_changes SET version=version+1"));
  CINELOOM_TRY(connection.run("SELECT pg_notify('cineloom', 'library')"));
  return {};
}

Expected<std::int64_t> library_version(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT version FROM library_changes"));
  return rows.is_empty() ? 0 : rows.integer(0, 0);
}

}  // namespace cineloom::postgres
