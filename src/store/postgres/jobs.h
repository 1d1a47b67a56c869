#pragma once

#include "store/postgres/connection.h"
#include "store/shared_work.h"

/// The table of jobs; what the functions mean is said at the verbs of SharedWork. The caller holds the transaction.
namespace cineloom::postgres {

Expected<Job> add_job(Connection& connection, const NewSharedJob& job, Timestamp now);
Expected<std::vector<Job>> jobs(Connection& connection);
Expected<Job> find_job(Connection& connection, JobId id);
Expected<Job> cancel_job(Connection& connection, JobId id, Timestamp now);
Expected<std::optional<TakenJob>> take_job(Connection& connection, std::chrono::milliseconds lease, Timestamp now);
Expected<LeaseState> keep_job(Connection& connection, const TakenJob& taken, const ProgressUpdate& progress, std::chrono::milliseconds lease);
Expected<void> end_job(Connection& connection, const TakenJob& taken, const JobEnd& end, Timestamp now);

/// Notes that films, findings or the model in use change with this transaction. The last statement of it: others wait for its end.
Expected<void> note_library_change(Connection& connection);
Expected<std::int64_t> library_version(Connection& connection);

}  // namespace cineloom::postgres
