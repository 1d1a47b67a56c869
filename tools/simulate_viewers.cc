// Simulates the demo library's viewers: 200 people with planted tastes over genres, themes, decades and countries, a mood at
// each viewing that shifts what they think, and evenings over two years. Same library, same bytes.
//   simulate_viewers LIBRARY_FOLDER > viewers.jsonl
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <set>
#include <unordered_map>

#include "base/random.h"
#include "collect/import.h"

namespace cineloom {
namespace {

constexpr int kViewers = 200;
constexpr Seed kSeed = 20260301;

/// How much one viewer likes each feature; drawn when it is first met.
class PlantedTaste {
 public:
  explicit PlantedTaste(Seed seed) : seed_(seed), bias_(0.35 * Random(derive_seed(seed, "bias")).normal()) {}

  [[nodiscard]] double stars(const Film& film, double quality, const Feeling& mood, Random& random) const {
    double taste = 0;
    for (const std::string& genre : film.genres) taste += 0.55 * liking("genre", genre);
    for (const std::string& theme : film.themes) taste += 0.25 * liking("theme", theme);
    for (const std::string& country : film.countries) taste += 0.25 * liking("country", country);
    taste += 0.3 * liking("decade", std::to_string(film.year / 10));
    const bool is_light = std::ranges::find(film.genres, "comedy") != film.genres.end();
    const double mood_shift = is_light ? -0.3 * mood.valence : 0.1 * mood.valence;
    return 3.4 + bias_ + quality + taste / std::sqrt(1.0 + static_cast<double>(film.genres.size())) + mood_shift + 0.45 * random.normal();
  }

 private:
  [[nodiscard]] double liking(std::string_view kind, const std::string& value) const { return Random(derive_seed(derive_seed(seed_, kind), value)).normal(); }
  Seed seed_;
  double bias_;
};

std::string time_text(int day, Random& random) {
  using namespace std::chrono;
  const sys_days date = sys_days(year(2023) / 6 / 1) + days(day);
  const year_month_day calendar(date);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:00Z", static_cast<int>(calendar.year()), static_cast<unsigned>(calendar.month()),
                     static_cast<unsigned>(calendar.day()), 18 + random.below(5), random.below(60));
}

/// Popular films are watched more often: a weight per film from its quality and a draw.
std::vector<double> popularity(const std::vector<Film>& films, const std::vector<double>& quality) {
  std::vector<double> weights;
  for (std::size_t i = 0; i < films.size(); ++i) {
    weights.push_back(std::exp(0.9 * quality[i] + 0.8 * Random(derive_seed(derive_seed(kSeed, "fame"), films[i].key)).normal()));
  }
  return weights;
}

std::size_t draw(const std::vector<double>& weights, Random& random) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double left = random.uniform() * total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left <= 0) return i;
  }
  return weights.size() - 1;
}

void print_viewer(int number, const std::vector<Film>& films, const std::vector<double>& quality, const std::vector<double>& weights) {
  Random random(derive_seed(derive_seed(kSeed, "viewer"), static_cast<std::uint64_t>(number)));
  const PlantedTaste taste(derive_seed(derive_seed(kSeed, "taste"), static_cast<std::uint64_t>(number)));
  const int wanted = static_cast<int>(std::clamp(std::exp(3.6 + 0.5 * random.normal()), 12.0, 120.0));
  std::set<std::size_t> watched;
  std::string events;
  for (int i = 0; i < wanted; ++i) {
    const std::size_t film = draw(weights, random);
    if (!watched.insert(film).second) continue;
    const Feeling mood{.valence = std::clamp(0.1 + 0.45 * random.normal(), -1.0, 1.0), .arousal = std::clamp(0.45 + 0.2 * random.normal(), 0.0, 1.0)};
    const double stars = std::clamp(std::round(2 * taste.stars(films[film], quality[film], mood, random)) / 2, 0.5, 5.0);
    const int day = static_cast<int>(random.below(730));
    events += fmt::format(R"({}{{"film":"{}","kind":"rate","value":{},"at":"{}","mood":{{"valence":{:.2f},"arousal":{:.2f}}}}})", events.empty() ? "" : ",",
                          films[film].key, stars, time_text(day, random), mood.valence, mood.arousal);
  }
  fmt::print("{{\"viewer\":\"Simulated viewer {:03}\",\"simulated\":true,\"events\":[{}]}}\n", number, events);
}

int simulate(const char* folder) {
  Progress progress;
  const auto batch = read_import(folder, {}, progress, CancelToken());
  if (!batch) {
    fmt::print(stderr, "simulate_viewers: {}\n", batch.error().describe());
    return 1;
  }
  std::vector<double> quality;
  for (const Film& film : batch->films) quality.push_back(0.4 * Random(derive_seed(derive_seed(kSeed, "quality"), film.key)).normal());
  const std::vector<double> weights = popularity(batch->films, quality);
  for (int viewer = 1; viewer <= kViewers; ++viewer) print_viewer(viewer, batch->films, quality, weights);
  return 0;
}

}  // namespace
}  // namespace cineloom

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: simulate_viewers LIBRARY_FOLDER > viewers.jsonl\n");
    return 2;
  }
  return cineloom::simulate(argv[1]);
}
