#include "llm/story_speaker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "base/utf8.h"

namespace cineloom::llm {
namespace {

constexpr std::size_t kMostOthers = 2;
constexpr std::size_t kMostKeywords = 4;
constexpr std::size_t kMostWordBytes = 40;
constexpr double kFavour = 2.5;
constexpr int kTokensOfSentence = 40;

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kMostWordBytes &&
         std::ranges::all_of(text, [](char letter) { return (letter >= 'a' && letter <= 'z') || letter == ' ' || letter == '-' || letter == '\''; });
}

Expected<void> check_event(const SpokenEvent& event) {
  if (!is_word(event.verb)) return fail(ErrorCode::InvalidArgument, "expected a verb in small English letters");
  if (event.subject.name.empty() || event.objects.size() > 1 || event.others.size() > kMostOthers)
    return fail(ErrorCode::InvalidArgument, "expected a subject, at most one object and two more people");
  if (!event.thing.empty() && (!is_word(event.thing) || !event.objects.empty()))
    return fail(ErrorCode::InvalidArgument, "expected a thing in small English letters, and no object beside it");
  if (event.keywords.size() > kMostKeywords || !std::ranges::all_of(event.keywords, is_word))
    return fail(ErrorCode::InvalidArgument, "expected at most four keywords in small English letters");
  if (event.sentences < 1 || event.sentences > 3) return fail(ErrorCode::InvalidArgument, "expected one to three sentences");
  return {};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalpha(byte) != 0 || letter == '\'' || letter == '|' || std::isdigit(byte) != 0) {
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool repeats_four(const std::vector<std::string>& words) {
  std::set<std::vector<std::string>> seen;
  for (std::size_t i = 0; i + 4 <= words.size(); ++i) {
    if (!seen.emplace(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 4).second) return true;
  }
  return false;
}

double repeated_pairs(const std::vector<std::string>& words) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) pairs.emplace(words[i], words[i + 1]);
  return words.size() < 2 ? 0 : 1 - static_cast<double>(pairs.size()) / static_cast<double>(words.size() - 1);
}

bool ends_sentence(char letter) { return letter == '.' || letter == '!' || letter == '?'; }

/// Whole sentences, as many as were asked for; empty if there is none.
std::string cut_sentences(std::string_view text, int most) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_end = ends_sentence(text[i]) && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '"');
    if (!is_end) continue;
    end = i + 1 < text.size() && text[i + 1] == '"' ? i + 2 : i + 1;
    if (--most == 0) break;
  }
  return std::string(text.substr(0, end));
}

/// Role tokens stand apart from words as names do.
std::string set_apart(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool opens = text.substr(i).starts_with("<|");
    const bool follows = i >= 2 && text.substr(i - 2, 2) == "|>";
    const bool is_letter = std::isalnum(static_cast<unsigned char>(text[i])) != 0;
    if ((opens && !out.empty() && (std::isalnum(static_cast<unsigned char>(out.back())) != 0 || out.back() == ',' || out.back() == '>')) ||
        (follows && is_letter))
      out += ' ';
    if (text[i] == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += text[i];
  }
  return out;
}

void capitalize(std::string& text) {
  bool is_begin = true;
  for (char& letter : text) {
    if (is_begin && std::isalpha(static_cast<unsigned char>(letter)) != 0) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    if (letter != ' ' && letter != '"') is_begin = ends_sentence(letter);
  }
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// A pronoun that no known person of the event can mean.
bool has_wrong_pronoun(const SpokenEvent& event, const std::vector<std::string>& words) {
  std::vector<Gender> genders = {event.subject.gender};
  for (const SpokenRole& role : event.objects) genders.push_back(role.gender);
  for (const SpokenRole& role : event.others) genders.push_back(role.gender);
  const auto may_be = [&](Gender gender) { return std::ranges::any_of(genders, [gender](Gender one) { return one == gender || one == Gender::Unknown; }); };
  const auto has = [&](std::initializer_list<std::string_view> some) {
    return std::ranges::any_of(words, [&](const std::string& word) { return std::ranges::find(some, word) != some.end(); });
  };
  return (!may_be(Gender::He) && has({"he", "him", "his", "himself"})) || (!may_be(Gender::She) && has({"she", "her", "hers", "herself"}));
}

bool holds(const std::vector<std::string>& words, const std::string& wanted) {
  // A longer form of the word counts: "letter", "letters".
  return std::ranges::any_of(words, [&](const std::string& word) { return word.starts_with(wanted) && word.size() <= wanted.size() + 3; });
}

/// Who does it stands before the verb, whom it is done to behind it.
bool says_event(const SpokenEvent& event, std::string_view text) {
  const std::string form = spoken_verb(event.verb);
  // "is arrested" may stand as "was soon arrested"; the last word has the meaning.
  const auto last = form.rfind(' ');
  const std::string_view meaning =
      event.verb.starts_with("be ") && last != std::string::npos ? std::string_view(form).substr(last + 1) : std::string_view(form);
  const auto subject = text.find("<|p1|>");
  const auto verb = subject == std::string_view::npos ? subject : text.find(meaning, subject);
  if (verb == std::string_view::npos) return false;
  const std::string_view behind = text.substr(verb + meaning.size());
  if (!behind.empty() && std::isalpha(static_cast<unsigned char>(behind.front())) != 0) return false;
  return (event.objects.empty() || behind.find("<|p2|>") != std::string_view::npos) &&
         (event.thing.empty() || behind.find(event.thing) != std::string_view::npos);
}

double share_of(std::size_t part, std::size_t whole) { return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace

std::string spoken_verb(std::string_view verb) {
  if (verb.starts_with("be ")) return "is " + std::string(verb.substr(3));
  const auto space = std::min(verb.find(' '), verb.size());
  const std::string word(verb.substr(0, space));
  const std::string rest(verb.substr(space));
  if (word == "have") return "has" + rest;
  const bool is_hissing =
      std::ranges::any_of(std::initializer_list<std::string_view>{"s", "sh", "ch", "x", "z", "o"}, [&](auto end) { return word.ends_with(end); });
  if (is_hissing) return word + "es" + rest;
  const bool has_y = word.size() > 1 && word.ends_with('y') && std::string_view("aeiou").find(word[word.size() - 2]) == std::string_view::npos;
  return (has_y ? word.substr(0, word.size() - 1) + "ies" : word + "s") + rest;
}

std::vector<std::pair<std::string, std::string>> story_roles(const SpokenEvent& event) {
  std::vector<std::pair<std::string, std::string>> roles = {{"<|p1|>", event.subject.name}};
  for (const auto* group : {&event.objects, &event.others}) {
    for (const SpokenRole& role : *group) roles.emplace_back(fmt::format("<|p{}|>", roles.size() + 1), role.name);
  }
  if (!event.place.empty()) roles.emplace_back("<|place1|>", event.place);
  return roles;
}

std::vector<CandidateRequest::Part> story_prompt(const SpokenEvent& event) {
  const auto control = [](std::string text) { return CandidateRequest::Part{std::move(text), true}; };
  const auto plain = [](std::string text) { return CandidateRequest::Part{std::move(text), false}; };
  std::vector<CandidateRequest::Part> parts = {control(fmt::format("<|s{}|><|event|>", event.sentences)), plain(" " + spoken_verb(event.verb))};
  const Gender gender = event.subject.gender;
  parts.push_back(control(fmt::format("<|subject|><|p1|>{}", gender == Gender::He ? "<|he|>" : gender == Gender::She ? "<|she|>" : "")));
  std::size_t next = 2;
  if (!event.objects.empty()) parts.push_back(control(fmt::format("<|object|><|p{}|>", next++)));
  if (!event.thing.empty()) {
    parts.push_back(control("<|object|>"));
    parts.push_back(plain(" " + event.thing));
  }
  for (std::size_t i = 0; i < event.others.size(); ++i) parts.push_back(control(fmt::format("<|with|><|p{}|>", next++)));
  if (!event.place.empty()) parts.push_back(control("<|place|><|place1|>"));
  if (!event.keywords.empty()) {
    parts.push_back(control("<|keys|>"));
    parts.push_back(plain(fmt::format(" {}", fmt::join(event.keywords, ", "))));
  }
  parts.push_back(control("<|text|>"));
  return parts;
}

Telling judge_telling(const SpokenEvent& event, std::string_view written, double log_probability_per_token) {
  std::string text = cut_sentences(set_apart(to_valid_utf8(written)), event.sentences);
  while (text.starts_with(' ')) text.erase(0, 1);
  const auto roles = story_roles(event);
  const auto words = words_of(text);
  Telling telling{.log_probability = log_probability_per_token};
  const auto kept = static_cast<std::size_t>(std::ranges::count_if(roles, [&](const auto& role) { return text.find(role.first) != std::string::npos; }));
  const auto held = static_cast<std::size_t>(std::ranges::count_if(event.keywords, [&](const std::string& word) { return holds(words, word); }));
  telling.roles_kept = share_of(kept, roles.size());
  telling.keywords_kept = share_of(held, event.keywords.size());
  const bool is_even = std::ranges::count(text, '"') % 2 == 0;
  const bool is_clean = !text.empty() && is_even && words.size() >= 3 && !repeats_four(words) && !has_wrong_pronoun(event, words);
  telling.is_said = says_event(event, text);
  telling.is_sound = is_clean && kept == roles.size();
  telling.score = 3 * telling.roles_kept + telling.keywords_kept + 0.3 * log_probability_per_token - 2 * repeated_pairs(words) + (is_clean ? 1 : 0) +
                  (telling.is_said ? 1 : 0);
  capitalize(text);
  for (const auto& [token, name] : roles) replace_all(text, token, to_valid_utf8(name));
  telling.text = std::move(text);
  return telling;
}

Expected<std::vector<Telling>> speak_event(InProcessBackend& model, const SpokenEvent& event, const SpeakOptions& options, const CancelToken& cancel) {
  CINELOOM_TRY(check_event(event));
  CandidateRequest request{.prompt = story_prompt(event), .candidates = options.candidates, .min_tokens = 4, .favour = kFavour, .must_end_sentence = true};
  request.sampling = {.max_tokens = kTokensOfSentence * event.sentences,
                      .temperature = options.temperature,
                      .top_p = 0.92,
                      .top_k = 40,
                      .repeat_penalty = 1.1,
                      .seed = options.seed,
                      .is_exact = true};
  for (const auto& [token, name] : story_roles(event)) request.controls.push_back(token);
  request.wanted = request.controls;
  for (const std::string& word : event.keywords) request.wanted.push_back(" " + word);
  CINELOOM_TRY_ASSIGN(const auto answers, model.candidates(request, cancel));
  std::vector<Telling> tellings;
  for (const Answer& answer : answers) tellings.push_back(judge_telling(event, answer.text, answer.log_probability / std::max(1, answer.completion_tokens)));
  std::ranges::stable_sort(
      tellings, [](const Telling& a, const Telling& b) { return std::tuple(a.is_sound, a.is_said, a.score) > std::tuple(b.is_sound, b.is_said, b.score); });
  return tellings;
}

}  // namespace cineloom::llm
