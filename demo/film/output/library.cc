#include "output/library.h"

#include <cstdio>
#include <filesystem>
#include <sstream>

#include "output/texts.h"

namespace film {
namespace {

namespace fs = std::filesystem;

struct Library {
  Timeline main;
  std::vector<Timeline> takes;
};

Library lay_out_all() {
  Library library{lay_out(main_cut()), {}};
  for (Reel& reel : alternative_takes()) library.takes.push_back(lay_out(std::move(reel)));
  return library;
}

std::string take_base(const Timeline& take) { return std::string(kStem) + ".takes/" + take.reel.name; }

std::map<std::string, std::string> texts_of(const Library& library) {
  std::map<std::string, std::string> texts;
  const auto add_subtitles = [&](const std::string& base, const Timeline& timeline) {
    texts[base + ".en.srt"] = subtitles(timeline, Language::English);
    texts[base + ".zh.srt"] = subtitles(timeline, Language::Chinese);
  };
  add_subtitles(kStem, library.main);
  for (const Timeline& take : library.takes) add_subtitles(take_base(take), take);
  texts[std::string(kStem) + ".truth.json"] = truth(library.main);
  texts[std::string(kStem) + ".branches.json"] = branches(library.main, library.takes);
  return texts;
}

Expected<std::string> film_and_sum(const Timeline& timeline, const std::string& folder, const std::string& name) {
  std::printf("%s: %d frames, %zu shots\n", name.c_str(), timeline.frames, timeline.shots.size());
  std::fflush(stdout);
  if (auto written = write_film(timeline, folder + "/" + name); !written) return std::unexpected(written.error());
  const Expected<std::string> sum = sha256_of(folder + "/" + name);
  if (!sum) return sum;
  return *sum + "  " + name + "\n";
}

}  // namespace

Expected<void> render_library(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder + "/" + kStem + ".takes", error);
  if (error) return std::unexpected(folder + ": " + error.message());
  const Library library = lay_out_all();
  std::string sums;
  for (const auto& [name, text] : texts_of(library)) {
    if (auto written = write_file(folder + "/" + name, text); !written) return written;
    const Expected<std::string> sum = sha256_of(folder + "/" + name);
    if (!sum) return std::unexpected(sum.error());
    sums += *sum + "  " + name + "\n";
  }
  const Expected<std::string> main = film_and_sum(library.main, folder, std::string(kStem) + ".mp4");
  if (!main) return std::unexpected(main.error());
  sums += *main;
  for (const Timeline& take : library.takes) {
    const Expected<std::string> sum = film_and_sum(take, folder, take_base(take) + ".mp4");
    if (!sum) return std::unexpected(sum.error());
    sums += *sum;
  }
  return write_file(folder + "/SHA256SUMS", sums);
}

Expected<int> check_library(const std::string& folder) {
  const Expected<std::string> kept = read_file(folder + "/SHA256SUMS");
  if (!kept) return std::unexpected(kept.error());
  const std::string scratch = (fs::temp_directory_path() / "cineloom-film-check").string();
  if (auto rendered = render_library(scratch); !rendered) return std::unexpected(rendered.error());
  int differing = 0;
  std::istringstream lines(*kept);
  for (std::string sum, name; lines >> sum >> name;) {
    const Expected<std::string> fresh = sha256_of(scratch + "/" + name);
    const Expected<std::string> here = sha256_of(folder + "/" + name);
    const bool is_same = fresh && here && *fresh == sum && *here == sum;
    std::printf("%s  %s\n", is_same ? "same   " : "DIFFERS", name.c_str());
    if (!is_same) ++differing;
  }
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  return differing;
}

}  // namespace film
