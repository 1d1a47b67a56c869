#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "store/store.h"

namespace cineloom::testing {

/// How the suite gets a fresh, empty store, and opens the same one again.
struct StoreUnderTest {
  std::string name;
  std::function<Expected<std::unique_ptr<Store>>()> open_empty;
  std::function<Expected<std::unique_ptr<Store>>()> open_again;
  std::function<std::string()> why_absent = {};  ///< says why this store cannot be tested here; empty = it can
};

/// What every Store must do. A new implementation is added to the list in store/store_test.cc, nothing else.
class StoreConformance : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    if (const std::string why = GetParam().why_absent ? GetParam().why_absent() : ""; !why.empty()) GTEST_SKIP() << why;
    auto opened = GetParam().open_empty();
    ASSERT_TRUE(opened) << opened.error().describe();
    store_ = *std::move(opened);
  }

  /// Closes the store and opens it again, as after a restart.
  void restart() {
    store_.reset();
    auto opened = GetParam().open_again();
    ASSERT_TRUE(opened) << opened.error().describe();
    store_ = *std::move(opened);
  }

  Expected<ImportReceipt> apply(const ImportBatch& batch) {
    Progress progress;
    return store_->apply_import(batch, Timestamp(std::chrono::milliseconds(10)), progress, CancelToken());
  }
  FilmId add_film(const std::string& key) {
    const auto id = store_->put_film({.key = key, .title = {.english = key}, .year = 2000, .genres = {"drama"}});
    EXPECT_TRUE(id);
    return *id;
  }
  ViewerId add_viewer(const std::string& name) {
    const auto id = store_->put_viewer({.name = name});
    EXPECT_TRUE(id);
    return *id;
  }

  std::unique_ptr<Store> store_;
};

}  // namespace cineloom::testing
