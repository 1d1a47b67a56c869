#include "plot/internal/told_chinese.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "plot/internal/chinese_words.h"
#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

constexpr std::size_t kHan = 3;  // bytes of the characters that names are made of
constexpr std::size_t kLongestForeign = 6;
constexpr std::size_t kReach = 8;  // characters between a name and its deed
constexpr std::size_t kLongestObject = 8;
constexpr std::size_t kNear = 4;   // characters between a deed and whom it is done to
constexpr double kMostlyPerson = 0.6;
constexpr std::size_t kMostInSentence = 6;
constexpr std::size_t kMostPeople = 300;
constexpr std::size_t kLongestClause = 90 * kHan;
constexpr std::string_view kDot = "·";

/// The Han character at a byte; empty for anything else.
std::string_view han_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto decoded = decode_utf8(text.substr(at));
  return decoded && decoded->bytes == kHan && is_han(decoded->code_point) ? text.substr(at, kHan) : std::string_view();
}

bool is_one_of(std::string_view character, std::string_view characters) {
  if (character.empty()) return false;
  for (auto at = characters.find(character); at != std::string_view::npos; at = characters.find(character, at + 1)) {
    if (at % kHan == 0) return true;
  }
  return false;
}

template <std::size_t Size>
std::string_view starting(std::string_view rest, const std::array<std::string_view, Size>& words) {
  const auto found = std::ranges::find_if(words, [&](std::string_view word) { return rest.starts_with(word); });
  return found == words.end() ? std::string_view() : *found;
}

template <std::size_t Size>
bool ends_with_one(std::string_view before, const std::array<std::string_view, Size>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return before.ends_with(word); });
}

/// What is known of a form that could name somebody.
struct Form {
  int all = 0;
  int personal = 0;  ///< times that what stands behind it speaks of a person
  bool is_named = false;  ///< by a word such as "called", or by the dot of foreign names
};

struct Mention {
  std::string form;
  Span span;
};

/// Finds who is named.
class People {
 public:
  explicit People(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size();) {
      for (const std::string_view form : forms_at(at)) note(form, at);
      at += std::max<std::size_t>(decode_utf8(text.substr(at)).value_or(DecodedCharacter{.code_point = 0, .bytes = 1}).bytes, 1);
    }
  }

  /// Mentions in order, none inside another.
  std::vector<Mention> mentions() {
    choose();
    std::vector<Mention> found;
    for (std::size_t at = 0; at < text_.size();) {
      std::string_view longest;
      for (const std::string_view form : forms_at(at)) {
        if (form.size() > longest.size() && known_.contains(std::string(form))) longest = form;
      }
      if (longest.empty()) longest = given_at(at);
      if (!longest.empty()) found.push_back({.form = std::string(longest), .span = {.begin = at, .end = at + longest.size()}});
      at += longest.empty() ? std::max<std::size_t>(decode_utf8(text_.substr(at)).value_or(DecodedCharacter{.code_point = 0, .bytes = 1}).bytes, 1)
                            : longest.size();
    }
    return found;
  }

  /// The fullest form of each form's person.
  [[nodiscard]] std::string fullest(const std::string& form) const {
    const auto found = full_.find(form);
    return found == full_.end() ? form : found->second;
  }

 private:
  /// Forms that could begin at a byte.
  [[nodiscard]] std::vector<std::string_view> forms_at(std::size_t at) const {
    std::vector<std::string_view> forms;
    const std::string_view first = han_at(text_, at);
    if (first.empty()) return forms;
    const std::string_view rest = text_.substr(at);
    const std::string_view second = han_at(text_, at + kHan);
    if (is_one_of(first, "小老阿") && !second.empty() && !is_one_of(second, kNoNicknames)) forms.push_back(rest.substr(0, 2 * kHan));
    const std::size_t surname = starting(rest, kDoubleSurnames).empty() ? (is_one_of(first, kSurnames) ? kHan : 0) : 2 * kHan;
    if (surname > 0 && !second.empty() && starting(rest, kNoNames).empty()) add_by_surname(rest, at, surname, forms);
    if (const std::string_view station = starting(rest, kStations); !station.empty()) forms.push_back(station);
    add_foreign(rest, at, forms);
    return forms;
  }

  void add_by_surname(std::string_view rest, std::size_t at, std::size_t surname, std::vector<std::string_view>& forms) const {
    if (const std::string_view address = starting(rest.substr(surname), kAddresses); !address.empty()) {
      forms.push_back(rest.substr(0, surname + address.size()));
      return;
    }
    const std::string_view given = han_at(text_, at + surname);
    const std::string_view more = han_at(text_, at + surname + kHan);
    if (given.empty() || is_one_of(given, "的了在是和与")) return;
    forms.push_back(rest.substr(0, surname + kHan));
    if (!more.empty() && !is_one_of(more, kBehind)) forms.push_back(rest.substr(0, surname + 2 * kHan));
  }

  /// A run of the characters of foreign names, with dots between its parts.
  void add_foreign(std::string_view rest, std::size_t at, std::vector<std::string_view>& forms) const {
    const bool goes_on_before = at >= kHan && is_one_of(text_.substr(at - kHan, kHan), kForeignCharacters);
    if (goes_on_before) return;
    std::size_t end = 0;
    std::size_t part = 0;
    while (end < rest.size() && part < kLongestForeign) {
      if (is_one_of(han_at(rest, end), kForeignCharacters)) {
        end += kHan;
        ++part;
      } else if (part > 0 && rest.substr(end).starts_with(kDot) && is_one_of(han_at(rest, end + kDot.size()), kForeignCharacters)) {
        end += kDot.size();
        part = 0;
      } else {
        break;
      }
    }
    if (end >= 2 * kHan && part < kLongestForeign) forms.push_back(rest.substr(0, end));
  }

  [[nodiscard]] bool is_person_behind(std::size_t end) const {
    if (end >= text_.size()) return true;
    const std::string_view next = han_at(text_, end);
    return next.empty() || is_one_of(next, kBehind);
  }

  /// "林晓偷了..." and "...帮助林晓。": who begins a clause and does something, or is whom a deed is done to.
  [[nodiscard]] bool is_in_deed(std::string_view form, std::size_t at) const {
    const std::string_view behind = text_.substr(at + form.size());
    const bool begins = at == 0 || han_at(text_, at - std::min(at, kHan)).empty();
    if (begins && !starting(behind, kDeeds).empty()) return true;
    const bool ends = han_at(behind, 0).empty() || behind.starts_with("的");
    return ends && ends_with_one(text_.substr(0, at), kDeedsToPeople);
  }

  void note(std::string_view form, std::size_t at) {
    Form& known = forms_[std::string(form)];
    ++known.all;
    known.personal += is_person_behind(at + form.size()) ? 1 : 0;
    known.is_named = known.is_named || form.contains(kDot) || (ends_with_one(text_.substr(0, at), kBefore) && is_person_behind(at + form.size())) ||
                     ends_with_one(form, kAddresses) || is_in_deed(form, at);
  }

  [[nodiscard]] static bool is_person(const Form& form) {
    const double share = static_cast<double>(form.personal) / form.all;
    return share >= kMostlyPerson && (form.all > 1 || form.is_named);
  }

  void choose() {
    for (const auto& [form, known] : forms_) {
      if (is_person(known)) known_.insert(form);
    }
    keep_most_named();
    std::vector<std::string> halves;
    for (const std::string& form : known_) {
      if (is_half(form)) halves.push_back(form);
    }
    for (const std::string& form : halves) known_.erase(form);
    add_parts();
    for (const std::string& form : known_) find_fullest(form);
  }

  /// No plot has more people; forms are compared with each other.
  void keep_most_named() {
    if (known_.size() <= kMostPeople) return;
    std::vector<std::string> list(known_.begin(), known_.end());
    std::ranges::stable_sort(list, std::greater(), [this](const std::string& form) { return forms_[form].all; });
    list.resize(kMostPeople);
    known_ = std::set<std::string>(list.begin(), list.end());
  }

  /// Who was named in full is known by each part of the name.
  void add_parts() {
    std::vector<std::string> parts;
    for (const std::string& form : known_) {
      for (std::string_view rest = form; form.contains(kDot) && !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(kDot));
        rest.remove_prefix(std::min(part.size() + kDot.size(), rest.size()));
        if (part.size() >= 2 * kHan) parts.emplace_back(part);
      }
    }
    known_.insert(parts.begin(), parts.end());
  }

  /// "王小" is "王小明" where it is seldom anything else.
  [[nodiscard]] bool is_half(const std::string& form) const {
    return std::ranges::any_of(known_, [&](const std::string& longer) {
      return longer.size() == form.size() + kHan && longer.starts_with(form) && !longer.contains(kDot) && forms_.at(longer).all * 2 >= forms_.at(form).all;
    });
  }

  /// Somebody's given name, nickname, address or first foreign name belongs to the one longer name that has it.
  void find_fullest(const std::string& form) {
    std::vector<std::string> owners;
    const std::string_view last = std::string_view(form).substr(form.size() - kHan);
    for (const std::string& other : known_) {
      if (other == form || other.size() <= form.size() - (is_one_of(std::string_view(form).substr(0, kHan), "小老阿") ? kHan : 0)) continue;
      const bool is_part = other.contains(kDot) && (other.starts_with(form + std::string(kDot)) || other.ends_with(std::string(kDot) + form));
      const bool is_nickname =
          (form.starts_with("小") || form.starts_with("阿")) && other.ends_with(last) && is_one_of(std::string_view(other).substr(0, kHan), kSurnames);
      const bool is_elder = form.starts_with("老") && other.starts_with(last);
      const bool is_address = ends_with_one(form, kAddresses) && other.starts_with(std::string_view(form).substr(0, kHan)) && !ends_with_one(other, kAddresses);
      if (is_part || is_nickname || is_elder || is_address) owners.push_back(other);
    }
    if (owners.size() == 1) full_[form] = owners.front();
    // "王小明" is also "小明", if nobody else is.
    if (form.size() == 3 * kHan && is_one_of(std::string_view(form).substr(0, kHan), kSurnames) && !ends_with_one(form, kAddresses)) {
      const std::string given = form.substr(kHan);
      if (!full_.contains(given)) full_[given] = form;
      given_.insert(given);
    }
  }

  [[nodiscard]] std::string_view given_at(std::size_t at) const {
    const std::string_view given = text_.substr(at, 2 * kHan);
    if (given.size() < 2 * kHan || !given_.contains(std::string(given)) || !is_person_behind(at + given.size())) return {};
    return given;
  }

  std::string_view text_;
  std::map<std::string, Form> forms_;
  std::set<std::string> known_;
  std::set<std::string> given_;
  std::map<std::string, std::string> full_;
};

/// Who does what, clause by clause.
class Deeds {
 public:
  Deeds(std::string_view text, const std::vector<Mention>& mentions, const People& people) : text_(text), mentions_(mentions), people_(people) {}

  std::vector<ToldEvent> read() {
    for (std::size_t i = 0; i < mentions_.size(); ++i) add(i);
    return std::move(events_);
  }

 private:
  /// Where the clause of a byte ends.
  [[nodiscard]] std::size_t clause_end(std::size_t at) const {
    constexpr std::array<std::string_view, 7> kStops = {"，", "。", "；", "！", "？", "：", "\n"};
    const std::size_t limit = std::min(text_.size(), at + kLongestClause);
    while (at < limit && starting(text_.substr(at), kStops).empty()) ++at;
    return at;
  }

  void add(std::size_t index) {
    const Mention& mention = mentions_[index];
    const std::size_t end = clause_end(mention.span.end);
    const bool is_suffered =
        text_.substr(mention.span.end).starts_with("被") && index + 1 < mentions_.size() && mentions_[index + 1].span.begin == mention.span.end + kHan;
    const Mention& doer = is_suffered ? mentions_[index + 1] : mention;
    const std::size_t next = index + (is_suffered ? 2 : 1);
    const std::size_t limit = std::min({end, doer.span.end + kReach * kHan, next < mentions_.size() ? mentions_[next].span.begin : end});
    for (std::size_t at = doer.span.end; at < limit; ++at) {
      std::string_view deed = starting(text_.substr(at, end - at), kDeeds);
      if (deed.empty()) continue;
      // "决定嫁给": what somebody decides is the deed.
      deed = text_.substr(at, deed.size() + starting(text_.substr(at + deed.size(), end - at - deed.size()), kDeeds).size());
      ToldEvent event{.subject = people_.fullest(doer.form),
                      .verb = std::string(deed),
                      .object = {},
                      .span = {.begin = mention.span.begin, .end = at + deed.size()},
                      .cause = {}};
      if (is_suffered) event.object = people_.fullest(mention.form);
      else add_object(event, next, end);
      link(event);
      events_.push_back(std::move(event));
      return;
    }
  }

  void add_object(ToldEvent& event, std::size_t next, std::size_t end) const {
    std::size_t at = event.span.end;
    if (next < mentions_.size() && mentions_[next].span.begin < end && mentions_[next].span.begin - at <= kNear * kHan) {
      event.object = people_.fullest(mentions_[next].form);
      event.span.end = mentions_[next].span.end;
      return;
    }
    for (std::size_t count = 0; at < end && count < kLongestObject; ++count) {
      const std::string_view character = han_at(text_, at);
      if (character.empty()) break;
      at += kHan;
      if (!(event.object.empty() && is_one_of(character, "了着过"))) event.object += character;
    }
    event.span.end = at;
  }

  /// "因为A，B" makes A the cause of B, "B，因为A" too; "于是B" takes what was told last.
  void link(ToldEvent& event) {
    if (events_.empty()) return;
    const int last = static_cast<int>(events_.size()) - 1;
    const auto& before = events_.back();
    const std::string_view between = text_.substr(std::min(before.span.end, event.span.begin), event.span.begin - std::min(before.span.end, event.span.begin));
    if (between.size() > 120) return;
    const bool is_same_sentence = !between.contains("。");
    constexpr std::array<std::string_view, 5> kSo = {"于是", "因此", "所以", "结果", "为此"};
    if (std::ranges::any_of(kSo, [&](std::string_view word) { return between.contains(word); })) event.cause = last;
    const std::size_t from = before.span.begin - std::min<std::size_t>(before.span.begin, 2 * kHan);
    const std::string_view opening = text_.substr(from, before.span.begin - from);
    if (is_same_sentence && (opening.ends_with("因为") || opening.ends_with("由于"))) event.cause = last;
    // The reason stands behind what it brought about.
    if (is_same_sentence && (between.contains("因为") || between.contains("由于"))) events_.back().cause = last + 1;
  }

  std::string_view text_;
  const std::vector<Mention>& mentions_;
  const People& people_;
  std::vector<ToldEvent> events_;
};

std::vector<ToldPerson> persons(const std::vector<Mention>& mentions, const People& people) {
  std::map<std::string, ToldPerson> known;
  std::map<std::string, std::map<std::string, int>> forms;
  for (const Mention& mention : mentions) {
    const std::string name = people.fullest(mention.form);
    known[name].name = name;
    known[name].mentions.push_back(mention.span);
    ++forms[name][mention.form];
  }
  std::vector<ToldPerson> list;
  for (auto& [name, person] : known) {
    for (const auto& [form, count] : forms[name]) {
      if (form != name) person.aliases.push_back(form);
    }
    std::ranges::stable_sort(person.aliases, std::greater(), [&](const std::string& form) { return forms[name][form]; });
    list.push_back(std::move(person));
  }
  std::ranges::stable_sort(list, std::greater(), [](const ToldPerson& person) { return person.mentions.size(); });
  return list;
}

std::vector<ToldRelation> relations(std::string_view text, const std::vector<Mention>& mentions, const People& people) {
  std::map<std::pair<std::string, std::string>, ToldRelation> known;
  std::size_t next = 0;
  for (const std::string_view sentence : sentences_of(text)) {
    const auto begin = static_cast<std::size_t>(sentence.data() - text.data());
    std::set<std::string> present;
    for (; next < mentions.size() && mentions[next].span.begin < begin + sentence.size(); ++next) {
      if (present.size() < kMostInSentence) present.insert(people.fullest(mentions[next].form));
    }
    for (auto a = present.begin(); a != present.end(); ++a) {
      for (auto b = std::next(a); b != present.end(); ++b) {
        ToldRelation& relation = known[{*a, *b}];
        if (relation.sentences++ == 0) relation = {.a = *a, .b = *b, .sentences = 1, .first = {.begin = begin, .end = begin + sentence.size()}};
      }
    }
  }
  std::vector<ToldRelation> list;
  for (auto& [pair, relation] : known) list.push_back(std::move(relation));
  std::ranges::stable_sort(list, std::greater(), &ToldRelation::sentences);
  return list;
}

}  // namespace

bool is_chinese(std::string_view text) {
  std::size_t han = 0;
  std::size_t other = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_utf8(text.substr(at)).value_or(DecodedCharacter{.code_point = 0, .bytes = 1});
    han += is_han(decoded.code_point) ? 1U : 0U;
    other += decoded.code_point < 0x80 && std::isalpha(static_cast<int>(decoded.code_point)) != 0 ? 1U : 0U;
    at += decoded.bytes;
  }
  // A Han character says as much as two letters and more.
  return han > 0 && 2 * han > other;
}

ToldPlot read_told_chinese(std::string_view text) {
  People people(text);
  const std::vector<Mention> mentions = people.mentions();
  ToldPlot told;
  told.people = persons(mentions, people);
  told.relations = relations(text, mentions, people);
  told.events = Deeds(text, mentions, people).read();
  return told;
}

}  // namespace cineloom::plot
