// The library through which `mpirun cineloom train` speaks MPI; see ranks/open_ranks.h.
#include <mpi.h>

#include <algorithm>
#include <string>

#include "ranks/open_ranks.h"

namespace cineloom {
namespace {

/// MPI counts in int.
constexpr std::size_t kMostAtOnce = std::size_t{1} << 28U;

Expected<void> check(int status) {
  if (status == MPI_SUCCESS) return {};
  std::string words(MPI_MAX_ERROR_STRING, ' ');
  int length = 0;
  MPI_Error_string(status, words.data(), &length);
  words.resize(static_cast<std::size_t>(length));
  return fail(ErrorCode::Unavailable, "the ranks no longer understand each other: " + words);
}

/// Calls exchange(first value, count) on pieces that MPI can count.
template <class T, class Exchange>
Expected<void> in_pieces(std::span<T> values, const Exchange& exchange) {
  for (std::size_t first = 0; first < values.size(); first += kMostAtOnce) {
    CINELOOM_TRY(check(exchange(values.data() + first, static_cast<int>(std::min(kMostAtOnce, values.size() - first)))));
  }
  return {};
}

class MpiRanks final : public LaunchedRanks {
 public:
  MpiRanks() {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  ~MpiRanks() override {
    if (!is_finished_) MPI_Abort(MPI_COMM_WORLD, 1);
  }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  Expected<void> sum(std::span<std::int64_t> values) override { return join(values, MPI_SUM); }
  Expected<void> greatest(std::span<std::int64_t> values) override { return join(values, MPI_MAX); }
  Expected<void> sum_at(int owner, std::span<std::int64_t> values) override {
    return in_pieces(values, [&](std::int64_t* first, int count) {
      if (owner == rank_) return MPI_Reduce(MPI_IN_PLACE, first, count, MPI_INT64_T, MPI_SUM, owner, MPI_COMM_WORLD);
      return MPI_Reduce(first, nullptr, count, MPI_INT64_T, MPI_SUM, owner, MPI_COMM_WORLD);
    });
  }
  Expected<void> tell(int owner, std::span<std::byte> bytes) override {
    return in_pieces(bytes, [&](std::byte* first, int count) { return MPI_Bcast(first, count, MPI_BYTE, owner, MPI_COMM_WORLD); });
  }
  Expected<void> finish() override {
    is_finished_ = true;
    return check(MPI_Finalize());
  }

 private:
  static Expected<void> join(std::span<std::int64_t> values, MPI_Op how) {
    return in_pieces(values, [&](std::int64_t* first, int count) { return MPI_Allreduce(MPI_IN_PLACE, first, count, MPI_INT64_T, how, MPI_COMM_WORLD); });
  }

  int rank_ = 0;
  int size_ = 1;
  bool is_finished_ = false;
};

}  // namespace
}  // namespace cineloom

extern "C" __attribute__((visibility("default"))) cineloom::LaunchedRanks* cineloom_open_mpi() {
  int level = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level) != MPI_SUCCESS || level < MPI_THREAD_SERIALIZED) return nullptr;
  return new cineloom::MpiRanks();
}
