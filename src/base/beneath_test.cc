#include "base/beneath.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace cineloom {
namespace {

namespace fs = std::filesystem;

class Beneath : public ::testing::Test {
 protected:
  Beneath() : place_(*TemporaryFolder::create("beneath")), folder_(place_.path() / "folder") {
    fs::create_directories(folder_ / "inner");
    EXPECT_TRUE(write_file(folder_ / "inner" / "film.mp4", "film"));
    EXPECT_TRUE(write_file(place_.path() / "secret.txt", "secret"));
    fs::create_symlink("inner/film.mp4", folder_ / "link-inside");
    fs::create_symlink("../secret.txt", folder_ / "link-outside");
    fs::create_symlink(place_.path() / "secret.txt", folder_ / "absolute-link");
    fs::create_directory_symlink(place_.path(), folder_ / "folder-link");
    EXPECT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  }
  [[nodiscard]] std::string content_of(std::string_view name) const {
    const auto file = open_beneath(folder_, name);
    if (!file) return "";
    std::string text(16, '\0');
    const ssize_t got = ::read(file->get(), text.data(), text.size());
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

  TemporaryFolder place_;
  fs::path folder_;
};

TEST_F(Beneath, FilesInsideAreOpened) {
  EXPECT_EQ(content_of("inner/film.mp4"), "film");
  EXPECT_EQ(content_of("/inner/film.mp4"), "film") << "a path of an address begins with a slash";
  EXPECT_EQ(content_of("link-inside"), "film");
}

TEST_F(Beneath, NothingLeadsOut) {
  for (const std::string name :
       {"../secret.txt", "inner/../../secret.txt", "link-outside", "absolute-link", "folder-link/secret.txt", "folder-link/folder/inner/film.mp4",
        "/etc/passwd", "//etc/passwd", "", "/", ".", "..", "inner", "inner/", "missing", "pipe", "/proc/self/root/etc/passwd"})
    EXPECT_EQ(open_beneath(folder_, name).error().code(), ErrorCode::NotFound) << name;
  EXPECT_EQ(open_beneath(folder_, std::string_view("inner/film.mp4\0.jpg", 19)).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(open_beneath(place_.path() / "missing", "x").error().code(), ErrorCode::Unavailable);
}

TEST_F(Beneath, AFolderThatBecomesALinkLeadsNowhere) {
  fs::rename(folder_ / "inner", folder_ / "was-inner");
  fs::create_directory_symlink(place_.path(), folder_ / "inner");
  EXPECT_EQ(content_of("inner/secret.txt"), "");
}

}  // namespace
}  // namespace cineloom
