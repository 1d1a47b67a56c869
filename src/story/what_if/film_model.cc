#include "story/what_if/film_model.h"

#include <algorithm>
#include <set>

#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

/// What tells the camera or the editor, not the story: "FADE OUT.", "ON WILL AND SANDRA".
bool is_direction(std::string_view text) {
  constexpr std::size_t kMostWords = 6;
  const bool is_loud = std::ranges::none_of(text, [](char letter) { return letter >= 'a' && letter <= 'z'; }) &&
                       std::ranges::any_of(text, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
  return is_loud && words_of(text).size() <= kMostWords && (!text.starts_with("THE ") || text.starts_with("THE END"));
}

constexpr FilmTime kLeadIn{300};  // a line's footage begins a breath before it

struct Paragraph {
  std::string_view text;
  Span span;
};

std::vector<Paragraph> paragraphs_of(const std::string& action) {
  std::vector<Paragraph> paragraphs;
  for (std::size_t begin = 0; begin <= action.size() && !action.empty();) {
    const std::size_t end = std::min(action.find('\n', begin), action.size());
    paragraphs.push_back({.text = std::string_view(action).substr(begin, end - begin), .span = {begin, end}});
    begin = end + 1;
  }
  return paragraphs;
}

/// Lays a scene's lines and action on its time.
class SceneReader {
 public:
  SceneReader(FilmModel& model, int scene, const SceneOrder* order)
      : model_(model), index_(scene), scene_(model.film->timeline.scenes[static_cast<std::size_t>(scene)]), order_(order) {}

  void read(std::span<const int> lines) {
    const std::vector<Paragraph> paragraphs = paragraphs_of(scene_.action);
    std::size_t next = 0;
    FilmTime reached = scene_.begin;
    for (std::size_t k = 0; k <= lines.size(); ++k) {
      const FilmTime until = k < lines.size() ? line_at(lines[k]).begin : scene_.end;
      std::size_t last = next;
      while (last < paragraphs.size() && lines_before(last, paragraphs.size(), lines) <= k) ++last;
      for (std::size_t p = next; p < last; ++p) {
        const auto part = static_cast<int>(p - next);
        add(paragraphs[p], reached + std::max(until - reached, FilmTime(0)) * part / static_cast<int>(last - next));
      }
      next = last;
      if (k < lines.size()) add(lines[k], reached);
      if (k < lines.size()) reached = std::max(reached, line_at(lines[k]).end);
    }
    close();
  }

 private:
  [[nodiscard]] const Line& line_at(int line) const { return model_.film->timeline.lines[static_cast<std::size_t>(line)]; }

  /// How many of the film's lines of the scene stand before a paragraph.
  [[nodiscard]] std::size_t lines_before(std::size_t paragraph, std::size_t paragraphs, std::span<const int> lines) const {
    if (order_ != nullptr && order_->lines_before.size() == paragraphs) {
      const auto written = static_cast<std::size_t>(order_->lines_before[paragraph]);
      return order_->lines > 0 ? (written * lines.size() + static_cast<std::size_t>(order_->lines) / 2) / static_cast<std::size_t>(order_->lines) : 0;
    }
    const FilmTime at = scene_.begin + (scene_.end - scene_.begin) * static_cast<int>(2 * paragraph + 1) / static_cast<int>(2 * paragraphs);
    return static_cast<std::size_t>(std::ranges::lower_bound(lines, at, {}, [this](int line) { return line_at(line).begin; }) - lines.begin());
  }

  void add(const Paragraph& paragraph, FilmTime begin) {
    if (trimmed(paragraph.text).empty() || is_direction(trimmed(paragraph.text))) return;
    Happening happening{.scene = index_, .begin = begin, .text = std::string(trimmed(paragraph.text)), .action = paragraph.span};
    for (const Mention& mention : model_.cast.mentions(paragraph.text)) {
      const bool is_there = mention.is_capital || std::ranges::find(speaking_, mention.character) != speaking_.end();
      if (!is_there || mention.is_owner) {
        if (mention.is_capital) happening.about.push_back(mention.character);
        continue;
      }
      happening.actors.push_back(mention.character);
      happening.is_introduction = happening.is_introduction || mention.is_introduction;
    }
    model_.happenings.push_back(std::move(happening));
  }

  void add(int line, FilmTime after) {
    const Line& spoken = line_at(line);
    Happening happening{.scene = index_, .begin = std::max(after, spoken.begin - kLeadIn), .text = spoken.text, .line = line};
    happening.actors = model_.cast.speakers(spoken.speaker);
    happening.valence = spoken.feeling.valence;
    happening.tension = spoken.feeling.arousal;
    for (const Mention& mention : model_.cast.mentions(spoken.text)) {
      if (std::ranges::find(happening.actors, mention.character) == happening.actors.end()) happening.about.push_back(mention.character);
    }
    model_.happenings.push_back(std::move(happening));
  }

  // Each happening lasts until the next one begins; the first takes the scene's beginning.
  void close() {
    auto& all = model_.happenings;
    for (std::size_t i = first_; i < all.size(); ++i) {
      if (i == first_) all[i].begin = scene_.begin;
      all[i].end = i + 1 < all.size() ? std::clamp(all[i + 1].begin, all[i].begin, std::max(all[i].begin, scene_.end)) : std::max(all[i].begin, scene_.end);
    }
  }

  FilmModel& model_;
  int index_;
  const Scene& scene_;
  const SceneOrder* order_;
  std::size_t first_ = model_.happenings.size();
  std::vector<int> speaking_ = [this] {
    std::vector<int> who;
    for (const std::string& name : scene_.characters) {
      for (const int one : model_.cast.speakers(name)) who.push_back(one);
    }
    return who;
  }();
};

/// For each scene of the film the scene of the screenplay with the same heading, looked for forwards; null = none.
std::vector<const SceneOrder*> match_order(const Timeline& timeline, const ScriptOrder* order) {
  std::vector<const SceneOrder*> matched(timeline.scenes.size(), nullptr);
  std::size_t next = 0;
  for (std::size_t i = 0; order != nullptr && i < matched.size(); ++i) {
    const auto found = std::find_if(order->begin() + static_cast<std::ptrdiff_t>(next), order->end(),
                                    [&](const SceneOrder& one) { return one.heading == timeline.scenes[i].heading; });
    if (found == order->end()) continue;
    matched[i] = &*found;
    next = static_cast<std::size_t>(found - order->begin()) + 1;
  }
  return matched;
}

/// Whom a line calls by name at its beginning: "Tobin, forgive me."; -1 = nobody.
int called_by(const FilmModel& model, const Happening& line) {
  if (line.about.empty()) return -1;
  const std::vector<Word> words = words_of(line.text);
  const bool is_call = !words.empty() && words.front().ends_clause && model.cast.find(words.front().lower) == line.about.front();
  return is_call ? line.about.front() : -1;
}

/// Whom each line is said to: who answers it at once, else who spoke before, else who speaks next in the scene.
void find_addressees(FilmModel& model) {
  auto& all = model.happenings;
  const auto speaker = [&](std::size_t i) { return all[i].actors.empty() ? -1 : all[i].actors.front(); };
  for (std::size_t begin = 0; begin < all.size();) {
    std::vector<std::size_t> lines;
    std::size_t end = begin;
    for (; end < all.size() && all[end].scene == all[begin].scene; ++end) {
      if (all[end].is_spoken() && speaker(end) >= 0) lines.push_back(end);
    }
    std::vector<int> next(lines.size() + 1, -1);  // who speaks next, other than the line's speaker
    for (std::size_t k = lines.size(); k-- > 0;)
      next[k] = k + 1 < lines.size() ? (speaker(lines[k + 1]) != speaker(lines[k]) ? speaker(lines[k + 1]) : next[k + 1]) : -1;
    int before = -1;
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (k > 0 && speaker(lines[k - 1]) != speaker(lines[k])) before = speaker(lines[k - 1]);
      const bool is_answered = k + 1 < lines.size() && lines[k + 1] == lines[k] + 1 && speaker(lines[k + 1]) != speaker(lines[k]);
      all[lines[k]].addressee = is_answered || before < 0 ? next[k] : before;
      if (const int called = called_by(model, all[lines[k]]); called >= 0) all[lines[k]].addressee = called;
    }
    begin = end;
  }
}

/// Plot events find the paragraph that tells them; it gets their actors and feeling.
void place_events(FilmModel& model) {
  std::vector<std::size_t> first(model.film->timeline.scenes.size() + 1, model.happenings.size());
  for (std::size_t i = model.happenings.size(); i-- > 0;) first[static_cast<std::size_t>(model.happenings[i].scene)] = i;
  for (std::size_t e = 0; e < model.film->plot.events.size(); ++e) {
    const PlotEvent& event = model.film->plot.events[e];
    if (event.scene < 0 || static_cast<std::size_t>(event.scene) + 1 >= first.size()) continue;
    for (std::size_t i = first[static_cast<std::size_t>(event.scene)]; i < model.happenings.size() && model.happenings[i].scene == event.scene; ++i) {
      Happening& happening = model.happenings[i];
      if (happening.is_spoken() || event.span.begin < happening.action.begin || event.span.begin >= happening.action.end) continue;
      happening.events.push_back(static_cast<int>(e));
      happening.valence = event.valence;
      happening.tension = event.tension;
      for (const std::string& name : event.actors) {
        const int who = model.cast.find(name);
        if (who >= 0 && std::ranges::find(happening.actors, who) == happening.actors.end()) happening.actors.push_back(who);
      }
    }
  }
}

/// Paragraphs that say only "she" or "they" are those' who were there before.
void carry_actors_on(FilmModel& model) {
  auto& all = model.happenings;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].is_spoken() || !all[i].actors.empty() || all[i - 1].scene != all[i].scene) continue;
    const std::vector<Word> words = words_of(all[i].text);
    if (words.empty() || !is_among("|she|he|they|her|his|their|it|", words.front().lower)) continue;
    all[i].needs.push_back({.kind = NeedKind::GoesOn, .what = {}, .any_of = {static_cast<int>(i) - 1}});
    const Gender gender = gender_of_pronoun(words.front().lower);
    for (const int who : all[i - 1].actors) {
      if (gender == Gender::Unknown || model.cast.gender(who) == gender || model.cast.gender(who) == Gender::Unknown) all[i].actors.push_back(who);
    }
  }
}

void find_present(FilmModel& model) {
  model.present.assign(model.film->timeline.scenes.size(), {});
  for (const Happening& happening : model.happenings) {
    auto& here = model.present[static_cast<std::size_t>(happening.scene)];
    here.insert(here.end(), happening.actors.begin(), happening.actors.end());
  }
  for (auto& here : model.present) {
    std::ranges::sort(here);
    here.erase(std::ranges::unique(here).begin(), here.end());
  }
}

double valence_at(const Arc& arc, FilmTime at) {
  const auto after = std::ranges::lower_bound(arc, at, {}, &ArcPoint::at);
  return arc.empty() ? 0 : after == arc.end() ? arc.back().valence : after->valence;
}

}  // namespace

bool FilmModel::is_present(int character, int scene) const { return std::ranges::binary_search(present[static_cast<std::size_t>(scene)], character); }

Gender sole_gender(const FilmModel& model, int character, int scene) {
  const Gender gender = model.cast.gender(character);
  if (gender == Gender::Unknown || !model.is_present(character, scene)) return Gender::Unknown;
  const bool is_sole =
      std::ranges::none_of(model.present[static_cast<std::size_t>(scene)], [&](int other) { return other != character && model.cast.gender(other) == gender; });
  return is_sole ? gender : Gender::Unknown;
}

int FilmModel::teller_of(int event) const {
  const auto found = std::ranges::find_if(happenings, [&](const Happening& one) { return std::ranges::find(one.events, event) != one.events.end(); });
  return found == happenings.end() ? -1 : static_cast<int>(found - happenings.begin());
}

Expected<FilmModel> model_film(const FilmKnowledge& film, const ScriptOrder* order, const CancelToken& cancel) {
  FilmModel model{.film = &film, .cast = Cast(film), .happenings = {}, .present = {}, .deaths = {}, .warnings = {}};
  const Timeline& timeline = film.timeline;
  std::vector<std::vector<int>> lines(timeline.scenes.size());
  for (std::size_t i = 0; i < timeline.lines.size(); ++i) {
    const Line& line = timeline.lines[i];
    const bool has_scene = line.scene >= 0 && static_cast<std::size_t>(line.scene) < lines.size();
    if (has_scene && line.kind != LineKind::Sound) lines[static_cast<std::size_t>(line.scene)].push_back(static_cast<int>(i));
  }
  const auto matched = match_order(timeline, order);
  for (std::size_t scene = 0; scene < timeline.scenes.size(); ++scene) {
    CINELOOM_TRY(cancel.check());
    SceneReader(model, static_cast<int>(scene), matched[scene]).read(lines[scene]);
  }
  if (model.happenings.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "neither lines nor action of this film are known, so there is no plot to bend or cut")
                               .advise("put subtitles or a screenplay beside the film and analyse it again"));
  }
  if (model.cast.size() == 0) model.warnings.emplace_back("nobody's name is known: without a screenplay only endings, tones and ratings can change");
  place_events(model);
  carry_actors_on(model);
  find_addressees(model);
  for (Happening& happening : model.happenings) {
    if (!happening.is_spoken() && happening.events.empty()) happening.valence = valence_at(film.arc, happening.begin);
  }
  find_present(model);
  CINELOOM_TRY(cancel.check());
  find_needs(model);
  find_deaths(model);
  return model;
}

}  // namespace cineloom::what_if
