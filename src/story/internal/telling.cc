#include "story/internal/telling.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "story/internal/slots.h"

namespace cineloom::story {
namespace {

constexpr std::string_view kOwner = "'s";

/// What a narrator says instead of a word about a group that they are in.
std::string first_person_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWords = {{{"They", "We"},
                                                                                     {"they", "we"},
                                                                                     {"Them", "Us"},
                                                                                     {"them", "us"},
                                                                                     {"Their", "Our"},
                                                                                     {"their", "our"},
                                                                                     {"has", "have"},
                                                                                     {"is", "am"},
                                                                                     {"does", "do"},
                                                                                     {"他们", "我们"}}};
  const auto found = std::ranges::find(kWords, word, &std::pair<std::string_view, std::string_view>::first);
  if (found != kWords.end()) return std::string(found->second);
  return std::string(word.ends_with('s') ? word.substr(0, word.size() - 1) : word);  // "sits"
}

/// Fills a text from its first slot to its last.
class Filling {
 public:
  Filling(std::string_view text, const Cast& cast, std::string_view narrator, bool is_chinese)
      : text_(text), cast_(cast), narrator_(narrator), is_chinese_(is_chinese) {}

  std::string run() {
    while (at_ < text_.size()) {
      const auto slot = slot_at(text_, at_);
      if (!slot) {
        take_plain();
      } else {
        at_ += slot->length;
        put(*slot);
      }
    }
    return std::move(out_);
  }

 private:
  void take_plain() {
    if (text_[at_] == '"') is_said_ = !is_said_;
    if (text_.substr(at_).starts_with("“")) is_said_ = true;
    if (text_.substr(at_).starts_with("”")) is_said_ = false;
    out_ += text_[at_++];
  }

  void put(const Slot& slot) {
    const bool is_narrator = !is_said_ && !narrator_.empty() && std::ranges::find(slot.roles, narrator_) != slot.roles.end();
    if (!slot.word.empty() && slot.word != kObject && slot.word != kOwned) {
      out_ += is_narrator ? first_person_of(slot.word) : std::string(slot.word);
    } else if (!is_narrator) {
      const auto name = cast_.find(std::string(slot.roles.front()));
      put_begun(name == cast_.end() ? text_.substr(at_ - slot.length, slot.length) : std::string_view(name->second));
      if (slot.word == kOwned) out_ += kOwner;
    } else if (is_chinese_) {
      out_ += "我";
    } else {
      put_narrator(slot);
    }
  }

  /// A sentence may begin with a name such as "the Grey Duke".
  void put_begun(std::string_view words) {
    const auto last = std::string_view(out_).find_last_not_of(" \"");
    const std::size_t at = out_.size();
    out_ += words;
    const bool begins = last == std::string_view::npos || out_[last] == '.' || out_[last] == '!' || out_[last] == '?';
    if (begins && at < out_.size() && out_[at] >= 'a' && out_[at] <= 'z') out_[at] = static_cast<char>(out_[at] - 'a' + 'A');
  }

  void put_narrator(const Slot& slot) {
    if (text_.substr(at_).starts_with(kOwner)) {
      at_ += kOwner.size();
      put_begun("my");
    } else if (!slot.word.empty()) {
      put_begun(slot.word);
    } else if (!put_turned_speech() && !put_behind_other()) {
      out_ += 'I';
    }
  }

  /// `"Go," said {hero}.` is `"Go," I said.`
  bool put_turned_speech() {
    for (const std::string_view verb : {"said ", "asked ", "thought "}) {
      if (!out_.ends_with(verb) || out_.size() < verb.size() + 2 || text_.substr(at_).starts_with(", who")) continue;
      const std::string_view before = std::string_view(out_).substr(0, out_.size() - verb.size());
      if (!before.ends_with("\" ") && !before.ends_with(", ")) continue;
      out_.resize(before.size());
      out_ += "I ";
      out_ += verb.substr(0, verb.size() - 1);
      return true;
    }
    return false;
  }

  /// "{hero} and {ally}" is "Pip and I".
  bool put_behind_other() {
    constexpr std::string_view kAnd = " and ";
    if (!text_.substr(at_).starts_with(kAnd)) return false;
    const auto other = slot_at(text_, at_ + kAnd.size());
    if (!other || !other->word.empty() || other->roles.front() == narrator_) return false;
    if (text_.substr(at_ + kAnd.size() + other->length).starts_with(kOwner)) return false;
    at_ += kAnd.size() + other->length;
    put(*other);
    out_ += " and I";
    return true;
  }

  std::string_view text_;
  const Cast& cast_;
  std::string_view narrator_;
  bool is_chinese_;
  bool is_said_ = false;
  std::size_t at_ = 0;
  std::string out_;
};

/// The tellings that suit a style, at least one.
std::vector<const std::string*> suitable(const std::vector<std::string>& tellings, const std::string& style) {
  std::vector<const std::string*> found;
  for (const std::string& telling : tellings) found.push_back(&telling);
  if (style == kTerse) {
    std::ranges::stable_sort(found, {}, [](const std::string* telling) { return telling->size(); });
    found.resize((found.size() + 2) / 3);
  } else if (style == kTalkative) {
    const auto is_silent = [](const std::string* telling) { return !telling->contains('"') && !telling->contains("“"); };
    if (!std::ranges::all_of(found, is_silent)) std::erase_if(found, is_silent);
  }
  return found;
}

}  // namespace

std::string fill(const std::string& text, const Cast& cast) { return Filling(text, cast, {}, false).run(); }

std::string fill_as(const std::string& narrator, const std::string& text, const Cast& cast, const std::string& language) {
  return Filling(text, cast, narrator, language == "zh").run();
}

std::string tell(const EventSchema& schema, const Cast& cast, const StoryRequest& request, Seed seed) {
  const auto tellings = suitable(request.language == "zh" ? schema.text.chinese : schema.text.english, request.style);
  const std::string& chosen = *tellings[Random(derive_seed(seed, schema.name)).below(tellings.size())];
  return fill_as(request.point_of_view, chosen, cast, request.language);
}

void append_telling(StoryNode& node, const StoryEvent& event, const std::string& telling, const std::string& language) {
  const auto is_of_last = [&](const Fact& fact) { return std::ranges::find(node.events.back().added, fact) != node.events.back().added.end(); };
  if (!node.events.empty() && !std::ranges::any_of(event.preconditions, is_of_last)) {
    node.text += '\n';
  } else if (!node.text.empty() && language != "zh") {
    node.text += ' ';
  }
  node.text += telling;
}

}  // namespace cineloom::story
