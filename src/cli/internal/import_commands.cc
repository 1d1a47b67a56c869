#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "base/files.h"
#include "base/json.h"
#include "cli/internal/commands.h"
#include "pipeline/import_preview.h"

namespace cineloom::cli {
namespace {

constexpr std::size_t kUnsureShown = 10;

struct ImportOptionsLine {
  std::vector<std::string> paths;
  std::string viewer = "me";
  bool is_preview = false;
  bool is_list = false;
  std::int64_t undo = 0;
};

void print_receipt(const Session& session, const ImportReceipt& receipt) {
  if (session.format == Format::Json) {
    print(json::write(receipt) + "\n");
    return;
  }
  print(fmt::format("{} {}: {} films ({} new), {} viewers new, {} events ({} new, {} told by others too), {} reviews\n  {}\n", bold("imported"), receipt.source,
                    receipt.films_new + receipt.films_known, receipt.films_new, receipt.viewers_new, receipt.events_new + receipt.events_known,
                    receipt.events_new, receipt.events_confirmed, receipt.reviews_new,
                    faint(fmt::format("take it back with: cineloom import --undo {}", receipt.id.number()))));
}

void print_preview(const Session& session, const ImportBatch& batch) {
  const ImportPreview preview = preview_of(batch);
  if (session.format == Format::Json) return print(json::write(preview) + "\n");
  print(fmt::format("{} {}: {} films ({} known), {} viewers, {} events, {} reviews\n", bold("found"), preview.source, preview.films, preview.films_matched,
                    preview.viewers, preview.events, preview.reviews));
  for (const auto& [kind, count] : preview.kinds) print(fmt::format("  {:<8} {}\n", kind, count));
  for (const LocalText& warning : preview.warnings) print(fmt::format("  note: {}\n", warning.english));
  const std::size_t shown = std::min(preview.unsure.size(), kUnsureShown);
  if (shown > 0)
    print(fmt::format("  {} titles fit several films or may be another, and stay films of their own: {}\n", preview.unsure.size(),
                      fmt::join(preview.unsure.begin(), preview.unsure.begin() + static_cast<std::ptrdiff_t>(shown), "; ")));
}

Expected<void> undo_import(const Session& session, Cinema& cinema, ImportId id) {
  CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema.undo_import(id));
  print(session.format == Format::Json ? json::write(receipt) + "\n" : fmt::format("import {} is undone\n", receipt.id.number()));
  return {};
}

Expected<void> list_imports(const Session& session, Cinema& cinema) {
  CINELOOM_TRY_ASSIGN(const auto receipts, cinema.store().imports());
  if (session.format == Format::Json) {
    print(json::write(receipts) + "\n");
    return {};
  }
  for (const ImportReceipt& receipt : receipts)
    print(fmt::format("{:>4}  {}  {} films, {} events{}  {}\n", receipt.id.number(), receipt.source, receipt.films_new + receipt.films_known,
                      receipt.events_new, receipt.is_undone ? " (undone)" : "", faint(receipt.path)));
  return {};
}

Expected<void> import(Session& session, const ImportOptionsLine& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(options.is_list ? Access::Read : Access::Write));
  if (options.is_list) return list_imports(session, *cinema);
  if (options.undo > 0) return undo_import(session, *cinema, ImportId(options.undo));
  if (options.paths.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there is nothing named to import")
                               .advise("name files, folders or zip archives, or an import to take back with --undo"));
  }
  Progress progress(default_progress());
  const std::vector<std::filesystem::path> paths(options.paths.begin(), options.paths.end());
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema->preview_import(paths, options.viewer, progress, session.cancel));
  if (session.format == Format::Text || options.is_preview) print_preview(session, batch);
  if (options.is_preview) return {};
  CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema->apply_import(batch, progress, session.cancel));
  print_receipt(session, receipt);
  return {};
}

struct ScanOptions {
  std::string folder;
  bool is_preview = false;
};

void print_scan(const Session& session, const ImportBatch& batch) {
  if (session.format == Format::Json) return print_preview(session, batch);
  std::size_t subtitles = 0;
  std::size_t screenplays = 0;
  for (const FilmFiles& files : batch.files) {
    subtitles += files.subtitles.size();
    if (!files.screenplay.empty()) ++screenplays;
  }
  print(fmt::format("{} {} films ({} known), {} subtitle files, {} screenplays\n", bold("found"), batch.films.size(), batch.films_matched, subtitles,
                    screenplays));
  for (std::size_t i = 0; i < batch.files.size(); ++i) print(fmt::format("  {:<40} {}\n", batch.file_keys[i], faint(batch.files[i].video)));
  for (const LocalText& warning : batch.warnings) print(fmt::format("  note: {}\n", warning.english));
}

Expected<void> scan(Session& session, const ScanOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema->preview_scan(options.folder, progress, session.cancel));
  if (session.format == Format::Text || options.is_preview) print_scan(session, batch);
  if (options.is_preview) return {};
  CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema->apply_import(batch, progress, session.cancel));
  print_receipt(session, receipt);
  return {};
}

struct ExportOptionsLine {
  std::string viewer = "me";
  std::string format = "cineloom";
  std::string output;
};

/// One file to the output, several into the folder of that name.
Expected<void> deliver(const std::vector<ExportedFile>& files, const std::string& output) {
  if (files.size() == 1 && output.empty()) {
    print(files.front().content);
    return {};
  }
  if (files.size() == 1) return write_file(output, files.front().content);
  if (output.empty())
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("the export has {} files", files.size())).advise("name a folder for them with --output"));
  std::error_code error;
  std::filesystem::create_directories(output, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot create '{}': {}", output, error.message()));
  for (const ExportedFile& file : files) CINELOOM_TRY(write_file(std::filesystem::path(output) / file.name, file.content));
  return {};
}

Expected<void> export_viewer(Session& session, const ExportOptionsLine& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  const auto format = json::enum_from_name<HistoryFormat>(options.format);
  if (!format) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("there is no format '{}'", options.format)).advise("choose one of: " + history_formats()));
  }
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema->find_viewer(options.viewer));
  CINELOOM_TRY_ASSIGN(const auto files, cinema->export_viewer(viewer.id, *format));
  return deliver(files, options.output);
}

}  // namespace

void add_import_commands(Commands& commands) {
  commands.add<ImportOptionsLine>(
      "import", "bring in exports of other services, by their content: Letterboxd, IMDb, Trakt, Douban, Netflix and more",
      [](CLI::App& command, ImportOptionsLine& options) {
        command.add_option("path", options.paths, "files, folders or archives; several are read together and complete each other");
        command.add_option("--user", options.viewer, "whose exports they are")->capture_default_str();
        command.add_flag("--preview", options.is_preview, "only say what would be imported");
        command.add_flag("--list", options.is_list, "list the imports there were");
        command.add_option("--undo", options.undo, "take an import back by its number");
      },
      import);
  commands.add<ScanOptions>(
      "scan", "find the films of a folder, with subtitles, screenplays and nfo beside them",
      [](CLI::App& command, ScanOptions& options) {
        command.add_option("folder", options.folder, "where films lie, in it or below it")->required();
        command.add_flag("--preview", options.is_preview, "only say what was found");
      },
      scan);
  commands.add<ExportOptionsLine>(
      "export", "write what a viewer watched, rated and said for other services",
      [](CLI::App& command, ExportOptionsLine& options) {
        command.add_option("--user", options.viewer, "whose")->capture_default_str();
        command.add_option("--format", options.format, "one of: " + history_formats())->capture_default_str();
        command.add_option("-o,--output", options.output, "file, or folder where there are several files; standard output otherwise");
      },
      export_viewer);
}

}  // namespace cineloom::cli
