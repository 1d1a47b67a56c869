#include "pipeline/story_telling.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "llm/story_speaker.h"

namespace cineloom {
namespace {

using story::SpokenFact;
using story::TellingTask;
using story::Told;

constexpr std::string_view kEmbedded = "embedded model";

struct FactAnswer {
  std::string text;
  std::vector<int> facts;
};
BOOST_DESCRIBE_STRUCT(FactAnswer, (), (text, facts))

llm::SpokenEvent event_of(const SpokenFact& spoken) {
  llm::SpokenEvent event{.verb = spoken.verb, .subject = {.name = spoken.who}, .thing = spoken.thing, .place = spoken.place};
  if (!spoken.whom.empty()) event.objects = {{.name = spoken.whom}};
  if (!spoken.with.empty()) event.others = {{.name = spoken.with}};
  if (!spoken.keyword.empty()) event.keywords = {spoken.keyword};
  return event;
}

/// A sentence for each fact; the seed decides which of the good ones.
Expected<Told> tell_embedded(llm::InProcessBackend& model, const TellingTask& task, const CancelToken& cancel) {
  if (task.spoken.empty()) return fail(ErrorCode::NotFound, "no saying for one of the facts");
  if (!task.narrator.empty()) return fail(ErrorCode::NotFound, "this model says nothing as somebody");
  Told told;
  for (const SpokenFact& spoken : task.spoken) {
    CINELOOM_TRY_ASSIGN(const auto tellings, llm::speak_event(model, event_of(spoken), {.seed = task.seed}, cancel));
    const auto good = std::ranges::find_if(tellings, [](const llm::Telling& one) { return one.is_sound && one.is_said; });
    if (good == tellings.end()) continue;
    told.text += (told.text.empty() ? "" : " ") + good->text;
    told.claims.push_back(spoken.fact);
  }
  return told;
}

std::string words_of(const Fact& fact) { return fmt::format("{} {}{}{}", fact.subject, fact.predicate, fact.object.empty() ? "" : " ", fact.object); }

/// Facts by number: the new ones first.
std::string numbered(const std::vector<Fact>& facts, std::size_t first) {
  std::string text;
  for (std::size_t i = 0; i < facts.size(); ++i) text += fmt::format("{}{}: {}", i == 0 ? "" : "; ", first + i, words_of(facts[i]));
  return text;
}

Expected<Told> tell_with_prompt(llm::LlmBackend& model, const llm::Prompt& prompt, const TellingTask& task, const CancelToken& cancel) {
  llm::PromptData data = {{"new facts", numbered(task.added, 1)},
                          {"old facts", numbered(task.known, task.added.size() + 1)},
                          {"names that have to stand in it", fmt::format("{}", fmt::join(task.must_name, ", "))},
                          {"one way to tell it", task.plain}};
  if (!task.narrator.empty()) data.emplace_back("who tells it, as I", task.narrator);
  if (task.style == "terse") data.emplace_back("style", "as few words as will do");
  if (task.style == "talkative") data.emplace_back("style", "people speak aloud");
  if (!task.fault.empty()) data.emplace_back("what was wrong with the last telling", task.fault);
  const llm::Sampling sampling{.max_tokens = 400, .temperature = 0.7, .seed = task.seed};
  CINELOOM_TRY_ASSIGN(const std::string text, llm::ask_prompt(model, prompt, data, sampling, cancel));
  CINELOOM_TRY_ASSIGN(const FactAnswer answer, json::read<FactAnswer>(text));
  Told told{.text = answer.text};
  for (const int number : answer.facts) {
    const auto index = static_cast<std::size_t>(number - 1);
    if (number < 1 || index >= task.added.size() + task.known.size()) {
      told.claims.push_back({.predicate = "unknown", .subject = std::to_string(number)});
    } else {
      told.claims.push_back(index < task.added.size() ? task.added[index] : task.known[index - task.added.size()]);
    }
  }
  return told;
}

Expected<std::vector<story::Teller>> ladder_of(TellWith with, const llm::ModelHome& home, const std::filesystem::path& models, const CancelToken& cancel) {
  std::vector<story::Teller> ladder;
  if (with == TellWith::Templates) return ladder;
  if (with == TellWith::Model) {
    CINELOOM_TRY_ASSIGN(const llm::ModelChoice choice, llm::read_choice(home));
    if (choice.file.empty() && choice.url.empty())
      return std::unexpected(
          Error(ErrorCode::Unavailable, "no language model was chosen").advise("choose one with 'cineloom llm use', or use --tell-with embedded"));
    CINELOOM_TRY_ASSIGN(std::shared_ptr<llm::LlmBackend> model, llm::open_choice(home, choice));
    CINELOOM_TRY(model->health());
    std::string name = model->info().name;
    CINELOOM_TRY_ASSIGN(auto teller, model_teller(std::move(model), std::move(name), models / "prompts", cancel));
    ladder.push_back(std::move(teller));
  }
  auto embedded = llm::open_embedded(home);
  if (!embedded && with == TellWith::Embedded) return std::unexpected(embedded.error());
  if (embedded) ladder.push_back(embedded_teller(std::move(*embedded), cancel));
  return ladder;
}

}  // namespace

story::Teller embedded_teller(std::shared_ptr<llm::InProcessBackend> model, CancelToken cancel) {
  return {.name = std::string(kEmbedded), .languages = {"en"}, .attempts = 2, .tell = [model = std::move(model), cancel](const TellingTask& task) {
            return tell_embedded(*model, task, cancel);
          }};
}

Expected<story::Teller> model_teller(std::shared_ptr<llm::LlmBackend> model, std::string name, const std::filesystem::path& prompts, CancelToken cancel) {
  CINELOOM_TRY_ASSIGN(llm::Prompt english, llm::read_prompt(prompts, "tell_event", "en"));
  CINELOOM_TRY_ASSIGN(llm::Prompt chinese, llm::read_prompt(prompts, "tell_event", "zh"));
  return story::Teller{.name = name.empty() ? "language model" : std::move(name),
                       .languages = {"en", "zh"},
                       .attempts = 3,
                       .tell = [model = std::move(model), english = std::move(english), chinese = std::move(chinese), cancel](const TellingTask& task) {
                         return tell_with_prompt(*model, task.language == "zh" ? chinese : english, task, cancel);
                       }};
}

Expected<story::Retelling> tell_story_with(TellWith with, Story story, const llm::ModelHome& home, const std::filesystem::path& models,
                                           const SchemaLibrary& library, Progress& progress, const CancelToken& cancel, const story::NodeListener& on_told) {
  CINELOOM_TRY_ASSIGN(const story::Sayings sayings, story::Sayings::load(models / "story"));
  // A model is not opened for a language that it does not speak.
  const bool is_for_nothing = with == TellWith::Embedded && story.request.language != "en";
  CINELOOM_TRY_ASSIGN(const auto ladder, ladder_of(is_for_nothing ? TellWith::Templates : with, home, models, cancel));
  return story::retell_story(std::move(story), ladder, library, sayings, progress, cancel, on_told);
}

std::string describe_telling(TellWith with, const story::Retelling& retelling) {
  if (with == TellWith::Embedded && retelling.story.request.language != "en")
    return "the embedded model tells in English only: this story is told by templates";
  std::string text;
  for (const auto& [name, count] : retelling.told_by) {
    if (count > 0) text += fmt::format("{}{} by {}", text.empty() ? "events told: " : ", ", count, name == "templates" ? name : "the " + name);
  }
  return text;
}

}  // namespace cineloom
