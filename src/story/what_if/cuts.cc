#include "story/what_if/cuts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "story/what_if/change.h"
#include "story/what_if/content.h"
#include "story/what_if/footage.h"
#include "story/what_if/wording.h"
#include "story/what_if/words.h"

namespace cineloom {
namespace {

using namespace what_if;

constexpr std::size_t kMostSentences = 12;
constexpr std::size_t kSentenceBytes = 200;

bool is_causal(const Need& need) { return need.kind == NeedKind::Thing || need.kind == NeedKind::Way || need.kind == NeedKind::Event; }

std::string clock(FilmTime at) {
  const auto seconds = at.count() / 1000;
  return seconds >= 3600 ? fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60) : fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

class Cutter {
 public:
  Cutter(const FilmModel& model, const FilmToBend& film) : model_(model), film_(film), builder_(model, film.file) {}

  // What comes stands on causes before the time; of several that are each enough, the one that helps most is shown.
  Expected<FilmCut> recap(FilmTime to, FilmTime most) {
    CINELOOM_TRY(check_time(to));
    if (most <= FilmTime(0)) most = std::min(length_of(*model_.film) / 10, FilmTime(120'000));
    const int border = first_at(to);
    std::map<int, int> uses;  // happening before the border -> how much of what comes stands on it
    std::map<int, int> user;
    for (int i = border; i < count(); ++i) {
      for (const Need& need : at(i).needs) {
        if (!is_causal(need) || need.any_of.front() >= border) continue;
        if (need.kind == NeedKind::Thing && std::ranges::any_of(need.any_of, [&](int one) { return one >= border; })) continue;
        const int chosen = best_of(need, border, uses);
        uses[chosen] += need.kind == NeedKind::Event ? 4 : need.is_soft ? 1 : 2;
        user.emplace(chosen, i);
      }
    }
    std::vector<std::pair<int, int>> ranked(uses.begin(), uses.end());
    std::ranges::stable_sort(ranked, std::greater(), &std::pair<int, int>::second);
    std::vector<bool> is_in(model_.happenings.size(), false);
    FilmTime length{0};
    for (const auto& [index, weight] : ranked) {
      const FilmTime own = at(index).end - at(index).begin;
      if (length + own > most && length > FilmTime(0)) continue;
      is_in[static_cast<std::size_t>(index)] = true;
      length += own;
    }
    for (int i = 0; i < border; ++i) {
      if (!is_in[static_cast<std::size_t>(i)]) continue;
      // What comes is not given away: only when it is needed is said.
      const std::string when = clock(at(user.at(i)).begin);
      builder_.add_footage(at(i), {fmt::format("needed again at {}", when), fmt::format("{}还会用到", when)});
      tell(i);
    }
    FilmCut cut = finish(
        {fmt::format("{}: what you need to know before {}", film_.title.english, clock(to)), fmt::format("{}：看{}之前要知道的", chinese_title(), clock(to))});
    if (ranked.empty()) cut.notes.push_back({"What comes stands on nothing that was shown before.", "后面的内容不需要前面出现过的任何东西。"});
    return cut;
  }

  Expected<FilmCut> summary(FilmTime to) {
    CINELOOM_TRY(check_time(to));
    const int border = first_at(to);
    std::vector<int> weight(model_.happenings.size(), 0);
    // Only what was seen so far says what matters: nothing behind the border is looked at.
    for (int i = 0; i < border; ++i) {
      for (const Need& need : at(i).needs) {
        if (is_causal(need)) ++weight[static_cast<std::size_t>(need.any_of.back())];
      }
      weight[static_cast<std::size_t>(i)] += at(i).events.empty() ? 0 : 3;
      weight[static_cast<std::size_t>(i)] += at(i).is_introduction ? 2 : 0;
      weight[static_cast<std::size_t>(i)] += !at(i).is_spoken() && !at(i).actors.empty() ? 1 : 0;
    }
    std::vector<int> order(static_cast<std::size_t>(border));
    for (int i = 0; i < border; ++i) order[static_cast<std::size_t>(i)] = i;
    std::ranges::stable_sort(order, std::greater(), [&](int i) { return weight[static_cast<std::size_t>(i)]; });
    order.resize(std::min(order.size(), kMostSentences));
    std::ranges::sort(order);
    for (const int i : order) {
      builder_.add_footage(at(i), {"among what mattered most so far", "到这里为止最要紧的部分"});
      tell(i);
    }
    return finish({fmt::format("{}: the story up to {}", film_.title.english, clock(to)), fmt::format("{}：到{}为止的故事", chinese_title(), clock(to))});
  }

  // Back from the ending and from what happens where the story turns, through what each needs, one cause for each need: one that is in already, else the shortest.
  Expected<FilmCut> shortest() {
    std::vector<bool> is_in(model_.happenings.size(), false);
    std::set<int> turns;
    for (const TurningPoint& turn : model_.film->plot.turning_points) turns.insert(turn.scene);
    for (int i = 0; i < count(); ++i) {
      const bool is_goal = at(i).scene == at(count() - 1).scene || (turns.contains(at(i).scene) && !at(i).events.empty());
      is_in[static_cast<std::size_t>(i)] = is_goal || at(i).is_introduction;
    }
    for (int i = count(); i-- > 0;) {
      if (!is_in[static_cast<std::size_t>(i)]) continue;
      for (const Need& need : at(i).needs) {
        if (std::ranges::any_of(need.any_of, [&](int one) { return is_in[static_cast<std::size_t>(one)]; })) continue;
        const int chosen = *std::ranges::min_element(need.any_of, {}, [&](int one) { return at(one).end - at(one).begin; });
        is_in[static_cast<std::size_t>(chosen)] = true;
      }
    }
    for (int i = 0; i < count(); ++i) {
      if (!is_in[static_cast<std::size_t>(i)]) continue;
      builder_.add_footage(at(i), {"the ending stands on it", "结局建立在它之上"});
      if (!at(i).events.empty()) tell(i);
    }
    return finish({fmt::format("{}: the shortest way to the ending", film_.title.english), fmt::format("{}：通向结局的最短版本", chinese_title())});
  }

  Expected<FilmCut> skip(const std::vector<std::string>& names) {
    std::set<Content> unwanted;
    std::vector<std::string_view> chinese;
    for (const std::string& name : names) {
      CINELOOM_TRY_ASSIGN(const Content content, content_named(name));
      if (unwanted.insert(content).second) chinese.push_back(chinese_name(content));
    }
    std::vector<bool> is_out(model_.happenings.size(), false);
    int skipped = 0;
    for (int i = 0; i < count(); ++i) {
      const bool is_unwanted = has_any(at(i).text, unwanted);
      is_out[static_cast<std::size_t>(i)] = is_unwanted;
      skipped += is_unwanted ? 1 : 0;
    }
    const std::vector<int> needed_by = who_needs(is_out);
    for (int i = 0; i < count(); ++i) {
      if (!is_out[static_cast<std::size_t>(i)]) {
        builder_.add_footage(at(i), {"as it was filmed", "原片画面"});
      } else if (needed_by[static_cast<std::size_t>(i)] >= 0) {
        const std::string when = clock(at(needed_by[static_cast<std::size_t>(i)]).begin);
        builder_.add_card(at(i), bridge(i, unwanted), {fmt::format("skipped, but needed at {}", when), fmt::format("跳过了，但{}要用到", when)});
      }
    }
    FilmCut cut = finish(
        {fmt::format("{}: without {}", film_.title.english, fmt::join(names, ", ")), fmt::format("{}：跳过{}", chinese_title(), fmt::join(chinese, "、"))});
    if (skipped == count()) return fail(ErrorCode::Conflict, "nothing of the film would be left");
    cut.notes.push_back({fmt::format("{} of {} happenings are skipped, by the words of its lines and its screenplay; what only the picture shows is not known.",
                                     skipped, count()),
                         fmt::format("按台词和剧本的文字，{}处中跳过了{}处；只有画面才有的内容无从得知。", count(), skipped)});
    return cut;
  }

  Expected<FilmCut> character(const std::string& name) {
    const int who = model_.cast.find(name);
    if (who < 0) return std::unexpected(unknown_character(model_, name));
    for (int i = 0; i < count(); ++i) {
      const bool takes_part = std::ranges::find(at(i).actors, who) != at(i).actors.end() || at(i).addressee == who;
      if (!takes_part) continue;
      builder_.add_footage(at(i),
                           {fmt::format("{} acts, speaks or is spoken to", model_.cast.name(who)), fmt::format("{}在做、在说或在听", model_.cast.name(who))});
      if (!at(i).events.empty() || at(i).is_introduction) tell(i);
    }
    return finish(
        {fmt::format("{}: the part of {}", film_.title.english, model_.cast.name(who)), fmt::format("{}：{}的戏份", chinese_title(), model_.cast.name(who))});
  }

 private:
  [[nodiscard]] int count() const { return static_cast<int>(model_.happenings.size()); }
  [[nodiscard]] const Happening& at(int i) const { return model_.happenings[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const std::string& chinese_title() const { return film_.title.chinese.empty() ? film_.title.english : film_.title.chinese; }

  [[nodiscard]] Expected<void> check_time(FilmTime at_time) const {
    if (at_time > FilmTime(0) && at_time <= length_of(*model_.film)) return {};
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{} is not inside the film", clock(std::max(at_time, FilmTime(0)))))
                               .advise(fmt::format("give a time between 0:01 and {}", clock(length_of(*model_.film)))));
  }

  [[nodiscard]] int first_at(FilmTime time) const {
    const auto found = std::ranges::find_if(model_.happenings, [&](const Happening& one) { return one.begin >= time; });
    return static_cast<int>(found - model_.happenings.begin());
  }

  /// Of the causes before the border one that is shown already, else the last action, else the last line.
  [[nodiscard]] int best_of(const Need& need, int border, const std::map<int, int>& uses) const {
    int best = need.any_of.front();
    int most = -1;
    for (const int one : need.any_of) {
      if (one >= border) continue;
      const int score = (uses.contains(one) ? 4 : 0) + (at(one).is_spoken() ? 0 : 2) + (at(one).events.empty() ? 0 : 1);
      if (score >= most) {
        most = score;
        best = one;
      }
    }
    return best;
  }

  /// For each happening that is out, the first that is left and has nothing else to stand on; -1 = nobody needs it.
  [[nodiscard]] std::vector<int> who_needs(const std::vector<bool>& is_out) const {
    std::vector<int> needed(model_.happenings.size(), -1);
    for (int i = 0; i < count(); ++i) {
      if (is_out[static_cast<std::size_t>(i)]) continue;
      for (const Need& need : at(i).needs) {
        const bool is_lost = is_causal(need) && std::ranges::all_of(need.any_of, [&](int one) { return is_out[static_cast<std::size_t>(one)]; });
        int& user = needed[static_cast<std::size_t>(need.any_of.back())];
        if (is_lost && user < 0) user = i;
      }
    }
    return needed;
  }

  [[nodiscard]] static bool has_any(std::string_view text, const std::set<Content>& unwanted) {
    return std::ranges::any_of(content_of(text), [&](Content one) { return unwanted.contains(one); });
  }

  /// One line of what must be known of something skipped, without what is not wanted: a plot event, a harmless sentence, or who and what.
  [[nodiscard]] LocalText bridge(int i, const std::set<Content>& unwanted) const {
    for (const int event : at(i).events) {
      const std::string& title = model_.film->plot.events[static_cast<std::size_t>(event)].title;
      if (!has_any(title, unwanted)) return {fmt::format("Meanwhile: {}.", title), fmt::format("这期间：{}。", title)};
    }
    for (const std::string_view sentence : sentences_of(at(i).text)) {
      if (!has_any(sentence, unwanted) && words_of(sentence).size() > 2) {
        const std::string line = clipped(told(model_, at(i), at(i).actors, std::string(sentence)), kSentenceBytes);
        return {fmt::format("Meanwhile: {}", line), fmt::format("这期间：{}", line)};
      }
    }
    std::string things;
    for (const Happening& later : model_.happenings) {
      for (const Need& need : later.needs) {
        const bool is_its = need.kind == NeedKind::Thing && need.any_of.back() == i && things.empty() && !has_any(need.what, unwanted);
        if (is_its) things = need.what;
      }
    }
    const std::string who = at(i).actors.empty() ? "" : model_.cast.name(at(i).actors.front());
    if (!things.empty() && !who.empty())
      return {fmt::format("Something was skipped here: {} and the {}. It comes back later.", who, things),
              fmt::format("这里跳过了一段，与{}和后来再出现的东西（{}）有关。", who, things)};
    if (!things.empty())
      return {fmt::format("Something was skipped here: the {} comes back later.", things),
              fmt::format("这里跳过了一段，其中的东西（{}）后面还会出现。", things)};
    if (!who.empty()) return {fmt::format("Something was skipped here that {} speaks of later.", who), fmt::format("这里跳过了一段，{}后面会提到。", who)};
    return {"Something was skipped here that is spoken of later.", "这里跳过了一段，后面会提到。"};
  }

  void tell(int i) {
    if (sentences_.size() >= kMostSentences) return;
    const auto parts = sentences_of(at(i).text);
    if (parts.empty()) return;
    const std::string line = clipped(told(model_, at(i), at(i).actors, at(i).is_spoken() ? at(i).text : std::string(parts.front())), kSentenceBytes);
    if (std::ranges::find(sentences_, line) == sentences_.end()) sentences_.push_back(line);
  }

  FilmCut finish(LocalText title) {
    FilmCut cut = std::move(builder_).take(std::move(title));
    for (const std::string& one : sentences_) cut.summary.english += (cut.summary.english.empty() ? "" : " ") + one;
    cut.summary.chinese = cut.summary.english;
    for (const std::string& warning : model_.warnings) cut.notes.push_back({warning, warning});
    return cut;
  }

  const FilmModel& model_;
  const FilmToBend& film_;
  CutBuilder builder_;
  std::vector<std::string> sentences_;
};

}  // namespace

Expected<FilmCut> cut_film(const FilmToBend& film, const CutWish& wish, const CancelToken& cancel) {
  const int wishes = (wish.recap_to >= FilmTime(0) ? 1 : 0) + (wish.summary_to >= FilmTime(0) ? 1 : 0) + (wish.is_shortest ? 1 : 0) +
                     (wish.skip.empty() ? 0 : 1) + (wish.character.empty() ? 0 : 1);
  if (wishes != 1) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("expected one kind of cut, found {}", wishes))
                               .advise("choose a recap, a summary, the shortest cut, what to skip, or a character"));
  }
  CINELOOM_TRY_ASSIGN(const FilmModel model, model_film(film.knowledge, film.order, cancel));
  Cutter cutter(model, film);
  if (wish.recap_to >= FilmTime(0)) return cutter.recap(wish.recap_to, wish.most);
  if (wish.summary_to >= FilmTime(0)) return cutter.summary(wish.summary_to);
  if (wish.is_shortest) return cutter.shortest();
  if (!wish.skip.empty()) return cutter.skip(wish.skip);
  return cutter.character(wish.character);
}

}  // namespace cineloom
