extern "C" {
#include <libavutil/log.h>
}

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "direct/projector.h"
#include "output/library.h"

namespace {

using film::Expected;

constexpr const char* kUsage =
    "usage: cineloom-film [--check | --verify | --stills OUT] [FOLDER]\n"
    "  (nothing)      render the film, its takes and their texts into FOLDER\n"
    "  --check        render again elsewhere and compare with FOLDER/SHA256SUMS\n"
    "  --verify       check what other programs rely on in FOLDER\n"
    "  --stills OUT   write two pictures of every shot into OUT\n"
    "FOLDER is demo/library unless given.\n";

void write_stills(const film::Timeline& timeline, const std::string& folder) {
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < timeline.shots.size(); ++i) {
    const film::TimedShot& shot = timeline.shots[i];
    for (const double part : {0.5, 0.9}) {
      film::Projector projector(timeline);
      const film::SurfacePtr picture = film::make_surface(film::kWidth, film::kHeight);
      projector.paint(film::make_context(picture).get(), shot.first + static_cast<int>(part * (shot.last - shot.first)));
      char name[128];
      std::snprintf(name, sizeof name, "/%s-%02zu%c.png", timeline.reel.name.empty() ? "main" : timeline.reel.name.c_str(), i, part < 0.7 ? 'a' : 'b');
      cairo_surface_write_to_png(picture.get(), (folder + name).c_str());
    }
  }
}

int write_all_stills(const std::string& folder) {
  write_stills(film::lay_out(film::main_cut()), folder);
  for (film::Reel& reel : film::alternative_takes()) write_stills(film::lay_out(std::move(reel)), folder);
  return 0;
}

int report(const Expected<int>& failures) {
  if (failures) return *failures == 0 ? 0 : 1;
  std::fprintf(stderr, "cineloom-film: %s\n", failures.error().c_str());
  return 2;
}

int render(const std::string& folder) {
  const Expected<void> rendered = film::render_library(folder);
  if (rendered) return 0;
  std::fprintf(stderr, "cineloom-film: %s\n", rendered.error().c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  av_log_set_level(AV_LOG_ERROR);
  const std::string_view first = argc > 1 ? argv[1] : "";
  const bool has_option = first.starts_with("--");
  const int rest = has_option ? 2 : 1;
  const std::string folder = argc > rest ? argv[rest] : "demo/library";
  if (first == "--check") return report(film::check_library(folder));
  if (first == "--verify") return report(film::verify_library(folder));
  if (first == "--stills" && argc > 2) return write_all_stills(folder);
  if (has_option) return std::fputs(kUsage, stderr), 2;
  return render(folder);
}
