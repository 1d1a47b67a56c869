#include <fmt/format.h>

#include "base/files.h"
#include "cli/internal/commands.h"
#include "cli/internal/eval_page.h"
#include "cli/internal/eval_plots.h"
#include "cli/internal/eval_table.h"
#include "domain/json.h"
#include "pipeline/evaluation.h"

namespace cineloom::cli {
namespace {

struct EvalOptions {
  EvaluationRequest request;
  std::string by_user_file;
  std::string latex_file;
  std::string page_file;
  std::string plot_folder;
  std::string language = "en";
  bool is_list = false;
};

std::string show_choices(std::string_view title, const std::vector<EvaluationChoice>& choices) {
  std::string text = bold(title) + "\n";
  for (const EvaluationChoice& choice : choices) text += fmt::format("  {:<14}{}\n", choice.name, choice.description);
  return text;
}

std::string show_suggestions(const EvaluationRequest& request, const EvaluationResult& result) {
  std::string text = fmt::format("\n{} {} by {}\n", bold("for"), request.suggest_for, result.suggested_by);
  for (std::size_t at = 0; at < result.suggestions.size(); ++at) {
    const SuggestedItem& item = result.suggestions[at];
    text +=
        fmt::format("  {:>2}. {}{}\n", at + 1, item.title.empty() ? item.item : item.title, item.title.empty() ? "" : faint(fmt::format("  {}", item.item)));
  }
  return text;
}

Expected<void> write_by_user(const std::string& path, const std::vector<UserMetric>& values) {
  std::string text = "user,model,metric,value\n";
  for (const UserMetric& value : values) {
    std::string user;
    for (const char letter : value.user) user += letter == '"' ? "\"\"" : std::string(1, letter);
    text += fmt::format("\"{}\",{},{},{:.6g}\n", user, value.model, value.metric, value.value);
  }
  return write_file(path, text);
}

/// The files that were asked for.
Expected<void> write_files(const EvalOptions& options, const EvaluationResult& result) {
  if (!options.by_user_file.empty()) CINELOOM_TRY(write_by_user(options.by_user_file, result.by_user));
  if (!options.latex_file.empty()) CINELOOM_TRY(write_file(options.latex_file, evaluation_latex(result.report)));
  if (!options.page_file.empty()) CINELOOM_TRY(write_file(options.page_file, evaluation_page(result.report, options.language)));
  if (options.plot_folder.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(options.plot_folder, error);
  for (const NamedPlot& plot : all_plots(result.report, options.language)) {
    CINELOOM_TRY(write_file(std::filesystem::path(options.plot_folder) / (plot.name + ".svg"), plot.svg));
  }
  return {};
}

Expected<void> evaluate(Session& session, const EvalOptions& options) {
  if (options.is_list) {
    print(show_choices("protocols", evaluation_protocols()) + show_choices("models", evaluation_models()));
    return {};
  }
  EvaluationRequest request = options.request;
  request.is_by_user_wanted = !options.by_user_file.empty();
  std::unique_ptr<Cinema> cinema;
  if (request.dataset == "library") { CINELOOM_TRY_ASSIGN(cinema, session.open(Access::Read)); }
  Progress progress(default_progress());
  CINELOOM_TRY_ASSIGN(const EvaluationResult result, evaluate_data(request, cinema.get(), progress, session.cancel));
  CINELOOM_TRY(write_files(options, result));
  if (session.format == Format::Json) {
    print(to_json(result.report) + "\n");
    return {};
  }
  print(show_report(result.report));
  if (!request.suggest_for.empty()) print(show_suggestions(request, result));
  return {};
}

void declare(CLI::App& command, EvalOptions& options) {
  EvaluationRequest& request = options.request;
  command.add_option("dataset", request.dataset, "'library', or a file, folder or archive: MovieLens, CSV, TSV, NDJSON (ml-100k.zip/u1 names a part)")
      ->capture_default_str();
  command.add_option("--schema", request.schema, "how to read it: docs/other-domains.md");
  command.add_option("--protocol", request.protocol, "strong, next, weak, temporal, ratings or cold");
  command.add_option("--models", request.models, "names, with commas between them")->delimiter(',');
  command.add_option("--predictions", request.predictions, "files of user,item,score by other programs")->delimiter(',');
  command.add_option("--seeds", request.seeds, "how many splits")->check(CLI::Range(1, 100))->capture_default_str();
  command.add_option("--seed", request.seed, "of the first split")->capture_default_str();
  command.add_option("--tune", request.trials, "settings to try per model on the validation part")->check(CLI::Range(0, 1000))->capture_default_str();
  command.add_flag("--learning-curve", request.is_learning_curve, "also with parts of the training data");
  command.add_option("--users", request.most_users, "users asked per split at most")->check(CLI::Range(1, 100000000))->capture_default_str();
  command.add_option("--recommend-for", request.suggest_for, "also recommend for a user of the data");
  command.add_option("--count", request.suggestions, "how many of these")->check(CLI::Range(1, 1000))->capture_default_str();
  command.add_option("--per-user", options.by_user_file, "write every user's values to a CSV file");
  command.add_option("--latex", options.latex_file, "write a LaTeX table");
  command.add_option("--html", options.page_file, "write one self-contained page");
  command.add_option("--svg", options.plot_folder, "write the plots into a folder");
  command.add_option("--language", options.language, "of page and plots: en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
  command.add_flag("--list", options.is_list, "protocols and models there are");
}

struct ReportOptions {
  std::string file;
  std::string language = "en";
  int seeds = 1;
};

Expected<void> report_accuracy(Session& session, const ReportOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  Progress progress(default_progress());
  const EvaluationRequest request{.protocol = "ratings", .seeds = options.seeds, .is_learning_curve = true};
  CINELOOM_TRY_ASSIGN(const EvaluationResult result, evaluate_data(request, cinema.get(), progress, session.cancel));
  CINELOOM_TRY(write_file(options.file, evaluation_page(result.report, options.language)));
  if (session.format == Format::Json) {
    print(to_json(result.report) + "\n");
    return {};
  }
  const ModelFigures& best = result.report.models.front();
  print(fmt::format("{}: RMSE {:.4f}, MSE {:.4f} by {}\n", options.file, best.values[0].value, best.values[1].value, best.model));
  return {};
}

void declare_report(CLI::App& command, ReportOptions& options) {
  command.add_option("-o,--output", options.file, "the page to write")->required();
  command.add_option("--language", options.language, "en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
  command.add_option("--seeds", options.seeds, "how many splits")->check(CLI::Range(1, 20))->capture_default_str();
}

}  // namespace

void add_eval_commands(Commands& commands) {
  commands.add<EvalOptions>("eval", "measure and compare recommenders: rankings and ratings, with significance and plots", declare, evaluate);
  CLI::App* reports = commands.group("report", "one self-contained page about one thing");
  commands.add<ReportOptions>("accuracy", "how well the library's ratings are forecast, with plots", declare_report, report_accuracy, reports);
}

}  // namespace cineloom::cli
