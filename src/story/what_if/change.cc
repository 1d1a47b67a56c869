#include "story/what_if/change.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <set>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

constexpr std::size_t kLongestSentence = 400;
constexpr std::size_t kShown = 60;
constexpr std::size_t kNamesShown = 8;

/// What stands around a name in a sentence: all else must be the name.
struct NameForm {
  ChangeKind kind;
  std::string_view before;
  std::string_view behind;
};

constexpr std::array kNameForms = {
    NameForm{ChangeKind::Survive, "", " survives"},
    NameForm{ChangeKind::Survive, "", " lives"},
    NameForm{ChangeKind::Survive, "", " does not die"},
    NameForm{ChangeKind::Survive, "", " doesn't die"},
    NameForm{ChangeKind::Survive, "", " stays alive"},
    NameForm{ChangeKind::Survive, "", " is saved"},
    NameForm{ChangeKind::Survive, "", "活下来"},
    NameForm{ChangeKind::Survive, "", "活了下来"},
    NameForm{ChangeKind::Survive, "", "没有死"},
    NameForm{ChangeKind::Survive, "", "没死"},
    NameForm{ChangeKind::Survive, "", "幸存"},
    NameForm{ChangeKind::Survive, "", "得救"},
    NameForm{ChangeKind::Die, "", " dies"},
    NameForm{ChangeKind::Die, "", " is killed"},
    NameForm{ChangeKind::Die, "", " does not survive"},
    NameForm{ChangeKind::Die, "", "死了"},
    NameForm{ChangeKind::Die, "", "死去"},
    NameForm{ChangeKind::Die, "", "丧命"},
    NameForm{ChangeKind::Die, "", "牺牲"},
    NameForm{ChangeKind::Absent, "without ", ""},
    NameForm{ChangeKind::Absent, "", " is absent"},
    NameForm{ChangeKind::Absent, "", " is not there"},
    NameForm{ChangeKind::Absent, "", " never comes"},
    NameForm{ChangeKind::Absent, "", " does not exist"},
    NameForm{ChangeKind::Absent, "", " is missing"},
    NameForm{ChangeKind::Absent, "", "不在"},
    NameForm{ChangeKind::Absent, "", "缺席"},
    NameForm{ChangeKind::Absent, "", "从未出现"},
    NameForm{ChangeKind::Absent, "没有", ""},
    NameForm{ChangeKind::Absent, "去掉", ""},
    NameForm{ChangeKind::PointOfView, "told by ", ""},
    NameForm{ChangeKind::PointOfView, "as seen by ", ""},
    NameForm{ChangeKind::PointOfView, "from ", "'s point of view"},
    NameForm{ChangeKind::PointOfView, "through ", "'s eyes"},
    NameForm{ChangeKind::PointOfView, "从", "的角度"},
    NameForm{ChangeKind::PointOfView, "", "的视角"},
    NameForm{ChangeKind::PointOfView, "由", "讲述"},
    NameForm{ChangeKind::PointOfView, "从", "的视角"},
};

/// Whole sentences that need no name.
struct PlainForm {
  std::string_view sentence;
  Change change;
};

const std::vector<PlainForm>& plain_forms() {
  static const std::vector<PlainForm> forms = [] {
    std::vector<PlainForm> list;
    const auto add = [&](Change change, std::initializer_list<std::string_view> sentences) {
      for (const std::string_view sentence : sentences) list.push_back({.sentence = sentence, .change = change});
    };
    add({.kind = ChangeKind::Ending, .sentence = {}, .direction = Direction::Up},
        {"a happy ending", "happy ending", "it ends well", "ends well", "美满结局", "大团圆", "幸福结局", "圆满结局"});
    add({.kind = ChangeKind::Ending, .sentence = {}, .direction = Direction::Down},
        {"a sad ending", "sad ending", "a tragic ending", "it ends badly", "ends badly", "悲剧结局", "悲伤结局", "悲惨结局"});
    add({.kind = ChangeKind::Tone, .sentence = {}, .direction = Direction::Up},
        {"lighter", "as a comedy", "as a romance", "as a family film", "更轻松", "更明亮", "改成喜剧", "改成爱情片", "改成家庭片"});
    add({.kind = ChangeKind::Tone, .sentence = {}, .direction = Direction::Down},
        {"darker", "as a tragedy", "as a horror film", "as a thriller", "as a noir", "更黑暗", "更阴暗", "改成悲剧", "改成恐怖片", "改成惊悚片"});
    add({.kind = ChangeKind::Rating, .sentence = {}, .age = 6}, {"for children", "for small children", "适合儿童", "少儿版"});
    add({.kind = ChangeKind::Era, .sentence = {}, .era = Era::MiddleAges}, {"in the middle ages", "set in the middle ages", "放在中世纪", "在古代"});
    add({.kind = ChangeKind::Era, .sentence = {}, .era = Era::Twenties}, {"in the 1920s", "set in the 1920s", "放在二十年代", "放在1920年代"});
    add({.kind = ChangeKind::Era, .sentence = {}, .era = Era::Future}, {"in the future", "set in the future", "放在未来", "在未来"});
    return list;
  }();
  return forms;
}

std::string shown(std::string_view text) {
  std::string safe;
  for (const char letter : text.substr(0, kShown)) safe += static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
  return to_valid_utf8(safe) + (text.size() > kShown ? "…" : "");
}

/// The sentence in small letters, plain apostrophes and single blanks, without its full stop.
std::string normal(std::string_view sentence) {
  std::string text;
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    if (sentence.substr(at).starts_with("’")) {
      text += '\'';
      at += std::string_view("’").size() - 1;
    } else if (static_cast<unsigned char>(sentence[at]) <= ' ') {
      if (!text.empty() && text.back() != ' ') text += ' ';
    } else {
      text += sentence[at];
    }
  }
  std::string_view trimmed_text = trimmed(text);
  for (const std::string_view end : {".", "!", "?", "。", "！", "？"}) {
    if (trimmed_text.ends_with(end)) trimmed_text.remove_suffix(end.size());
  }
  std::string plain = lower(trimmed(trimmed_text));
  for (const std::string_view lead : {"what if ", "如果", "假如"}) {
    if (plain.starts_with(lead)) plain.erase(0, lead.size());
  }
  return plain;
}

std::optional<std::string_view> between(std::string_view text, std::string_view before, std::string_view behind) {
  if (text.size() <= before.size() + behind.size() || !text.starts_with(before) || !text.ends_with(behind)) return std::nullopt;
  return trimmed(text.substr(before.size(), text.size() - before.size() - behind.size()));
}

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// "dies in scene 5": the number, and the sentence without it.
std::optional<int> take_scene(std::string& text) {
  for (const auto& [mark, end] : {std::pair<std::string_view, std::string_view>{" in scene ", ""}, {"在第", "场"}}) {
    const auto at = text.rfind(mark);
    if (at == std::string::npos) continue;
    const auto from = at + mark.size();
    const auto to = end.empty() ? text.size() : text.find(end, from);
    if (to == std::string::npos) continue;
    const auto number = number_in(std::string_view(text).substr(from, to - from));
    if (!number) continue;
    text.erase(at, to + end.size() - at);
    return number;
  }
  return std::nullopt;
}

/// The last happening of a scene in which the character takes part, -1 if they have none: what was begun with them is ended.
int last_part_in(const FilmModel& model, int character, int scene) {
  if (!model.is_present(character, scene)) return -1;
  const auto behind = std::ranges::upper_bound(model.happenings, scene, {}, &Happening::scene);
  return static_cast<int>(behind - model.happenings.begin()) - 1;
}

// Unless it is said where, somebody dies at the setback if they are there, else with their last part before it, else after their first.
int when_to_die(const FilmModel& model, int character) {
  int setback = static_cast<int>(model.film->timeline.scenes.size()) * 3 / 4;
  for (const TurningPoint& turn : model.film->plot.turning_points) {
    if (turn.kind == TurningPointKind::MajorSetback) setback = turn.scene;
  }
  for (int scene = setback; scene >= 0; --scene) {
    if (const int last = last_part_in(model, character, scene); last >= 0) return last;
  }
  for (int scene = setback; scene < static_cast<int>(model.present.size()); ++scene) {
    if (const int last = last_part_in(model, character, scene); last >= 0) return last;
  }
  return -1;
}

std::string events_shown(const FilmModel& model) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(model.film->plot.events.size(), 6); ++i)
    text += fmt::format("{}{}: {}", i == 0 ? "" : "; ", i + 1, model.film->plot.events[i].title);
  return text;
}

/// The happening that says best what the words say, of a character if one is named; by shared stems, rarer ones count more.
int find_happening(const FilmModel& model, int character, std::string_view words) {
  std::set<std::string> wanted;
  for (const Word& word : words_of(words)) {
    if (!is_among("|the|a|an|to|of|in|on|at|and|his|her|its|it|not|with|from|out|up|out of|", word.lower)) wanted.insert(stem(word.lower));
  }
  if (wanted.empty()) return -1;
  int best = -1;
  double most = 0;
  for (std::size_t i = 0; i < model.happenings.size(); ++i) {
    const Happening& one = model.happenings[i];
    if (character >= 0 && std::ranges::find(one.actors, character) == one.actors.end()) continue;
    std::set<std::string> here;
    std::string text = one.is_spoken() ? std::string() : one.text;
    for (const int event : one.events) text += " " + model.film->plot.events[static_cast<std::size_t>(event)].title;
    for (const Word& word : words_of(text)) here.insert(stem(word.lower));
    const auto shared = std::ranges::count_if(wanted, [&](const std::string& word) { return here.contains(word); });
    const double score = static_cast<double>(shared) / static_cast<double>(wanted.size()) + (one.events.empty() ? 0 : 0.05);
    if (shared > 0 && score > most + 1e-9) {
      most = score;
      best = static_cast<int>(i);
    }
  }
  return most >= 0.5 ? best : -1;
}

std::unexpected<Error> unknown_event(const FilmModel& model, std::string_view words) {
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("nothing in this film is told as '{}'", shown(words)))
                             .advise(model.film->plot.events.empty() ? "use words of the screenplay's action"
                                                                     : "use words of the film's action, or a number: " + events_shown(model)));
}

Expected<int> event_by_number(const FilmModel& model, int number) {
  const int teller = number >= 1 && static_cast<std::size_t>(number) <= model.film->plot.events.size() ? model.teller_of(number - 1) : -1;
  if (teller >= 0) return teller;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no event {}; the film has {}", number, model.film->plot.events.size()))
                             .advise("see them with: cineloom story whatif FILM"));
}

/// "event 3 does not happen", "Mira does not blow the flame out".
std::optional<Expected<Change>> read_otherwise(const FilmModel& model, const std::string& text) {
  for (const auto& [before, behind] :
       {std::pair<std::string_view, std::string_view>{"event ", " does not happen"}, {"event ", " fails"}, {"第", "件事没有发生"}, {"第", "件事不发生"}}) {
    const auto inside = between(text, before, behind);
    const auto number = inside ? number_in(*inside) : std::nullopt;
    if (!number) continue;
    const auto happening = event_by_number(model, *number);
    if (!happening) return std::unexpected(happening.error());
    return Change{.kind = ChangeKind::Otherwise, .sentence = {}, .happening = *happening};
  }
  for (const std::string_view mark : {" does not ", " doesn't ", " refuses to ", " never ", "没有", "不"}) {
    const auto at = text.find(mark);
    if (at == std::string::npos || at == 0) continue;
    const std::string_view name = trimmed(std::string_view(text).substr(0, at));
    const std::string_view deed = std::string_view(text).substr(at + mark.size());
    const int who = model.cast.find(name);
    if (who < 0) {
      if (mark.front() != ' ') continue;
      return std::unexpected(unknown_character(model, name));
    }
    const int happening = find_happening(model, who, deed);
    if (happening < 0) return unknown_event(model, deed);
    return Change{.kind = ChangeKind::Otherwise, .sentence = {}, .character = who, .happening = happening};
  }
  return std::nullopt;
}

/// "Tobin instead of Mira", "Tobin instead of Mira blows the flame out", "Tobin代替Mira".
std::optional<Expected<Change>> read_instead(const FilmModel& model, const std::string& text) {
  for (const std::string_view mark : {" instead of ", "代替"}) {
    const auto at = text.find(mark);
    if (at == std::string::npos) continue;
    const std::string_view taker = trimmed(std::string_view(text).substr(0, at));
    std::string_view rest = trimmed(std::string_view(text).substr(at + mark.size()));
    Change change{.kind = ChangeKind::Instead, .sentence = {}};
    change.other = model.cast.find(taker);
    if (change.other < 0) return std::unexpected(unknown_character(model, taker));
    std::size_t length = rest.size();
    while (length > 0 && (change.character = model.cast.find(rest.substr(0, length))) < 0) {
      const auto blank = rest.substr(0, length).rfind(' ');
      length = blank == std::string_view::npos ? 0 : blank;
    }
    if (change.character < 0) return std::unexpected(unknown_character(model, rest));
    const std::string_view deed = trimmed(rest.substr(length));
    if (deed.empty()) return change;
    change.happening = find_happening(model, change.character, deed);
    if (change.happening < 0) return unknown_event(model, deed);
    return change;
  }
  return std::nullopt;
}

std::optional<Change> read_rating(const std::string& text) {
  for (const auto& [before, behind] :
       {std::pair<std::string_view, std::string_view>{"rated ", ""}, {"fit for age ", ""}, {"from age ", ""}, {"", "岁以上"}, {"", "岁可看"}, {"适合", "岁"}}) {
    const auto inside = between(text, before, behind);
    const auto age = inside ? number_in(*inside) : std::nullopt;
    if (age && *age >= 0 && *age <= 18) return Change{.kind = ChangeKind::Rating, .sentence = {}, .age = *age};
  }
  return std::nullopt;
}

Expected<Change> about_character(const FilmModel& model, ChangeKind kind, int character, std::optional<int> scene) {
  Change change{.kind = kind, .sentence = {}, .character = character};
  if (kind == ChangeKind::Survive) {
    const auto death = std::ranges::find(model.deaths, character, &Death::character);
    if (death == model.deaths.end()) {
      std::vector<std::string> dying;
      for (const Death& one : model.deaths) dying.push_back(model.cast.name(one.character));
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("{} does not die in this film, as far as it is known", model.cast.name(character)))
              .advise(dying.empty() ? "nobody dies in it; ask for another change" : fmt::format("those who die: {}", fmt::join(dying, ", "))));
    }
    change.happening = death->happening;
  }
  if (kind == ChangeKind::Die) {
    const bool is_scene = !scene || (*scene >= 1 && static_cast<std::size_t>(*scene) <= model.present.size());
    change.happening = scene ? (is_scene ? last_part_in(model, character, *scene - 1) : -1) : when_to_die(model, character);
    if (change.happening < 0)
      return std::unexpected(Error(ErrorCode::InvalidArgument,
                                   fmt::format("{} takes no part in {}", model.cast.name(character), scene ? fmt::format("scene {}", *scene) : "any scene"))
                                 .advise(fmt::format("the film has {} scenes; name one in which {} is", model.present.size(), model.cast.name(character))));
  }
  return change;
}

std::unexpected<Error> not_understood(const FilmModel& model, const std::string& sentence) {
  std::string forms;
  for (const LocalText& form : change_forms(model)) forms += (forms.empty() ? "" : "; ") + form.english;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no change that I understand", shown(sentence))).advise("say one of: " + forms));
}

Expected<Change> read_normal(const FilmModel& model, const std::string& sentence, std::string text) {
  for (const PlainForm& form : plain_forms()) {
    if (text == form.sentence) return form.change;
  }
  if (const auto rating = read_rating(text)) return *rating;
  const auto scene = take_scene(text);
  std::optional<std::string> stranger;
  for (const NameForm& form : kNameForms) {
    const auto name = between(text, form.before, form.behind);
    if (!name) continue;
    const int who = model.cast.find(*name);
    if (who >= 0) return about_character(model, form.kind, who, scene);
    if (!stranger && words_of(*name).size() <= 4) stranger = std::string(*name);
  }
  if (auto instead = read_instead(model, text)) return *std::move(instead);
  if (auto otherwise = read_otherwise(model, text)) return *std::move(otherwise);
  if (stranger) return std::unexpected(unknown_character(model, *stranger));
  return not_understood(model, sentence);
}

}  // namespace

Error unknown_character(const FilmModel& model, std::string_view name) {
  const auto& names = model.cast.names();
  if (names.empty()) {
    return Error(ErrorCode::NotFound, fmt::format("there is no character '{}': nobody's name is known in this film", shown(name)))
        .advise("give the film a screenplay and analyse it again");
  }
  std::vector<std::string> small;
  for (const std::string& one : names) small.push_back(lower(one));
  const auto nearest = std::ranges::find(small, nearest_name(lower(name), small)) - small.begin();
  const std::vector<std::string> first(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(kNamesShown, names.size())));
  return Error(ErrorCode::NotFound, fmt::format("there is no character '{}' in this film", shown(name)))
      .advise(fmt::format("did you mean '{}'? in it are: {}{}", names[static_cast<std::size_t>(nearest)], fmt::join(first, ", "),
                          names.size() > kNamesShown ? ", ..." : ""));
}

Expected<Change> read_change(const FilmModel& model, const std::string& sentence) {
  if (sentence.size() > kLongestSentence)
    return fail(ErrorCode::InvalidArgument, fmt::format("a change has at most {} bytes, this one has {}", kLongestSentence, sentence.size()));
  const std::string text = normal(sentence);
  if (text.empty()) return not_understood(model, sentence);
  CINELOOM_TRY_ASSIGN(Change change, read_normal(model, sentence, text));
  change.sentence = shown(sentence);
  return change;
}

std::vector<LocalText> change_forms(const FilmModel& model) {
  const std::string name = model.cast.size() > 0 ? model.cast.name(0) : "NAME";
  const std::string other = model.cast.size() > 1 ? model.cast.name(1) : "NAME";
  const auto form = [&](std::string_view english, std::string_view chinese) {
    return LocalText{.english = fmt::format(fmt::runtime(english), name, other), .chinese = fmt::format(fmt::runtime(chinese), name, other)};
  };
  std::vector<LocalText> forms;
  if (!model.deaths.empty()) {
    const std::string& dying = model.cast.name(model.deaths.front().character);
    forms.push_back({fmt::format("{} survives", dying), fmt::format("{}活下来", dying)});
  }
  const std::initializer_list<LocalText> others = {form("{0} dies", "{0}死了"),
                                                   form("{0} dies in scene 5", "{0}在第5场死了"),
                                                   form("without {1}", "没有{1}"),
                                                   form("{0} does not ...", "第1件事没有发生"),
                                                   form("event 1 does not happen", "第1件事不发生"),
                                                   form("{1} instead of {0}", "{1}代替{0}"),
                                                   form("a happy ending", "美满结局"),
                                                   form("a sad ending", "悲伤结局"),
                                                   form("lighter", "更轻松"),
                                                   form("darker", "更黑暗"),
                                                   form("told by {1}", "从{1}的角度"),
                                                   form("fit for age 12", "适合12岁"),
                                                   form("in the middle ages", "放在中世纪")};
  forms.insert(forms.end(), others);
  return forms;
}

}  // namespace cineloom::what_if
