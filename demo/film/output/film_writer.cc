#include "output/film_writer.h"

#include <set>

#include "direct/projector.h"

namespace film {
namespace {

std::set<int> first_frames(const Timeline& timeline) {
  std::set<int> frames;
  for (const TimedShot& shot : timeline.shots) {
    if (shot.shot.transition != Transition::Dissolve || !shot.shot.node.empty()) frames.insert(shot.first);
  }
  return frames;
}

}  // namespace

Expected<void> write_film(const Timeline& timeline, const std::string& path) {
  auto encoder = Encoder::open(path);
  if (!encoder) return std::unexpected(encoder.error());
  const Stereo sound = mix_sound(timeline);
  const std::set<int> keyframes = first_frames(timeline);
  Projector projector(timeline);
  const SurfacePtr picture = make_surface(kWidth, kHeight);
  for (int frame = 0; frame < timeline.frames; ++frame) {
    projector.paint(make_context(picture).get(), frame);
    if (auto added = (*encoder)->add(picture, keyframes.contains(frame)); !added) return added;
    if (auto added = (*encoder)->add_sound(sound, sample_of(frame + 1)); !added) return added;
  }
  return (*encoder)->finish();
}

}  // namespace film
