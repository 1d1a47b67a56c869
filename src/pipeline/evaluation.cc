#include "pipeline/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <unordered_map>

#include "base/thread_pool.h"
#include "collect/event_table_reader.h"
#include "pipeline/cinema.h"
#include "recommend/evaluation/evaluation_run.h"

namespace cineloom {
namespace {

constexpr double kLowestStars = 0.5;
constexpr double kHighestStars = 5;
constexpr double kPositiveStars = 4;

std::int64_t now_in_seconds() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// Lists of features by item on their way into a table.
void add_features(EventTable& table, std::unordered_map<std::string, std::int32_t>& positions, std::vector<std::int32_t>& list, const std::string& kind,
                  const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    const std::string name = kind + ": " + value;
    const auto [found, is_new] = positions.try_emplace(name, static_cast<std::int32_t>(table.feature_names.size()));
    if (is_new) table.feature_names.push_back(name);
    if (std::ranges::find(list, found->second) == list.end()) list.push_back(found->second);
  }
}

/// The library's films, viewers and ratings as a table.
Expected<EventTable> table_of_library(Cinema& library) {
  CINELOOM_TRY_ASSIGN(const auto films, library.store().all_films());
  CINELOOM_TRY_ASSIGN(const auto events, library.store().all_events());
  EventTable table{.name = "library",
                   .meaning = ValueMeaning::Rating,
                   .has_times = true,
                   .scale_low = kLowestStars,
                   .scale_high = kHighestStars,
                   .positive_from = kPositiveStars};
  std::unordered_map<FilmId, std::int32_t> films_at;
  std::unordered_map<ViewerId, std::int32_t> viewers_at;
  std::unordered_map<std::string, std::int32_t> features_at;
  for (const Film& film : films) {
    films_at.emplace(film.id, static_cast<std::int32_t>(table.items.size()));
    table.items.push_back(film.key);
    table.titles.push_back(film.title.english);
    auto& list = table.features.emplace_back();
    add_features(table, features_at, list, "genre", film.genres);
    add_features(table, features_at, list, "director", film.directors);
    add_features(table, features_at, list, "cast", film.cast);
    add_features(table, features_at, list, "country", film.countries);
    add_features(table, features_at, list, "theme", film.themes);
    std::ranges::sort(list);
  }
  for (const Event& event : events) {
    if (event.kind != EventKind::Rate || !event.value || !films_at.contains(event.film)) continue;
    const auto [viewer, is_new] = viewers_at.try_emplace(event.viewer, static_cast<std::int32_t>(table.users.size()));
    if (is_new) {
      const auto known = library.store().viewer(event.viewer);
      table.users.push_back(known ? known->name : std::to_string(event.viewer.number()));
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(event.at.time_since_epoch()).count();
    table.events.push_back({.user = viewer->second, .item = films_at.at(event.film), .value = static_cast<float>(*event.value), .time = seconds});
  }
  return table;
}

Expected<EventTable> table_of(const EvaluationRequest& request, Cinema* library, Progress& progress, const CancelToken& cancel) {
  if (request.dataset != "library") {
    TableSchema schema;
    if (!request.schema.empty()) { CINELOOM_TRY_ASSIGN(schema, read_schema(request.schema)); }
    // "ml-100k.zip/u1" names a table inside an archive.
    std::filesystem::path path = request.dataset;
    std::error_code error;
    if (!std::filesystem::exists(path, error) && std::filesystem::is_regular_file(path.parent_path(), error)) {
      schema.events.file = path.filename().string();
      path = path.parent_path();
    }
    return read_event_table(path, schema, progress, cancel);
  }
  if (library == nullptr) return fail(ErrorCode::InvalidArgument, "there is no library to evaluate");
  return table_of_library(*library);
}

std::vector<std::string> usual_models(Protocol protocol, bool has_features) {
  switch (protocol) {
    case Protocol::Ratings: return {"bias", "item-knn", "user-knn", "bayes"};
    case Protocol::Cold: return has_features ? std::vector<std::string>{"random", "popularity", "cold"} : std::vector<std::string>{"random", "popularity"};
    case Protocol::Next: return {"popularity", "item-knn", "ease", "next"};
    default: return {"popularity", "item-knn", "user-knn", "ease", "ials", "library"};
  }
}

Expected<ForeignPredictions> foreign_of(const std::filesystem::path& path, const EventTable& table, std::vector<LocalText>& warnings, Progress& progress,
                                        const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto named, read_predictions(path, progress, cancel));
  const auto positions = [](const std::vector<std::string>& names) {
    std::unordered_map<std::string_view, std::int32_t> at;
    for (std::size_t i = 0; i < names.size(); ++i) at.emplace(names[i], static_cast<std::int32_t>(i));
    return at;
  };
  const auto users = positions(table.users);
  const auto items = positions(table.items);
  ForeignPredictions foreign{.name = path.stem().string()};
  std::size_t unknown = 0;
  for (const NamedPrediction& prediction : named) {
    const auto user = users.find(prediction.user);
    const auto item = items.find(prediction.item);
    if (user == users.end() || item == items.end()) ++unknown;
    else foreign.values[ForeignPredictions::key_of(user->second, item->second)] = static_cast<float>(prediction.value);
  }
  if (foreign.values.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, fmt::format("none of the {} predictions in '{}' is of a user and an item of the data", named.size(), path.string()))
            .advise("give user and item as the data names them"));
  }
  if (unknown > 0) {
    const std::string file = path.filename().string();
    warnings.push_back({.english = fmt::format("{}: {} predictions are of users or items that the data does not have", file, unknown),
                        .chinese = fmt::format("{}：{} 个预测的用户或物品不在数据中", file, unknown)});
  }
  return foreign;
}

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return fmt::format("{}, {} cores", line.substr(line.find(':') + 2), available_cores());
  }
  return fmt::format("{} cores", available_cores());
}

Expected<void> add_suggestions(const EvaluationRequest& request, const EventTable& table, EvaluationResult& result, Progress& progress,
                               const CancelToken& cancel) {
  const auto user = std::ranges::find(table.users, request.suggest_for);
  if (user == table.users.end()) {
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("the data has no user '{}'", request.suggest_for))
                               .advise(fmt::format("name one of its {} users, such as '{}'", table.users.size(), table.users.front())));
  }
  // The report lists the best first; models of ratings do not rank.
  for (const ModelFigures& figures : result.report.models) {
    const auto kind = find_model_kind(figures.model);
    if (!kind || !(*kind)->fit_scorer) continue;
    CINELOOM_TRY_ASSIGN(const auto suggested,
                        suggest(table, figures.model, static_cast<std::int32_t>(user - table.users.begin()), request.suggestions, progress, cancel));
    result.suggested_by = figures.model;
    for (const Suggestion& suggestion : suggested) {
      const auto item = static_cast<std::size_t>(suggestion.item);
      result.suggestions.push_back(
          {.item = table.items[item], .title = table.titles.empty() ? "" : table.titles[item], .score = static_cast<double>(suggestion.score)});
    }
    return {};
  }
  return std::unexpected(Error(ErrorCode::InvalidArgument, "none of the models ranks").advise("add one to --models, such as item-knn"));
}

}  // namespace

Expected<EvaluationResult> evaluate_data(const EvaluationRequest& request, Cinema* library, Progress& progress, const CancelToken& cancel) {
  EvaluationRunOptions options{.models = request.models,
                               .seeds = request.seeds,
                               .seed = request.seed,
                               .trials = request.trials,
                               .is_learning_curve = request.is_learning_curve,
                               .most_cases = request.most_users};
  // Names are checked before a large file is read.
  for (const std::string& name : request.models) CINELOOM_TRY(find_model_kind(name));
  if (!request.protocol.empty()) { CINELOOM_TRY_ASSIGN(options.protocol, find_protocol(request.protocol)); }
  CINELOOM_TRY_ASSIGN(EventTable table, table_of(request, library, progress, cancel));
  CINELOOM_TRY(tidy(table, now_in_seconds()));
  if (request.protocol.empty()) { CINELOOM_TRY_ASSIGN(options.protocol, find_protocol(table.meaning == ValueMeaning::Rating ? "ratings" : "strong")); }
  for (const auto& path : request.predictions) {
    CINELOOM_TRY_ASSIGN(options.foreign.emplace_back(), foreign_of(path, table, table.warnings, progress, cancel));
  }
  if (options.models.empty() && options.foreign.empty()) options.models = usual_models(options.protocol.protocol, !table.features.empty());
  CINELOOM_TRY_ASSIGN(EvaluationRun run, run_evaluation(table, options, progress, cancel));
  EvaluationResult result{.report = std::move(run.report)};
  result.report.machine = machine();
  result.report.threads = available_cores();
  result.report.version = CINELOOM_VERSION;
  for (const UserValues& values : run.by_user) {
    for (std::size_t at = 0; request.is_by_user_wanted && at < values.users.size(); ++at) {
      result.by_user.push_back(
          {.user = table.users[static_cast<std::size_t>(values.users[at])], .model = values.model, .metric = values.metric, .value = values.values[at]});
    }
  }
  if (!request.suggest_for.empty()) CINELOOM_TRY(add_suggestions(request, table, result, progress, cancel));
  return result;
}

std::vector<EvaluationChoice> evaluation_protocols() {
  std::vector<EvaluationChoice> choices;
  for (const ProtocolInfo& info : protocols()) choices.push_back({.name = info.name, .description = info.description.english});
  return choices;
}

std::vector<EvaluationChoice> evaluation_models() {
  std::vector<EvaluationChoice> choices;
  for (const ModelKind& kind : model_kinds()) {
    const char* use = kind.fit_scorer && kind.fit_ratings ? "ranks and forecasts ratings" : kind.fit_scorer ? "ranks" : "forecasts ratings";
    choices.push_back({.name = kind.name, .description = fmt::format("{} ({})", kind.description.english, use)});
  }
  return choices;
}

}  // namespace cineloom
