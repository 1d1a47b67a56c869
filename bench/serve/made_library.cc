#include "made_library.h"

#include <fmt/format.h>

#include <array>
#include <random>

#include "base/files.h"
#include "pipeline/cinema.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20261127;
constexpr std::array kGenres = {"Action", "Adventure", "Animation", "Comedy",  "Crime",  "Documentary", "Drama", "Fantasy",
                                "Horror", "Musical",   "Mystery",   "Romance", "Sci-Fi", "Thriller",    "War",   "Western"};

Expected<void> write_films(const fs::path& path, const LibrarySize& size, std::mt19937_64& random) {
  std::string films = "movieId,title,genres\n";
  for (int film = 1; film <= size.films; ++film) {
    const auto first = random() % kGenres.size();
    const auto second = (first + 1 + random() % (kGenres.size() - 1)) % kGenres.size();
    films += fmt::format("{},\"{} ({})\",{}|{}\n", film, made_title(film), made_year(film), kGenres[first], kGenres[second]);
  }
  return write_file(path, films);
}

/// Every film once, since what nobody rated is far slower to learn about; then few films have most: a power of a random share.
Expected<void> write_ratings(const fs::path& path, const LibrarySize& size, std::mt19937_64& random) {
  std::string ratings = "userId,movieId,rating,timestamp\n";
  for (int i = 0; i < size.ratings; ++i) {
    const double share = static_cast<double>(random() >> 11U) * 0x1.0p-53;
    const auto halves = 1 + random() % 10;
    const int film = i < size.films ? 1 + i : 1 + static_cast<int>(share * share * share * size.films);
    ratings +=
        fmt::format("{},{},{:.1f},{}\n", 1 + random() % static_cast<unsigned>(size.viewers), film, static_cast<double>(halves) / 2, 1'600'000'000 + 100 * i);
  }
  return write_file(path, ratings);
}

}  // namespace

std::string made_title(int film) { return fmt::format("Made Film {}", film); }
int made_year(int film) { return 1930 + film % 90; }

Expected<void> fill_library(const fs::path& data, const LibrarySize& size) {
  CINELOOM_TRY_ASSIGN(const TemporaryFolder source, TemporaryFolder::create("cineloom-bench"));
  std::mt19937_64 random(kSeed);
  CINELOOM_TRY(write_films(source.path() / "movies.csv", size, random));
  CINELOOM_TRY(write_ratings(source.path() / "ratings.csv", size, random));
  CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = data, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}}));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema->preview_import(source.path(), "me", progress, CancelToken()));
  CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema->apply_import(batch, progress, CancelToken()));
  if (receipt.films_new != size.films || receipt.viewers_new != size.viewers) return fail(ErrorCode::Internal, "not all of the made library was imported");
  return {};
}

Expected<void> make_library(const fs::path& data, const LibrarySize& size) {
  CINELOOM_TRY(fill_library(data, size));
  CINELOOM_TRY_ASSIGN(const auto cinema, Cinema::open({.data = data, .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = {}}));
  Progress progress;
  return cinema->train(progress, CancelToken());
}

}  // namespace cineloom::bench
