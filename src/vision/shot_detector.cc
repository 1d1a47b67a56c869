#include "vision/shot_detector.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "vision/internal/cut_model.h"
#include "vision/internal/tone_runs.h"

namespace cineloom {
namespace {

constexpr float kLeastChange = 8;       ///< of straddling_change: less is noise and is not looked at
constexpr double kNeighbourhood = 0.2;  ///< seconds each side that a cut is compared with
constexpr double kShortestShot = 0.27;  ///< seconds; two cuts closer than this are one cut and its echo
constexpr double kFirm = 0.6;           ///< confidence of a cut that a later, stronger hit does not replace
constexpr double kLongestGap = 2.0;     ///< seconds of a single tone that still belong to a fade, not a shot

/// A blend is believed when its ends are far apart and unlike, and it explains what lies between.
constexpr float kBlendDistance = 25;
constexpr float kBlendChange = 12;
constexpr float kSameScene = 0.9F;           ///< likeness above which only the light changed
constexpr float kBlendDoubt = 0.295F;        ///< of misfit + likeness / 10
constexpr std::int64_t kBriefBlend = 4;      ///< frames; so short, motion blur looks like a blend too
constexpr float kBriefBlendDoubt = 0.15F;

struct Rate {
  double frames_per_second;
  [[nodiscard]] std::int64_t frames(double seconds, std::int64_t least) const {
    return std::max(least, static_cast<std::int64_t>(std::lround(seconds * frames_per_second)));
  }
};

double probability(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

bool is_peak(const std::vector<float>& change, std::int64_t at, std::int64_t reach) {
  const std::int64_t begin = std::max<std::int64_t>(1, at - reach);
  const std::int64_t end = std::min(static_cast<std::int64_t>(change.size()), at + reach + 1);
  const float here = change[static_cast<std::size_t>(at)];
  for (std::int64_t i = begin; i < end; ++i) {
    const float there = change[static_cast<std::size_t>(i)];
    if (there > here || (there == here && i < at)) return false;
  }
  return true;
}

std::vector<Boundary> find_cuts(std::span<const FrameFeatures> frames, Rate rate) {
  std::vector<float> change(frames.size(), 0);
  for (std::size_t i = 1; i < frames.size(); ++i) change[i] = straddling_change(frames, static_cast<std::int64_t>(i));
  const std::int64_t reach = rate.frames(kNeighbourhood, 2);
  std::vector<Boundary> cuts;
  for (std::int64_t at = 1; std::cmp_less(at, frames.size()); ++at) {
    if (change[static_cast<std::size_t>(at)] < kLeastChange || !is_peak(change, at, std::max<std::int64_t>(1, reach - 1))) continue;
    const double log_odds = cut_log_odds(frames, at, reach);
    if (log_odds <= 0) continue;
    const Boundary cut{.at = at, .first = at, .last = at, .kind = TransitionKind::Cut, .confidence = probability(log_odds)};
    const bool is_close = !cuts.empty() && at - cuts.back().at <= rate.frames(kShortestShot, 2);
    if (!is_close) {
      cuts.push_back(cut);
    } else if (cuts.back().confidence < kFirm && cut.confidence > cuts.back().confidence) {
      cuts.back() = cut;  // what looked like a cut was its forerunner
    }
  }
  return cuts;
}

float doubt(const BlendEvidence& blend) { return blend.misfit + 0.1F * std::max(0.0F, blend.likeness); }

bool is_believed(const BlendEvidence& blend) {
  if (blend.distance < kBlendDistance || blend.change < kBlendChange || blend.likeness > kSameScene) return false;
  const bool is_brief = blend.last - blend.first < kBriefBlend;
  return doubt(blend) < (is_brief ? kBriefBlendDoubt : kBlendDoubt);
}

float rank(const BlendEvidence& blend) { return blend.distance * (0.5F - doubt(blend)); }

/// The believed blends, best first, each clear of those before it.
std::vector<BlendEvidence> find_blends(std::span<const FrameFeatures> frames, Rate rate) {
  std::vector<BlendEvidence> seen;
  for (const FrameFeatures& frame : frames) {
    if (frame.blend && is_believed(*frame.blend)) seen.push_back(*frame.blend);
  }
  std::ranges::stable_sort(seen, [](const auto& a, const auto& b) { return rank(a) > rank(b); });
  const std::int64_t clear = rate.frames(0.3, 2);
  std::vector<BlendEvidence> kept;
  for (const BlendEvidence& blend : seen) {
    const bool overlaps =
        std::ranges::any_of(kept, [&](const BlendEvidence& other) { return blend.first <= other.last + clear && other.first <= blend.last + clear; });
    if (!overlaps) kept.push_back(blend);
  }
  return kept;
}

bool is_single_tone(std::span<const FrameFeatures> frames, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = std::max<std::int64_t>(0, begin); i < std::min(static_cast<std::int64_t>(frames.size()), end); ++i) {
    if (frames[static_cast<std::size_t>(i)].deviation < kSingleTone * 2) return true;
  }
  return false;
}

Boundary to_boundary(const BlendEvidence& blend, std::span<const FrameFeatures> frames) {
  Boundary boundary{.at = (blend.first + blend.last + 1) / 2, .first = blend.first, .last = blend.last};
  boundary.kind = blend.is_wipe                                            ? TransitionKind::Wipe
                  : is_single_tone(frames, blend.first - 3, blend.first)   ? TransitionKind::FadeIn
                  : is_single_tone(frames, blend.last + 1, blend.last + 4) ? TransitionKind::FadeOut
                                                                           : TransitionKind::Dissolve;
  boundary.confidence = std::clamp(1.0 - static_cast<double>(doubt(blend)) * 1.5, 0.5, 1.0);
  return boundary;
}

/// A cut inside a blend contradicts it: something jumped, so what runs there is the light, not the picture.
void add_blends(std::vector<Boundary>& boundaries, std::span<const FrameFeatures> frames, Rate rate) {
  const std::vector<Boundary> cuts = boundaries;
  for (const BlendEvidence& blend : find_blends(frames, rate)) {
    const bool holds_cut = std::ranges::any_of(cuts, [&](const Boundary& cut) { return cut.at >= blend.first - 2 && cut.at <= blend.last + 2; });
    if (!holds_cut) boundaries.push_back(to_boundary(blend, frames));
  }
  std::ranges::sort(boundaries, {}, &Boundary::at);
}

Boundary join(const Boundary& out, const Boundary& in) {
  Boundary joined{.first = out.first, .last = in.last, .confidence = std::max(out.confidence, in.confidence)};
  joined.at = (joined.first + joined.last + 1) / 2;
  joined.kind = in.kind != TransitionKind::Cut ? TransitionKind::FadeIn : TransitionKind::FadeOut;
  if (out.kind == TransitionKind::Wipe || in.kind == TransitionKind::Wipe) joined.kind = TransitionKind::Wipe;  // an iris
  if (out.kind == TransitionKind::Cut && in.kind == TransitionKind::Cut) joined.kind = TransitionKind::Other;
  return joined;
}

bool touches(const Boundary& boundary, std::int64_t ordinal, std::int64_t slack) {
  return boundary.first - slack <= ordinal && ordinal <= boundary.last + slack;
}

/// A picture that goes into a single tone and the next that comes out of it are one transition, unless the tone stays.
void join_across_tone(std::vector<Boundary>& boundaries, const std::vector<ToneRun>& runs, Rate rate) {
  const std::int64_t slack = rate.frames(0.25, 2);
  for (const ToneRun& run : runs) {
    if (run.last - run.first + 1 > rate.frames(kLongestGap, 1)) continue;
    for (std::size_t i = 0; i + 1 < boundaries.size(); ++i) {
      if (!touches(boundaries[i], run.first, slack) || !touches(boundaries[i + 1], run.last + 1, slack)) continue;
      boundaries[i] = join(boundaries[i], boundaries[i + 1]);
      boundaries.erase(boundaries.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      break;
    }
  }
}

/// Walks from a tone outwards as long as the picture gains or keeps contrast. Returns the last frame of the ramp.
std::int64_t walk_ramp(std::span<const FrameFeatures> frames, std::int64_t from, int direction, std::int64_t most) {
  std::int64_t at = from;
  for (std::int64_t step = 0; step < most; ++step) {
    const std::int64_t next = at + direction;
    if (next < 0 || std::cmp_greater_equal(next, frames.size())) return at;
    const float gain = frames[static_cast<std::size_t>(next)].deviation - frames[static_cast<std::size_t>(at)].deviation;
    if (gain < 0.05F) return at;
    at = next;
  }
  return at;
}

/// Fades slower than the windows of the blend test, and those it doubts: every tone between two pictures ends a shot.
void add_slow_fades(std::vector<Boundary>& boundaries, std::span<const FrameFeatures> frames, const std::vector<ToneRun>& runs, Rate rate) {
  const std::int64_t slack = rate.frames(0.5, 2);
  for (const ToneRun& run : runs) {
    const bool is_known =
        std::ranges::any_of(boundaries, [&](const Boundary& boundary) { return boundary.first <= run.last + slack && run.first - slack <= boundary.last; });
    if (is_known || run.last - run.first < 2) continue;
    Boundary fade{.kind = TransitionKind::FadeIn, .confidence = 0.7};
    fade.first = walk_ramp(frames, run.first, -1, rate.frames(4, 2));
    fade.last = walk_ramp(frames, run.last, 1, rate.frames(4, 2));
    fade.at = (fade.first + fade.last + 1) / 2;
    boundaries.push_back(fade);
  }
  std::ranges::sort(boundaries, {}, &Boundary::at);
}

/// Nothing is cut from or to the empty screen before the first and after the last picture.
void settle_ends(std::vector<Boundary>& boundaries, std::int64_t frame_count, const std::vector<ToneRun>& runs, Rate rate) {
  if (runs.empty()) return;
  const std::int64_t slack = rate.frames(0.25, 2);
  const ToneRun& opening = runs.front();
  std::optional<Boundary> fade_in;
  std::erase_if(boundaries, [&](const Boundary& boundary) {
    if (opening.first > 2 || boundary.first > opening.last + 1 + slack) return false;
    fade_in = boundary;
    return true;
  });
  const ToneRun& closing = runs.back();
  std::erase_if(boundaries, [&](const Boundary& boundary) { return closing.last >= frame_count - 2 && boundary.last >= closing.first - 1 - slack; });
  if (!fade_in || fade_in->kind == TransitionKind::Cut) return;
  fade_in->at = 0;
  if (fade_in->kind != TransitionKind::Wipe) fade_in->kind = TransitionKind::FadeIn;
  boundaries.insert(boundaries.begin(), *fade_in);
}

}  // namespace

std::vector<Boundary> detect_boundaries(std::span<const FrameFeatures> frames, double frames_per_second) {
  const Rate rate{std::clamp(frames_per_second, 1.0, 240.0)};
  std::vector<Boundary> boundaries = find_cuts(frames, rate);
  add_blends(boundaries, frames, rate);
  const std::vector<ToneRun> runs = find_tone_runs(frames);
  add_slow_fades(boundaries, frames, runs, rate);
  join_across_tone(boundaries, runs, rate);
  settle_ends(boundaries, static_cast<std::int64_t>(frames.size()), runs, rate);
  return boundaries;
}

}  // namespace cineloom
