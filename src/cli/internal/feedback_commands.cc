#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/json.h"
#include "cli/internal/commands.h"
#include "cli/internal/show_feedback.h"
#include "pipeline/feedback.h"

namespace cineloom::cli {
namespace {

/// As JSON, or as text for people.
template <class T>
void answer(const Session& session, const T& value, const std::string& text) {
  print(session.format == Format::Json ? json::write(value) + "\n" : text);
}

struct ViewerOptions {
  std::string user;
  std::optional<double> budget;
};

Expected<void> accuracy(Session& session, const ViewerOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema->find_viewer(options.user));
  CINELOOM_TRY_ASSIGN(const Calibration calibration, accuracy_of(cinema->store(), viewer.id));
  answer(session, calibration, show_calibration(viewer, calibration));
  return {};
}

Expected<void> explore(Session& session, const ViewerOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(options.budget ? Access::Write : Access::Read));
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema->find_viewer(options.user));
  if (options.budget) { CINELOOM_TRY(set_exploration(cinema->store(), viewer.id, *options.budget)); }
  CINELOOM_TRY_ASSIGN(const double budget, exploration_of(cinema->store(), viewer.id));
  answer(session, std::map<std::string, double>{{"budget", budget}}, fmt::format("{} lets chance play with {:.2f} of what is unsure\n", viewer.name, budget));
  return {};
}

struct ModelOptions {
  int number = 0;
};

Expected<void> list_models(Session& session, const ModelOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const auto versions, model_versions(cinema->store()));
  answer(session, versions, show_versions(versions));
  return {};
}

Expected<void> use_version(Session& session, const ModelOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const ModelVersion version, use_model(*cinema, options.number));
  answer(session, version, fmt::format("version {} answers from now on\n", version.number));
  return {};
}

Expected<void> roll_back(Session& session, const ModelOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const ModelVersion version, roll_back_model(*cinema));
  answer(session, version, fmt::format("version {} answers again\n", version.number));
  return {};
}

Expected<void> health(Session& session, const ModelOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const ModelHealth found, model_health(cinema->store()));
  answer(session, found, show_health(found));
  return {};
}

struct ExperimentOptions {
  std::string name;
  std::vector<std::string> variants;
  std::vector<std::string> settings;
  std::string metric = "watched";
  std::string salt;
  bool is_adaptive = false;
};

/// "name=share".
Expected<Variant> variant_of_words(const std::string& words) {
  const std::size_t place = words.rfind('=');
  Variant variant{.name = words.substr(0, place)};
  const char* const begin = words.data() + std::min(words.size(), place == std::string::npos ? words.size() : place + 1);
  const auto [end, error] = std::from_chars(begin, words.data() + words.size(), variant.share);
  if (error == std::errc() && end == words.data() + words.size() && !variant.name.empty()) return variant;
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("--variant: expected a name and a share, found '{}'", words)).advise("write --variant control=0.5"));
}

/// "variant.dial=number", written into the settings of the variant.
Expected<void> read_setting(const std::string& words, std::vector<Variant>& variants) {
  const std::size_t equals = words.rfind('=');
  const std::size_t point = words.rfind('.', words.rfind('=') - 1);
  const auto variant = std::ranges::find(variants, words.substr(0, std::min(point, words.size())), &Variant::name);
  double value = 0;
  const char* const end = words.data() + words.size();
  const bool is_whole = equals != std::string::npos && point != std::string::npos && point < equals && variant != variants.end();
  if (!is_whole || std::from_chars(words.data() + equals + 1, end, value).ptr != end) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("--set: expected a variant, a dial and a number, found '{}'", words))
                               .advise("write --set bolder.variety=0.9"));
  }
  CINELOOM_TRY_ASSIGN(auto settings, json::parse(variant->settings));
  settings.as_object()[words.substr(point + 1, equals - point - 1)] = value;
  variant->settings = boost::json::serialize(settings);
  return {};
}

Expected<void> begin(Session& session, const ExperimentOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  const auto metric = json::enum_from_name<ExperimentMetric>(options.metric);
  if (!metric) return fail(ErrorCode::InvalidArgument, "--metric: expected watched or stars");
  Experiment experiment{.name = options.name,
                        .salt = options.salt.empty() ? options.name : options.salt,
                        .variants = {},
                        .allocation = options.is_adaptive ? Allocation::Adaptive : Allocation::Fixed,
                        .metric = *metric,
                        .started_at = cinema->now(),
                        .stopped_at = {}};
  for (const std::string& words : options.variants) {
    CINELOOM_TRY_ASSIGN(Variant variant, variant_of_words(words));
    experiment.variants.push_back(std::move(variant));
  }
  for (const std::string& words : options.settings) CINELOOM_TRY(read_setting(words, experiment.variants));
  CINELOOM_TRY(begin_experiment(*cinema, experiment));
  answer(session, experiment, fmt::format("the experiment '{}' runs\n", experiment.name));
  return {};
}

Expected<void> list_experiments(Session& session, const ExperimentOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const auto experiments, cinema->store().experiments());
  answer(session, experiments, show_experiments(experiments));
  return {};
}

Expected<void> show_experiment(Session& session, const ExperimentOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const ExperimentReport report, experiment_report(cinema->store(), options.name, cinema->now()));
  answer(session, report, show_report(report));
  return {};
}

Expected<void> end_experiment(Session& session, const ExperimentOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY(cineloom::end_experiment(*cinema, options.name));
  CINELOOM_TRY_ASSIGN(const ExperimentReport report, experiment_report(cinema->store(), options.name, cinema->now()));
  answer(session, report, show_report(report));
  return {};
}

void add_model_commands(Commands& commands) {
  CLI::App* const model = commands.group("model", "versions of what was learned, and how well it does");
  const auto nothing = [](CLI::App&, ModelOptions&) {};
  commands.add<ModelOptions>("list", "the versions that are kept", nothing, list_models, model);
  commands.add<ModelOptions>(
      "use", "let a kept version answer",
      [](CLI::App& command, ModelOptions& options) { command.add_option("number", options.number, "of the version")->required(); }, use_version, model);
  commands.add<ModelOptions>("rollback", "let the version before answer again", nothing, roll_back, model);
  commands.add<ModelOptions>("health", "whether it should be trained anew, and why", nothing, health, model);
}

void add_experiment_commands(Commands& commands) {
  CLI::App* const group = commands.group("experiment", "compare ways to recommend on viewers");
  const auto named = [](CLI::App& command, ExperimentOptions& options) { command.add_option("name", options.name, "of the experiment")->required(); };
  commands.add<ExperimentOptions>(
      "begin", "begin an experiment",
      [](CLI::App& command, ExperimentOptions& options) {
        command.add_option("name", options.name, "of the experiment")->required();
        command.add_option("--variant", options.variants, "name=share; the first is what the others are compared with")->required();
        command.add_option("--set", options.settings, "variant.dial=number: what its lists do otherwise (variety, surprise, popularity, freshness ...)");
        command.add_flag("--adaptive", options.is_adaptive, "a bandit gives more lists to the variants that are followed more");
        command.add_option("--metric", options.metric, "watched or stars")->capture_default_str();
        command.add_option("--salt", options.salt, "key of the assignment; the name if absent");
      },
      begin, group);
  commands.add<ExperimentOptions>("list", "the experiments there are", [](CLI::App&, ExperimentOptions&) {}, list_experiments, group);
  commands.add<ExperimentOptions>("show", "results so far; look as often as you like", named, show_experiment, group);
  commands.add<ExperimentOptions>("end", "end it; its log stays", named, end_experiment, group);
}

}  // namespace

void add_feedback_commands(Commands& commands) {
  commands.add<ViewerOptions>(
      "accuracy", "how forecasts that were locked before viewing came true",
      [](CLI::App& command, ViewerOptions& options) { command.add_option("--user", options.user, "whose")->required(); }, accuracy);
  commands.add<ViewerOptions>(
      "explore", "how much chance a viewer allows in lists",
      [](CLI::App& command, ViewerOptions& options) {
        command.add_option("--user", options.user, "whose")->required();
        command.add_option("budget", options.budget, "0 (only best guesses) to 1; absent = tell it");
      },
      explore);
  add_model_commands(commands);
  add_experiment_commands(commands);
}

}  // namespace cineloom::cli
