#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/film_plots.h"
#include "cli/internal/show.h"
#include "domain/json.h"

namespace cineloom::cli {
namespace {

struct FilmOptions {
  std::string film;
  bool is_plot_wanted = false;
  bool is_scout = false;
  bool is_anew = false;
  int threads = 0;
  std::string format;
  std::string output;
  std::string plots;
  std::string language = "en";

  [[nodiscard]] AnalysisWishes wishes() const {
    return {.depth = is_scout ? AnalysisDepth::Scout : is_anew ? AnalysisDepth::Anew : AnalysisDepth::Whole, .threads = threads};
  }
};

/// What somebody calls a film who has no such title in mind: a path, or a file's name.
bool is_like_a_file(const std::string& words) {
  constexpr std::array<std::string_view, 9> kEndings = {".mp4", ".mkv", ".webm", ".avi", ".mov", ".mpg", ".mpeg", ".ts", ".m4v"};
  return words.contains('/') || std::ranges::any_of(kEndings, [&](std::string_view ending) { return words.ends_with(ending); });
}

/// Analyses the video file or the film of the library that is named.
Expected<FilmKnowledge> analyze_named(Cinema& cinema, const FilmOptions& options, Progress& progress, const CancelToken& cancel) {
  const std::string& words = options.film;
  std::error_code error;
  if (std::filesystem::exists(words, error)) return cinema.analyze_video(words, options.wishes(), progress, cancel);
  if (is_like_a_file(words)) {
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no file '{}'", words)).advise("check the path and its spelling"));
  }
  CINELOOM_TRY_ASSIGN(const Film film, cinema.find_film(words));
  return cinema.analyze(film.id, options.wishes(), progress, cancel);
}

Expected<void> analyze(Session& session, const FilmOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const FilmKnowledge knowledge, analyze_named(*cinema, options, progress, session.cancel));
  CINELOOM_TRY_ASSIGN(const Film film, cinema->store().film(knowledge.film));
  print(session.format == Format::Json ? to_json(knowledge) + "\n" : show_summary(film, knowledge));
  return {};
}

/// Writes to the file, or to standard output where none is named.
Expected<void> deliver(const std::string& text, const std::string& file) {
  if (!file.empty()) return write_file(file, text);
  print(text);
  return {};
}

Expected<void> export_named(Cinema& cinema, const Film& film, const FilmOptions& options) {
  CINELOOM_TRY_ASSIGN(const std::string text, cinema.export_film(film.id, options.format));
  return deliver(text, options.output);
}

Expected<void> draw_named(Cinema& cinema, const Film& film, const FilmOptions& options) {
  CINELOOM_TRY_ASSIGN(const FilmKnowledge knowledge, cinema.knowledge(film.id));
  std::error_code error;
  std::filesystem::create_directories(options.plots, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot create '{}': {}", options.plots, error.message()));
  for (const NamedPlot& plot : film_plots(film, knowledge, cinema.findings_folder(film.id), options.language)) {
    const auto file = std::filesystem::path(options.plots) / (plot.name + ".svg");
    CINELOOM_TRY(write_file(file, plot.svg));
    print(fmt::format("  {}\n", file.string()));
  }
  return {};
}

Expected<void> show(Session& session, const FilmOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
  if (!options.format.empty()) return export_named(*cinema, film, options);
  if (!options.plots.empty()) return draw_named(*cinema, film, options);
  const auto knowledge = cinema->knowledge(film.id);
  if (session.format == Format::Json) {
    print((knowledge ? to_json(*knowledge) : to_json(film)) + "\n");
    return {};
  }
  print(show_film(film));
  if (!knowledge && knowledge.error().code() != ErrorCode::NotFound) return std::unexpected(knowledge.error());
  if (!knowledge) {
    print(faint("  not analysed yet: cineloom analyze \"" + film.key + "\"\n"));
    return {};
  }
  print(show_summary(film, *knowledge));
  if (options.is_plot_wanted) print(show_plot(*knowledge));
  return {};
}

}  // namespace

void add_library_commands(Commands& commands) {
  commands.add<FilmOptions>(
      "analyze", "watch and read a film: shots, scenes, characters, feelings, plot",
      [](CLI::App& command, FilmOptions& options) {
        command.add_option("film", options.film, "a title, key or number from the library, or a video file")->required();
        auto* scout = command.add_flag("--scout", options.is_scout, "only a first impression from key frames, in seconds");
        command.add_flag("--anew", options.is_anew, "watch again what was watched before")->excludes(scout);
        command.add_option("--threads", options.threads, "decoders side by side; 0 = one a core, at most four")->check(CLI::Range(0, 16));
      },
      analyze);
  commands.add<FilmOptions>(
      "show", "what is known of a film",
      [](CLI::App& command, FilmOptions& options) {
        command.add_option("film", options.film, "title, key or number")->required();
        command.add_flag("--plot", options.is_plot_wanted, "draw the arc and list what happens");
        command.add_option("--plots", options.plots, "write storyboard, shot lengths, colours, arcs and network as SVG into a folder");
        command.add_option("--export", options.format, "write it for other programs: " + film_export_names());
        command.add_option("-o,--output", options.output, "file of the export; standard output otherwise");
        command.add_option("--language", options.language, "of the plots: en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
      },
      show);
}

}  // namespace cineloom::cli
