#include "pipeline/watch_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <tuple>

#include "confine/testing/own_words.h"
#include "domain/json.h"
#include "pipeline/worker.h"
#include "vision/face_cascade.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Runs before main: the tests start this very program as their confined worker.
const bool kIsWorker = [] {
  if (!own_words().ends_with(" worker media ")) return false;
  std::ignore = run_media_worker();  // what fails is told to the parent
  ::_exit(0);
}();

class WatchJournalTest : public ::testing::Test {
 protected:
  [[nodiscard]] WatchJournal open(std::string_view key = "key", std::string_view film = "film") const { return WatchJournal::open(folder_, film, key); }
  [[nodiscard]] fs::path file() const { return fs::directory_iterator(folder_)->path(); }

  TemporaryFolder root_ = *TemporaryFolder::create();
  fs::path folder_ = root_.path() / "watching";
};

TEST_F(WatchJournalTest, KeepsMarksInOrderOverRuns) {
  open().append("one");
  WatchJournal second = open();
  EXPECT_THAT(second.marks(), ElementsAre("one"));
  second.append("");
  second.append("three");
  EXPECT_THAT(open().marks(), ElementsAre("one", "", "three"));
}

TEST_F(WatchJournalTest, ForgetsWhatBelongsToAnotherProgramOrFilm) {
  open("this").append("one");
  EXPECT_THAT(open("other").marks(), IsEmpty());
  EXPECT_THAT(open("this").marks(), IsEmpty()) << "a journal that was begun anew stays so";
  open("this").append("two");
  EXPECT_THAT(open("this", "another film").marks(), IsEmpty());
  EXPECT_THAT(open("this").marks(), ElementsAre("two"));
}

TEST_F(WatchJournalTest, DropsWhatAPowerCutLeftTorn) {
  open().append("first");
  const auto whole = fs::file_size(file());
  open().append("second");
  const auto all = fs::file_size(file());
  for (auto size = whole; size < all; ++size) {
    SCOPED_TRACE(size);
    const std::string bytes = *read_file(file());
    fs::resize_file(file(), size);
    WatchJournal torn = open();
    EXPECT_THAT(torn.marks(), ElementsAre("first"));
    EXPECT_EQ(fs::file_size(file()), whole) << "what comes next follows the last whole mark";
    torn.append("other");
    EXPECT_THAT(open().marks(), ElementsAre("first", "other"));
    ASSERT_TRUE(write_file(file(), bytes));
  }
}

TEST_F(WatchJournalTest, SeesDamage) {
  open().append("first");
  open().append("second");
  std::string bytes = *read_file(file());
  bytes[bytes.find("second")] ^= 1;
  ASSERT_TRUE(write_file(file(), bytes));
  EXPECT_THAT(open().marks(), ElementsAre("first"));
  bytes[0] ^= 1;
  ASSERT_TRUE(write_file(file(), bytes));
  EXPECT_THAT(open().marks(), IsEmpty());
}

TEST_F(WatchJournalTest, IsGoneOnceTheFilmIsWatched) {
  open().append("one");
  WatchJournal::remove(folder_, "film");
  EXPECT_THAT(open().marks(), IsEmpty());
}

TEST_F(WatchJournalTest, LeavesRoomForTheNewestFew) {
  for (int film = 0; film < 20; ++film) open("key", std::to_string(film)).append("mark");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 8);
}

/// Watches the demo film in a confined worker.
class KilledWatching : public WatchJournalTest {
 protected:
  struct Watched {
    std::string findings;
    std::map<std::string, std::string> pictures;
    std::int64_t began_at = -1;  ///< first frame that was counted
  };

  /// `kill_at`: the frame at which this process is killed as by kill -9; 0 = it lives.
  Expected<Watched> watch(std::string_view key, std::int64_t kill_at) {
    CINELOOM_TRY_ASSIGN(const TemporaryFolder pictures, TemporaryFolder::create());
    Watched watched;
    Progress progress([&](const ProgressUpdate& update) {
      if (watched.began_at < 0 && update.done > 0) watched.began_at = update.done;
      if (kill_at > 0 && update.done >= kill_at) ::raise(SIGKILL);
    });
    WatchJournal journal = open(key);
    const Watching watching{.threads = 2, .faces = default_face_folder().string(), .mark_every_ms = 0};
    CINELOOM_TRY_ASSIGN(const VideoFindings findings, watch_confined("/proc/self/exe", film_, pictures.path(), watching, &journal, progress, {}));
    watched.findings = to_json(findings);
    for (const auto& entry : fs::directory_iterator(pictures.path())) watched.pictures[entry.path().filename()] = *read_file(entry.path());
    return watched;
  }

  void watch_and_die(std::string_view key, std::int64_t at) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      std::ignore = watch(key, at);
      ::_exit(1);  // it should have been killed
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the film was over before " << at;
  }

  fs::path film_ = fs::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.mp4";
};

TEST_F(KilledWatching, GoesOnNearWhereItWasAndFindsTheSame) {
  const auto whole = watch("whole", 0);
  ASSERT_TRUE(whole) << whole.error().describe();
  constexpr std::int64_t kLongestWayBack = 1500;  // frames: a stretch or two and what the threads have under way
  for (const std::int64_t at : {1000, 2600, 4800}) watch_and_die("killed", at);
  const auto rest = watch("killed", 0);
  ASSERT_TRUE(rest) << rest.error().describe();
  EXPECT_GT(rest->began_at, 4800 - kLongestWayBack);
  EXPECT_EQ(rest->findings, whole->findings);
  EXPECT_EQ(rest->pictures, whole->pictures);
}

TEST_F(KilledWatching, BeginsAnewWhereTheMarksAreOfNoUse) {
  ASSERT_TRUE(fs::exists(film_));
  open("marks").append("not what a worker wrote");
  const auto watched = watch("marks", 0);
  ASSERT_TRUE(watched) << watched.error().describe();
}

}  // namespace
}  // namespace cineloom
