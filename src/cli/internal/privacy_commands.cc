#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/key_options.h"
#include "pipeline/consent.h"
#include "store/retention.h"

namespace cineloom::cli {
namespace {

struct BudgetOptions {};

std::string day_of(Timestamp at) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string as_json(const PrivacyBudget& budget) {
  std::string releases;
  for (const Release& release : budget.releases) {
    releases += fmt::format(R"({}{{"at_ms":{},"what":{},"epsilon":{},"delta":{},"mu":{}}})", releases.empty() ? "" : ",", release.at.time_since_epoch().count(),
                            json_string(release.what), release.epsilon, release.delta, release.mu);
  }
  return fmt::format(R"({{"epsilon":{},"epsilon_of_year":{},"delta":{},"releases":[{}]}})"
                     "\n",
                     budget.epsilon, budget.epsilon_of_year, budget.delta, releases);
}

std::string as_text(const PrivacyBudget& budget) {
  if (budget.releases.empty()) return "nothing was told under differential privacy: train with --private EPSILON\n";
  std::string text;
  for (const Release& release : budget.releases) {
    text += fmt::format("{}  {:<12} epsilon {:<8.4g} delta {:.3g}\n", day_of(release.at), release.what, release.epsilon, release.delta);
  }
  return text + fmt::format("together epsilon {:.4g}, within a year {:.4g}, at delta {:.3g}\n", budget.epsilon, budget.epsilon_of_year, budget.delta);
}

Expected<void> budget(Session& session, const BudgetOptions&) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const PrivacyBudget found, privacy_budget(cinema->store(), cinema->now()));
  print(session.format == Format::Json ? as_json(found) : as_text(found));
  return {};
}

struct EraseOptions {
  std::string user;
  std::string from;
  privacy::KeyChoice key;
};

std::string as_text(const ErasureReceipt& receipt) {
  const ErasedRows& rows = receipt.rows;
  std::string text = fmt::format("{} is erased: {} events, {} lists shown, {} forecasts, {} settings, {} reviews, {} models that had learned from them\n",
                                 receipt.viewer, rows.events, rows.slates, rows.forecasts, rows.preferences + rows.exposures, rows.reviews, rows.models);
  for (const ErasedCopy& copy : receipt.copies) {
    text += copy.is_clean ? fmt::format("copy '{}' is clean\n", copy.file.string())
                          : fmt::format("copy '{}' could not be reached: {}\n", copy.file.string(), copy.failure);
  }
  if (receipt.is_model_gone) text += "the next recommendation trains anew, without them\n";
  return text;
}

Expected<void> erase(Session& session, const EraseOptions& options) {
  if (!options.from.empty()) {
    CINELOOM_TRY_ASSIGN(const ErasedRows rows, erase_from_copy(options.from, session.data, options.user, options.key, session.cancel));
    print(session.format == Format::Json ? fmt::format("{{\"events\":{},\"models\":{}}}\n", rows.events, rows.models)
                                         : fmt::format("{} events and {} models removed from '{}'\n", rows.events, rows.models, options.from));
    return {};
  }
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  CINELOOM_TRY_ASSIGN(const ErasureReceipt receipt, erase_viewer(*cinema, options.user));
  print(session.format == Format::Json ? to_json(receipt) + "\n" : as_text(receipt));
  return {};
}

struct ConsentOptions {
  std::string user;
  std::string given;
  std::string withdrawn;
  std::string version = "cineloom 1";
};

std::string as_text(const std::vector<Consent>& log) {
  if (log.empty()) return "nothing was asked yet\n";
  std::string text;
  for (const Consent& line : log) {
    text += fmt::format("{}  {:<18} {:<10} text {}\n", day_of(line.at), json::enum_name(line.topic), line.is_given ? "given" : "withdrawn", line.text_version);
  }
  return text;
}

Expected<void> consent(Session& session, const ConsentOptions& options) {
  const bool is_asking = options.given.empty() && options.withdrawn.empty();
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(is_asking ? Access::Read : Access::Write));
  CINELOOM_TRY_ASSIGN(const Viewer viewer, cinema->find_viewer(options.user));
  if (!is_asking) {
    const auto topic = json::enum_from_name<ConsentTopic>(options.given.empty() ? options.withdrawn : options.given);
    if (!topic) return fail(ErrorCode::InvalidArgument, "expected anonymous_export");
    CINELOOM_TRY(
        note_consent(cinema->store(), viewer.id, {.topic = *topic, .is_given = !options.given.empty(), .text_version = options.version, .at = cinema->now()}));
  }
  CINELOOM_TRY_ASSIGN(const auto log, consents_of(cinema->store(), viewer.id));
  print(session.format == Format::Json ? json::write(log) + "\n" : as_text(log));
  return {};
}

struct ThinOptions {
  int days = 0;
  bool is_dry = false;
};

Expected<void> thin(Session& session, const ThinOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(options.is_dry ? Access::Read : Access::Write));
  const DetailRemoval removal = options.is_dry ? DetailRemoval::Count : DetailRemoval::Remove;
  CINELOOM_TRY_ASSIGN(const DetailReceipt receipt, remove_detail(cinema->store(), cinema->now() - std::chrono::days(options.days), removal));
  print(session.format == Format::Json ? fmt::format("{{\"events\":{},\"slates\":{},\"removed\":{}}}\n", receipt.events, receipt.slates, !options.is_dry)
                                       : fmt::format("{} events and {} lists older than {} days {} their details\n", receipt.events, receipt.slates,
                                                     options.days, options.is_dry ? "would lose" : "lost"));
  return {};
}

struct ExportOptions {
  std::string user;
  std::string target;
  bool is_anonymous = false;
  int group = AnonymousRequest().group;
};

Expected<void> export_anonymous(Session& session, Cinema& cinema, const ExportOptions& options) {
  CINELOOM_TRY_ASSIGN(const AnonymousReceipt receipt, export_anonymously(cinema, {.group = options.group, .target = options.target}));
  print(session.format == Format::Json
            ? fmt::format("{{\"viewers\":{},\"groups\":{},\"rows\":{}}}\n", receipt.viewers, receipt.groups, receipt.rows)
            : fmt::format("{} viewers in {} groups, {} rows in '{}'\n", receipt.viewers, receipt.groups, receipt.rows, options.target));
  return {};
}

Expected<void> export_data(Session& session, const ExportOptions& options) {
  if (options.user.empty() != options.is_anonymous) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "expected either --user or --anonymous").advise("--user for one viewer's own data, --anonymous for all"));
  }
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  if (options.is_anonymous) return export_anonymous(session, *cinema, options);
  CINELOOM_TRY(export_viewer(*cinema, options.user, options.target));
  print(session.format == Format::Json ? fmt::format("{{\"export\":{}}}\n", json_string(options.target))
                                       : fmt::format("all that is kept of {} is in '{}'\n", options.user, options.target));
  return {};
}

}  // namespace

void add_privacy_commands(Commands& commands) {
  CLI::App* const privacy = commands.group("privacy", "what is kept of viewers, what was told of them, and how to be forgotten");
  commands.add<BudgetOptions>("budget", "what was told under differential privacy", [](CLI::App&, BudgetOptions&) {}, budget, privacy);
  commands.add<EraseOptions>(
      "erase", "forget a viewer: rows, models, copies",
      [](CLI::App& command, EraseOptions& options) {
        command.add_option("--user", options.user, "who")->required();
        command.add_option("--from", options.from, "only from this copy of the store");
        declare_key(command, options.key, "open a sealed copy");
      },
      erase, privacy);
  commands.add<ConsentOptions>(
      "consent", "what a viewer agreed or objected to",
      [](CLI::App& command, ConsentOptions& options) {
        command.add_option("--user", options.user, "who")->required();
        CLI::Option* const given = command.add_option("--give", options.given, "anonymous_export: to be in exports of groups' tastes");
        command.add_option("--withdraw", options.withdrawn, "the same, objected to")->excludes(given);
        command.add_option("--text", options.version, "which words were agreed to")->capture_default_str();
      },
      consent, privacy);
  commands.add<ThinOptions>(
      "thin", "let go of old details: what sources said of an event, the mood it was told in, and what lists were made for",
      [](CLI::App& command, ThinOptions& options) {
        command.add_option("--older-than", options.days, "days")->required()->check(CLI::Range(1, 36500));
        command.add_flag("--dry-run", options.is_dry, "count only");
      },
      thin, privacy);
  commands.add<ExportOptions>(
      "export", "a viewer's own data, or everybody's tastes without anybody's",
      [](CLI::App& command, ExportOptions& options) {
        command.add_option("--user", options.user, "whose data");
        command.add_flag("--anonymous", options.is_anonymous, "tastes of groups of viewers, as CSV");
        command.add_option("--group", options.group, "viewers in a group, at least")->check(CLI::Range(5, 100000))->capture_default_str();
        command.add_option("target", options.target, "a new file; .csv = a table of what the viewer did")->required();
      },
      export_data, privacy);
}

}  // namespace cineloom::cli
