#include "story/what_if/consequences.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>

#include "story/what_if/rewriting.h"
#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

bool holds(const std::vector<int>& list, int value) { return std::ranges::find(list, value) != list.end(); }

class Consequences {
 public:
  Consequences(const FilmModel& model, const std::vector<int>& gone_from, Repair& repair) : model_(model), gone_from_(gone_from), repair_(repair) {}

  void add_all(std::span<const Change> changes) {
    for (const Change& change : changes) add_new(change);
    bridge_journeys();
  }

 private:
  [[nodiscard]] int count() const { return static_cast<int>(model_.happenings.size()); }
  [[nodiscard]] const Happening& at(int i) const { return model_.happenings[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const Outcome& outcome(int i) const { return repair_.outcomes[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const std::string& name(int who) const { return model_.cast.name(who); }
  [[nodiscard]] bool is_gone(int who, int i) const { return who >= 0 && i >= gone_from_[static_cast<std::size_t>(who)]; }
  [[nodiscard]] bool is_left(int i) const { return outcome(i).fate != PlotFate::Removed; }
  [[nodiscard]] const std::string& place(int i) const {
    return model_.film->timeline.scenes[static_cast<std::size_t>(at(std::min(i, count() - 1)).scene)].place;
  }

  void add(int before, LocalText text, LocalText why, std::vector<int> actors, double valence) {
    repair_.added.push_back({.before = before, .text = std::move(text), .why = std::move(why), .actors = std::move(actors), .serves = {}, .valence = valence});
  }

  /// Whom somebody is bound to most, of those who are still there at `from` and have a part later; -1 = nobody.
  [[nodiscard]] int closest_to(int who, int from) const {
    std::map<int, double> bound;
    for (const Relation& relation : model_.film->plot.relations) {
      const int a = model_.cast.find(relation.a);
      const int b = model_.cast.find(relation.b);
      if (a != who && b != who) continue;
      const int other = a == who ? b : a;
      if (other >= 0 && other != who && !is_gone(other, count())) bound[other] += 2.0 * relation.lines_between + relation.scenes_together;
    }
    int best = -1;
    for (const auto& [other, weight] : bound) {
      const bool comes_later = std::ranges::any_of(std::views::iota(std::min(from, count() - 1), count()),
                                                   [&, one = other](int i) { return holds(at(i).actors, one) && is_left(i); });
      if (comes_later && (best < 0 || weight > bound[best])) best = other;
    }
    return best;
  }

  void add_new(const Change& change) {
    switch (change.kind) {
      case ChangeKind::Die: return add_death(change);
      case ChangeKind::Survive: return add_life(change.character);
      case ChangeKind::Otherwise: return add_undone(change);
      case ChangeKind::Ending: return add_ending(change.direction);
      default: return;
    }
  }

  void add_death(const Change& change) {
    const int who = change.character;
    const int where = change.happening;
    const std::string there = place(where);
    add(where + 1,
        there.empty() ? LocalText{fmt::format("{} dies.", name(who)), fmt::format("{}死了。", name(who))}
                      : LocalText{fmt::format("{}. {} dies.", there, name(who)), fmt::format("{}。{}死了。", there, name(who))},
        {"the change asks for it", "这是所要的改变"}, {who}, -0.8);
    repair_.added.back().takes_life = who;
    const int other = closest_to(who, where + 1);
    if (other < 0) return;
    for (int i = where + 1; i < count(); ++i) {
      if (!is_left(i) || !holds(at(i).actors, other) || at(i).scene == at(where).scene) continue;
      add(i, {fmt::format("{} learns that {} is dead.", name(other), name(who)), fmt::format("{}得知{}死了。", name(other), name(who))},
          {fmt::format("{} is the one whom {} was closest to", name(other), name(who)), fmt::format("{}是和{}最亲近的人", name(other), name(who))}, {other},
          -0.6);
      return;
    }
  }

  void add_life(int who) {
    for (const Death& death : model_.deaths) {
      if (death.character != who) continue;
      add(death.happening, {fmt::format("{} does not die.", name(who)), fmt::format("{}没有死。", name(who))}, {"the change asks for it", "这是所要的改变"},
          {who}, 0.5);
      for (const int other : model_.present[static_cast<std::size_t>(at(death.happening).scene)]) {
        if (other == who || is_gone(other, death.happening)) continue;
        add(death.mourned_until + 1,
            {fmt::format("{} and {} go home together.", name(other), name(who)), fmt::format("{}和{}一起回家。", name(other), name(who))},
            {fmt::format("{} was there, and nothing is left to mourn", name(other)), fmt::format("{}当时在场，如今已没有什么要哀悼", name(other))},
            {other, who}, 0.5);
        return;
      }
    }
  }

  void add_undone(const Change& change) {
    add(change.happening, undone(model_, at(change.happening)), {"the change asks for it", "这是所要的改变"}, at(change.happening).actors, 0);
  }

  void add_ending(Direction direction) {
    int who = 0;
    while (who < model_.cast.size() && is_gone(who, count())) ++who;
    if (who == model_.cast.size()) who = -1;
    const int other = who < 0 ? -1 : closest_to(who, count() * 2 / 3);
    const LocalText why{"the change asks for such an ending; its people are those who are bound most", "这是所要的结局；人物取自彼此最亲近的两个人"};
    const bool is_up = direction == Direction::Up;
    if (who < 0)
      return add(
          count(),
          is_up ? LocalText{"What was feared does not come.", "担心的事没有发生。"} : LocalText{"What was hoped for does not come.", "盼望的事没有到来。"}, why,
          {}, is_up ? 0.7 : -0.7);
    if (other < 0) {
      return add(count(),
                 is_up
                     ? LocalText{fmt::format("{} is safe. What was feared does not come.", name(who)), fmt::format("{}平安无事，担心的事没有发生。", name(who))}
                     : LocalText{fmt::format("{} stays behind alone.", name(who)), fmt::format("{}孤身一人留了下来。", name(who))},
                 why, {who}, is_up ? 0.7 : -0.7);
    }
    if (is_up) {
      return add(count(),
                 {fmt::format("{} and {} are together. What they feared does not come.", name(who), name(other)),
                  fmt::format("{}和{}在一起，他们担心的事没有发生。", name(who), name(other))},
                 why, {who, other}, 0.7);
    }
    add(count(),
        {fmt::format("{} and {} part, and do not meet again.", name(who), name(other)), fmt::format("{}和{}分别，从此再没有见面。", name(who), name(other))},
        why, {who, other}, -0.7);
  }

  // Whoever was carried or led somewhere by somebody who is gone must get there alone.
  void bridge_journeys() {
    for (int i = 0; i < count(); ++i) {
      const Outcome& lost = repair_.outcomes[static_cast<std::size_t>(i)];
      if (lost.fate != PlotFate::Removed || lost.reason != Reason::ActorGone || at(i).is_spoken() || !is_journey(at(i).text)) continue;
      for (const int who : model_.present[static_cast<std::size_t>(at(i).scene)]) {
        if (!is_gone(who, i) && bridge_journey(i, who, lost.other)) break;
      }
    }
  }

  static bool is_journey(std::string_view text) {
    return std::ranges::any_of(words_of(text), [](const Word& word) { return is_among("|flies|carries|drives|rows|rides|sails|leads|", word.lower); });
  }

  bool bridge_journey(int i, int who, int gone) {
    for (int next = i + 1; next < count(); ++next) {
      if (at(next).scene == at(i).scene || !is_left(next) || !holds(outcome(next).actors, who)) continue;
      if (place(next) == place(i) || place(i).empty() || place(next).empty()) return false;
      add(next,
          {fmt::format("Without {}, {} finds another way from {} to {}.", name(gone), name(who), place(i), place(next)),
           fmt::format("没有{}，{}另想办法从{}到了{}。", name(gone), name(who), place(i), place(next))},
          {fmt::format("it was {} who moved here, and {} must still arrive", name(gone), name(who)),
           fmt::format("原来是{}带路，而{}仍然要到那里", name(gone), name(who))},
          {who}, 0);
      return true;
    }
    return false;
  }

  const FilmModel& model_;
  const std::vector<int>& gone_from_;
  Repair& repair_;
};

}  // namespace

void add_consequences(const FilmModel& model, std::span<const Change> changes, const std::vector<int>& gone_from, Repair& repair) {
  Consequences(model, gone_from, repair).add_all(changes);
}

int begin_of_last_part(const FilmModel& model) {
  int scene = static_cast<int>(model.present.size()) * 85 / 100;
  for (const TurningPoint& turn : model.film->plot.turning_points) {
    if (turn.kind == TurningPointKind::Climax) scene = turn.scene;
  }
  const auto found = std::ranges::lower_bound(model.happenings, scene, {}, &Happening::scene);
  return std::min(static_cast<int>(found - model.happenings.begin()), static_cast<int>(model.happenings.size()) - 1);
}

}  // namespace cineloom::what_if
