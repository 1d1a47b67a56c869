#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "pipeline/cinema.h"

namespace cineloom {

/// The demo library, imported and its film analysed once for all tests of this program; in a folder that goes with it.
class DemoCinema {
 public:
  static DemoCinema& get() {
    static DemoCinema demo;
    return demo;
  }

  [[nodiscard]] Cinema& cinema() { return *cinema_; }
  [[nodiscard]] const Film& film() const { return film_; }
  [[nodiscard]] const FilmKnowledge& knowledge() const { return knowledge_; }
  static std::filesystem::path library() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "demo" / "library"; }

 private:
  DemoCinema() : folder_(std::filesystem::path(::testing::TempDir()) / "cineloom-golden") {
    std::filesystem::remove_all(folder_);
    cinema_ = *Cinema::open({.data = folder_, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [] { return Timestamp(std::chrono::days(20000)); }});
    Progress progress;
    const auto batch = cinema_->preview_import(library(), "", progress, CancelToken());
    EXPECT_TRUE(batch && cinema_->apply_import(*batch, progress, CancelToken()));
    film_ = *cinema_->find_film("the-moon-in-the-reeds");
    knowledge_ = *cinema_->analyze(film_.id, {}, progress, CancelToken());
  }
  ~DemoCinema() {
    cinema_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Cinema> cinema_;
  Film film_;
  FilmKnowledge knowledge_;
};

}  // namespace cineloom
