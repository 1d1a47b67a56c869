// Whatever was changed in a stored recommender, it is refused or answers, also for a library with other films.
#include "recommend/recommender.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "recommend/testing/patched_bytes.h"
#include "recommend/testing/planted_world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  static const testing::PlantedWorld world;
  static const std::string sound = world.train({.likes = {.factors = 4, .sweeps = 2}, .most_probed = 0})->to_bytes();
  const std::string bytes = testing::patched(sound, std::span(data, size));
  for (const std::size_t films : {world.films.size(), world.films.size() / 2}) {
    const auto recommender = Recommender::load(std::span(world.films).first(films), bytes);
    if (recommender) std::ignore = recommender->predict(testing::fan_of(0), FilmId(30));  // it must only come back
  }
  return 0;
}
