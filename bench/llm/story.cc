#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "base/random.h"
#include "kneser_ney.h"
#include "llm/model_home.h"
#include "llm/model_speed.h"
#include "llm/story_speaker.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;
using llm::SpokenEvent;

constexpr std::size_t kEvents = 300;
constexpr std::size_t kWordsOfWindow = 300;
constexpr std::size_t kCompared = 30;
constexpr std::string_view kText = "<|text|>";

/// A held-out line: its event as the trainer wrote it, and the sentences of the film.
struct HeldOut {
  std::string prompt;
  std::string text;
  SpokenEvent event;
};

fs::path set_folder() {
  const char* named = std::getenv("CINELOOM_STORY_SET");
  return named != nullptr ? fs::path(named) : fs::path(CINELOOM_SOURCE_DIR) / "build" / "story-model";
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

llm::SpokenRole person(std::string_view token) {
  static constexpr std::string_view kNames[] = {"Mira", "Ansel", "Juno", "Tam"};
  return {.name = std::string(kNames[static_cast<std::size_t>(token[3] - '1')])};
}

bool is_person(std::string_view text) { return text.size() == 6 && text.starts_with("<|p") && text[3] >= '1' && text[3] <= '4'; }

/// The piece behind a control token, up to the next that opens a part.
std::string part_behind(std::string_view prompt, std::string_view token) {
  auto at = prompt.find(token);
  if (at == std::string_view::npos) return {};
  at += token.size();
  std::size_t end = prompt.size();
  for (const std::string_view next : {"<|subject|>", "<|object|>", "<|with|>", "<|place|>", "<|keys|>", "<|text|>", "<|he|>", "<|she|>"})
    end = std::min(end, prompt.find(next, at));
  while (at < end && prompt[at] == ' ') ++at;
  return std::string(prompt.substr(at, end - at));
}

/// {verb as a sentence has it: its base form} of the verbs that the model knows.
using VerbForms = std::map<std::string, std::string, std::less<>>;

VerbForms verb_forms() {
  VerbForms forms;
  const auto text = read_file(fs::path(CINELOOM_SOURCE_DIR) / "models" / "story" / "verbs.json");
  const auto bases = text ? json::read<std::vector<std::string>>(*text) : fail(ErrorCode::NotFound, "no verbs");
  if (bases) {
    for (const std::string& base : *bases) forms[llm::spoken_verb(base)] = base;
  }
  return forms;
}

/// The base form of "betrays" or "is arrested"; empty for what more than one person does.
std::string base_of(std::string_view form, const VerbForms& forms) {
  if (form.starts_with("is ")) return "be " + std::string(form.substr(3));
  const auto found = forms.find(form);
  return found == forms.end() ? "" : found->second;
}

/// The event that a line was made from, where src/story could ask for it: people as subject and object, one place at most.
std::optional<HeldOut> read_held_out(const std::string& line, const VerbForms& forms) {
  const auto at = line.find(kText);
  const auto end = line.rfind("<|end|>");
  if (at == std::string::npos || end == std::string::npos) return std::nullopt;
  HeldOut held{.prompt = line.substr(0, at + kText.size()), .text = line.substr(at + kText.size(), end - at - kText.size())};
  SpokenEvent& event = held.event;
  const std::string subject = part_behind(held.prompt, "<|subject|>");
  const std::string object = part_behind(held.prompt, "<|object|>");
  if (!is_person(subject) || held.prompt.find("<|place2|>") != std::string::npos) return std::nullopt;
  event.sentences = held.prompt[3] - '0';
  event.verb = base_of(part_behind(held.prompt, "<|event|>"), forms);
  if (event.verb.empty()) return std::nullopt;
  event.subject = person(subject);
  if (held.prompt.find("<|he|>") != std::string::npos) event.subject.gender = llm::Gender::He;
  if (held.prompt.find("<|she|>") != std::string::npos) event.subject.gender = llm::Gender::She;
  if (is_person(object)) event.objects = {person(object)};
  if (!object.empty() && !object.starts_with('<')) event.thing = object;
  for (auto with = held.prompt.find("<|with|>"); with != std::string::npos; with = held.prompt.find("<|with|>", with + 8)) {
    const std::string_view other = std::string_view(held.prompt).substr(with + 8, 6);
    if (!is_person(other)) return std::nullopt;
    event.others.push_back(person(other));
  }
  if (held.prompt.find("<|place1|>") != std::string::npos) event.place = "Port Vale";
  for (std::string keys = part_behind(held.prompt, "<|keys|>"); !keys.empty();) {
    const auto comma = keys.find(", ");
    event.keywords.push_back(keys.substr(0, comma));
    keys = comma == std::string::npos ? "" : keys.substr(comma + 2);
  }
  const bool is_complete =
      event.others.size() <= 2 && llm::story_roles(event).size() == 1 + event.objects.size() + event.others.size() + (event.place.empty() ? 0U : 1U);
  return is_complete ? std::optional(held) : std::nullopt;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text + " ") {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalpha(byte) != 0 || letter == '\'') {
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

/// Different pairs of words over all, in windows of the same length.
double distinct_pairs(const std::vector<std::string>& words) {
  std::vector<double> shares;
  for (std::size_t begin = 0; begin + kWordsOfWindow <= words.size(); begin += kWordsOfWindow) {
    std::set<std::pair<std::string, std::string>> pairs;
    for (std::size_t i = begin; i + 1 < begin + kWordsOfWindow; ++i) pairs.emplace(words[i], words[i + 1]);
    shares.push_back(static_cast<double>(pairs.size()) / static_cast<double>(kWordsOfWindow - 1));
  }
  return shares.empty() ? 0 : median(shares);
}

bool repeats_four(const std::vector<std::string>& words) {
  std::set<std::vector<std::string>> seen;
  for (std::size_t i = 0; i + 4 <= words.size(); ++i) {
    if (!seen.emplace(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 4).second) return true;
  }
  return false;
}

/// What templates can say of any event.
std::string say_by_template(const SpokenEvent& event) {
  const bool is_passive = event.verb.starts_with("be ");
  std::string text = event.subject.name + " " + llm::spoken_verb(event.verb);
  if (!event.objects.empty()) text += (is_passive ? " by " : " ") + event.objects[0].name;
  if (!event.thing.empty()) text += " the " + event.thing;
  for (std::size_t i = 0; i < event.others.size(); ++i) text += (i == 0 ? " with " : " and ") + event.others[i].name;
  return text + (event.place.empty() ? "." : " in " + event.place + ".");
}

std::string with_names(std::string text, const SpokenEvent& event) {
  for (const auto& [token, name] : llm::story_roles(event)) {
    for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at)) text.replace(at, token.size(), name);
  }
  return text;
}

/// Thirty events told three ways in an order that tells nothing, and the key at the end.
void write_side_by_side(const std::vector<HeldOut>& events, const std::vector<std::string>& told) {
  Random random(17);
  std::string page =
      "# Who wrote which?\n\nEach event was told by templates, by the embedded model and by people who wrote about films. Mark what you would rather read; the "
      "key is at the end.\n";
  std::string key = "\n# Key\n\n";
  for (std::size_t i = 0; i < std::min(kCompared, events.size()); ++i) {
    std::vector<std::pair<std::string, std::string>> tellings = {
        {"template", say_by_template(events[i].event)}, {"embedded", told[i]}, {"people", with_names(events[i].text, events[i].event)}};
    for (std::size_t j = 2; j > 0; --j) std::swap(tellings[j], tellings[random.below(j + 1)]);
    page += fmt::format("\n## {}\n\n", i + 1);
    for (std::size_t j = 0; j < 3; ++j) page += fmt::format("- {}: {}\n", "ABC"[j], tellings[j].second);
    key += fmt::format("{}: A {}, B {}, C {}\n", i + 1, tellings[0].first, tellings[1].first, tellings[2].first);
  }
  const auto folder = fs::path(CINELOOM_SOURCE_DIR) / "build" / "bench";
  std::error_code error;
  fs::create_directories(folder, error);
  std::ignore = write_file(folder / "story-side-by-side.md", page + key);  // a by-product; its absence is seen
}

void measure_tellings(Report& report, llm::InProcessBackend& model, const std::vector<HeldOut>& events) {
  std::vector<double> roles;
  std::vector<double> keywords;
  std::vector<std::string> words;
  std::vector<std::string> told;
  double repeated = 0;
  double sound = 0;
  double said = 0;
  const auto used_before = llm::processor_seconds(model);
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto tellings = llm::speak_event(model, events[i].event, {.candidates = 8, .seed = i + 1}, CancelToken());
    if (!tellings || tellings->empty()) {
      roles.push_back(0);
      told.emplace_back();
      continue;
    }
    const llm::Telling& best = tellings->front();
    roles.push_back(best.roles_kept);
    keywords.push_back(best.keywords_kept);
    told.push_back(best.text);
    const auto own = words_of(best.text);
    words.insert(words.end(), own.begin(), own.end());
    repeated += repeats_four(own) ? 1 : 0;
    sound += best.is_sound ? 1 : 0;
    said += best.is_said ? 1 : 0;
  }
  const double minutes = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 60;
  write_side_by_side(events, told);
  const auto used_after = llm::processor_seconds(model);
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(std::max<std::size_t>(values.size(), 1));
  };
  const auto count = static_cast<double>(events.size());
  report.add({"story_role_recall", mean(roles), "", events.size(), "people and places of held-out events that the best of 8 tellings names",
              Bound{.must = .95, .aim = .99, .is_least = true}});
  report.add({"story_keyword_recall", mean(keywords), "", events.size(), "as above, keywords"});
  report.add({"story_sound_share", sound / count, "", events.size(), "best tellings that are taken; the others are told by templates"});
  report.add(
      {"story_said_share", said / count, "", events.size(), "best tellings with the subject, a form of the verb and then the object: who does what to whom"});
  report.add({"story_distinct2", distinct_pairs(words), "", events.size(), "median of windows of 300 words; one cast throughout",
              Bound{.must = .85, .aim = .90, .is_least = true}});
  report.add({"story_repeats_four_words", repeated / count, "", events.size(), "best tellings with the same four words twice", Bound{.must = 0, .aim = 0}});
  report.add({"story_events_per_min_wall", count / minutes, "1/min", events.size(), "with whatever else the machine did"});
  if (!used_before || !used_after) return report.add_missing("story_events_per_min", "the model did not say how long it took");
  report.add({"story_events_per_min", count * 60 / (*used_after - *used_before), "1/min", events.size(),
              "8 candidates each, by processor time of the model's one thread", Bound{.must = 400, .aim = 1500, .is_least = true}});
}

/// ln p of all held-out sentences by both models, on the same tokens.
struct Likelihoods {
  double model = 0;
  double kneser_ney = 0;
  std::size_t tokens = 0;
};

std::optional<Likelihoods> compare(llm::InProcessBackend& model, const KneserNey& baseline, const std::vector<std::string>& lines, bool has_event) {
  Likelihoods sums;
  for (const std::string& line : lines) {
    const auto at = line.find(kText) + kText.size();
    const std::string prompt = has_event ? line.substr(0, at) : "";
    const auto score = model.score({{prompt, true}}, line.substr(at), CancelToken());
    const auto before = model.tokenize(prompt);
    if (!score || !before) return std::nullopt;
    std::vector<std::int32_t> tokens = {1};
    tokens.insert(tokens.end(), before->begin(), before->end());
    const std::size_t begin = tokens.size();
    tokens.insert(tokens.end(), score->tokens.begin(), score->tokens.end());
    for (std::size_t i = begin; i < tokens.size(); ++i) sums.kneser_ney += baseline.log_probability(tokens, i);
    sums.model += score->log_probability;
    sums.tokens += score->tokens.size();
  }
  return sums;
}

std::optional<KneserNey> train_baseline(llm::InProcessBackend& model, const std::vector<std::string>& lines, bool has_event) {
  KneserNey baseline(model.header().vocabulary);
  for (const std::string& line : lines) {
    const auto at = line.find(kText) + kText.size();
    const auto before = model.tokenize(has_event ? line.substr(0, at) : "");
    const auto text = model.tokenize(line.substr(at));
    if (!before || !text) return std::nullopt;
    std::vector<std::int32_t> tokens = {1};
    tokens.insert(tokens.end(), before->begin(), before->end());
    const std::size_t begin = tokens.size();
    tokens.insert(tokens.end(), text->begin(), text->end());
    baseline.add(tokens, begin);
  }
  baseline.finish();
  return baseline;
}

void measure_likelihood(Report& report, llm::InProcessBackend& model, const std::vector<std::string>& train, const std::vector<std::string>& held_out) {
  for (const bool has_event : {true, false}) {
    const auto baseline = train_baseline(model, train, has_event);
    const auto sums = baseline ? compare(model, *baseline, held_out, has_event) : std::nullopt;
    if (!sums) return report.add_missing("story_ppl_over_kn5", "the model did not score a text");
    const auto perplexity = [&](double sum) { return std::exp(-sum / static_cast<double>(sums->tokens)); };
    const std::string note =
        fmt::format("model {:.1f}, Kneser-Ney {:.1f} per token over {} tokens of {} held-out texts, {}", perplexity(sums->model), perplexity(sums->kneser_ney),
                    sums->tokens, held_out.size(), has_event ? "both behind the event's tokens" : "both without the event");
    const double ratio = perplexity(sums->model) / perplexity(sums->kneser_ney);
    if (has_event) {
      report.add({"story_ppl_over_kn5", ratio, "", held_out.size(), note, Bound{.must = .75, .aim = .6}});
    } else {
      report.add({"story_ppl_over_kn5_without_event", ratio, "", held_out.size(), note});
    }
  }
}

}  // namespace

void measure_story(Report& report) {
  const auto held_out = lines_of(set_folder() / "pairs.held_out.txt");
  const auto train = lines_of(set_folder() / "pairs.train.txt");
  if (held_out.empty() || train.empty()) {
    for (const std::string key : {"story_role_recall", "story_distinct2", "story_ppl_over_kn5", "story_events_per_min"}) {
      report.add_missing(key, "no training texts in " + set_folder().string() + "; tools/train_story_model/README.md says how they are made");
    }
    return;
  }
  const auto home = llm::home_of("/nowhere", CINELOOM_SOURCE_DIR, "/proc/self/exe");
  const auto model = open_model(report, home.embedded, 256 * 9, 8, 1, {"story_role_recall", "story_distinct2", "story_ppl_over_kn5", "story_events_per_min"});
  if (!model) return;
  report.add_data(home.embedded);
  const VerbForms forms = verb_forms();
  std::vector<HeldOut> events;
  for (std::size_t i = 0; i < held_out.size() && events.size() < kEvents; ++i) {
    if (auto held = read_held_out(held_out[i], forms)) events.push_back(*std::move(held));
  }
  measure_tellings(report, *model, events);
  measure_likelihood(report, *model, train, held_out);
}

}  // namespace cineloom::bench
