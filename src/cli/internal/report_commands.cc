#include <fmt/format.h>

#include "base/files.h"
#include "cli/internal/commands.h"
#include "domain/json.h"
#include "pipeline/audience_report.h"
#include "pipeline/emotion_page.h"
#include "pipeline/emotion_report.h"
#include "pipeline/llm_reader.h"

namespace cineloom::cli {
namespace {

struct EmotionOptions {
  EmotionReportRequest request;
  std::string out;
  std::string language = "en";
};

/// Without a library, or without the film in it, the file alone must do.
ReportedFilm known_of(const Session& session, EmotionReportRequest& request) {
  const auto cinema = session.open(Access::Read);
  if (!cinema) return {};
  auto known = complete_report(**cinema, request);
  return known ? *std::move(known) : ReportedFilm();
}

Expected<void> emotion(Session& session, const EmotionOptions& options) {
  EmotionReportRequest request = options.request;
  const ReportedFilm known = known_of(session, request);
  request.known = &known.knowledge;
  llm::SharedModel model(llm::home_of(session.data, session.resources, session.program));
  LlmReader reader(model, session.resources / "models" / "prompts", {}, session.cancel);
  CINELOOM_TRY_ASSIGN(EmotionReport report, report_emotions(request, session.resources / "models" / "text", &reader));
  if (!options.out.empty()) {
    EmotionReport shown = report;
    shown.film = known.name(report.film, options.language);
    CINELOOM_TRY(write_file(options.out, emotion_page(shown, options.language)));
  }
  if (session.format == Format::Json) {
    print(to_json(report) + "\n");
    return {};
  }
  print(fmt::format("{}: {} reviews, {:.0f} % positive ({:.0f} to {:.0f}), controversy {:.2f}\n", report.film, report.reviews, 100 * report.positive.share,
                    100 * report.positive.low, 100 * report.positive.high, report.controversy));
  for (const ReportedAspect& aspect : report.aspects) {
    print(fmt::format("  {:<12} {:3.0f} % of {} clauses praise it\n", aspect.positive.name, 100 * aspect.positive.share, aspect.positive.of));
  }
  if (!options.out.empty()) print(fmt::format("the page is in '{}'\n", options.out));
  return {};
}

}  // namespace

void add_report_commands(Commands& commands) {
  CLI::App* group = commands.group("report", "one self-contained page about one thing");
  commands.add<EmotionOptions>(
      "emotion", "how audiences feel about a film, by the library's reviews or those of a file",
      [](CLI::App& command, EmotionOptions& options) {
        command.add_option("film", options.request.film, "title or key")->required();
        command.add_option("--reviews", options.request.reviews, "JSON lines with text, and film, language, stars where known; the library's own without it");
        command.add_option("-o,--out", options.out, "the page's file");
        command.add_option("--language", options.language, "of the page")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
        command.add_option("--minimum-group", options.request.minimum_group, "smaller groups are not shown")->check(CLI::Range(1, 1000))->capture_default_str();
      },
      emotion, group);
}

}  // namespace cineloom::cli
