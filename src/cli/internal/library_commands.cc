#include <fmt/format.h>

#include "cli/internal/commands.h"
#include "cli/internal/show.h"
#include "domain/json.h"

namespace cineloom::cli {
namespace {

struct ImportOptionsLine {
  std::vector<std::string> paths;
  std::string viewer = "me";
  bool is_preview = false;
  std::int64_t undo = 0;
};

void print_receipt(const Session& session, const ImportReceipt& receipt) {
  if (session.format == Format::Json) {
    print(fmt::format(R"({{"import":"{}","source":"{}","films_new":{},"films_known":{},"viewers_new":{},"events_new":{},"events_known":{},"reviews_new":{}}})"
                      "\n", receipt.id.number(), receipt.source, receipt.films_new, receipt.films_known, receipt.viewers_new,
                      receipt.events_new, receipt.events_known, receipt.reviews_new));
    return;
  }
  print(fmt::format("{} {}: {} films ({} new), {} viewers new, {} events ({} new), {} reviews\n  {}\n", bold("imported"), receipt.source,
                    receipt.films_new + receipt.films_known, receipt.films_new, receipt.viewers_new,
                    receipt.events_new + receipt.events_known, receipt.events_new, receipt.reviews_new,
                    faint(fmt::format("take it back with: cineloom import --undo {}", receipt.id.number()))));
}

void print_preview(const ImportBatch& batch) {
  print(fmt::format("{} {}: {} films, {} viewers, {} events, {} reviews\n", bold("found"), batch.source, batch.films.size(),
                    batch.viewers.size(), batch.events.size(), batch.reviews.size()));
  for (const std::string& warning : batch.warnings) print(fmt::format("  note: {}\n", warning));
}

Expected<void> import(Session& session, const ImportOptionsLine& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  if (options.undo > 0) {
    CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema->undo_import(ImportId(options.undo)));
    print(fmt::format("import {} is undone\n", receipt.id.number()));
    return {};
  }
  Progress progress(default_progress());
  for (const std::string& path : options.paths) {
    CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema->preview_import(path, options.viewer, progress, session.cancel));
    if (session.format == Format::Text) print_preview(batch);
    if (options.is_preview) continue;
    CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema->apply_import(batch));
    print_receipt(session, receipt);
  }
  return {};
}

struct FilmOptions {
  std::string film;
  std::string video;
  std::string screenplay;
  std::vector<std::string> subtitles;
  bool is_plot_wanted = false;
};

/// The film that is named, or a new one made of the video file that is named.
Expected<Film> film_of(Cinema& cinema, const FilmOptions& options) {
  std::error_code error;
  if (!std::filesystem::exists(options.film, error)) return cinema.find_film(options.film);
  return cinema.add_video(options.film);
}

Expected<void> analyze(Session& session, const FilmOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const Film film, film_of(*cinema, options));
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const FilmKnowledge knowledge, cinema->analyze(film.id, progress, session.cancel));
  print(session.format == Format::Json ? to_json(knowledge) + "\n" : show_summary(film, knowledge));
  return {};
}

Expected<void> show(Session& session, const FilmOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
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
  commands.add<ImportOptionsLine>(
      "import", "bring in exports and libraries: MovieLens, Letterboxd, IMDb, a library folder",
      [](CLI::App& command, ImportOptionsLine& options) {
        command.add_option("path", options.paths, "files, folders or zip archives");
        command.add_option("--user", options.viewer, "whose exports they are")->capture_default_str();
        command.add_flag("--preview", options.is_preview, "only say what would be imported");
        command.add_option("--undo", options.undo, "take an import back by its number");
      },
      import);
  commands.add<FilmOptions>(
      "analyze", "watch and read a film: shots, scenes, characters, feelings, plot",
      [](CLI::App& command, FilmOptions& options) {
        command.add_option("film", options.film, "a title, key or number from the library, or a video file")->required();
      },
      analyze);
  commands.add<FilmOptions>(
      "show", "what is known of a film",
      [](CLI::App& command, FilmOptions& options) {
        command.add_option("film", options.film, "title, key or number")->required();
        command.add_flag("--plot", options.is_plot_wanted, "draw the arc and list what happens");
      },
      show);
}

}  // namespace cineloom::cli
