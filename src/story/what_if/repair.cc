#include "story/what_if/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <ranges>
#include <set>

#include "story/what_if/consequences.h"
#include "story/what_if/content.h"
#include "story/what_if/rewriting.h"
#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

constexpr double kStrong = 0.15;      // valence that pulls an ending to its side
constexpr double kToneSteps[] = {0.05, 0.1, 0.15, 0.2, 0.3, 0.4};

struct Hit {
  Reason reason = Reason::Untouched;
  int other = -1;
};

bool holds(const std::vector<int>& list, int value) { return std::ranges::find(list, value) != list.end(); }

class Repairer {
 public:
  Repairer(const FilmModel& model, std::span<const Change> changes, double tone_share)
      : model_(model),
        changes_(changes),
        tone_share_(tone_share),
        hits_(model.happenings.size()),
        gone_from_(static_cast<std::size_t>(model.cast.size()), kNever) {
    repair_.outcomes.resize(model.happenings.size());
  }

  Repair run() {
    for (const Change& change : changes_) hit(change);
    count_needed();
    for (int i = 0; i < count(); ++i) decide(i);
    add_consequences(model_, changes_, gone_from_, repair_);
    std::ranges::stable_sort(repair_.added, {}, &NewEvent::before);
    return std::move(repair_);
  }

 private:
  static constexpr int kNever = kNeverGone;

  [[nodiscard]] int count() const { return static_cast<int>(model_.happenings.size()); }
  [[nodiscard]] const Happening& at(int i) const { return model_.happenings[static_cast<std::size_t>(i)]; }
  [[nodiscard]] Outcome& outcome(int i) { return repair_.outcomes[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const std::string& name(int who) const { return model_.cast.name(who); }
  [[nodiscard]] bool is_gone(int who, int i) const { return who >= 0 && i >= gone_from_[static_cast<std::size_t>(who)]; }
  [[nodiscard]] bool is_left(int i) const { return repair_.outcomes[static_cast<std::size_t>(i)].fate != PlotFate::Removed; }
  void put(int i, Reason reason, int other = -1) {
    Hit& one = hits_[static_cast<std::size_t>(i)];
    if (one.reason == Reason::Untouched) one = {.reason = reason, .other = other};
  }

  // What a change says directly; its effects follow when the happenings are decided in order.
  void hit(const Change& change) {
    switch (change.kind) {
      case ChangeKind::Absent: return leave(change.character, 0, true);
      case ChangeKind::Die: return leave(change.character, change.happening + 1, false);
      case ChangeKind::Survive: return undo_death(change.character);
      case ChangeKind::Otherwise: return put(change.happening, Reason::Negated);
      case ChangeKind::Instead:
        if (change.happening < 0) gone_from_[static_cast<std::size_t>(change.character)] = 0;
        for (int i = 0; i < count(); ++i) {
          const bool is_named = change.happening < 0 && at(i).is_spoken() && holds(at(i).about, change.character);
          if ((change.happening < 0 || change.happening == i) && (is_named || holds(at(i).actors, change.character))) put(i, Reason::TakenOver, change.other);
        }
        return;
      case ChangeKind::Ending: return turn_ending(change.direction);
      case ChangeKind::Tone: return shift_tone(change.direction);
      case ChangeKind::PointOfView:
        for (int i = 0; i < count(); ++i) {
          if (!model_.is_present(change.character, at(i).scene)) put(i, Reason::NotSeen, change.character);
        }
        return;
      case ChangeKind::Rating:
        for (int i = 0; i < count(); ++i) {
          if (age_of(at(i).text) > change.age) put(i, Reason::Unfit);
        }
        return;
      case ChangeKind::Era:
        era_ = change.era;
        for (int i = 0; i < count(); ++i) {
          if (in_era(at(i).text, change.era)) put(i, Reason::OtherTime);
        }
        return;
    }
  }

  void leave(int who, int from, bool never_was) {
    gone_from_[static_cast<std::size_t>(who)] = from;
    for (int i = from; i < count(); ++i) {
      if (holds(at(i).actors, who)) put(i, Reason::ActorGone, who);
      else if (is_meant(i, who, never_was)) put(i, Reason::NamesGone, who);
    }
  }

  /// Whether something speaks of the character in a way that needs them: action that shows them, and where they never were also lines.
  /// "Did he catch you?" means them if nobody else there is a he but those who speak.
  [[nodiscard]] bool is_meant(int i, int who, bool never_was) const {
    const Happening& one = at(i);
    if (!one.is_spoken()) return means(model_, one.text, one.scene, who);
    if (!never_was) return false;
    if (holds(one.about, who)) return true;
    const Gender gender = model_.cast.gender(who);
    if (gender == Gender::Unknown || one.addressee == who || !model_.is_present(who, one.scene)) return false;
    const bool may_be_other = std::ranges::any_of(model_.present[static_cast<std::size_t>(one.scene)], [&](int other) {
      return other != who && !holds(one.actors, other) && other != one.addressee && model_.cast.gender(other) == gender;
    });
    const bool names_other = std::ranges::any_of(one.about, [&](int other) { return model_.cast.gender(other) == gender; });
    return !may_be_other && !names_other && std::ranges::any_of(words_of(one.text), [&](const Word& word) { return gender_of_pronoun(word.lower) == gender; });
  }

  void undo_death(int who) {
    for (const Death& death : model_.deaths) {
      if (death.character != who) continue;
      put(death.happening, Reason::DeathUndone, who);
      for (int i = death.happening + 1; i <= death.mourned_until; ++i) put(i, Reason::Mourning, who);
    }
  }

  void turn_ending(Direction direction) {
    const int from = begin_of_last_part(model_);
    for (int i = from; i < count(); ++i) {
      const bool is_against = direction == Direction::Up ? at(i).valence < -kStrong : at(i).valence > kStrong;
      if (is_against) put(i, Reason::AgainstEnding);
    }
    for (const Death& death : model_.deaths) {
      if (direction == Direction::Up && death.happening >= from) undo_death(death.character);
    }
  }

  // The share of happenings that pull hardest the other way and that nothing else depends on.
  void shift_tone(Direction direction) {
    std::vector<bool> is_needed(hits_.size(), false);
    for (const Happening& one : model_.happenings) {
      for (const Need& need : one.needs) {
        if (need.any_of.size() == 1 && need.kind != NeedKind::Answer && need.kind != NeedKind::GoesOn)
          is_needed[static_cast<std::size_t>(need.any_of.front())] = true;
      }
    }
    std::vector<int> order;
    for (int i = 0; i < count(); ++i) {
      if (!is_needed[static_cast<std::size_t>(i)] && at(i).scene + 1 < static_cast<int>(model_.present.size())) order.push_back(i);
    }
    const double sign = direction == Direction::Up ? 1 : -1;
    std::ranges::stable_sort(order, {}, [&](int i) { return sign * at(i).valence; });
    order.resize(std::min(order.size(), static_cast<std::size_t>(tone_share_ * static_cast<double>(count()))));
    for (const int i : order) put(i, Reason::AgainstTone);
  }

  // A happening that is hit is needed if another that is not has no cause left but hit ones: the nearest of them is to be saved.
  void count_needed() {
    needed_.assign(hits_.size(), 0);
    for (int i = 0; i < count(); ++i) {
      if (hits_[static_cast<std::size_t>(i)].reason != Reason::Untouched) continue;
      for (const Need& need : at(i).needs) {
        const bool is_causal = need.kind == NeedKind::Thing || need.kind == NeedKind::Way || need.kind == NeedKind::Event;
        const bool is_hit =
            std::ranges::all_of(need.any_of, [&](int provider) { return hits_[static_cast<std::size_t>(provider)].reason != Reason::Untouched; });
        if (is_causal && is_hit && !need.is_soft) ++needed_[static_cast<std::size_t>(need.any_of.back())];
      }
    }
  }

  void decide(int i) {
    outcome(i).actors = at(i).actors;
    const Hit one = hits_[static_cast<std::size_t>(i)];
    switch (one.reason) {
      case Reason::Untouched: return decide_free(i);
      case Reason::ActorGone: return decide_without_actor(i, one.other);
      case Reason::NamesGone: return cut_or_remove(i, one.other, Reason::NamesGone);
      case Reason::TakenOver: return take_over(i);
      case Reason::OtherTime: {
        decide_free(i);
        if (is_left(i)) change(i, Reason::OtherTime, -1, *in_era(at(i).text, *era_));
        return;
      }
      case Reason::NotSeen:
        if (needed_[static_cast<std::size_t>(i)] > 0) hear_of(i, one.other);
        return remove(i, one.reason, one.other);
      case Reason::Unfit:
        if (needed_[static_cast<std::size_t>(i)] > 0) tell_softly(i);
        return remove(i, one.reason, one.other);
      default: return remove(i, one.reason, one.other);
    }
  }

  void remove(int i, Reason reason, int other = -1, std::string what = {}) {
    outcome(i).fate = PlotFate::Removed;
    outcome(i).reason = reason;
    outcome(i).other = other;
    outcome(i).what = std::move(what);
  }

  void change(int i, Reason reason, int other, std::string text) {
    outcome(i).fate = PlotFate::Changed;
    outcome(i).reason = reason;
    outcome(i).other = other;
    outcome(i).text = std::move(text);
  }

  void decide_without_actor(int i, int who) {
    if (const auto rest = without_sentences_about(model_, at(i), who)) {
      std::erase(outcome(i).actors, who);
      return change(i, Reason::PartCut, who, *rest);
    }
    // Deeds only: what somebody knew and said, nobody else knows.
    if (needed_[static_cast<std::size_t>(i)] > 0 && !at(i).is_spoken()) {
      for (const int other : model_.present[static_cast<std::size_t>(at(i).scene)]) {
        if (!is_gone(other, i) && hand_over(i, who, other)) return;
      }
    }
    remove(i, Reason::ActorGone, who);
  }

  bool hand_over(int i, int who, int other) {
    // Nobody tells themselves what somebody else told them.
    if (at(i).is_spoken() && at(i).addressee == other) return false;
    const auto text = with_another(model_, at(i), who, other);
    if (!text) return false;
    std::ranges::replace(outcome(i).actors, who, other);
    change(i, Reason::TakenOver, other, *text);
    return true;
  }

  void take_over(int i) {
    for (const Change& one : changes_) {
      if (one.kind == ChangeKind::Instead && one.happening < 0 && !holds(at(i).actors, one.character)) return call_otherwise(i, one);
      const bool is_meant = one.kind == ChangeKind::Instead && (one.happening < 0 || one.happening == i) && holds(at(i).actors, one.character);
      if (is_meant && hand_over(i, one.character, one.other)) return;
      if (is_meant && holds(at(i).actors, one.other)) return cut_or_remove(i, one.character, Reason::ActorGone);
      if (is_meant) return remove(i, Reason::ActorGone, one.character);
    }
  }

  // A line that names who gave the part up names the other one, unless it is theirs.
  void call_otherwise(int i, const Change& change) {
    if (holds(at(i).actors, change.other)) return remove(i, Reason::NamesGone, change.character);
    this->change(i, Reason::TakenOver, change.other, with_name(model_, at(i).text, change.character, change.other));
  }

  void cut_or_remove(int i, int who, Reason reason) {
    if (auto rest = without_sentences_about(model_, at(i), who)) {
      std::erase(outcome(i).actors, who);
      return change(i, Reason::PartCut, who, *std::move(rest));
    }
    remove(i, reason, who);
  }

  // Not touched directly: it stays if everything it needs holds in one way or another.
  void decide_free(int i) {
    const Happening& one = at(i);
    for (const Need& need : one.needs) {
      const auto left = std::ranges::find_if(need.any_of, [this](int provider) { return is_left(provider); });
      if (left == need.any_of.end()) {
        if (!need.is_soft && !is_open_way(need) && !fill(i, need)) return lose(i, need);
      } else if (std::ranges::any_of(need.any_of, [this](int provider) { return !is_left(provider); }) && outcome(i).reason == Reason::Untouched) {
        outcome(i).reason = Reason::OtherCause;
        outcome(i).other = *left;
      }
    }
    if (one.is_spoken() && is_gone(one.addressee, i)) find_listener(i);
  }

  /// A place stays known if those who told of it are still there: only their words were left out.
  [[nodiscard]] bool is_open_way(const Need& need) const {
    return need.kind == NeedKind::Way && std::ranges::none_of(need.any_of, [this](int provider) {
             const Reason reason = hits_[static_cast<std::size_t>(provider)].reason;
             return reason == Reason::ActorGone || reason == Reason::NamesGone || reason == Reason::NotSeen || reason == Reason::Negated;
           });
  }

  void lose(int i, const Need& need) {
    switch (need.kind) {
      case NeedKind::Answer:
      case NeedKind::GoesOn: return remove(i, Reason::LostAnswer, need.any_of.back());
      case NeedKind::Thing: return remove(i, Reason::LostThing, need.any_of.back(), need.what);
      case NeedKind::Way: return remove(i, Reason::LostWay, need.any_of.back(), need.what);
      case NeedKind::Event: return remove(i, Reason::LostEvent, need.any_of.back());
    }
  }

  /// Whether what is lost comes from a new event, one that is there or one worth putting in.
  bool fill(int i, const Need& need) {
    if (need.kind == NeedKind::Answer || need.kind == NeedKind::GoesOn) return false;
    // What the change itself denies must not come back by another door.
    const bool is_denied =
        std::ranges::any_of(need.any_of, [this](int provider) { return hits_[static_cast<std::size_t>(provider)].reason == Reason::Negated; });
    if (is_denied) return false;
    for (const auto& [provider, added] : told_anew_) {
      if (holds(need.any_of, provider)) return serve(added, i);
    }
    const std::string key = fmt::format("{} {}", static_cast<int>(need.kind), need.what);
    if (const auto known = bridges_.find(key); known != bridges_.end() && need.kind != NeedKind::Event) return serve(known->second, i);
    if (need.kind == NeedKind::Event || !is_worth_a_bridge(i, need)) return false;
    bridges_[key] = bridge(i, need);
    return serve(bridges_[key], i);
  }

  bool serve(std::size_t added, int i) {
    repair_.added[added].serves.push_back(i);
    if (outcome(i).reason == Reason::Untouched || outcome(i).reason == Reason::OtherCause) {
      outcome(i).reason = Reason::Bridged;
      outcome(i).other = -1;
    }
    return true;
  }

  /// A new event costs about as much as two losses, and an event of the plot or the end of the film is worth more.
  [[nodiscard]] bool is_worth_a_bridge(int i, const Need& need) const {
    if (!at(i).events.empty() || at(i).scene + 1 == static_cast<int>(model_.present.size()) || need.kind == NeedKind::Way) return true;
    int users = 0;
    for (int later = i; later < std::min(count(), i + 400) && users < 2; ++later) {
      const bool uses = std::ranges::any_of(at(later).needs, [&](const Need& one) { return one.kind == need.kind && one.what == need.what; });
      if (uses && hits_[static_cast<std::size_t>(later)].reason == Reason::Untouched) ++users;
    }
    return users >= 2;
  }

  /// Who of those present is still there, the first one that acts here before others; -1 = nobody.
  [[nodiscard]] int who_is_there(int i) const {
    for (const int who : at(i).actors) {
      if (!is_gone(who, i)) return who;
    }
    for (const int who : model_.present[static_cast<std::size_t>(at(i).scene)]) {
      if (!is_gone(who, i)) return who;
    }
    return -1;
  }

  std::size_t bridge(int i, const Need& need) {
    const int who = who_is_there(i);
    NewEvent event{.before = i, .text = {}, .why = {}, .actors = who < 0 ? std::vector<int>{} : std::vector<int>{who}, .serves = {}};
    if (need.kind == NeedKind::Way) {
      event.text = who < 0 ? LocalText{fmt::format("The way leads to {}.", need.what), fmt::format("路通向{}。", need.what)}
                           : LocalText{fmt::format("{} finds the way to {} without being told.", name(who), need.what),
                                       fmt::format("没有人告诉{}，{}自己找到了去{}的路。", name(who), name(who), need.what)};
      event.why = {fmt::format("nobody is left who could speak of {}, and the story goes on there", need.what),
                   fmt::format("没有人能说起{}了，而故事要在那里继续", need.what)};
    } else {
      event.text =
          who < 0 ? LocalText{fmt::format("There is a {} here, and it will matter.", need.what), fmt::format("这里有一样东西（{}），它以后会有用。", need.what)}
                  : LocalText{fmt::format("{} comes upon the {} by chance.", name(who), need.what),
                              fmt::format("{}偶然得到了后来要用的东西（{}）。", name(who), need.what)};
      event.why = {fmt::format("how the {} came into the story is gone, and more than one thing needs it", need.what),
                   fmt::format("它（{}）原来的来历没有了，而后面不止一处需要它", need.what)};
    }
    repair_.added.push_back(std::move(event));
    return repair_.added.size() - 1;
  }

  // Said to somebody who is gone: another hears it who speaks in the scene, if the talk up to here still stands; else it may be said to nobody.
  void find_listener(int i) {
    constexpr int kDialogue = 4;  // lines of the one who is gone: the scene is a talk with them
    const Happening& line = at(i);
    const int lost = line.addressee;
    int before = i - 1;
    while (before >= 0 && at(before).scene == line.scene && !at(before).is_spoken()) --before;
    const bool is_first = before < 0 || at(before).scene != line.scene;
    const bool talk_stands = is_first || is_left(before);
    const int other = other_speaker(i);
    const bool is_short = lines_in(line.scene, lost) < kDialogue;
    const bool follows_action = i > 0 && at(i - 1).scene == line.scene && !at(i - 1).is_spoken() && is_left(i - 1);
    const bool is_alone = is_short && can_stand_alone(line.text) && (is_first || follows_action || other >= 0);
    const bool is_heard = other >= 0 && (talk_stands || (is_short && follows_action && begins_anew(line.text)));
    if (holds(line.about, lost) || (!is_alone && !is_heard)) return remove(i, Reason::NobodyListens, lost);
    outcome(i).reason = Reason::OtherListener;
    outcome(i).other = other;
  }

  [[nodiscard]] int lines_in(int scene, int who) const {
    int lines = 0;
    for (auto one = std::ranges::lower_bound(model_.happenings, scene, {}, &Happening::scene); one != model_.happenings.end() && one->scene == scene; ++one) {
      lines += one->is_spoken() && holds(one->actors, who) ? 1 : 0;
    }
    return lines;
  }

  /// Who else is heard in the scene and still there; -1 = nobody.
  [[nodiscard]] int other_speaker(int i) const {
    for (const int who : model_.present[static_cast<std::size_t>(at(i).scene)]) {
      const bool is_seen = !lower(name(who)).contains("voice");
      if (!is_gone(who, i) && !holds(at(i).actors, who) && is_seen) return who;
    }
    return -1;
  }

  /// What the teller did not see but needs is heard of in their next scene.
  void hear_of(int i, int teller) {
    int next = i + 1;
    while (next < count() && !model_.is_present(teller, at(next).scene)) ++next;
    if (next >= count()) return;
    const std::string told = first_sentence(i);
    told_anew_[i] = repair_.added.size();
    repair_.added.push_back(
        {.before = next,
         .text = {fmt::format("{} hears what happened meanwhile: “{}”", name(teller), told), fmt::format("{}听说了这期间发生的事：“{}”", name(teller), told)},
         .why = {fmt::format("{} was not there, and what follows needs it", name(teller)), fmt::format("{}当时不在场，而后面的事需要它", name(teller))},
         .actors = {teller},
         .serves = {}});
  }

  void tell_softly(int i) {
    const int who = who_is_there(i);
    std::string fit;
    for (const std::string_view sentence : sentences_of(at(i).text)) {
      if (fit.empty() && age_of(sentence) == 0 && words_of(sentence).size() > 2) fit = std::string(sentence);
    }
    const LocalText told = !fit.empty() ? LocalText{clipped(fit), clipped(fit)}
                           : who >= 0   ? LocalText{fmt::format("Something happens to {} here that changes what comes.", name(who)),
                                                  fmt::format("这里{}遇到了一件事，后来的一切都因此不同。", name(who))}
                                        : LocalText{"Something happens here that changes what comes.", "这里发生了一件事，后来的一切都因此不同。"};
    told_anew_[i] = repair_.added.size();
    repair_.added.push_back({.before = i,
                             .text = told,
                             .why = {"it is not shown, and what follows needs to know of it", "画面不宜，但后面的事需要知道它"},
                             .actors = who < 0 ? std::vector<int>{} : std::vector<int>{who},
                             .serves = {}});
  }

  [[nodiscard]] std::string first_sentence(int i) const {
    for (const int event : at(i).events) return model_.film->plot.events[static_cast<std::size_t>(event)].title;
    const auto sentences = sentences_of(at(i).text);
    return sentences.empty() ? std::string() : clipped(sentences.front());
  }

  const FilmModel& model_;
  std::span<const Change> changes_;
  double tone_share_;
  std::vector<Hit> hits_;
  std::vector<int> gone_from_;   // for each character the first happening without them
  std::vector<int> needed_;
  std::optional<Era> era_;
  std::map<int, std::size_t> told_anew_;          // happening -> the new event that tells of it
  std::map<std::string, std::size_t> bridges_;    // what was lost -> the new event that gives it
  Repair repair_;
};

bool is_tone(const Change& change) { return change.kind == ChangeKind::Tone; }

}  // namespace

double mean_valence(const FilmModel& model, const Repair* repair) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < model.happenings.size(); ++i) {
    if (repair != nullptr && repair->outcomes[i].fate == PlotFate::Removed) continue;
    sum += model.happenings[i].valence;
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

double tone_step(const FilmModel& model) {
  const double mean = mean_valence(model, nullptr);
  double squares = 0;
  for (const Happening& one : model.happenings) squares += (one.valence - mean) * (one.valence - mean);
  return 0.2 * std::sqrt(squares / static_cast<double>(std::max<std::size_t>(model.happenings.size(), 1)));
}

Expected<Repair> repair(const FilmModel& model, std::span<const Change> changes, const CancelToken& cancel) {
  const auto tone = std::ranges::find_if(changes, is_tone);
  Repair result;
  bool is_reached = tone == changes.end();
  for (const double share : kToneSteps) {
    CINELOOM_TRY(cancel.check());
    result = Repairer(model, changes, share).run();
    if (tone == changes.end()) break;
    const double moved = mean_valence(model, &result) - mean_valence(model, nullptr);
    is_reached = (tone->direction == Direction::Up ? moved : -moved) >= tone_step(model) && tone_step(model) > 0;
    if (is_reached) break;
  }
  if (!is_reached) {
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("this film cannot be made {}: too little in it pulls the other way and can go",
                                                                  tone->direction == Direction::Up ? "lighter" : "darker"))
                               .advise("ask for another ending, or let somebody live or die"));
  }
  if (std::ranges::none_of(result.outcomes, [](const Outcome& one) { return one.fate != PlotFate::Removed; })) {
    return std::unexpected(Error(ErrorCode::Conflict, "nothing of the film would be left")
                               .advise("leave out the change that takes the most, or ask for one about somebody with a smaller part"));
  }
  return result;
}

}  // namespace cineloom::what_if
