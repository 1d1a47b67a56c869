#include <fmt/format.h>

#include <iostream>

#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "pipeline/llm_reader.h"
#include "pipeline/told_plots.h"

namespace cineloom::cli {
namespace {

struct PlotOptions {
  std::string file;
};

std::string_view cut(std::string_view text, Span span) { return text.substr(span.begin, span.end - span.begin); }

Expected<void> plot(Session& session, const PlotOptions& options) {
  llm::SharedModel model(llm::home_of(session.data, session.resources, session.program));
  LlmReader reader(model, session.resources / "models" / "prompts", {}, session.cancel);
  CINELOOM_TRY_ASSIGN(const ReadPlot read, read_plot_file(options.file, session.resources / "models" / "text", &reader));
  if (const LlmTally tally = reader.tally(); !read.is_by_model && !tally.why.empty()) std::cerr << fmt::format("the trained models read it: {}\n", tally.why);
  const ToldPlot& told = read.plot;
  if (session.format == Format::Json) {
    print(json::write(told) + "\n");
    return {};
  }
  for (const ToldPerson& person : told.people) {
    const std::string also = person.aliases.empty() ? "" : fmt::format(" (also {})", fmt::join(person.aliases, ", "));
    print(fmt::format("{}{}: {} times\n", bold(person.name), also, person.mentions.size()));
  }
  for (const ToldRelation& relation : told.relations) print(fmt::format("  {} and {}: {} sentences\n", relation.a, relation.b, relation.sentences));
  for (std::size_t i = 0; i < told.events.size(); ++i) {
    const ToldEvent& event = told.events[i];
    const std::string cause = event.cause ? fmt::format(", because of {}", *event.cause + 1) : "";
    print(fmt::format("{:>3}. {} {} {}{}\n", i + 1, event.subject, event.verb, event.object, cause));
  }
  for (const ToldTurn& turn : told.turning_points) {
    print(fmt::format("{}, {:.0f} %: {}\n", bold(json::enum_name(turn.kind)), 100 * turn.confidence, cut(read.text, turn.span)));
  }
  print("In short:\n");
  for (const Span& sentence : told.key_sentences) print(fmt::format("  {}\n", cut(read.text, sentence)));
  return {};
}

struct ArcOptionsLine {
  std::vector<double> drawn;
  std::size_t count = 5;
};

Expected<void> arcs(Session& session, const ArcOptionsLine& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const auto matches, find_films_by_arc(cinema->store(), cinema->film_courses(), options.drawn, options.count));
  std::string rows;
  for (const ArcMatch& match : matches) {
    rows += session.format == Format::Json ? fmt::format(R"({}{{"film":{},"title":{},"likeness":{:.4f}}})", rows.empty() ? "" : ",", match.film.id.number(),
                                                         json_string(match.film.title.english), match.likeness)
                                           : fmt::format("{:+.2f}  {}\n", match.likeness, match.film.title.english);
  }
  if (session.format == Format::Json) print("{\"films\":[" + rows + "]}\n");
  else print(rows.empty() ? "no film has been analysed yet\n" : rows);
  return {};
}

}  // namespace

void add_reading_commands(Commands& commands) {
  commands.add<PlotOptions>(
      "plot", "who, what and why in a plot that is told in sentences, and where it turns",
      [](CLI::App& command, PlotOptions& options) { command.add_option("file", options.file, "a synopsis as text")->required(); }, plot);
  commands.add<ArcOptionsLine>(
      "arcs", "films whose course of feeling runs like one that you draw",
      [](CLI::App& command, ArcOptionsLine& options) {
        command.add_option("--draw", options.drawn, "valence at even places of the evening, from -1 to 1: 0,0.5,-0.8,0.6")->delimiter(',')->required();
        command.add_option("--count", options.count, "of films")->capture_default_str();
      },
      arcs);
}

}  // namespace cineloom::cli
