#include "llm/catalogue.h"

#include <gmock/gmock.h>

#include <optional>
#include <set>

#include "base/files.h"
#include "base/sha256.h"
#include "llm/gguf_writer.h"
#include "llm/testing/file_server.h"

namespace cineloom::llm {
namespace {

using ::testing::HasSubstr;

class PullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.emplace(*TemporaryFolder::create());
    home_ = {.folder = folder_->path() / "llm"};
    ASSERT_TRUE(write_random_llama(folder_->path() / "model.gguf", {}, WeightType::F32, 1));
    content_ = *read_file(folder_->path() / "model.gguf");
    Sha256 hash;
    hash.add(content_);
    sha256_ = std::move(hash).finish();
  }
  Expected<std::filesystem::path> pull(const FileServer& server, const std::string& sha256, const std::string& name = "tiny.gguf") {
    Progress progress;
    return pull_model(home_, {.what = server.url(name), .sha256 = sha256}, progress, CancelToken());
  }

  std::optional<TemporaryFolder> folder_;
  ModelHome home_;
  std::string content_;
  std::string sha256_;
};

TEST_F(PullTest, WhatWasBegunGoesOnAndIsCheckedAsAWhole) {
  const FileServer server(content_, 2);
  EXPECT_FALSE(pull(server, sha256_));
  EXPECT_FALSE(pull(server, sha256_));
  const auto file = pull(server, sha256_);
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(*read_file(*file), content_);
  EXPECT_EQ(server.sent(), content_.size()) << "no byte came twice";
  EXPECT_THAT(models_in(home_), ::testing::ElementsAre(*file));
}

TEST_F(PullTest, OtherBytesAreThrownAway) {
  const FileServer server(content_, 0);
  const auto file = pull(server, std::string(64, 'a'));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code(), ErrorCode::DataLoss);
  EXPECT_TRUE(models_in(home_).empty());
  const FileServer poem("Shall I compare thee to a summer's day?", 0);
  EXPECT_FALSE(pull(poem, ""));
}

TEST_F(PullTest, NamesAndAddressesThatCannotBeAreRefused) {
  Progress progress;
  for (const std::string what : {"no-such-model", "http://example.org/a.gguf", "ftp://127.0.0.1/a.gguf", "https://example.org/a.zip",
                                 "https://example.org/..gguf/../.gguf", "file:///etc/passwd"}) {
    const auto file = pull_model(home_, {.what = what}, progress, CancelToken());
    ASSERT_FALSE(file) << what;
    EXPECT_NE(file.error().code(), ErrorCode::Unavailable) << what;
  }
}

TEST(Catalogue, EveryModelHasASumALicenceAndAnAddress) {
  std::set<std::string_view> names;
  for (const CatalogueModel& model : catalogue()) {
    EXPECT_TRUE(names.insert(model.name).second);
    EXPECT_EQ(model.sha256.size(), 64U);
    EXPECT_THAT(std::string(model.url), HasSubstr("https://"));
    EXPECT_EQ(model.license, "Apache-2.0");
    EXPECT_GT(model.bytes, 500'000'000U);
  }
}

}  // namespace
}  // namespace cineloom::llm
