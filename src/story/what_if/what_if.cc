#include "story/what_if/what_if.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "story/what_if/bent_story.h"
#include "story/what_if/footage.h"
#include "story/what_if/wording.h"
#include "story/what_if/words.h"

namespace cineloom {
namespace {

using namespace what_if;

constexpr std::size_t kMostChanges = 12;
constexpr std::size_t kCardBytes = 220;

Expected<std::vector<Change>> read_changes(const FilmModel& model, const WhatIfRequest& request) {
  if (request.language != "en" && request.language != "zh")
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("stories are told in 'en' and 'zh', not in '{}'", clipped(request.language, 20)))
                               .advise("choose en or zh"));
  if (request.changes.empty() || request.changes.size() > kMostChanges) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("expected 1 to {} changes, found {}", kMostChanges, request.changes.size()))
                               .advise("say what is to be different: \"NAME survives\""));
  }
  std::vector<Change> changes;
  for (const std::string& sentence : request.changes) {
    CINELOOM_TRY_ASSIGN(Change change, read_change(model, sentence));
    changes.push_back(std::move(change));
  }
  return changes;
}

Expected<void> refuse_contradictions(const FilmModel& model, std::span<const Change> changes) {
  const auto contradictions = find_contradictions(changes, model);
  if (contradictions.empty()) return {};
  std::string text;
  for (const Contradiction& one : contradictions)
    text += fmt::format("{}'{}' contradicts '{}': {}", text.empty() ? "" : "; ", changes[one.second].sentence, changes[one.first].sentence, one.why);
  std::string relaxed;
  for (const std::size_t index : smallest_relaxation(changes, contradictions))
    relaxed += fmt::format("{}'{}'", relaxed.empty() ? "" : " and ", changes[index].sentence);
  return std::unexpected(Error(ErrorCode::Conflict, text).advise(fmt::format("leave out {}; the rest fits together", relaxed)));
}

/// Whether somebody who should not be there is seen in the picture of a happening, as far as faces have names.
class UnwantedFaces {
 public:
  UnwantedFaces(const FilmModel& model, std::span<const Change> changes) : model_(model) {
    for (const Change& change : changes) {
      const bool is_gone = change.kind == ChangeKind::Absent || change.kind == ChangeKind::Die;
      for (const PersonName& name : model.film->timeline.names) {
        const bool is_them =
            is_gone && model.cast.find(name.character) == change.character && static_cast<std::size_t>(name.person) < model.film->video.people.size();
        if (is_them) seen_.push_back({change.kind == ChangeKind::Absent ? 0 : change.happening + 1, name.person, change.character});
      }
    }
  }
  /// The character, -1 = nobody.
  [[nodiscard]] int in(int index) const {
    const Happening& one = model_.happenings[static_cast<std::size_t>(index)];
    const int shot = shot_at(*model_.film, one.begin + (one.end - one.begin) / 2);
    for (const Seen& face : seen_) {
      const auto& shots = model_.film->video.people[static_cast<std::size_t>(face.person)].shots;
      if (index >= face.from && std::ranges::binary_search(shots, shot)) return face.character;
    }
    return -1;
  }

 private:
  struct Seen {
    int from = 0;
    int person = 0;
    int character = 0;
  };
  const FilmModel& model_;
  std::vector<Seen> seen_;
};

FilmSource source_of(const FilmModel& model, int index, const std::string& file) {
  const Happening& one = model.happenings[static_cast<std::size_t>(index)];
  return {.scene = one.scene,
          .shot = file.empty() ? -1 : shot_at(*model.film, one.begin),
          .line = one.line,
          .action = one.action,
          .begin = one.begin,
          .end = one.end};
}

/// Lays out what is left, gone and new in the order of the telling.
class Diff {
 public:
  Diff(const FilmModel& model, const Repair& repair, const FilmToBend& film)
      : model_(model), repair_(repair), film_(film), places_(model.happenings.size(), -1) {}

  std::vector<PlotChange> write() {
    const auto count = static_cast<int>(model_.happenings.size());
    for (int i = 0; i <= count; ++i) {
      for (const NewEvent& event : repair_.added) {
        if (event.before == i) add_new(event, std::min(i, count - 1));
      }
      if (i < count) add(i);
    }
    return std::move(plot_);
  }

 private:
  [[nodiscard]] std::vector<std::string> names(const std::vector<int>& actors) const {
    std::vector<std::string> list;
    for (const int who : actors) list.push_back(model_.cast.name(who));
    return list;
  }

  void add_new(const NewEvent& event, int place) {
    for (const int served : event.serves) bridges_[served].push_back(static_cast<int>(plot_.size()));
    FilmSource source = source_of(model_, place, film_.file);
    source.line = -1;
    source.action = {};
    source.end = source.begin;
    plot_.push_back({.fate = PlotFate::New,
                     .actors = names(event.actors),
                     .was = {},
                     .now = event.text,
                     .why = event.why,
                     .source = source,
                     .needs = {},
                     .is_in_cone = true});
  }

  void add(int i) {
    const Happening& one = model_.happenings[static_cast<std::size_t>(i)];
    const Outcome& outcome = repair_.outcomes[static_cast<std::size_t>(i)];
    const std::string was = told(model_, one, one.actors, one.text);
    PlotChange change{.fate = outcome.fate,
                      .actors = names(outcome.fate == PlotFate::Removed ? one.actors : outcome.actors),
                      .was = was,
                      .now = {},
                      .why = why(model_, outcome),
                      .source = source_of(model_, i, film_.file),
                      .needs = needs_of(i),
                      .is_in_cone = outcome.reason != Reason::Untouched};
    if (outcome.fate == PlotFate::Kept) change.now = {was, was};
    if (outcome.fate == PlotFate::Changed) {
      const std::string now = told(model_, one, outcome.actors, outcome.text);
      change.now = {now, now};
    }
    places_[static_cast<std::size_t>(i)] = static_cast<int>(plot_.size());
    plot_.push_back(std::move(change));
  }

  /// Where what it stands on lies in the list: the nearest that is left, or what gave it anew; for what is gone, what it lost.
  [[nodiscard]] std::vector<int> needs_of(int i) const {
    const auto is_left = [this](int one) { return repair_.outcomes[static_cast<std::size_t>(one)].fate != PlotFate::Removed; };
    std::vector<int> needs;
    for (const Need& need : model_.happenings[static_cast<std::size_t>(i)].needs) {
      const auto left = std::ranges::find_if(need.any_of.rbegin(), need.any_of.rend(), is_left);
      if (left != need.any_of.rend()) needs.push_back(places_[static_cast<std::size_t>(*left)]);
      else if (!is_left(i)) needs.push_back(places_[static_cast<std::size_t>(need.any_of.back())]);
    }
    if (const auto found = bridges_.find(i); found != bridges_.end()) needs.insert(needs.end(), found->second.begin(), found->second.end());
    std::ranges::sort(needs);
    needs.erase(std::ranges::unique(needs).begin(), needs.end());
    return needs;
  }

  const FilmModel& model_;
  const Repair& repair_;
  const FilmToBend& film_;
  std::vector<int> places_;
  std::map<int, std::vector<int>> bridges_;
  std::vector<PlotChange> plot_;
};

FilmCut cut_of(const FilmModel& model, const Repair& repair, std::span<const Change> changes, const FilmToBend& film, LocalText title) {
  CutBuilder builder(model, film.file);
  const UnwantedFaces faces(model, changes);
  const auto count = static_cast<int>(model.happenings.size());
  const LocalText as_filmed{"as it was filmed", "原片画面"};
  for (int i = 0; i <= count; ++i) {
    for (const NewEvent& event : repair.added) {
      if (event.before == i) builder.add_card(model.happenings[static_cast<std::size_t>(std::min(i, count - 1))], event.text, event.why);
    }
    if (i == count) break;
    const Happening& one = model.happenings[static_cast<std::size_t>(i)];
    const Outcome& outcome = repair.outcomes[static_cast<std::size_t>(i)];
    if (outcome.fate == PlotFate::Removed) continue;
    const int unwanted = outcome.fate == PlotFate::Kept && !film.file.empty() ? faces.in(i) : -1;
    const std::string text = clipped(told(model, one, outcome.actors, outcome.fate == PlotFate::Changed ? outcome.text : one.text), kCardBytes);
    if (outcome.fate == PlotFate::Changed) builder.add_card(one, {text, text}, why(model, outcome));
    else if (unwanted >= 0)
      builder.add_card(one, {text, text},
                       {fmt::format("{} is in the picture", model.cast.name(unwanted)), fmt::format("画面里有{}", model.cast.name(unwanted))});
    else builder.add_footage(one, as_filmed);
  }
  return std::move(builder).take(std::move(title));
}

LocalText title_of(const LocalText& film, const std::vector<LocalText>& understood) {
  const std::string chinese = film.chinese.empty() ? film.english : film.chinese;
  return {fmt::format("{}: what if {}?", film.english, understood.front().english), fmt::format("{}：假如{}", chinese, understood.front().chinese)};
}

}  // namespace

Expected<WhatIf> bend_film(const FilmToBend& film, const WhatIfRequest& request, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const FilmModel model, model_film(film.knowledge, film.order, cancel));
  CINELOOM_TRY_ASSIGN(const std::vector<Change> changes, read_changes(model, request));
  CINELOOM_TRY(refuse_contradictions(model, changes));
  CINELOOM_TRY_ASSIGN(const Repair repaired, repair(model, changes, cancel));
  WhatIf result{.understood = {}, .plot = Diff(model, repaired, film).write(), .story = {}, .cut = {}};
  for (const Change& change : changes) result.understood.push_back(describe(change, model));
  for (const PlotChange& one : result.plot) {
    int& count = one.fate == PlotFate::Kept      ? result.kept
                 : one.fate == PlotFate::Changed ? result.changed
                 : one.fate == PlotFate::Removed ? result.removed
                                                 : result.added;
    ++count;
  }
  const LocalText title = title_of(film.title, result.understood);
  result.story = bent_story(model, repaired, request, title, film.file, result.understood);
  result.cut = cut_of(model, repaired, changes, film, title);
  for (const std::string& warning : model.warnings) result.cut.notes.push_back({warning, warning});
  return result;
}

Expected<ChangeChoices> change_choices(const FilmToBend& film, const CancelToken& cancel) {
  constexpr std::size_t kMost = 200;
  CINELOOM_TRY_ASSIGN(const FilmModel model, model_film(film.knowledge, film.order, cancel));
  ChangeChoices choices{.characters = {}, .dying = {}, .events = {}, .forms = change_forms(model)};
  for (int who = 0; who < model.cast.size() && choices.characters.size() < kMost; ++who) choices.characters.push_back(model.cast.name(who));
  for (const Death& death : model.deaths) choices.dying.push_back(model.cast.name(death.character));
  for (const PlotEvent& event : film.knowledge.plot.events) {
    if (choices.events.size() < kMost) choices.events.push_back({.number = static_cast<int>(choices.events.size()) + 1, .at = event.at, .title = event.title});
  }
  return choices;
}

}  // namespace cineloom
