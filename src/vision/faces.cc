#include "vision/faces.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <utility>

#include "vision/internal/cascade_scan.h"
#include "vision/thumbnail.h"

namespace cineloom {
namespace {

constexpr double kSearchedSamples = 40'000;  // 266 x 150 of a wide picture: the smallest window is an eighth of its height
constexpr int kLeastVotes = 1;  // the other cascade confirms it
constexpr int kCellSize = 10;
constexpr int kFaceSize = FaceLook::kCells * kCellSize + 2;  // with a border of one for the neighbours
constexpr int kClothesSize = 12;
constexpr int kChromaSteps = 6;

/// How many windows of the other cascade agree on a face in the same place, of half the size at least.
int count_confirming(const PlaneView& luma, const PictureArea& box, CascadeScanner& checker) {
  constexpr int kSize = 64;
  const double width = (box.right - box.left) / 4;
  const double height = (box.bottom - box.top) / 4;
  const PlaneView part = cut(luma, {box.left - width, box.top - height, box.right + width, box.bottom + height});
  if (part.samples.empty()) return 0;
  std::array<std::uint8_t, static_cast<std::size_t>(kSize * kSize)> samples{};
  shrink(part, kSize, kSize, samples.data());
  int votes = 0;
  for (const CascadeHit& hit : checker.scan({samples, kSize, kSize, kSize}, 1)) votes = std::max(votes, hit.width >= kSize / 3.0 ? hit.votes : 0);
  return votes;
}

/// Number of each pattern of eight neighbours: those with two changes at most round the circle have their own, the others share the last.
constexpr std::array<std::uint8_t, 256> uniform_patterns() {
  std::array<std::uint8_t, 256> numbers{};
  std::uint8_t next = 0;
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    const auto turned = static_cast<std::uint8_t>((pattern << 1U) | (pattern >> 7U));
    const bool is_uniform = std::popcount(static_cast<std::uint8_t>(pattern ^ turned)) <= 2;
    numbers[pattern] = is_uniform ? next++ : static_cast<std::uint8_t>(FaceLook::kPatterns - 1);
  }
  return numbers;
}

std::uint8_t pattern_at(const std::uint8_t* center) {
  constexpr std::array<int, 8> kCircle{-kFaceSize - 1, -kFaceSize, -kFaceSize + 1, 1, kFaceSize + 1, kFaceSize, kFaceSize - 1, -1};
  constexpr int kNoise = 2;
  unsigned pattern = 0;
  for (std::size_t i = 0; i < kCircle.size(); ++i) pattern |= static_cast<unsigned>(center[kCircle[i]] > *center + kNoise) << i;
  static constexpr auto kNumbers = uniform_patterns();
  return kNumbers[pattern];
}

/// Counts become square roots of shares: the vector then has length 1.
template <std::size_t kSize>
void to_roots(std::array<float, kSize>& counts) {
  float sum = 0;
  for (const float count : counts) sum += count;
  if (sum > 0) std::ranges::for_each(counts, [sum](float& count) { count = std::sqrt(count / sum); });
}

void read_texture(const PlaneView& luma, FaceLook& face) {
  std::array<std::uint8_t, static_cast<std::size_t>(kFaceSize * kFaceSize)> samples{};
  const PlaneView part = cut(luma, face.box);
  if (part.samples.empty()) return;
  shrink(part, kFaceSize, kFaceSize, samples.data());
  for (int y = 0; y < kFaceSize - 2; ++y) {
    for (int x = 0; x < kFaceSize - 2; ++x) {
      const int cell = y / kCellSize * FaceLook::kCells + x / kCellSize;
      const std::uint8_t pattern = pattern_at(samples.data() + static_cast<std::ptrdiff_t>(y + 1) * kFaceSize + x + 1);
      face.texture[static_cast<std::size_t>(cell * FaceLook::kPatterns + pattern)] += 1;
    }
  }
  to_roots(face.texture);
}

/// The box below the chin, as wide as the shoulders.
void read_clothes(const FrameView& frame, FaceLook& face) {
  const double width = face.box.right - face.box.left;
  const double height = face.box.bottom - face.box.top;
  const PictureArea area{face.box.left - width / 4, face.box.bottom + height / 3, face.box.right + width / 4, face.box.bottom + height};
  const PlaneView blue = cut(frame.blue, area);
  const PlaneView red = cut(frame.red, area);
  if (blue.samples.empty() || red.samples.empty() || area.bottom > 1.1) return;
  std::array<std::uint8_t, static_cast<std::size_t>(kClothesSize * kClothesSize)> blues{};
  std::array<std::uint8_t, static_cast<std::size_t>(kClothesSize * kClothesSize)> reds{};
  shrink(blue, kClothesSize, kClothesSize, blues.data());
  shrink(red, kClothesSize, kClothesSize, reds.data());
  // Steps of eight around grey: clothes are rarely more colourful.
  const auto step = [](std::uint8_t value) { return std::clamp((value - 128 + 24) / 8, 0, kChromaSteps - 1); };
  for (std::size_t i = 0; i < blues.size(); ++i) face.clothes[static_cast<std::size_t>(step(blues[i]) * kChromaSteps + step(reds[i]))] += 1;
  to_roots(face.clothes);
}

}  // namespace

struct FaceFinder::State {
  struct Scanners {
    CascadeScanner finder;
    CascadeScanner checker;
  };
  explicit State(FaceTools given) : tools(std::move(given)) {
    if (tools.cascades && !has_net()) scanners.emplace(CascadeScanner(tools.cascades->finder), CascadeScanner(tools.cascades->checker));
  }

  FaceTools tools;
  std::optional<Scanners> scanners;
  std::vector<std::uint8_t> samples;

  [[nodiscard]] bool has_net() const { return tools.nets && tools.nets->finds_faces(); }

  std::vector<FaceSpot> scan(const FrameView& frame, const Picture& small) {
    std::vector<FaceSpot> spots;
    if (!scanners) return spots;
    const double scale = std::min(1.0, std::sqrt(kSearchedSamples / (1.0 * small.width * small.height)));
    const int width = std::max(1, static_cast<int>(std::lround(small.width * scale)));
    const int height = std::max(1, static_cast<int>(std::lround(small.height * scale)));
    samples.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    shrink({small.luma, small.width, small.height, small.width}, width, height, samples.data());
    for (const CascadeHit& hit : scanners->finder.scan({samples, width, height, width}, kLeastVotes)) {
      FaceSpot spot{.box = {hit.x / width, hit.y / height, std::min(1.0, (hit.x + hit.width) / width), std::min(1.0, (hit.y + hit.height) / height)},
                    .confidence = 0,
                    .points = {}};
      const int confirming = count_confirming(frame.luma, spot.box, scanners->checker);
      if (confirming == 0) continue;
      spot.confidence = 1.0 - std::exp2(-(hit.votes + confirming) / 6.0);
      spots.push_back(spot);
    }
    return spots;
  }
};

FaceFinder::FaceFinder(FaceTools tools) : state_(std::make_unique<State>(std::move(tools))) {}
FaceFinder::~FaceFinder() = default;
FaceFinder::FaceFinder(FaceFinder&&) noexcept = default;
FaceFinder& FaceFinder::operator=(FaceFinder&&) noexcept = default;

std::vector<FaceLook> FaceFinder::find(const FrameView& frame, const Picture& small) {
  const double aspect = 1.0 * small.width / std::max(1, small.height);
  std::vector<FaceLook> faces;
  for (const FaceSpot& spot : state_->has_net() ? state_->tools.nets->find_faces(frame, aspect) : state_->scan(frame, small)) {
    FaceLook face{.box = spot.box, .confidence = spot.confidence};
    read_texture(frame.luma, face);
    read_clothes(frame, face);
    if (state_->tools.nets) face.print = state_->tools.nets->print_of(frame, aspect, spot);
    faces.push_back(std::move(face));
  }
  return faces;
}

}  // namespace cineloom
