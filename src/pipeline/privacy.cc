#include "pipeline/privacy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "pipeline/consent.h"
#include "privacy/gaussian_accountant.h"
#include "privacy/grouped_tastes.h"
#include "privacy/sealed_file.h"
#include "store/account_store.h"
#include "store/sealing.h"
#include "store/store_address.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr auto kYear = std::chrono::days(365);
constexpr auto kCopies = "copies.jsonl";  // in the library's folder: where copies of it were made, one path a line

/// epsilon of releases that come to this mu together.
double epsilon_of(double squares, double delta) { return squares > 0 ? privacy::gaussian_epsilon(std::sqrt(squares), delta) : 0; }

fs::path copies_file(const Cinema& cinema) { return cinema.options().data / kCopies; }

std::vector<fs::path> known_copies(const Cinema& cinema) {
  std::vector<fs::path> copies;
  const auto text = read_file(copies_file(cinema));
  if (!text) return copies;  // none was made
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const auto line = json::parse(std::string_view(*text).substr(at, end - at));
    if (line && line->is_string()) copies.emplace_back(std::string(line->get_string()));
    at = end + 1;
  }
  return copies;
}

/// Copies hold viewers' cells as the library does, and open with its key.
Expected<ErasedRows> erase_rows(const fs::path& copy, const fs::path& library, const std::string& viewer) {
  const std::array models{std::string(kRecommenderModel)};
  CINELOOM_TRY_ASSIGN(const privacy::KeyChoice key, library_key(library));
  return erase_from_backup(copy, viewer, models, key);
}

ErasedCopy erase_from(const fs::path& file, const fs::path& library, const std::string& viewer) {
  if (privacy::is_sealed(file)) {
    return {.file = file, .is_clean = false, .failure = "it is sealed: cineloom privacy erase --user ... --from FILE with the key it was sealed with"};
  }
  const auto rows = erase_rows(file, library, viewer);
  if (rows || rows.error().code() == ErrorCode::NotFound) return {.file = file, .is_clean = true, .failure = {}};
  return {.file = file, .is_clean = false, .failure = rows.error().describe()};
}

Expected<void> require_new(const fs::path& target) {
  std::error_code error;
  if (!fs::exists(target, error)) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("'{}' exists", target.string())).advise("name a file that does not exist"));
}

std::string csv_cell(std::string_view text) {
  std::string cell = "\"";
  for (const char letter : text) cell += letter == '"' ? "\"\"" : std::string(1, letter);
  return cell + "\"";
}

std::string day_of(Timestamp at) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

int year_of(Timestamp at) { return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at)).year()); }

Expected<std::string> events_as_csv(Cinema& cinema, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().events_of(viewer));
  std::string text = "day,kind,film,title,value,origin\n";
  for (const Event& event : events) {
    CINELOOM_TRY_ASSIGN(const Film film, cinema.store().film(event.film));
    text += fmt::format("{},{},{},{},{},{}\n", day_of(event.at), json::enum_name(event.kind), csv_cell(film.key), csv_cell(film.title.english),
                        event.value ? fmt::format("{}", *event.value) : "", csv_cell(event.origin));
  }
  return text;
}

/// Nobody who objected is in what others are given, and nobody who was made up: whoever knows those can take them out of a group.
Expected<std::set<ViewerId>> who_stays_out(Store& store) {
  CINELOOM_TRY_ASSIGN(const auto viewers, store.viewers());
  std::set<ViewerId> found;
  for (const Viewer& viewer : viewers) {
    if (viewer.is_simulated) found.insert(viewer.id);
    CINELOOM_TRY_ASSIGN(const auto log, consents_of(store, viewer.id));
    if (standing_of(log, ConsentTopic::AnonymousExport) == Standing::Withdrawn) found.insert(viewer.id);
  }
  return found;
}

/// Places by the films' keys: an order that came of events would tell who gave them, and when.
std::map<FilmId, std::int32_t> places_of(std::span<const Film> films) {
  std::map<FilmId, std::int32_t> places;
  for (std::size_t i = 0; i < films.size(); ++i) places.emplace(films[i].id, static_cast<std::int32_t>(i));
  return places;
}

/// By viewer the last stars they gave each film; a like counts as the best.
Expected<std::vector<privacy::Person>> people_of(Cinema& cinema, std::span<const Film> films) {
  CINELOOM_TRY_ASSIGN(const auto events, cinema.store().all_events());
  CINELOOM_TRY_ASSIGN(const auto outside, who_stays_out(cinema.store()));
  const std::map<FilmId, std::int32_t> places = places_of(films);
  constexpr float kLiked = 5;
  std::map<ViewerId, std::map<std::int32_t, privacy::Opinion>> found;
  for (const Event& event : events) {
    if (event.kind != EventKind::Rate && event.kind != EventKind::Like) continue;
    const auto place = places.find(event.film);
    if (outside.contains(event.viewer) || place == places.end()) continue;
    const std::int32_t item = place->second;
    found[event.viewer][item] = {.item = item, .value = event.value ? static_cast<float>(*event.value) : kLiked, .year = year_of(event.at)};
  }
  std::vector<privacy::Person> people;
  for (const auto& [viewer, opinions] : found) {
    auto& person = people.emplace_back();
    for (const auto& [item, opinion] : opinions) person.push_back(opinion);
  }
  return people;
}

/// The account that is called like the viewer, if there is one: it would bring the viewer back with its next question.
Expected<void> remove_account_of(const Cinema& cinema, const std::string& viewer) {
  CINELOOM_TRY_ASSIGN(const auto accounts, open_account_store(library_address(cinema.options().store, cinema.options().data)));
  CINELOOM_TRY_ASSIGN(const auto account, accounts->find_account(viewer));
  if (!account || account->name != viewer) return {};  // accounts are found whatever their capitals; viewers differ by them
  return accounts->remove_account(account->id, {.at = cinema.now(), .action = AuditAction::AccountRemoved, .address = "console", .detail = "erased"});
}

}  // namespace

Expected<PrivacyBudget> privacy_budget(Store& store, Timestamp now) {
  PrivacyBudget budget;
  CINELOOM_TRY_ASSIGN(budget.releases, store.releases());
  double all = 0;
  double year = 0;
  for (const Release& release : budget.releases) {
    budget.delta = std::max(budget.delta, release.delta);
    all += release.mu * release.mu;
    if (release.at > now - kYear) year += release.mu * release.mu;
  }
  budget.epsilon = epsilon_of(all, budget.delta);
  budget.epsilon_of_year = epsilon_of(year, budget.delta);
  return budget;
}

namespace {

/// What the year up to a release comes to, with `more` beside what the ledger has. Errors: ResourceExhausted past what is allowed.
Expected<double> epsilon_of_year(Store& store, const Release& release, double more, std::optional<double> most) {
  CINELOOM_TRY_ASSIGN(const auto releases, store.releases());
  double squares = more;
  for (const Release& one : releases) {
    if (one.at > release.at - kYear) squares += one.mu * one.mu;
  }
  const double epsilon = epsilon_of(squares, release.delta);
  if (!most || epsilon <= *most * (1 + 1e-9)) return epsilon;
  return std::unexpected(
      Error(ErrorCode::ResourceExhausted, fmt::format("with this release the year would come to epsilon {:.3f}, past the {:.3f} allowed", epsilon, *most))
          .advise("ask for a smaller epsilon, or wait until older releases are a year past: cineloom privacy budget"));
}

}  // namespace

// Another node may have charged the same ledger between the look and the entry: the second look sees both, and then nothing is told.
Expected<double> charge(Store& store, const Release& release, std::optional<double> most_a_year) {
  CINELOOM_TRY(epsilon_of_year(store, release, release.mu * release.mu, most_a_year));
  CINELOOM_TRY(store.add_release(release));
  return epsilon_of_year(store, release, 0, most_a_year);
}

namespace {

/// A file in the library's folder that holds a copy in the clear for a moment, and goes with the value.
class ClearCopy {
 public:
  explicit ClearCopy(const fs::path& library) : file_(library / "cineloom.db.copying") { remove(); }  // of a run that was killed
  ~ClearCopy() { remove(); }
  ClearCopy(const ClearCopy&) = delete;
  ClearCopy& operator=(const ClearCopy&) = delete;
  [[nodiscard]] const fs::path& file() const { return file_; }

 private:
  void remove() const {
    std::error_code ignored;  // it is not there
    for (const char* ending : {"", ".partial", "-wal", "-shm", "-journal"}) fs::remove(file_.string() + ending, ignored);
  }
  fs::path file_;
};

Expected<void> require_copy(const fs::path& copy, const privacy::KeyChoice& key) {
  std::error_code error;
  if (!fs::is_regular_file(copy, error)) return fail(ErrorCode::NotFound, fmt::format("there is no file '{}'", copy.string()));
  if (privacy::is_sealed(copy) != key.is_none()) return {};
  return key.is_none() ? std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is sealed", copy.string()))
                                             .advise("name the key it was sealed with: --key-file, --passphrase-file or --credential"))
                       : fail(ErrorCode::InvalidArgument, fmt::format("'{}' is not sealed: it needs no key", copy.string()));
}

Expected<void> seal_copy(const fs::path& plain, const fs::path& target, const privacy::KeyChoice& key, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(privacy::KeySource source, privacy::read_key(key));
  const auto sealed = privacy::seal_file(plain, target, source, cancel);
  privacy::wipe(source.secret);
  return sealed;
}

Expected<void> open_copy(const fs::path& sealed, const fs::path& target, const privacy::KeyChoice& key, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(privacy::KeySource source, privacy::read_key(key));
  const auto opened = privacy::open_sealed_file(sealed, target, source, cancel);
  privacy::wipe(source.secret);
  return opened;
}

}  // namespace

Expected<void> back_up(Cinema& cinema, const fs::path& target, const privacy::KeyChoice& key, const CancelToken& cancel) {
  CINELOOM_TRY(require_new(target));
  if (!key.is_none()) {  // before the work, that a wrong key is told at once
    CINELOOM_TRY_ASSIGN(privacy::KeySource source, privacy::read_key(key));
    privacy::wipe(source.secret);
  }
  std::error_code error;
  const fs::path place = fs::absolute(target, error);
  // Before the copy is there, so that no copy is ever unknown.
  std::string list;
  if (fs::exists(copies_file(cinema), error)) { CINELOOM_TRY_ASSIGN(list, read_file(copies_file(cinema))); }
  CINELOOM_TRY(write_file(copies_file(cinema), list + json_string(place.string()) + "\n"));
  if (key.is_none()) return cinema.store().backup(target, cancel);
  const ClearCopy clear(cinema.options().data);
  CINELOOM_TRY(cinema.store().backup(clear.file(), cancel));
  return seal_copy(clear.file(), target, key, cancel);
}

Expected<RestoreReceipt> restore(const fs::path& copy, const fs::path& library, const privacy::KeyChoice& key, Replacing replacing, const CancelToken& cancel) {
  CINELOOM_TRY(require_copy(copy, key));
  std::error_code error;
  fs::create_directories(library, error);
  const fs::path incoming = incoming_store(library);
  clear_incoming_store(library);
  if (!key.is_none()) {
    CINELOOM_TRY(open_copy(copy, incoming, key, cancel));
  } else if (!fs::copy_file(copy, incoming, error)) {
    return fail(ErrorCode::Unavailable, fmt::format("cannot copy '{}' into '{}': {}", copy.string(), library.string(), error.message()));
  }
  return take_in_store(library, replacing);
}

Expected<ErasedRows> erase_from_copy(const fs::path& copy, const fs::path& library, const std::string& viewer, const privacy::KeyChoice& key,
                                     const CancelToken& cancel) {
  CINELOOM_TRY(require_copy(copy, key));
  if (key.is_none()) return erase_rows(copy, library, viewer);
  const ClearCopy clear(library);
  CINELOOM_TRY(open_copy(copy, clear.file(), key, cancel));
  CINELOOM_TRY_ASSIGN(const ErasedRows rows, erase_rows(clear.file(), library, viewer));
  const fs::path anew = copy.string() + ".anew";
  std::error_code error;
  fs::remove(anew, error);  // of a run that was killed
  CINELOOM_TRY(seal_copy(clear.file(), anew, key, cancel));
  fs::rename(anew, copy, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot write '{}': {}", copy.string(), error.message()));
  return rows;
}

Expected<ErasureReceipt> erase_viewer(Cinema& cinema, const std::string& viewer) {
  CINELOOM_TRY_ASSIGN(const Viewer known, cinema.find_viewer(viewer));
  return erase_viewer(cinema, known.id);
}

Expected<ErasureReceipt> erase_viewer(Cinema& cinema, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const Viewer known, cinema.store().viewer(viewer));
  ErasureReceipt receipt{.viewer = known.name, .at = cinema.now(), .rows = {}, .copies = {}};
  CINELOOM_TRY(remove_account_of(cinema, known.name));
  CINELOOM_TRY_ASSIGN(const auto before, cinema.store().models(kRecommenderModel));
  const std::array models{std::string(kRecommenderModel)};
  CINELOOM_TRY_ASSIGN(receipt.rows, cinema.forget(known.id, models));
  CINELOOM_TRY_ASSIGN(const auto after, cinema.store().models(kRecommenderModel));
  receipt.is_model_gone = std::ranges::any_of(before, &ModelVersion::is_active) && std::ranges::none_of(after, &ModelVersion::is_active);
  for (const fs::path& copy : known_copies(cinema)) receipt.copies.push_back(erase_from(copy, cinema.options().data, known.name));
  return receipt;
}

std::string to_json(const ErasureReceipt& receipt) {
  std::string copies;
  for (const ErasedCopy& copy : receipt.copies) {
    copies += fmt::format(R"({}{{"file":{},"is_clean":{},"failure":{}}})", copies.empty() ? "" : ",", json_string(copy.file.string()), copy.is_clean,
                          json_string(copy.failure));
  }
  const ErasedRows& rows = receipt.rows;
  return fmt::format(R"({{"viewer":{},"at_ms":{},"events":{},"slates":{},"forecasts":{},"exposures":{},"preferences":{},"reviews":{},"imports":{},"models":{},)"
                     R"("is_model_gone":{},"copies":[{}]}})",
                     json_string(receipt.viewer), receipt.at.time_since_epoch().count(), rows.events, rows.slates, rows.forecasts, rows.exposures,
                     rows.preferences, rows.reviews, rows.imports, rows.models, receipt.is_model_gone, copies);
}

Expected<std::string> exported_viewer(Cinema& cinema, ViewerId viewer, ExportFormat format) {
  CINELOOM_TRY(cinema.store().viewer(viewer));
  return format == ExportFormat::Csv ? events_as_csv(cinema, viewer) : cinema.store().viewer_data(viewer);
}

Expected<void> export_viewer(Cinema& cinema, const std::string& viewer, const fs::path& target) {
  CINELOOM_TRY(require_new(target));
  CINELOOM_TRY_ASSIGN(const Viewer known, cinema.find_viewer(viewer));
  CINELOOM_TRY_ASSIGN(const std::string text, exported_viewer(cinema, known.id, target.extension() == ".csv" ? ExportFormat::Csv : ExportFormat::Json));
  return write_file(target, text);
}

Expected<AnonymousReceipt> export_anonymously(Cinema& cinema, const AnonymousRequest& request) {
  CINELOOM_TRY(require_new(request.target));
  CINELOOM_TRY_ASSIGN(auto films, cinema.store().all_films());
  std::ranges::sort(films, {}, &Film::key);
  CINELOOM_TRY_ASSIGN(const auto people, people_of(cinema, films));
  CINELOOM_TRY_ASSIGN(const auto bytes, privacy::secret_bytes());
  CINELOOM_TRY_ASSIGN(const auto groups, privacy::group_tastes(people, {.size = request.group}, *bytes));
  AnonymousReceipt receipt{.viewers = static_cast<int>(people.size()), .groups = static_cast<int>(groups.size())};
  std::string text = "group,film,quarters,stars,year\n";
  for (const privacy::TasteGroup& group : groups) {
    for (const privacy::GroupOpinion& opinion : group.opinions) {
      text += fmt::format("{},{},{},{},{}\n", group.name, csv_cell(films[static_cast<std::size_t>(opinion.item)].key), opinion.quarters, opinion.value,
                          opinion.year);
      ++receipt.rows;
    }
  }
  CINELOOM_TRY(write_file(request.target, text));
  return receipt;
}

}  // namespace cineloom
