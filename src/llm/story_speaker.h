#pragma once

#include <string>
#include <vector>

#include "llm/in_process.h"

namespace cineloom::llm {

enum class Gender { Unknown, He, She };

struct SpokenRole {
  std::string name;  ///< as it will stand in the text; never seen by the model
  Gender gender = Gender::Unknown;
};

/// What happens, for a sentence to say: `verb` in its base form ("betray", "be arrested"), who does it, to whom or what, with whom, where.
struct SpokenEvent {
  std::string verb;
  SpokenRole subject;
  std::vector<SpokenRole> objects;    ///< none, or the person it is done to
  std::string thing;                  ///< or the thing, one or two words
  std::vector<SpokenRole> others;     ///< at most 2 more people
  std::string place;                  ///< a name, or empty
  std::vector<std::string> keywords;  ///< English words that the text should hold, at most 4
  int sentences = 1;                  ///< 1 .. 3
};

struct SpeakOptions {
  int candidates = 8;  ///< 1 .. the backend's sequences
  Seed seed = 1;
  double temperature = 0.95;
};

/// One telling of an event, with its names.
struct Telling {
  std::string text;
  double roles_kept = 0;            ///< share of the event's people and places that it names
  double keywords_kept = 0;         ///< share; 1 without keywords
  double log_probability = 0;       ///< natural, per token
  bool is_said = false;             ///< the subject, then a form of the verb, then the object: who does what to whom
  bool is_sound = false;            ///< all roles, whole sentences, no four words twice, no wrong pronoun
  double score = 0;                 ///< what the order is by
};

/// All candidates of the embedded story model for this event, best first: roles and keywords kept, likelihood, no repetition.
/// Errors: InvalidArgument for an event that cannot be said, those of the backend.
Expected<std::vector<Telling>> speak_event(InProcessBackend& model, const SpokenEvent& event, const SpeakOptions& options, const CancelToken& cancel);

/// "betrays" of "betray", "is arrested" of "be arrested": as the verb stands in a sentence.
std::string spoken_verb(std::string_view verb);
/// The prompt of an event; the order of its parts is what tools/train_story_model/events.py trained with.
std::vector<CandidateRequest::Part> story_prompt(const SpokenEvent& event);
/// The role tokens of an event and the names they stand for: <|p1|> is the subject.
std::vector<std::pair<std::string, std::string>> story_roles(const SpokenEvent& event);

/// A candidate as the model wrote it, with role tokens, made into a telling; for speak_event and its tests.
Telling judge_telling(const SpokenEvent& event, std::string_view written, double log_probability_per_token);

}  // namespace cineloom::llm
