#include "pipeline/analysis_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"
#include "store/shared_work.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "analyze-";
constexpr int kMostStarts = 3;

fs::path folder_of(const Cinema& cinema) { return cinema.options().data / "jobs"; }
fs::path note_of(const Cinema& cinema, FilmId film) { return folder_of(cinema) / fmt::format("{}{}", kPrefix, film.number()); }

Expected<void> write_note(const Cinema& cinema, FilmId film, int starts) {
  std::error_code error;
  fs::create_directories(folder_of(cinema), error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot make '{}': {}", folder_of(cinema).string(), error.message()));
  return write_file(note_of(cinema, film), std::to_string(starts));
}

/// Where several programs share the store the queue itself outlives them.
bool is_noted(Cinema& cinema) { return shared_work(cinema.store()) == nullptr; }

Expected<Job> submit(Cinema& cinema, JobQueue& jobs, const Film& film) {
  return jobs.submit({.kind = JobKind::Analyze,
                      .title = film.title.english,
                      .film = film.id,
                      .work = [&cinema, id = film.id](Progress& progress, const CancelToken& cancel) -> Expected<void> {
                        const auto found = cinema.analyze(id, {}, progress, cancel);
                        const bool is_stopped = !found && found.error().code() == ErrorCode::Cancelled;
                        if (!is_stopped) forget_analysis(cinema, id);
                        if (!found) return std::unexpected(found.error());
                        return {};
                      }});
}

template <class Number>
Number number_in(std::string_view text) {
  Number number = 0;
  std::ignore = std::from_chars(text.data(), text.data() + text.size(), number);  // not a number = 0, which nothing has
  return number;
}

}  // namespace

Expected<Job> submit_analysis(Cinema& cinema, JobQueue& jobs, FilmId film) {
  CINELOOM_TRY_ASSIGN(const Film known, cinema.store().film(film));
  if (is_noted(cinema)) CINELOOM_TRY(write_note(cinema, film, 1));
  return submit(cinema, jobs, known);
}

Expected<int> resume_analyses(Cinema& cinema, JobQueue& jobs) {
  std::error_code error;
  if (!is_noted(cinema) || !fs::exists(folder_of(cinema), error)) return 0;
  std::vector<FilmId> films;
  for (const auto& entry : fs::directory_iterator(folder_of(cinema), error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix)) films.emplace_back(number_in<std::int64_t>(std::string_view(name).substr(kPrefix.size())));
  }
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}': {}", folder_of(cinema).string(), error.message()));
  std::ranges::sort(films);
  int resumed = 0;
  for (const FilmId film : films) {
    const auto text = read_file(note_of(cinema, film));
    const int starts = text ? number_in<int>(*text) : 0;
    const auto known = cinema.store().film(film);
    if (!known || starts < 1 || starts >= kMostStarts) {
      forget_analysis(cinema, film);
      continue;
    }
    CINELOOM_TRY(write_note(cinema, film, starts + 1));
    CINELOOM_TRY(submit(cinema, jobs, *known));
    ++resumed;
  }
  return resumed;
}

void forget_analysis(const Cinema& cinema, FilmId film) {
  std::error_code ignored;  // it is gone already
  fs::remove(note_of(cinema, film), ignored);
}

}  // namespace cineloom
