// Training by several processes: whether they make the model that one makes, and how long what they share takes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "base/files.h"
#include "base/hash.h"
#include "made_library.h"
#include "parts.h"
#include "pipeline/cinema.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

const std::string kProgram = std::string(CINELOOM_BINARY_DIR) + "/cineloom";
constexpr LibrarySize kSize{.films = 3'000, .viewers = 20'000, .ratings = 1'000'000};
constexpr int kMostEvents = 30'000;  ///< of which rank 0 learns stars alone
constexpr std::array kRanks{1, 2, 4};

struct Trained {
  std::uint64_t hash = 0;
  std::size_t bytes = 0;
  double seconds = 0;
};

Expected<Trained> train_by(int ranks, const fs::path& made, const fs::path& data) {
  std::error_code failed;
  fs::copy(made, data, fs::copy_options::recursive, failed);
  if (failed) return fail(ErrorCode::Unavailable, "the library cannot be copied: " + failed.message());
  const auto begin = std::chrono::steady_clock::now();
  const std::string command = fmt::format(
      "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun --oversubscribe --bind-to none --mca btl self,vader --mca oob_tcp_if_include lo "
      "-n {} '{}' --data '{}' train --most-events {} >/dev/null 2>&1",
      ranks, kProgram, data.string(), kMostEvents);
  if (std::system(command.c_str()) != 0) return fail(ErrorCode::Unavailable, fmt::format("{} ranks did not train; is mpirun installed?", ranks));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = data, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}}));
  CINELOOM_TRY_ASSIGN(const auto kept, cinema->store().active_model("recommender"));
  if (!kept) return fail(ErrorCode::Internal, "no model was kept");
  return Trained{.hash = fnv1a64(kept->bytes), .bytes = kept->bytes.size(), .seconds = seconds};
}

Expected<void> compare(Report& report) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder work, TemporaryFolder::create("cineloom-bench"));
  CINELOOM_TRY(fill_library(work.path() / "made", kSize));
  std::vector<Trained> trained;
  std::string note;
  for (const int ranks : kRanks) {
    CINELOOM_TRY_ASSIGN(const Trained one, train_by(ranks, work.path() / "made", work.path() / fmt::format("by{}", ranks)));
    trained.push_back(one);
    note += fmt::format("{}{} rank{}: {:.1f} s", note.empty() ? "" : ", ", ranks, ranks == 1 ? "" : "s", one.seconds);
  }
  const bool is_same = std::ranges::all_of(trained, [&](const Trained& one) { return one.hash == trained.front().hash && one.bytes == trained.front().bytes; });
  report.add({.key = "mpi_bit_identical",
              .value = is_same ? 1.0 : 0.0,
              .n = trained.size(),
              .note = fmt::format("models of 1, 2 and 4 processes, {} bytes, of {} ratings by {} viewers; start to end {}", trained.front().bytes,
                                  kSize.ratings, kSize.viewers, note),
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
  return {};
}

}  // namespace

void measure_ranks(Report& report) {
  if (const auto done = compare(report); !done) report.add_missing("mpi_bit_identical", done.error().describe());
}

}  // namespace cineloom::bench
