// Whatever a screenplay and its subtitles say: scenes follow each other, lines lie in one of them or in none, and nothing is
// surer than certain. The bytes before the first zero are the screenplay, each line behind it is a cue.
#include "fuse/timeline.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "fuse/read_screenplay.h"

namespace {

using namespace cineloom;

std::vector<Cue> cues_of(std::string_view text) {
  std::vector<Cue> cues;
  for (FilmTime at{0}; !text.empty(); at += FilmTime(500)) {
    const auto end = std::min(text.find('\n'), text.size());
    // A bar stands for a line end inside a cue.
    std::string said(text.substr(0, end));
    for (char& letter : said) letter = letter == '|' ? '\n' : letter;
    cues.push_back({.begin = at, .end = at + FilmTime(900), .text = std::move(said)});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return cues;
}

void check(const Timeline& timeline) {
  FilmTime last{0};
  for (const Scene& scene : timeline.scenes) {
    CINELOOM_ASSERT(scene.begin >= last && scene.end >= scene.begin);
    last = scene.begin;
  }
  for (const Line& line : timeline.lines) {
    CINELOOM_ASSERT(line.scene >= -1 && line.scene < static_cast<int>(timeline.scenes.size()));
    CINELOOM_ASSERT(line.confidence >= 0 && line.confidence <= 1.001);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto zero = std::min(text.find('\0'), text.size());
  const auto screenplay = read_screenplay(text.substr(0, zero));
  const std::vector<Cue> cues = cues_of(text.substr(std::min(zero + 1, size)));
  const auto timeline = fuse_timeline({.screenplay = screenplay ? &screenplay->screenplay : nullptr, .cues = cues}, CancelToken());
  if (timeline) check(*timeline);
  return 0;
}
