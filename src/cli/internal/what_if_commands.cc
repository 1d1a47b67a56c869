#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>
#include <system_error>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "cli/internal/commands.h"
#include "cli/internal/show.h"
#include "cli/terminal_plot.h"
#include "domain/json.h"
#include "pipeline/bent_films.h"

namespace cineloom::cli {
namespace {

constexpr std::size_t kWidth = 88;

struct WhatIfOptions {
  std::string film;
  WhatIfRequest request;
  bool is_full = false;
};

struct CutOptions {
  std::string film;
  CutWish wish;
  std::string recap_to;
  std::string summary_to;
  std::string most;
  std::string format;
  std::string language = "en";
  std::string output;
};

bool is_screenplay_file(const std::string& film) {
  std::error_code error;
  return std::filesystem::is_regular_file(film, error);
}

/// A film of the library by title, key or number, or a screenplay by its path. The library is opened only for the former.
Expected<KnownFilm> film_of(const Session& session, const std::string& words) {
  if (is_screenplay_file(words)) return film_on_paper(words, session.resources, session.cancel);
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Read));
  CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(words));
  return known_film(*cinema, film.id);
}

const std::string& in_language(const LocalText& text, const std::string& language) { return language == "zh" ? text.chinese : text.english; }

std::string indented(const std::string& text) { return wrap(text, kWidth, "            "); }

std::string place_of(const FilmSource& source, const std::string& language) {
  const std::string at = clock(source.begin.count());
  return language == "zh" ? fmt::format("第{}场 {}", source.scene + 1, at) : fmt::format("scene {}, {}", source.scene + 1, at);
}

std::string show_change(const PlotChange& change, const std::string& language) {
  constexpr std::array<std::string_view, 4> kMarks = {"  ", "~ ", "- ", "+ "};
  constexpr std::array<std::string_view, 4> kEnglish = {"kept", "changed", "removed", "new"};
  constexpr std::array<std::string_view, 4> kChinese = {"保留", "改变", "去掉", "新增"};
  const auto fate = static_cast<std::size_t>(change.fate);
  const std::string_view name = language == "zh" ? kChinese[fate] : kEnglish[fate];
  std::string text = fmt::format("{}{:<8} {}\n", kMarks[fate], name, faint(place_of(change.source, language)));
  if (change.fate != PlotFate::New) text += indented(change.was);
  if (change.fate == PlotFate::New || change.fate == PlotFate::Changed)
    text += indented((change.fate == PlotFate::New ? "" : "→ ") + in_language(change.now, language));
  return text + faint(indented(in_language(change.why, language)));
}

std::string show_what_if(const WhatIf& result, const WhatIfOptions& options) {
  const std::string& language = options.request.language;
  std::string text = bold(in_language(result.story.title, language)) + "\n";
  for (const LocalText& one : result.understood) text += fmt::format("  {}\n", in_language(one, language));
  text += fmt::format(fmt::runtime(language == "zh" ? "保留 {}，改变 {}，去掉 {}，新增 {}\n\n" : "{} kept, {} changed, {} removed, {} new\n\n"), result.kept,
                      result.changed, result.removed, result.added);
  for (const PlotChange& change : result.plot) {
    const bool is_plain = change.fate == PlotFate::Kept && !change.is_in_cone;
    if (!is_plain || options.is_full) text += show_change(change, language);
  }
  const auto cards = std::ranges::count_if(result.cut.stretches, [](const CutStretch& one) { return !one.card.english.empty(); });
  if (cards < std::ssize(result.cut.stretches)) {
    text += fmt::format("\n{} pieces of footage and {} cards, {} of {}\n", std::ssize(result.cut.stretches) - cards, cards, clock(result.cut.length.count()),
                        clock(result.cut.film_length.count()));
  }
  for (const LocalText& note : result.cut.notes) text += faint(wrap(in_language(note, language), kWidth));
  return text;
}

std::string show_choices(const ChangeChoices& choices) {
  std::string text = bold("What can be changed") + "\n";
  if (!choices.characters.empty()) {
    const auto shown = std::min<std::size_t>(choices.characters.size(), 20);
    text += wrap(fmt::format("characters: {}{}", fmt::join(choices.characters.begin(), choices.characters.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                             shown < choices.characters.size() ? ", ..." : ""),
                 kWidth);
  }
  if (!choices.dying.empty()) text += fmt::format("who dies: {}\n", fmt::join(choices.dying, ", "));
  for (const auto& event : choices.events)
    text += fmt::format("{:>5}  {:>8}  {}\n", fmt::format("event {}", event.number), clock(event.at.count()), event.title);
  text += "\n" + bold("Say one or more") + "\n";
  for (const LocalText& form : choices.forms) text += fmt::format("  --change \"{}\"   {}\n", form.english, faint(form.chinese));
  return text;
}

Expected<void> list_choices(const Session& session, const WhatIfOptions& options) {
  CINELOOM_TRY_ASSIGN(const KnownFilm film, film_of(session, options.film));
  CINELOOM_TRY_ASSIGN(const ChangeChoices choices, what_can_change(film, session.cancel));
  print(session.format == Format::Json ? json::write(choices) + "\n" : show_choices(choices));
  return {};
}

Expected<WhatIf> bend_it(const Session& session, const WhatIfOptions& options) {
  CINELOOM_TRY_ASSIGN(const auto cinema, session.open(Access::Write));
  if (is_screenplay_file(options.film)) {
    CINELOOM_TRY_ASSIGN(const KnownFilm film, film_on_paper(options.film, session.resources, session.cancel));
    return bend(*cinema, film, options.request, session.cancel);
  }
  CINELOOM_TRY_ASSIGN(const Film film, cinema->find_film(options.film));
  WhatIfRequest request = options.request;
  request.film = film.id;
  return bend(*cinema, request, session.cancel);
}

Expected<void> what_if(Session& session, const WhatIfOptions& options) {
  if (options.request.changes.empty()) return list_choices(session, options);
  CINELOOM_TRY_ASSIGN(const WhatIf result, bend_it(session, options));
  print(session.format == Format::Json ? json::write(result) + "\n" : show_what_if(result, options));
  if (session.format == Format::Text) print(faint(fmt::format("play it with: cineloom story play {}\n", result.story.id.number())));
  return {};
}

/// "1:02:03", "2:03" or "123" (seconds). Errors: InvalidArgument.
Expected<FilmTime> read_time(std::string_view text) {
  std::int64_t seconds = 0;
  int parts = 0;
  for (const auto part : std::views::split(text, ':')) {
    int number = -1;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size() || number < 0 || number > 100'000 || ++parts > 3)
      return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no time", text.substr(0, 40))).advise("write 1:02:03, 2:03 or 123"));
    seconds = seconds * 60 + number;
  }
  return FilmTime(seconds * 1000);
}

std::string show_cut(const FilmCut& cut, const std::string& language) {
  std::string text = bold(in_language(cut.title, language)) + fmt::format("  {} / {}\n", clock(cut.length.count()), clock(cut.film_length.count()));
  if (!cut.summary.english.empty()) text += wrap(in_language(cut.summary, language), kWidth);
  for (const CutStretch& one : cut.stretches) {
    const std::string what = one.card.english.empty() ? fmt::format("{:>8} – {:<8}", clock(one.footage.begin.count()), clock(one.footage.end.count()))
                                                      : fmt::format("{:>8}   card    ", clock(one.footage.begin.count()));
    text += fmt::format("{}  {}\n", what, one.card.english.empty() ? faint(in_language(one.why, language)) : in_language(one.card, language));
  }
  for (const LocalText& note : cut.notes) text += faint(wrap(in_language(note, language), kWidth));
  return text;
}

Expected<void> put_out(const Session& session, const CutOptions& options, const std::string& text) {
  if (options.output.empty()) {
    print(text);
    return {};
  }
  CINELOOM_TRY(write_file(options.output, text));
  print(session.format == Format::Json ? fmt::format("{{\"output\":{}}}\n", json_string(options.output)) : fmt::format("written to {}\n", options.output));
  return {};
}

Expected<void> cut_it(Session& session, const CutOptions& options) {
  CutWish wish = options.wish;
  if (!options.recap_to.empty()) { CINELOOM_TRY_ASSIGN(wish.recap_to, read_time(options.recap_to)); }
  if (!options.summary_to.empty()) { CINELOOM_TRY_ASSIGN(wish.summary_to, read_time(options.summary_to)); }
  if (!options.most.empty()) { CINELOOM_TRY_ASSIGN(wish.most, read_time(options.most)); }
  CINELOOM_TRY_ASSIGN(const KnownFilm film, film_of(session, options.film));
  CINELOOM_TRY_ASSIGN(const FilmCut made, cut(film, wish, session.cancel));
  if (!options.format.empty() && options.format != "json") {
    CINELOOM_TRY_ASSIGN(const std::string text, write_cut(film, made, options.format));
    return put_out(session, options, text);
  }
  const bool is_json = session.format == Format::Json || options.format == "json";
  return put_out(session, options, is_json ? json::write(made) + "\n" : show_cut(made, options.language));
}

void declare_what_if(CLI::App& command, WhatIfOptions& options) {
  command.add_option("film", options.film, "title, key or number; or the file of a screenplay")->required();
  command.add_option("--change", options.request.changes, "what is to be different, once or more; without it: what can be changed");
  command.add_option("--language", options.request.language, "en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
  command.add_flag("--full", options.is_full, "also what the change does not reach");
}

void declare_cut(CLI::App& command, CutOptions& options) {
  command.add_option("film", options.film, "title, key or number; or the file of a screenplay")->required();
  command.add_option("--recap-to", options.recap_to, "what the part from this time on needs of the part before: 1:02:03");
  command.add_option("--most", options.most, "length of a recap; default a tenth of the film, at most 2:00");
  command.add_option("--summary-to", options.summary_to, "the story up to this time, without what comes");
  command.add_flag("--shortest", options.wish.is_shortest, "the least that keeps the causes of the ending");
  command.add_option("--skip", options.wish.skip, "fear, violence, sex, drugs, language; what the rest needs of it stands on cards")->delimiter(',');
  command.add_option("--character", options.wish.character, "only where this one acts or is spoken to");
  command.add_option("--format", options.format, "json, or for other programs: edl, otio, m3u, vtt")
      ->check(CLI::IsMember({"json", "edl", "otio", "m3u", "vtt"}));
  command.add_option("--language", options.language, "en or zh")->check(CLI::IsMember({"en", "zh"}))->capture_default_str();
  command.add_option("--output", options.output, "file; stdout without it");
}

}  // namespace

void add_what_if_commands(Commands& commands) {
  CLI::App* story = commands.group("story", "write, bend, check, play and export stories");
  commands.add<WhatIfOptions>("whatif", "bend the plot of an analysed film or a screenplay: what stays, what gives way, what is new", declare_what_if, what_if,
                              story);
  commands.add<CutOptions>("cut", "a recap, a summary, the shortest cut, a cut without what you do not want to see, or one character's part", declare_cut,
                           cut_it);
}

}  // namespace cineloom::cli
