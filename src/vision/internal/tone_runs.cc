#include "vision/internal/tone_runs.h"

namespace cineloom {

std::vector<ToneRun> find_tone_runs(std::span<const FrameFeatures> frames) {
  std::vector<ToneRun> runs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].deviation >= kSingleTone) continue;
    const auto ordinal = static_cast<std::int64_t>(i);
    if (!runs.empty() && runs.back().last == ordinal - 1) {
      runs.back().last = ordinal;
    } else {
      runs.push_back({ordinal, ordinal});
    }
  }
  return runs;
}

}  // namespace cineloom
