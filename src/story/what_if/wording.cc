#include "story/what_if/wording.h"

#include <fmt/format.h>

#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

constexpr std::size_t kQuoted = 90;

bool is_about_happening(Reason reason) { return reason == Reason::OtherCause || reason == Reason::LostAnswer || reason == Reason::LostEvent; }

LocalText said(std::string english, std::string chinese) { return {.english = std::move(english), .chinese = std::move(chinese)}; }

LocalText why_it_stays(const Outcome& outcome, const std::string& other) {
  switch (outcome.reason) {
    case Reason::OtherCause:
      return said(fmt::format("one of its causes is gone, but this one is left: “{}”", other), fmt::format("一个起因没有了，但还有另一个：“{}”", other));
    case Reason::OtherListener:
      if (other.empty()) return said("it can be said to nobody", "不对任何人也可以说");
      return said(fmt::format("{} is there to hear it", other), fmt::format("还有{}在听", other));
    case Reason::Bridged: return said("what it needs comes from a new event", "它需要的东西来自新添的一件事");
    case Reason::TakenOver: return said(fmt::format("{} is there and takes the part", other), fmt::format("由在场的{}来做", other));
    case Reason::PartCut: return said(fmt::format("what it says of {} is left out", other), fmt::format("去掉了关于{}的部分", other));
    case Reason::OtherTime: return said("things in it belong to another time", "其中有些东西不属于那个时代");
    default: return said("the change does not reach it", "改变没有影响到它");
  }
}

LocalText why_it_goes(const Outcome& outcome, const std::string& other) {
  switch (outcome.reason) {
    case Reason::ActorGone: return said(fmt::format("{} is not there", other), fmt::format("{}不在", other));
    case Reason::NamesGone: return said(fmt::format("it speaks of {}, whom there is not", other), fmt::format("它说到了并不存在的{}", other));
    case Reason::NobodyListens: return said(fmt::format("it is said to {}, who is not there", other), fmt::format("这是对{}说的，而{}不在", other, other));
    case Reason::NotSeen: return said(fmt::format("{} is not there to see it", other), fmt::format("{}不在场，看不到它", other));
    case Reason::Unfit: return said("it is not fit for that age", "内容不适合这个年龄");
    case Reason::Negated: return said("the change says that it does not happen", "按所要的改变，它没有发生");
    case Reason::AgainstTone: return said("it pulls the tone the other way, and nothing needs it", "它把基调拉向另一边，而且没有别的事需要它");
    case Reason::AgainstEnding: return said("it pulls the ending the other way", "它把结局拉向另一边");
    case Reason::DeathUndone: return said(fmt::format("{} does not die", other), fmt::format("{}没有死", other));
    case Reason::Mourning: return said(fmt::format("it belongs to the mourning, and {} lives", other), fmt::format("这属于哀悼的部分，而{}还活着", other));
    case Reason::LostAnswer: return said(fmt::format("it goes on from what is gone: “{}”", other), fmt::format("它接着已经没有的内容：“{}”", other));
    case Reason::LostThing:
      return said(fmt::format("it needs the {}, which never came into the story", outcome.what), fmt::format("它需要的东西（{}）没有出现过", outcome.what));
    case Reason::LostWay: return said(fmt::format("nobody knows of {} any more", outcome.what), fmt::format("再没有人知道{}", outcome.what));
    case Reason::LostEvent: return said(fmt::format("it follows from what did not happen: “{}”", other), fmt::format("它的起因没有发生：“{}”", other));
    default: return said("the change takes it away", "改变去掉了它");
  }
}

}  // namespace

LocalText why(const FilmModel& model, const Outcome& outcome) {
  const bool has_other = outcome.other >= 0;
  const std::string other = !has_other                                                                 ? ""
                            : is_about_happening(outcome.reason)                                       ? label(model, outcome.other)
                            : outcome.reason == Reason::LostThing || outcome.reason == Reason::LostWay ? ""
                                                                                                       : model.cast.name(outcome.other);
  return outcome.fate == PlotFate::Removed ? why_it_goes(outcome, other) : why_it_stays(outcome, other);
}

std::string told(const FilmModel& model, const Happening& happening, const std::vector<int>& actors, const std::string& text) {
  if (!happening.is_spoken()) return text;
  const std::string speaker = actors.empty() ? model.film->timeline.lines[static_cast<std::size_t>(happening.line)].speaker : model.cast.name(actors.front());
  return speaker.empty() ? fmt::format("“{}”", text) : fmt::format("{}: “{}”", speaker, text);
}

std::string label(const FilmModel& model, int index) {
  const Happening& one = model.happenings[static_cast<std::size_t>(index)];
  for (const int event : one.events) return clipped(model.film->plot.events[static_cast<std::size_t>(event)].title, kQuoted);
  return clipped(one.text, kQuoted);
}

}  // namespace cineloom::what_if
